from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from branchline.errors import DamagedData
from branchline.journal.schema import MIGRATIONS, migrate, version_of
from branchline.journal.store import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.journal.model import Entry, SessionRow


def made(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite3.connect(path, isolation_level=None)


def tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


@pytest.mark.parametrize("older", range(len(MIGRATIONS) + 1))
def test_a_journal_of_every_version_opens_with_the_tables_of_a_new_one(path: Path, tmp_path: Path, older: int, row: SessionRow) -> None:
    old = made(path)
    if older:
        migrate(old, MIGRATIONS[:older])
    assert version_of(old) == older
    old.close()
    with Journal.open(path) as journal:
        journal.write(row.id, row=row)
        assert journal.sessions() == [row]
    fresh = made(tmp_path / "fresh.db")
    migrate(fresh)
    opened = made(path)
    assert version_of(opened) == len(MIGRATIONS)
    assert tables(opened) == tables(fresh)
    opened.close()
    fresh.close()


def test_a_later_migration_keeps_what_is_there(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path) as journal:
        journal.write(row.id, row=row, entries=entries)
    connection = made(path)
    migrate(connection, (*MIGRATIONS, ("ALTER TABLE session ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",)))
    assert version_of(connection) == len(MIGRATIONS) + 1
    assert connection.execute("SELECT id, mood FROM session").fetchall() == [(row.id, "calm")]
    assert connection.execute("SELECT count(*) FROM event").fetchone() == (len(entries),)
    connection.close()


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    connection = made(path)
    migrate(connection)
    before = tables(connection)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, ("CREATE TABLE extra (id TEXT)", "CREATE TABLE extra (id TEXT)")))
    assert version_of(connection) == len(MIGRATIONS)
    assert tables(connection) == before
    assert not connection.in_transaction
    connection.close()


def test_a_newer_journal_is_refused_and_left_as_it_is(path: Path) -> None:
    connection = made(path)
    migrate(connection, (*MIGRATIONS, ("CREATE TABLE future (id TEXT)",)))
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DamagedData, match="newer Branchline") as caught:
        Journal.open(path)
    assert caught.value.code == "journal-newer"
    assert str(len(MIGRATIONS) + 1) in caught.value.what
    assert caught.value.where == str(path)
    assert "Install the newer Branchline" in caught.value.hint
    after = made(path)
    assert version_of(after) == len(MIGRATIONS) + 1
    after.close()
    # Only the write-ahead-log marks in the header (bytes 18 and 19) and the change counter may differ.
    assert path.read_bytes()[100:] == before[100:]


@pytest.mark.parametrize("version", [0, 1])
def test_another_programs_database_is_refused_and_left_as_it_is(path: Path, version: int) -> None:
    connection = made(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.execute("INSERT INTO bookmarks VALUES ('kept')")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with pytest.raises(DamagedData, match="not a journal"):
        Journal.open(path)
    after = made(path)
    assert [name for name, _ in tables(after)] == ["bookmarks"]
    assert after.execute("SELECT url FROM bookmarks").fetchall() == [("kept",)]
    after.close()
