"""Ratings put into a scenario's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.authoring.ratings_writing import rated_text, write_ratings
from branchline.content.source import read_text
from branchline.errors import ContentError
from rooms import Room
from tiny import BAD, GOOD, authored, choice, node

if TYPE_CHECKING:
    from pathlib import Path

GIVEN: dict[str, dict[str, list[int | str]]] = {"ask.kind": {"tone": [0, 2, "na"], "clarity": [1, 1, 1]}, "go/in.yes": {"tone": [2, 2, 2]}}
FILES = {
    "none": "x: 1  # one\n",
    "no end of line": "x: 1",
    "flow": "review: {status: draft}  # who?\nx: 1  # one\n",
    "flow with raters": "x: 1\nreview: {status: approved, raters: {a.b: {tone: [1, 1]}}, by: Ada}\n",
    "block": "x: 1\nreview:\n    # by whom\n    status: draft # still\n    by: Ada\ny: 2\n",
    "block with raters": "x: 1\nreview:\n  raters:\n    a.b:\n      tone: [1]\n    a.c: {tone: [1]}\n  status: draft\n\n# the end\n",
    "block with flow": "review:\n    status: draft\n    raters: {a.b: {tone: [1]}}\n    by: Ada\nx: 1\n",
    "raters last": "x: 1\nreview:\n  status: draft\n  raters:\n    a.b: {tone: [1]}\n",
    "empty": "x: 1\nreview:\ny: 2\n",
    "json": '{"x": 1}\n',
    "json with review": '{"review": {"status": "draft"}, "x": [1]}\n',
    "json with raters": '{\n  "review": {"raters": {"a.b": {"tone": [1]}}},\n  "x": 1\n}\n',
    "empty flow": "review: {}\nx: 1\n",
}


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", FILES)
def test_whatever_stands_there_the_ratings_come_in_and_nothing_else_changes(name: str, ends: str) -> None:
    text = FILES[name].replace("\n", ends)
    new = rated_text(text, "talk.yaml", GIVEN)
    before, after = read_text(text, "talk.yaml").data, read_text(new, "talk.yaml").data
    assert after["review"].pop("raters") == GIVEN
    kept = {key: value for key, value in (before.get("review") or {}).items() if key != "raters"}
    assert after == {**before, "review": kept}
    assert [mark for mark in ("# one", "# who?", "# still", "# by whom", "# the end") if (mark in text) != (mark in new)] == []
    assert not any(line.endswith(" ") for line in new.split(ends))
    assert ("\r\n" in new, new.count("\n") == new.count("\r\n")) == (ends == "\r\n" and "\r\n" in text, "\r\n" in text)


NAMES = st.from_regex(r"[a-z][a-z0-9/-]{0,8}\.[a-z][a-z0-9-]{0,8}", fullmatch=True)
LEVELS = st.lists(st.sampled_from([0, 1, 2, "na"]), min_size=1, max_size=3)
RATINGS = st.dictionaries(NAMES, st.dictionaries(st.sampled_from(["tone", "clarity"]), LEVELS, min_size=1), min_size=1, max_size=4)


@given(RATINGS, st.sampled_from(sorted(FILES)))
def test_what_is_written_reads_back_as_it_was(ratings: dict[str, Any], name: str) -> None:
    new = rated_text(FILES[name], "talk.yaml", ratings)
    assert read_text(new, "talk.yaml").data["review"]["raters"] == ratings
    assert rated_text(new, "talk.yaml", ratings) == new


def test_a_file_that_cannot_be_read_is_left_alone() -> None:
    with pytest.raises(ContentError):
        rated_text("x: 1\nx: 2\n", "talk.yaml", GIVEN)


def test_a_scenario_that_has_lost_a_rated_reply_is_left_alone(tmp_path: Path) -> None:
    room = Room(tmp_path, authored({"ask": node(choice("kind", GOOD), choice("cold", BAD))}))
    before = room.file.read_bytes()
    with pytest.raises(ContentError) as refused:
        write_ratings(room.file, room.folder / "content", {"ask.gone": {"tone": (1, 1)}})
    assert "`ask.gone`" in str(refused.value)
    assert room.file.read_bytes() == before
