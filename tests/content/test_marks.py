"""Marks as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.content.marks import Mark, read_marks, read_ratings, written_marks
from branchline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "marks.yaml"


def test_a_mark_has_a_level_and_may_have_a_reason() -> None:
    assert written_marks(["loss=2", "next=no:nobody said: when"]) == (Mark("loss", "2"), Mark("next", "no", "nobody said: when"))


@pytest.mark.parametrize("text", ["loss", "=2", "loss=", "loss= :why", ""])
def test_what_is_no_mark_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        written_marks([text])
    assert refused.value.code == "bad-marks"


def test_a_file_says_the_same_in_yaml_and_json(file: Path) -> None:
    expected = (Mark("loss", "2"), Mark("next", "no", "too late"), Mark("kept", "yes"))
    file.write_text("loss: 2\nnext: {level: no, reason: too late}\nkept: yes\n")
    assert read_marks(file) == expected
    file.write_text('{"loss": 2, "next": {"level": "no", "reason": "too late"}, "kept": "yes"}')
    assert read_marks(file) == expected


def test_ratings_stand_under_their_reply_or_by_their_whole_name(file: Path) -> None:
    file.write_text('"ask.kind": {tone: 2, clarity: na}\nask.cold.tone: 0\n"go/in.yes":\n  tone: 1\n')
    assert read_ratings(file) == (
        Mark("ask.kind.tone", "2"),
        Mark("ask.kind.clarity", "na"),
        Mark("ask.cold.tone", "0"),
        Mark("go/in.yes.tone", "1"),
    )


@pytest.mark.parametrize(
    "text", ["", " \n", "- loss\n", "loss: [1]\n", "loss: 1\nloss: 2\n", "loss: {levle: 1}\n", "loss: {: }\n", "a: &x b"]
)
def test_a_file_without_marks_is_refused_with_its_place(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageError) as refused:
        read_marks(file)
    assert refused.value.code == "bad-marks"
    assert "marks.yaml" in refused.value.where
