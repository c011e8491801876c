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

EXTRAS: tuple[Extra, ...] = (Extra(SCORE, _score),)
"""Every command that was added."""
PINS: tuple[Callable[[Studio, Review], Pins], ...] = ()
"""What makes the Pins of the session that is reviewed; called when the screen opens and by `show_pins`."""
