"""What waits for whoever is here, as home and results say it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.thread import LEARNER
from branchline.errors import BranchlineError
from branchline.tui.widgets.block import Block
from branchline.tui.words import count

if TYPE_CHECKING:
    from branchline.practice import Studio


def waiting_in(studio: Studio) -> Counter[str]:
    """How many comments and reviews wait for the present person, by session; none where the journal cannot be read."""
    from branchline.practice.coaching_search import awaiting  # noqa: PLC0415  # the first frame needs none of it

    try:
        return Counter(each.row.id for each in awaiting(studio))
    except BranchlineError:
        return Counter()


def comments_door(number: int, role: str) -> list[Block]:
    """The door to so many comments that wait; none where none does."""
    if not number:
        return []
    learner = role == LEARNER
    words = count(number, "new comment") if learner else f"{count(number, 'comment')} to look at"
    right = Content.styled("read, answer, acknowledge" if learner else "disputes and answers", "$desk-soft")
    return [Block(Content.assemble(("✎ ", "$desk-accent"), (words, "bold")), Content("  "), right, id="comments")]
