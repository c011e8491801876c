"""Laws of playing, on generated scenarios and plays."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.content.compile import scenario_from_bundle
from branchline.engine import Choose, Undo, decide, digest, evolve, locked_choices, narrate, open_choices, replay, start
from branchline.engine.events import TIMEOUT, ChoiceMade, DrawMade, EndingReached, Event, SessionStarted, TimedOut, Undone
from branchline.engine.standing import decisions, standing
from branchline.errors import ActionRefused
from strategies import Play, acted, begun, played, plays, scenarios, session_started

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from branchline.engine.state import State

law = settings(max_examples=25)


def _fold(scenario: Scenario, events: tuple[Event, ...]) -> State:
    state: State | None = None
    for event in events:
        state = evolve(scenario, state, event)
    assert state is not None
    return state


@law
@given(played())
def test_the_state_is_the_fold_of_the_events(play: Play) -> None:
    again = _fold(play.scenario, play.events)
    assert again == play.state
    assert again.decisions == play.state.decisions
    assert again.frame.facts == play.state.frame.facts


@law
@given(played())
def test_the_fold_is_the_same_for_events_that_come_from_elsewhere(play: Play) -> None:
    # Equal events that are other objects: what the engine remembers of its last decision cannot help.
    assert _fold(play.scenario, copy.deepcopy(play.events)) == play.state


@law
@given(played())
def test_content_from_a_bundle_plays_identically(play: Play) -> None:
    again = scenario_from_bundle(play.scenario.bundle)
    state: State | None = None
    for event, known in zip(play.events, play.states, strict=True):
        assert narrate(again, state, event) == narrate(play.scenario, state, event)
        state = evolve(again, state, event)
        assert state == known
        assert digest(state) == digest(known)
        assert [choice.id for choice in open_choices(again, state)] == [choice.id for choice in open_choices(play.scenario, known)]
    assert again.content_hash == play.scenario.content_hash
    assert again.logic_hash == play.scenario.logic_hash


@law
@given(played(), st.data())
def test_equal_states_have_equal_hash_and_digest_whatever_led_there(play: Play, data: st.DataObject) -> None:
    state = data.draw(st.sampled_from(play.states))
    bare = state._replace(previous=None, decision=None)
    assert bare == state
    assert hash(bare) == hash(state)
    assert digest(bare) == digest(state)
    other = state._replace(frame=state.frame._replace(seed=state.frame.seed + 1))
    assert other != state


@law
@given(played())
def test_a_state_cannot_be_changed(play: Play) -> None:
    state = play.state
    before = (state.core, hash(state), digest(state))
    with pytest.raises(AttributeError):
        state.core = ()  # type: ignore[misc]  # that is the point
    for choice in open_choices(play.scenario, state):
        decide(play.scenario, state, Choose(choice.id))
    assert (state.core, hash(state), digest(state)) == before


@law
@given(scenarios(), st.integers(0, 2**32))
def test_starting_is_the_fold_of_what_a_session_records_first(scenario: Scenario, seed: int) -> None:
    assert start(scenario, seed) == begun(scenario, seed).state


@law
@given(played(), st.data())
def test_undo_returns_exactly_to_the_state_before(play: Play, data: st.DataObject) -> None:
    open_now = open_choices(play.scenario, play.state)
    if not open_now:
        return
    choice = data.draw(st.sampled_from(open_now))
    after = acted(play, Choose(choice.id))
    back = acted(after, Undo())
    assert back.state is play.state
    assert back.events[-1] == Undone(play.state.node, choice.id)
    # Nobody re-rolls: the same reply meets the same draws.
    assert acted(back, Choose(choice.id)).state == after.state


@law
@given(played())
def test_what_stands_is_what_the_state_remembers(play: Play) -> None:
    assert tuple(decisions(standing(play.events))) == play.state.decisions


@law
@given(played())
def test_undoing_everything_leads_back_to_the_start(play: Play) -> None:
    while play.state.previous is not None:
        play = acted(play, Undo())
    assert play.state == start(play.scenario, play.state.frame.seed)
    with pytest.raises(ActionRefused) as refused:
        decide(play.scenario, play.state, Undo())
    assert refused.value.code == "nothing-to-undo"


@law
@given(played())
def test_decisions_made_again_lead_to_the_same_state(play: Play) -> None:
    again = replay(scenario_from_bundle(play.scenario.bundle), play.state)
    assert again == play.state
    assert again.decisions == play.state.decisions


@law
@given(played(), st.data())
def test_the_first_decisions_made_again_lead_to_the_state_after_them(play: Play, data: st.DataObject) -> None:
    made = [decision for decision in play.state.decisions if decision.choice]
    kept = data.draw(st.integers(0, len(made)))
    state = play.state
    for _ in range(len(made) - kept):
        assert state.previous is not None
        state = state.previous
    assert replay(play.scenario, play.state, kept) == state


@law
@given(played())
def test_an_ending_is_reached_once_and_only_where_the_conversation_stops(play: Play) -> None:
    for event, state in zip(play.events, play.states, strict=True):
        if isinstance(event, EndingReached):
            assert state.ended
            assert state.node == event.ending
        elif isinstance(event, ChoiceMade | TimedOut | DrawMade) and state.ended:
            assert EndingReached(state.node) in play.events


@law
@given(played())
def test_every_recorded_choice_was_open_in_authored_order(play: Play) -> None:
    before: State | None = None
    for event, state in zip(play.events, play.states, strict=True):
        if isinstance(event, ChoiceMade):
            assert before is not None
            assert event.open == tuple(choice.id for choice in open_choices(play.scenario, before))
            authored = [choice.id for choice in play.scenario.nodes[event.node].choices]
            assert list(event.open) == [name for name in authored if name in event.open]
            assert event.choice in event.open
        before = state


@law
@given(played())
def test_a_choice_is_open_or_locked_or_hidden_or_used_up(play: Play) -> None:
    for state in play.states:
        node = play.scenario.nodes.get(state.node)
        if node is None:
            continue
        opened = {choice.id for choice in open_choices(play.scenario, state)}
        locked = {choice.id for choice in locked_choices(play.scenario, state)}
        assert not opened & locked
        for choice in node.choices:
            used = choice.once and bool(state.core[3] & choice.bit)
            hidden = choice.when is not None and not choice.when(state.core)
            assert (choice.id in opened | locked) is not (used or hidden)


@law
@given(played())
def test_gauges_and_variables_stay_in_their_domains(play: Play) -> None:
    for state in play.states:
        assert 0 <= state.trust <= 100
        assert 0 <= state.heat <= 100
        for index, domain in state.layout.variables.values():
            assert domain.low <= state.core[index] <= domain.high


@law
@given(played(), st.data())
def test_a_refused_reply_changes_nothing_and_says_why(play: Play, data: st.DataObject) -> None:
    state = play.state
    opened = {choice.id for choice in open_choices(play.scenario, state)}
    locked = {choice.id for choice in locked_choices(play.scenario, state)}
    wanted = data.draw(st.sampled_from(["c0", "c1", "c2", "out", "no-such-choice"]))
    if wanted in opened:
        return
    with pytest.raises(ActionRefused) as refused:
        decide(play.scenario, state, Choose(wanted))
    node = play.scenario.nodes.get(state.node)
    if node is None:
        assert refused.value.code == "session-over"
    elif node.choice(wanted) is None:
        assert refused.value.code == "unknown-choice"
    else:
        assert refused.value.code == ("choice-locked" if wanted in locked else "choice-not-open")
        assert refused.value.where == f"{state.node}.{wanted}"
    assert play.state == state
    assert refused.value.what.endswith(".")


@law
@given(st.data())
def test_a_play_is_decided_by_its_seed_and_actions_alone(data: st.DataObject) -> None:
    play = data.draw(played(to_the_end=True))
    seed = play.state.frame.seed
    again = evolve(play.scenario, None, session_started(play.scenario, seed))
    for event in play.events[1:]:
        again = evolve(play.scenario, again, event)
    assert digest(again) == digest(play.state)
    assert isinstance(play.events[0], SessionStarted)


@law
@given(scenarios().flatmap(lambda scenario: plays(scenario, to_the_end=True)))
def test_decisions_name_silence_by_its_own_word(play: Play) -> None:
    silent = [event for _, event in standing(play.events) if isinstance(event, TimedOut)]
    assert len(silent) == sum(decision.choice == TIMEOUT for decision in play.state.decisions)
