"""`plan`: from the proposal to the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from scored_room import ScoredRoom

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., Any]


@pytest.fixture
def room(branchline: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScoredRoom:
    assert branchline
    room = ScoredRoom(tmp_path)
    for name, value in room.environ.items():
        monkeypatch.setenv(name, value)
    return room


@pytest.fixture
def who(room: ScoredRoom, branchline: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command as somebody."""
    assert room

    def invoke(name: str, *arguments: str) -> Any:
        monkeypatch.setenv("BRANCHLINE_LEARNER", name)
        monkeypatch.setenv("BRANCHLINE_ROLE", "coach" if name.startswith("coach") else "learner")
        return branchline(*arguments)

    return invoke


def test_nothing_is_listed_before_anything_is_held(who: Command) -> None:
    assert who("robin", "plan", "list", "--json").document == {"format": "branchline.plans/1", "plans": []}
    assert who("robin", "plan", "list").out == ""


def test_a_proposal_names_what_is_weak_what_shows_it_and_what_to_practise(who: Command, room: ScoredRoom) -> None:
    session = room.play(("rude", "mumble"))
    found = who("coach-1", "plan", "draw", "robin", "--json")
    assert (found.code, found.document["format"]) == (0, "branchline.development/1")
    first = found.document["dimensions"][0]
    assert (first["dimension"], first["figure"], first["moments"][0]["session"]) == ("acknowledge", 0.0, session)
    assert first["practise"] == [{"kind": "scenario", "id": room.name, "title": "Tiny", "passed": False}]
    assert {each["step"] for each in found.document["steps"]} == {"check", "tell"}
    page = who("coach-1", "plan", "draw", "robin").out
    assert "  acknowledge 0 over 1 session" in page
    assert f"look at: {session[:8]}:" in page
    assert "Drawn from" in page
    assert who("coach-1", "plan", "draw", "robn", "--json").error["code"] == "unknown-id"


def test_a_plan_is_held_agreed_signed_closed_and_exported(who: Command, room: ScoredRoom, tmp_path: Path) -> None:
    session = room.play(("rude", "mumble"))
    held = who("coach-1", "plan", "hold", "robin", "--goal", "Name the loss", "--moment", f"{session[:8]}:2", "--drawn", "--json").document
    assert (held["format"], held["state"], held["goals"][0]) == ("branchline.plan/1", "unsigned", "Name the loss")
    assert held["goals"][1].startswith("Raise acknowledge")
    plan = held["id"][:8]
    outcome = who("coach-1", "plan", "agree", plan, "Play it again, slowly", "--due", "2099-03-31", "--practise", room.name, "--json")
    (action,) = outcome.document["actions"]
    assert (action["due"], action["practise"], action["overdue"]) == ("2099-03-31", [room.name], False)
    assert "sign it" in who("robin", "plan", "list").out
    for name in ("coach-1", "robin"):
        assert who(name, "plan", "sign", plan).code == 0
    assert who("robin", "plan", "show", plan, "--json").document["state"] == "agreed"
    closed = who("robin", "plan", "close", action["id"], "--text", "Well.", "--json").document
    assert (closed["state"], closed["actions"][0]["state"], closed["actions"][0]["said"]) == ("finished", "done", "Well.")
    assert "finished" in who("coach-1", "plan", "list").out
    assert "[x]" in who("coach-1", "plan", "show", plan).out

    file = tmp_path / "plan.ics"
    assert who("coach-1", "plan", "export", plan, "--format", "ics", "--output", str(file)).code == 0
    (event,) = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert str(event["SUMMARY"]) == "✓ Play it again, slowly"
    printed = who("coach-1", "plan", "export", plan, "--format", "ics").out
    assert printed.encode() == file.read_bytes()
    assert "robin" not in printed
    kept = who("coach-1", "plan", "export", plan, "--names", "keep").out
    assert kept.startswith("# Coaching of robin")
    assert "robin" not in who("coach-1", "plan", "export", plan).out


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("plan", "hold", "robin", "--goal", "Go", "--moment", "14"), "bad-moment", 2),
        (("plan", "hold", "robin", "--goal", "Go", "--moment", "zzzzzz:1"), "unknown-id", 2),
        (("plan", "hold", "robin"), "no-goals", 2),
        (("plan", "hold", "coach-1", "--goal", "Go"), "own-plan", 2),
        (("plan", "show", "zzzzzz"), "unknown-id", 2),
        (("plan", "close", "zzzzzz"), "unknown-id", 2),
    ],
)
def test_what_cannot_be_is_said_with_its_code(who: Command, words: tuple[str, ...], code: str, exit_code: int) -> None:
    outcome = who("coach-1", *words, "--json")
    assert (outcome.code, outcome.error["code"]) == (exit_code, code)


def test_a_file_that_cannot_be_written_is_said(who: Command, room: ScoredRoom, tmp_path: Path) -> None:
    room.play()
    plan = who("coach-1", "plan", "hold", "robin", "--goal", "Go", "--json").document["id"]
    outcome = who("coach-1", "plan", "export", plan, "--output", str(tmp_path / "none" / "plan.md"))
    assert (outcome.code, "cannot be written" in outcome.err) == (3, True)
