from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from branchline.engine.events import SessionResumed, SopOpened
from branchline.errors import DamagedData, UnknownId
from branchline.journal.exchange import FORMAT, export_session, import_session, parse_session, summed
from branchline.journal.model import Entry
from branchline.journal.store import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.journal.model import SessionRow, StoredStatement

NOW = "2026-03-01T10:00:00.000Z"


@pytest.fixture
def finished(row: SessionRow) -> SessionRow:
    return replace(row, status="completed", ended=NOW, scores='{"empathy":50.0}', passed=True)


@pytest.fixture
def exported(
    journal: Journal, finished: SessionRow, entries: list[Entry], statements: list[StoredStatement], bundle: dict[str, Any]
) -> str:
    journal.write(finished.id, row=finished, content=("c0ffee", bundle), entries=entries, statements=statements)
    return export_session(journal, finished.id[:8])


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "other.db") as opened:
        yield opened


def test_a_session_comes_into_another_journal_as_it_was(
    *,
    exported: str,
    other: Journal,
    finished: SessionRow,
    entries: list[Entry],
    statements: list[StoredStatement],
    bundle: dict[str, Any],
) -> None:
    notices: list[str] = []
    assert import_session(other, exported, tell=notices.append).row == finished
    assert notices == []
    assert other.entries(finished.id) == entries
    assert other.statements(finished.id) == statements
    assert other.content("c0ffee") == bundle
    assert export_session(other, finished.id) == exported


def test_an_export_is_ascii_lines_with_the_format_first(exported: str, entries: list[Entry], statements: list[StoredStatement]) -> None:
    assert exported.isascii()
    assert exported.startswith(f'{{"format":"{FORMAT}"')
    lines = [json.loads(line) for line in exported.splitlines()]
    assert len(lines) == 1 + len(entries) + len(statements) + 1
    assert (lines[-1]["entries"], lines[-1]["statements"]) == (len(entries), len(statements))


def test_a_session_that_went_on_after_an_edit_takes_both_contents_along(
    journal: Journal, other: Journal, row: SessionRow, entries: list[Entry], bundle: dict[str, Any]
) -> None:
    later = {**bundle, "title": "edited"}
    resumed = Entry(7, "2026-03-01T09:00:07.000Z", 8.0, SessionResumed("beef"), "00000007")
    edited = replace(row, content_hash="beef")
    journal.write(row.id, row=edited, content=("beef", later), earlier={"c0ffee": bundle}, entries=[*entries, resumed])
    exported = export_session(journal, row.id)
    import_session(other, exported)
    assert (other.content("c0ffee"), other.content("beef")) == (bundle, later)
    assert export_session(other, row.id) == exported


def test_a_session_that_is_nowhere_cannot_be_exported(journal: Journal) -> None:
    with pytest.raises(UnknownId):
        export_session(journal, "nothing")


def test_an_import_that_is_repeated_changes_nothing(exported: str, other: Journal, finished: SessionRow) -> None:
    import_session(other, exported)
    other.settle(["s-1", "s-2"], "delivered", status=200)
    before = other.statements(finished.id)
    assert import_session(other, exported).row == finished
    assert other.statements(finished.id) == before
    assert other.waiting(10, now=NOW) == []
    assert other.sessions() == [finished]


def test_an_import_gives_a_session_the_entries_it_lacks(
    *, exported: str, other: Journal, row: SessionRow, finished: SessionRow, entries: list[Entry], statements: list[StoredStatement]
) -> None:
    other.write(row.id, row=row, entries=entries[:2], statements=statements[:1])
    assert import_session(other, exported).row == finished
    assert other.entries(row.id) == entries
    assert other.statements(row.id) == statements


def test_an_import_never_shortens_a_session(exported: str, other: Journal, finished: SessionRow, entries: list[Entry]) -> None:
    longer = [*entries, replace(entries[3], seq=7)]
    other.write(finished.id, row=finished, entries=longer)
    import_session(other, exported)
    assert other.entries(finished.id) == longer


def test_a_session_that_went_another_way_is_kept_and_named(exported: str, other: Journal, row: SessionRow, entries: list[Entry]) -> None:
    mine = [*entries[:3], replace(entries[3], event=SopOpened("refunds", "wait"))]
    other.write(row.id, row=row, entries=mine)
    with pytest.raises(DamagedData, match="from entry 4 on") as caught:
        import_session(other, exported)
    assert caught.value.code == "session-differs"
    assert other.entries(row.id) == mine
    assert other.session(row.id) == row


def test_any_changed_character_of_an_entry_is_found_with_its_seq(exported: str, entries: list[Entry]) -> None:
    lines = exported.splitlines(keepends=True)
    for seq in range(1, len(entries) + 1):
        line = lines[seq]
        for index in range(len(line)):
            for wrong in {"\n", "0", '"', "\u00e9", chr(ord(line[index]) ^ 1)} - {line[index]}:
                changed = "".join([*lines[:seq], line[:index] + wrong + line[index + 1 :], *lines[seq + 1 :]])
                with pytest.raises(DamagedData) as caught:
                    parse_session(changed)
                assert f"Entry {seq} (seq {seq})" in caught.value.what
                assert caught.value.exit_code == 5


def test_any_changed_character_elsewhere_is_found(exported: str, entries: list[Entry]) -> None:
    lines = exported.splitlines(keepends=True)
    for number in (0, *range(len(entries) + 1, len(lines))):
        line = lines[number]
        for index in range(len(line) - 1):
            changed = "".join([*lines[:number], line[:index] + chr(ord(line[index]) ^ 1) + line[index + 1 :], *lines[number + 1 :]])
            with pytest.raises(DamagedData):
                parse_session(changed)


def test_a_line_removed_added_or_moved_is_found(exported: str, other: Journal, entries: list[Entry]) -> None:
    lines = exported.splitlines(keepends=True)
    for number in range(len(lines)):
        for wrong in (
            lines[:number] + lines[number + 1 :],
            lines[: number + 1] + lines[number:],
            [*lines[:number], "\n", *lines[number:]],
            [*lines[:-1], lines[number]] if number < len(lines) - 1 else lines[::-1],
        ):
            with pytest.raises(DamagedData):
                import_session(other, "".join(wrong))
    with pytest.raises(DamagedData, match=r"Entry 3 \(seq 3\)"):
        import_session(other, "".join(lines[:3] + lines[4:]))
    assert len(entries) > 3
    assert other.sessions() == []


def test_lines_missing_at_the_end_are_refused(exported: str, other: Journal) -> None:
    lines = exported.splitlines(keepends=True)
    for kept in range(1, len(lines)):
        with pytest.raises(DamagedData, match="end of the file is missing") as caught:
            import_session(other, "".join(lines[:kept]))
        assert caught.value.code == "export-cut"
    assert other.sessions() == []


def test_a_file_torn_in_a_line_gives_what_its_whole_lines_hold_and_says_so(
    exported: str, tmp_path: Path, entries: list[Entry], statements: list[StoredStatement], finished: SessionRow
) -> None:
    lines = exported.splitlines(keepends=True)
    for whole in range(1, len(lines)):
        for part in (lines[whole][:1], lines[whole][: len(lines[whole]) // 2], lines[whole][:-2]):
            given = parse_session("".join(lines[:whole]) + part)
            assert list(given.entries) == entries[: whole - 1]
            assert list(given.statements) == statements[: max(0, whole - 1 - len(entries))]
            assert len(given.notices) == 1
            assert f"{len(given.entries)} entries" in given.notices[0]
            ended = len(given.entries) == len(entries)
            assert given.row == (finished if ended else replace(finished, status="suspended", ended="", scores="", passed=None))
    notices: list[str] = []
    with Journal.open(tmp_path / "torn.db") as journal:
        assert import_session(journal, "".join(lines[:4]) + lines[4][:20], tell=notices.append).row.status == "suspended"
        assert journal.entries(finished.id) == entries[:3]
        assert len(notices) == 1
        assert import_session(journal, exported).row == finished
        assert journal.entries(finished.id) == entries
        assert journal.statements(finished.id) == statements


def test_a_file_without_its_last_newline_is_whole(exported: str) -> None:
    assert parse_session(exported[:-1]) == parse_session(exported)


@pytest.mark.parametrize("text", ["", "\n", "{}", "{}\n", "hello", '{"format":"branchline.session/1"}\n', "\x00" * 300, "[" * 9000])
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(DamagedData, match="no exported session"):
        parse_session(text)


def test_well_summed_junk_is_refused_with_what_is_off(exported: str, other: Journal, finished: SessionRow) -> None:
    def refused(number: int, change: dict[str, object], named: str) -> None:
        lines = [json.loads(line) for line in exported.splitlines()]
        for line in lines:
            del line["sum"]
        lines[number] |= change
        with pytest.raises(DamagedData) as caught:
            import_session(other, "".join(summed(lines)))
        assert named in str(caught.value)

    session = json.loads(exported.splitlines()[0])["session"]
    refused(0, {"format": "branchline.session/9"}, FORMAT)
    refused(0, {"codec": 99}, "newer Branchline")
    refused(0, {"codec": True}, "`codec`")
    refused(0, {"content": []}, "`content`")
    refused(0, {"session": {**session, "status": "happy"}}, "`status`")
    refused(0, {"session": {**session, "seed": "7"}}, "`seed`")
    refused(0, {"session": {**session, "passed": 1}}, "`passed`")
    refused(2, {"seq": 3}, "entry 2")
    refused(2, {"event": {"type": "gone"}}, "entry 2")
    refused(2, {"event": []}, "not an object")
    refused(2, {"elapsed": "1"}, "`elapsed`")
    refused(2, {"digest": None}, "`digest`")
    refused(-2, {"state": "lost"}, "`state`")
    refused(-2, {"attempts": None}, "`attempts`")
    refused(-1, {"entries": 2}, "counts other lines")
    assert other.sessions() == []
    assert finished.status == "completed"
