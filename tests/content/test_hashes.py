"""Hashes: the content hash sees every word, the logic hash only what decides where a reply leads."""

# ruff: noqa: E501  # one line for each case reads better than six

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from branchline.content.hashes import canonical_hash
from branchline.content.load import load_scenario
from strategies import Written, scene, written

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario

TEXT = """format: 1
id: s
title: Title   # a comment
summary: Summary.
channel: phone
customer: {name: Dana Okafor, needs: [time], history: [{when: today, channel: chat, text: Asked.}]}
sops: [SOP-T]
case: {note: 5}
variables: {title: flag}
start: say
nodes:
  say:
    claim: Claim.
    lines: [{customer: Line.}]
    on_enter: [heat +0]
    choices:
      - {id: a, say: Say., because: Because., empathy: {acknowledge: 1}, when: trust > 5, effects: [set title], does: [SOP-T/x], go: dice}
      - {id: b, say: Other., locked_when: {when: heat > 90, why: Why.}, go: done}
  dice: {chance: [{weight: 2, go: say}, {weight: 1, go: done}]}
endings: {done: {title: Done., outcome: resolved, value: 50}}
"""
SOP = "---\nformat: 1\nid: SOP-T\ntitle: T\n---\n1. Do. {#x do=act}\n"


def _load(root: Path, text: str = TEXT, sop: str = SOP) -> Scenario:
    path = root / "scenarios" / "conversations" / "s.yaml"
    for file, content in ((path, text), (root / "sop_library" / "SOP-T.md", sop)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return load_scenario(path)


TEXTS = [
    ("title: Title", "title: Another"), ("Summary.", "Sum."), ("Claim.", "C."), ("Line.", "L."), ("say: Say.", "say: S."), ("Because.", "B."),
    ("Why.", "W."), ("Done.", "D."), ("needs: [time]", "needs: [quiet]"), ("text: Asked.", "text: Wrote."), ("acknowledge: 1", "acknowledge: 2"),
    (", empathy: {acknowledge: 1}", ""),
]  # fmt: skip
LOGIC = [
    ("go: dice", "go: done"), ("trust > 5", "trust > 6"), ("set title", "clear title"), ("heat > 90", "heat > 80"), ("weight: 2", "weight: 3"),
    ("heat +0", "heat +1"), ("start: say", "start: dice"), ("id: a,", "id: aa,"), ("title: flag", "title: flag, more: flag"), ("note: 5", "note: 6"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), TEXTS)
def test_a_changed_text_or_level_changes_the_content_and_not_the_logic(tmp_path: Path, old: str, new: str) -> None:
    assert old in TEXT
    before, after = _load(tmp_path), _load(tmp_path, TEXT.replace(old, new, 1))
    assert before.content_hash != after.content_hash
    assert before.logic_hash == after.logic_hash


@pytest.mark.parametrize(("old", "new"), LOGIC)
def test_a_changed_way_guard_effect_start_or_weight_changes_both(tmp_path: Path, old: str, new: str) -> None:
    assert old in TEXT
    before, after = _load(tmp_path), _load(tmp_path, TEXT.replace(old, new, 1))
    assert before.content_hash != after.content_hash
    assert before.logic_hash != after.logic_hash


def test_a_changed_sop_changes_the_content_and_not_the_logic(tmp_path: Path) -> None:
    before, after = _load(tmp_path), _load(tmp_path, sop=SOP.replace("Do.", "Do it."))
    assert before.content_hash != after.content_hash
    assert before.logic_hash == after.logic_hash


def test_comments_spacing_quotes_and_line_ends_change_nothing(tmp_path: Path) -> None:
    other = TEXT.replace("   # a comment", "").replace("summary: Summary.", '\n\nsummary:   "Summary."').replace("\n", "\r\n")
    before, after = _load(tmp_path), _load(tmp_path, other)
    assert (before.content_hash, before.logic_hash) == (after.content_hash, after.logic_hash)


def _turned(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _turned(data[key]) for key in reversed(data)}
    return [_turned(item) for item in data] if isinstance(data, list) else data


@settings(max_examples=25)
@given(written())
def test_the_order_of_keys_changes_nothing(content: Written) -> None:
    one, other = content.compiled(), Written(_turned(content.scenario), content.parts, content.sops).compiled()
    assert (one.content_hash, one.logic_hash) == (other.content_hash, other.logic_hash)
    assert one.layout.blank == other.layout.blank
    assert [spot.id for spot in one.layout.places] == [spot.id for spot in other.layout.places]


def test_ids_that_are_called_like_texts_count_as_logic() -> None:
    text = "variables: {note: flag}\nnodes:\n  title: {choices: [{id: why, say: A., go: done}]}\n"
    one = scene(text).compiled()
    other = scene(text.replace("title:", "summary:")).compiled()
    assert one.logic_hash != other.logic_hash
    assert one.logic_hash != scene(text.replace("{note: flag}", "{}")).compiled().logic_hash


def test_a_canonical_hash_is_of_sorted_ascii_json() -> None:
    assert canonical_hash({"b": 1, "a": "ä"}) == canonical_hash({"a": "ä", "b": 1})
    assert canonical_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
