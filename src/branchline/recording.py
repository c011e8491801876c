"""The only writer: an event, the statements that follow from it and the session's row go into the journal in one transaction.

What a learner sees is painted after that transaction, so a killed program has lost nothing that was shown.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from branchline.engine.events import (
    FINAL,
    ChoiceMade,
    EndingReached,
    Event,
    SessionGivenUp,
    SessionResumed,
    SessionStarted,
    SessionSuspended,
    TicketSubmitted,
    TimedOut,
)
from branchline.engine.play import Content, Position, digest, evolve
from branchline.journal import codec
from branchline.journal.fold import Step
from branchline.journal.model import Entry, SessionRow, StoredStatement
from branchline.journal.streams import Remark, StreamEntry, remark_id
from branchline.journal.verify import scores_json
from branchline.scoring import score
from branchline.xapi.coaching import Target, build_coaching
from branchline.xapi.statements import Identity, Moment, build

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from branchline.journal.coaching_events import CoachingEvent
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
        self, content: Content, state: Position | None, events: Sequence[Event], *, bundle: Mapping[str, Any] | None = None
    ) -> list[Step]:
        """Record `events` after `state`, all or none; what each led to. `bundle` is kept under the content's hash.

        Raises JournalUnavailable or DamagedData; then nothing was written and this recording is where it was.
        """
        steps: list[Step] = []
        statements: list[StoredStatement] = []
        entries = list(self.entries)
        row = self.row
        for event in events:
            after = evolve(content, state, event)
            entry = self._entry(entries, event, after)
            entries.append(entry)
            found = score(content, [known.event for known in entries]) if isinstance(event, FINAL) else None
            row = _moved(row, content, entry, found)
            statements += build(self._moment(row, entry, entries, content, state, after, found))
            steps.append(Step(entry, content, state, after))
            state = after
        kept = None if bundle is None else (content.content_hash, bundle)
        self._journal.write(
            row.id,
            row=row if row != self.row or not self.entries else None,
            content=kept,
            entries=entries[len(self.entries) :],
            statements=statements,
        )
        self.entries, self.row = entries, row
        return steps

    def _entry(self, entries: Sequence[Entry], event: Event, after: Position) -> Entry:
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
        content: Content,
        before: Position | None,
        after: Position,
        found: Score | None,
    ) -> Moment:
        earlier = entries[-2] if len(entries) > 1 else None
        return Moment(
            row=row,
            entry=entry,
            content=content,
            before=before,
            after=after,
            visit=_visit(entries, (before or after).node),
            identity=self._identity,
            score=found,
            duration=entry.elapsed - earlier.elapsed if earlier is not None else 0.0,
        )


def stream_row(kind: str, subject: SessionRow | str, *, author: str, role: str, clock: Clock, title: str = "") -> SessionRow:
    """The row of a stream that begins now, with a new id, about a session or about whatever has that id."""
    about = subject if isinstance(subject, SessionRow) else None
    return SessionRow(
        id=str(uuid.uuid4()),
        kind=kind,
        content=subject if isinstance(subject, str) else subject.id,
        title=title or (about.title if about else ""),
        version=about.version if about else 0,
        content_hash=about.content_hash if about else "",
        logic_hash=about.logic_hash if about else "",
        learner=author,
        mode=role,
        seed=0,
        language=about.language if about else "en",
        status="active",
        started=_iso(clock.now().astimezone(UTC)),
    )


class CoachingRecording:
    """What one author does with one subject in one sitting; nothing is written before the first event."""

    def __init__(self, journal: Journal, identity: Identity, clock: Clock, row: SessionRow) -> None:
        """`row` is that of a new stream (`stream_row`), or of one that this program began."""
        self.row = row
        self._journal = journal
        self._identity = identity
        self._clock = clock
        self._entries = journal.streams.entries(row.id)

    def record(
        self,
        event: CoachingEvent,
        target: Target,
        *,
        shared: bool = True,
        bundle: tuple[str, Mapping[str, Any]] | None = None,
        after: str = "",
    ) -> Remark:
        """Record an event with its statement; `bundle` is kept under its hash, for what the event is pinned to.

        Raises JournalUnavailable or DamagedData; then nothing was written. What is not `shared` stays on this machine. The event comes
        later than `after`, the time of what it speaks of, whatever the clocks of two machines say.
        """
        now = self._clock.now().astimezone(UTC)
        before = [known for known in (self._entries[-1].at if self._entries else "", after) if known]
        if before:
            now = max(now, *(datetime.fromisoformat(known) + APART for known in before))
        entry = StreamEntry(len(self._entries) + 1, _iso(now), event, shared)
        kept = None if bundle is None else (bundle[0], codec.pack(bundle[1]))
        self._journal.streams.append(self.row, [entry], build_coaching(self.row, entry, self._identity, target), content=kept)
        self._entries.append(entry)
        return Remark(remark_id(self.row.id, entry.seq), self.row.learner, self.row.mode, entry.at, event, shared)


def _moved(row: SessionRow, content: Content, entry: Entry, found: Score | None) -> SessionRow:
    """The session's row after an event."""
    match entry.event:
        case SessionStarted():
            return replace(row, started=entry.at)
        case SessionSuspended():
            return replace(row, status="suspended")
        case SessionResumed():
            return replace(row, status="active", version=content.version, content_hash=content.content_hash, logic_hash=content.logic_hash)
        case EndingReached() | TicketSubmitted() if found is not None:
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
