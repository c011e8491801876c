"""What is pinned to a moment of a session, as blocks: comments with their answers, and how they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.thread import ACKNOWLEDGED, DISPUTED, LEARNER, REJECTED, UPHELD, Comment
from branchline.coaching.thread_document import overruled
from branchline.text import clean, clean_line
from branchline.tui.widgets.block import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from branchline.coaching.thread import Item

STATES = {
    ACKNOWLEDGED: ("✓", "acknowledged", "$desk-good"),
    DISPUTED: ("≠", "disputed", "bold $desk-warn"),
    UPHELD: ("✓", "dispute upheld", "$desk-good"),
    REJECTED: ("✗", "dispute rejected", "$desk-bad"),
}
"""Glyph, word and colour of each state of a comment or review that is not open."""
OWN, ANSWER = "✎ ", "↳ "


def thread_blocks(comments: Sequence[Comment], when: Callable[[str], str], new: frozenset[str] = frozenset()) -> list[Block]:
    """Comments each followed by its answers; `when` says an instant as people here do, `new` are ids of what waits for the reader."""
    return [block for comment in comments for block in _comment(comment, when, new)]


def _comment(comment: Comment, when: Callable[[str], str], new: frozenset[str]) -> list[Block]:
    indent = 2 if comment.answers else 0
    role = "" if comment.role == LEARNER else f", {clean_line(comment.role)}"
    head = Content.assemble((clean_line(comment.author), "bold"), (f"{role}  {when(comment.at)}", "$desk-soft"))
    text = Content.assemble(head, "\n", clean(comment.text))
    gutter = Content.styled(ANSWER if comment.answers else OWN, "$desk-accent")
    blocks = [Block(text, gutter, marks(comment, new), indent=indent)]
    return blocks + [Block(words, Content("  "), indent=indent) for words in exchange(comment)]


def marks(item: Item, new: frozenset[str] = frozenset()) -> Content:
    """How it stands, in a word or two: what is new, private, or resolved; and what the learner and the coach said to it."""
    parts = [Content.styled("● new", "bold $desk-accent")] if item.id in new and item.answered.state != DISPUTED else []
    if not item.shared:
        parts.append(Content.styled("⊘ private", "$desk-warn"))
    if isinstance(item, Comment) and item.resolved:
        parts.append(Content.styled("✓ resolved", "$desk-soft"))
    if state := STATES.get(item.answered.state):
        glyph, word, style = state
        parts.append(Content.styled(f"{glyph} {word}", style))
    return Content("  ").join(parts)


def exchange(item: Item) -> list[Content]:
    """The words of an acknowledgement or dispute, and of the decision on it."""
    answered = item.answered
    glyph, _, style = STATES.get(answered.state, ("", "", ""))
    said = [
        ("≠ " if answered.decided_by or answered.state == DISPUTED else "✓ ", "$desk-warn", answered.by, answered.text),
        (f"{glyph} ", style, answered.decided_by, answered.decision),
        *(("! ", "bold $desk-warn", by, words) for by, words in overruled(item)),
    ]
    return [Content.assemble((f"{sign}{clean_line(by)}: ", look), clean(words)) for sign, look, by, words in said if words]


def dispute_words(until: datetime | None, now: datetime) -> str:
    """How long a dispute is possible, in words; empty where it is not any more."""
    if until is None or now > until:
        return ""
    return f"until {until.astimezone():%Y-%m-%d %H:%M}"
