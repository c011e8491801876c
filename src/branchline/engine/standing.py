"""Which events of a session still stand: what an undo or a resume took back is history, and counts no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.engine.events import (
    ChoiceMade,
    DeskActed,
    DrawMade,
    EndingReached,
    Event,
    SessionGivenUp,
    SessionResumed,
    SessionStarted,
    TicketChanged,
    TimedOut,
    Undone,
)
from branchline.engine.state import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Numbered = tuple[int, Event]
"""An event with its seq: its position in the session, from 1."""
_DECISIONS = (ChoiceMade, TimedOut, DeskActed)


def standing(events: Iterable[Event]) -> list[Numbered]:
    """The events that stand, with their seq: decisions that were taken back are gone, with everything up to the undo."""
    kept: list[Numbered] = []
    for seq, event in enumerate(events, 1):
        match event:
            case Undone():
                _take_back(kept)
            case SessionResumed() if event.kept >= 0:
                while len([1 for _, held in kept if isinstance(held, _DECISIONS)]) > event.kept:
                    _take_back(kept)
                kept.append((seq, event))
            case _:
                kept.append((seq, event))
    return kept


def _take_back(kept: list[Numbered]) -> None:
    """Drop the last decision, and of what followed it the draws, the drill's events and the ending."""
    place = max((n for n, (_, event) in enumerate(kept) if isinstance(event, _DECISIONS)), default=None)
    if place is not None:
        kept[place:] = [item for item in kept[place:] if not isinstance(item[1], (*_DECISIONS, DrawMade, TicketChanged, EndingReached))]


def decisions(stands: Sequence[Numbered]) -> list[Decision]:
    """The decisions that stand, each with the draws that followed it; one without a choice holds the draws before the first."""
    found: list[Decision] = []
    for _, event in stands:
        match event:
            case ChoiceMade(node, choice, _):
                found.append(Decision(node, choice))
            case TimedOut(node, _):
                found.append(Decision(node, "!timeout"))
            case DrawMade(_, branch, _):
                last = found.pop() if found else Decision("", "")
                found.append(last._replace(draws=(*last.draws, branch)))
            case _:
                pass
    return found


def started(events: Iterable[Event]) -> SessionStarted | None:
    """The SessionStarted of a session, or None for bare decisions."""
    return next((event for event in events if isinstance(event, SessionStarted)), None)


def finish(events: Iterable[Event]) -> EndingReached | SessionGivenUp | None:
    """What ended the session, or None while it has not ended."""
    return next((event for event in reversed(list(events)) if isinstance(event, EndingReached | SessionGivenUp)), None)
