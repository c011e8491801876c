"""The journal's narrow interface: whole writes, reads by id, and the outbox side of the statements.

Nothing above this package sees SQL. Every method raises JournalUnavailable where the database is locked, read-only, full or
out of reach, and DamagedData where it holds something that was never written; a write that raises has changed nothing.
"""

from __future__ import annotations

import sqlite3
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Self

from branchline.errors import DamagedData, UnknownId, UsageError
from branchline.journal import codec
from branchline.journal.chain import Link, broken_at, linked
from branchline.journal.database import Database, connect, damaged
from branchline.journal.model import PLAYED, Entry, SessionRow, SopNote, StoredStatement
from branchline.journal.received import Received
from branchline.journal.rows import PUT_SESSION, PUT_STATEMENT, SESSION, session_of, session_values, statement_values
from branchline.journal.streams import CALIBRATION, COACHING, Streams
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from branchline.journal.database import Connect

STATES = ("waiting", "delivered", "dead")
"""Where a statement's delivery can stand."""
MOVED_ON = "session-moved-on"
"""The code of the DamagedData raised where the session is no longer as its player left it."""
FLAGGED_NOTE = "flagged "
"""Begins the note, by session, of the moments that its judgement flagged: a projection, which goes with its session."""
SHORTEST_PREFIX = 4
"""How many characters of a session's id are needed to name it, where they name only one."""

_LONGEST_LEASE = 120.0
"""Seconds; a lease that ends later than this was made by a clock that has been set back since, and holds no more."""
_OTHERS = "Other sessions are not affected; `branchline sessions verify` checks them."

_PUT_EVENT = "INSERT INTO event (session, seq, at, elapsed, codec, data, digest, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_EVENTS = "SELECT seq, at, elapsed, codec, data, digest FROM event WHERE session = ? ORDER BY seq"
_LINKS = "SELECT seq, at, elapsed, codec, data, digest, sum FROM event WHERE session = ? ORDER BY seq"
_LAST = "SELECT seq, sum FROM event WHERE session = ? ORDER BY seq DESC LIMIT 1"
_PUT_CONTENT = "INSERT INTO content (hash, bundle) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING"
_CONTENT_OF = """SELECT hash FROM content WHERE EXISTS (SELECT 1 FROM session WHERE id = ?1 AND content_hash = hash)
    OR EXISTS (SELECT 1 FROM event WHERE session = ?1 AND data LIKE '%' || hash || '%')"""
# A session that went on after an edit needs the content that it began with too: its events name both, its row the last.
_DROP_CONTENT = """DELETE FROM content WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM session WHERE content_hash = ?1)
    AND NOT EXISTS (SELECT 1 FROM event WHERE data LIKE '%' || ?1 || '%')"""
_STATEMENT = "SELECT id, session, seq, role, json, state, attempts, status, error FROM statement "
_PUT_NOTE = "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_NOTE_FIELDS = tuple(field.name for field in fields(SopNote))
_DELIVERED_BEFORE = "deleted-sessions-delivered"
_ABOUT = "SELECT id FROM session WHERE content = ? AND kind IN (?, ?)"


class Journal:
    """Every session there is. One Journal may serve several threads, and several Journals may have the same path."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path, *, timeout: float = 5.0, connect: Connect = connect) -> Journal:
        """The journal at `path`, made or brought to the present version where needed.

        `timeout` is how many seconds a write waits for another program's. `connect` opens the SQLite file.
        """
        return cls(Database.open(path, timeout, connect))

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    @property
    def streams(self) -> Streams:
        """What people do with the sessions."""
        return Streams(self._database)

    def close(self) -> None:
        """Let go of the database; closing twice is fine, any other use afterwards is a mistake."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def received(self) -> Received:
        """What came from an LRS, over the same connection; it is closed with this journal."""
        return Received(self._database)

    def check(self) -> None:
        """Read every page and reference; raises DamagedData that names the first fault. Takes time in proportion to the size."""
        for (found,) in self._database.rows("PRAGMA integrity_check(1)"):
            if found != "ok":
                raise damaged(self.path, str(found))
        for table, *_rest in self._database.rows("PRAGMA foreign_key_check"):
            raise damaged(self.path, f"the table {table} holds a row of no session")

    def snapshot(self) -> AbstractContextManager[None]:
        """Every read inside the `with` sees one and the same moment; nothing may be written inside."""
        return self._database.snapshot()

    def write(
        self,
        session_id: str,
        *,
        row: SessionRow | None = None,
        content: tuple[str, Mapping[str, Any]] | None = None,
        earlier: Mapping[str, Mapping[str, Any]] | None = None,
        entries: Sequence[Entry] = (),
        statements: Sequence[StoredStatement] = (),
    ) -> None:
        """Record all of it or nothing; when this returns, it is on the disk.

        `row` replaces the session's row, `content` is (hash, bundle), `earlier` more bundles by hash. Raises DamagedData with the code
        `session-moved-on` where the entries do not continue the session's seq: someone else plays it, or it was deleted.
        """
        with self._database.writing() as connection:
            contents = [*(earlier or {}).items(), *([content] if content else [])]
            connection.executemany(_PUT_CONTENT, [(known, codec.pack(bundle)) for known, bundle in contents])
            if row is not None:
                connection.execute(PUT_SESSION, session_values(row))
            try:
                if entries:
                    last, before = connection.execute(_LAST, (session_id,)).fetchone() or (0, "")
                    connection.executemany(_PUT_EVENT, _event_values(session_id, entries, last, before))
                if statements:
                    connection.executemany(PUT_STATEMENT, map(statement_values, statements))
            except sqlite3.IntegrityError as error:
                raise _moved_on(session_id) from error

    def session(self, id: str) -> SessionRow:  # noqa: A002 - the word of the model
        """The session with that id or with the only id that begins so; UnknownId where none or several do."""
        found = self._database.rows(SESSION + "WHERE id = ?", (id,))
        if not found and len(id) >= SHORTEST_PREFIX:
            found = self._database.rows(SESSION + "WHERE substr(id, 1, ?) = ? LIMIT 2", (len(id), id))
        if len(found) > 1:
            raise UnknownId(f"More than one session begins with `{clean_line(id)}`.", hint="Give more of the id.", code="ambiguous-id")
        if not found:
            raise UnknownId(f"There is no session `{clean_line(id)}`.", hint="`branchline sessions list` shows them all.")
        return session_of(found[0])

    def sessions(
        self,
        *,
        status: str | None = None,
        learner: str | None = None,
        content: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
    ) -> list[SessionRow]:
        """The play-throughs that have every property given, the one started last first, at most `limit`; no streams (`streams`)."""
        wanted = {"status": status, "learner": learner, "content": content, "kind": kind, "limit": -1 if limit is None else limit}
        wanted |= dict(zip(("scenario", "drill"), PLAYED, strict=True))
        rows = self._database.rows(
            SESSION + "WHERE (:status IS NULL OR status = :status) AND (:learner IS NULL OR learner = :learner)"
            " AND (:content IS NULL OR content = :content) AND (kind = :kind OR (:kind IS NULL AND kind IN (:scenario, :drill)))"
            " ORDER BY started DESC, place DESC LIMIT :limit",
            wanted,
        )
        return [session_of(row) for row in rows]

    def entries(self, id: str, most: int | None = None) -> list[Entry]:  # noqa: A002 - the word of the model
        """The session's entries in order, the first `most` or all; DamagedData names the entry that is missing or cannot be read."""
        with self.snapshot():
            row = self.session(id)
            session_id = row.id
            rows = self._database.rows(_EVENTS + " LIMIT ?", (session_id, -1 if most is None else most))
        if row.kind not in PLAYED:
            hint = "`branchline sessions list` shows what was played."
            raise UsageError(f"`{clean_line(session_id)}` is a record of coaching, not a session.", hint=hint, code="other-kind")
        if not rows:
            raise _missing(session_id, 1)
        return [_entry(session_id, number, row) for number, row in enumerate(rows, start=1)]

    def broken_at(self, id: str) -> Link | None:  # noqa: A002 - the word of the model
        """The first entry of the session that does not follow from the one before it as it was written; None where all do."""
        return broken_at(Link._make(row) for row in self._database.rows(_LINKS, (id,)))

    def lost(self) -> list[tuple[str, int]]:
        """Ids of sessions and streams that are listed no more, each with how many of its events are left."""
        sql = "SELECT session, count(*) FROM event WHERE session NOT IN (SELECT id FROM session) GROUP BY session ORDER BY session"
        return [(str(own), int(events)) for own, events in self._database.rows(sql)]

    def content(self, hash: str) -> Mapping[str, Any]:  # noqa: A002 - the word of the model
        """The content bundle kept under that hash; DamagedData where none is, or none that can be read."""
        rows = self._database.rows("SELECT bundle FROM content WHERE hash = ?", (hash,))
        if not rows:
            where = f"content {clean_line(hash)}"
            raise DamagedData("The content that a session was played with is missing.", where=where, hint=_OTHERS, code="content-missing")
        try:
            return codec.unpack(rows[0][0])
        except DamagedData as error:
            error.where, error.hint = f"content {clean_line(hash)}", error.hint or _OTHERS
            raise

    def statements(self, id: str) -> list[StoredStatement]:  # noqa: A002 - the word of the model
        """The session's statements in the order they were written."""
        with self.snapshot():
            rows = self._database.rows(_STATEMENT + "WHERE session = ? ORDER BY place", (self.session(id).id,))
        return [StoredStatement(*row) for row in rows]

    def written_last(self, ids: Iterable[str]) -> str:
        """Which of these sessions was written to last, by the order of writing and not by any clock; empty where none of them was."""
        asked = tuple(ids)
        holders = ", ".join("?" * len(asked))
        sql = f"SELECT session FROM statement WHERE session IN ({holders}) ORDER BY place DESC LIMIT 1"  # noqa: S608  # question marks
        rows = self._database.rows(sql, asked)
        return str(rows[0][0]) if rows else ""

    def delete(self, id: str) -> None:  # noqa: A002 - the word of the model
        """Remove the session with its statements (also those that wait), what coaches said of it, and content that no other session has.

        All or nothing.
        """
        row = self.session(id)
        with self._database.writing() as connection:
            about = connection.execute(_ABOUT, (row.id, COACHING, CALIBRATION)).fetchall() if row.kind in PLAYED else []
            for (each,) in (*about, (row.id,)):
                _delete(connection, each)

    def waiting(self, limit: int, *, now: str) -> list[StoredStatement]:
        """At most `limit` statements that wait and are due at `now` (UTC, ISO 8601), in the order they were written.

        A session with a postponed statement waits as a whole, so that no statement overtakes an earlier one of its registration.
        """
        due = "WHERE state = 'waiting' AND session NOT IN (SELECT session FROM statement WHERE state = 'waiting' AND due > ?)"
        rows = self._database.rows(_STATEMENT + due + " ORDER BY place LIMIT ?", (now, limit))
        return [StoredStatement(*row) for row in rows]

    def settle(self, ids: Iterable[str], state: str, *, status: int = 0, error: str = "") -> None:
        """Give the statements a delivery state: `delivered`, `dead`, or `waiting` again."""
        if state not in STATES:
            raise ValueError(state)
        values = [(state, status, error, statement) for statement in ids]
        with self._database.writing() as connection:
            connection.executemany("UPDATE statement SET state = ?, status = ?, error = ?, due = '' WHERE id = ?", values)

    def postpone(self, ids: Iterable[str], error: str, status: int = 0, *, until: str = "") -> None:
        """Count one more attempt that failed; the statements keep waiting, and are due again at `until`, or at once."""
        values = [(error, status, until, statement) for statement in ids]
        with self._database.writing() as connection:
            connection.executemany("UPDATE statement SET attempts = attempts + 1, error = ?, status = ?, due = ? WHERE id = ?", values)

    def counts(self) -> dict[str, int]:
        """How many statements are `waiting`, `delivered` (those of deleted sessions included) and `dead`."""
        with self.snapshot():
            found = dict(self._database.rows("SELECT state, count(*) FROM statement GROUP BY state"))
            before = int(self.note(_DELIVERED_BEFORE) or 0)
        counts = {state: int(found.get(state, 0)) for state in STATES}
        return {**counts, "delivered": counts["delivered"] + before}

    def dead_letters(self) -> list[StoredStatement]:
        """The statements that the LRS refused for good, in the order they were written."""
        return [StoredStatement(*row) for row in self._database.rows(_STATEMENT + "WHERE state = 'dead' ORDER BY place")]

    def note(self, key: str) -> str:
        """What was noted under that key, empty where nothing was."""
        rows = self._database.rows("SELECT value FROM note WHERE name = ?", (key,))
        return str(rows[0][0]) if rows else ""

    def set_note(self, key: str, value: str) -> None:
        """Note a value that outlives the program."""
        with self._database.writing() as connection:
            connection.execute(_PUT_NOTE, (key, value))

    def add_sop_note(self, note: SopNote) -> SopNote:
        """Keep a new note about an SOP; it comes back with its id."""
        names = _NOTE_FIELDS[:-1]
        values = [getattr(note, name) for name in names]
        with self._database.writing() as connection:
            sql = f"INSERT INTO sop_note ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608  # field names, no data
            added = connection.execute(sql, values).lastrowid
        return replace(note, id=added or 0)

    def sop_notes(self, *, sop: str | None = None, learner: str | None = None, unanswered: bool = False) -> list[SopNote]:
        """The notes about SOPs that have every property given (an SOP's id in any case), in the order they were noted."""
        wanted = {"sop": sop, "learner": learner, "unanswered": unanswered}
        rows = self._database.rows(
            f"SELECT {', '.join(_NOTE_FIELDS)} FROM sop_note"  # noqa: S608  # field names, no data
            " WHERE (:sop IS NULL OR lower(sop) = lower(:sop)) AND (:learner IS NULL OR learner = :learner)"
            " AND (NOT :unanswered OR answered = '') ORDER BY id",
            wanted,
        )
        return [SopNote(*row) for row in rows]

    def answer_sop_note(self, number: int, answer: str, *, by: str, at: str) -> SopNote:
        """Say what became of a note; a later answer replaces an earlier one. UnknownId where there is no such note."""
        with self._database.writing() as connection:
            values = (answer, by, at, number)
            connection.execute("UPDATE sop_note SET answer = ?, answered_by = ?, answered = ? WHERE id = ?", values)
            sql = f"SELECT {', '.join(_NOTE_FIELDS)} FROM sop_note WHERE id = ?"  # noqa: S608  # field names, no data
            row = connection.execute(sql, (number,)).fetchone()
        if row is None:
            raise UnknownId(f"There is no note {number} about an SOP.", hint="`branchline sop notes` lists them all.")
        return SopNote(*row)

    def lease(self, owner: str, now: float, seconds: float) -> bool:
        """Whether `owner` alone may deliver until `now + seconds`; asking again renews it. Times are seconds since the epoch.

        A lease that would last longer than an hour was made before the clock was set back, and counts for nothing.
        """
        with self._database.writing() as connection:
            taken = connection.execute(
                "INSERT INTO lease (name, owner, until) VALUES ('delivery', ?, ?) ON CONFLICT (name) DO UPDATE"
                " SET owner = excluded.owner, until = excluded.until WHERE owner = excluded.owner OR until <= ? OR until > ?",
                (owner, now + seconds, now, now + _LONGEST_LEASE),
            )
            return taken.rowcount == 1

    def release(self, owner: str) -> None:
        """Give the lease back, if `owner` holds it."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM lease WHERE name = 'delivery' AND owner = ?", (owner,))


def _moved_on(session_id: str) -> DamagedData:
    return DamagedData(
        f"Someone else plays this session, or it was deleted: `{clean_line(session_id)}` is not as it was left here.",
        hint="Nothing was recorded twice. Resume the session to go on from where it stands now.",
        code=MOVED_ON,
    )


def _delete(connection: sqlite3.Connection, session_id: str) -> None:
    delivered = "SELECT count(*) FROM statement WHERE session = ? AND state = 'delivered'"
    gone = connection.execute(delivered, (session_id,)).fetchone()[0]
    if gone:
        before = connection.execute("SELECT value FROM note WHERE name = ?", (_DELIVERED_BEFORE,)).fetchone()
        connection.execute(_PUT_NOTE, (_DELIVERED_BEFORE, str(gone + int(before[0] if before else 0))))
    used = connection.execute(_CONTENT_OF, (session_id,)).fetchall()
    connection.execute("DELETE FROM session WHERE id = ?", (session_id,))
    connection.execute("DELETE FROM note WHERE name = ?", (f"{FLAGGED_NOTE}{session_id}",))
    connection.executemany(_DROP_CONTENT, used)


def _event_values(session_id: str, entries: Sequence[Entry], last: int, before: str) -> Iterator[tuple[object, ...]]:
    """The rows of entries after entry `last`, whose sum is `before`."""
    for seq, entry in enumerate(entries, start=last + 1):
        if entry.seq != seq:
            raise _moved_on(session_id)
        row = (seq, entry.at, entry.elapsed, codec.CODEC_VERSION, codec.dumps(codec.encode(entry.event)), entry.digest)
        before = linked(before, *row)
        yield session_id, *row, before


def _entry(session_id: str, number: int, row: tuple[Any, ...]) -> Entry:
    seq, at, elapsed, version, data, digest = row
    where = f"entry {number} of session {clean_line(session_id)}"
    if seq != number:
        raise _missing(session_id, number)
    try:
        return Entry(seq, codec.instant(at), elapsed, codec.decode(codec.loads(data), version), digest)
    except DamagedData as error:
        error.where, error.hint, error.seq = where, error.hint or _OTHERS, number
        raise


def _missing(session_id: str, number: int) -> DamagedData:
    where = f"entry {number} of session {clean_line(session_id)}"
    error = DamagedData("An entry is missing.", where=where, hint=_OTHERS, code="entry-missing")
    error.seq = number
    return error
