"""The thread of a session: comments pinned to its moments and what became of them, and the reviews of it; made of remarks alone.

Remarks come from several authors and machines, in the order of their times; one that names something not here yet is kept in the audit
trail and changes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from branchline.journal.coaching_events import (
    Acknowledged,
    CommentMade,
    CommentResolved,
    CommentShared,
    Disputed,
    DisputeDecided,
    SessionReviewed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchline.journal.streams import Remark

OPEN, ACKNOWLEDGED, DISPUTED, UPHELD, REJECTED = "open", "acknowledged", "disputed", "upheld", "rejected"
"""How a learner stands to a comment or review: nothing said, read, not agreed, and what a coach decided on that."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the learner said to a comment or review, and what came of it."""

    state: str = OPEN
    by: str = ""
    at: str = ""
    text: str = ""
    """The acknowledgement's words or the dispute's reason."""
    decision: str = ""
    """What the coach wrote when the dispute was decided."""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, or an answer to one."""

    id: str
    author: str
    role: str
    at: str
    seq: int
    """The entry of the session that it is pinned to."""
    quote: str
    text: str
    shared: bool
    answers: str = ""
    """The comment that it answers."""
    resolved: bool = False
    answered: Answered = Answered()


@dataclass(frozen=True, slots=True)
class RubricReview:
    """A coach's score of the session with a rubric."""

    id: str
    author: str
    at: str
    event: SessionReviewed
    answered: Answered = Answered()
    latest: bool = True
    """Whether its author has not reviewed the session again with the same rubric."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Everything that was said about a session."""

    comments: tuple[Comment, ...] = ()
    """In the order of time."""
    reviews: tuple[RubricReview, ...] = ()
    """In the order of time; those of a calibration are told by `coaching.calibration` alone."""
    audit: tuple[Remark, ...] = ()
    """Every remark, in the order of time."""

    def at(self, seq: int) -> tuple[Comment, ...]:
        """The comments pinned to an entry, each followed by its answers."""
        roots = [comment for comment in self.comments if comment.seq == seq and not comment.answers]
        return tuple(each for root in roots for each in (root, *self.answers(root.id)))

    def answers(self, comment: str) -> tuple[Comment, ...]:
        """The answers to a comment, the first first."""
        return tuple(each for each in self.comments if each.answers == comment)

    def comment(self, comment: str) -> Comment | None:
        """The comment with that id."""
        return next((each for each in self.comments if each.id == comment), None)

    def seen_by(self, reader: str, *, learner: bool) -> Thread:
        """What a reader may see: a learner what is shared and their own, a coach also what is private to coaches."""
        if not learner:
            return self
        comments = tuple(each for each in self.comments if each.shared or each.author == reader)
        reviews = tuple(each for each in self.reviews if each.event.shared)
        return Thread(comments, reviews, tuple(each for each in self.audit if each.shared or each.author == reader))


def thread(remarks: Iterable[Remark]) -> Thread:
    """The thread that these remarks make."""
    comments: dict[str, Comment] = {}
    reviews: dict[str, RubricReview] = {}
    audit: list[Remark] = []
    for remark in remarks:
        audit.append(remark)
        _take(remark, comments, reviews)
    return Thread(tuple(comments.values()), tuple(reviews.values()), tuple(audit))


def may_dispute(at: str, now: datetime, days: int) -> bool:
    """Whether what was said at that instant may still be disputed: within so many days."""
    return now <= datetime.fromisoformat(at) + timedelta(days=days)


def _take(remark: Remark, comments: dict[str, Comment], reviews: dict[str, RubricReview]) -> None:
    match remark.event:
        case CommentMade(_, seq, quote, text, shared, answers):
            comments[remark.id] = Comment(remark.id, remark.author, remark.role, remark.at, seq, quote, text, shared, answers)
        case CommentShared(comment, _, seq, quote, text):
            known = comments.get(comment) or Comment(comment, remark.author, remark.role, remark.at, seq, quote, text, shared=True)
            comments[comment] = replace(known, shared=True)
        case CommentResolved(comment, resolved) if comment in comments:
            comments[comment] = replace(comments[comment], resolved=resolved)
        case SessionReviewed() if not remark.event.calibration:
            _review(remark, remark.event, reviews)
        case Acknowledged(target, text):
            _answer(target, Answered(ACKNOWLEDGED, remark.author, remark.at, text), comments, reviews)
        case Disputed(target, reason):
            _answer(target, Answered(DISPUTED, remark.author, remark.at, reason), comments, reviews)
        case DisputeDecided(target, upheld, text):
            _decide(target, UPHELD if upheld else REJECTED, text, remark.author, comments, reviews)
        case _:
            pass


def _review(remark: Remark, event: SessionReviewed, reviews: dict[str, RubricReview]) -> None:
    for known in reviews.values():
        if known.author == remark.author and known.event.rubric == event.rubric:
            reviews[known.id] = replace(known, latest=False)
    reviews[remark.id] = RubricReview(remark.id, remark.author, remark.at, event)


def _answer(target: str, answered: Answered, comments: dict[str, Comment], reviews: dict[str, RubricReview]) -> None:
    if target in comments:
        comments[target] = replace(comments[target], answered=answered)
    elif target in reviews:
        reviews[target] = replace(reviews[target], answered=answered)


def _decide(target: str, state: str, text: str, by: str, comments: dict[str, Comment], reviews: dict[str, RubricReview]) -> None:
    known = comments.get(target) or reviews.get(target)
    if known is not None and known.answered.state == DISPUTED:
        _answer(target, replace(known.answered, state=state, decision=text, decided_by=by), comments, reviews)
