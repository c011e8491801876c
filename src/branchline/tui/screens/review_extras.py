"""What other parts of the app add to the review screen: commands, and what is pinned to moments of the session.

Add an Extra to EXTRAS for a command, and to PINS what makes the Pins of a session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from branchline.tui.commands import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.coaching.review import Review
    from branchline.practice import Studio
    from branchline.tui.screens.review import ReviewScreen
    from branchline.tui.widgets.block import Block


@dataclass(frozen=True, slots=True)
class Extra:
    """One more command of the review screen."""

    command: Command
    """Its action is `extra('…')` with its own id."""
    run: Callable[[ReviewScreen], None]
    """What it does; `screen.board` and `screen.seq` say where the coach stands, `screen.show_pins()` reads the pins again."""


class Pins(Protocol):
    """What is pinned to moments of one session."""

    def seqs(self) -> frozenset[int]:
        """The events that have something pinned to them; they bear a sign on timeline and transcript, and count as marked moments."""

    def blocks(self, seq: int) -> Sequence[Block]:
        """What is pinned to that event, for the panel; nothing where nothing is."""


def _score(screen: ReviewScreen) -> None:
    from branchline.tui.screens.rubric_doors import score_here  # noqa: PLC0415  # only who scores

    score_here(screen)


SCORE = Command("score", "s", "score", "Score the session with a rubric, or read how it was scored.", "extra('score')")


def _about_comments(name: str) -> Callable[[ReviewScreen], None]:
    def run(screen: ReviewScreen) -> None:
        from branchline.tui.screens.review_comments import act  # noqa: PLC0415  # only who speaks of a moment

        act(screen, name)

    return run


def _comments(studio: Studio, review: Review) -> Pins:
    from branchline.tui.screens.review_comments import ThreadPins  # noqa: PLC0415  # after the first paint

    return ThreadPins(studio, review)


COMMENT = Command("comment", "c", "comment", "Write a comment on this moment, shared or private.", "extra('comment')")
ANSWER = Command("answer", "r", "answer", "Answer a comment on this moment.", "extra('answer')", hint=False)
RESOLVE = Command("resolve", "R", "resolve", "Settle a comment on this moment, or open it again.", "extra('resolve')", hint=False)
SHARE = Command("share", "S", "share", "Show a private comment of yours to the learner.", "extra('share')", hint=False)
ACK_WORDS = "Say that you have read a comment or review, or what was decided on your dispute."
ACKNOWLEDGE = Command("acknowledge", "a", "acknowledge", ACK_WORDS, "extra('acknowledge')", hint=False)
DISPUTE_WORDS = "Say that you do not agree with a comment or review, and why; as a coach, decide on a dispute."
DISPUTE = Command("dispute", "d", "dispute", DISPUTE_WORDS, "extra('dispute')", hint=False)
ON_COMMENTS = (COMMENT, ANSWER, RESOLVE, SHARE, ACKNOWLEDGE, DISPUTE)


def _export(screen: ReviewScreen) -> None:
    from branchline.tui.screens.review_export import ask_export  # noqa: PLC0415  # only who exports

    ask_export(screen)


EXPORT_WORDS = "Write the session into a file: for reading, as a recording, or to be imported elsewhere."
EXPORT = Command("review-export", "x", "export", EXPORT_WORDS, "extra('review-export')", hint=False)

EXTRAS: tuple[Extra, ...] = (
    *(Extra(command, _about_comments(command.id)) for command in ON_COMMENTS),
    Extra(SCORE, _score),
    Extra(EXPORT, _export),
)
"""Every command that was added."""
PINS: tuple[Callable[[Studio, Review], Pins], ...] = (_comments,)
"""What makes the Pins of the session that is reviewed; called when the screen opens and by `show_pins`."""
