"""Timeline: what of a session stands on its bar, one mark for each decision, draw, look and stop, with the curve's value after it.

It is made from the one judgement, so that curve, timeline, counts and retry never disagree.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from branchline.coaching.judging import Judgement, unjudged
from branchline.coaching.review import IDLE
from branchline.engine.events import (
    DeskActed,
    DrawMade,
    EndingReached,
    SessionGivenUp,
    SessionSuspended,
    SopOpened,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.coaching.judging import Chance, Moment
    from branchline.engine.events import Event
    from branchline.journal.fold import Step

UNJUDGED, BACK = "unjudged", "back"
CHANCE, LOOK, EXCEPTION, PAUSE, END = "chance", "look", "exception", "pause", "end"
QUIET = frozenset({"best", "good", UNJUDGED, BACK, END})
"""The kinds that nobody jumps to as a marked moment."""
_OTHERS: dict[type[Event], str] = {
    DrawMade: CHANCE, SopOpened: LOOK, SessionSuspended: PAUSE, EndingReached: END, SessionGivenUp: END,
}  # fmt: skip
_EXCEPTION_VERB = "log_exception"


class Mark(NamedTuple):
    """One place of the timeline."""

    seq: int
    kind: str
    """A judgement's word, `unjudged`, `back` (taken back later), `chance`, `look`, `exception`, `pause` or `end`."""
    value: float | None
    """The curve after it; None where nothing is judged."""
    idle: float
    """Seconds of idle time since the mark before."""
    moment: Moment | None = None
    """Of a decision."""
    chance: Chance | None = None
    """Of a draw that was judged."""

    @property
    def flagged(self) -> bool:
        """Whether it is a moment worth retrying."""
        return self.moment is not None and self.moment.flagged


def timeline(steps: Sequence[Step], judged: Judgement | None = None) -> tuple[Mark, ...]:
    """The marks of a session in its order; without a judgement, or where it judges nothing, decisions are `unjudged`."""
    moments = {moment.seq: moment for moment in (judged.moments if judged is not None else unjudged([step.entry for step in steps]))}
    chances = {chance.seq: chance for chance in (judged.chances if judged is not None else ())}
    value = judged.of_100(judged.value_start) if judged is not None else None
    marks: list[Mark] = []
    idle = 0.0
    for step, waited in zip(steps, _idle(steps), strict=True):
        idle += waited
        event, seq = step.entry.event, step.entry.seq
        moment, chance = moments.get(seq), chances.get(seq)
        kind = _OTHERS.get(type(event), "") if moment is None else _kind(moment, event)
        if not kind:
            continue
        if judged is not None and moment is not None and moment.stands and moment.value is not None:
            value = judged.of_100(moment.value)
        elif chance is not None and value is not None:
            value -= chance.luck
        marks.append(Mark(seq, kind, value, idle, moment, chance))
        idle = 0.0
    return tuple(marks)


def _kind(moment: Moment, event: Event) -> str:
    if not moment.stands:
        return BACK
    if isinstance(event, DeskActed) and event.verb == _EXCEPTION_VERB and not moment.flagged:
        return EXCEPTION
    return moment.word or UNJUDGED


def _idle(steps: Sequence[Step]) -> Iterable[float]:
    """Idle seconds before each event; none before the first."""
    yield 0.0
    for one, other in pairwise(steps):
        waited = other.entry.elapsed - one.entry.elapsed
        yield waited if waited >= IDLE else 0.0
