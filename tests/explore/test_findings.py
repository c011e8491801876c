"""Avoidable steps and near misses."""

from __future__ import annotations

from pathlib import Path

import pytest

from branchline.content.load import load_scenario
from branchline.explore import explore
from branchline.explore.findings import avoidable_steps, near_miss
from branchline.explore.telling import told
from branchline.scoring import score
from tiny import GOOD, choice, compiled, node, sop

BUNDLED = sorted((Path(__file__).parents[2] / "scenarios" / "conversations").glob("*.yaml"))


def test_a_step_that_a_passing_play_skips_is_listed_with_that_play() -> None:
    second = node(choice("note", GOOD, does=["SOP-T/note"]), choice("bye", GOOD))
    nodes = {"first": node(choice("check", GOOD, go="second", does=["SOP-T/check"]), choice("rush", GOOD, go="second")), "second": second}
    scenario = compiled(nodes, {"SOP-T": sop(["#check do=check weight=9", "#note do=note"])})
    (found,) = avoidable_steps(explore(scenario))
    assert found.step == "SOP-T/note"
    assert found.witness == ("first.check", "second.bye")
    result = score(scenario, told(scenario, found.witness).events)
    assert result.passed
    assert result.composite == found.composite


def test_a_member_of_a_group_that_another_stands_for_is_not_skipped() -> None:
    nodes = {"first": node(choice("pin", does=["SOP-T/pin"]), choice("code", does=["SOP-T/code"]))}
    front = "groups:\n  - {id: identify, any_of: [pin, code], need: 1}\n"
    scenario = compiled(nodes, {"SOP-T": sop(["#pin do=pin", "#code do=code"], front=front)})
    assert avoidable_steps(explore(scenario)) == ()


def test_a_near_miss_names_the_fewest_conditions_that_did_not_hold_and_the_way_there() -> None:
    ways = [choice("both", go="late", effects=["set first", "count +1"]), choice("one", go="late", effects=["set first"])]
    late = node(
        choice("bye"),
        choice("hidden", when="first and count > 2"),
        choice("locked", locked_when={"when": "first or count == 0", "why": "No."}),
    )
    scenario = compiled({"start": node(*ways), "late": late}, variables={"first": "flag", "count": {"range": "0..3", "start": 0}})
    explored = explore(scenario)
    assert explored.closed_choices == ("late.hidden", "late.locked")
    assert near_miss(explored, "late.hidden")[1:] == (("count > 2",), ("start.both",))
    assert near_miss(explored, "late.locked")[1:] == (("not first",), ("start.both",))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_the_bundled_scenarios_are_proved_whole_and_nothing_in_them_is_closed_or_stuck(path: Path) -> None:
    explored = explore(load_scenario(path), budget=300_000)
    assert explored.valued
    assert (explored.unreachable_nodes, explored.closed_choices, explored.stuck_states) == ((), (), ())
    assert all(each.reachable for each in explored.endings)
    assert explored.start_value == pytest.approx(60)
