"""A drill is judged by what its deductions took from the composite."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchline.coaching.judging import SUBMIT, Explorations, judgement, taken_from_composite
from branchline.content import load_drill
from branchline.content.script import read_script
from branchline.engine.actions import Act, Submit, Undo
from branchline.engine.desk import decide_desk, evolve_desk
from branchline.engine.opening import start_of
from branchline.scoring import score
from coached import steps_of

if TYPE_CHECKING:
    from branchline.content.desk_types import Drill
    from branchline.engine.actions import Action
    from branchline.engine.events import Event

DRILLS = Path(__file__).parents[2] / "scenarios" / "drills"
SCRIPTS = sorted((Path(__file__).parents[1] / "stories" / "drills").glob("*.yaml"))


@cache
def drill_of(name: str) -> Drill:
    return load_drill(DRILLS / f"{name}.yaml")


def worked(drill: Drill, actions: list[Action]) -> list[Event]:
    events: list[Event] = [start_of(drill, mode="practice", seed=1, tier=drill.tier)]
    state = evolve_desk(drill, None, events[0])
    for action in actions:
        for event in decide_desk(drill, state, action):
            state = evolve_desk(drill, state, event)
            events.append(event)
    return events


def actions_of(script: Path) -> list[Action]:
    *acts, _ = read_script(script).actions
    made = [Act(act["do"], tuple((k, v) for k, v in act.items() if k not in {"do", "text"}), act.get("text", "")) for act in acts]
    return [*made, Submit()]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_what_the_moments_lost_is_what_the_composite_lacks(script: Path) -> None:
    drill = drill_of(str(read_script(script).drill))
    events = worked(drill, actions_of(script))
    found, scored = judgement(steps_of(drill, events), Explorations()), score(drill, events)
    assert scored.composite is not None
    assert found.achieved == pytest.approx(scored.composite)
    assert 100 - sum(moment.regret or 0.0 for moment in found.moments) == pytest.approx(scored.composite)
    assert found.curve()[-1][1] == pytest.approx(scored.composite)


def test_what_never_happened_belongs_to_the_submission() -> None:
    drill = drill_of("refund-duplicate")
    script = next(path for path in SCRIPTS if path.stem == "refund-duplicate-wrong")
    events = worked(drill, actions_of(script))
    *_, last = judgement(steps_of(drill, events), Explorations()).moments
    assert last.choice == SUBMIT
    never = taken_from_composite(score(drill, events), drill.weights)[None]
    assert never > 0
    assert last.regret is not None
    assert last.regret >= never


def test_an_act_that_was_taken_back_is_shown_and_costs_nothing() -> None:
    drill = drill_of("refund-duplicate")
    script = next(path for path in SCRIPTS if "refund-duplicate" in path.stem)
    first, *rest = actions_of(script)
    found = judgement(steps_of(drill, worked(drill, [first, Undo(), first, *rest])), Explorations())
    assert [moment.stands for moment in found.moments[:2]] == [False, True]
    assert found.moments[0].regret is None


def test_before_the_ticket_is_submitted_nothing_is_judged_and_the_reason_is_told() -> None:
    drill = drill_of("refund-duplicate")
    script = next(path for path in SCRIPTS if "refund-duplicate" in path.stem)
    found = judgement(steps_of(drill, worked(drill, actions_of(script)[:2])), Explorations())
    assert found.reason
    assert [moment.word for moment in found.moments] == ["", ""]
    assert not found.flagged
