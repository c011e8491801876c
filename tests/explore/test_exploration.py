"""Exploration by hand: small scenarios of which everything is known."""

from __future__ import annotations

from typing import Any

import pytest

from branchline.engine.actions import Choose
from branchline.engine.conversation import decide, evolve, start
from branchline.errors import UnknownId
from branchline.explore import Stuck, explore, judge, loss_of
from branchline.explore.telling import told
from naive_explore import Naive
from tiny import BAD, FAIR, GOOD, choice, compiled, node, sop

VALUED: dict[str, Any] = {
    "endings": {"end": {"title": "Well", "outcome": "resolved", "value": 100}, "worse": {"title": "Ill", "outcome": "lost", "value": 50}}
}


def test_what_no_later_condition_reads_leaves_the_position() -> None:
    ways = [choice(f"add-{n}", go="late", effects=[f"count +{n}"]) for n in range(4)]
    late = node(choice("bye"), choice("more", go="later"))
    scenario = compiled(
        {"first": node(*ways), "late": late, "later": node(choice("bye"))}, variables={"count": {"range": "0..3", "start": 0}}
    )
    assert explore(scenario).states == 4  # first, late, later and the end


def test_what_a_later_condition_reads_stays_until_it_is_read() -> None:
    ways = [choice(f"add-{n}", go="late", effects=[f"count +{n}"]) for n in range(4)]
    late = node(choice("bye", go="later"), choice("more", go="later", when="count > 2"))
    scenario = compiled(
        {"first": node(*ways), "late": late, "later": node(choice("bye"))}, variables={"count": {"range": "0..3", "start": 0}}
    )
    assert explore(scenario).states == 1 + 4 + 1 + 1


def test_what_is_overwritten_before_it_is_read_is_not_live() -> None:
    ways = [choice(f"add-{n}", go="late", effects=[f"count +{n}"]) for n in range(4)]
    late = node(choice("bye", go="later", effects=["count = 1"]))
    last = node(choice("bye"), choice("more", when="count > 2"))
    scenario = compiled({"first": node(*ways), "late": late, "later": last}, variables={"count": {"range": "0..3", "start": 0}})
    explored = explore(scenario)
    assert explored.states == 4
    assert explored.closed_choices == ("later.more",)


def test_a_condition_that_a_line_reads_tells_no_positions_apart() -> None:
    ways = [choice(f"add-{n}", go="late", effects=[f"count +{n}"]) for n in range(4)]
    late = {**node(choice("bye")), "lines": [{"customer": "Many.", "when": "count > 2"}]}
    scenario = compiled({"first": node(*ways), "late": late}, variables={"count": {"range": "0..3", "start": 0}})
    assert explore(scenario).states == 3


def test_what_has_happened_for_good_closes_ways_that_keep_nothing_alive() -> None:
    """Once `hub` was left by its guarded way, nobody comes back to read what `add` counted."""
    ways = [choice(f"add-{n}", go="hub", sticky=True, effects=[f"count +{n}"]) for n in (1, 2)]
    back = choice("back", go=[{"when": "visited(tail)", "go": "end"}, {"go": "hub"}])
    hub = node(*ways, choice("on", go=[{"when": "count > 2 and not visited(tail)", "go": "tail"}, {"go": "end"}]))
    scenario = compiled({"hub": hub, "tail": node(back)}, variables={"count": {"range": "0..3", "start": 0}})
    ways_on = explore(scenario).ways
    tails = ways_on.at[scenario.nodes["tail"].index]
    assert len(tails) == 1


def test_a_node_that_nothing_leads_to_is_unreachable_and_its_choices_are_not_told_again() -> None:
    scenario = compiled({"first": node(choice("bye")), "lost": node(choice("hello"))})
    explored = explore(scenario)
    assert explored.unreachable_nodes == ("lost",)
    assert explored.closed_choices == ()
    assert explored.witness("lost") is None
    assert explored.witness("lost.hello") is None


def test_a_node_that_is_only_passed_through_is_met() -> None:
    scenario = compiled({"first": node(choice("on", go="over"), choice("by")), "over": {"go": "end"}, "never": {"go": "end"}})
    explored = explore(scenario)
    assert explored.witness("over") == ("first.on",)
    assert explored.unreachable_nodes == ("never",)


def test_a_node_where_nothing_is_open_is_stuck_and_a_time_out_is_a_way_on() -> None:
    shut = node(choice("no", when="flagged"))
    nodes = {
        "first": node(choice("a", go="shut"), choice("b", go="waits")),
        "shut": shut,
        "waits": {**shut, "timeout": {"after": "5s", "go": "end"}},
    }
    explored = explore(compiled(nodes, variables={"flagged": "flag"}))
    assert explored.stuck_states == (Stuck("shut", ("first.a",), 1),)
    assert explored.closed_choices == ("shut.no", "waits.no")
    assert explored.witness("end") == ("first.b", "waits!timeout")


def test_a_round_without_a_way_out_is_stuck_too() -> None:
    nodes = {"first": node(choice("a", go="round"), choice("b")), "round": node(choice("again", go="round", sticky=True))}
    explored = explore(compiled(nodes))
    assert [each.node for each in explored.stuck_states] == ["round"]
    assert explored.value(told(explored.scenario, ("first.a",)).states[-1]) == float("-inf")
    assert explored.distance(told(explored.scenario, ("first.a",)).states[-1]) == (None, None)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownId, match="first"):
        explore(compiled({"first": node(choice("bye"))})).witness("firts")


def test_draws_are_branches_and_named_in_a_witness() -> None:
    nodes = {
        "first": node(choice("on", go="luck")),
        "luck": {"chance": [{"weight": 3, "go": "end"}, {"weight": 1, "go": "worse"}]},
    }
    explored = explore(compiled(nodes, **VALUED))
    assert explored.witness("worse") == ("first.on", "luck~1")
    assert explored.start_value == pytest.approx(100 * (3 / 4 + 1 / 4 / 2))
    before = told(explored.scenario, ("first.on", "luck~1")).states[-3]
    assert before.node == "luck"
    assert explored.luck(before, 1) == pytest.approx(100 * (3 / 4 + 1 / 4 / 2) - 50)


def test_a_witness_names_every_draw_before_the_first_decision() -> None:
    nodes = {
        "luck": {"chance": [{"weight": 1, "go": "more"}, {"weight": 1, "go": "end"}]},
        "more": {"chance": [{"weight": 1, "go": "end"}, {"weight": 1, "go": "first"}]},
        "first": node(choice("bye")),
    }
    scenario = compiled(nodes, start="luck")
    words = explore(scenario).witness("first")
    assert words == ("luck~0", "more~1")
    assert told(scenario, words).states[-1].node == "first"
    assert told(scenario, ("luck~1",)).states[-1].ended


def test_a_draw_in_a_round_is_solved_exactly() -> None:
    """From `first`, `try` ends well with 1/4 and comes back with 3/4: trying on is worth everything, and stopping half."""
    nodes = {
        "first": node(choice("try", go="luck", sticky=True), choice("stop", go="worse")),
        "luck": {"chance": [{"weight": 1, "go": "end"}, {"weight": 3, "go": "first"}]},
    }
    explored = explore(compiled(nodes, **VALUED))
    state = start(explored.scenario, 1)
    assert explored.value(state) == pytest.approx(100)
    assert explored.regret(state, "stop") == pytest.approx(50)
    assert explored.best_choices(state) == ("try",)
    assert explored.distance(state) == (1, None)


def test_points_are_reckoned_as_the_scoring_page_says() -> None:
    """Empathy and outcome count 40 and 20 of 60 where no SOP is cited."""
    nodes = {"first": node(choice("good", GOOD), choice("fair", FAIR), choice("bad", BAD, go="worse"), choice("unrated"))}
    explored = explore(compiled(nodes, **VALUED))
    state = start(explored.scenario, 1)
    assert [explored.points(state, name) for name in ("good", "fair", "bad", "unrated")] == pytest.approx([0, -100 / 3, -200 / 3, 0])
    assert explored.start_value == pytest.approx(100 / 3)
    assert explored.regret(state, "bad") == pytest.approx(200 / 3 + 50 / 3)
    assert {each.id: (each.least, each.most) for each in explored.endings} == {
        "end": pytest.approx((0, 100 / 3)),
        "worse": pytest.approx((-200 / 3 + 50 / 3,) * 2),
    }


def test_steps_earn_their_share_once_and_half_when_they_are_late() -> None:
    early = choice("early", go="second", does=["SOP-T/a"])
    nodes = {
        "first": node(early, choice("skip", go="second")),
        "second": node(choice("b", go="third", does=["SOP-T/b"])),
        "third": node(choice("a", does=["SOP-T/a"]), choice("bye")),
    }
    scenario = compiled(nodes, {"SOP-T": sop(["#a do=act_a", "#b do=act_b after=a weight=3"])})
    explored = explore(scenario)
    share = 40 / 60 * 100
    assert explored.points(start(scenario, 1), "early") == pytest.approx(share / 4)
    late = told(scenario, ("first.skip", "second.b")).states[-1]
    assert explored.points(late, "a") == pytest.approx(share / 8)
    again = told(scenario, ("first.early", "second.b")).states[-1]
    assert explored.points(again, "a") == 0


def test_a_sticky_choice_costs_only_the_first_time() -> None:
    nodes = {"first": node(choice("bad", BAD, go="first", sticky=True), choice("good", GOOD))}
    explored = explore(compiled(nodes))
    once = told(explored.scenario, ("first.bad",)).states[-1]
    assert explored.points(start(explored.scenario, 1), "bad") < 0
    assert explored.points(once, "bad") == 0
    assert explored.regret(once, "bad") == pytest.approx(0)


def test_a_critical_choice_and_one_that_breaks_a_critical_rule_cost_a_hundred() -> None:
    nodes = {
        "first": node(
            choice("named", critical="customer"),
            choice("told", does=[{"do": "disclose"}]),
            choice("checked", go="second", does=["SOP-T/check"]),
        ),
        "second": node(choice("told", does=[{"do": "disclose"}])),
    }
    rule = "never:\n  - {do: disclose, before: check, severity: critical}\n"
    scenario = compiled(nodes, {"SOP-T": sop(["#check do=check"], front=rule)})
    explored = explore(scenario)
    state = start(scenario, 1)
    assert [explored.points(state, name) for name in ("named", "told")] == pytest.approx([-100, -100])
    assert explored.points(told(scenario, ("first.checked",)).states[-1], "told") == pytest.approx(0)


def test_an_act_that_is_never_allowed_costs_a_hundred_where_no_step_has_a_say() -> None:
    nodes = {"first": node(choice("refund", does=[{"do": "issue_refund"}]))}
    scenario = compiled(nodes, {"SOP-T": sop(["#check do=check"], front="never:\n  - {do: issue_refund, severity: critical}\n")})
    explored = explore(scenario)
    assert explored.start_value == pytest.approx(-100 + 100 / 3)
    assert explored.regret(start(scenario, 1), "refund") == pytest.approx(0)


def test_what_others_decide_of_trust_and_heat_is_kept_apart_from_what_they_decide() -> None:
    """Trust and heat move by empathy, by effects of their own, and by effects that read a variable; each leads where the engine leads."""
    warm = [choice(f"warm-{n}", GOOD, go="ask", effects=[f"count +{n}"]) for n in range(3)]
    ask = node(
        choice("plain", FAIR, go="late"),
        choice("own", go="late", effects=["trust +5", "heat -7"]),
        choice("read", go="late", effects=["trust +count", "count = 0"]),
    )
    late = node(
        choice("far", BAD, go="end", when="trust > 50 and heat < 50"), choice("near", when="trust <= 50"), choice("odd", when="count > 1")
    )
    scenario = compiled({"first": node(*warm), "ask": ask, "late": late}, variables={"count": {"range": "0..3", "start": 0}})
    naive, explored = Naive(scenario), explore(scenario)
    assert naive.complete
    numbers = {explored.ways.index[explored.ways.key(core)] for core, _ in naive.moves}
    assert numbers == set(range(explored.states))


def test_facts_are_constants_and_may_be_those_of_a_session() -> None:
    scenario = compiled({"first": node(choice("open", when="case.open"), choice("shut", when="not case.open"))}, case={"open": True})
    assert explore(scenario).closed_choices == ("first.shut",)
    assert explore(scenario, facts={"case.open": False}).closed_choices == ("first.open",)


def test_a_small_budget_says_that_it_ran_out_and_values_are_then_sampled() -> None:
    ways = [choice(f"add-{n}", go="late", effects=[f"count +{n}"]) for n in range(4)]
    late = node(choice("good", GOOD), choice("bad", BAD, when="count > 2"))
    scenario = compiled({"first": node(*ways), "late": late}, variables={"count": {"range": "0..3", "start": 0}})
    cut = explore(scenario, budget=2)
    assert not cut.complete
    assert (cut.unreachable_nodes, cut.closed_choices, cut.stuck_states) == ((), (), ())
    with pytest.raises(UnknownId, match="budget"):
        cut.value(start(scenario, 1))
    assert cut.estimate(50, 1).value == pytest.approx(explore(scenario).start_value)


def test_losses_have_the_words_of_the_scoring_page() -> None:
    assert [judge(loss) for loss in (0.0, 0.02, 0.1, 0.2, 0.3)] == ["best", "good", "inaccuracy", "mistake", "blunder"]
    assert [loss_of(regret) for regret in (-1.0, 50.0, 500.0)] == [0.0, 0.5, 1.0]


def test_several_positions_at_a_node_have_witnesses_of_their_own() -> None:
    ways = [choice(f"add-{n}", go="late", effects=[f"count +{n}"]) for n in range(3)]
    late = node(choice("bye"), choice("more", when="count > 1"), choice("some", when="count == 1"))
    explored = explore(compiled({"first": node(*ways), "late": late}, variables={"count": {"range": "0..3", "start": 0}}))
    assert explored.witnesses("late", 2) == [("first.add-0",), ("first.add-1",)]
    assert len(explored.witnesses("late", 9)) == 3


def test_a_state_that_remembers_what_its_position_forgot_is_found_by_its_way() -> None:
    """Back at the hub it has been visited anyway, so positions beside it forget that; `verified` then matters to them and not to states."""
    marked = choice("back", GOOD, go=[{"when": "visited(hub) or not verified", "go": "end"}, {"go": "lost"}], sticky=True)
    scenario = compiled(
        {
            "hub": node(choice("out", BAD, go="end"), choice("side", GOOD, go="side"), marked),
            "side": node(choice("out", GOOD, go="hub", sticky=True), choice("mark", GOOD, effects=["set verified"], go="beside")),
            "beside": node(choice("on", GOOD, go="hub"), choice("stay", BAD, go="beside", sticky=True)),
        },
        variables={"verified": "flag"},
        endings={
            "end": {"title": "The end", "outcome": "resolved", "value": 100},
            "lost": {"title": "Lost", "outcome": "lost", "value": 0},
        },
    )
    explored, state = explore(scenario), start(scenario, 1)
    for said, distance in (("side", 1), ("mark", 2), ("on", 2)):
        assert explored.regret(state, said) == 0.0
        assert explored.value(state) == explored.start_value
        assert explored.distance(state)[0] == distance
        for event in decide(scenario, state, Choose(said)):
            state = evolve(scenario, state, event)
