"""The tables of the journal and how a database of any older version becomes the present one.

A database's version is SQLite's `user_version`: the number of migrations applied to it. 0 is an empty database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.errors import DamagedData

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

Migration = tuple[str, ...]
"""SQL statements that take a database from one version to the next."""

APPLICATION_ID = 0x42726C6E
"""Marks a SQLite file as a journal, so that another program's database is never written to."""

_FIRST: Migration = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    """CREATE TABLE session (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        content TEXT NOT NULL,
        title TEXT NOT NULL,
        version INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        logic_hash TEXT NOT NULL,
        learner TEXT NOT NULL,
        mode TEXT NOT NULL,
        seed TEXT NOT NULL,
        language TEXT NOT NULL,
        status TEXT NOT NULL,
        started TEXT NOT NULL,
        ended TEXT NOT NULL,
        scores TEXT NOT NULL,
        passed INTEGER
    )""",
    "CREATE INDEX session_by_start ON session (started)",
    "CREATE INDEX session_by_content ON session (content_hash)",
    """CREATE TABLE event (
        session TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        at TEXT NOT NULL,
        elapsed REAL NOT NULL,
        codec INTEGER NOT NULL,
        data TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (session, seq)
    ) WITHOUT ROWID""",
    "CREATE TABLE content (hash TEXT NOT NULL PRIMARY KEY, bundle BLOB NOT NULL)",
    """CREATE TABLE statement (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        session TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        role TEXT NOT NULL,
        json TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        status INTEGER NOT NULL,
        error TEXT NOT NULL,
        due TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX statement_by_state ON statement (state)",
    "CREATE INDEX statement_by_session ON statement (session)",
    """CREATE TABLE activity (
        id TEXT NOT NULL PRIMARY KEY,
        registration TEXT NOT NULL,
        at TEXT NOT NULL,
        json TEXT NOT NULL
    )""",
    "CREATE INDEX activity_by_registration ON activity (registration)",
    "CREATE TABLE note (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE lease (name TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, until REAL NOT NULL)",
)

_SOP_NOTES: Migration = (
    """CREATE TABLE sop_note (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sop TEXT NOT NULL,
        version INTEGER NOT NULL,
        step TEXT NOT NULL,
        text TEXT NOT NULL,
        learner TEXT NOT NULL,
        at TEXT NOT NULL,
        session TEXT NOT NULL,
        seq INTEGER NOT NULL,
        node TEXT NOT NULL,
        answer TEXT NOT NULL,
        answered_by TEXT NOT NULL,
        answered TEXT NOT NULL
    )""",
    "CREATE INDEX sop_note_by_sop ON sop_note (sop)",
)

_RECEIVED: Migration = (
    "ALTER TABLE activity ADD COLUMN learner TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE activity ADD COLUMN verb TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE activity ADD COLUMN voids TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE activity ADD COLUMN ours INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE activity ADD COLUMN seen INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX activity_by_learner ON activity (learner)",
    "CREATE INDEX activity_by_target ON activity (voids) WHERE voids <> ''",
    "CREATE INDEX activity_unseen ON activity (registration) WHERE ours AND NOT seen",
    """CREATE TABLE tombstone (
        learner TEXT NOT NULL PRIMARY KEY,
        at TEXT NOT NULL,
        sessions INTEGER NOT NULL,
        statements INTEGER NOT NULL
    ) WITHOUT ROWID""",
)

_STREAMS: Migration = (
    "CREATE INDEX session_by_kind ON session (kind, content)",
    "ALTER TABLE activity ADD COLUMN coaching INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX activity_of_coaching ON activity (id) WHERE coaching AND NOT seen",
)

_CHAIN: Migration = ("ALTER TABLE event ADD COLUMN sum TEXT NOT NULL DEFAULT ''",)

MIGRATIONS: tuple[Migration, ...] = (_FIRST, _SOP_NOTES, _RECEIVED, _STREAMS, _CHAIN)
"""Migration n (from 0) takes a database from version n to n + 1; a migration that was published never changes."""


def version_of(connection: sqlite3.Connection) -> int:
    """The number of migrations applied to the database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the database to version `len(migrations)`, all in one transaction.

    Raises DamagedData, with nothing changed, where the database is newer than that or belongs to another program, and
    sqlite3.Error, with nothing changed, where a statement fails. The connection must not be in a transaction.
    """
    if version_of(connection) == len(migrations):
        _refuse_foreign(connection)
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another program may have migrated between the first look and the lock.
        _apply(connection, migrations)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _apply(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    version = version_of(connection)
    _refuse_foreign(connection)
    if version > len(migrations):
        raise DamagedData(
            f"The journal was written by a newer Branchline (journal version {version}; this one reads up to {len(migrations)}).",
            hint="Install the newer Branchline again; nothing was changed.",
            code="journal-newer",
        )
    for migration in migrations[version:]:
        for statement in migration:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version_of(connection) == 0:
        ours = owner == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    else:
        ours = owner == APPLICATION_ID
    if not ours:
        raise DamagedData(
            "The file is a database, but not a journal.",
            hint="Move it aside, or let BRANCHLINE_HOME name another folder; nothing was changed.",
            code="journal-foreign",
        )
