"""What an LRS gave back and this machine did not make: statements of other tools, of other machines, and who is to be forgotten.

Nothing above this package sees SQL. Failures are those of the journal: JournalUnavailable and DamagedData.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from branchline.journal.database import Database, connect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from branchline.journal.database import Connect

_MANY = 500
"""How many values one query is given."""


class Activity(NamedTuple):
    """One statement that came from an LRS, as it came."""

    id: str
    """In lower case; of any UUID version, or whatever else another tool calls it."""
    registration: str
    """In lower case, empty where the statement names none."""
    at: str
    """Its timestamp as it stands there, which may be odd."""
    json: str
    learner: str = ""
    """The account name, or another identifier of the actor; empty for a group without any."""
    verb: str = ""
    """IRI of the verb."""
    voids: str = ""
    """The id of the statement that it voids, in lower case; empty for all others."""
    ours: bool = False
    """Whether Branchline made it."""
    coaching: bool = False
    """Whether it carries an event of coaching."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a forgotten learner: that, when and how much, but not who."""

    at: str
    sessions: int
    statements: int
    """How many statements were voided at the LRS."""


_FIELDS = Activity._fields
_NAMES = ", ".join(_FIELDS)
_PUT = f"INSERT INTO activity ({_NAMES}) VALUES ({', '.join('?' * len(_FIELDS))}) ON CONFLICT (id) DO NOTHING"  # noqa: S608  # field names, no data
_STANDS = "voids = '' AND id NOT IN (SELECT voids FROM activity WHERE voids <> '')"
_FOREIGN = "NOT ours AND NOT coaching"
_OF = """(learner = :learner OR kind NOT IN ('scenario', 'drill')
    AND (content = :learner OR content IN (SELECT id FROM session WHERE learner = :learner)))"""
_PUT_NOTE = "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def tombstone_key(learner: str) -> str:
    """What stands for a forgotten learner, whatever system the name is of: a hash, so that the name itself is gone."""
    return hashlib.sha256(learner.encode("utf-8", "replace")).hexdigest()


def _forgotten_note(registration: str) -> str:
    return f"forgotten {hashlib.sha256(registration.lower().encode('utf-8', 'replace')).hexdigest()}"


class Received:
    """The received part of the journal at a path, over a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path, *, timeout: float = 5.0, connect: Connect = connect) -> Self:
        """The journal at `path`, made or brought to the present version where needed."""
        return cls(Database.open(path, timeout, connect))

    def close(self) -> None:
        """Let go of the database; closing twice is fine."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def keep(self, activities: Sequence[Activity], notes: Mapping[str, str]) -> int:
        """Keep what is new and note how far reading got, all or nothing; how many were new. A statement of our own outbox is none."""
        known = self._own([each.id for each in activities])
        values = [each for each in activities if each.id not in known] if known else activities
        with self._database.writing() as connection:
            before = connection.total_changes
            connection.executemany(_PUT, values)
            new = connection.total_changes - before
            connection.executemany(_PUT_NOTE, list(notes.items()))
        return new

    def _own(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(ids), _MANY):
            part = ids[start : start + _MANY]
            sql = f"SELECT id FROM statement WHERE id IN ({', '.join('?' * len(part))})"  # noqa: S608  # question marks, no data
            found.update(str(own) for (own,) in self._database.rows(sql, part))
        return found

    def note(self, key: str) -> str:
        """What was noted under that key, empty where nothing was."""
        rows = self._database.rows("SELECT value FROM note WHERE name = ?", (key,))
        return str(rows[0][0]) if rows else ""

    def of_registration(self, registration: str) -> list[str]:
        """The JSON of every statement of that registration that no other has voided."""
        sql = f"SELECT json FROM activity WHERE registration = ? AND {_STANDS}"  # noqa: S608  # our own condition
        return [str(text) for (text,) in self._database.rows(sql, (registration.lower(),))]

    def of_learner(self, *names: str) -> list[Activity]:
        """What the learner of those names did with other tools, in the order of its timestamps; voided statements are left out."""
        asked = ", ".join("?" * len(names))
        sql = f"SELECT {_NAMES} FROM activity WHERE learner IN ({asked}) AND {_FOREIGN} AND {_STANDS} ORDER BY at, id"  # noqa: S608  # field names
        return [Activity._make(row) for row in self._database.rows(sql, names)]

    def learners(self) -> list[str]:
        """Who has done anything with other tools, by name."""
        sql = f"SELECT DISTINCT learner FROM activity WHERE learner <> '' AND {_FOREIGN} AND {_STANDS}"  # noqa: S608  # our own condition
        return sorted(str(found) for (found,) in self._database.rows(sql))

    def count_of_learner(self, *names: str) -> int:
        """How many things the learner of those names did with other tools."""
        asked = ", ".join("?" * len(names))
        sql = f"SELECT count(*) FROM activity WHERE learner IN ({asked}) AND {_FOREIGN} AND {_STANDS}"  # noqa: S608  # our own condition
        return int(self._database.rows(sql, names)[0][0])

    def coaching(self) -> list[tuple[str, str]]:
        """Id and JSON of every statement of coaching that nobody has taken in yet (`taken_in`) and that no other has voided."""
        sql = f"SELECT id, json FROM activity WHERE coaching AND NOT seen AND {_STANDS} ORDER BY at, id"  # noqa: S608  # our own condition
        return [(str(own), str(text)) for own, text in self._database.rows(sql)]

    def taken_in(self, ids: Iterable[str]) -> None:
        """Say that these statements of coaching stand in streams now, or never will."""
        with self._database.writing() as connection:
            connection.executemany("UPDATE activity SET seen = 1 WHERE id = ?", [(each,) for each in ids])

    def unseen(self) -> list[str]:
        """Registrations of Branchline sessions that have got statements since they were last `seen`, and are no session here."""
        sql = """SELECT DISTINCT registration FROM activity WHERE ours AND NOT coaching AND NOT seen
            AND registration NOT IN (SELECT id FROM session)"""
        return sorted(str(found) for (found,) in self._database.rows(sql))

    def seen(self, registration: str) -> None:
        """Say that somebody has tried to make a session of that registration."""
        with self._database.writing() as connection:
            connection.execute("UPDATE activity SET seen = 1 WHERE registration = ?", (registration,))

    def forget(self, key: str, learner: str, tombstone: Tombstone, registrations: Iterable[str] = ()) -> None:
        """Remove what came of the learner, take the name off notes about SOPs, and keep the tombstone; all or nothing.

        `registrations` are the learner's sessions: what others said of them goes too, and is `forgotten` from here on.
        """
        sessions = list(registrations)
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM activity WHERE registration = ?", [(each,) for each in sessions])
            connection.executemany(_PUT_NOTE, [(_forgotten_note(each), "") for each in sessions])
            connection.execute("DELETE FROM activity WHERE learner = ?", (learner,))
            connection.execute("UPDATE sop_note SET learner = '', session = '' WHERE learner = ?", (learner,))
            values = (key, tombstone.at, tombstone.sessions, tombstone.statements)
            connection.execute(
                "INSERT INTO tombstone (learner, at, sessions, statements) VALUES (?, ?, ?, ?) ON CONFLICT (learner) DO UPDATE"
                " SET at = excluded.at, sessions = sessions + excluded.sessions, statements = statements + excluded.statements",
                values,
            )

    def forgotten(self, registration: str) -> bool:
        """Whether that is a session of somebody who was forgotten."""
        return bool(self._database.rows("SELECT 1 FROM note WHERE name = ?", (_forgotten_note(registration),)))

    def tombstones(self) -> dict[str, Tombstone]:
        """Every tombstone by the key of its learner."""
        rows = self._database.rows("SELECT learner, at, sessions, statements FROM tombstone")
        return {str(key): Tombstone(at, sessions, statements) for key, at, sessions, statements in rows}

    def drop_letters(self, ids: Iterable[str]) -> int:
        """Remove dead letters for good; how many of the ids were any."""
        with self._database.writing() as connection:
            before = connection.total_changes
            connection.executemany("DELETE FROM statement WHERE id = ? AND state = 'dead'", [(each,) for each in ids])
            return connection.total_changes - before

    def sessions_of(self, learner: str, registrations: Iterable[str] = ()) -> list[str]:
        """Ids of what the learner played and said, and of what others said about that or the learner; what was said comes first.

        `registrations` are sessions of the learner that need not be here.
        """
        sql = f"SELECT id FROM session WHERE {_OF} ORDER BY kind IN ('scenario', 'drill'), place"  # noqa: S608  # our own condition
        found = dict.fromkeys(str(own) for (own,) in self._database.rows(sql, {"learner": learner}))
        about = "SELECT id FROM session WHERE kind NOT IN ('scenario', 'drill') AND content = ?"
        elsewhere = dict.fromkeys(str(own) for each in registrations for (own,) in self._database.rows(about, (each,)))
        return list(elsewhere | found)

    def registrations_of(self, learner: str) -> set[str]:
        """What the learner played and coaching sessions with the learner, as far as anything here tells of them."""
        sql = """SELECT id FROM session WHERE learner = :learner AND kind IN ('scenario', 'drill')
            UNION SELECT id FROM session WHERE kind = 'plan' AND content = :learner
            UNION SELECT registration FROM activity WHERE learner = :learner AND ours AND NOT coaching AND registration <> ''"""
        return {str(own) for (own,) in self._database.rows(sql, {"learner": learner})}

    def delivered_of(self, learner: str) -> Iterator[str]:
        """Ids of the statements of `sessions_of` that an LRS has taken."""
        sql = f"""SELECT id FROM statement WHERE session IN (SELECT id FROM session WHERE {_OF})
            AND state = 'delivered' ORDER BY place"""  # noqa: S608  # our own condition
        return (str(own) for (own,) in self._database.rows(sql, {"learner": learner}))
