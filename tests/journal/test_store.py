from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from branchline.engine.events import SessionResumed, SopOpened
from branchline.errors import DamagedData, UnknownId
from branchline.journal.model import Entry, SessionRow, StoredStatement
from branchline.journal.store import MOVED_ON, Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = "2026-03-01T10:00:00.000Z"


def looked_up(seq: int) -> Entry:
    return Entry(seq, f"2026-03-01T09:00:00.{seq:03}Z", float(seq), SopOpened("billing", "wait"), "00000000")


def test_what_was_written_is_read_back_equal_by_the_next_program(
    path: Path, row: SessionRow, entries: list[Entry], statements: list[StoredStatement], bundle: dict[str, Any]
) -> None:
    with Journal.open(path) as journal:
        journal.write(row.id, row=row, content=("c0ffee", bundle), entries=entries, statements=statements)
    with Journal.open(path) as journal:
        assert journal.session(row.id) == row
        assert journal.entries(row.id) == entries
        assert journal.statements(row.id) == statements
        assert journal.content("c0ffee") == bundle
        journal.check()


def test_a_row_is_replaced_and_its_entries_stay(journal: Journal, row: SessionRow, entries: list[Entry]) -> None:
    journal.write(row.id, row=row, entries=entries[:2])
    ended = replace(row, status="completed", ended=NOW, scores='{"empathy":81.5}', passed=False)
    journal.write(row.id, row=ended, entries=entries[2:])
    assert journal.sessions() == [ended]
    assert journal.entries(row.id) == entries


def test_entries_that_do_not_continue_the_session_are_refused_whole(journal: Journal, row: SessionRow, entries: list[Entry]) -> None:
    journal.write(row.id, row=row, entries=entries[:2])
    for wrong in (entries[:1], entries[1:2], entries[3:4], [entries[2], entries[4]]):
        with pytest.raises(DamagedData, match="Someone else plays this session") as caught:
            journal.write(row.id, row=replace(row, status="suspended"), entries=wrong)
        assert caught.value.code == MOVED_ON
    assert journal.entries(row.id) == entries[:2]
    assert journal.session(row.id) == row


def test_the_second_of_two_players_of_one_session_is_told(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path) as mine, Journal.open(path) as other:
        mine.write(row.id, row=row, entries=entries[:2])
        other.write(row.id, entries=entries[2:3])
        with pytest.raises(DamagedData) as caught:
            mine.write(row.id, entries=entries[2:3], statements=[StoredStatement("mine", row.id, 3, "responded", "{}")])
        assert caught.value.code == MOVED_ON
        assert mine.entries(row.id) == entries[:3]
        assert mine.statements(row.id) == []


def test_writing_to_a_session_that_was_deleted_is_refused(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path) as mine, Journal.open(path) as other:
        mine.write(row.id, row=row)
        other.delete(row.id)
        with pytest.raises(DamagedData) as caught:
            mine.write(row.id, entries=entries[:1])
        assert caught.value.code == MOVED_ON
        with pytest.raises(DamagedData):
            mine.write(row.id, statements=[StoredStatement("s", row.id, 1, "launched", "{}")])


def test_a_statement_that_cannot_be_written_takes_its_entry_with_it(
    journal: Journal, row: SessionRow, entries: list[Entry], statements: list[StoredStatement]
) -> None:
    journal.write(row.id, row=row, entries=entries[:1], statements=statements[:1])
    with pytest.raises(DamagedData):
        journal.write(row.id, row=replace(row, status="completed"), entries=entries[1:2], statements=[statements[1], statements[0]])
    assert journal.entries(row.id) == entries[:1]
    assert journal.statements(row.id) == statements[:1]
    assert journal.session(row.id).status == "active"


def test_text_that_is_not_unicode_is_refused_whole(journal: Journal, row: SessionRow) -> None:
    with pytest.raises(DamagedData, match="not Unicode"):
        journal.write(row.id, row=replace(row, learner="\ud800"))
    assert journal.sessions() == []
    journal.write(row.id, row=row)
    assert journal.sessions() == [row]


def test_a_session_is_found_by_the_start_of_its_id(journal: Journal, row: SessionRow) -> None:
    twin = replace(row, id=row.id[:6] + "ff" + row.id[8:])
    journal.write(row.id, row=row)
    assert journal.session(row.id[:4]) == row
    journal.write(twin.id, row=twin)
    assert journal.session(twin.id[:8]) == twin
    with pytest.raises(UnknownId, match="More than one"):
        journal.session(row.id[:4])
    with pytest.raises(UnknownId, match="There is no session"):
        journal.session(row.id[:3])
    with pytest.raises(UnknownId) as caught:
        journal.session("%%%%\x1b")
    assert "\x1b" not in str(caught.value)
    for read in (journal.entries, journal.statements, journal.delete):
        with pytest.raises(UnknownId):
            read("nothing")


def test_an_id_that_another_id_begins_with_names_itself(journal: Journal, row: SessionRow) -> None:
    for session_id in ("abcd", "abcdef"):
        journal.write(session_id, row=replace(row, id=session_id))
    assert journal.session("abcd").id == "abcd"
    assert journal.session("abcde").id == "abcdef"


def test_sessions_come_newest_first_and_by_every_property(journal: Journal, row: SessionRow) -> None:
    rows = [
        replace(row, id="a", started="2026-03-01", status="completed"),
        replace(row, id="b", started="2026-03-03", learner="other"),
        replace(row, id="c", started="2026-03-02", content="hacked", kind="drill"),
        replace(row, id="d", started="2026-03-02"),
    ]
    for each in rows:
        journal.write(each.id, row=each)
    found: Callable[..., list[str]] = lambda **wanted: [each.id for each in journal.sessions(**wanted)]  # noqa: E731
    assert found() == ["b", "d", "c", "a"]
    assert found(limit=2) == ["b", "d"]
    assert found(limit=0) == []
    assert found(status="completed") == ["a"]
    assert found(learner="other") == ["b"]
    assert found(content="hacked") == ["c"]
    assert found(kind="scenario", status="active") == ["b", "d"]
    assert found(kind="drill", learner="other") == []


def test_content_is_kept_once_and_goes_with_its_last_session(journal: Journal, row: SessionRow, bundle: dict[str, Any]) -> None:
    second = replace(row, id="second")
    journal.write(row.id, row=row, content=("c0ffee", bundle))
    journal.write(second.id, row=second, content=("c0ffee", bundle))
    journal.delete(row.id)
    assert journal.content("c0ffee") == bundle
    journal.delete("second")
    with pytest.raises(DamagedData, match="missing"):
        journal.content("c0ffee")


def test_content_stays_while_a_session_that_began_with_it_does(
    journal: Journal, row: SessionRow, bundle: dict[str, Any], entries: list[Entry]
) -> None:
    later = {**bundle, "title": "edited"}
    resumed = Entry(7, "2026-03-01T09:00:07.000Z", 8.0, SessionResumed("beef"), "00000007")
    edited = replace(row, id="edited", content_hash="beef")
    journal.write(edited.id, row=edited, content=("beef", later), earlier={"c0ffee": bundle}, entries=[*entries, resumed])
    journal.write(row.id, row=row, content=("c0ffee", bundle), entries=entries)
    journal.delete(row.id)
    assert journal.content("c0ffee") == bundle
    journal.delete("edited")
    for gone in ("c0ffee", "beef"):
        with pytest.raises(DamagedData, match="missing"):
            journal.content(gone)


def test_deleting_a_session_takes_its_entries_and_statements_and_no_others(
    journal: Journal, row: SessionRow, entries: list[Entry], statements: list[StoredStatement]
) -> None:
    other = replace(row, id="other-session")
    journal.write(row.id, row=row, entries=entries, statements=statements)
    journal.write(other.id, row=other, entries=entries, statements=[StoredStatement("o-1", other.id, 1, "launched", "{}")])
    journal.delete(row.id)
    assert journal.sessions() == [other]
    assert journal.entries(other.id) == entries
    assert [statement.id for statement in journal.waiting(10, now=NOW)] == ["o-1"]
    assert journal.counts() == {"waiting": 1, "delivered": 1, "dead": 0}
    journal.check()


def test_a_session_whose_entries_are_all_gone_is_damaged(journal: Journal, row: SessionRow) -> None:
    journal.write(row.id, row=row)
    with pytest.raises(DamagedData, match="An entry is missing") as caught:
        journal.entries(row.id)
    assert caught.value.seq == 1


def test_a_missing_entry_is_named(journal: Journal, path: Path, row: SessionRow, entries: list[Entry]) -> None:
    journal.write(row.id, row=row, entries=entries)
    meddler = sqlite3.connect(path)
    meddler.execute("DELETE FROM event WHERE seq = 3")
    meddler.commit()
    meddler.close()
    with pytest.raises(DamagedData, match="An entry is missing") as caught:
        journal.entries(row.id)
    assert "entry 3" in caught.value.where


@pytest.mark.parametrize("data", ["{", '{"type":"gone"}', "x'00'"])
def test_an_entry_that_cannot_be_read_is_named(journal: Journal, path: Path, row: SessionRow, entries: list[Entry], data: str) -> None:
    journal.write(row.id, row=row, entries=entries)
    meddler = sqlite3.connect(path)
    meddler.execute("UPDATE event SET data = ? WHERE seq = 4", (data,))
    meddler.commit()
    meddler.close()
    with pytest.raises(DamagedData) as caught:
        journal.entries(row.id)
    assert "entry 4" in caught.value.where
    assert "Other sessions are not affected" in caught.value.hint
    assert row.id in caught.value.where


def test_kept_content_that_cannot_be_read_is_named(journal: Journal, path: Path, row: SessionRow, bundle: dict[str, Any]) -> None:
    journal.write(row.id, row=row, content=("c0ffee", bundle))
    meddler = sqlite3.connect(path)
    meddler.execute("UPDATE content SET bundle = substr(bundle, 1, 20)")
    meddler.commit()
    meddler.close()
    with pytest.raises(DamagedData) as caught:
        journal.content("c0ffee")
    assert caught.value.where == "content c0ffee"


def test_statements_wait_in_the_order_written(journal: Journal, row: SessionRow, statements: list[StoredStatement]) -> None:
    journal.write(row.id, row=row, statements=statements)
    assert journal.waiting(10, now=NOW) == statements[:2]
    assert journal.waiting(1, now=NOW) == statements[:1]
    assert journal.counts() == {"waiting": 2, "delivered": 1, "dead": 0}


def test_a_settled_statement_no_longer_waits(journal: Journal, row: SessionRow, statements: list[StoredStatement]) -> None:
    journal.write(row.id, row=row, statements=statements)
    journal.settle(["s-1"], "delivered", status=200)
    journal.settle(["s-2"], "dead", status=400, error="not a statement")
    assert journal.waiting(10, now=NOW) == []
    assert journal.counts() == {"waiting": 0, "delivered": 2, "dead": 1}
    assert journal.dead_letters() == [replace(statements[1], state="dead", status=400, error="not a statement")]
    journal.settle(["s-2"], "waiting")
    assert [statement.id for statement in journal.waiting(10, now=NOW)] == ["s-2"]
    with pytest.raises(ValueError, match="lost"):
        journal.settle(["s-2"], "lost")


def test_a_postponed_statement_holds_back_its_session_until_it_is_due(
    journal: Journal, row: SessionRow, statements: list[StoredStatement]
) -> None:
    other = replace(row, id="other-session")
    journal.write(row.id, row=row, statements=statements)
    journal.write(other.id, row=other, statements=[StoredStatement("o-1", other.id, 1, "launched", "{}")])
    journal.postpone(["s-1"], "time-out", 504)
    assert journal.waiting(1, now=NOW) == [replace(statements[0], attempts=1, status=504, error="time-out")]
    journal.postpone(["s-1"], "time-out", until="2026-03-01T10:00:30.000Z")
    assert [statement.id for statement in journal.waiting(10, now=NOW)] == ["o-1"]
    assert [statement.id for statement in journal.waiting(10, now="2026-03-01T10:00:30.000Z")] == ["s-1", "s-2", "o-1"]
    assert journal.statements(row.id)[0].attempts == 2


def test_notes_outlive_the_program(path: Path) -> None:
    with Journal.open(path) as journal:
        assert journal.note("paused") == ""
        journal.set_note("paused", "401")
        journal.set_note("paused", "403")
    with Journal.open(path) as journal:
        assert journal.note("paused") == "403"


def test_one_drainer_at_a_time_holds_the_lease(path: Path) -> None:
    with Journal.open(path) as one, Journal.open(path) as two:
        assert one.lease("one", 1000.0, 30.0)
        assert not two.lease("two", 1029.9, 30.0)
        assert one.lease("one", 1020.0, 30.0)
        assert not two.lease("two", 1040.0, 30.0)
        assert two.lease("two", 1050.0, 30.0)
        one.release("one")
        assert not one.lease("one", 1051.0, 30.0)
        two.release("two")
        assert one.lease("one", 1052.0, 30.0)


def test_a_lease_from_before_the_clock_was_set_back_counts_for_nothing(journal: Journal) -> None:
    assert journal.lease("one", 1_000_000.0, 30.0)
    assert journal.lease("two", 900_000.0, 30.0)


def test_many_threads_and_two_connections_lose_nothing(path: Path, row: SessionRow) -> None:
    failures: list[BaseException] = []
    rounds = 15

    def play(journal: Journal, session_id: str) -> None:
        try:
            journal.write(session_id, row=replace(row, id=session_id))
            for seq in range(1, rounds + 1):
                statement = StoredStatement(f"{session_id}-{seq}", session_id, seq, "looked-up", "{}")
                journal.write(session_id, entries=[looked_up(seq)], statements=[statement])
                assert journal.entries(session_id)[-1].seq == seq
        except BaseException as error:  # noqa: BLE001 - reported by the test's own thread
            failures.append(error)

    def drain(journal: Journal) -> None:
        try:
            delivered = 0
            while delivered < 4 * rounds and not failures:
                batch = [statement.id for statement in journal.waiting(7, now=NOW)]
                journal.settle(batch, "delivered", status=200)
                delivered += len(batch)
        except BaseException as error:  # noqa: BLE001 - as above
            failures.append(error)

    with Journal.open(path, timeout=30) as shared, Journal.open(path, timeout=30) as own:
        threads = [threading.Thread(target=play, args=(shared, f"session-{number}")) for number in range(4)]
        threads.append(threading.Thread(target=drain, args=(own,)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert own.counts() == {"waiting": 0, "delivered": 4 * rounds, "dead": 0}
        own.check()


def test_a_snapshot_sees_one_moment(path: Path, row: SessionRow, entries: list[Entry]) -> None:
    with Journal.open(path) as reader, Journal.open(path) as writer:
        writer.write(row.id, row=row, entries=entries[:1])
        with reader.snapshot():
            assert reader.entries(row.id) == entries[:1]
            writer.write(row.id, entries=entries[1:])
            assert reader.entries(row.id) == entries[:1]
            with pytest.raises(RuntimeError, match="inside a snapshot"):
                reader.write(row.id, row=row)
        assert reader.entries(row.id) == entries
