"""Comments on the review screen: pinned to the moment, written and answered from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.thread import DISPUTED, OPEN, Comment, RubricReview, Thread
from branchline.errors import BranchlineError
from branchline.practice.coaching import Coaching
from branchline.text import clean_line
from branchline.tui.screens import comment_form
from branchline.tui.screens.home import local
from branchline.tui.screens.review_extras import ACKNOWLEDGE, ANSWER, DISPUTE, RESOLVE, SHARE
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.thread_panel import dispute_words, thread_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.coaching.review import Review
    from branchline.coaching.thread import Item
    from branchline.practice import Studio
    from branchline.tui.commands import Command
    from branchline.tui.screens.review import ReviewScreen

FORMS = {
    "answer": comment_form.ask_answer,
    "resolve": comment_form.settle,
    "share": comment_form.share,
    "acknowledge": comment_form.ask_acknowledge,
    "dispute": comment_form.ask_dispute,
}


def act(screen: ReviewScreen, name: str) -> None:
    """Do what the command of that name says, at the moment where the screen stands."""
    screen.pause()
    coaching = Coaching(screen.desk.studio, screen.review)
    try:
        coaching.refuse_without_session()
        if name == "comment":
            comment_form.ask_comment(screen, coaching, screen.seq, screen.show_pins)
            return
        found = coaching.thread
    except BranchlineError as error:
        screen.desk.trouble(error)
        return
    items: list[Item] = list(found.at(screen.seq))
    if name in {"acknowledge", "dispute"}:
        # A review is pinned to no moment: it is answered from wherever one stands.
        items += [review for review in found.reviews if review.latest]
    FORMS[name](screen, coaching, items, screen.show_pins)


class ThreadPins:
    """The comments on one session, by moment."""

    def __init__(self, studio: Studio, review: Review) -> None:
        """Reads them; where that cannot be, every moment says why."""
        self._studio = studio
        self._coaching = Coaching(studio, review)
        self._trouble = ""
        self._found, self._new = Thread(), frozenset[str]()
        try:
            self._found = self._coaching.thread
            self._new = frozenset(item.id for item in self._coaching.awaiting(self._found))
        except BranchlineError as error:
            self._trouble = clean_line(str(error))

    def seqs(self) -> frozenset[int]:
        """The events with comments."""
        return frozenset(comment.seq for comment in self._found.comments)

    def blocks(self, seq: int) -> Sequence[Block]:
        """The comments on that event with their answers, and what can be done with them."""
        if self._trouble:
            return [Block(Content.styled(f"✗ {self._trouble}", "$desk-bad"))]
        comments = self._found.at(seq)
        if not comments:
            return []
        today = self._studio.today
        return [*thread_blocks(comments, lambda at: local(at, today), self._new), self._hints(comments)]

    def _hints(self, comments: Sequence[Comment]) -> Block:
        """The keys for what the present person can do here."""
        keys = self._studio.settings.keys
        parts = [_hint(command.keys(keys), words) for command, words in self._possible(comments)]
        return Block(Content(""), parts=tuple(parts), above=1)

    def _possible(self, comments: Sequence[Comment]) -> list[tuple[Command, str]]:
        coaching = self._coaching
        found = [(ANSWER, "answer")]
        others = [comment for comment in comments if comment.author != coaching.me and comment.shared]
        if not coaching.as_learner:
            private = any(not each.shared and each.author == coaching.me and not each.answers for each in comments)
            return [*found, (RESOLVE, "resolve"), (DISPUTE, "decide"), *([(SHARE, "share")] if private else [])]
        if others and coaching.me == coaching.row.learner:
            disputed = all(each.answered.state == DISPUTED for each in others)
            found.append((ACKNOWLEDGE, "withdraw" if disputed else "acknowledge"))
            until = [words for each in others if (words := self._until(each))]
            found += [(DISPUTE, f"dispute {until[0]}")] if until else []
        return found

    def _until(self, item: Comment | RubricReview) -> str:
        if item.answered.state != OPEN:
            return ""
        return dispute_words(self._coaching.disputable_until(item), self._studio.clock.now())


def _hint(key: str, words: str) -> Content:
    return Content.assemble((key, "bold $desk-accent"), " ", (words, "$desk-soft"))
