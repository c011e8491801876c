from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.scoring.alignment import LATE, Move, align, closure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEPS = "abcdef"


def cost(moves: Sequence[Move]) -> float:
    return sum(move.cost for move in moves)


def brute_force(trace: Sequence[str], weights: Mapping[str, float], after: Mapping[str, frozenset[str]]) -> float:
    """The least cost over every assignment of each step to one of its occurrences or to none."""
    steps = list(weights)
    places: list[list[int | None]] = [[None, *(index for index, done in enumerate(trace) if done == step)] for step in steps]
    best = float("inf")
    for chosen in product(*places):
        at = dict(zip(steps, chosen, strict=True))
        total = 0.0
        for step, place in at.items():
            if place is None:
                total += weights[step]
                continue
            followers = [other for other in steps if step in after.get(other, ())]
            if any(where is not None and where < place for where in (at[other] for other in followers)):
                total += LATE * weights[step]
        best = min(best, total)
    return best


@st.composite
def orders(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, frozenset[str]]]:
    """Steps with weights and a transitively closed partial order in which a step comes after earlier letters only."""
    steps = STEPS[: draw(st.integers(1, len(STEPS)))]
    weights = {step: draw(st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0, 3.0])) for step in steps}
    direct = {step: draw(st.lists(st.sampled_from(steps[:place]), unique=True)) if place else [] for place, step in enumerate(steps)}
    return weights, closure(direct)


@st.composite
def extended(draw: st.DrawFn) -> tuple[list[str], dict[str, float], dict[str, frozenset[str]]]:
    """One linear extension of a generated order."""
    weights, after = draw(orders())
    order: list[str] = []
    while len(order) < len(weights):
        ready = [step for step in weights if step not in order and after[step] <= set(order)]
        order.append(draw(st.sampled_from(ready)))
    return order, weights, after


@given(orders(), st.lists(st.sampled_from(STEPS + "xyz"), max_size=8))
def test_the_alignment_costs_what_a_search_of_all_assignments_finds(
    order: tuple[dict[str, float], dict[str, frozenset[str]]], trace: list[str]
) -> None:
    weights, after = order
    assert cost(align(trace, weights, after)) == pytest.approx(brute_force(trace, weights, after), abs=1e-9)


@given(extended())
def test_every_linear_extension_is_free(made: tuple[list[str], dict[str, float], dict[str, frozenset[str]]]) -> None:
    assert align(*made) == []


@given(extended(), st.data())
def test_leaving_one_step_out_costs_exactly_its_weight(
    made: tuple[list[str], dict[str, float], dict[str, frozenset[str]]], data: st.DataObject
) -> None:
    order, weights, after = made
    gone = data.draw(st.sampled_from(order))
    moves = align([step for step in order if step != gone], weights, after)
    assert moves == ([Move(gone, "skip", weights[gone], None)] if weights[gone] else [])


@given(orders(), st.lists(st.sampled_from(STEPS), max_size=7), st.data())
def test_acts_that_are_no_steps_change_nothing(
    order: tuple[dict[str, float], dict[str, frozenset[str]]], trace: list[str], data: st.DataObject
) -> None:
    noisy = list(trace)
    for _ in range(data.draw(st.integers(0, 4))):
        noisy.insert(data.draw(st.integers(0, len(noisy))), "noise")
    assert cost(align(noisy, *order)) == cost(align(trace, *order))


@given(extended(), st.data())
def test_doing_a_step_again_afterwards_is_free(
    made: tuple[list[str], dict[str, float], dict[str, frozenset[str]]], data: st.DataObject
) -> None:
    order, weights, after = made
    again = [*order, *data.draw(st.lists(st.sampled_from(order), max_size=4))]
    assert align(again, weights, after) == []


@given(orders(), st.lists(st.sampled_from(STEPS), max_size=7))
def test_each_step_is_charged_at_most_once_and_a_late_one_at_its_own_act(
    order: tuple[dict[str, float], dict[str, frozenset[str]]], trace: list[str]
) -> None:
    moves = align(trace, *order)
    assert len({move.step for move in moves}) == len(moves)
    for move in moves:
        assert move.at is None or trace[move.at] == move.step
        assert (move.at is None) == (move.step not in trace)
        assert not move.behind or move.behind in trace


def test_unordered_steps_may_come_in_any_order() -> None:
    weights = dict.fromkeys("abcd", 1.0)
    assert all(align(order, weights, {}) == [] for order in permutations("abcd"))


def test_a_step_done_after_its_follower_costs_half() -> None:
    assert align("ba", {"a": 2.0, "b": 4.0}, closure({"b": ["a"]})) == [Move("a", "late", 1.0, 1, "b")]


def test_the_order_holds_through_a_step_that_was_left_out() -> None:
    after = closure({"b": ["a"], "c": ["b"]})
    assert align("ca", dict.fromkeys("abc", 1.0), after) == [Move("a", "late", 0.5, 1, "c"), Move("b", "skip", 1.0, None)]


def test_refund_verify_refund_takes_the_second_refund() -> None:
    assert align(["refund", "verify", "refund"], {"verify": 3.0, "refund": 2.0}, closure({"refund": ["verify"]})) == []


def test_of_two_ways_to_explain_a_trace_the_cheaper_one_is_charged() -> None:
    light_before_heavy = align(["last", "first"], {"first": 3.0, "last": 1.0}, closure({"last": ["first"]}))
    assert light_before_heavy == [Move("last", "skip", 1.0, 0, "first")]
    heavy_before_light = align(["last", "first"], {"first": 1.0, "last": 3.0}, closure({"last": ["first"]}))
    assert heavy_before_light == [Move("first", "late", 0.5, 1, "last")]


def test_fifteen_unordered_steps_done_twice_are_aligned() -> None:
    steps = [f"s{number}" for number in range(15)]
    assert align([*steps, *reversed(steps)], dict.fromkeys(steps, 1.0), {}) == []


def test_thirty_steps_in_their_strict_order_are_aligned() -> None:
    steps = [f"s{number}" for number in range(30)]
    after = closure({step: steps[number - 1 : number] for number, step in enumerate(steps) if number})
    assert align(steps, dict.fromkeys(steps, 1.0), after) == []


def test_the_closure_reaches_through_others() -> None:
    assert closure({"c": ["b"], "b": ["a"], "d": ["c", "a"]}) == {
        "a": frozenset(),
        "b": frozenset("a"),
        "c": frozenset("ab"),
        "d": frozenset("abc"),
    }
