"""The one judgement of a session."""

from __future__ import annotations

from math import isclose, isfinite
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from branchline.coaching.judging import FLAGGED, WORDS, Explorations, judgement
from branchline.content.compile import scenario_from_bundle
from branchline.engine.actions import Choose, Resume
from branchline.engine.conversation import decide, evolve
from branchline.engine.events import ChoiceMade, SessionGivenUp, TimedOut
from branchline.explore import explore
from coached import steps_of
from practice_talk import CARD, talk
from tiny import BAD, FAIR, GOOD, choice, compiled, node, started
from tiny import played as run

if TYPE_CHECKING:
    from branchline.coaching.judging import Judgement
    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from strategies import Play

laws = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
EXPLORED = Explorations()


def judged(scenario: Scenario, events: list[Event] | tuple[Event, ...], explorations: Explorations = EXPLORED) -> Judgement:
    return judgement(steps_of(scenario, events), explorations)


def lost(found: Judgement) -> float:
    return sum(moment.regret or 0.0 for moment in found.moments if moment.stands)


@laws
@given(strategies.played())
def test_what_was_lost_is_explained_by_regret_and_luck(play: Play) -> None:
    found = judged(play.scenario, play.events)
    assert found.value_start is not None
    assert found.achieved is not None
    assert isclose(found.value_start - found.achieved, lost(found) + found.luck, abs_tol=1e-6)


@laws
@given(strategies.played(to_the_end=True))
def test_what_was_achieved_is_what_the_play_earned_with_its_ending(play: Play) -> None:
    found = judged(play.scenario, play.events)
    exploration = explore(play.scenario)
    place = play.scenario.endings.get(play.state.node)
    if place is None or found.achieved is None:
        return
    earned = exploration.worth.ending(place)
    state = play.state
    while state.previous is not None:
        assert state.decision is not None
        if state.decision.choice and not state.decision.choice.startswith("!"):
            earned += exploration.points(state.previous, state.decision.choice)
        state = state.previous
    assert isclose(found.achieved, earned, abs_tol=1e-6)


@laws
@given(strategies.played())
def test_a_reply_never_gains_and_no_loss_leaves_its_range(play: Play) -> None:
    for moment in judged(play.scenario, play.events).moments:
        assert moment.loss is not None
        assert 0.0 <= moment.loss <= 1.0
        assert moment.regret is not None
        assert moment.regret > -1e-9 or moment.choice == "!timeout"
        assert moment.word in WORDS
        assert moment.flagged == (moment.stands and moment.loss >= FLAGGED)


@laws
@given(strategies.played())
def test_counts_curve_and_flags_are_of_the_same_moments(play: Play) -> None:
    found = judged(play.scenario, play.events)
    stands = [moment for moment in found.moments if moment.stands]
    assert sum(found.counts.values()) == len(stands) == len(found.curve())
    assert [seq for seq, _ in found.curve()] == [moment.seq for moment in stands]
    bad = found.counts["inaccuracy"] + found.counts["mistake"] + found.counts["blunder"]
    assert bad == len(found.flagged)
    if found.curve() and not found.chances:
        assert isclose(found.curve()[-1][1], found.achieved or 0.0, abs_tol=1e-6)


@laws
@given(strategies.played())
def test_replies_within_two_hundredths_of_the_best_are_not_flagged(play: Play) -> None:
    for moment in judged(play.scenario, play.events).moments:
        assert not (moment.flagged and moment.choice in moment.best)
        assert moment.choice == "!timeout" or (moment.word == "best") == (moment.choice in moment.best)


@laws
@given(strategies.played())
def test_every_decision_of_the_session_is_a_moment(play: Play) -> None:
    made = [seq for seq, event in enumerate(play.events, 1) if isinstance(event, ChoiceMade | TimedOut)]
    assert [moment.seq for moment in judged(play.scenario, play.events).moments] == made


@laws
@given(strategies.scenarios(), st.integers(0, 2**32))
def test_the_best_reply_every_time_loses_nothing_but_luck(scenario: Scenario, seed: int) -> None:
    exploration, play = explore(scenario), strategies.begun(scenario, seed)
    for _ in range(12):
        best = () if play.state.ended else exploration.best_choices(play.state)
        if not best:
            break
        play = strategies.acted(play, Choose(best[0]))
    assert isclose(lost(judged(scenario, play.events)), 0.0, abs_tol=1e-6)


@laws
@given(strategies.played())
def test_as_people_read_it_the_best_is_100_and_each_point_given_away_is_one_less(play: Play) -> None:
    found = judged(play.scenario, play.events)
    reached, start = found.of_100(found.achieved), found.of_100(found.value_start)
    assert start == 100.0
    assert reached is not None
    assert isclose(reached, 100.0 - lost(found) - found.luck, abs_tol=1e-6)


TALK = compiled(
    {
        "hello": node(choice("kind", GOOD, go="end"), choice("fair", FAIR, go="again"), choice("rude", BAD, go="again")),
        "again": node(choice("mend", GOOD, go="end"), choice("shrug", BAD, go="end")),
    }
)


def test_a_rude_reply_is_a_blunder_and_the_kind_one_was_best() -> None:
    found = judged(TALK, run(TALK, ["rude", "mend"]))
    first, second = found.moments
    assert (first.word, first.best, first.flagged) == ("blunder", ("kind",), True)
    assert (second.word, second.best, second.flagged) == ("best", ("mend",), False)
    assert found.counts == {"best": 1, "good": 0, "inaccuracy": 0, "mistake": 0, "blunder": 1}


def test_what_was_taken_back_is_shown_and_never_counted() -> None:
    found = judged(TALK, run(TALK, ["rude", "<", "kind"]))
    rude, kind = found.moments
    assert (rude.word, rude.stands, rude.flagged) == ("blunder", False, False)
    assert (kind.word, kind.stands) == ("best", True)
    assert found.counts["blunder"] == 0
    assert lost(found) == 0.0


def test_an_unfinished_session_has_achieved_what_can_still_be_reached() -> None:
    found = judged(TALK, run(TALK, ["rude"]))
    assert found.achieved == found.curve()[-1][1]


def test_silence_is_a_moment_of_its_own() -> None:
    scenario = scenario_from_bundle({"format": 1, "scenario": talk(), "parts": {}, "sops": {"SOP-T": CARD}, "translation": None})
    found = judged(scenario, run(scenario, ["kind", "!"]))
    assert [moment.choice for moment in found.moments] == ["kind", "!timeout"]
    assert found.moments[1].word != ""


def test_a_session_that_went_on_after_an_edit_is_judged_in_what_it_ended_with() -> None:
    edited = compiled(
        {
            "hello": node(choice("kind", GOOD, go="end"), choice("rude", FAIR, go="again")),
            "again": node(choice("mend", GOOD, go="end"), choice("shrug", BAD, go="end")),
        }
    )
    begun = started(TALK)
    state = evolve(TALK, None, begun)
    events: list[Event] = [begun, *decide(TALK, state, Choose("rude"))]
    state = evolve(TALK, state, events[-1])
    resumed = decide(edited, state, Resume())
    state = evolve(edited, state, resumed[0])
    events += [*resumed, *decide(edited, state, Choose("mend"))]
    steps = steps_of(TALK, events, {edited.content_hash: edited})
    found = judgement(steps, EXPLORED)
    assert found.moments[0].regret is not None
    assert isclose(found.moments[0].regret, explore(edited).regret(evolve(edited, None, begun), "rude"), abs_tol=1e-9)
    assert [moment.seq for moment in found.moments] == [2, 4]


def test_over_budget_values_are_sampled_and_say_so() -> None:
    found = judged(TALK, run(TALK, ["rude", "mend"]), Explorations(budget=1))
    assert found.sampled
    assert isfinite(found.error)
    assert found.value_start is not None
    assert found.achieved is not None
    assert isclose(found.value_start - found.achieved, lost(found) + found.luck, abs_tol=1e-6)
    assert found.moments[0].word == "blunder"


def test_a_given_up_session_is_judged_as_far_as_it_went() -> None:
    found = judged(TALK, [*run(TALK, ["rude"]), SessionGivenUp()])
    assert [moment.word for moment in found.moments] == ["blunder"]
