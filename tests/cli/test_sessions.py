"""`sessions`: listed, read, carried to another machine, verified and deleted."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from branchline.journal.coaching_events import CommentMade
from branchline.journal.model import SessionRow
from branchline.journal.store import Journal
from branchline.journal.streams import COACHING, StreamEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEEDS_PERMISSIONS = pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write everywhere, and cannot give that up here"
)


@pytest.fixture
def session(branchline: Callable[..., Any]) -> str:
    """A bundled scenario, begun and suspended."""
    script = json.dumps({"scenario": "charged-twice", "seed": 7, "learner": "a-1042", "choices": ["own-it", "pin"]})
    return str(branchline("play", "--script", "-", "--json", stdin=script).document["session"])


@pytest.fixture
def worked(branchline: Callable[..., Any]) -> str:
    """A bundled drill, begun: its export explores nothing."""
    acts = [
        {"do": "look_up_account"},
        {"do": "public_reply", "text": "Dear Ruben, you will hear from me at ruben@castellan-cycles.example."},
    ]
    script = json.dumps({"drill": "refund-duplicate", "learner": "a-1042", "actions": acts})
    return str(branchline("play", "--script", "-", "--json", stdin=script).document["session"])


def test_a_session_is_listed_as_documented(branchline: Callable[..., Any], session: str) -> None:
    (found,) = branchline("sessions", "list", "--json").document["sessions"]
    assert {"session", "kind", "id", "version", "hash", "learner", "started", "ended", "status", "scores", "passed"} <= set(found)
    assert (found["session"], found["learner"], found["status"]) == (session, "a-1042", "suspended")
    assert branchline("sessions", "list", "--json", "--status", "completed").document["sessions"] == []
    assert session[:8] in branchline("sessions", "list").out


def test_without_a_journal_there_are_no_sessions_and_none_is_made(branchline: Callable[..., Any], home: Path) -> None:
    assert branchline("sessions", "list", "--json").document["sessions"] == []
    assert branchline("sessions", "verify", "--json").document["sessions"] == []
    assert not (home / "data").exists()


def test_a_transcript_is_shown_by_the_beginning_of_the_id(branchline: Callable[..., Any], session: str) -> None:
    shown = branchline("sessions", "show", session[:8]).out
    assert "Dana Okafor:" in shown
    assert "branchline resume" in shown
    document = branchline("sessions", "show", session, "--json").document
    assert document["path"] == ["opening.own-it", "verify.pin"]
    assert [line["number"] for line in document["lines"]] == list(range(1, len(document["lines"]) + 1))


def test_an_unknown_session_ends_with_2(branchline: Callable[..., Any]) -> None:
    assert branchline("sessions", "show", "ffffffff").code == 2


def test_an_export_is_imported_elsewhere_and_verifies(
    branchline: Callable[..., Any], session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = branchline("sessions", "export", session).out
    branchline("sessions", "export", session, "--output", str(tmp_path / "session.jsonl"))
    assert (tmp_path / "session.jsonl").read_text(encoding="utf-8") == exported
    monkeypatch.setenv("BRANCHLINE_HOME", str(tmp_path / "other"))
    assert branchline("sessions", "import", str(tmp_path / "session.jsonl")).code == 0
    assert branchline("sessions", "export", session).out == exported
    verified = branchline("sessions", "verify", "--json")
    assert verified.code == 0
    assert [(each["session"], each["ok"], each["first_difference"]) for each in verified.document["sessions"]] == [(session, True, None)]


def test_an_import_says_what_it_brought(
    branchline: Callable[..., Any], worked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = branchline("sessions", "export", worked).out
    monkeypatch.setenv("BRANCHLINE_LEARNER", "a-1042")
    branchline("resume", worked, "--script", "-", stdin='{"actions": []}')
    later = branchline("sessions", "export", worked).out
    monkeypatch.setenv("BRANCHLINE_HOME", str(tmp_path / "other"))
    assert "Imported session" in branchline("sessions", "import", "-", stdin=first).err
    again = branchline("sessions", "import", "-", stdin=first)
    assert (again.code, "brings nothing new" in again.err, "Imported" in again.err) == (0, True, False)
    assert "Imported what was new of session" in branchline("sessions", "import", "-", stdin=later).err
    assert "brings nothing new" in branchline("sessions", "import", "-", stdin=first).err


def test_an_edited_export_is_refused_with_5(branchline: Callable[..., Any], session: str) -> None:
    edited = branchline("sessions", "export", session).out.replace('"verify"', '"verity"', 1)
    outcome = branchline("sessions", "import", "-", "--json", stdin=edited)
    assert outcome.code == 5
    assert outcome.error["where"]


def test_a_file_that_is_no_text_is_refused_with_5(branchline: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    assert branchline("sessions", "import", str(tmp_path / "x")).code == 5


def test_scores_that_cannot_be_read_do_not_hide_the_sessions(branchline: Callable[..., Any], session: str, home: Path) -> None:
    with sqlite3.connect(home / "data" / "branchline.db") as database:
        database.execute("UPDATE session SET scores = 'junk'")
    database.close()
    (found,) = branchline("sessions", "list", "--json").document["sessions"]
    assert (found["session"], found["scores"]) == (session, None)
    assert session[:8] in branchline("sessions", "list").out


def test_an_edited_journal_is_found_by_verify(branchline: Callable[..., Any], session: str, home: Path) -> None:
    with sqlite3.connect(home / "data" / "branchline.db") as database:
        database.execute("UPDATE event SET digest = '00000000' WHERE session = ? AND seq = 2", (session,))
    database.close()
    outcome = branchline("sessions", "verify", session, "--json")
    assert outcome.code == 1
    (found,) = outcome.document["sessions"]
    assert (found["ok"], found["first_difference"]["seq"], found["first_difference"]["expected"]) == (False, 2, "00000000")
    assert "DIFFERENT" in branchline("sessions", "verify").out


def test_a_session_that_cannot_be_read_does_not_keep_others_from_being_verified(
    branchline: Callable[..., Any], session: str, home: Path
) -> None:
    whole = branchline("play", "--script", "-", "--json", stdin='{"scenario": "charged-twice", "choices": ["own-it"]}').document["session"]
    with sqlite3.connect(home / "data" / "branchline.db") as database:
        database.execute("UPDATE event SET data = '{' WHERE session = ? AND seq = 2", (session,))
    database.close()
    outcome = branchline("sessions", "verify", "--json")
    assert outcome.code == 5
    found = {each["session"]: (each["ok"], each["first_difference"]) for each in outcome.document["sessions"]}
    assert found[whole] == (True, None)
    assert (found[session][0], found[session][1]["seq"]) == (False, 2)


def test_a_session_with_an_entry_that_cannot_have_happened_is_shown_as_damaged(
    branchline: Callable[..., Any], session: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCHLINE_LEARNER", "a-1042")
    with sqlite3.connect(home / "data" / "branchline.db") as database:
        database.execute("UPDATE event SET data = replace(data, 'own-it', 'policy') WHERE session = ? AND seq = 2", (session,))
    database.close()
    assert branchline("sessions", "show", session, "--json").code == 5
    assert branchline("resume", "--plain").code == 5


@pytest.mark.parametrize("at", ["", "soon", "2026-03-01T09:00:00", "9999-12-31T23:59:59.999Z"])
def test_an_entry_whose_time_is_none_is_damage_whoever_reads_it(branchline: Callable[..., Any], session: str, home: Path, at: str) -> None:
    with sqlite3.connect(home / "data" / "branchline.db") as database:
        database.execute("UPDATE event SET at = ? WHERE session = ? AND seq = 3", (at, session))
    database.close()
    script = json.dumps({"learner": "a-1042", "choices": ["history"]})
    for arguments in (["resume", "--script", "-", "--json"], ["sessions", "show", session], ["sessions", "export", session]):
        outcome = branchline(*arguments, stdin=script)
        assert outcome.code == 5
        assert f"entry 3 of session {session}" in outcome.err


@NEEDS_PERMISSIONS
def test_a_home_in_which_nothing_can_be_written_can_be_read(branchline: Callable[..., Any], session: str, home: Path) -> None:
    (home / "data" / "branchline.db").chmod(0o444)
    with read_only(home / "data"):
        listed = beside(home, "sessions", "list", "--json")
        assert (listed.returncode, session in listed.stdout) == (0, True), listed.stderr
        assert "Dana Okafor:" in beside(home, "sessions", "show", session).stdout
        refused = beside(home, "sessions", "delete", session, "--yes")
        assert refused.returncode == 3
        assert "read-only" in refused.stderr
    assert branchline("sessions", "verify").code == 0


@NEEDS_PERMISSIONS
def test_a_journal_that_somebody_has_open_is_not_read_without_its_log(session: str, home: Path) -> None:
    database = home / "data" / "branchline.db"
    other = sqlite3.connect(database)
    other.execute("UPDATE session SET title = 'changed'")
    other.commit()
    for name in ("branchline.db-wal", "branchline.db-shm"):
        database.with_name(name).chmod(0o000)
    with read_only(home / "data"):
        refused = beside(home, "sessions", "list", "--json")
        assert (refused.returncode, session in refused.stdout) == (3, False)
        assert "Allow writing" in refused.stderr
    other.close()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write in the folder meanwhile."""
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


def beside(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a program to which permissions apply, as they do not to root's."""
    powerless = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*powerless, sys.executable, "-m", "branchline", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "BRANCHLINE_HOME": str(home)}, check=False)


def test_markdown_holds_the_transcript_and_no_live_markup(branchline: Callable[..., Any], session: str) -> None:
    text = branchline("sessions", "export", session, "--format", "markdown").out
    assert text.startswith("# Charged twice")
    assert "1. Desk:" in text


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("markdown", "# "),
        ("html", "<!DOCTYPE html>"),
        ("asciicast-v2", '{"version": 2'),
        ("asciicast-v3", '{"version": 3'),
        ("csv", "session,"),
    ],
)
def test_exports_for_reading_hold_no_names_unless_they_are_asked_for(
    branchline: Callable[..., Any], worked: str, form: str, begins: str
) -> None:
    redacted = branchline("sessions", "export", worked, "--format", form).out
    assert redacted.startswith(begins)
    assert not any(name in redacted for name in ("Castellan", "ruben", "Ruben", "a-1042"))
    assert "a-1042" in branchline("sessions", "export", worked, "--format", form, "--names", "keep").out


def test_a_learner_has_the_same_pseudonym_in_every_export_of_a_home(branchline: Callable[..., Any], worked: str, home: Path) -> None:
    text = branchline("sessions", "export", worked, "--format", "csv").out
    again = branchline(
        "play", "--script", "-", "--json", stdin='{"drill": "hacked-site", "learner": "a-1042", "actions": [{"do": "look_up_account"}]}'
    )
    other = branchline("sessions", "export", again.document["session"], "--format", "csv").out
    assert text.splitlines()[1].split(",")[1] == other.splitlines()[1].split(",")[1]
    assert (home / "state" / "pseudonym-key").stat().st_mode & 0o777 == 0o600


def test_a_redacted_jsonl_says_so_and_cannot_be_imported(branchline: Callable[..., Any], worked: str) -> None:
    copy = branchline("sessions", "export", worked, "--names", "redact").out
    assert json.loads(copy.splitlines()[0])["format"] == "branchline.session-redacted/1"
    assert not any(name in copy for name in ("Castellan", "Ruben", "ruben", "a-1042"))
    refused = branchline("sessions", "import", "-", "--json", stdin=copy)
    assert (refused.code, refused.error["code"]) == (5, "export-redacted")


def test_a_private_comment_is_exported_only_where_it_is_asked_for(branchline: Callable[..., Any], worked: str, home: Path) -> None:
    said = CommentMade(worked, 2, "", "Third time this week.", shared=False)
    row = SessionRow("s-1", COACHING, worked, "", 1, "", "", "coach-7", "coach", 0, "en", "completed", "2026-03-03T10:00:00.000Z")
    with closing(Journal.open(home / "data" / "branchline.db")) as journal:
        journal.streams.append(row, [StreamEntry(1, row.started, said, shared=False)], [])
    for form in ("markdown", "html", "csv", "asciicast-v3", "jsonl"):
        assert "Third time" not in branchline("sessions", "export", worked, "--format", form).out
        assert "Third time" in branchline("sessions", "export", worked, "--format", form, "--private").out


def test_an_exported_file_is_exported_as_the_session_is(branchline: Callable[..., Any], worked: str, tmp_path: Path) -> None:
    branchline("sessions", "export", worked, "-o", str(tmp_path / "s.jsonl"))
    for form in ("markdown", "csv", "jsonl"):
        of_session = branchline("sessions", "export", worked, "--format", form, "--names", "redact").out
        assert branchline("sessions", "export", str(tmp_path / "s.jsonl"), "--format", form, "--names", "redact").out == of_session


def test_deleting_needs_a_yes_where_nobody_can_answer(branchline: Callable[..., Any], session: str) -> None:
    assert branchline("sessions", "delete", session).code == 2
    assert branchline("sessions", "delete", session[:8], "--yes").code == 0
    assert branchline("sessions", "list", "--json").document["sessions"] == []


def test_verify_tells_of_streams_and_of_events_without_a_session(branchline: Callable[..., Any], worked: str, home: Path) -> None:
    with Journal.open(home / "data" / "branchline.db") as journal:
        row = SessionRow("stream-1", COACHING, worked, "T", 1, "", "", "coach-1", "coach", 0, "en", "active", "2026-03-02T09:00:00.000Z")
        said = StreamEntry(1, "2026-03-02T09:00:01.000Z", CommentMade(worked, 2, "", "Well done.", shared=True))
        journal.streams.append(row, [said], [])
    whole = branchline("sessions", "verify", "--json")
    assert (whole.code, [each["kind"] for each in whole.document["sessions"]]) == (0, ["session", "coaching"])
    with closing(sqlite3.connect(home / "data" / "branchline.db")) as database, database:
        database.execute("UPDATE event SET data = replace(data, 'Well', 'Badly') WHERE session = 'stream-1'")
        database.execute("DELETE FROM session WHERE id = ?", (worked,))
    broken = branchline("sessions", "verify", "--json")
    assert broken.code == 1
    assert {(each["kind"], each["ok"]) for each in broken.document["sessions"]} == {("lost", False), ("coaching", False)}
    assert branchline("sessions", "verify", "stream-1").code == 1
