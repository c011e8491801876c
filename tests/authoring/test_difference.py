"""Two versions compared by meaning, and the sessions that the new one cannot replay."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from authored_talk import play, room_of, talk
from branchline.authoring.difference import Change, difference
from branchline.authoring.replaying import lost_sessions
from branchline.content.compile import scenario_from_bundle
from branchline.content.workspace import Workspace, bundled_root
from tiny import BAD, GOOD, choice, node

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario


def compiled(data: dict[str, Any]) -> Scenario:
    return scenario_from_bundle({"format": 1, "scenario": data, "parts": {}, "sops": {}, "translation": None})


def changes(data: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """What changed from the talk: what, kind, place and field."""
    found = difference(compiled(talk()), compiled(data))
    return {(each.what, each.kind, each.place, each.field) for each in found.changes}


def test_the_same_is_no_difference() -> None:
    found = difference(compiled(talk()), compiled(talk()))
    assert (found.changes, found.texts, found.same_logic) == ((), (), True)


def test_nodes_and_choices_are_added_and_removed_once() -> None:
    data = talk(extra=node(choice("one", GOOD)))
    del data["nodes"]["lost"]
    data["nodes"]["close"]["choices"] = data["nodes"]["close"]["choices"][:1]
    assert changes(data) == {
        ("added", "node", "extra", ""),
        ("added", "choice", "extra.one", ""),
        ("removed", "node", "lost", ""),
        ("removed", "choice", "close.again", ""),
    }


def test_what_no_play_reaches_any_more_is_told() -> None:
    nodes = {"first": node(choice("on", GOOD, go="then"), choice("off", BAD, go="bad")), "then": node(choice("out", GOOD))}
    data = {**talk(), "start": "first", "nodes": nodes, "variables": {}}
    data["endings"] = {name: {"title": name, "outcome": "resolved"} for name in ("end", "bad")}
    edited = deepcopy(data)
    edited["nodes"]["first"]["choices"][0]["go"] = "end"
    edited["nodes"]["first"]["choices"][1]["go"] = "end"
    found = {(each.what, each.kind, each.place) for each in difference(compiled(data), compiled(edited)).changes}
    assert {each for each in found if each[0] == "unreachable"} == {("unreachable", "node", "then"), ("unreachable", "ending", "bad")}


def test_a_renamed_node_is_told_once_and_its_choices_stay() -> None:
    cold = {**talk()["nodes"]["cold"], "renamed_from": "cold"}
    data = talk()
    nodes = {("frost" if name == "cold" else name): each for name, each in data["nodes"].items()}
    nodes["frost"] = cold
    for each in nodes["ask"]["choices"]:
        each["go"] = (
            [{**way, "go": "frost"} if way["go"] == "cold" else way for way in each["go"]] if isinstance(each["go"], list) else each["go"]
        )
    nodes["ask"]["choices"][1]["go"] = "frost"
    nodes["ask"]["timeout"]["go"] = "frost"
    data["nodes"] = nodes
    found = difference(compiled(talk()), compiled(data))
    assert found.changes == (Change("renamed", "node", "frost", "", "cold", "frost"),)


def test_a_renamed_choice_is_no_other_one() -> None:
    data = talk()
    data["nodes"]["cold"]["choices"][1] |= {"id": "go-away", "renamed_from": "leave"}
    assert changes(data) == {("renamed", "choice", "cold.go-away", "")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"when": "heat < 95"}, "guard"),
        ({"go": "out"}, "targets"),
        ({"effects": ["heat +1"]}, "effects"),
        ({"empathy": GOOD}, "empathy"),
        ({"flags": ["policy_shield"]}, "flags"),
        ({"critical": "customer"}, "critical"),
        ({"does": [{"do": "disclose_account"}]}, "steps"),
        ({"locked_when": {"when": "met", "why": "No."}}, "lock"),
        ({"solves": True}, "solves"),
    ],
)
def test_what_decides_or_scores_is_named(change: dict[str, Any], field: str) -> None:
    data = talk()
    data["nodes"]["ask"]["choices"][1] |= change
    assert ("changed", "choice", "ask.cold", field) in changes(data)


def test_texts_are_counted_and_change_no_logic() -> None:
    data = talk()
    data["nodes"]["ask"]["choices"][0]["say"] = "Other words."
    data["nodes"]["through"]["lines"][0]["customer"] = "Others."
    data["endings"]["end"]["title"] = "Another"
    found = difference(compiled(talk()), compiled(data))
    assert (found.changes, found.same_logic) == ((), True)
    assert found.texts == ("through line 1", "ask.kind say", "end title")


def test_lost_endings_values_variables_and_chances_are_named() -> None:
    data = talk(luck={"chance": [{"weight": 1, "go": "through"}, {"weight": 1, "go": "ask"}]}, lost=node(choice("never", BAD)))
    data["endings"]["end"]["value"] = 90
    data["variables"] = {"met": "flag", "more": {"range": "0..2"}}
    assert changes(data) == {
        ("changed", "node", "luck", "chance"),
        ("changed", "choice", "lost.never", "empathy"),
        ("changed", "ending", "end", "value"),
        ("added", "variable", "more", ""),
    }
    del data["endings"]["out"]
    for name in ("ask", "cold"):
        for each in data["nodes"][name]["choices"]:
            each["go"] = "end" if each["go"] == "out" else each["go"]
    assert ("removed", "ending", "out", "") in changes(data)


def test_a_drill_is_compared_value_by_value(tmp_path: Path) -> None:
    bundled = Workspace(bundled_root())
    drill = bundled.load_drill("refund-duplicate")
    for name in (
        "scenarios/drills/refund-duplicate.yaml",
        "scenarios/desk.yaml",
        *(f"sop_library/{path.name}" for path in (bundled_root() / "sop_library").iterdir()),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        text = (bundled_root() / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("invoice_state: paid", "invoice_state: open"), encoding="utf-8")
    found = difference(drill, Workspace(tmp_path).load_drill("refund-duplicate"))
    assert found.changes == (Change("changed", "drill", "records.payment.invoice_state", "value", "paid", "open"),)


def test_sessions_that_cannot_be_replayed_say_how_far_they_stand(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    studio = room.studio()
    play(studio, ["kind", "bye"])
    lost = play(studio, ["cold", "sorry", "kind", "again"])
    assert lost_sessions(studio.journal, studio.workspace.load("talk")) == []
    data = talk()
    data["nodes"]["close"]["choices"] = data["nodes"]["close"]["choices"][:1]
    (found,) = lost_sessions(studio.journal, compiled(data))
    assert (found.session, found.stand, found.of, found.place) == (lost.session_id, 3, 4, "close.again")
    studio.close()
