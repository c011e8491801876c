"""A conversation line by line: replies, commands, silence, stopping."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, TextIO

import pytest

from branchline.errors import DamagedData
from branchline.plain.reader import Reader
from branchline.plain.talk import Talk
from branchline.practice import Practice, Studio
from branchline.text import width

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCENARIO = """\
format: 1
id: waiting-room
version: 1
title: Waiting room
summary: Somebody waits.
channel: phone
language: en
level: 1
minutes: 1
customer: {name: "Robin \U0001f642 [b]", account: A-1, plan: Basic, trust: 50, heat: 50}
start: hello
review: {status: draft}
nodes:
  hello:
    lines:
      - customer: Is somebody there?
    timeout: {after: 30s, go: hold}
    choices:
      - {id: "yes", say: "I am.", empathy: {acknowledge: 2}, because: It answers., go: hold}
      - {id: hush, say: "Hold the line.", empathy: {acknowledge: 0}, because: It does not., go: hold}
  hold:
    lines:
      - desk: Nobody can speak now.
    timeout: {after: 5s, go: done}
    choices:
      - {id: never, say: "Never said.", when: "turns > 1000", go: done}
endings:
  done: {title: Done, outcome: resolved}
"""


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    folder = tmp_path / "content" / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "waiting-room.yaml").write_text(SCENARIO, encoding="utf-8")
    opened = Studio.open(environ={"BRANCHLINE_HOME": str(tmp_path / "home"), "BRANCHLINE_WORKSPACE": str(tmp_path / "content")})
    yield opened
    opened.close()


def _talk(studio: Studio, typed: str, columns: int = 80, **how: Any) -> tuple[Practice, str]:
    practice = Practice.begin(studio, studio.workspace.load("waiting-room"), seed=1, **how)
    return practice, _go_on(practice, io.StringIO(typed), columns)


def _go_on(practice: Practice, stream: TextIO, columns: int = 80) -> str:
    said: list[str] = []
    Talk(practice, Reader(stream), said.append, lambda: columns).run()
    return "\n".join(said)


def _number(practice: Practice, choice: str) -> int:
    return next(each.number for each in practice.offered() if each.id == choice)


def test_a_reply_by_number_earns_feedback_and_silence_is_offered_where_nothing_is_open(studio: Studio) -> None:
    practice, said = _talk(studio, "1\n1\n")
    assert practice.finished
    assert "You: " in said
    assert "acknowledge:" in said
    assert "1. (wait)" in said
    assert "The conversation ended: Done" in said
    assert "Result: " in said


def test_expert_mode_keeps_feedback_for_the_debrief(studio: Studio) -> None:
    _, said = _talk(studio, "1\nu\n1\n", mode="expert")
    assert "That reply was" not in said
    assert "practice mode only" in said


def test_u_takes_the_last_reply_back(studio: Studio) -> None:
    practice, said = _talk(studio, "u\n1\nu\nq\n")
    assert "There is nothing to take back here." in said
    assert "Taken back." in said
    assert practice.state.node == "hello"
    assert practice.row.status == "suspended"


@pytest.mark.parametrize("typed", ["9", "0", "-1", "yes", "1 1", "\x1b[A", "٣"])
def test_what_is_no_number_above_changes_nothing(studio: Studio, typed: str) -> None:
    practice, said = _talk(studio, f"{typed}\n")
    assert "is not one of the numbers above" in said
    assert "\x1b" not in said
    assert practice.state.node == "hello"


def test_the_commands_answer(studio: Studio) -> None:
    _, said = _talk(studio, "?\nc\ns\nr\n\n")
    assert "take the last reply back" in said
    assert said.count("Plan: Basic") == 2
    assert "cites no SOP" in said
    assert said.count("Is somebody there?") == 2


def test_how_far_it_is_to_an_end_is_told_when_asked(studio: Studio) -> None:
    _, said = _talk(studio, "w\n1\nw\n")
    assert "0 replies so far, 2 replies to an end." in said
    assert "1 reply so far, 1 reply to an end." in said


def test_giving_up_asks_first(studio: Studio) -> None:
    practice, said = _talk(studio, "g\nno\ng\ny\n")
    assert "Going on." in said
    assert practice.row.status == "abandoned"
    assert "given up" in said


def test_the_end_of_input_suspends_and_resuming_repeats_what_was_said(studio: Studio) -> None:
    practice, said = _talk(studio, "1\n")
    assert f"branchline resume {practice.session_id[:8]} --plain" in said
    resumed = Practice.resume(studio, practice.session_id)
    said = _go_on(resumed, io.StringIO("1\n"))
    assert "Is somebody there?" in said
    assert "The conversation ended: Done" in said


def test_a_terminal_s_time_limit_is_kept(studio: Studio) -> None:
    hand, screen = os.openpty()
    instants = iter([0.0, 31.0, 40.0, 46.0])
    said: list[str] = []
    practice = Practice.begin(studio, studio.workspace.load("waiting-room"), seed=1)
    with os.fdopen(screen, encoding="utf-8") as stream:
        Talk(practice, Reader(stream, lambda: next(instants)), said.append, lambda: 80).run()
    os.close(hand)
    assert practice.finished
    assert "You have 30 seconds." in "\n".join(said)
    assert "\n".join(said).count("Time is up.") == 2


def test_an_untimed_session_waits_for_ever(studio: Studio) -> None:
    practice, said = _talk(studio, "1\n", untimed=True)
    assert "seconds." not in said
    assert "1. (wait)" in said
    assert not practice.finished


@pytest.mark.parametrize("columns", [20, 40])
def test_a_narrow_terminal_gets_narrow_lines(studio: Studio, columns: int) -> None:
    _, said = _talk(studio, "?\nc\n1\n1\n", columns=columns)
    assert all(width(line) <= columns for line in said.split("\n"))


def test_a_session_played_elsewhere_meanwhile_is_told_and_nothing_is_recorded_twice(studio: Studio) -> None:
    practice = Practice.begin(studio, studio.workspace.load("waiting-room"), seed=1)
    other = Practice.resume(studio, practice.session_id)
    assert other.choose("yes") is not None
    before = len(studio.journal.entries(practice.session_id))
    with pytest.raises(DamagedData, match="Someone else"):
        _go_on(practice, io.StringIO(f"{_number(practice, 'yes')}\n"))
    assert len(studio.journal.entries(practice.session_id)) == before
