"""Laws of exploration on generated scenarios: it finds and values exactly what a naive one does, and every play adds up."""

from __future__ import annotations

from math import inf, isclose
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import strategies
from branchline.engine.actions import Choose, Draw, TimeOut
from branchline.engine.conversation import decide, evolve, open_choices
from branchline.engine.events import ChoiceMade, DrawMade, EndingReached, TimedOut
from branchline.explore import explore, random_plays
from branchline.explore.ahead import ahead
from branchline.explore.telling import told
from naive_explore import Naive

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from branchline.explore import Exploration
    from strategies import Play

laws = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def small(scenario: Scenario) -> Naive:
    found = Naive(scenario)
    assume(found.complete)
    return found


@laws
@given(strategies.scenarios())
def test_what_can_be_reached_is_what_a_search_without_reduction_reaches(scenario: Scenario) -> None:
    naive, explored = small(scenario), explore(scenario)
    met = {name for name in (*scenario.nodes, *scenario.endings) if explored.witness(name) is not None}
    said = {choice.name for node in scenario.nodes.values() for choice in node.choices if explored.witness(choice.name) is not None}
    passed = {node.id for node in scenario.nodes.values() if node.targets}
    assert explored.complete
    assert explored.states <= len(naive.moves)
    reached = naive.reached()
    assert met - passed == reached & {*scenario.nodes, *scenario.endings} - passed
    assert said == {word for word in reached if "." in word}
    assert set(explored.closed_choices) | {name for name in explored.unreachable_nodes if name not in passed} == {
        *(choice.name for node in scenario.nodes.values() if node.id in reached for choice in node.choices if choice.name not in reached),
        *(name for name in scenario.nodes if name not in reached and name not in passed),
    }


@laws
@given(strategies.scenarios())
def test_every_witness_can_be_played_and_leads_there(scenario: Scenario) -> None:
    explored = explore(scenario)
    for name in (*scenario.nodes, *scenario.endings):
        words = explored.witness(name)
        if words is None:
            continue
        place = scenario.nodes.get(name)
        play = told(scenario, words)
        if place is not None and place.draws:
            # Chance goes straight on from there.
            assert name in {state.node for state in play.states}
        elif place is None or not place.targets:
            assert play.states[-1].node == name
        for node in scenario.nodes.values():
            assert not node.targets or play.states[-1].node != node.id


@laws
@given(strategies.scenarios())
def test_a_witness_has_the_fewest_decisions(scenario: Scenario) -> None:
    naive, explored = small(scenario), explore(scenario)
    decided = {naive.start: 0}
    waiting = [naive.start]
    while waiting:
        position = waiting.pop(0)
        cost = 0 if "~" in "".join(word for word, _, _ in naive.moves[position]) else 1
        for _, _, there in naive.moves[position]:
            if decided[position] + cost < decided.get(there, 10**9):
                decided[there] = decided[position] + cost
                waiting.append(there)
    for ending in scenario.endings:
        nearest = min((cost for position, cost in decided.items() if naive.node(position).id == ending), default=None)
        words = explored.witness(ending)
        assert (None if words is None else sum("~" not in word for word in words)) == nearest


@laws
@given(strategies.scenarios())
def test_values_are_those_of_value_iteration_over_whole_positions(scenario: Scenario) -> None:
    naive, explored = small(scenario), explore(scenario)
    asked = explored.worth.asked()
    for (core, made), value in naive.values().items():
        paid = 0
        for name in made:
            paid |= asked[name].paid if name in asked else 0
        found = explored._values[explored.worths.index[explored.worths.key(core, paid)]]
        assert found == value or isclose(found, value, abs_tol=1e-6)


def reckoned(explored: Exploration, play: Play) -> tuple[float, float]:
    """What the decisions that stand achieved, and what they and chance gave away."""
    scenario = play.scenario
    achieved = given_away = 0.0
    before = play.states[0]
    for event, after in zip(play.events[1:], play.states[1:], strict=True):
        match event:
            case ChoiceMade(_, choice, _):
                achieved += explored.points(before, choice)
                given_away += explored.regret(before, choice)
            case TimedOut():
                given_away += explored.regret(before, "!timeout")
            case DrawMade(_, branch, _):
                given_away += explored.luck(before, branch)
            case EndingReached(ending):
                achieved += explored.worth.ending(scenario.endings[ending])
            case _:
                pass
        before = after
    return achieved, given_away


@laws
@given(strategies.scenarios(), st.lists(st.integers(0, 7), max_size=20))
def test_what_was_achieved_is_the_best_total_less_regret_and_luck(scenario: Scenario, picks: list[int]) -> None:
    explored = explore(scenario)
    play = strategies.Play(scenario, *reversed(told(scenario, ())))  # type: ignore[arg-type]  # states and events
    place = scenario.nodes.get(play.state.node)
    if place is not None and place.draws:
        play = strategies.acted(play, Draw())
    for pick in picks:
        if play.state.ended:
            break
        node, choices = scenario.nodes[play.state.node], open_choices(scenario, play.state)
        if node.timeout is not None and pick == 7:
            play = strategies.acted(play, TimeOut())
        else:
            play = strategies.acted(play, Choose(choices[pick % len(choices)].id))
    while not play.state.ended:
        play = strategies.acted(play, Choose("out"))
    achieved, given_away = reckoned(explored, play)
    start = explored.start_value
    assert start > -inf
    assert isclose(start - achieved, given_away, abs_tol=1e-6)


@laws
@given(strategies.scenarios())
def test_no_choice_is_better_than_the_value_and_one_reaches_it(scenario: Scenario) -> None:
    explored = explore(scenario)
    state = told(scenario, ()).states[-1]
    choices = open_choices(scenario, state)
    if choices:
        regrets = [explored.regret(state, choice.id) for choice in choices]
        assert min(regrets) >= -1e-9
        assert isclose(min(regrets), 0.0, abs_tol=1e-9)
        assert explored.best_choices(state)


@laws
@given(strategies.scenarios())
def test_the_value_of_a_state_lies_between_the_extremes_of_its_endings(scenario: Scenario) -> None:
    explored = explore(scenario)
    most = [each.most for each in explored.endings if each.most is not None]
    least = [each.least for each in explored.endings if each.least is not None]
    assert most
    assert min(least) - 1e-9 <= explored.start_value <= max(most) + 1e-9
    assert all(each.reachable == (each.most is not None) for each in explored.endings)


@laws
@given(strategies.scenarios(), st.integers(0, 99))
def test_random_plays_meet_nothing_that_exploration_does_not(scenario: Scenario, seed: int) -> None:
    explored, met = explore(scenario), random_plays(scenario, 20, seed)
    assert all(explored.witness(name) is not None for name in (*met.nodes, *met.choices))
    assert sum(met.endings.values()) + sum(met.stuck.values()) + met.unfinished == 20
    assert met == random_plays(scenario, 20, seed)


@laws
@given(strategies.scenarios(), st.integers(0, 3))
def test_looking_ahead_from_anywhere_finds_the_same_distances(scenario: Scenario, steps: int) -> None:
    explored = explore(scenario)
    state = told(scenario, ()).states[-1]
    for _ in range(steps):
        if not state.ended:
            state = evolve(scenario, state, decide(scenario, state, Choose("out"))[0])
        if not state.ended and scenario.nodes[state.node].draws:
            state = evolve(scenario, state, decide(scenario, state, Draw())[0])
    assert ahead(scenario, state) == explored.distance(state)
    cut = ahead(scenario, state, moves=1)
    assert cut.fewest in {None, explored.distance(state)[0]}
    assert cut.most in {None, explored.distance(state)[1]}


@laws
@given(strategies.scenarios())
def test_distances_bound_what_a_play_still_needs(scenario: Scenario) -> None:
    explored = explore(scenario)
    state = told(scenario, ()).states[-1]
    fewest, most = explored.distance(state)
    steps = 0
    while not state.ended:
        node = scenario.nodes[state.node]
        for event in decide(scenario, state, Draw() if node.draws else Choose("out")):
            state = evolve(scenario, state, event)
            steps += isinstance(event, ChoiceMade)
    assert fewest is not None
    assert fewest <= steps
    assert most is None or steps <= most
