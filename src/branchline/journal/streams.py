"""Streams: what people do with played sessions, each stream written by one author in one sitting, so that two never write into the same.

A stream is a session of a kind of its own: its row names the author as `learner`, the author's role as `mode`, and as `content` what it is
about. Streams of several machines come together by their ids; a stream that came from elsewhere may lack entries that were not shared.
Failures are those of the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.errors import DamagedData
from branchline.journal import codec
from branchline.journal.chain import Link, linked, stray_at
from branchline.journal.coaching_events import CalibrationOpened, SessionReviewed
from branchline.journal.model import PLAYED
from branchline.journal.rows import PUT_SESSION, PUT_STATEMENT, SESSION, session_of, session_values, statement_values
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from branchline.journal.coaching_events import CoachingEvent
    from branchline.journal.database import Database
    from branchline.journal.model import SessionRow, StoredStatement

COACHING, RETRY, CALIBRATION, PLAN = "coaching", "retry", "calibration", "plan"
KINDS = (COACHING, RETRY, CALIBRATION, PLAN)
"""About a session: comments and reviews of it; about nothing: retries of a learner; about a session or scenario; about a learner."""


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """One event of a stream as it was recorded."""

    seq: int
    """From 1 in the stream."""
    at: str
    """UTC, ISO 8601 with milliseconds and `Z`."""
    event: CoachingEvent
    shared: bool = True
    """Whether it was told to an LRS and goes into exports."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One event with who caused it: a row of the audit trail."""

    id: str
    """`STREAM:SEQ`, by which other events name it."""
    author: str
    role: str
    """The author's role then: `learner`, `coach` or `designer`."""
    at: str
    event: CoachingEvent
    shared: bool


def remark_id(stream: str, seq: int) -> str:
    """The id of an event of a stream."""
    return f"{stream}:{seq}"


_LAST = "SELECT seq, sum FROM event WHERE session = ? ORDER BY seq DESC LIMIT 1"
_LINKS = "SELECT seq, at, elapsed, codec, data, digest, sum FROM event WHERE session = ? ORDER BY seq"
_PUT = (
    "INSERT INTO event (session, seq, at, elapsed, codec, data, digest, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (session, seq) DO NOTHING"
)
_SHARED, _PRIVATE = "shared", "private"
"""Stand in the column that a play's digest stands in."""
_PUT_CONTENT = "INSERT INTO content (hash, bundle) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING"
_COLUMNS = "SELECT s.id, s.learner, s.mode, e.seq, e.at, e.codec, e.data, e.digest FROM session s JOIN event e ON e.session = s.id"
_IN_ORDER = "AND (:author IS NULL OR s.learner = :author) ORDER BY e.at, s.id, e.seq"
_OF_KIND = f"{_COLUMNS} WHERE s.kind = :kind {_IN_ORDER}"
# A condition of its own, for an index helps with no subject that may be missing.
_ABOUT = f"{_COLUMNS} WHERE s.kind = :kind AND s.content = :subject {_IN_ORDER}"


class Streams:
    """The streams of one journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        row: SessionRow,
        entries: Sequence[StreamEntry],
        statements: Sequence[StoredStatement],
        *,
        content: tuple[str, bytes] | None = None,
    ) -> None:
        """Write entries at the end of their author's stream, all or nothing; `row` is kept with the first of them.

        `content` is a packed bundle by its hash, to which something is pinned. Raises DamagedData where the entries do not continue the
        stream.
        """
        _check(row)
        with self._database.writing() as connection:
            root = _put_row(connection, row)
            if content is not None:
                connection.execute(_PUT_CONTENT, content)
            last, before = connection.execute(_LAST, (row.id,)).fetchone() or (0, "")
            if [entry.seq for entry in entries] != list(range(last + 1, last + 1 + len(entries))):
                raise DamagedData("Somebody else writes into this stream.", where=f"stream {clean_line(row.id)}", code="session-moved-on")
            connection.executemany(_PUT, _chained(row.id, entries, before or root))
            connection.executemany(PUT_STATEMENT, map(statement_values, statements))

    def adopt(self, row: SessionRow, entries: Iterable[StreamEntry], pinned: Mapping[str, Mapping[str, Any]] | None = None) -> int:
        """Take in entries that were written elsewhere, with the bundles by hash that they are pinned to; how many were new.

        What is known stays as it is. Raises DamagedData where the stream is another author's here, or a session.
        """
        _check(row)
        kept = [(known, codec.pack(bundle)) for known, bundle in (pinned or {}).items()]
        with self._database.writing() as connection:
            root = _put_row(connection, row)
            connection.executemany(_PUT_CONTENT, kept)
            return sum(connection.execute(_PUT, _values(row.id, entry, root)).rowcount for entry in entries)

    def remarks(self, kind: str, subject: str | None = None, *, author: str | None = None) -> list[Remark]:
        """Every event of the streams of a kind, about a subject and by an author where one is named, in the order of time.

        DamagedData where one cannot be read.
        """
        asked = {"kind": kind, "author": author} if subject is None else {"kind": kind, "author": author, "subject": subject}
        rows = self._database.rows(_OF_KIND if subject is None else _ABOUT, asked)
        return [_remark(row) for row in rows]

    def rows(self, kind: str, subject: str | None = None) -> list[SessionRow]:
        """The streams of a kind, the one begun first first."""
        found = self._database.rows(
            SESSION + "WHERE kind = ? AND (? IS NULL OR content = ?) ORDER BY started, place", (kind, subject, subject)
        )
        return [session_of(row) for row in found]

    def broken_at(self, row: SessionRow) -> Link | None:
        """The first remark of the stream that is not as it was written; None where all are."""
        links = (Link._make(each) for each in self._database.rows(_LINKS, (row.id,)))
        return stray_at(links, _root(row.id, row.kind, row.content, row.learner, row.mode))

    def pinned(self, entries: Iterable[StreamEntry]) -> dict[str, Mapping[str, Any]]:
        """The bundles by hash of the rubrics that these entries are pinned to, as far as they are kept here."""
        asked = {entry.event.rubric_hash for entry in entries if isinstance(entry.event, SessionReviewed | CalibrationOpened)}
        sql = "SELECT bundle FROM content WHERE hash = ?"
        return {known: codec.unpack(bundle) for known in sorted(asked) for (bundle,) in self._database.rows(sql, (known,))}

    def entries(self, stream: str) -> list[StreamEntry]:
        """The entries of one stream; empty where there is none."""
        sql = "SELECT seq, at, codec, data, digest FROM event WHERE session = ? ORDER BY seq"
        return [
            StreamEntry(seq, at, _event(data, version, stream, seq), mark != _PRIVATE)
            for seq, at, version, data, mark in self._database.rows(sql, (stream,))
        ]


def _check(row: SessionRow) -> None:
    if row.kind in PLAYED or row.kind not in KINDS:
        raise DamagedData(f"`{clean_line(row.kind)}` is no kind of stream.", where=f"stream {clean_line(row.id)}")


def _put_row(connection: Any, row: SessionRow) -> str:
    """Keep the row of a new stream; what the stream's sums begin with."""
    held = connection.execute("SELECT kind, learner, content, mode FROM session WHERE id = ?", (row.id,)).fetchone()
    if held is None:
        connection.execute(PUT_SESSION, session_values(row))
        return _root(row.id, row.kind, row.content, row.learner, row.mode)
    if held[0] != row.kind:
        raise DamagedData("This stream is a session of another kind.", where=f"stream {clean_line(row.id)}", code="other-kind")
    if held[1] != row.learner:
        raise DamagedData("This stream is somebody else's.", where=f"stream {clean_line(row.id)}", code="other-author")
    _, _, content, mode = held
    return _root(row.id, row.kind, content, row.learner, mode)


def _root(stream: str, kind: str, content: str, author: str, role: str) -> str:
    """What the sums of a stream begin with: who says it, and about what."""
    return f"{stream}\n{kind}\n{content}\n{author}\n{role}"


def _chained(stream: str, entries: Iterable[StreamEntry], before: str) -> Iterator[tuple[object, ...]]:
    """The rows of entries that follow one whose sum is `before`."""
    for entry in entries:
        values = _values(stream, entry, before)
        before = str(values[-1])
        yield values


def _values(stream: str, entry: StreamEntry, before: str) -> tuple[object, ...]:
    """The row of an entry whose sum follows from `before`."""
    data = codec.dumps(codec.encode(entry.event))
    row = (entry.seq, entry.at, 0.0, codec.CODEC_VERSION, data, _SHARED if entry.shared else _PRIVATE)
    return stream, *row, linked(before, *row)


def _remark(row: tuple[Any, ...]) -> Remark:
    stream, author, role, seq, at, version, data, mark = row
    return Remark(remark_id(stream, seq), author, role, at, _event(data, version, stream, seq), mark != _PRIVATE)


def _event(data: str, version: int, stream: str, seq: int) -> CoachingEvent:
    try:
        return codec.decode_coaching(codec.loads(data), version)
    except DamagedData as error:
        error.where, error.seq = f"entry {seq} of stream {clean_line(stream)}", seq
        raise
