"""`check` as a command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Outcome

    Run = Callable[..., Outcome]

GOOD = """format: 1
id: s
title: T
channel: phone
customer: {name: Dana Okafor}
start: n
nodes:
  n: {claim: C, choices: [{id: a, say: Yes., go: done, because: B}]}  # a comment
endings: {done: {title: Done, outcome: resolved, value: 100}}
review: {status: approved}
"""
BAD = GOOD.replace("go: done", "go: doen")
PROBE = """import sys
from branchline.cli.main import run
try:
    run(sys.argv[1:])
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
KEYS = {"code", "severity", "file", "line", "column", "end_line", "end_column", "message", "hint", "fix"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with one scenario that has one slip."""
    path = tmp_path / "w" / "scenarios" / "conversations" / "s.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(BAD, encoding="utf-8")
    return tmp_path / "w"


def _file(folder: Path) -> Path:
    return folder / "scenarios" / "conversations" / "s.yaml"


def test_the_bundled_content_passes(branchline: Run) -> None:
    outcome = branchline("check")
    assert outcome.code == 0
    assert "0 error" not in outcome.err
    assert "files checked" in outcome.err


def test_a_finding_ends_with_one_and_json_says_where_and_how_to_mend_it(folder: Path, branchline: Run) -> None:
    outcome = branchline("check", str(folder), "--format", "json")
    assert outcome.code == 1
    document = outcome.document
    assert document["format"] == "branchline.check/1"
    assert document["files"] == 1
    (finding,) = document["diagnostics"]
    assert set(finding) == KEYS
    assert (finding["code"], finding["severity"], finding["file"]) == ("R001", "error", "scenarios/conversations/s.yaml")
    assert (finding["line"], finding["column"], finding["end_line"], finding["end_column"]) == (8, 50, 8, 54)
    assert finding["fix"] == {"safe": True, "edits": [{"line": 8, "column": 50, "end_line": 8, "end_column": 54, "text": "done"}]}
    assert branchline("check", str(_file(folder)), "--json").document == document


def test_information_alone_ends_with_zero(folder: Path, branchline: Run) -> None:
    _file(folder).write_text(GOOD.replace("review: {status: approved}\n", ""), encoding="utf-8")
    outcome = branchline("check", str(folder), "--format", "concise")
    assert outcome.code == 0
    assert "info[E009]" in outcome.out


def test_fix_mends_what_is_safe_and_keeps_the_rest(folder: Path, branchline: Run) -> None:
    outcome = branchline("check", str(folder), "--fix", "--diff")
    assert outcome.code == 0
    assert _file(folder).read_text(encoding="utf-8") == GOOD
    assert "-  n: {claim: C, choices: [{id: a, say: Yes., go: doen" in outcome.err
    assert sorted(path.name for path in _file(folder).parent.iterdir()) == ["s.yaml"]


def test_diff_alone_changes_nothing(folder: Path, branchline: Run) -> None:
    outcome = branchline("check", str(folder), "--diff")
    assert outcome.code == 1
    assert "+++ b/scenarios/conversations/s.yaml" in outcome.err
    assert _file(folder).read_text(encoding="utf-8") == BAD


def test_fix_uncovers_and_mends_what_was_hidden(folder: Path, branchline: Run) -> None:
    _file(folder).write_text(BAD.replace("because: B", "becase: B"), encoding="utf-8")
    assert branchline("check", str(folder), "--fix").code == 0
    assert _file(folder).read_text(encoding="utf-8") == GOOD


def test_select_and_ignore_choose_by_code_and_family(folder: Path, branchline: Run) -> None:
    _file(folder).write_text(GOOD.replace(", because: B", "").replace("claim: C, ", ""), encoding="utf-8")

    def codes(*options: str) -> list[str]:
        return [one["code"] for one in branchline("check", str(folder), "--json", *options).document["diagnostics"]]

    assert codes() == ["E005", "E006"]
    assert codes("--select", "E006,F") == ["E006"]
    assert codes("--ignore", "E") == []
    assert codes("--ignore", "E005", "--ignore", "e006") == []


def test_an_error_cannot_be_ignored(folder: Path, branchline: Run) -> None:
    assert branchline("check", str(folder), "--ignore", "R001").code == 1


@pytest.mark.parametrize("arguments", [("--select", "Q9"), ("--ignore", "nothing"), ("--explain", "F999"), ("missing.yaml",)])
def test_what_does_not_exist_is_a_usage_error(arguments: tuple[str, ...], branchline: Run) -> None:
    outcome = branchline("check", *arguments)
    assert outcome.code == 2
    assert outcome.out == ""


def test_a_code_is_explained(branchline: Run) -> None:
    outcome = branchline("check", "--explain", "f101")
    assert outcome.code == 0
    assert outcome.out.startswith("F101: node that cannot be reached\n")
    document = branchline("check", "--explain", "F101", "--json").document
    assert document["format"] == "branchline.rule/1"
    assert document["severity"] == "warning"


def test_github_and_sarif_are_written_to_stdout(folder: Path, branchline: Run) -> None:
    assert branchline("check", str(folder), "--format", "github").out.startswith("::error file=scenarios/conversations/s.yaml,line=8")
    log = json.loads(branchline("check", str(folder), "--format", "sarif").out)
    assert log["runs"][0]["results"][0]["ruleId"] == "R001"


def test_a_file_outside_of_any_workspace_is_checked_by_what_stands_in_it(tmp_path: Path, branchline: Run) -> None:
    path = tmp_path / "alone.yaml"
    path.write_text(BAD.replace("id: s", "id: alone"), encoding="utf-8")
    outcome = branchline("check", str(path), "--json")
    assert [one["code"] for one in outcome.document["diagnostics"]] == ["R001"]
    assert outcome.document["diagnostics"][0]["file"] == "alone.yaml"


def test_checking_loads_neither_the_app_nor_the_lrs(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROBE, "check", str(folder)], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "branchline.authoring.check.run" in loaded
    assert not {name for name in loaded if name.partition(".")[0] in {"textual", "rich", "tincan", "requests"}}


def test_the_hooks_name_commands_that_exist(branchline: Run) -> None:
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert branchline(*hook["entry"].split()[1:], "--help").code == 0
