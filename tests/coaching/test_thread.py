"""The thread that remarks make."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from branchline.coaching.thread import ACKNOWLEDGED, DISPUTED, OPEN, REJECTED, UPHELD, may_dispute, thread
from branchline.coaching.thread_document import overruled
from branchline.journal.coaching_events import (
    Acknowledged,
    CoachingEvent,
    CommentMade,
    CommentResolved,
    CommentShared,
    Disputed,
    DisputeDecided,
    SessionReviewed,
)
from branchline.journal.streams import Remark

MADE = CommentMade("s", 2, "Sorry.", "Name the loss.", shared=True)
REVIEW = SessionReviewed("s", "conversation", 1, "f" * 64, (), 80.0, "", shared=True)


def remark(number: int, event: CoachingEvent, author: str = "coach", *, shared: bool = True) -> Remark:
    role = "learner" if author == "ada" else "coach"
    return Remark(f"st:{number}", author, role, f"2026-03-02T09:00:{number:02}.000Z", event, shared)


def test_answers_stand_under_their_comment() -> None:
    answer = MADE._replace(text="I thought I had.", answers="st:1")
    found = thread([remark(1, MADE), remark(2, MADE._replace(text="Second.")), remark(3, answer, "ada")])
    assert [each.text for each in found.at(2)] == ["Name the loss.", "I thought I had.", "Second."]


def test_a_comment_is_resolved_and_opened_again() -> None:
    remarks = [remark(1, MADE), remark(2, CommentResolved("st:1", resolved=True))]
    assert thread(remarks).comments[0].resolved
    assert not thread([*remarks, remark(3, CommentResolved("st:1", resolved=False))]).comments[0].resolved


def test_a_learner_sees_what_is_shared_and_their_own() -> None:
    private = MADE._replace(shared=False)
    remarks = [remark(1, MADE), remark(2, private, shared=False), remark(3, private, "ada", shared=False)]
    found = thread(remarks)
    assert [each.id for each in found.seen_by("ada", learner=True).comments] == ["st:1", "st:3"]
    assert len(found.seen_by("coach", learner=False).comments) == 3
    assert [each.id for each in found.seen_by("ada", learner=True).audit] == ["st:1", "st:3"]


def test_a_private_comment_that_is_shared_later_is_told_whole_where_it_was_not() -> None:
    sharing = CommentShared("st:1", "s", 2, "Sorry.", "Name the loss.")
    here = thread([remark(1, MADE._replace(shared=False), shared=False), remark(2, sharing)])
    there = thread([remark(2, sharing)])
    for found in (here, there):
        (comment,) = found.seen_by("ada", learner=True).comments
        assert (comment.id, comment.text, comment.seq, comment.shared) == ("st:1", "Name the loss.", 2, True)


def test_a_comment_is_acknowledged_or_disputed_and_the_dispute_decided() -> None:
    assert thread([remark(1, MADE)]).comments[0].answered.state == OPEN
    assert thread([remark(1, MADE), remark(2, Acknowledged("st:1"), "ada")]).comments[0].answered.state == ACKNOWLEDGED
    disputed = [remark(1, MADE), remark(2, Disputed("st:1", "I named it."), "ada")]
    assert thread(disputed).comments[0].answered.state == DISPUTED
    decided = thread([*disputed, remark(3, DisputeDecided("st:1", upheld=True, text="You did."))]).comments[0].answered
    assert (decided.state, decided.text, decided.decision, decided.decided_by) == (UPHELD, "I named it.", "You did.", "coach")
    rejected = thread([*disputed, remark(3, DisputeDecided("st:1", upheld=False, text="Later."))])
    assert rejected.comments[0].answered.state == REJECTED


def test_of_two_disputes_at_once_the_first_keeps_its_reason() -> None:
    twice = [remark(1, MADE), remark(2, Disputed("st:1", "I named it."), "ada"), remark(3, Disputed("st:1", "Line 5."), "ada")]
    assert thread(twice).comments[0].answered.text == "I named it."
    assert [each.id for each in thread(twice).audit] == ["st:1", "st:2", "st:3"]
    withdrawn = [*twice, remark(4, Acknowledged("st:1"), "ada"), remark(5, Disputed("st:1", "Line 5."), "ada")]
    assert thread(withdrawn).comments[0].answered.text == "Line 5."


@pytest.mark.parametrize(("upheld", "said"), [(True, "decided the same before by coach"), (False, "decided otherwise by coach")])
def test_whose_decision_came_later_is_told_who_decided(upheld: bool, said: str) -> None:  # noqa: FBT001
    disputed = [remark(1, MADE), remark(2, Disputed("st:1", "I named it."), "ada")]
    first, second = (DisputeDecided("st:1", each, text) for each, text in ((True, "You did."), (upheld, "Line 3.")))
    (comment,) = thread([*disputed, remark(3, first), remark(4, second, "other")]).comments
    assert (comment.answered.state, comment.answered.decided_at) == (UPHELD, "2026-03-02T09:00:03.000Z")
    ((who, words),) = overruled(comment)
    assert who == "other"
    assert f"{said} at 2026-03-02 09:00 UTC: Line 3." in words


def test_nothing_is_decided_where_nothing_was_disputed() -> None:
    assert thread([remark(1, MADE), remark(2, DisputeDecided("st:1", upheld=True, text=""))]).comments[0].answered.state == OPEN


def test_a_later_review_by_the_same_coach_takes_the_place_of_the_earlier() -> None:
    found = thread([remark(1, REVIEW), remark(2, REVIEW, "other"), remark(3, REVIEW._replace(total=90.0))])
    assert [(each.author, each.event.total, each.latest) for each in found.reviews] == [
        ("coach", 80.0, False),
        ("other", 80.0, True),
        ("coach", 90.0, True),
    ]


def test_a_review_is_disputed_like_a_comment() -> None:
    found = thread([remark(1, REVIEW), remark(2, Disputed("st:1", "Item 3."), "ada")])
    assert found.reviews[0].answered.state == DISPUTED


def test_reviews_of_a_calibration_are_not_in_the_thread() -> None:
    assert thread([remark(1, REVIEW._replace(calibration="st:9"))]).reviews == ()


def test_what_names_something_unknown_is_kept_in_the_audit_trail_alone() -> None:
    found = thread([remark(1, CommentResolved("elsewhere:1", resolved=True)), remark(2, Acknowledged("elsewhere:1"), "ada")])
    assert found.comments == ()
    assert len(found.audit) == 2


def test_a_dispute_is_possible_within_the_days_that_were_set() -> None:
    at = "2026-03-02T09:00:00.000Z"
    assert may_dispute(at, datetime(2026, 3, 9, 8, 59, tzinfo=UTC), 7)
    assert not may_dispute(at, datetime(2026, 3, 9, 9, 1, tzinfo=UTC), 7)


def test_what_a_review_came_to_is_said_in_words() -> None:
    found = thread([remark(1, REVIEW._replace(total=62.5)), remark(2, REVIEW._replace(total=-1.0))])
    assert [each.total for each in found.reviews] == ["62.5 of 100", "no item applies"]


def test_who_kept_a_review_private_sees_it_whatever_their_role() -> None:
    found = thread([remark(1, REVIEW._replace(shared=False), "dana", shared=False)])
    assert [each.id for each in found.seen_by("dana", learner=True).reviews] == ["st:1"]
    assert found.seen_by("ada", learner=True).reviews == ()
