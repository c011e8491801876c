"""NO_COLOR on a real terminal: screen after screen, not one colour is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from branchline.practice import plans
from scored_room import ScoredRoom
from terminal_probe import Terminal
from tui_desk import Workspace
from tui_review import play

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

COLOUR = re.compile(rb"\x1b\[(?:[\d;:]*;)?(?:3[0-8]|4[0-8]|9\d|10[0-7])(?:[;:][\d;:]*)?m")
Walk = tuple[tuple[str, str], ...]
"""Keys, and the words that stand on the screen after them."""
TO_THE_DOOR = "to"
"""Stands for as many steps down as it takes to the entry of that name."""
MOST_DOORS = 30
BACK = "✖✖ 2"
REVIEW: Walk = (
    ("", BACK),
    ("n", "blunder"),
    ("b", "The best line"),
    ("q", BACK),
    ("w", "HYPOTHETICAL"),
    ("\x1b", BACK),
    ("c", "Comment on event"),
)
"""Review, best line, what-if, a form."""


def coloured(arguments: Sequence[str], environ: Mapping[str, str], walk: Walk) -> list[bytes]:
    """The colours that were sent on the way."""
    with Terminal(arguments, {**environ, "NO_COLOR": "1"}) as terminal:
        for keys, words in walk:
            if keys == TO_THE_DOOR:
                for _ in range(MOST_DOORS):
                    terminal.type("\x1b[B")
                    terminal.read(0.1)
                    if f"▸ {words}" in terminal.text():
                        break
                continue
            terminal.type(keys)
            terminal.wait_for(words, 20)
            terminal.read(0.3)
        terminal.type("\x11")
        assert terminal.ended() == 0
        return COLOUR.findall(terminal.output)


@pytest.fixture
def played(tmp_path: Path) -> tuple[Workspace, str]:
    """A workspace and a session of two blunders."""
    workspace = Workspace(tmp_path).write()
    studio = workspace.studio()
    session = play(workspace, studio).session_id
    studio.close()
    return workspace, session


def test_a_review_and_what_it_leads_to(played: tuple[Workspace, str]) -> None:
    workspace, session = played
    assert coloured(["review", session], workspace.environ, REVIEW) == []


def test_mistakes_met_again(played: tuple[Workspace, str]) -> None:
    workspace, _ = played
    assert coloured(["retry"], workspace.environ, (("", "What would have been better?"), ("v", "The solution"))) == []


def test_a_session_and_its_debrief(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).write()
    walk: Walk = (("", "Where is it?"), ("1", "And now?"), ("1", "ow it went"))
    assert coloured(["play", "lost-order", "--seed", "7"], workspace.environ, walk) == []


def test_a_plan_and_a_rubric_form(tmp_path: Path) -> None:
    room = ScoredRoom(tmp_path)
    session, coach = room.play(("rude", "mumble")), room.person("coach-1")
    plans.hold(coach, "robin", ["Name the loss"], moments=[(session, 2)], text="We looked at it.")
    coach.close()
    environ = {**room.environ, "BRANCHLINE_LEARNER": "coach-1", "BRANCHLINE_ROLE": "coach"}
    form: Walk = (("", "mumble"), ("s", "Score this session"), ("\r", "machine"), ("\x1b[C", "so far"))
    assert coloured(["review", session], environ, form) == []
    plan: Walk = (("", "Coaching plans"), (TO_THE_DOOR, "Coaching plans"), ("\r", "Name the loss"), ("\r", "We looked at it."))
    assert coloured([], environ, plan) == []
