"""Laws of conformance on generated SOPs and acts, and a naive search that tries every reading."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from branchline.content.sop_model import Expected, Group, Sop
from branchline.scoring.conformance import BOUNDED, Act, Case, conform
from sop_cards import card, did, judged, step

if TYPE_CHECKING:
    from collections.abc import Sequence

laws = settings(max_examples=100, deadline=None)
WEIGHTS = (0.5, 1.0, 2.0, 3.0)
NAMES = "abcdef"


@st.composite
def cards(draw: st.DrawFn, most: int = 6, *, grouped: bool = True) -> Sop:
    """An SOP of some steps in a partial order, some with a `max` or an expected value, some in a group or a group within it."""
    names = NAMES[: draw(st.integers(1, most))]
    steps = []
    for number, name in enumerate(names):
        after = draw(st.lists(st.sampled_from(names[:number]), max_size=2, unique=True)) if number else []
        expect = (Expected("v", "equal", (1,)),) if draw(st.integers(0, 3)) == 0 else ()
        maximum = draw(st.sampled_from([None, None, None, 1, 2]))
        optional = not draw(st.integers(0, 5))
        do = "do_a" if not draw(st.integers(0, 5)) else f"do_{name}"
        steps.append(step(name, *after, weight=draw(st.sampled_from(WEIGHTS)), expect=expect, most=maximum, optional=optional, do=do))
    return card(*steps, groups=draw(_groups(names)) if grouped else ())


@st.composite
def _groups(draw: st.DrawFn, names: str) -> tuple[Group, ...]:
    if len(names) < 2 or draw(st.booleans()):
        return ()
    members = draw(st.lists(st.sampled_from(names), min_size=2, unique=True))
    after = tuple(name for name in names[: names.index(min(members))] if name not in members)[:1]
    inner = tuple(sorted(members[2:]))
    outer = (*sorted(members[:2]), *(["inner"] if inner else []))
    need, weight = draw(st.integers(1, len(outer))), draw(st.sampled_from(WEIGHTS))
    found = [Group("g", outer, need, weight, after, optional=not draw(st.integers(0, 5)))]
    if inner:
        found.append(Group("inner", inner, draw(st.integers(1, len(inner))), 1.0))
    return tuple(found)


@st.composite
def traces(draw: st.DrawFn, sop: Sop, most: int = 7) -> list[Act]:
    """Acts that the SOP knows, or nearly; some were refused, some have a wrong value."""
    does = [each.do for each in sop.steps] * 3 + ["hum"]
    acts = st.builds(
        lambda do, v, ok: (do, {"v": v}, ok), st.sampled_from(does), st.sampled_from([1, 1, 2]), st.sampled_from([True, True, True, False])
    )
    return [Act(seq, *each) for seq, each in enumerate(draw(st.lists(acts, max_size=most)), 1)]


def prescribed(sop: Sop) -> list[str]:
    """Every step once, in the order in which the card lists them."""
    return [each.id for each in sop.steps]


def before(sop: Sop) -> dict[str, set[str]]:
    """What must come before each step, transitively, the slow way."""
    direct = {each.id: set(each.after) for each in sop.steps}
    for group in sop.groups:
        for name in sop.members(group.id):
            direct[name] |= set(group.after)
    for _ in direct:
        for names in direct.values():
            names |= {further for name in names for further in direct[name]}
    return direct


def orders(sop: Sop) -> list[tuple[str, ...]]:
    """Every order of the steps in which what must come before does."""
    waits = before(sop)
    return [order for order in permutations(prescribed(sop)) if all(not waits[name] & set(order[at:]) for at, name in enumerate(order))]


def plainly(sop: Sop, acts: Sequence[Act]) -> float:
    """The least cost over all ways to match each act to one step or none."""
    waits, top = before(sop), {group.id for group in sop.groups if not group.optional} - {"inner"}
    grouped = {name for group in sop.groups for name in group.members}
    alone = {each.id: each.weight for each in sop.steps if not each.optional and each.id not in grouped}
    weights = dict(alone)
    for group in sop.groups:
        if group.id in top:
            weights |= _members(sop, group, group.weight)
    ways = [[None, *(each.id for each in sop.steps if act.ok and each.do == act.do and each.id in weights)] for act in acts]
    best = float("inf")
    for way in product(*ways):
        matched = [name for name in way if name is not None]
        if len(matched) == len(set(matched)):
            cost = sum(weights[name] / 2 for at, name in enumerate(matched) if any(name in waits[earlier] for earlier in matched[:at]))
            expecting = {each.id for each in sop.steps if each.expect}
            cost += sum(weights[name] / 2 for act, name in zip(acts, way, strict=True) if name in expecting and act.fields["v"] != 1)
            cost += sum(weight for name, weight in alone.items() if name not in matched)
            cost += sum(_lacking(sop, group, group.weight, set(matched)) for group in sop.groups if group.id in top)
            best = min(best, cost)
    return best + _beyond(sop, acts)


def _members(sop: Sop, group: Group, weight: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in group.members:
        inner = sop.group(name)
        found |= {name: weight} if inner is None else _members(sop, inner, weight / inner.need)
    return found


def _lacking(sop: Sop, group: Group, weight: float, matched: set[str]) -> float:
    inner = [(name, sop.group(name)) for name in group.members]
    costs = [
        (0.0 if name in matched else weight) if nested is None else _lacking(sop, nested, weight / nested.need, matched)
        for name, nested in inner
    ]
    return sum(sorted(costs)[: group.need])


def _beyond(sop: Sop, acts: Sequence[Act]) -> float:
    cost = 0.0
    for do in {act.do for act in acts}:
        steps = [each for each in sop.steps if each.do == do]
        times = sum(act.ok for act in acts if act.do == do)
        if steps and all(each.most is not None for each in steps):
            cost += max(0, times - sum(each.most or 0 for each in steps)) / 4
    return cost


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_the_cost_is_that_of_the_best_of_all_readings(data: st.DataObject) -> None:
    sop = data.draw(cards())
    acts = data.draw(traces(sop))
    verdict = conform(sop, acts, Case({}))
    assert verdict.cost == pytest.approx(plainly(sop, acts))
    assert verdict.cost == pytest.approx(sum(each.cost for each in verdict.deviations))
    assert verdict.note == ""


@laws
@given(cards(5, grouped=False).filter(lambda sop: len({each.do for each in sop.steps}) == len(sop.steps)))
def test_every_order_that_the_card_allows_fits(sop: Sop) -> None:
    right = [Act(0, "", {"v": 1})._replace(do=f"do_{name}") for name in prescribed(sop)]
    assert conform(sop, right, Case({})).fitness == 1
    for order in orders(sop):
        acts = [Act(seq, f"do_{name}", {"v": 1}) for seq, name in enumerate(order)]
        assert conform(sop, acts, Case({})).fitness == 1


@laws
@given(cards(6, grouped=False), st.data())
def test_leaving_one_required_step_out_costs_exactly_its_weight(sop: Sop, data: st.DataObject) -> None:
    assume(len({each.do for each in sop.steps}) == len(sop.steps))
    assume(sop.required)
    gone = data.draw(st.sampled_from(sop.required))
    verdict = judged(sop, [name for name in prescribed(sop) if name != gone.id])
    assert verdict.cost == gone.weight
    assert verdict.fitness == pytest.approx(1 - gone.weight / verdict.whole)


@laws
@given(st.data())
def test_acts_that_the_sop_does_not_know_change_nothing(data: st.DataObject) -> None:
    sop = data.draw(cards())
    acts = data.draw(traces(sop))
    noisy = [each for act in acts for each in (Act(-act.seq, "hum"), act)]
    plain, loud = (conform(sop, each, Case({})) for each in (acts, noisy))
    assert (plain.cost, plain.deviations) == (loud.cost, loud.deviations)


@laws
@given(st.data())
def test_mending_one_act_never_costs(data: st.DataObject) -> None:
    sop = data.draw(cards())
    acts = data.draw(traces(sop))
    assume(acts)
    at = data.draw(st.integers(0, len(acts) - 1))
    mended = [*acts[:at], acts[at]._replace(fields={"v": 1}), *acts[at + 1 :]]
    assert conform(sop, mended, Case({})).cost <= conform(sop, acts, Case({})).cost + 1e-9


@laws
@given(st.data())
def test_a_missing_step_that_is_done_at_its_place_never_costs(data: st.DataObject) -> None:
    sop = data.draw(cards(grouped=False))
    assume(all(each.most is None for each in sop.steps))
    kept = [name for name in prescribed(sop) if data.draw(st.booleans())]
    missing = [name for name in prescribed(sop) if name not in kept]
    assume(missing)
    added = data.draw(st.sampled_from(missing))
    more = [name for name in prescribed(sop) if name in kept or name == added]
    assert judged(sop, more).cost <= judged(sop, kept).cost


@laws
@given(cards(6), st.randoms(use_true_random=False))
def test_the_order_of_steps_that_do_not_wait_changes_nothing(sop: Sop, random: object) -> None:
    free = card(*(step(each.id, weight=each.weight, do=each.do, most=each.most) for each in sop.steps), groups=sop.groups)
    assume(not any(group.after for group in sop.groups))
    names = prescribed(sop)
    shuffled = sorted(names, key=lambda _: random.random())  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert judged(free, shuffled).cost == judged(free, names).cost


@laws
@given(st.data())
def test_every_deviation_is_explained_and_points_at_an_act_and_a_step(data: st.DataObject) -> None:
    sop = data.draw(cards())
    acts = data.draw(traces(sop))
    for found in conform(sop, acts, Case({})).deviations:
        assert found.seq is None or found.seq in {act.seq for act in acts}
        assert sop.step(found.step) is not None or sop.group(found.step) is not None
        assert found.reason.startswith("SOP-T: ")
        assert found.reason.endswith(".")
        assert found.cost > 0


def test_fifteen_unordered_steps_in_any_order_with_repeats_are_searched_exactly() -> None:
    names = [f"s{number}" for number in range(15)]
    sop = card(*map(step, names))
    verdict = conform(sop, did([*names[::-1], *names, *names[3:8]]), Case({}))
    assert (verdict.cost, verdict.note) == (0, "")
    assert judged(sop, names[:-4]).cost == 4


def test_a_long_chain_backwards_is_searched_exactly() -> None:
    names = [f"s{number}" for number in range(12)]
    sop = card(*(step(name, *names[max(0, at - 1) : at]) for at, name in enumerate(names)))
    verdict = judged(sop, names[::-1])
    assert (verdict.cost, verdict.note) == (5.5, "")


def test_beyond_its_bound_the_search_says_so_and_is_never_better_than_possible() -> None:
    names = [f"s{number}" for number in range(18)]
    sop = card(*(step(name, *names[max(0, at - 1) : at]) for at, name in enumerate(names)))
    backwards = judged(sop, names[::-1])
    assert backwards.note == BOUNDED
    assert backwards.cost == sum(each.cost for each in backwards.deviations) == 8.5
    assert judged(sop, names).note == ""


def test_one_act_for_many_steps_stays_within_its_bound() -> None:
    sop = card(*(step(f"s{number}", do="reply", weight=1.0 + number) for number in range(20)))
    verdict = conform(sop, [Act(seq, "reply") for seq in range(20)], Case({}))
    assert verdict.cost == 0
