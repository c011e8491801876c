"""The only writer: an event, the statements that follow from it and the session's row go into the journal in one transaction.

What a learner sees is painted after that transaction, so a killed program has lost nothing that was shown.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from branchline.engine.conversation import evolve
from branchline.engine.events import ChoiceMade, EndingReached, Event, SessionGivenUp, SessionResumed, SessionSuspended, TimedOut
from branchline.engine.state import State, digest
from branchline.journal.fold import Step
from branchline.journal.model import Entry, SessionRow, StoredStatement
from branchline.journal.verify import scores_json
from branchline.scoring import score
from branchline.xapi.statements import Identity, Moment, build

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from branchline.content.compiled import Scenario
    from branchline.journal.store import Journal
    from branchline.scoring.model import Score

APART = timedelta(milliseconds=10)
"""Least time between two entries of a session: the statements of one event stand between them, a millisecond apart."""


class Clock(Protocol):
    """Where times come from."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """The wall clock."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The monotonic clock."""
        return time.monotonic()


class Recording:
    """One session that is being written."""

    def __init__(self, journal: Journal, identity: Identity, clock: Clock, row: SessionRow, entries: Sequence[Entry] = ()) -> None:
        """`entries` are those already in the journal."""
        self.row = row
        self.entries = list(entries)
        self._journal = journal
        self._identity = identity
        self._clock = clock
        self._began = clock.monotonic() - (self.entries[-1].elapsed if self.entries else 0.0)

    def record(
        self, scenario: Scenario, state: State | None, events: Sequence[Event], *, bundle: Mapping[str, Any] | None = None
    ) -> list[Step]:
        """Record `events` after `state`, all or none; what each led to. `bundle` is kept with the scenario's content hash.

        Raises JournalUnavailable or DamagedData; then nothing was written and this recording is where it was.
        """
        steps: list[Step] = []
        statements: list[StoredStatement] = []
        entries = list(self.entries)
        row = self.row
        for event in events:
            after = evolve(scenario, state, event)
            entry = self._entry(entries, event, after)
            entries.append(entry)
            found = score(scenario, [known.event for known in entries]) if isinstance(event, EndingReached | SessionGivenUp) else None
            row = _moved(row, scenario, entry, found)
            statements += build(self._moment(row, entry, entries, scenario, state, after, found))
            steps.append(Step(entry, scenario, state, after))
            state = after
        content = None if bundle is None else (scenario.content_hash, bundle)
        self._journal.write(
            row.id,
            row=row if row != self.row or not self.entries else None,
            content=content,
            entries=entries[len(self.entries) :],
            statements=statements,
        )
        self.entries, self.row = entries, row
        return steps

    def _entry(self, entries: Sequence[Entry], event: Event, after: State) -> Entry:
        now = self._clock.now().astimezone(UTC)
        if entries:
            now = max(now, datetime.fromisoformat(entries[-1].at) + APART)
        elapsed = max(self._clock.monotonic() - self._began, entries[-1].elapsed if entries else 0.0)
        return Entry(len(entries) + 1, _iso(now), round(elapsed, 3), event, digest(after))

    def _moment(
        self,
        row: SessionRow,
        entry: Entry,
        entries: Sequence[Entry],
        scenario: Scenario,
        before: State | None,
        after: State,
        found: Score | None,
    ) -> Moment:
        earlier = entries[-2] if len(entries) > 1 else None
        return Moment(
            row=row,
            entry=entry,
            scenario=scenario,
            before=before,
            after=after,
            visit=_visit(entries, (before or after).node),
            identity=self._identity,
            score=found,
            duration=entry.elapsed - earlier.elapsed if earlier is not None else 0.0,
        )


def _moved(row: SessionRow, scenario: Scenario, entry: Entry, found: Score | None) -> SessionRow:
    """The session's row after an event."""
    match entry.event:
        case SessionSuspended():
            return replace(row, status="suspended")
        case SessionResumed():
            return replace(
                row, status="active", version=scenario.version, content_hash=scenario.content_hash, logic_hash=scenario.logic_hash
            )
        case EndingReached() if found is not None:
            return replace(row, status="completed", ended=entry.at, scores=scores_json(found), passed=found.passed)
        case SessionGivenUp():
            return replace(row, status="abandoned", ended=entry.at, passed=False)
        case _:
            return row


def _visit(entries: Sequence[Entry], node: str) -> int:
    """How many decisions have been made at `node`, this one included, undone ones too."""
    made = sum(isinstance(known.event, ChoiceMade | TimedOut) and known.event.node == node for known in entries)
    return max(1, made)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
