"""`retry`: the list, answers from a file, line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from desk_again import STORY
from retry_talk import talk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Outcome


@pytest.fixture
def mending(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the talk, in the workspace of the settings."""
    assert home
    folder = tmp_path / "content"
    file = folder / "scenarios" / "conversations" / "mending.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(talk()), encoding="utf-8")
    monkeypatch.setenv("BRANCHLINE_WORKSPACE", str(folder))
    monkeypatch.setenv("BRANCHLINE_LEARNER", "l-1")
    return file


@pytest.fixture
def session(mending: Path, branchline: Callable[..., Outcome]) -> str:
    """A session with two mistakes."""
    assert mending
    script = {"scenario": "mending", "seed": 7, "mode": "practice", "choices": ["rude", "shrug"]}
    return str(branchline("play", "--script", "-", "--json", stdin=json.dumps(script)).document["session"])


def answers(*given: dict[str, Any]) -> str:
    return json.dumps({"answers": list(given)})


def test_without_a_journal_nothing_is_due_and_none_is_made(mending: Path, branchline: Callable[..., Outcome], home: Path) -> None:
    assert mending
    found = branchline("retry", "--json")
    assert (found.code, found.document) == (0, {"format": "branchline.retry/1", "moments": []})
    assert branchline("retry", "--list").out == ""
    assert "No mistake is due." in branchline("retry", "--plain").out
    assert not list(home.rglob("*.db"))


def test_the_list_is_what_the_review_flags(session: str, branchline: Callable[..., Outcome]) -> None:
    found = branchline("retry", "--list", "--json")
    assert found.code == 0
    assert found.document["format"] == "branchline.retry/1"
    flagged = [each for each in branchline("review", session, "--json").document["moments"] if each["flagged"]]
    moments = found.document["moments"]
    assert [(each["session"], each["seq"], each["node"], each["choice"], each["loss"]) for each in moments] == [
        (session, each["seq"], each["node"], each["choice"], each["loss"]) for each in flagged
    ]
    assert [(each["times"], each["is_due"]) for each in moments] == [(0, True), (0, True)]
    assert branchline("retry", "--json").document == found.document
    assert [each["choice"] for each in branchline("retry", "--json", "--limit", "1").document["moments"]] == ["rude"]
    assert len(branchline("retry", "--json", "--session", session[:8]).document["moments"]) == 2
    told = branchline("retry", "--list").out
    assert session[:8] in told
    assert "hello.rude" in told


def test_a_mistake_made_twice_is_listed_twice_and_met_once(session: str, branchline: Callable[..., Outcome]) -> None:
    script = {"scenario": "mending", "seed": 8, "mode": "practice", "choices": ["rude", "mend"]}
    again = branchline("play", "--script", "-", "--json", stdin=json.dumps(script)).document["session"]
    moments = branchline("retry", "--json").document["moments"]
    places = [(each["session"], each["seq"]) for each in moments]
    assert len(set(places)) == len(places) == 3
    again_at = {each["choice"]: each["made_again"] for each in moments if each["session"] == session}
    assert again_at == {"rude": {"session": again, "seq": 2}, "shrug": None}
    assert "Met again: 2 shown. 0 still due." in branchline("retry", stdin="v\nv\nv\n").out
    assert branchline("retry", "--json").document["moments"] == []


def test_a_session_that_is_not_there_is_an_error_of_usage(session: str, branchline: Callable[..., Outcome]) -> None:
    assert session
    assert branchline("retry", "--json", "--session", "nowhere").code == 2


def test_answers_from_a_file_are_tried_in_turn_until_one_is_accepted(session: str, branchline: Callable[..., Outcome]) -> None:
    given = answers(
        {"session": session[:8], "seq": 2, "choice": ["fair", "near", "kind"]}, {"session": session, "seq": 3, "choice": "mend"}
    )
    found = branchline("retry", "--script", "-", "--json", stdin=given)
    assert found.code == 0
    first, second = found.document["results"]
    assert (first["session"], first["node"], first["outcome"]) == (session, "hello", "solved")
    assert [(each["choice"], each["accepted"]) for each in first["tried"]] == [("fair", False), ("near", True)]
    assert first["tried"][0]["because"] == "Because of fair."
    assert [(each["choice"], each["accepted"]) for each in first["solution"]] == [
        ("kind", True),
        ("near", True),
        ("fair", False),
        ("rude", False),
    ]
    assert second["outcome"] == "solved"
    assert found.document["moments"] == []
    assert found.document["statements"] == 2
    assert branchline("retry", "--json").document["moments"] == []
    later = branchline("retry", "--json", "--all").document["moments"]
    assert [(each["times"], each["is_due"], each["due"]) for each in later] == [(1, False, first["due"]), (1, False, second["due"])]
    assert len(branchline("sessions", "list", "--json").document["sessions"]) == 1


def test_what_was_not_solved_ends_with_one_and_hides_the_solution(session: str, branchline: Callable[..., Outcome]) -> None:
    wrong = branchline("retry", "--script", "-", "--json", stdin=answers({"session": session, "seq": 2, "choice": "fair"}))
    assert wrong.code == 1
    (result,) = wrong.document["results"]
    assert (result["outcome"], result["solution"]) == ("skipped", None)
    shown = branchline("retry", "--script", "-", "--json", stdin=answers({"session": session, "seq": 3, "do": "show"}))
    assert shown.code == 1
    (result,) = shown.document["results"]
    assert (result["outcome"], result["solution"][0]["choice"]) == ("shown", "mend")


def test_what_cannot_be_answered_is_an_error_beside_the_others(session: str, branchline: Callable[..., Outcome]) -> None:
    given = answers(
        {"session": session, "seq": 99, "choice": "kind"},
        {"session": "nowhere", "seq": 2, "choice": "kind"},
        {"session": session, "seq": 2, "choice": ["nothing"]},
        {"session": session, "seq": 3, "choice": "mend"},
    )
    found = branchline("retry", "--script", "-", "--json", stdin=given)
    assert found.code == 1
    assert [each["code"] for each in found.document["errors"]] == ["no-such-moment", "unknown-id", "choice-not-open"]
    assert [each["outcome"] for each in found.document["results"]] == [None, "solved"]
    assert found.document["statements"] == 1
    assert [each["seq"] for each in found.document["moments"]] == [2]


@pytest.mark.parametrize("given", ["", "[]", "{}", answers({"session": "a", "seq": 0, "choice": "x"}), answers({"session": "a", "seq": 1})])
def test_a_file_that_holds_no_answers_is_an_error_of_usage(session: str, branchline: Callable[..., Outcome], given: str) -> None:
    assert session
    found = branchline("retry", "--script", "-", "--json", stdin=given)
    assert found.code == 2
    assert found.error["code"] == "bad-script"


def test_what_an_edit_took_away_is_retired_with_its_reason(session: str, branchline: Callable[..., Outcome], mending: Path) -> None:
    mending.write_text(json.dumps(talk()).replace('"rude"', '"curt"').replace('"shrug"', '"leave"'), encoding="utf-8")
    given = answers({"session": session, "seq": 2, "choice": "kind"}, {"session": session, "seq": 3, "choice": "mend"})
    found = branchline("retry", "--script", "-", "--json", stdin=given)
    assert found.code == 1
    (result,), (gone,) = found.document["results"], found.document["retired"]
    assert (result["outcome"], result["edited"]) == ("solved", True)
    assert (gone["session"], gone["seq"]) == (session, 3)
    assert "`hello.rude`" in gone["reason"]
    assert [each["seq"] for each in branchline("retry", "--json", "--all").document["moments"]] == [2]


def test_a_pipe_meets_them_line_by_line(session: str, branchline: Callable[..., Outcome]) -> None:
    found = branchline("retry", stdin="v\nv\n")
    assert found.code == 0
    assert 'Then you said: "I say rude."' in found.out
    assert found.out.index("What would have been better?") < found.out.index("The solution:")
    assert "Met again: 2 shown. 0 still due." in found.out
    assert session


def test_the_statement_of_a_retry_waits_in_the_outbox(session: str, branchline: Callable[..., Outcome]) -> None:
    before = branchline("lrs", "status", "--json").document["waiting"]
    branchline("retry", "--script", "-", "--json", stdin=answers({"session": session, "seq": 2, "choice": "kind"}))
    assert branchline("lrs", "status", "--json").document["waiting"] == before + 1


def test_a_drill_is_answered_by_acts_from_before_the_mistake(home: Path, branchline: Callable[..., Outcome]) -> None:
    assert home
    acts = [act for act in STORY["actions"] if act["do"] != "verify_identity"]
    branchline("play", "--script", "-", "--json", stdin=json.dumps({**STORY, "actions": acts}))
    (moment,) = branchline("retry", "--json").document["moments"]
    place = {"session": moment["session"], "seq": moment["seq"]}
    assert (moment["kind"], moment["node"], moment["choice"]) == ("drill", "desk", "submit")
    verify, submit = {"do": "verify_identity", "level": 2, "method": "code"}, {"do": "submit"}
    for given, codes in (({"choice": "x"}, ["other-kind"]), ({"actions": [verify]}, ["not-over"])):
        refused = branchline("retry", "--script", "-", "--json", stdin=answers({**place, **given}))
        assert [each["code"] for each in refused.document["errors"]] == codes
    found = branchline("retry", "--script", "-", "--json", stdin=answers({**place, "actions": [verify, submit]}))
    assert found.code == 0
    (result,) = found.document["results"]
    assert (result["outcome"], result["tried"]) == ("solved", [{"actions": ["verify_identity"]}])
    assert branchline("retry", "--json").document["moments"] == []
