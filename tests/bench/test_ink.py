from __future__ import annotations

from typing import TYPE_CHECKING

from bench import ink
from bench.layered import layered
from branchline.content.load import load_scenario

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_every_node_and_reply_of_the_story_stands_in_the_ink_text() -> None:
    story = layered(4, 3)
    text = ink.ink(story)
    assert text.count("=== n") == 12
    assert text.count("\n+ ") == sum(map(len, story.nodes))
    assert text.count("-> END") == 2


def test_a_walk_leads_from_the_start_to_endings_and_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    path = tmp_path / "layered.yaml"
    path.write_text(layered(4, 3).text(), encoding="utf-8")
    walk = ink.walked(load_scenario(path), 5)
    assert walk == ink.walked(load_scenario(path), 5)
    assert set(walk.ends) <= {"settled", "gone"}
    assert walk.steps == 20


def test_without_npm_the_rows_say_so_and_have_no_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    why = ink.installed(tmp_path)
    assert why == "no node or npm here"
    rows = ink.ink_rows(quick=True)
    assert all("not measured" in row.what and row.ratio is None and row.within is None for row in rows)
