"""Hypothetical plays and best lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

import strategies
from branchline.coaching.judging import Explorations, judgement
from branchline.coaching.what_if import LONGEST, WhatIf, best_line
from branchline.engine.state import State
from branchline.errors import ActionRefused
from branchline.explore import explore
from coached import steps_of
from tiny import BAD, FAIR, GOOD, choice, compiled, node
from tiny import played as run

if TYPE_CHECKING:
    from strategies import Play

laws = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TALK = compiled(
    {
        "hello": node(choice("kind", GOOD, go="again"), choice("rude", BAD, go="again")),
        "again": node(choice("mend", GOOD, go="end"), choice("fair", FAIR, go="end"), choice("shrug", BAD, go="end")),
    }
)


def state_of(seq: int = 2) -> State:
    before = steps_of(TALK, run(TALK, ["rude", "shrug"]))[seq - 1].before
    assert isinstance(before, State)
    return before


def test_the_best_line_says_the_best_reply_at_every_node() -> None:
    line = best_line(explore(TALK), state_of())
    assert line is not None
    assert line.words() == ("hello.kind", "again.mend")
    assert line.ended


def test_the_best_line_from_a_later_moment_begins_there() -> None:
    line = best_line(explore(TALK), state_of(seq=3))
    assert line is not None
    assert line.words() == ("again.mend",)
    assert [one.text for one in line.lines()] == ["I say mend.", "End: The end"]


def test_without_values_there_is_no_best_line() -> None:
    assert best_line(explore(TALK, budget=1), state_of()) is None


def test_a_hypothetical_play_goes_on_from_exactly_that_state_and_leaves_it_alone() -> None:
    start = state_of(seq=3)
    play = WhatIf(TALK, start)
    play.choose("fair")
    assert play.ended
    assert start.node == "again"
    assert play.undo()
    assert play.state is start
    assert not play.undo()


def test_nothing_goes_on_after_the_end() -> None:
    play = WhatIf(TALK, state_of(seq=3))
    play.choose("mend")
    with pytest.raises(ActionRefused):
        play.choose("mend")


@laws
@given(strategies.played())
def test_playing_on_the_best_line_makes_no_further_loss(play: Play) -> None:
    exploration = explore(play.scenario)
    if play.state.ended:
        return
    line = best_line(exploration, play.state)
    assert line is not None
    assert line.decisions <= LONGEST
    found = judgement(steps_of(play.scenario, (*play.events, *line.events())), Explorations())
    assert all(abs(moment.regret or 0.0) < 1e-6 for moment in found.moments if moment.seq > len(play.events))
