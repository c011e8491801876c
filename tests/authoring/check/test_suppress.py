"""Comments that silence findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.authoring.check import check
from branchline.authoring.check.suppress import suppressions
from marked import HEAD, SCENARIO

if TYPE_CHECKING:
    from pathlib import Path

NODES = """start: n
nodes:
  n:
    claim: C
    choices:
      - {id: a, say: Yes., go: done, because: B}
  lost:%s
    claim: C
    choices:
      - {id: a, say: Yes., go: done, because: B}
endings: {done: {title: Done, outcome: resolved, value: 100}}
"""


def _codes(root: Path, text: str) -> list[str]:
    path = root / SCENARIO
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return [one.code for one in check(root, [], "2026-11-22").diagnostics if one.code != "E009"]


def test_without_a_comment_the_finding_stands(tmp_path: Path) -> None:
    assert _codes(tmp_path, NODES % "") == ["F101"]


def test_a_comment_behind_the_line_silences_it(tmp_path: Path) -> None:
    assert _codes(tmp_path, NODES % "  # branchline: ignore[F101] comes with the next version") == []


def test_a_comment_on_the_line_above_silences_it(tmp_path: Path) -> None:
    text = (NODES % "").replace("  lost:", "  # branchline: ignore[F101] comes later\n  # and so on\n  lost:")
    assert _codes(tmp_path, text) == []


def test_a_comment_silences_only_its_codes(tmp_path: Path) -> None:
    assert _codes(tmp_path, NODES % "  # branchline: ignore[F102, F101] comes later") == ["S202"]


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# branchline: ignore[F101]", ["S201"]),
        ("# branchline: ignore[E001] all alike", ["F101", "S202"]),
        ("# branchline: ignore[F999] why not", ["F101", "S203"]),
    ],
)
def test_a_comment_without_reason_use_or_code_is_found(comment: str, codes: list[str], tmp_path: Path) -> None:
    assert _codes(tmp_path, NODES % f"  {comment}") == codes


def test_an_error_cannot_be_silenced(tmp_path: Path) -> None:
    text = (NODES % "").replace("go: done, because: B}\n  lost", "go: nowhere, because: B}  # branchline: ignore[R001] later\n  lost")
    assert _codes(tmp_path, text) == ["R001", "F101", "S204"]


def test_the_place_of_a_useless_comment_is_its_code(tmp_path: Path) -> None:
    _codes(tmp_path, NODES % "  # branchline: ignore[E001] all alike")
    (finding,) = [one for one in check(tmp_path, [], "2026-11-22").diagnostics if one.code == "S202"]
    line = (tmp_path / SCENARIO).read_text(encoding="utf-8").split("\n")[finding.span.line - 1]
    assert line[finding.span.column - 1 : finding.span.end_column - 1] == "E001"


def test_a_comment_inside_a_text_is_text() -> None:
    assert suppressions('a: "x # branchline: ignore[F101] no"\n', "f") == []
    assert suppressions("a: |\n  # branchline: ignore[F101] no\n", "f") == []
    assert len(suppressions("a: x  # branchline: ignore[F101] yes\n", "f")) == 1


def test_markdown_has_comments_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "sop_library" / "SOP-A.md"
    path.parent.mkdir()
    comment = "<!-- branchline: ignore[P306] people read it -->"
    path.write_text(f"---\nformat: 1\nid: SOP-A\ntitle: A\n---\n1. Do. {{#a do=submit}}\n{comment}\n2. Be kind.\n", encoding="utf-8")
    assert [one.code for one in check(tmp_path, [], "2026-11-22").diagnostics] == []


def test_a_check_of_one_file_does_not_call_a_comment_useless_that_only_the_whole_can_judge(tmp_path: Path) -> None:
    part = tmp_path / "scenarios" / "parts" / "p.yaml"
    part.parent.mkdir(parents=True)
    nodes = "nodes: {a: {choices: [{id: ok, say: Ok., go: return}]}}\n"
    part.write_text(f"format: 1\nid: p  # branchline: ignore[R014] comes later\nstart: a\n{nodes}", encoding="utf-8")
    assert check(tmp_path, [part], "2026-11-22").diagnostics == ()
    assert check(tmp_path, [], "2026-11-22").diagnostics == ()
