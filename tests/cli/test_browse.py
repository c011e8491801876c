"""`list`, `show` and `sop`, over the bundled content and over a workspace with a broken scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from strategies import Written
from tiny import authored, choice, node

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def broken_workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "content" / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text('format: 1\nid: broken\ntitle: "Half \\e[31m done"\nnodes: []\n', encoding="utf-8")
    return tmp_path / "content"


def test_the_bundled_scenarios_are_listed_and_playable(branchline: Callable[..., Any]) -> None:
    document = branchline("list", "--json").document
    assert document["format"] == "branchline.list/1"
    assert {"charged-twice", "hacked-wordpress"} <= {item["id"] for item in document["items"]}
    assert all(item["playable"] and item["kind"] in {"scenario", "drill"} and item["sops"] for item in document["items"])


def test_filters_leave_what_fits(branchline: Callable[..., Any]) -> None:
    items = branchline("list", "--json").document["items"]
    one = items[0]
    for option, name in (("--channel", "channel"), ("--level", "level")):
        found = branchline("list", "--json", option, str(one[name])).document["items"]
        assert found == [item for item in items if item[name] == one[name]]
    assert one in branchline("list", "--json", "--sop", one["sops"][0].lower()).document["items"]
    drills = branchline("list", "--json", "--kind", "drill").document["items"]
    assert drills == [item for item in items if item["kind"] == "drill"]


def test_a_broken_scenario_is_listed_with_its_place_and_cannot_be_played(branchline: Callable[..., Any], broken_workspace: Path) -> None:
    folder = str(broken_workspace)
    (item,) = branchline("list", "--json", "--workspace", folder).document["items"]
    assert (item["id"], item["playable"]) == ("broken", False)
    assert {"code", "severity", "file", "line", "column", "end_line", "end_column", "message", "hint", "fix"} <= set(item["diagnostics"][0])
    shown = branchline("list", "--workspace", folder).out
    assert "broken.yaml:" in shown
    assert "\x1b" not in shown
    outcome = branchline("show", "broken", "--workspace", folder, "--json")
    assert outcome.code == 1
    assert outcome.error["diagnostics"]


def test_a_folder_that_is_no_workspace_is_a_configuration_error(branchline: Callable[..., Any], tmp_path: Path) -> None:
    assert branchline("list", "--workspace", str(tmp_path)).code == 3


def test_show_tells_what_it_is_about_and_no_ending(branchline: Callable[..., Any]) -> None:
    document = branchline("show", "charged-twice", "--json").document
    assert document["nodes"] >= 12
    assert document["choices"] >= 25
    assert document["endings"] >= 3
    assert "Charged twice" in branchline("show", "charged-twice").out


def test_what_no_expert_has_rated_is_marked_so_in_the_list_and_on_its_page(branchline: Callable[..., Any]) -> None:
    items = branchline("list", "--json").document["items"]
    unrated = {"mark": "not yet rated", "counts": True, "alpha": None, "replies": 0, "dimensions": {}}
    assert all(item["rating"] == (unrated if item["kind"] == "scenario" else None) for item in items)
    lines = branchline("list").out.splitlines()
    marked = {line.split()[0] for line in lines if line.endswith("· not yet rated")}
    assert marked == {item["id"] for item in items if item["kind"] == "scenario"}
    assert branchline("show", "charged-twice", "--json").document["rating"] == unrated
    assert "not yet rated" in branchline("show", "charged-twice").out
    assert branchline("show", "refund-duplicate", "--json").document["rating"] is None
    assert "rated" not in branchline("show", "refund-duplicate").out


def test_ratings_that_do_not_agree_are_told_with_their_alpha(branchline: Callable[..., Any], tmp_path: Path) -> None:
    raters = {"ask.kind": {"tone": [2, 0]}, "ask.cold": {"tone": [1, 2]}}  # made up
    Written(authored({"ask": node(choice("kind", {"tone": 2}), choice("cold", {"tone": 0}))}, review={"raters": raters})).write(tmp_path)
    shown = branchline("show", "tiny", "--workspace", str(tmp_path), "--json").document["rating"]
    assert (shown["counts"], shown["replies"], list(shown["dimensions"])) == (False, 2, ["tone"])
    assert shown["alpha"] == shown["dimensions"]["tone"] < 0.67
    assert "below 0.67" in branchline("list", "--workspace", str(tmp_path)).out


def test_a_mistyped_id_suggests_the_nearest(branchline: Callable[..., Any]) -> None:
    assert "`charged-twice`" in branchline("show", "charged-twise").err
    assert "`SOP-IDV`" in branchline("sop", "show", "SOP-IDW").err


def test_sops_are_listed_shown_and_searched(branchline: Callable[..., Any]) -> None:
    sops = branchline("sop", "list", "--json").document["sops"]
    assert sops
    name = sops[0]["id"]
    assert sops[0]["title"] in branchline("sop", "show", name).out
    assert branchline("sop", "show", name, "--json").document["steps"]
    assert name in {sop["id"] for sop in branchline("sop", "search", *sops[0]["title"].split(), "--json").document["sops"]}
    assert branchline("sop", "search", "zzzzqq").out == ""
