"""The position before the moment where a review stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.engine.events import ChoiceMade, DeskActed, TicketSubmitted, TimedOut

if TYPE_CHECKING:
    from branchline.engine.play import Content, Position
    from branchline.tui.board import Board


class Place(NamedTuple):
    """Where a hypothetical play begins."""

    content: Content
    position: Position
    seq: int
    """The first event of the session that it leaves out."""


def place_before(board: Board, seq: int) -> Place:
    """The position before the decision `seq`; of an event that is no decision the position after it."""
    step = board.review.step(seq)
    if isinstance(step.entry.event, ChoiceMade | TimedOut | DeskActed | TicketSubmitted) and step.before is not None:
        return Place(step.content, step.before, seq)
    return Place(step.content, step.after, seq + 1)


def nowhere(board: Board, place: Place) -> str:
    """Why nothing can be played from there, empty where it can."""
    if board.review.recorded is not None:
        return "What was written at this desk is not here, so that nobody can go on from it."
    return "Nothing comes after this." if place.position.ended else ""
