"""Playing by hand: what a reply does, what is open, what is refused, chance, silence and effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.engine import (
    Choose,
    Draw,
    GiveUp,
    OpenSop,
    Resume,
    Suspend,
    TimeOut,
    Undo,
    decide,
    evolve,
    locked_choices,
    open_choices,
    start,
)
from branchline.engine.events import (
    ChoiceMade,
    DrawMade,
    EndingReached,
    SessionGivenUp,
    SessionStarted,
    SessionSuspended,
    SopOpened,
    TimedOut,
)
from branchline.engine.transition import seeded_branch
from branchline.errors import ActionRefused
from strategies import acted, begun, scene, session_started

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from branchline.engine.actions import Action
    from branchline.engine.state import State


def _said(scenario: Scenario, *choices: str, seed: int = 1) -> State:
    play = begun(scenario, seed)
    for choice in choices:
        play = acted(play, Choose(choice))
    return play.state


def _open(scenario: Scenario, *choices: str) -> list[str]:
    return [choice.id for choice in open_choices(scenario, _said(scenario, *choices))]


def _refused(scenario: Scenario, state: State, action: Action) -> ActionRefused:
    with pytest.raises(ActionRefused) as refused:
        decide(scenario, state, action)
    return refused.value


LOOP = """
nodes:
  hub:
    choices:
      - {id: once, say: Once., go: hub}
      - {id: again, say: Again., sticky: true, go: hub}
      - {id: hidden, say: Hidden., when: chose(hub.once), go: hub}
      - {id: locked, say: Locked., locked_when: {when: not chose(hub.again), why: Say it again first.}, go: done}
"""


def test_a_choice_is_said_once_unless_it_is_sticky() -> None:
    scenario = scene(LOOP).compiled()
    assert _open(scenario) == ["once", "again"]
    assert _open(scenario, "once", "again") == ["again", "hidden", "locked"]
    refused = _refused(scenario, _said(scenario, "once"), Choose("once"))
    assert (refused.code, refused.where) == ("choice-not-open", "hub.once")


def test_a_hidden_choice_is_not_shown_and_a_locked_one_says_why() -> None:
    scenario = scene(LOOP).compiled()
    state = start(scenario, 1)
    assert [(choice.id, choice.why_locked) for choice in locked_choices(scenario, state)] == [("locked", "Say it again first.")]
    assert _refused(scenario, state, Choose("hidden")).code == "choice-not-open"
    refused = _refused(scenario, state, Choose("locked"))
    assert (refused.code, refused.what) == ("choice-locked", "Say it again first.")
    unknown = _refused(scenario, state, Choose("agian"))
    assert (unknown.code, unknown.hint) == ("unknown-choice", "Did you mean `again`?")


def test_a_choice_counts_as_made_in_its_own_guards() -> None:
    scenario = scene("""
nodes:
  n: {choices: [{id: a, say: A., go: [{when: chose(n.a), go: done}, {go: lost}]}]}
""").compiled()
    assert _said(scenario, "a").node == "done"


def test_effects_apply_in_order_and_saturate_each() -> None:
    scenario = scene("""
variables: {offers: {range: 0..3, start: 1}, open: flag, colour: {one_of: [red, blue], start: blue}}
nodes:
  n:
    choices:
      - {id: up, say: Up., effects: [offers +9, offers -1], go: n2}
      - {id: down, say: Down., effects: [offers -9, offers +1, set open, colour = red, trust +90, trust -20, heat -90, heat +7], go: n2}
  n2: {choices: [{id: on, say: On., go: done}]}
""").compiled()
    assert _said(scenario, "up").variables == {"offers": 2, "open": False, "colour": "blue"}
    state = _said(scenario, "down")
    assert state.variables == {"offers": 1, "open": True, "colour": "red"}
    assert (state.trust, state.heat) == (80, 7)


def test_guards_are_read_after_trust_heat_and_effects_moved() -> None:
    scenario = scene("""
variables: {told: flag}
nodes:
  n:
    choices:
      - id: kind
        say: Kind.
        empathy: {acknowledge: 2}
        effects: [set told]
        go: [{when: trust == 60 and heat == 25 and told, go: done}, {go: lost}]
""").compiled()
    assert _said(scenario, "kind").node == "done"


def test_nodes_without_a_decision_are_passed_and_each_is_entered_in_order() -> None:
    scenario = scene("""
variables: {depth: {range: 0..9, start: 0}}
nodes:
  n: {choices: [{id: a, say: A., go: first}]}
  first: {on_enter: [depth = 2], go: [{when: depth == 2, go: second}, {go: lost}]}
  second: {on_enter: [depth +3, trust -10], go: third}
  third: {choices: [{id: b, say: B., when: depth == 5 and visited(first) and visited(second), go: done}]}
""").compiled()
    state = _said(scenario, "a")
    assert (state.node, state.variables, state.trust) == ("third", {"depth": 5}, 40)
    assert _open(scenario, "a") == ["b"]


def test_turns_and_visits_stop_counting_one_above_what_they_are_compared_with() -> None:
    scenario = scene("""
customer: {name: Dana Okafor, heat: 0}
nodes:
  n:
    choices:
      - {id: again, say: Again., sticky: true, go: n}
      - {id: late, say: Late., when: turns >= 2 and times(n) > 3, go: done}
""").compiled()
    cores = [_said(scenario, *["again"] * times).core for times in range(7)]
    assert [core[6] for core in cores] == [0, 1, 2, 3, 3, 3, 3]
    counter = scenario.nodes["n"].times
    assert [core[counter] for core in cores] == [1, 2, 3, 4, 4, 4, 4]
    assert len(set(cores)) == 4
    assert [_open(scenario, *["again"] * times) == ["again", "late"] for times in range(5)] == [False, False, False, True, True]


def test_silence_leads_where_the_time_limit_says_and_heats() -> None:
    scenario = scene("""
nodes:
  n: {choices: [{id: a, say: A., go: done}], timeout: {after: 45s, go: quiet}}
  quiet: {timeout: {after: 1m, go: lost}}
""").compiled()
    limit = scenario.nodes["n"].timeout
    assert limit is not None
    assert limit.seconds == 45
    events = decide(scenario, start(scenario, 1), TimeOut())
    assert events == (TimedOut("n", ("a",)),)
    state = evolve(scenario, start(scenario, 1), events[0])
    assert (state.node, state.heat, open_choices(scenario, state)) == ("quiet", 35, ())
    assert decide(scenario, state, TimeOut()) == (TimedOut("quiet", ()), EndingReached("lost"))
    assert state.decisions[0].choice == "!timeout"


CHANCE = """
nodes:
  n: {choices: [{id: roll, say: Roll., sticky: true, go: dice}, {id: end, say: End., go: done}]}
  dice: {chance: [{weight: 1, go: n}, {weight: 1, go: n}, {weight: 1, go: lost}]}
"""


def _draws(scenario: Scenario, seed: int, rolls: int) -> list[int]:
    play = begun(scenario, seed)
    for _ in range(rolls):
        if play.state.ended:
            break
        play = acted(play, Choose("roll"))
    return [event.branch for event in play.events if isinstance(event, DrawMade) and event.node.startswith("dice")]


def test_draws_follow_the_seed_the_node_and_the_count_alone() -> None:
    scenario = scene(CHANCE).compiled()
    more = scene(CHANCE.replace("go: dice}", "go: before}") + "  before: {chance: [{weight: 1, go: dice}]}\n").compiled()
    for seed in range(40):
        drawn = _draws(scenario, seed, 6)
        assert drawn == _draws(scenario, seed, 6)
        assert drawn == _draws(more, seed, 6)
        assert drawn == [seeded_branch(seed, scenario.nodes["dice"], count) for count in range(len(drawn))]
    assert len({tuple(_draws(scenario, seed, 6)) for seed in range(40)}) > 5


def test_draws_come_out_as_their_weights_say() -> None:
    node = (
        scene("""
nodes:
  n: {choices: [{id: a, say: A., go: dice}]}
  dice: {chance: [{weight: 3, go: done}, {weight: 1, go: lost}]}
""")
        .compiled()
        .nodes["dice"]
    )
    share = sum(seeded_branch(seed, node, 0) == 0 for seed in range(2000)) / 2000
    assert 0.70 < share < 0.80


def test_a_named_draw_overrides_the_seed() -> None:
    scenario = scene(CHANCE).compiled()
    for branch, node in enumerate(["n", "n", "lost"]):
        play = acted(begun(scenario), Choose("roll", (branch,)))
        assert DrawMade("dice", branch, named=True) in play.events
        assert play.state.node == node
    refused = _refused(scenario, start(scenario, 1), Choose("roll", (3,)))
    assert (refused.code, refused.where) == ("no-draw-here", "dice~3")


def test_chance_may_decide_before_the_first_reply() -> None:
    scenario = scene("""
nodes:
  weather: {chance: [{weight: 1, go: sun}, {weight: 1, go: rain}]}
  sun: {choices: [{id: a, say: A., go: done}]}
  rain: {choices: [{id: a, say: A., go: lost}]}
""").compiled()
    waiting = evolve(scenario, None, session_started(scenario))
    assert waiting.node == "weather"
    assert _refused(scenario, waiting, Choose("a")).code in {"waits-for-chance", "unknown-choice"}
    assert _refused(scenario, waiting, TimeOut()).code == "waits-for-chance"
    assert decide(scenario, waiting, Draw(1)) == (DrawMade("weather", 1, named=True),)
    assert {start(scenario, seed).node for seed in range(20)} == {"sun", "rain"}


def test_what_is_not_possible_is_refused_with_its_code() -> None:
    scenario = scene("nodes:\n  n: {choices: [{id: a, say: A., go: done}]}\n").compiled()
    state = start(scenario, 1)
    assert _refused(scenario, state, TimeOut()).code == "no-time-limit"
    assert _refused(scenario, state, Undo()).code == "nothing-to-undo"
    assert _refused(scenario, state, Draw()).code == "no-draw-here"
    assert _refused(scenario, state, OpenSop("SOP-X")).code == "unknown-sop"
    ended = _said(scenario, "a")
    assert ended.ended
    assert _refused(scenario, ended, Choose("a")).code == "session-over"
    assert _refused(scenario, ended, TimeOut()).code == "session-over"
    with pytest.raises(ActionRefused) as refused:
        start(scenario, 1, {"case.unknown": 1})
    assert refused.value.code == "unknown-fact"


def test_an_event_that_cannot_have_happened_here_is_refused() -> None:
    scenario = scene("nodes:\n  n: {choices: [{id: a, say: A., go: m}]}\n  m: {choices: [{id: a, say: A., go: done}]}\n").compiled()
    state = start(scenario, 1)
    with pytest.raises(ActionRefused) as refused:
        evolve(scenario, state, ChoiceMade("m", "a", ("a",)))
    assert refused.value.code == "wrong-place"
    with pytest.raises(ActionRefused) as refused:
        evolve(scenario, None, ChoiceMade("n", "a", ("a",)))
    assert refused.value.code == "not-started"


def test_looking_up_and_breaks_change_no_state() -> None:
    sop = "---\nformat: 1\nid: SOP-T\ntitle: T\n---\n1. Do. {#do-it do=act}\n"
    text = "sops: [SOP-T]\nnodes:\n  n: {choices: [{id: a, say: A., does: [SOP-T/do-it], go: done}]}\n"
    scenario = scene(text, sops={"SOP-T": sop}).compiled()
    play = begun(scenario)
    first = play.state
    for action, kind in ((OpenSop("SOP-T"), SopOpened), (Suspend(), SessionSuspended), (GiveUp(), SessionGivenUp)):
        play = acted(play, action)
        assert isinstance(play.events[-1], kind)
        assert play.state == first
    assert acted(play, Resume(("Something is gone.",))).state == first


def test_steps_and_choices_carried_out_are_remembered_by_name() -> None:
    sop = "---\nformat: 1\nid: SOP-T\ntitle: T\n---\n1. Do. {#one do=act}\n2. Do more. {#two do=act}\n"
    text = """
sops: [SOP-T]
nodes:
  n:
    choices:
      - {id: a, say: A., does: [SOP-T/two], go: [{when: done(SOP-T/two), go: n}, {go: lost}]}
      - {id: b, say: B., go: done}
"""
    state = _said(scene(text, sops={"SOP-T": sop}).compiled(), "a")
    assert state.node == "n"
    assert state.steps == ("SOP-T/two",)
    assert state.made == ("n.a",)


def test_facts_can_be_overridden_when_a_session_starts() -> None:
    scenario = scene("""
case: {amount: 89.00, open: false}
nodes:
  n: {choices: [{id: big, say: Big., when: case.amount > 100.50, go: done}, {id: open, say: Open., when: case.open, go: done}]}
""").compiled()
    assert [choice.id for choice in open_choices(scenario, start(scenario, 1))] == []
    given = start(scenario, 1, {"case.amount": 100.51, "case.open": True})
    assert [choice.id for choice in open_choices(scenario, given)] == ["big", "open"]


def test_the_tier_of_the_learner_opens_choices() -> None:
    scenario = scene("nodes:\n  n: {choices: [{id: a, say: A., when: tier >= 2, go: done}, {id: b, say: B., go: done}]}\n").compiled()
    event = session_started(scenario)
    assert isinstance(event, SessionStarted)
    for tier, known in ((1, ["b"]), (2, ["a", "b"]), (9, ["a", "b"])):
        facts = tuple(sorted({**scenario.facts, "tier": tier}.items()))
        assert [choice.id for choice in open_choices(scenario, evolve(scenario, None, event._replace(facts=facts)))] == known
