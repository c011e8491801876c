"""What the journal does when the disk, the folder or another program is in the way."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import DamagedData, JournalUnavailable
from branchline.journal.model import StoredStatement
from branchline.journal.schema import MIGRATIONS
from branchline.journal.store import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.journal.database import Connect
    from branchline.journal.model import Entry, SessionRow

PAGE = 4096


def by_uri(options: str) -> Connect:
    def connect(path: Path, timeout: float) -> sqlite3.Connection:
        uri = f"file:{path}?{options}"
        return sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)

    return connect


def on_a_disk_of(pages: int) -> Connect:
    def connect(path: Path, timeout: float) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    return connect


def filled(path: Path, row: SessionRow, entries: list[Entry], bundle: dict[str, Any]) -> None:
    with Journal.open(path) as journal:
        long = [StoredStatement(f"s-{number}", row.id, 1, "responded", "x" * 500) for number in range(60)]
        journal.write(row.id, row=row, content=("c0ffee", bundle), entries=entries, statements=long)


def assert_in_words(error: JournalUnavailable | DamagedData, path: Path) -> None:
    assert error.what.endswith(".")
    assert error.hint.endswith(".")
    assert str(path) in error.where


def test_the_journal_is_durable_logged_and_checks_references(journal: Journal, path: Path) -> None:
    (mode,), (synchronous,), (references,) = (
        journal._database.rows(f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous", "foreign_keys")
    )
    assert (mode, synchronous, references) == ("wal", 2, 1)
    assert path.with_name("journal.db-wal").exists()


def test_a_full_disk_loses_nothing_and_says_so(path: Path, row: SessionRow, entries: list[Entry], bundle: dict[str, Any]) -> None:
    filled(path, row, entries[:1], bundle)
    pages = path.stat().st_size // PAGE
    with Journal.open(path, connect=on_a_disk_of(pages)) as journal:
        large = [StoredStatement("large", row.id, 2, "responded", "x" * 10 * PAGE)]
        with pytest.raises(JournalUnavailable, match="no space left") as caught:
            journal.write(row.id, row=replace(row, status="completed"), entries=entries[1:2], statements=large)
        assert_in_words(caught.value, path)
        assert journal.session(row.id) == row
        assert journal.entries(row.id) == entries[:1]
        assert len(journal.statements(row.id)) == 60
        journal.check()
    with Journal.open(path) as journal:
        journal.write(row.id, entries=entries[1:2], statements=large)
        assert journal.entries(row.id) == entries[:2]


def test_a_disk_too_full_for_a_new_journal_is_told_and_leaves_a_file_that_opens_later(path: Path, row: SessionRow) -> None:
    with pytest.raises(JournalUnavailable, match="no space left"):
        Journal.open(path, connect=on_a_disk_of(5))
    with Journal.open(path) as journal:
        journal.write(row.id, row=row)
        assert journal.sessions() == [row]


def test_a_locked_journal_is_told_and_loses_nothing(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path, timeout=0.01) as journal:
        journal.write(row.id, row=row, entries=entries[:1])
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalUnavailable, match="Another program is writing") as caught:
            journal.write(row.id, entries=entries[1:2])
        assert_in_words(caught.value, path)
        assert journal.entries(row.id) == entries[:1]
        other.execute("ROLLBACK")
        other.close()
        journal.write(row.id, entries=entries[1:2])
        assert journal.entries(row.id) == entries[:2]


def test_a_new_journal_that_another_program_is_making_is_told(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(JournalUnavailable, match="Another program"):
        Journal.open(path, timeout=0.01)
    other.execute("ROLLBACK")
    other.close()
    Journal.open(path).close()


def test_a_read_only_journal_can_be_read_and_says_that_it_cannot_be_written(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path) as journal:
        journal.write(row.id, row=row, entries=entries)
    with Journal.open(path, connect=by_uri("mode=ro")) as journal:
        assert journal.entries(row.id) == entries
        with pytest.raises(JournalUnavailable, match="read-only") as caught:
            journal.write(row.id, row=replace(row, status="completed"))
        assert_in_words(caught.value, path)
        assert journal.session(row.id) == row


def test_an_empty_file_that_is_read_only_is_told(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with pytest.raises(JournalUnavailable, match="read-only"):
        Journal.open(path, connect=by_uri("mode=ro"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    for path in (in_the_way / "journal.db", in_the_way / "deeper" / "journal.db"):
        with pytest.raises(JournalUnavailable) as caught:
            Journal.open(path)
        assert_in_words(caught.value, path.parent)
    assert in_the_way.read_text() == "not a folder"


def test_a_folder_in_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(JournalUnavailable, match="cannot be opened") as caught:
        Journal.open(path)
    assert_in_words(caught.value, path)


def test_a_path_with_escape_sequences_is_shown_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\u202e" / "journal.db"
    path.mkdir(parents=True)
    with pytest.raises(JournalUnavailable) as caught:
        Journal.open(path)
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize("content", [b"x", b"[learner]\nname = 'x'\n", b"\x00" * 5000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DamagedData, match="damaged") as caught:
        Journal.open(path)
    assert_in_words(caught.value, path)
    assert "Move the file" in caught.value.hint
    assert caught.value.exit_code == 5
    assert path.read_bytes() == content


@pytest.mark.parametrize("kept", [1, 100, 600, PAGE, PAGE + 7, 3 * PAGE])
def test_a_journal_that_was_cut_is_refused_and_kept(
    path: Path, row: SessionRow, entries: list[Entry], bundle: dict[str, Any], kept: int
) -> None:
    filled(path, row, entries, bundle)
    cut = path.read_bytes()[:kept]
    path.write_bytes(cut)
    with pytest.raises(DamagedData, match="damaged") as caught:
        Journal.open(path)
    assert_in_words(caught.value, path)
    assert path.read_bytes() == cut


def test_a_journal_cut_to_nothing_keeps_its_write_ahead_log(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    log = path.with_name("journal.db-wal")
    log.write_bytes(b"the last thing that can be saved")
    with pytest.raises(DamagedData, match="write-ahead log"):
        Journal.open(path)
    assert log.read_bytes() == b"the last thing that can be saved"


def test_any_page_that_was_overwritten_is_found_and_the_file_kept(
    path: Path, row: SessionRow, entries: list[Entry], bundle: dict[str, Any]
) -> None:
    filled(path, row, entries, bundle)
    whole = path.read_bytes()
    for page in range(len(whole) // PAGE):
        broken = whole[: page * PAGE] + b"\xde" * PAGE + whole[(page + 1) * PAGE :]
        path.write_bytes(broken)
        with pytest.raises(DamagedData) as caught, Journal.open(path) as journal:
            journal.check()
        assert_in_words(caught.value, path)
        assert path.read_bytes() == broken


def test_a_page_that_was_overwritten_is_told_when_it_is_read(
    path: Path, row: SessionRow, entries: list[Entry], bundle: dict[str, Any]
) -> None:
    filled(path, row, entries, bundle)
    reader = sqlite3.connect(path)
    (root,) = reader.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()
    reader.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: (root - 1) * PAGE] + b"\xde" * PAGE + whole[root * PAGE :])
    with Journal.open(path) as journal:
        assert journal.session(row.id) == row
        with pytest.raises(DamagedData, match="damaged") as caught:
            journal.entries(row.id)
        with pytest.raises(DamagedData, match="damaged"):
            journal.write(row.id, row=replace(row, status="completed"), entries=entries[:1])
        assert_in_words(caught.value, path)
        assert journal.session(row.id) == row


def test_a_journal_without_one_of_its_tables_is_refused(path: Path) -> None:
    Journal.open(path).close()
    meddler = sqlite3.connect(path)
    meddler.execute("DROP TABLE note")
    meddler.close()
    with pytest.raises(DamagedData, match="the table note is missing"):
        Journal.open(path)


def test_a_row_of_no_session_is_found(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path) as journal:
        journal.write(row.id, row=row, entries=entries)
        meddler = sqlite3.connect(path)
        meddler.execute("DELETE FROM session")
        meddler.commit()
        meddler.close()
        with pytest.raises(DamagedData, match="event holds a row of no session"):
            journal.check()


def test_where_the_file_system_allows_no_write_ahead_log_everything_works(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path, connect=by_uri("vfs=unix-dotfile")) as mine, Journal.open(path, connect=by_uri("vfs=unix-dotfile")) as other:
        assert mine._database.rows("PRAGMA journal_mode") == [("delete",)]
        mine.write(row.id, row=row, entries=entries[:2])
        other.write(row.id, entries=entries[2:])
        assert mine.entries(row.id) == entries
        assert mine.lease("mine", 0.0, 10.0)
        assert not other.lease("other", 0.0, 10.0)


def test_a_closed_journal_leaves_one_file_and_closes_twice(path: Path, row: SessionRow) -> None:
    journal = Journal.open(path)
    journal.write(row.id, row=row)
    journal.close()
    journal.close()
    assert [file.name for file in path.parent.iterdir()] == ["journal.db"]
    with pytest.raises(sqlite3.ProgrammingError):
        journal.sessions()


def test_many_that_make_the_same_new_journal_at_once_all_open_it(path: Path, row: SessionRow) -> None:
    ready = threading.Barrier(6)

    def open_and_write(number: int) -> str:
        ready.wait()
        with Journal.open(path, timeout=30) as journal:
            journal.write(f"session-{number}", row=replace(row, id=f"session-{number}"))
            return str(journal._database.rows("PRAGMA user_version")[0][0])

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(open_and_write, range(6))) == {str(len(MIGRATIONS))}
    with Journal.open(path) as journal:
        assert len(journal.sessions()) == 6
        assert journal._database.rows("PRAGMA journal_mode") == [("wal",)]
        journal.check()
