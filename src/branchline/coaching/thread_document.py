"""A thread as documents and in words: `branchline.comments/1`, and a row for each remark of the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.coaching.thread import OPEN, Comment, RubricReview
from branchline.journal.coaching_events import (
    Acknowledged,
    CommentMade,
    CommentResolved,
    CommentShared,
    Disputed,
    DisputeDecided,
    SessionReviewed,
)
from branchline.text import minute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from branchline.coaching.thread import Answered, Item, Overruled, Thread
    from branchline.journal.coaching_events import CoachingEvent
    from branchline.journal.streams import Remark

    LineOf = Callable[[int], int | None]


def comments_json(session: str, found: Thread, line_of: LineOf, wanted: Iterable[Item] | None = None) -> dict[str, Any]:
    """`branchline.comments/1` without its format: comments and answers flat, in the order of time, and the reviews.

    `wanted` are the items that it holds, all where nothing is said; numbers are those among all.
    """
    items = found.items()
    kept = set(items if wanted is None else wanted)
    numbered = [(number, item) for number, item in enumerate(items, 1) if item in kept]
    return {
        "session": session,
        "comments": [_comment(number, item, line_of) for number, item in numbered if isinstance(item, Comment)],
        "reviews": [_review(number, item) for number, item in numbered if isinstance(item, RubricReview)],
    }


def _comment(number: int, item: Comment, line_of: LineOf) -> dict[str, Any]:
    return {
        "id": item.id,
        "number": number,
        "seq": item.seq,
        "line": line_of(item.seq),
        "quote": item.quote,
        "author": item.author,
        "role": item.role,
        "at": item.at,
        "text": item.text,
        "shared": item.shared,
        "resolved": item.resolved,
        "answers": item.answers or None,
        **_answered(item),
    }


def _review(number: int, item: RubricReview) -> dict[str, Any]:
    event = item.event
    return {
        "id": item.id,
        "number": number,
        "author": item.author,
        "at": item.at,
        "rubric": event.rubric,
        "rubric_version": event.rubric_version,
        "rubric_hash": event.rubric_hash,
        "total": event.total if event.total >= 0 else None,
        "marks": [{"item": mark, "level": level, "reason": reason or None} for mark, level, reason in event.marks],
        "text": event.text,
        "shared": event.shared,
        "latest": item.latest,
        **_answered(item),
    }


def _answered(item: Item) -> dict[str, Any]:
    """State, the learner's words (a dispute's reason, or what they said when they acknowledged), and the decision."""
    answered = item.answered
    return {
        "state": answered.state,
        "reason": answered.text or None,
        "answered_by": answered.by or None,
        "answered_at": answered.at or None,
        "decision": answered.decision or None,
        "decided_by": answered.decided_by or None,
        "decided_at": answered.decided_at or None,
        "overruled": [{"state": each.state, "by": each.by, "at": each.at, "text": each.text} for each in answered.overruled],
        "noted": answered.noted,
    }


def audit_json(session: str, found: Thread) -> dict[str, Any]:
    """`branchline.comment-audit/1` without its format: every remark in the order of time."""
    return {
        "session": session,
        "remarks": [
            {
                "id": remark.id,
                "at": remark.at,
                "author": remark.author,
                "role": remark.role,
                "what": deed(remark.event),
                "target": _target(remark.event) or None,
                "text": _text(remark.event) or None,
                "shared": remark.shared,
            }
            for remark in found.audit
        ],
    }


def audit_rows(found: Thread) -> list[tuple[str, str, str, str]]:
    """When, who, what, and of what with its words: a row for each remark."""
    names = {item.id: str(number) for number, item in enumerate(found.items(), 1)}
    return [(each.at, f"{each.author} ({each.role})", _what(each), _said(each, names)) for each in found.audit]


def _what(remark: Remark) -> str:
    return deed(remark.event) + ("" if remark.shared else ", in private")


def _said(remark: Remark, names: dict[str, str]) -> str:
    target = _target(remark.event)
    about = names.get(target, target) if target else names.get(remark.id, "")
    text = _text(remark.event)
    return f"{about}: {text}" if text else about


def deed(event: CoachingEvent) -> str:
    """What somebody did, in the past tense."""
    match event:
        case CommentMade(seq=seq, answers=answers):
            return "answered" if answers else f"commented on entry {seq}"
        case CommentResolved(_, resolved):
            return "resolved" if resolved else "opened again"
        case DisputeDecided(_, upheld):
            return "upheld the dispute" if upheld else "rejected the dispute"
        case SessionReviewed(rubric=rubric, total=total):
            return f"reviewed with {rubric}, total {total:.0f}" if total >= 0 else f"reviewed with {rubric}"
        case _:
            return _DEEDS.get(type(event), type(event).__name__)


_DEEDS: dict[type, str] = {CommentShared: "shared", Acknowledged: "acknowledged", Disputed: "disputed"}


def _target(event: CoachingEvent) -> str:
    match event:
        case CommentMade(answers=answers):
            return answers
        case CommentShared(comment) | CommentResolved(comment):
            return comment
        case Acknowledged(target) | Disputed(target) | DisputeDecided(target):
            return target
        case _:
            return ""


def _text(event: CoachingEvent) -> str:
    match event:
        case CommentMade(text=text) | Acknowledged(text=text) | DisputeDecided(text=text) | SessionReviewed(text=text):
            return text
        case Disputed(_, reason):
            return reason
        case _:
            return ""


def standing(item: Item) -> str:
    """How a comment or review stands, in words for one line; empty where nothing has been said of it."""
    answered = item.answered
    resolved = "resolved" if isinstance(item, Comment) and item.resolved else ""
    said = "" if answered.state == OPEN else f"{answered.state} by {answered.by}" if not answered.decided_by else _decided(item)
    return ", ".join(filter(None, ("" if item.shared else "private", said, resolved)))


def overruled(item: Item) -> list[tuple[str, str]]:
    """For each decision that counts for nothing: who made it, and what became of it, with their words."""
    answered = item.answered
    return [(each.by, f"{_against(answered, each)}: {each.text}") for each in answered.overruled]


def _against(answered: Answered, later: Overruled) -> str:
    decided = "decided otherwise" if later.state != answered.state else "decided the same before"
    first = f"{decided} by {answered.decided_by} at {minute(answered.decided_at)}"
    return f"{later.state} it at {minute(later.at)}, which does not count, for it was {first}"


def _decided(item: Item) -> str:
    answered = item.answered
    return f"disputed by {answered.by}, {answered.state} by {answered.decided_by}"
