"""Spacing: when a mistake comes due to be met again. Pure; every clock reading is in what is given.

A mistake is due at once after its session. Solved at the first try it comes back after the next interval, 1, 3, 7 and 21 days unless a
course says otherwise; solved when the last of them has passed, it leaves the queue. The rules around that:

- Solved only after a wrong try, it comes back after the first interval, as if it had been solved for the first time.
- Where the solution was looked at, nothing was recalled: it is due after the first interval, and the intervals begin anew.
- Skipped, it is put off by a day, or stays due later where it was; its interval is kept.
- Solved before it is due is practice and moves nothing: of two machines that solve the same moment one day, one counts.
- Retired, it is in no queue any more.

Meetings count in the order of their times, those of the same instant in that of their ids, in whatever order they are known.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from branchline.errors import DamagedData
from branchline.journal import codec
from branchline.journal.coaching_events import RetryMade, RetryRetired

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.journal.streams import Remark

INTERVALS = (1, 3, 7, 21)
"""Days between two meetings, each longer than the one before."""
SOLVED, SHOWN, SKIPPED = "solved", "shown", "skipped"
"""How a meeting can end."""
PUT_OFF = timedelta(days=1)
"""How long a skipped moment waits."""

Place = tuple[str, int]
"""Session and seq: what a moment is known by."""


class Met(NamedTuple):
    """One meeting with a moment."""

    at: datetime
    id: str
    """Tells meetings of the same instant apart; a meeting that is known twice counts once."""
    outcome: str
    """`solved`, `shown` or `skipped`."""
    clean: bool = True
    """Whether nothing wrong was tried first."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """Where a moment stands between its meetings."""

    due: datetime | None
    """From when it is due; None where it has left the queue."""
    times: int
    """How often it was met."""
    stage: int
    """How many intervals have been begun, one after the other."""

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be met now; before the first meeting always, whatever clock its session went by."""
        return self.due is not None and (not self.times or self.due <= now)


def spacing(since: datetime, meetings: Iterable[Met], intervals: Sequence[int] = INTERVALS) -> Spacing:
    """Where a moment stands whose session ended at `since`; `intervals` are days."""
    known = sorted({met.id: met for met in meetings}.values())
    due, stage, first = since, 0, True
    for met in known:
        if met.outcome == SKIPPED:
            due = max(due, met.at + PUT_OFF)
        elif met.outcome == SOLVED:
            # Clocks of two machines may differ: the first meeting counts whenever it was.
            if not first and met.at < due:
                continue
            stage = stage if met.clean else 0
            if stage >= len(intervals):
                return Spacing(None, len(known), stage)
            due, stage = met.at + timedelta(days=intervals[stage]), stage + 1
        else:
            due, stage = met.at + timedelta(days=intervals[0] if intervals else 0), 0
        first = False
    return Spacing(due, len(known), stage)


def meetings(remarks: Iterable[Remark]) -> Mapping[Place, list[Met]]:
    """What a learner did with each moment, by its place; what came from elsewhere at a time that is none is left out."""
    found: dict[Place, list[Met]] = {}
    for remark in remarks:
        event = remark.event
        if isinstance(event, RetryMade):
            with suppress(DamagedData):
                at = datetime.fromisoformat(codec.instant(remark.at))
                found.setdefault((event.session, event.seq), []).append(Met(at, remark.id, event.outcome, len(event.tried) <= 1))
    return found


def retired(remarks: Iterable[Remark]) -> Mapping[Place, str]:
    """The moments that can no longer be met, with the reason."""
    events = (remark.event for remark in remarks)
    return {(event.session, event.seq): event.reason for event in events if isinstance(event, RetryRetired)}
