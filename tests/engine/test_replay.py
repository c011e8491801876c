"""The same decisions in another version of a scenario: by id, never by position."""

from __future__ import annotations

import pytest

from branchline.content.compiled import Scenario  # noqa: TC001
from branchline.engine import Choose, evolve, open_choices, replay
from branchline.engine.events import SessionResumed, SessionStarted
from branchline.engine.state import State  # noqa: TC001
from branchline.errors import ActionRefused
from strategies import acted, begun, scene

ASK = """
params: {days: {range: 1..5, start: 2}}
start: ask
nodes:
  ask: {choices: [{id: when, say: When?, go: tell}]}
  tell: {choices: [{id: soon, say: "In {days} days.", go: return}, {id: never, say: Never., go: return}]}
"""
TALK = """
variables: {kind: flag}
nodes:
  hello:
    choices:
      - {id: warm, say: Warm., effects: [set kind], go: history}
      - {id: cold, say: Cold., go: history}
  history: {call: ask, go: weather}
  weather: {chance: [{weight: 1, go: end}, {weight: 1, go: hello}]}
  end: {choices: [{id: bye, say: Bye., when: kind, go: done}, {id: leave, say: Leave., go: lost}]}
"""


def _talked(*choices: str, talk: str = TALK, ask: str = ASK) -> State:
    play = begun(scene(talk, {"ask": ask}).compiled())
    for choice in choices:
        play = acted(play, Choose(choice, (0,)))
    return play.state


def _again(state: State, talk: str, ask: str = ASK, kept: int = -1) -> tuple[Scenario, State]:
    scenario = scene(talk, {"ask": ask}).compiled()
    return scenario, replay(scenario, state, kept)


def test_choices_inserted_above_change_nothing() -> None:
    state = _talked("warm", "when", "soon")
    assert state.node == "end"
    above = TALK.replace("      - {id: warm", "      - {id: new, say: New., go: lost}\n      - {id: warm")
    scenario, again = _again(state, above, ASK.replace("[{id: soon", "[{id: now, say: Now., go: return}, {id: soon"))
    assert (again.node, again.variables) == ("end", {"kind": True})
    assert [decision.choice for decision in again.decisions] == ["warm", "when", "soon"]
    assert [choice.id for choice in open_choices(scenario, again)] == ["bye", "leave"]


def test_nodes_and_choices_are_found_by_their_former_ids() -> None:
    state = _talked("warm", "when", "soon")
    renamed = TALK.replace("  hello:\n", "  greeting:\n    renamed_from: hello\n").replace("go: hello", "go: greeting")
    renamed = renamed.replace("{id: warm,", "{id: cordial, renamed_from: warm,")
    _, again = _again(state, renamed)
    assert again.decisions[0][:2] == ("greeting", "cordial")
    assert again.node == "end"


def test_former_ids_are_found_inside_parts_and_where_the_call_was_renamed() -> None:
    state = _talked("warm", "when", "soon")
    ask = (
        ASK.replace("  tell: {", "  say: {renamed_from: tell, ")
        .replace("go: tell", "go: say")
        .replace("{id: soon,", "{id: later, renamed_from: soon,")
    )
    talk = TALK.replace("  history: {", "  past: {renamed_from: history, ").replace("go: history", "go: past")
    _, again = _again(state, talk, ask)
    assert [(decision.node, decision.choice) for decision in again.decisions[1:]] == [("past/ask", "when"), ("past/say", "later")]
    assert again.node == "end"


def test_a_choice_that_is_gone_stops_the_replay_there() -> None:
    state = _talked("warm", "when", "never")
    gone = ASK.replace(", {id: never, say: Never., go: return}", "")
    with pytest.raises(ActionRefused) as refused:
        _again(state, TALK, gone)
    assert (refused.value.code, refused.value.where) == ("cannot-replay", "history/tell.never")
    _, again = _again(state, TALK, gone, kept=2)
    assert again.node == "history/tell"


def test_a_choice_that_is_no_longer_open_stops_the_replay_there() -> None:
    state = _talked("warm", "when", "soon", "bye")
    assert state.ended
    with pytest.raises(ActionRefused) as refused:
        _again(state, TALK.replace(", effects: [set kind]", ""))
    assert (refused.value.code, refused.value.where) == ("cannot-replay", "end.bye")


def test_a_node_that_is_no_longer_on_the_way_stops_the_replay_there() -> None:
    state = _talked("warm", "when", "soon")
    with pytest.raises(ActionRefused) as refused:
        _again(state, TALK.replace("go: history}\n      - {id: cold", "go: end}\n      - {id: cold"))
    assert (refused.value.code, refused.value.where) == ("cannot-replay", "history/ask")


def test_draws_stay_as_they_were_whatever_the_weights_are_now() -> None:
    state = _talked("warm", "when", "soon")
    _, again = _again(state, TALK.replace("{weight: 1, go: hello}", "{weight: 999, go: hello}"))
    assert again.node == "end"
    assert again.decisions == state.decisions


def test_a_resume_goes_on_in_the_new_version() -> None:
    state = _talked("warm", "when", "soon")
    scenario = scene(TALK.replace("say: Leave.", "say: I leave."), {"ask": ASK}).compiled()
    resumed = evolve(scenario, state, SessionResumed(scenario.content_hash))
    assert resumed.layout is scenario.layout
    assert resumed == state
    shorter = evolve(scenario, state, SessionResumed(scenario.content_hash, ("One decision is lost.",), 1))
    assert shorter.node == "history/ask"


def test_draws_before_the_first_decision_are_kept() -> None:
    talk = """
nodes:
  weather: {chance: [{weight: 1, go: sun}, {weight: 1, go: rain}]}
  sun: {choices: [{id: a, say: A., go: done}]}
  rain: {choices: [{id: a, say: A., go: lost}]}
"""
    for seed in range(8):
        play = begun(scene(talk).compiled(), seed)
        assert isinstance(play.events[0], SessionStarted)
        again = replay(scene(talk.replace("{weight: 1, go: sun}", "{weight: 500, go: sun}")).compiled(), play.state)
        assert again.node == play.state.node
        fresh = replay(scene("nodes:\n  sun: {choices: [{id: a, say: A., go: done}]}\n").compiled(), play.state)
        assert fresh.node == "sun"
