"""`sessions`: listed, read, carried to another machine, verified and deleted."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def session(branchline: Callable[..., Any]) -> str:
    """A bundled scenario, begun and suspended."""
    script = json.dumps({"scenario": "charged-twice", "seed": 7, "learner": "a-1042", "choices": ["own-it", "pin"]})
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
    branchline: Callable[..., Any], session: str, home: Path
) -> None:
    with sqlite3.connect(home / "data" / "branchline.db") as database:
        database.execute("UPDATE event SET data = replace(data, 'own-it', 'policy') WHERE session = ? AND seq = 2", (session,))
    database.close()
    assert branchline("sessions", "show", session, "--json").code == 5
    assert branchline("resume", "--plain").code == 5


def test_markdown_holds_the_transcript_and_no_live_markup(branchline: Callable[..., Any], session: str) -> None:
    text = branchline("sessions", "export", session, "--format", "markdown").out
    assert text.startswith("# Charged twice")
    assert "1. Desk:" in text


def test_deleting_needs_a_yes_where_nobody_can_answer(branchline: Callable[..., Any], session: str) -> None:
    assert branchline("sessions", "delete", session).code == 2
    assert branchline("sessions", "delete", session[:8], "--yes").code == 0
    assert branchline("sessions", "list", "--json").document["sessions"] == []
