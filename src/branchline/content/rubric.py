"""Rubric: a versioned scorecard that coaches score sessions with; made by `rubric_files` from what designers write."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from branchline.content.compiled import DIMENSIONS
from branchline.content.hashes import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

NA = "na"
"""What stands in the place of a level where an item does not apply."""

WHOLE = 100
"""What the weights of a rubric sum to, and the most that a session can earn."""

CAP = 59
"""The most that is left where a critical item is at its lowest level, unless the rubric says otherwise."""

CONVERSATION_PARTS = frozenset({*DIMENSIONS, "empathy", "sop", "outcome", "composite"})
"""The parts of the machine's score that a conversation has."""

DRILL_PARTS = frozenset({"sop", "outcome", "composite", "procedure", "record", "timing"})
"""The parts of the machine's score that a drill has."""

PARTS_OF: Mapping[str, frozenset[str]] = {
    "conversations": CONVERSATION_PARTS,
    "drills": DRILL_PARTS,
    "both": CONVERSATION_PARTS | DRILL_PARTS,
}
"""By what a rubric applies to: the parts that can stand beside its items."""


@dataclass(frozen=True, slots=True)
class RubricLevel:
    """One level of an item's scale."""

    name: str
    """A word or a number, as text."""
    anchor: str
    """What a coach sees in a session of that level."""


@dataclass(frozen=True, slots=True)
class RubricItem:
    """One thing that the coach judges."""

    id: str
    ask: str
    """The question that the coach answers."""
    weight: int
    """1..100; the weights of all items sum to 100."""
    levels: tuple[RubricLevel, ...]
    """Lowest first, at least two, names unique; steps are equal: the k-th of n (from 0) earns k / (n − 1) of the weight."""
    na: bool
    """Whether a coach may say that it does not apply."""
    critical: bool
    """Whether its lowest level caps the total."""
    machine: str
    """The part of the machine's score that stands beside it (see PARTS_OF), or empty."""

    def place(self, level: str) -> int | None:
        """The level's place on the scale, from 0; None where there is no such level."""
        return next((place for place, known in enumerate(self.levels) if known.name == level), None)


@dataclass(frozen=True)
class Rubric:
    """A scorecard, ready to score with."""

    id: str
    version: int
    """The designer's own number; what an evaluation is pinned to is the content hash."""
    title: str
    summary: str
    language: str
    applies_to: str
    """`conversations`, `drills` or `both`."""
    cap: int
    """The most that is left where a critical item is at its lowest level, 0..100."""
    items: tuple[RubricItem, ...]
    review_status: str
    """`draft`, `in_review`, or `approved` by experts."""
    bundle: Mapping[str, Any] = field(compare=False, repr=False, hash=False)
    """The authored data that the content hash is of: enough to make this Rubric again, for ever."""

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of the scorecard as it was written, canonical."""
        return canonical_hash(self.bundle)

    def item(self, item_id: str) -> RubricItem | None:
        """The item with that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)
