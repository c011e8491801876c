"""What scaffolding writes loads, passes its own test, and overwrites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.authoring.check import check
from branchline.authoring.playtest import find_tests, run_test
from branchline.authoring.scaffold import init, new
from branchline.authoring.stats import stats_of
from branchline.authoring.traffic import Traffic
from branchline.content.diagnostic import Severity
from branchline.content.workspace import Workspace, bundled_root
from branchline.errors import ConfigurationError, UsageError
from branchline.explore import explore

if TYPE_CHECKING:
    from pathlib import Path


def all_pass(root: Path) -> bool:
    """Whether everything loads without a warning and every play test passes."""
    shelf = Workspace(root)
    loads = all(listing.playable and not listing.diagnostics for listing in shelf.listings())
    return (
        loads and not shelf.broken_sops() and not shelf.broken_rubrics() and all(run_test(shelf, path).passed for path in find_tests(root))
    )


def test_a_new_workspace_loads_and_passes_its_own_tests(root: Path) -> None:
    assert {listing.id for listing in Workspace(root).listings()} == {"first-contact", "first-ticket"}
    assert len(find_tests(root)) == 2
    assert all_pass(root)


def test_every_ending_of_a_new_scenario_is_reached_and_its_best_replies_do_not_give_themselves_away(root: Path) -> None:
    scenario = Workspace(root).load("first-contact")
    explored = explore(scenario)
    assert all(ending.reachable for ending in explored.endings)
    assert (explored.unreachable_nodes, explored.closed_choices, explored.stuck_states) == ((), (), ())
    away = stats_of(scenario, Traffic(), plays=1).giveaway
    assert (away.longest, away.first) == (0, 0)


def test_a_workspace_made_again_keeps_every_byte(root: Path) -> None:
    files = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    edited = root / "scenarios" / "desk.yaml"
    edited.write_bytes(edited.read_bytes() + b"# mine\n")
    files[edited] = edited.read_bytes()
    written = init(root)
    assert written.made == ()
    assert len(written.kept) == len(files)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == files


def test_what_was_deleted_is_made_again_and_nothing_else(root: Path) -> None:
    (root / ".github" / "workflows" / "content.yml").unlink()
    assert init(root).made == (".github/workflows/content.yml",)


@pytest.mark.parametrize("kind", ["scenario", "drill", "sop", "lesson", "rubric"])
def test_what_is_new_loads_and_passes_its_own_test(root: Path, kind: str) -> None:
    written = new(root, kind, "own-thing")
    assert any("own-thing" in place for place in written.made)
    assert all_pass(root)


@pytest.mark.parametrize("kind", ["scenario", "drill"])
def test_it_passes_in_somebody_else_s_workspace_too(tmp_path: Path, kind: str) -> None:
    (tmp_path / "scenarios").mkdir()
    desk = (bundled_root() / "scenarios" / "desk.yaml").read_text(encoding="utf-8")
    (tmp_path / "scenarios" / "desk.yaml").write_text(desk, encoding="utf-8")
    new(tmp_path, kind, "own-thing")
    assert [listing.id for listing in Workspace(tmp_path).listings()] == ["own-thing"]
    assert all_pass(tmp_path)


def test_an_id_that_is_taken_or_cannot_be_one_is_refused(root: Path) -> None:
    new(root, "scenario", "twice")
    for name, code in (("twice", "exists"), ("two.dots", "bad-id"), ("../up", "bad-id"), ("", "bad-id")):
        with pytest.raises(UsageError) as refused:
            new(root, "scenario", name)
        assert refused.value.code == code


def test_a_file_in_the_way_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "scenarios").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        init(tmp_path)


def test_the_first_line_names_a_schema_that_is_there(root: Path) -> None:
    for path in [*root.rglob("*.yaml"), *root.rglob("*.md")]:
        (line,) = [line for line in path.read_text(encoding="utf-8").splitlines()[:2] if "$schema=" in line]
        assert (path.parent / line.partition("$schema=")[2]).is_file(), path


def test_a_new_workspace_has_nothing_to_warn_of(root: Path) -> None:
    found = [finding for finding in check(root, [], "2026-11-01").diagnostics if finding.severity is not Severity.INFO]
    assert found == []
