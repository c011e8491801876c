"""A review rebuilt from statements equals the one of the machine where the session was played."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from branchline.coaching.from_lrs import review_of
from branchline.coaching.judging import Judgement
from branchline.coaching.review import Review
from branchline.practice import Practice
from branchline.xapi.readback import rebuilt
from practice_talk import CARD, talk
from rooms import Room
from xapi_desk import worked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from branchline.journal.model import SessionRow


@pytest.fixture
def local(tmp_path: Path) -> tuple[Review, list[dict[str, Any]], Mapping[str, Any]]:
    room = Room(tmp_path, talk(), {"SOP-T": CARD})
    with closing(room.studio()) as studio:
        practice = Practice.begin(studio, studio.workspace.load(room.name), mode="practice", seed=6)
        practice.choose("rude")
        practice.undo()
        practice.choose("fair")
        practice.choose("mumble")
        statements = [json.loads(each.json) for each in studio.journal.statements(practice.session_id)]
        return Review.kept(studio.journal, practice.session_id), statements, practice.content.bundle


def test_a_conversation_has_the_same_transcript_scores_and_judgement(
    local: tuple[Review, list[dict[str, Any]], Mapping[str, Any]],
) -> None:
    here, statements, bundle = local
    there = review_of(rebuilt(reversed(statements)), lambda _row, _hash: bundle)
    assert isinstance(there, Review)
    assert there.transcript == here.transcript
    assert there.score == here.score
    assert there.document() == here.document()


@pytest.mark.parametrize("story", ["refund-duplicate", "refund-duplicate-wrong"])
def test_a_drill_has_the_same_scores_deductions_and_judgement_without_what_was_written(tmp_path: Path, story: str) -> None:
    studio, row, _ = worked(tmp_path, story=story)
    with closing(studio):
        here = Review.kept(studio.journal, row.id)
        statements = [json.loads(each.json) for each in studio.journal.statements(row.id)]
        bundle = studio.journal.content(row.content_hash)
    found = rebuilt(statements)
    assert found.withheld
    there = review_of(found, lambda _row, _hash: bundle)
    assert isinstance(there, Review)
    assert replace(there.score, deductions=()) == replace(here.score, deductions=())
    assert [replace(each, reason="") for each in there.score.deductions] == [replace(each, reason="") for each in here.score.deductions]
    assert there.document() == here.document()
    assert [line.seq for line in there.transcript.lines if line.speaker == "learner"] == [
        line.seq for line in here.transcript.lines if line.speaker == "learner"
    ]


def test_the_statements_of_a_drill_tell_no_value_that_stands_in_a_field(tmp_path: Path) -> None:
    studio, row, _ = worked(tmp_path, story="refund-duplicate-wrong")
    with closing(studio):
        reasons = [each.reason for each in Review.kept(studio.journal, row.id).score.deductions]
        text = " ".join(each.json for each in studio.journal.statements(row.id))
    assert any(", expected " in reason for reason in reasons)
    assert ", expected " not in text


def test_without_the_content_there_are_ids_and_a_reason(local: tuple[Review, list[dict[str, Any]], Mapping[str, Any]]) -> None:
    def nothing(_row: SessionRow, _hash: str) -> None:
        return None

    found = review_of(rebuilt(local[1]), nothing)
    assert isinstance(found, Judgement)
    assert "no content" in found.reason
    assert [(moment.node, moment.choice, moment.word, moment.stands) for moment in found.moments] == [
        ("hello", "rude", "", False),
        ("hello", "fair", "", True),
        ("middle", "mumble", "", True),
    ]
