"""What content exercises, read from the content alone."""

from __future__ import annotations

import pytest

from branchline.coaching.exercises import exercises
from branchline.content.workspace import Workspace, bundled_root
from tiny import BAD, FAIR, GOOD, choice, compiled, node, sop

BUNDLED = Workspace(bundled_root())


def test_a_dimension_counts_where_a_decision_tells_good_from_poor() -> None:
    content = compiled(
        {
            "ask": node(choice("kind", GOOD, go="then"), choice("cold", {**GOOD, "tone": 0}, go="then")),
            "then": node(choice("fair", FAIR), choice("bad", {**BAD, "tone": "na"})),
        }
    )
    found = exercises(content)
    assert (found.kind, found.dimensions["acknowledge"], found.dimensions["tone"]) == ("scenario", 1, 1)
    alike = exercises(compiled({"ask": node(choice("one", GOOD), choice("two", GOOD))}))
    assert alike.dimensions == {}


def test_a_scenario_exercises_the_steps_that_its_replies_carry_out() -> None:
    card = sop(["#check do=check", "#tell do=tell", "#never-said do=note"])
    content = compiled({"ask": node(choice("kind", GOOD, does=["SOP-T/check"]), choice("cold", BAD, does=["SOP-T/tell"]))}, {"SOP-T": card})
    assert exercises(content).steps == {("SOP-T", "check"), ("SOP-T", "tell")}


@pytest.mark.parametrize("listing", BUNDLED.listings(), ids=lambda listing: listing.id)
def test_everything_bundled_exercises_something_of_what_it_cites(listing: object) -> None:
    name = str(getattr(listing, "id"))  # noqa: B009 - the parameter is named for its test id alone
    drill = BUNDLED.kind(name) == "drill"
    found = exercises(BUNDLED.load_drill(name) if drill else BUNDLED.load(name))
    assert found.steps
    assert {sop_id for sop_id, _ in found.steps} <= set(found.content.sops)
    assert all(found.content.sops[sop_id].step(step) for sop_id, step in found.steps)
    assert bool(found.dimensions) != drill
