"""Fixes: what is offered, what is safe, and that nothing else in the file changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.authoring.check import check
from branchline.authoring.check.fixes import difference, edited, mended, slip
from branchline.content.diagnostic import Edit, Fix
from marked import HEAD, SCENARIO

if TYPE_CHECKING:
    from pathlib import Path

END = "endings: {done: {title: Done, outcome: resolved, value: 100}}\n"


def _written(root: Path, text: str) -> Path:
    path = root / SCENARIO
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def _mended(root: Path, text: str) -> str:
    path = _written(root, text)
    checked = check(root, [], "2026-11-22")
    changes = mended(checked.diagnostics, checked.texts)
    return changes[path.resolve()][1].decode() if changes else text


def one(choices: str) -> str:
    """A scenario with these choices in its only node."""
    return f"{HEAD}variables:\n  verified: flag\nstart: apology\nnodes:\n  apology: {{choices: [{choices}]}}  # a comment\n{END}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{id: a, say: 'Yes', go: doen}", "{id: a, say: 'Yes', go: done}"),
        ("{id: a, say: 'Yes', go: apolgy}", "{id: a, say: 'Yes', go: apology}"),
        ("{id: a, say: Yes, go: done, when: verifed}", "{id: a, say: Yes, go: done, when: verified}"),
        ("{id: a, say: Yes, go: done, when: heat = 5 && verified}", "{id: a, say: Yes, go: done, when: heat == 5 and verified}"),
        ("{id: a, say: 7, go: done}", '{id: a, say: "7", go: done}'),
        ("{id: a, say: Yes, go: done, becase: B}", "{id: a, say: Yes, go: done, because: B}"),
        ('{id: a, say: "Hi {customer.nam}.", go: done}', '{id: a, say: "Hi {customer.name}.", go: done}'),
        ("{id: a, say: Yes, go: done, flags: [policy_shields]}", "{id: a, say: Yes, go: done, flags: [policy_shield]}"),
    ],
)
def test_a_slip_is_mended_and_nothing_else_changes(before: str, after: str, tmp_path: Path) -> None:
    used = "{id: u, say: U, go: done, when: verified, effects: [set verified]}"
    assert _mended(tmp_path, one(f"{before}, {used}")) == one(f"{after}, {used}")


@pytest.mark.parametrize("target", ["apologies", "don", "xyz", "finish"])
def test_what_may_mean_something_else_is_left(target: str, tmp_path: Path) -> None:
    text = one(f"{{id: a, say: Yes, go: {target}, when: verified, effects: [set verified]}}")
    assert _mended(tmp_path, text) == text


def test_a_name_between_two_others_is_not_mended(tmp_path: Path) -> None:
    nodes = "nodes:\n  n: {choices: [{id: a, say: A, go: parts}]}\n  part1: {go: done}\n  part2: {go: done}\n"
    text = f"{HEAD}start: n\n{nodes}{END}"
    assert _mended(tmp_path, text) == text


def test_an_unused_variable_goes_with_its_lines_and_the_others_stay(tmp_path: Path) -> None:
    rest = f"start: n\nnodes: {{n: {{choices: [{{id: a, say: A, go: done, effects: [set kept], when: not kept}}]}}}}\n{END}"
    before = f"{HEAD}variables:\n  # why\n  gone:\n    one_of: [a, b]\n  kept: flag  # this one\n{rest}"
    assert _mended(tmp_path, before) == before.replace("  gone:\n    one_of: [a, b]\n", "")
    alone = f"{HEAD}variables:\n  gone: flag\nstart: n\nnodes: {{n: {{choices: [{{id: a, say: A, go: done}}]}}}}\n{END}"
    assert _mended(tmp_path, alone) == alone.replace("variables:\n  gone: flag\n", "")


def test_a_file_without_format_and_id_gets_both_over_two_rounds(tmp_path: Path) -> None:
    text = HEAD.replace("format: 1\nid: s\n", "") + f"start: n\nnodes: {{n: {{choices: [{{id: a, say: A, go: done}}]}}}}\n{END}"
    once = _mended(tmp_path, text)
    assert _mended(tmp_path, once).count("format: 1\n") == 1
    assert "id: s\n" in _mended(tmp_path, once)


def test_byte_order_mark_and_line_ends_survive(tmp_path: Path) -> None:
    text = "\ufeff" + one("{id: a, say: Yes, go: doen, when: verified, effects: [set verified]}").replace("\n", "\r\n")
    assert _mended(tmp_path, text) == text.replace("doen", "done")


def test_of_two_fixes_that_overlap_the_first_counts() -> None:
    one, other = Fix(safe=True, edits=(Edit(1, 1, 1, 4, "x"),)), Fix(safe=True, edits=(Edit(1, 3, 1, 6, "y"),))
    assert edited("abcdef\n", [one, other]) == "xdef\n"
    assert edited("abcdef\n", [one, one]) == "xdef\n"


@given(st.text(alphabet="abc\nü", max_size=30), st.integers(1, 6), st.integers(1, 9), st.text(alphabet="xy", max_size=3))
def test_an_insertion_takes_nothing_away(text: str, line: int, column: int, written: str) -> None:
    found = edited(text, [Fix(safe=True, edits=(Edit(line, column, line, column, written),))])
    assert len(found) == len(text) + len(written)
    assert sorted(found) == sorted(text + written)


@given(st.text(alphabet="abcde", min_size=4, max_size=8), st.data())
def test_one_letter_left_out_doubled_replaced_or_swapped_is_a_slip(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    typed = [word[:place] + word[place + 1 :], word[: place + 1] + word[place:], f"{word[:place]}z{word[place + 1 :]}"]
    typed.append(word[:place] + word[place : place + 2][::-1] + word[place + 2 :])
    for wrong in typed:
        assert slip(wrong, word, {word}) == (wrong != word and len(wrong) >= 4)
    assert not slip(f"{word}zz", word, {word})


def test_the_difference_names_the_file_and_shows_the_line() -> None:
    shown = difference("a.yaml", b"x\ny", b"x\nz")
    assert shown.startswith("--- a/a.yaml\n+++ b/a.yaml\n")
    assert "-y\n+z\n" in shown
