"""Reviews without a journal, for tests of exports, and a conversation in which everything that points at a person is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.review import Review
from branchline.coaching.thread import ACKNOWLEDGED, Answered, Comment, RubricReview, Thread
from branchline.journal.coaching_events import SessionReviewed
from branchline.journal.fold import fold
from branchline.journal.model import Entry, SessionRow
from coached import entries_of
from tiny import BAD, GOOD, choice, compiled, node, played

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.coaching.judging import Explorations
    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from branchline.engine.play import Content

SESSION = "00000000-0000-4000-8000-000000000042"


def review_of(
    content: Content,
    events: Sequence[Event],
    *,
    learner: str = "sam.miller",
    elapsed: Sequence[float] | None = None,
    explorations: Explorations | None = None,
    status: str = "completed",
) -> Review:
    """The review of that session, its entries at those seconds (default: five apart)."""
    entries = entries_of(content, events)
    if elapsed is not None:
        entries = [Entry(each.seq, each.at, at, each.event, each.digest) for each, at in zip(entries, elapsed, strict=True)]
    kind = "drill" if hasattr(content, "fields") else "scenario"
    row = SessionRow(
        SESSION, kind, content.id, content.title, content.version, content.content_hash, content.logic_hash, learner, "practice", 1, "en",
        status, "2026-03-02T09:00:00.000Z",
    )  # fmt: skip
    return Review.of(row, list(fold(entries, {content.content_hash: content}.__getitem__)), explorations)


def telling(name: str = "Zoë Quist-Varga", account: str = "AC-20417", title: str = "Tiny") -> Scenario:
    """A conversation that says the customer's name, account, addresses and numbers in every place that an export shows."""
    first = name.split(maxsplit=1)[0]
    return compiled(
        {
            "hello": node(
                choice("kind", GOOD, go="again", because=f"{first} hears her name."),
                choice("rude", BAD, go="again", flags=["policy_shield"], because=f"{name} is told to wait."),
                line=f"This is {name}, account {account}. Ring me on +49 30 1234567 or write to z.quist@shop.example!",
            ),
            "again": node(
                choice("mend", GOOD, go="end", because="It is mended."),
                choice("fair", {**GOOD, "acknowledge": 1, "clarity": 1}, go="end", because="So so."),
                choice("shrug", BAD, go="end", because="Nothing is said."),
                line=f"{first.upper()} paid with 4111 1111 1111 1111, and from DE89 3704 0044 0532 0130 00.",
            ),
        },
        title=title,
        customer={"name": name, "account": account, "trust": 50, "heat": 30},
        endings={"end": {"title": f"{first} knows", "outcome": "resolved", "value": 100}},
    )


def told(name: str = "Zoë Quist-Varga") -> Review:
    """A session of it with a slip that was taken back, a blunder, an inaccuracy, and a pause of a minute."""
    scenario = telling(name)
    events = played(scenario, ["rude", "<", "rude", "fair"])
    return review_of(scenario, events, elapsed=[0.0, 3.0, 4.5, 64.5, 66.25, 66.25][: len(events)])


def said() -> Thread:
    """A shared comment with an answer, a private one, and a coach's score."""
    first = Comment(
        "s:1", "coach-7", "coach", "2026-03-03T10:00:00.000Z", 4, "I say rude.", "Zoë is told to wait. Name the loss, sam.miller!",
        shared=True, answered=Answered(ACKNOWLEDGED, "sam.miller", "2026-03-03T11:00:00.000Z", "Yes, coach-7."),
    )  # fmt: skip
    answer = Comment("t:1", "sam.miller", "learner", "2026-03-03T10:30:00.000Z", 4, "", "I thought I had.", shared=True, answers="s:1")
    private = Comment("s:2", "coach-7", "coach", "2026-03-03T10:05:00.000Z", 5, "", "Third time this week.", shared=False)
    marks = (("acknowledge", "missed", "Zoë had to ask twice."), ("record", "na", ""))
    event = SessionReviewed(SESSION, "conversation-quality", 1, "f" * 64, marks, 72.4, "Better than last week, sam.miller.", shared=True)
    return Thread((first, answer, private), (RubricReview("s:3", "coach-7", "2026-03-03T10:20:00.000Z", event),))


def shared() -> Thread:
    """The same without the private comment."""
    found = said()
    return Thread(found.comments[:2], found.reviews)
