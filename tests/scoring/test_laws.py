"""Laws that hold for the score of any play of any scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from branchline.engine.actions import Choose, TimeOut
from branchline.engine.conversation import open_choices
from branchline.engine.events import EndingReached
from branchline.engine.standing import standing
from branchline.scoring import score
from tiny import adds_up, losses

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from strategies import Play

laws = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def extreme(scenario: Scenario, sign: int) -> Play:
    """Twelve decisions at most, each the rated reply of highest (sign 1) or lowest (-1) empathy that is open."""
    play = strategies.begun(scenario)
    for _ in range(12):
        choices = open_choices(scenario, play.state)
        if play.state.ended or not choices:
            break
        play = strategies.acted(play, Choose(max(choices, key=lambda each: float("-inf") if each.e is None else sign * each.e).id))
    return play


@laws
@given(strategies.played())
def test_in_each_part_what_was_lost_and_the_score_make_100(play: Play) -> None:
    found = score(play.scenario, play.events)
    assert adds_up(found)
    for value in (found.empathy, found.sop, found.outcome, found.composite):
        assert value is None or 0 <= value <= 100


@laws
@given(strategies.played(to_the_end=True))
def test_every_deduction_and_critical_error_points_at_an_event_that_stands(play: Play) -> None:
    found = score(play.scenario, play.events)
    stands = {seq for seq, _ in standing(play.events)}
    assert all(lost.seq is None or lost.seq in stands for lost in found.deductions)
    assert all(error.seq in stands for error in found.critical)
    assert all(seq in stands for _, seq in found.flags)
    assert all(lost.lost > 0 and lost.reason for lost in found.deductions)


@laws
@given(strategies.scenarios())
def test_the_best_open_replies_score_100_and_the_worst_0(scenario: Scenario) -> None:
    best, worst = (score(scenario, extreme(scenario, sign).events) for sign in (1, -1))
    assert best.empathy in {None, 100}
    assert worst.empathy is None or worst.empathy == pytest.approx(0, abs=1e-9)
    assert losses(best, "empathy") == []


@laws
@given(strategies.played())
def test_what_does_not_stand_does_not_count(play: Play) -> None:
    bare = [event for _, event in standing(play.events)]
    whole, stripped = score(play.scenario, play.events), score(play.scenario, bare)
    assert (whole.empathy, whole.sop, whole.outcome, whole.composite) == (
        stripped.empathy,
        stripped.sop,
        stripped.outcome,
        stripped.composite,
    )
    assert (whole.trust, whole.heat, whole.effort) == (stripped.trust, stripped.heat, stripped.effort)
    assert [lost.lost for lost in whole.deductions] == [lost.lost for lost in stripped.deductions]


@laws
@given(strategies.played())
def test_trust_and_heat_are_those_of_the_last_position(play: Play) -> None:
    found = score(play.scenario, play.events)
    assert (found.trust, found.heat) == (play.state.trust, play.state.heat)


@laws
@given(strategies.played(to_the_end=True))
def test_a_critical_error_is_never_passed_and_caps(play: Play) -> None:
    found = score(play.scenario, play.events)
    if found.critical:
        assert not found.passed
        assert found.sop is None or found.sop <= 59
        assert found.composite is None or found.composite <= 59
    assert not found.passed or (found.composite or 0) >= play.scenario.pass_mark


@laws
@given(strategies.scenarios(), st.data())
def test_a_silence_is_effort_and_no_reply(scenario: Scenario, data: st.DataObject) -> None:
    play = data.draw(strategies.plays(scenario, 4))
    node = scenario.nodes.get(play.state.node)
    if node is None or node.timeout is None:
        return
    before, after = score(scenario, play.events), score(scenario, strategies.acted(play, TimeOut()).events)
    assert after.effort == before.effort + 1
    assert after.empathy == before.empathy


@laws
@given(strategies.played(to_the_end=True))
def test_only_a_reached_ending_has_a_composite(play: Play) -> None:
    found = score(play.scenario, play.events)
    reached = any(isinstance(event, EndingReached) for _, event in standing(play.events))
    assert found.ended == reached
    if not reached:
        assert (found.sop, found.outcome, found.composite) == (None, None, None)
