"""Scoring a session with a Rubric: what a coach gave, what each item earned and lost, and the machine's figure beside it.

Levels stand at equal steps: the k-th of n levels, counted from 0, earns k / (n − 1) of its item's weight. The weight of items that do not
apply goes to the others in proportion, so that the whole stays 100; all of it in exact fractions, nothing rounded. Where a critical item
is at its lowest level, no more than the rubric's cap is left. Always 100 − Σ deductions = total.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from branchline.content.rubric import NA, WHOLE
from branchline.errors import UsageError
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.content.rubric import Rubric, RubricItem
    from branchline.scoring.model import Score


@dataclass(frozen=True, slots=True)
class Marked:
    """What a coach gave for one item."""

    item: str
    level: str
    """The level's name, or `na`."""
    reason: str = ""
    """Why it is not what the machine suggests; empty where it is, or where the machine says nothing."""


@dataclass(frozen=True, slots=True)
class ItemScore:
    """What one item came to."""

    item: str
    level: str
    """The level's name, or `na`."""
    weight: Fraction
    """Its share of 100 once the weight of items that do not apply is given away; 0 where it does not apply itself."""
    earned: Fraction
    """0..weight."""

    @property
    def lost(self) -> Fraction:
        """What of its weight it did not earn."""
        return self.weight - self.earned


@dataclass(frozen=True, slots=True)
class RubricDeduction:
    """One lost part of a rubric's total."""

    item: str
    """The item that lost it, or the critical item that capped the total."""
    lost: Fraction
    """Points of 100, above 0."""
    reason: str
    """For people: the anchor of the level that was given, or what the cap took."""
    capped: bool = False
    """Whether the cap took it, on top of what the items lost."""


@dataclass(frozen=True, slots=True)
class RubricScore:
    """The result of a session by one version of a rubric."""

    rubric: str
    version: int
    content_hash: str
    """What the evaluation is pinned to."""
    total: Fraction | None
    """0..100; None where no item applies."""
    items: tuple[ItemScore, ...]
    """Every item of the rubric, in its order."""
    critical: tuple[str, ...]
    """The critical items at their lowest level; with any, the total is at most the cap."""
    deductions: tuple[RubricDeduction, ...]
    """In the rubric's order, the cap's last."""


def share(item: RubricItem, level: str) -> Fraction | None:
    """What of its weight an item earns at that level, 0..1; None for `na`. Raises UsageError, code `unknown-level` or `not-applicable`.

    Also the level on a scale that items with more and fewer levels have in common, as agreement over several items needs it.
    """
    if level == NA:
        if not item.na:
            raise UsageError(f"`{clean_line(item.id)}` always applies.", hint=_levels(item), code="not-applicable")
        return None
    place = item.place(level)
    if place is None:
        raise UsageError(f"`{clean_line(item.id)}` has no level `{clean_line(level)}`.", hint=_levels(item), code="unknown-level")
    return Fraction(place, len(item.levels) - 1)


def _levels(item: RubricItem) -> str:
    names = [*(level.name for level in item.levels), *([NA] if item.na else [])]
    return f"Its levels are {', '.join(clean_line(name) for name in names)}."


def score_rubric(rubric: Rubric, levels: Mapping[str, str]) -> RubricScore:
    """The score of a session whose items were given these `levels` (or `na`) by id.

    Raises UsageError: code `unknown-item`, `missing-item`, `unknown-level`, or `not-applicable` for `na` where the item always applies.
    """
    _complete(rubric, levels)
    shares = {item.id: share(item, levels[item.id]) for item in rubric.items}
    applying = sum(item.weight for item in rubric.items if shares[item.id] is not None)
    items = tuple(_item_score(item, levels[item.id], shares[item.id], applying) for item in rubric.items)
    critical = tuple(item.id for item in rubric.items if item.critical and shares[item.id] == 0)
    lost = [
        RubricDeduction(item.id, scored.lost, _anchor(item, scored.level))
        for item, scored in zip(rubric.items, items, strict=True)
        if scored.lost
    ]
    earned = sum((scored.earned for scored in items), Fraction(0))
    over = earned - rubric.cap
    if critical and over > 0:
        reason = f"{critical[0]} is critical and at its lowest level: no more than {rubric.cap} is left."
        lost.append(RubricDeduction(critical[0], over, reason, capped=True))
        earned = Fraction(rubric.cap)
    return RubricScore(
        rubric.id, rubric.version, rubric.content_hash, earned if applying else None, items, critical, tuple(lost) if applying else ()
    )


def _complete(rubric: Rubric, levels: Mapping[str, str]) -> None:
    known = [item.id for item in rubric.items]
    for name in levels:
        if name not in known:
            raise UsageError(f"The rubric has no item `{clean_line(name)}`.", hint=did_you_mean(name, known), code="unknown-item")
    missing = [name for name in known if name not in levels]
    if missing:
        some = ", ".join(f"`{clean_line(name)}`" for name in missing)
        raise UsageError(f"No level was given for {some}.", hint="Give every item a level; `na` where it allows that.", code="missing-item")


def _item_score(item: RubricItem, level: str, part: Fraction | None, applying: int) -> ItemScore:
    if part is None:
        return ItemScore(item.id, level, Fraction(0), Fraction(0))
    weight = Fraction(WHOLE * item.weight, applying)
    return ItemScore(item.id, level, weight, weight * part)


def _anchor(item: RubricItem, level: str) -> str:
    return next((known.anchor for known in item.levels if known.name == level and known.anchor), f"{item.ask} {level}")


def beside(rubric: Rubric, score: Score) -> dict[str, float | None]:
    """By item, what the machine found, 0..100; None where nothing stands beside the item, or that part says nothing of this session."""
    return {item.id: _figure(item.machine, score) for item in rubric.items}


def _figure(part: str, score: Score) -> float | None:
    parts = {
        "empathy": score.empathy, "sop": score.sop, "outcome": score.outcome, "composite": score.composite,
        "procedure": score.procedure, "record": score.record, "timing": score.timing,
    }  # fmt: skip
    return parts[part] if part in parts else score.profile.get(part)


def suggested(item: RubricItem, figure: float | None) -> str | None:
    """The level that a machine's figure 0..100 comes nearest to, the higher one of two equally near; None where there is no figure.

    The k-th of n levels (from 0) stands for 100·k / (n − 1), so that the figure is mapped as the levels are scored.
    """
    if figure is None:
        return None
    top = len(item.levels) - 1
    place = math.floor(Fraction(figure) * top / WHOLE + Fraction(1, 2))
    return item.levels[max(0, min(top, place))].name


def overridden(rubric: Rubric, marks: Iterable[Marked], figures: Mapping[str, float | None]) -> tuple[Marked, ...]:
    """The marks that are not what the machine suggests; `na` is one where the machine has a figure."""
    items = {item.id: item for item in rubric.items}
    found = ((mark, suggested(items[mark.item], figures.get(mark.item))) for mark in marks if mark.item in items)
    return tuple(mark for mark, level in found if level is not None and mark.level != level)


def evaluate(rubric: Rubric, marks: Sequence[Marked], figures: Mapping[str, float | None]) -> RubricScore:
    """The score of what a coach marked, with the machine's `figures` (see `beside`) beside it.

    Raises UsageError as `score_rubric` does; code `item-twice` where an item is marked twice, and `reason-missing` where a mark is not what
    the machine suggests and no reason says why.
    """
    levels: dict[str, str] = {}
    for mark in marks:
        if mark.item in levels:
            raise UsageError(f"`{clean_line(mark.item)}` is marked twice.", hint="Give it one level.", code="item-twice")
        levels[mark.item] = mark.level
    scored = score_rubric(rubric, levels)
    silent = [mark.item for mark in overridden(rubric, marks, figures) if not mark.reason.strip()]
    if silent:
        some = ", ".join(f"`{clean_line(name)}`" for name in silent)
        hint = "Say why it is not what the machine found."
        raise UsageError(f"A reason is missing for {some}.", hint=hint, code="reason-missing")
    return scored
