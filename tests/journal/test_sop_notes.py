from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from branchline.journal.model import SopNote
from branchline.journal.schema import MIGRATIONS, migrate
from branchline.journal.store import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.journal.model import Entry, SessionRow

NOTE = SopNote("SOP-T", 3, "It is wrong.", "ann", "2026-10-01T12:00:00.000Z", step="a", session="s-1", seq=4, node="hello")


def test_a_note_is_what_was_kept(path: Path) -> None:
    with Journal.open(path) as journal:
        kept = journal.add_sop_note(NOTE)
        assert kept == replace(NOTE, id=kept.id)
    with Journal.open(path) as journal:
        assert journal.sop_notes() == [kept]


def test_a_journal_of_version_1_keeps_its_sessions_and_takes_notes(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    path.parent.mkdir(parents=True)
    old = sqlite3.connect(path, isolation_level=None)
    migrate(old, MIGRATIONS[:1])
    tables = {name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "sop_note" not in tables
    columns = "id, kind, content, title, version, content_hash, logic_hash, learner, mode, seed, language, status, started, ended, scores"
    values = ("s", "scenario", "c", "t", 1, "h", "l", "ann", "exam", "7", "en", "active", "2026", "", "")
    old.execute(f"INSERT INTO session ({columns}) VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608  # column names, no data
    old.close()
    with Journal.open(path) as journal:
        assert [session.id for session in journal.sessions()] == ["s"]
        journal.write(row.id, row=row, entries=entries)
        assert journal.add_sop_note(NOTE).id == 1
        assert journal.entries(row.id) == entries


def test_notes_outlive_the_session_they_were_made_in(path: Path, row: SessionRow) -> None:
    with Journal.open(path) as journal:
        journal.write(row.id, row=row)
        kept = journal.add_sop_note(replace(NOTE, session=row.id))
        journal.delete(row.id)
        assert journal.sop_notes() == [kept]
        journal.check()


def test_ids_are_never_given_twice(path: Path) -> None:
    with Journal.open(path) as journal:
        first, second = journal.add_sop_note(NOTE), journal.add_sop_note(NOTE)
    assert (first.id, second.id) == (1, 2)
