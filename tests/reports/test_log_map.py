from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.errors import ConfigurationError
from branchline.reports.log_map import LogMap, read_map

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """
case: Ticket
action: Activity
time: When
time_format: "%d.%m.%Y"
ok: Result
refused: [Failed, "no", 0]
values: [Amount]
facts: {captured: Paid}
actions: {Money Sent Back: issue_refund}
ignore: [Viewed]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_file_says_which_column_is_what(tmp_path: Path) -> None:
    found = read_map(written(tmp_path, WHOLE))
    assert found == LogMap(
        "Ticket", "Activity", "When", "%d.%m.%Y", "Result", frozenset({"failed", "no", "0"}), {"Amount": "Amount"}, {"captured": "Paid"},
        {"money sent back": "issue_refund"}, frozenset({"viewed"}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("case: [a]\n", "`case`"),
        ("cas: Ticket\n", "`case`"),
        ("values: 5\n", "`values`"),
        ("facts: {a: {b: c}}\n", "`facts`"),
        ("ignore: Viewed\n", "`ignore`"),
        ("case: a\ncase: b\n", "twice"),
        ("- case\n", "no keys"),
        ("case: &x a\n", "anchor"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_map(written(tmp_path, text))
    assert caught.value.code == "log-map"
    assert word in f"{caught.value.what} {caught.value.hint}".replace("Anchor", "anchor")
    assert "map.yaml" in caught.value.where


def test_a_mapping_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_map(tmp_path / "none.yaml")


def test_usual_names_are_found_whatever_their_case() -> None:
    assert LogMap().column("case", ["X", " Case ID ", "Ticket"]) == " Case ID "
    assert LogMap().column("action", ["concept:name"]) == "concept:name"
    assert LogMap(time="WHEN").column("time", ["time", "When"]) == "When"
    assert LogMap(time="other").column("time", ["time"]) is None


@pytest.mark.parametrize(
    ("value", "worked"), [(True, True), (None, True), ("", True), ("done", True), (False, False), ("No", False), (0, False)]
)
def test_what_counts_as_refused(value: object, worked: bool) -> None:  # noqa: FBT001
    assert LogMap().worked(value) is worked
