"""A scorecard while it is filled in: levels, reasons, and the total as it grows; nothing is recorded before it is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from branchline.coaching.rubric import Marked, share, suggested
from branchline.content.rubric import NA, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.rubric import Rubric, RubricItem


@dataclass
class ScoringDraft:
    """What a coach has given so far."""

    rubric: Rubric
    figures: Mapping[str, float | None]
    """What the machine found, by item; empty in a calibration, where nobody sees it."""
    calibration: str = ""
    """The calibration that it is for, empty for a review."""
    levels: dict[str, str] = field(default_factory=dict)
    """Level (or `na`) by item, as far as they are given."""
    reasons: dict[str, str] = field(default_factory=dict)
    text: str = ""
    shared: bool = True

    def suggests(self, item: RubricItem) -> str | None:
        """The level that the machine's figure comes nearest to."""
        return suggested(item, self.figures.get(item.id))

    def give(self, item: RubricItem, place: int) -> None:
        """Give the item its level at that place, from 0; a place that it has not got changes nothing."""
        if 0 <= place < len(item.levels):
            self.levels[item.id] = item.levels[place].name

    def move(self, item: RubricItem, by: int) -> None:
        """One level up or down; from nothing given, to what the machine suggests, else to the lowest or highest."""
        now = item.place(self.levels.get(item.id, ""))
        if now is not None:
            self.give(item, max(0, min(len(item.levels) - 1, now + by)))
        elif (found := self.suggests(item)) is not None:
            self.levels[item.id] = found
        else:
            self.give(item, 0 if by > 0 else len(item.levels) - 1)

    def leave_out(self, item: RubricItem) -> bool:
        """Say that the item does not apply; whether it allows that."""
        if item.na:
            self.levels[item.id] = NA
        return item.na

    def needs_reason(self, item: RubricItem) -> bool:
        """Whether the level given is not what the machine suggests, and no reason says why."""
        found, level = self.suggests(item), self.levels.get(item.id)
        return found is not None and level not in {None, found} and not self.reasons.get(item.id, "").strip()

    def unfinished(self) -> RubricItem | None:
        """The first item without a level or without a reason that it needs; None where everything is there."""
        return next((item for item in self.rubric.items if item.id not in self.levels or self.needs_reason(item)), None)

    @property
    def earned(self) -> Fraction:
        """Points of 100 that the levels given so far earn, before any cap; weights of what does not apply are given away."""
        return sum((part * weight for part, weight in self._given()), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """Points of 100 that they could have earned."""
        return sum((weight for _, weight in self._given()), Fraction(0))

    @property
    def critical(self) -> tuple[str, ...]:
        """The critical items at their lowest level."""
        items = self.rubric.items
        return tuple(item.id for item in items if item.critical and self.levels.get(item.id) == item.levels[0].name)

    @property
    def total(self) -> Fraction:
        """What stands so far, the cap applied."""
        return min(self.earned, Fraction(self.rubric.cap)) if self.critical else self.earned

    def _given(self) -> list[tuple[Fraction, Fraction]]:
        applying = [item for item in self.rubric.items if self.levels.get(item.id) != NA]
        whole = sum(item.weight for item in applying)
        found = []
        for item in applying:
            part = share(item, self.levels[item.id]) if item.id in self.levels else None
            if part is not None:
                found.append((part, Fraction(WHOLE * item.weight, whole)))
        return found

    def marks(self) -> list[Marked]:
        """The marks as they are recorded; of an item without a level none."""
        known = [item for item in self.rubric.items if item.id in self.levels]
        return [Marked(item.id, self.levels[item.id], self.reasons.get(item.id, "").strip()) for item in known]
