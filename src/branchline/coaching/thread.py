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
LEARNER, COACH = "learner", "coach"
"""Roles; designers have one of their own."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """A decision on a dispute that counts for nothing: somebody had decided before, on another machine."""

    state: str
    """`upheld` or `rejected`, as it would have been."""
    by: str
    at: str
    text: str


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
    decided_at: str = ""
    overruled: tuple[Overruled, ...] = ()
    """Decisions that came after that one, in the order of time."""
    noted: bool = False
    """Whether the learner has read the decision."""


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
    shared_at: str = ""
    """From when on the learner could see it; empty where it is private."""

    @property
    def root(self) -> str:
        """The comment that its thread begins with."""
        return self.answers or self.id


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

    @property
    def total(self) -> str:
        """What the session came to, in words."""
        return f"{self.event.total:.1f} of 100" if self.event.total >= 0 else "no item applies"

    @property
    def shared(self) -> bool:
        """Whether the learner is to see it."""
        return self.event.shared

    @property
    def shared_at(self) -> str:
        """From when on the learner could see it; empty where it is private."""
        return self.at if self.event.shared else ""


Item = Comment | RubricReview
"""What somebody said and others answer to."""


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

    def items(self) -> tuple[Item, ...]:
        """Comments and reviews in the order of time; their place, from 1, is the number that people call them by."""
        return tuple(sorted((*self.comments, *self.reviews), key=lambda item: (item.at, item.id)))

    def awaiting(self, reader: str, *, learner: bool) -> tuple[Item, ...]:
        """What waits for the reader, in the order of time.

        For a learner: what others said and they have not acknowledged, disputed or answered, and decisions that they have not read. For a
        coach: disputes to decide, and what the learner wrote and nobody has answered. What is resolved waits for nobody.
        """
        return tuple(item for item in self.items() if self._awaits(item, reader, learner=learner))

    def _awaits(self, item: Item, reader: str, *, learner: bool) -> bool:
        state = item.answered.state
        if not learner and state == DISPUTED:
            return True
        if isinstance(item, RubricReview):
            return learner and item.latest and (state == OPEN or _unread(item.answered))
        root = self.comment(item.root)
        if root is not None and root.resolved:
            return learner and _unread(item.answered)
        if not learner:
            return item.role == LEARNER and item.author != reader and not self._answered_later(item)
        mine = item.author == reader or self._answered_later(item, reader)
        return _unread(item.answered) or (state == OPEN and not mine)

    def _answered_later(self, item: Comment, by: str = "") -> bool:
        """Whether somebody else, or the one named, went on with the thread of that comment after it."""
        later = (each for each in self.comments if each.root == item.root and (each.at, each.id) > (item.at, item.id))
        return any(each.author == by if by else each.author != item.author for each in later)

    def seen_by(self, reader: str, *, learner: bool) -> Thread:
        """What a reader may see: a learner what is shared and their own, a coach also what is private to coaches."""
        if not learner:
            return self
        comments = tuple(each for each in self.comments if each.shared or each.author == reader)
        reviews = tuple(each for each in self.reviews if each.shared or each.author == reader)
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
            made = Comment(remark.id, remark.author, remark.role, remark.at, seq, quote, text, shared, answers)
            comments[remark.id] = replace(made, shared_at=remark.at if shared else "")
        case CommentShared(comment, _, seq, quote, text):
            known = comments.get(comment) or Comment(comment, remark.author, remark.role, remark.at, seq, quote, text, shared=True)
            comments[comment] = replace(known, shared=True, shared_at=known.shared_at or remark.at)
        case CommentResolved(comment, resolved) if comment in comments:
            comments[comment] = replace(comments[comment], resolved=resolved)
        case SessionReviewed() if not remark.event.calibration:
            _review(remark, remark.event, reviews)
        case Acknowledged(target, text):
            _acknowledge(target, Answered(ACKNOWLEDGED, remark.author, remark.at, text), comments, reviews)
        case Disputed(target, reason):
            _dispute(target, Answered(DISPUTED, remark.author, remark.at, reason), comments, reviews)
        case DisputeDecided(target, upheld, text):
            _decide(target, Overruled(UPHELD if upheld else REJECTED, remark.author, remark.at, text), comments, reviews)
        case _:
            pass


def _review(remark: Remark, event: SessionReviewed, reviews: dict[str, RubricReview]) -> None:
    for known in reviews.values():
        if known.author == remark.author and known.event.rubric == event.rubric:
            reviews[known.id] = replace(known, latest=False)
    reviews[remark.id] = RubricReview(remark.id, remark.author, remark.at, event)


def _unread(answered: Answered) -> bool:
    return answered.state in {UPHELD, REJECTED} and not answered.noted


def _acknowledge(target: str, answered: Answered, comments: dict[str, Comment], reviews: dict[str, RubricReview]) -> None:
    """A decision that is acknowledged stays what it is."""
    known = comments.get(target) or reviews.get(target)
    decided = known is not None and known.answered.state in {UPHELD, REJECTED}
    _answer(target, replace(known.answered, noted=True) if known is not None and decided else answered, comments, reviews)


def _answer(target: str, answered: Answered, comments: dict[str, Comment], reviews: dict[str, RubricReview]) -> None:
    if target in comments:
        comments[target] = replace(comments[target], answered=answered)
    elif target in reviews:
        reviews[target] = replace(reviews[target], answered=answered)


def _dispute(target: str, answered: Answered, comments: dict[str, Comment], reviews: dict[str, RubricReview]) -> None:
    """While a dispute is open its reason stays; another one that came from a machine that did not know of it stands in the trail alone."""
    known = comments.get(target) or reviews.get(target)
    if known is not None and known.answered.state in {OPEN, ACKNOWLEDGED}:
        _answer(target, answered, comments, reviews)


def _decide(target: str, made: Overruled, comments: dict[str, Comment], reviews: dict[str, RubricReview]) -> None:
    """The first decision by time stands; whoever made a later one is told so."""
    known = comments.get(target) or reviews.get(target)
    if known is None:
        return
    answered = known.answered
    if answered.state == DISPUTED:
        stands = replace(answered, state=made.state, decision=made.text, decided_by=made.by, decided_at=made.at)
        _answer(target, stands, comments, reviews)
    elif answered.state in {UPHELD, REJECTED}:
        _answer(target, replace(answered, overruled=(*answered.overruled, made)), comments, reviews)
