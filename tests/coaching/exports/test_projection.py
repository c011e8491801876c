"""What every export is made from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from branchline.coaching.exports.export import redaction, visible
from branchline.coaching.exports.projection import projection
from branchline.coaching.redaction import Kept
from branchline.coaching.thread import Thread
from reviewed import said, told

KEY = b"k" * 32


def test_moments_lines_and_curve_are_those_of_the_review() -> None:
    review = told()
    found = projection(review, Kept("sam.miller"), redacted=False)
    assert [moment.seq for moment in found.moments] == [moment.seq for moment in review.judgement.moments]
    assert [line.number for line in found.lines] == [line.number for line in review.transcript.lines]
    judged = review.judgement
    assert [(moment.seq, moment.value) for moment in found.curve] == [(seq, judged.of_100(value)) for seq, value in judged.curve()]
    assert [moment.seq for moment in found.flagged] == [moment.seq for moment in review.judgement.flagged]
    assert sum(lost.lost for lost in found.result.lost if lost.part == "empathy") == pytest.approx(100 - (review.score.empathy or 0))


def test_a_line_stands_for_the_same_event_as_in_the_transcript() -> None:
    review = told()
    found = projection(review, Kept("sam.miller"), redacted=False)
    assert [moment.line for moment in found.moments] == [review.transcript.line_of(moment.seq) for moment in found.moments]
    assert [lost.line for lost in found.result.lost] == [review.transcript.line_of(lost.seq) for lost in found.result.lost]


def test_a_moment_says_what_was_best_and_what_it_changed() -> None:
    blunder = projection(told(), Kept("sam.miller"), redacted=False).flagged[0]
    assert [(better.choice, better.said) for better in blunder.best] == [("kind", "I say kind.")]
    assert ("acknowledge", 0, 2) in blunder.dimensions
    assert any(change.startswith("trust 50 → ") for change in blunder.changes)


def test_idle_time_is_told_once_for_an_event() -> None:
    found = projection(told(), Kept("sam.miller"), redacted=False)
    assert [line.idle for line in found.lines if line.idle > 8] == [60.0]


def test_a_comment_is_followed_by_its_answers_and_a_private_one_stays_away() -> None:
    shown = visible(said(), private=False)
    found = projection(told(), redaction(told(), KEY, ["coach-7", "sam.miller"]), shown)
    assert [(each.who, each.answer) for each in found.comments] == [("Coach-1", False), (found.learner, True)]
    assert found.comments[0].text == f"Customer is told to wait. Name the loss, {found.learner}!"
    assert found.comments[0].answered == "acknowledged: Yes, Coach-1."
    assert len(visible(said(), private=True).comments) == 3


def test_an_answer_whose_comment_is_private_stands_alone() -> None:
    (alone,) = projection(told(), Kept("sam.miller"), Thread(said().comments[1:2]), redacted=False).comments
    assert not alone.answer


def test_a_coach_s_last_score_with_a_rubric_is_told() -> None:
    (last,) = said().reviews
    found = projection(told(), Kept("sam.miller"), Thread(reviews=(replace(last, latest=False), last)), redacted=False)
    assert [(each.who, each.total, len(each.marks)) for each in found.scored] == [("coach-7", 72.4, 2)]
