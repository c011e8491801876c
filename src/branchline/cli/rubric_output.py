"""Rubrics and reviews on paper."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from branchline.cli.output import table
from branchline.content.rubric import NA
from branchline.text import clean_line, minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.coaching.scorecard import Scorecard, ScoredItem
    from branchline.coaching.thread import RubricReview
    from branchline.content.rubric import Rubric, RubricItem


def rubric_json(rubric: Rubric) -> list[dict[str, Any]]:
    """The items of a rubric as `branchline.rubric/1` has them, levels from the lowest."""
    return [
        {
            "id": item.id, "ask": item.ask, "weight": item.weight, "na": item.na, "critical": item.critical,
            "machine": item.machine or None, "levels": [{"level": level.name, "anchor": level.anchor} for level in item.levels],
        }
        for item in rubric.items
    ]  # fmt: skip


def rubric_page(rubric: Rubric) -> str:
    """A rubric as people read it."""
    head = [f"{rubric.title} ({rubric.id}, version {rubric.version}, for {_both(rubric.applies_to)})"]
    head += [rubric.summary] if rubric.summary else []
    lines = [clean_line(line) for line in head]
    for item in rubric.items:
        lines += ["", clean_line(f"{item.id}, {item.weight} of 100{_marks_of(item)}"), f"  {clean_line(item.ask)}"]
        lines += _wrapped([f"{level.name}: {level.anchor}" for level in item.levels])
    critical = any(item.critical for item in rubric.items)
    return "\n".join(
        [*lines, *(["", f"Where a critical item is at its lowest level, no more than {rubric.cap} is left."] if critical else [])]
    )


def _both(applies_to: str) -> str:
    return "conversations and drills" if applies_to == "both" else applies_to


def _marks_of(item: RubricItem) -> str:
    words = [f"beside it: {item.machine}"] if item.machine else []
    words += ["critical"] if item.critical else []
    words += ["may not apply"] if item.na else []
    return f" ({', '.join(words)})" if words else ""


def _wrapped(lines: list[str]) -> list[str]:
    from branchline.cli.sop_page import columns
    from branchline.text import wrap

    return ["\n".join(f"    {row}" for row in wrap(clean_line(line), columns() - 4, "  ").split("\n")) for line in lines]


def marks_sheet(rubric: Rubric, figures: Mapping[str, float | None] | None) -> str:
    """A file of marks to be edited: each item with its question and levels; with `figures`, the level that the machine suggests."""
    from branchline.coaching.rubric import suggested

    lines = [f"# {clean_line(rubric.title)}, version {rubric.version}. An item that keeps no level is refused."]
    for item in rubric.items:
        figure = figures.get(item.id) if figures else None
        found = suggested(item, figure)
        names = [*(level.name for level in item.levels), *([NA] if item.na else [])]
        lines += ["", f"# {clean_line(item.ask)}  ({' | '.join(map(clean_line, names))})"]
        lines += [f"#   {clean_line(f'{level.name}: {level.anchor}')}" for level in item.levels if level.anchor]
        lines += [f"# The machine found {figure:.0f} of 100 ({item.machine})."] if figure is not None else []
        lines.append(f'{json.dumps(item.id)}: {{level: {json.dumps(found or "")}, reason: ""}}')
    return "\n".join(lines) + "\n"


def review_page(found: RubricReview, card: Scorecard | None) -> str:
    """A review as people read it: the machine's figure beside the coach's level, what each item earned, and what capped the total."""
    return "\n".join(_review(found, card))


def _review(found: RubricReview, card: Scorecard | None) -> Iterator[str]:
    event = found.event
    yield clean_line(f"{found.total} by {found.author}, {event.rubric} version {event.rubric_version}, {minute(found.at)}")
    notes = [] if event.shared else ["private"]
    notes += [] if found.latest else ["replaced by a later review"]
    notes += [] if found.answered.state == "open" else [_answered(found)]
    if notes:
        yield clean_line("; ".join(notes)) + "."
    if card is None:
        yield "That version of the rubric is not known here, so the marks stand alone."
        yield table([("item", "level", "reason"), *event.marks])
    else:
        yield table([("item", "coach", "machine", "earned", ""), *(_row(each) for each in card.items)])
        yield from (clean_line(f"−{float(lost.lost):.1f} {lost.reason}") for lost in card.score.deductions if lost.capped)
    if event.text:
        yield clean_line(event.text)


def _answered(found: RubricReview) -> str:
    answered = found.answered
    words = f"{answered.state} by {answered.by}" if answered.by else answered.state
    said = f": {answered.text}" if answered.text else ""
    decided = f"; {answered.decided_by} decided: {answered.decision}" if answered.decided_by else ""
    return f"{words}{said}{decided}"


def _row(each: ScoredItem) -> tuple[str, ...]:
    earned = "–" if each.mark.level == NA else f"{float(each.score.earned):.1f} of {float(each.score.weight):.1f}"
    said = f"not as the machine: {each.mark.reason}" if each.overridden else each.mark.reason
    return each.item.id, each.mark.level, each.machine, earned, said
