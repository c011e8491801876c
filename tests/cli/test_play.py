"""`play` and `resume`: from scripts and line by line, over one small workspace of our own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCENARIO = """\
format: 1
id: small-talk
version: 1
title: Small talk
summary: A caller who wants to be heard.
channel: chat
language: en
level: 1
minutes: 3
customer: {name: Robin, account: A-1, plan: Basic, trust: 50, heat: 50}
start: hello
review: {status: draft}
nodes:
  hello:
    lines:
      - customer: "Hello? [bold]Anybody[/bold]?"
    choices:
      - id: kind
        say: I am here, and I am listening.
        empathy: {acknowledge: 2, tone: 2}
        because: It answers the fear.
        go: luck
      - id: curt
        say: What do you want?
        empathy: {acknowledge: 0, tone: 0}
        because: It closes the door.
        go: luck
  luck:
    chance:
      - {weight: 1, go: sunny}
      - {weight: 1, go: rainy}
  sunny:
    lines:
      - customer: Thank you.
    timeout: {after: 60s, go: gone}
    choices:
      - id: bye
        say: You are welcome.
        empathy: {acknowledge: 2, tone: 2}
        because: It closes warmly.
        go: good
  rainy:
    lines:
      - customer: Hm.
    choices:
      - id: bye
        say: Goodbye then.
        empathy: {acknowledge: 1, tone: 1}
        because: It is enough.
        go: gone
endings:
  good: {title: Heard, outcome: resolved, value: 100}
  gone: {title: Gone, outcome: lost, value: 0}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> str:
    folder = tmp_path / "content" / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "small-talk.yaml").write_text(SCENARIO, encoding="utf-8")
    return str(tmp_path / "content")


@pytest.fixture
def play(branchline: Callable[..., Any], workspace: str) -> Callable[..., Any]:
    """Plays a script of these choices with --json."""

    def run(*choices: str, more: tuple[str, ...] = (), **fields: Any) -> Any:
        script = json.dumps({"scenario": "small-talk", "seed": 7, "choices": choices, **fields})
        return branchline("play", "--script", "-", "--json", "--workspace", workspace, *more, stdin=script)

    return run


def test_a_passed_script_ends_with_0_and_its_result(play: Callable[..., Any]) -> None:
    outcome = play("kind", "luck~0", "bye", learner="a-1042")
    document = outcome.document
    assert outcome.code == 0
    assert (document["format"], document["status"], document["ending"]) == ("branchline.result/1", "completed", "good")
    assert document["path"] == ["hello.kind", "sunny.bye"]
    assert document["passed"] is True
    assert document["scores"]["composite"] == 100
    assert (document["errors"], document["learner"]) == ([], "a-1042")
    assert [(each["seq"], each["node"], each["choice"], each["word"]) for each in document["judgements"]] == [
        (2, "hello", "kind", "best"),
        (4, "sunny", "bye", "best"),
    ]


def test_a_script_that_does_not_pass_ends_with_1_and_each_deduction_has_its_line(play: Callable[..., Any]) -> None:
    outcome = play("hello.curt", "luck~1", "rainy.bye")
    assert (outcome.code, outcome.document["ending"]) == (1, "gone")
    empathy = [each for each in outcome.document["deductions"] if each["part"] == "empathy"]
    assert empathy
    assert all(each["line"] for each in empathy)


def test_a_time_out_is_a_word_of_a_script(play: Callable[..., Any]) -> None:
    document = play("kind", "luck~0", "sunny!timeout").document
    assert (document["ending"], document["path"]) == ("gone", ["hello.kind"])


def test_the_same_seed_gives_the_same_chance(play: Callable[..., Any]) -> None:
    assert play("kind", "bye").document["path"] == play("kind", "bye").document["path"]


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (["nonsense", "kind", "luck~0", "bye"], "unknown-choice"),
        (["rainy.bye", "kind", "luck~0", "bye"], "wrong-place"),
        (["kind", "luck~0", "bye", "bye"], "ended"),
        (["kind", "elsewhere~0", "bye"], "no-draw"),
        (["hello!timeout", "kind", "luck~0", "bye"], None),
    ],
)
def test_what_is_not_possible_is_an_error_in_the_result_and_the_rest_is_played(
    play: Callable[..., Any], choices: list[str], code: str | None
) -> None:
    outcome = play(*choices)
    document = outcome.document
    assert outcome.code == 1
    assert document["status"] == "completed"
    assert len(document["errors"]) == 1
    assert set(document["errors"][0]) == {"seq", "code", "message"}
    assert code is None or document["errors"][0]["code"] == code


def test_a_draw_cannot_be_named_in_an_exam(play: Callable[..., Any]) -> None:
    document = play("kind", "luck~0", mode="exam").document
    assert [each["code"] for each in document["errors"]] == ["draw-in-exam"]
    assert document["path"] == []


def test_a_script_that_stops_early_is_suspended_and_can_be_resumed(
    play: Callable[..., Any], branchline: Callable[..., Any], workspace: str
) -> None:
    stopped = play("kind", "luck~0")
    assert (stopped.code, stopped.document["status"]) == (1, "suspended")
    rest = json.dumps({"choices": ["bye"]})
    resumed = branchline("resume", "--script", "-", "--json", "--workspace", workspace, stdin=rest)
    assert resumed.code == 0
    assert resumed.document["session"] == stopped.document["session"]
    assert resumed.document["path"] == ["hello.kind", "sunny.bye"]
    again = branchline("resume", stopped.document["session"], "--script", "-", "--json", stdin=rest)
    assert (again.code, again.error["code"]) == (2, "session-ended")


def test_resume_takes_the_session_that_was_played_last(play: Callable[..., Any], branchline: Callable[..., Any], workspace: str) -> None:
    first = play("kind", "luck~0").document["session"]
    play("curt", "luck~0")
    nothing = '{"choices": []}'
    branchline("resume", first, "--script", "-", "--workspace", workspace, stdin=nothing)
    resumed = branchline("resume", "--script", "-", "--json", "--workspace", workspace, stdin=nothing)
    assert resumed.document["session"] == first


def test_only_who_played_a_session_goes_on_with_it(play: Callable[..., Any], branchline: Callable[..., Any], workspace: str) -> None:
    session = play("kind", "luck~0", learner="a-1042").document["session"]
    rest = {"choices": ["bye"]}

    def resume(*named: str, **fields: Any) -> Any:
        return branchline("resume", *named, "--script", "-", "--json", "--workspace", workspace, stdin=json.dumps({**rest, **fields}))

    refused = resume(session)
    assert (refused.code, refused.error["code"]) == (2, "not-yours")
    assert "BRANCHLINE_LEARNER=a-1042" in refused.error["hint"]
    assert branchline("resume", session, "--plain", "--workspace", workspace).code == 2
    unnamed = resume()
    assert (unnamed.code, unnamed.error["code"]) == (2, "nothing-to-resume")
    resumed = resume(learner="a-1042")
    assert (resumed.code, resumed.document["session"], resumed.document["learner"]) == (0, session, "a-1042")


def test_a_script_that_is_not_there_says_so(branchline: Callable[..., Any], workspace: str) -> None:
    outcome = branchline("play", "--script", "no-such-file.json", "--workspace", workspace)
    assert outcome.code in {1, 2}
    assert "no-such-file.json" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_script_may_be_yaml_in_a_file(branchline: Callable[..., Any], workspace: str, tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("scenario: small-talk\nchoices: [kind, luck~0, bye]\n", encoding="utf-8")
    outcome = branchline("play", "--script", str(script), "--workspace", workspace)
    assert outcome.code == 0
    assert "passed" in outcome.out


@pytest.mark.parametrize("text", ["", "[1, 2]", "{choices: 3}", "scenario: [", '{"scenario": "small-talk", "chioces": []}'])
def test_a_script_that_is_none_says_where(branchline: Callable[..., Any], workspace: str, text: str) -> None:
    outcome = branchline("play", "--script", "-", "--json", "--workspace", workspace, stdin=text)
    assert outcome.code in {1, 2}
    assert outcome.error["format"] == "branchline.error/1"


def test_nothing_named_and_two_names_are_usage_errors(branchline: Callable[..., Any], workspace: str) -> None:
    assert branchline("play", "--workspace", workspace).code == 2
    script = '{"scenario": "other", "choices": []}'
    assert branchline("play", "small-talk", "--script", "-", "--workspace", workspace, stdin=script).code == 2
    assert branchline("resume", "--workspace", workspace).code == 2


def test_line_by_line_a_conversation_is_played_to_its_debrief(branchline: Callable[..., Any], workspace: str) -> None:
    outcome = branchline("play", "small-talk", "--plain", "--seed", "1", "--workspace", workspace, stdin="1\n1\n")
    assert "Robin: Hello? [bold]Anybody[/bold]?" in outcome.out
    assert "1. " in outcome.out
    assert "Result: " in outcome.out
    assert outcome.code in {0, 1}


def test_the_end_of_input_suspends_and_says_how_to_go_on(branchline: Callable[..., Any], workspace: str) -> None:
    outcome = branchline("play", "small-talk", "--plain", "--workspace", workspace, stdin="")
    assert outcome.code == 1
    (session,) = branchline("sessions", "list", "--json").document["sessions"]
    assert session["status"] == "suspended"
    assert f"branchline resume {session['session'][:8]} --plain" in outcome.out


def test_ctrl_c_suspends_and_ends_with_130(tmp_path: Path, workspace: str) -> None:
    environ = {**os.environ, "BRANCHLINE_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "branchline", "play", "small-talk", "--plain", "--workspace", workspace]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("2. "):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert "branchline resume" in out
    assert "Traceback" not in err


def test_a_home_that_cannot_be_written_is_a_configuration_error(branchline: Callable[..., Any], workspace: str, home: Path) -> None:
    home.write_text("", encoding="utf-8")
    assert branchline("list", "--workspace", workspace).code == 0
    outcome = branchline("play", "small-talk", "--plain", "--workspace", workspace)
    assert outcome.code == 3
    assert "Traceback" not in outcome.err


def test_a_learner_s_name_reaches_the_terminal_harmless(
    play: Callable[..., Any], branchline: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCHLINE_LEARNER", "ada\x1b[31m\u202e")
    session = play("kind").document["session"]
    for arguments in (["sessions", "list"], ["sessions", "list", "--json"], ["sessions", "show", session]):
        shown = branchline(*arguments).out
        assert "ada" in shown
        assert not {"\x1b", "\u202e"} & set(shown)
