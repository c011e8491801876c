"""Each bundled drill worked by scripts: the right one leaves nothing to do and breaks no promise, the tempting one leaves much."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchline.content import load_drill
from branchline.content.script import read_script
from branchline.engine.actions import Act, Check, Submit
from branchline.engine.desk import decide_desk, evolve_desk, start_desk
from branchline.engine.events import DeskActed, TicketChecked
from branchline.engine.sla import sla

if TYPE_CHECKING:
    from branchline.content.desk_types import Drill
    from branchline.engine.desk_state import DeskState

SCRIPTS = Path(__file__).parent / "drills"
DRILLS = sorted((Path(__file__).parents[2] / "scenarios" / "drills").glob("*.yaml"))
IDS = [path.stem for path in DRILLS]


@cache
def drill_of(name: str) -> Drill:
    return load_drill(next(path for path in DRILLS if path.stem == name))


def worked(name: str, script: str) -> DeskState:
    """Where the script leaves the drill, before it is submitted."""
    drill = drill_of(name)
    state = start_desk(drill, 1)
    *acts, last = read_script(SCRIPTS / f"{script}.yaml").actions
    assert last == {"do": "submit"}
    for act in acts:
        arguments = tuple((key, value) for key, value in act.items() if key not in {"do", "text"})
        for event in decide_desk(drill, state, Act(act["do"], arguments, act.get("text", ""))):
            state = evolve_desk(drill, state, event)
    return state


def wrongs(state: DeskState) -> list[str]:
    """What the drill expects at its end and does not find."""
    expect, drill = state.frame.drill.expect, state.frame.drill
    first = dict(zip(drill.fields, drill.values, strict=True))
    notes = {field for act in state.core.acts if act.verb == "internal_note" for field in act.fields}
    return [
        *(name for name, value in expect.records.items() if state.records[name] != value),
        *(f"ticket.{name}" for name, values in expect.ticket.items() if state.ticket[name] not in values),
        *(f"told {name}" for name in expect.told if name not in state.core.told),
        *(f"touched {name}" for name in expect.untouched if state.records[name] != first[name]),
        *(f"note {name}" for name in expect.note if name not in notes),
        *(f"exception {name}" for name in expect.exceptions if name not in {code for code, _ in state.core.exceptions}),
    ]


def test_every_drill_has_a_right_and_a_wrong_script() -> None:
    assert {path.stem for path in SCRIPTS.glob("*.yaml")} == {name + end for name in IDS for end in ("", "-wrong")}


@pytest.mark.parametrize("name", IDS)
def test_the_right_script_ends_as_the_drill_expects_without_a_refusal(name: str) -> None:
    state = worked(name, name)
    assert wrongs(state) == []
    assert [act.message for act in state.decisions if not act.ok] == []


@pytest.mark.parametrize("name", IDS)
def test_the_right_script_breaks_no_promise_of_time(name: str) -> None:
    state = worked(name, name)
    assert [clock.name for clock in sla(drill_of(name), state) if clock.state == "breached"] == []


@pytest.mark.parametrize("name", IDS)
def test_after_the_right_script_nothing_is_left_to_do(name: str) -> None:
    (checked,) = decide_desk(drill_of(name), worked(name, name), Check())
    assert isinstance(checked, TicketChecked)
    assert checked.findings == ()


@pytest.mark.parametrize("name", IDS)
def test_the_tempting_script_can_be_submitted_and_leaves_much_wrong(name: str) -> None:
    state = worked(name, f"{name}-wrong")
    assert len(wrongs(state)) >= len(drill_of(name).expect.told) + 2
    assert decide_desk(drill_of(name), state, Submit())


def test_the_second_half_of_a_split_refund_is_refused() -> None:
    refused = [act for act in worked("refund-duplicate", "refund-duplicate-wrong").decisions if not act.ok]
    assert [(act.verb, act.code) for act in refused] == [("issue_refund", "PermissionDenied")]


def test_the_hacked_site_is_late_when_the_first_words_come_last() -> None:
    state = worked("hacked-site", "hacked-site-wrong")
    late = [clock.name for clock in sla(drill_of("hacked-site"), state) if clock.state == "breached"]
    assert late == ["first_reply"]


def test_two_drills_are_done_by_doing_nothing_of_what_is_asked() -> None:
    quiet = [drill_of(name) for name in IDS if drill_of(name).do_nothing]
    assert {drill.id for drill in quiet} == {"account-takeover", "abuse-suspension"}
    assert all(drill.expect.untouched for drill in quiet)


def test_a_taken_over_account_cannot_be_confirmed_by_any_proof() -> None:
    drill = drill_of("account-takeover")
    for level, method in ((2, "pin"), (2, "session"), (2, "code"), (3, "callback")):
        event = decide_desk(drill, start_desk(drill, 1), Act("verify_identity", (("level", level), ("method", method))))[0]
        assert isinstance(event, DeskActed)
        assert not event.ok
