"""Rubrics: read with their places, refused with a reason, and the same again from what was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.content import load_rubric
from branchline.content.rubric import PARTS_OF
from branchline.content.rubric_files import read_rubric, rubric_from_bundle
from branchline.content.workspace import Workspace, bundled_root
from branchline.errors import ContentError, DamagedData, UnknownId
from rubrics import TEXT, item, rubric

if TYPE_CHECKING:
    from pathlib import Path

BUNDLED = sorted((bundled_root() / "scenarios" / "rubrics").glob("*.yaml"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "scenarios" / "rubrics"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def card(root: Path, text: str = TEXT) -> Path:
    path = root / "scenarios" / "rubrics" / "card.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_every_bundled_rubric_can_be_scored_with_and_comes_back_from_its_bundle(path: Path) -> None:
    known = load_rubric(path)
    again = rubric_from_bundle(known.bundle)
    assert (again, again.content_hash) == (known, known.content_hash)
    assert sum(item.weight for item in known.items) == 100
    assert known.review_status == "draft"
    assert all(not item.machine or item.machine in PARTS_OF[known.applies_to] for item in known.items)


def test_a_rubric_is_read_as_it_is_written(root: Path) -> None:
    known = load_rubric(card(root))
    assert (known.id, known.version, known.applies_to, known.cap) == ("card", 3, "conversations", 40)
    assert [(item.id, item.weight, item.na, item.critical, item.machine) for item in known.items] == [
        ("loss", 50, True, False, "acknowledge"),
        ("next-step", 30, True, False, ""),
        ("verified", 20, False, True, "sop"),
    ]
    assert [level.name for level in known.items[0].levels] == ["0", "1", "2"]
    assert known.items[1].levels[1].anchor == "Yes."
    assert known.items[2].place("kept") == 2
    assert known.items[2].place("none") is None
    assert known.item("loss") is known.items[0]
    assert known.item("lost") is None


def test_the_cap_is_59_where_nobody_says_otherwise() -> None:
    assert rubric(item("a", 100)).cap == 59


def test_every_word_of_it_is_in_the_hash() -> None:
    first = rubric(item("a", 40), item("b", 60))
    assert first.content_hash == rubric(item("a", 40), item("b", 60)).content_hash
    other = item("b", 60)
    other["levels"][1]["anchor"] = "Another."
    assert rubric(item("a", 40), other).content_hash != first.content_hash
    assert rubric(item("a", 40), item("b", 60), version=2).content_hash != first.content_hash


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("weight: 50", "weight: 45", "Q001", 7),
        ("weight: 50", "weight: 0", "S105", 10),
        ("weight: 50", "weight: 50.0", "S104", 10),
        ("level: broken", "level: kept", "Q002", 24),
        ("level: broken", "level: na", "Q002", 24),
        ("[{level: 0, anchor: No.}", "[{level: 3, anchor: No.}", "Q003", 13),
        ("id: next-step", "id: loss", "R005", 14),
        ("id: next-step", "id: next.step", "R006", 14),
        ("machine: sop", "machine: sops", "S103", 23),
        ("critical: true", "critical: yes", "S104", 22),
        ("levels: [{level: no, anchor: No.}, {level: yes, anchor: Yes.}]", "levels: [{level: no, anchor: No.}]", "S105", 18),
        ("applies_to: conversations\n", "", "S102", 1),
        ("weight: 30", "wieght: 30", "S101", 16),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(root: Path, old: str, new: str, code: str, line: int) -> None:
    reading = read_rubric(card(root, TEXT.replace(old, new, 1)), root)
    assert reading.rubric is None
    assert [(found.code, found.span.line) for found in reading.diagnostics] == [(code, line)]
    assert reading.diagnostics[0].span.file == "scenarios/rubrics/card.yaml"
    with pytest.raises(ContentError) as refused:
        load_rubric(card(root, TEXT.replace(old, new, 1)))
    assert refused.value.diagnostics


def test_a_workspace_finds_its_rubrics(root: Path) -> None:
    shelf = Workspace(root)
    assert list(shelf.rubrics()) == ["card"]
    assert shelf.rubric("card").title == "A card"
    assert shelf.broken_rubrics() == []
    with pytest.raises(UnknownId, match="Did you mean `card`"):
        shelf.rubric("cart")


def test_a_broken_rubric_says_why_it_cannot_be_scored_with(root: Path) -> None:
    card(root, TEXT.replace("weight: 50", "weight: 45"))
    shelf = Workspace(root)
    assert shelf.rubrics() == {}
    assert [found.code for found in shelf.broken_rubrics()] == ["Q001"]
    with pytest.raises(ContentError, match="sum to 95"):
        shelf.rubric("card")


def test_of_two_rubrics_with_one_id_the_one_whose_file_is_named_so_is_used(root: Path) -> None:
    beside = root / "scenarios" / "rubrics" / "a-copy.yaml"
    beside.write_text(TEXT.replace("A card", "A copy"), encoding="utf-8")
    (root / "scenarios" / "rubrics" / "z-copy.yaml").write_text(TEXT.replace("A card", "A copy"), encoding="utf-8")
    assert Workspace(root).rubric("card").title == "A card"


def test_a_workspace_without_rubrics_has_none(tmp_path: Path) -> None:
    assert Workspace(tmp_path).rubrics() == {}


@pytest.mark.parametrize("kept", [{}, {"rubric": {}}, {"rubric": []}, {"rubric": {"format": 1, "id": "x"}}])
def test_kept_data_that_is_no_rubric_is_damaged(kept: dict[str, object]) -> None:
    with pytest.raises(DamagedData):
        rubric_from_bundle(kept)


def test_a_kept_rubric_whose_weights_do_not_sum_is_damaged() -> None:
    with pytest.raises(DamagedData, match="sum to 90"):
        rubric(item("a", 40), item("b", 50))


def test_levels_that_only_look_like_numbers_are_names(root: Path) -> None:
    old = "levels: [{level: no, anchor: No.}, {level: yes, anchor: Yes.}]"
    reading = read_rubric(card(root, TEXT.replace(old, "levels: [{level: 1, anchor: No.}, {level: --2, anchor: Yes.}]", 1)), root)
    assert reading.diagnostics == ()
    assert reading.rubric is not None
    assert [level.name for level in reading.rubric.items[1].levels] == ["1", "--2"]
