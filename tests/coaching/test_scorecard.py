"""A review read by its rubric."""

from __future__ import annotations

import pytest

from branchline.coaching.scorecard import items_json, review_json, scorecard
from branchline.coaching.thread import RubricReview
from branchline.content.rubric_files import rubric_from_bundle
from branchline.content.source import read_text
from branchline.errors import DamagedData
from branchline.journal.coaching_events import SessionReviewed
from rubrics import TEXT

CARD = rubric_from_bundle({"format": 1, "rubric": read_text(TEXT, "card.yaml").data})
MARKS = (("loss", "1", "She named it late."), ("next-step", "na", ""), ("verified", "broken", ""))
EVENT = SessionReviewed("s-1", "card", 3, CARD.content_hash, MARKS, 250 / 7, "Thank you.", shared=True)
FIGURES = {"loss": 100.0, "next-step": None, "verified": 0.0}


def test_the_machine_stands_beside_the_coach() -> None:
    found = items_json(scorecard(CARD, EVENT, FIGURES))
    assert [(each["id"], each["level"], each["machine"] and each["machine"]["suggests"], each["overridden"]) for each in found] == [
        ("loss", "1", "2", True),
        ("next-step", "na", None, False),
        ("verified", "broken", "broken", False),
    ]
    assert (found[0]["anchor"], found[0]["reason"], found[0]["machine"]) == (
        "A formula.", "She named it late.", {"part": "acknowledge", "figure": 100.0, "suggests": "2"},
    )  # fmt: skip
    assert found[1]["machine"] is None


def test_a_document_adds_up() -> None:
    review = RubricReview("st:1", "coach", "2026-03-02T09:00:00.000Z", EVENT)
    found = review_json(review, scorecard(CARD, EVENT, FIGURES), "robin")
    assert found["total"] == pytest.approx(100 - sum(lost["lost"] for lost in found["deductions"]))
    assert (found["cap"], found["critical"], found["learner"], found["coach"]) == (40, ["verified"], "robin", "coach")
    assert found["rubric"] == {"id": "card", "version": 3, "hash": CARD.content_hash, "known": True}


def test_where_the_rubric_is_not_known_the_marks_stand_alone() -> None:
    found = review_json(RubricReview("st:1", "coach", "2026-03-02T09:00:00.000Z", EVENT._replace(total=-1.0)), None, "robin")
    assert (found["total"], found["rubric"]["known"], found["deductions"]) == (None, False, [])
    assert found["items"][0] == {"id": "loss", "level": "1", "reason": "She named it late."}


@pytest.mark.parametrize("changed", [{"rubric_hash": "f" * 64}, {"marks": MARKS[:2]}, {"marks": (("loss", "7", ""), *MARKS[1:])}])
def test_a_review_that_does_not_fit_its_rubric_is_damaged(changed: dict[str, object]) -> None:
    with pytest.raises(DamagedData):
        scorecard(CARD, EVENT._replace(**changed), FIGURES)
