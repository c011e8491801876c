"""Scorecard: one coach's review of a session by its rubric, item by item, with the machine's figure beside the coach's level.

It is read by the version of the rubric that the review is pinned to; where that is not known here, the marks are told without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.coaching.rubric import Marked, overridden, score_rubric, suggested
from branchline.errors import DamagedData, UsageError
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.coaching.rubric import ItemScore, RubricScore
    from branchline.coaching.thread import RubricReview
    from branchline.content.rubric import Rubric, RubricItem
    from branchline.journal.coaching_events import SessionReviewed


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One item as the coach left it."""

    item: RubricItem
    mark: Marked
    anchor: str
    """What a session of that level shows; empty for `na`."""
    score: ItemScore
    figure: float | None
    """What the machine found, 0..100; None where nothing stands beside the item."""
    suggests: str | None
    """The level that the figure comes nearest to."""
    overridden: bool
    """Whether the coach's level is another one."""

    @property
    def machine(self) -> str:
        """The figure and the level that it suggests; empty where nothing stands beside the item."""
        return "" if self.figure is None else f"{self.figure:.0f} → {self.suggests}"


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A review, read by its rubric."""

    rubric: Rubric
    score: RubricScore
    items: tuple[ScoredItem, ...]


def scorecard(rubric: Rubric, event: SessionReviewed, figures: Mapping[str, float | None]) -> Scorecard:
    """The review read by the rubric that it is pinned to; DamagedData where it is another, or the marks do not fit it."""
    if event.rubric_hash != rubric.content_hash:
        raise DamagedData("The review was made with another version of the rubric.", where=clean_line(event.rubric), code="rubric-differs")
    marks = {item: Marked(item, level, reason) for item, level, reason in event.marks}
    try:
        scored = score_rubric(rubric, {item: mark.level for item, mark in marks.items()})
    except UsageError as error:
        raise DamagedData(f"The review does not fit its rubric: {error.what}", where=clean_line(event.rubric)) from error
    others = {mark.item for mark in overridden(rubric, marks.values(), figures)}
    items = []
    for item, one in zip(rubric.items, scored.items, strict=True):
        figure = figures.get(item.id)
        anchor = next((known.anchor for known in item.levels if known.name == one.level), "")
        items.append(ScoredItem(item, marks[item.id], anchor, one, figure, suggested(item, figure), item.id in others))
    return Scorecard(rubric, scored, tuple(items))


def review_json(found: RubricReview, card: Scorecard | None, learner: str) -> dict[str, Any]:
    """What `branchline.rubric-review/1` says of a review; `card` is None where its rubric is not known here."""
    event, answered = found.event, found.answered
    return {
        "id": found.id,
        "session": event.session,
        "learner": learner,
        "coach": found.author,
        "at": found.at,
        "rubric": {"id": event.rubric, "version": event.rubric_version, "hash": event.rubric_hash, "known": card is not None},
        "calibration": event.calibration or None,
        "total": event.total if event.total >= 0 else None,
        "cap": card.rubric.cap if card else None,
        "critical": list(card.score.critical) if card else [],
        "items": items_json(card) if card else [_bare(mark) for mark in event.marks],
        "deductions": [] if card is None else deductions_json(card.score),
        "text": event.text,
        "shared": event.shared,
        "latest": found.latest,
        "answer": {
            "state": answered.state, "by": answered.by or None, "at": answered.at or None, "text": answered.text,
            "decision": answered.decision, "decided_by": answered.decided_by or None,
        },
    }  # fmt: skip


def items_json(card: Scorecard) -> list[dict[str, Any]]:
    """Every item with the coach's level and the machine's figure side by side."""
    return [
        {
            "id": each.item.id,
            "ask": each.item.ask,
            "level": each.mark.level,
            "anchor": each.anchor,
            "weight": float(each.score.weight),
            "earned": float(each.score.earned),
            "critical": each.item.critical,
            "machine": {"part": each.item.machine, "figure": each.figure, "suggests": each.suggests} if each.item.machine else None,
            "overridden": each.overridden,
            "reason": each.mark.reason,
        }
        for each in card.items
    ]


def deductions_json(score: RubricScore) -> list[dict[str, Any]]:
    """What was lost: 100 − Σ lost = total."""
    return [{"item": lost.item, "lost": float(lost.lost), "reason": lost.reason, "capped": lost.capped} for lost in score.deductions]


def _bare(mark: tuple[str, str, str]) -> dict[str, Any]:
    item, level, reason = mark
    return {"id": item, "level": level, "reason": reason}
