"""What has more faults than anybody reads is told of the first ones, and what would take too long is not claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.authoring.check import check
from branchline.content.composing import MOST_VALUES
from branchline.content.findings import MOST_ERRORS
from branchline.content.language import Range, Scope, analyse, parse_condition
from branchline.content.language.analysis import Effort
from branchline.text import nearest

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.diagnostic import Diagnostic

TODAY = "2026-11-22"
HEAD = "format: 1\nid: s\ntitle: T\nchannel: phone\ncustomer: {name: D}\nstart: n0\nendings: {done: {title: D, outcome: lost}}\n"


def _found(text: str, root: Path) -> list[Diagnostic]:
    path = root / "scenarios" / "conversations" / "s.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return list(check(root, [path], TODAY).diagnostics)


def test_of_very_many_errors_the_first_are_told_and_that_there_are_more(tmp_path: Path) -> None:
    nodes = "".join(f"  n{number}: {{go: nowhere{number}}}\n" for number in range(MOST_ERRORS + 50))
    *told, last = _found(f"{HEAD}nodes:\n{nodes}", tmp_path)
    assert len(told) == MOST_ERRORS
    assert {one.code for one in told} == {"R001"}
    assert (last.code, last.span.line, last.span.column, last.span.end_column) == ("R016", 2, 5, 6)
    assert str(MOST_ERRORS) in last.message


def test_as_many_errors_as_are_told_are_told_alone(tmp_path: Path) -> None:
    nodes = "".join(f"  n{number}: {{go: nowhere{number}}}\n" for number in range(MOST_ERRORS - 1))
    codes = {one.code for one in _found(f"{HEAD}nodes:\n{nodes}", tmp_path)}
    assert "R001" in codes
    assert "R016" not in codes


def test_an_sop_that_nobody_could_read_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "sop_library" / "SOP-A.md"
    path.parent.mkdir()
    path.write_text("---\nformat: 1\nid: SOP-A\ntitle: A\n---\n" + "1. Do it well. {#s do=submit}\n" * 5_000, encoding="utf-8")
    (finding,) = check(tmp_path, [], TODAY).diagnostics
    assert (finding.code, finding.span.line, finding.span.column) == ("S004", 1, 1)


def test_more_values_than_anybody_writes_are_refused_at_once(tmp_path: Path) -> None:
    (finding,) = _found("a:\n  b: [" + "x," * (MOST_VALUES + 1) + "]\n", tmp_path)
    assert (finding.code, finding.span.line, finding.span.column) == ("S016", 2, 6)


def test_nothing_is_claimed_once_the_effort_is_spent() -> None:
    scope = Scope({"v": Range(0, 9), "w": Range(0, 9)}, {}, None, None, None)
    never = parse_condition("v + w > 18", scope)
    effort = Effort(1_000)
    assert analyse(never, scope, effort).never
    left = effort.left
    assert left < 1_000
    while analyse(never, scope, effort).never:
        assert effort.left < left
        left = effort.left
    assert effort.left == left
    assert analyse(never, scope).never


def test_among_very_many_names_the_nearest_is_still_found() -> None:
    names = [f"step-{number}" for number in range(5_000)]
    assert nearest("opning", [*names, "opening", "closing"]) == "opening"
    assert nearest("step-4x21", names) in {"step-4421", "step-4021", "step-421"} | {f"step-4{digit}21" for digit in range(10)}
    assert nearest("something else", names) is None
