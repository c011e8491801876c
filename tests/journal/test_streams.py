"""Streams of coaching beside the sessions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import BranchlineError, DamagedData, UsageError
from branchline.journal.coaching_events import CommentMade, RetryMade
from branchline.journal.exchange import export_session, import_session, parse_session
from branchline.journal.model import StoredStatement
from branchline.journal.store import Journal
from branchline.journal.streams import COACHING, RETRY, StreamEntry

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.journal.model import Entry, SessionRow

STREAM = "7d1c5b1e-7a55-4b7e-9d0a-1f6f2f3a9c99"


def about(row: SessionRow, stream: str = STREAM, author: str = "coach-1", kind: str = COACHING) -> SessionRow:
    return replace(row, id=stream, kind=kind, content=row.id, learner=author, mode="coach", seed=0, started="2026-03-02T09:00:00.000Z")


def comment(session: str, text: str, *, shared: bool = True) -> CommentMade:
    return CommentMade(session, 2, "Sorry.", text, shared)


def said(session: str, *texts: str) -> list[StreamEntry]:
    return [StreamEntry(n, f"2026-03-02T09:00:0{n}.000Z", comment(session, text)) for n, text in enumerate(texts, 1)]


@pytest.fixture
def played(journal: Journal, row: SessionRow, entries: list[Entry], bundle: dict[str, Any]) -> SessionRow:
    journal.write(row.id, row=row, entries=entries, content=(row.content_hash, bundle))
    return row


def test_what_two_authors_say_at_once_comes_in_the_order_of_time(journal: Journal, played: SessionRow) -> None:
    other = about(played, "8e1c5b1e-7a55-4b7e-9d0a-1f6f2f3a9c99", "coach-2")
    journal.streams.append(about(played), said(played.id, "one", "three")[:1], [])
    journal.streams.append(other, [StreamEntry(1, "2026-03-02T09:00:01.500Z", comment(played.id, "two"))], [])
    journal.streams.append(about(played), said(played.id, "one", "three")[1:], [])
    found = journal.streams.remarks(COACHING, played.id)
    assert [(each.author, each.event.text) for each in found if isinstance(each.event, CommentMade)] == [
        ("coach-1", "one"),
        ("coach-2", "two"),
        ("coach-1", "three"),
    ]
    assert found[0].id == f"{STREAM}:1"


def test_streams_are_no_sessions(journal: Journal, played: SessionRow) -> None:
    journal.streams.append(about(played), said(played.id, "one"), [])
    assert [row.id for row in journal.sessions()] == [played.id]
    with pytest.raises(UsageError):
        journal.entries(STREAM)


def test_entries_that_do_not_continue_the_stream_are_refused_whole(journal: Journal, played: SessionRow) -> None:
    journal.streams.append(about(played), said(played.id, "one"), [])
    with pytest.raises(DamagedData):
        journal.streams.append(about(played), said(played.id, "again"), [StoredStatement("s", STREAM, 1, "commented", "{}")])
    assert len(journal.streams.entries(STREAM)) == 1
    assert journal.statements(STREAM) == []


def test_a_session_cannot_be_written_as_a_stream(journal: Journal, played: SessionRow) -> None:
    with pytest.raises(DamagedData):
        journal.streams.append(played, said(played.id, "one"), [])
    with pytest.raises(DamagedData):
        journal.streams.adopt(replace(about(played), id=played.id), said(played.id, "one"))


def test_taking_in_the_same_remarks_twice_changes_nothing(journal: Journal, played: SessionRow) -> None:
    later = said(played.id, "one", "two", "three")[1:]
    assert journal.streams.adopt(about(played), later) == 2
    assert journal.streams.adopt(about(played), later) == 0
    assert [each.seq for each in journal.streams.entries(STREAM)] == [2, 3]


def test_deleting_a_session_deletes_what_was_said_of_it(journal: Journal, played: SessionRow) -> None:
    journal.streams.append(about(played), said(played.id, "one"), [StoredStatement("s", STREAM, 1, "commented", "{}")])
    journal.delete(played.id)
    assert journal.streams.remarks(COACHING, played.id) == []
    assert journal.waiting(10, now="2027-01-01T00:00:00Z") == []


def test_of_a_deleted_session_statements_that_wait_are_dropped_and_delivered_ones_stay_counted(
    journal: Journal, played: SessionRow
) -> None:
    states = ("delivered", "delivered", "waiting", "dead")
    statements = [StoredStatement(f"s{n}", STREAM, n, "commented", "{}", state) for n, state in enumerate(states, 1)]
    journal.streams.append(about(played), said(played.id, "one", "two", "three", "four"), statements)
    journal.delete(played.id)
    assert journal.counts() == {"waiting": 0, "delivered": 2, "dead": 0}
    assert journal.dead_letters() == []


def test_a_learner_s_retries_are_found_by_author(journal: Journal, played: SessionRow) -> None:
    retried = RetryMade(played.id, 2, "hello", "rude", ("kind",), "solved", 0.0, "c0ffee")
    row = replace(about(played, author="learner-7", kind=RETRY), content="")
    journal.streams.append(row, [StreamEntry(1, "2026-03-02T09:00:00.000Z", retried)], [])
    assert [each.event for each in journal.streams.remarks(RETRY, author="learner-7")] == [retried]
    assert journal.streams.remarks(RETRY, author="somebody") == []


def test_an_exported_session_takes_along_what_was_shared(journal: Journal, played: SessionRow, tmp_path: Path) -> None:
    entries = said(played.id, "shared", "private")
    entries[1] = replace(entries[1], event=comment(played.id, "private", shared=False), shared=False)
    journal.streams.append(about(played), entries, [])
    text = export_session(journal, played.id)
    assert "private" not in text.partition('"stream"')[2]
    with Journal.open(tmp_path / "other.db") as other:
        import_session(other, text)
        import_session(other, text)
        (found,) = other.streams.remarks(COACHING, played.id)
        assert isinstance(found.event, CommentMade)
        assert (found.author, found.event.text) == ("coach-1", "shared")
        import_session(other, export_session(journal, played.id, private=True))
        assert [each.shared for each in other.streams.remarks(COACHING, played.id)] == [True, False]


def test_a_file_without_streams_is_read_as_before(journal: Journal, played: SessionRow) -> None:
    assert parse_session(export_session(journal, played.id)).streams == ()


def test_a_changed_remark_in_an_exported_file_is_found(journal: Journal, played: SessionRow) -> None:
    journal.streams.append(about(played), said(played.id, "Name the loss."), [])
    text = export_session(journal, played.id).replace("Name the loss.", "Name the gain.")
    with pytest.raises(DamagedData):
        parse_session(text)


def test_nobody_speaks_in_a_stream_of_somebody_else(journal: Journal, played: SessionRow) -> None:
    one, two = said(played.id, "one", "two")
    journal.streams.append(about(played), [one], [])
    with pytest.raises(DamagedData) as caught:
        journal.streams.adopt(about(played, author="robin"), [two])
    assert caught.value.code == "other-author"
    assert [each.id for each in journal.streams.remarks(COACHING)] == [f"{STREAM}:1"]


def test_a_session_is_deleted_with_all_that_was_said_of_it_or_not_at_all(journal: Journal, played: SessionRow, path: Path) -> None:
    journal.streams.append(about(played), said(played.id, "one"), [])
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TRIGGER keep BEFORE DELETE ON session WHEN old.kind = 'scenario' BEGIN SELECT RAISE(ABORT, 'kept'); END")
    with pytest.raises(BranchlineError):
        journal.delete(played.id)
    assert [each.id for each in journal.streams.remarks(COACHING, played.id)] == [f"{STREAM}:1"]
    assert journal.session(played.id) == played
