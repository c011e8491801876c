"""`prove`, and `play --at`, over the bundled content and over scenarios with findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tiny import authored, choice, node

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write(root: Path, nodes: dict[str, Any], name: str = "tiny", **more: Any) -> str:
    folder = root / "scenarios" / "conversations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump({**authored(nodes, **more), "id": name}, sort_keys=False), encoding="utf-8")
    return str(root)


@pytest.fixture
def workspace(tmp_path: Path) -> str:
    """One scenario with everything that can be found."""
    nodes = {
        "first": node(choice("on", go="second"), choice("luck", go="draw"), choice("bye")),
        "draw": {"chance": [{"weight": 1, "go": "second"}, {"weight": 1, "go": "end"}]},
        "second": node(choice("hidden", when="count > 2"), choice("back", go="stuck")),
        "stuck": node(choice("no", when="count > 1")),
        "lost": node(choice("hello")),
    }
    endings = {name: {"title": name, "outcome": "resolved", "value": 100} for name in ("end", "never")}
    return write(tmp_path / "content", nodes, variables={"count": {"range": "0..3", "start": 0}}, endings=endings)


def test_the_bundled_scenarios_are_proved(branchline: Callable[..., Any]) -> None:
    outcome = branchline("prove", "--json")
    assert outcome.code == 0
    assert outcome.document["format"] == "branchline.prove/1"
    for found in outcome.document["scenarios"]:
        assert found["complete"]
        assert 0 < found["states"] < found["transitions"]
        assert (found["unreachable_nodes"], found["closed_choices"], found["stuck_states"]) == ([], [], [])
        assert all(ending["reachable"] and ending["witness"] and ending["min"] <= ending["max"] for ending in found["endings"])


def test_a_witness_is_a_script(branchline: Callable[..., Any], tmp_path: Path) -> None:
    (found,) = branchline("prove", "hacked-wordpress", "--json").document["scenarios"]
    for ending in found["endings"][:3]:
        script = tmp_path / f"{ending['id']}.json"
        script.write_text(json.dumps({"scenario": "hacked-wordpress", "choices": ending["witness"]}), encoding="utf-8")
        result = branchline("play", "--script", str(script), "--json").document
        assert result["errors"] == []
        assert result["ending"] == ending["id"]


def test_findings_are_told_and_end_with_1(branchline: Callable[..., Any], workspace: str) -> None:
    outcome = branchline("prove", "tiny", "--json", "--workspace", workspace)
    assert outcome.code == 1
    (found,) = outcome.document["scenarios"]
    assert found["unreachable_nodes"] == ["lost"]
    assert found["closed_choices"] == ["second.hidden", "stuck.no"]
    assert found["stuck_states"] == [{"node": "stuck", "witness": ["first.on", "second.back"], "states": 1}]
    assert found["near_misses"][0] == {"choice": "second.hidden", "missing": ["count > 2"], "witness": ["first.on"]}
    assert [(ending["id"], ending["reachable"]) for ending in found["endings"]] == [("end", True), ("never", False)]
    assert found["endings"][1] == {"id": "never", "reachable": False, "witness": [], "min": None, "max": None}
    told = branchline("prove", "--workspace", workspace)
    assert told.code == 1
    for words in ("unreachable: lost", "never open: second.hidden", "`count > 2`", "stuck at stuck", "ending never: never reached"):
        assert words in told.out


def test_a_budget_that_runs_out_is_said_and_random_plays_stand_in(branchline: Callable[..., Any]) -> None:
    (found,) = branchline("prove", "hacked-wordpress", "--budget", "500", "--json").document["scenarios"]
    assert not found["complete"]
    assert found["coverage"]["plays"] > 0
    assert 0.5 < found["coverage"]["share"] <= 1
    assert all(ending["min"] is None for ending in found["endings"])
    assert "NOT proved" in branchline("prove", "hacked-wordpress", "--budget", "500").out


def test_what_does_not_load_is_left_out_and_the_rest_is_proved(branchline: Callable[..., Any], tmp_path: Path) -> None:
    folder = write(tmp_path, {"first": node(choice("bye"))})
    write(tmp_path, {"first": node(choice("bye", go="nowhere"))}, name="broken")
    outcome = branchline("prove", "--json", "--workspace", folder)
    assert outcome.code == 0
    assert [found["id"] for found in outcome.document["scenarios"]] == ["tiny"]
    assert "broken" in outcome.err
    assert branchline("prove", "broken", "--workspace", folder).code == 1


def test_an_unknown_id_and_a_drill_are_usage_errors(branchline: Callable[..., Any]) -> None:
    assert branchline("prove", "charged-twic").code == 2
    drill = branchline("prove", "refund-duplicate", "--json")
    assert drill.code == 2
    assert drill.error["code"] == "not-a-scenario"


def test_play_at_begins_at_a_position_that_can_really_be_reached(branchline: Callable[..., Any], workspace: str, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('{"scenario": "tiny", "choices": ["back"]}', encoding="utf-8")
    result = branchline("play", "tiny", "--at", "second", "--script", str(script), "--json", "--workspace", workspace).document
    assert result["path"] == ["first.on", "second.back"]
    assert result["errors"] == []
    assert "Hypothetical" in result["notices"][0]


def test_play_at_says_how_many_positions_there_are_to_choose_from(branchline: Callable[..., Any], tmp_path: Path) -> None:
    first = node(*(choice(f"add-{n}", go="late", effects=[f"count +{n}"]) for n in range(3)))
    late = node(choice("bye"), choice("more", when="count > 1"), choice("some", when="count == 1"))
    folder = write(tmp_path / "content", {"first": first, "late": late}, variables={"count": {"range": "0..3", "start": 0}})
    script = tmp_path / "script.json"
    script.write_text('{"scenario": "tiny", "choices": ["some"]}', encoding="utf-8")
    outcome = branchline("play", "tiny", "--at", "late", "--nth", "2", "--script", str(script), "--workspace", folder)
    assert "position 2 of 3 at late" in outcome.err


def test_play_at_refuses_what_it_cannot_do(branchline: Callable[..., Any], workspace: str) -> None:
    def code(*arguments: str) -> str:
        outcome = branchline("play", *arguments, "--plain", "--json")
        assert outcome.code == 2
        return str(outcome.error["code"])

    here = ("tiny", "--workspace", workspace)
    assert code(*here, "--at", "lost") == "unreachable"
    assert code(*here, "--at", "end") == "at-ending"
    assert code(*here, "--at", "secnd") == "unknown-id"
    assert code(*here, "--at", "second", "--nth", "2") == "too-few-positions"
    assert code(*here, "--at", "second", "--mode", "exam") == "at-needs-practice"
    assert code("refund-duplicate", "--at", "x") == "not-a-scenario"
