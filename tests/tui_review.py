"""What tests of the review screen share: sessions with the times that a test asks for, and the screen over them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from branchline.coaching.review import Review
from branchline.journal.fold import Step
from branchline.tui.screens.review import ReviewScreen
from branchline.tui.screens.review_reading import Given
from branchline.tui.widgets.paper import Paper
from tui_desk import current, show

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.pilot import Pilot

    from branchline.practice import Practice, Studio
    from branchline.tui.app import BranchlineApp
    from tui_desk import Workspace

PLAYED = ("policy", "!undo", "!sop", "policy", "wait")
"""A reply taken back, a look into an SOP, two blunders."""


def play(workspace: Workspace, studio: Studio, done: Sequence[str] = PLAYED, mode: str = "practice") -> Practice:
    """A session with these replies; `!undo` takes one back, `!sop` looks into an SOP, `!stop` suspends."""
    practice = workspace.begin(studio, mode)
    for word in done:
        {"!undo": practice.undo, "!sop": lambda: practice.open_sop("SOP-ORD"), "!stop": practice.suspend}.get(
            word, lambda word=word: practice.choose(word)
        )()
    return practice


def timed(review: Review, elapsed: Callable[[int], float]) -> Review:
    """The session with other times: `elapsed` gives the seconds of each event."""
    steps = [Step(replace(step.entry, elapsed=elapsed(step.entry.seq)), step.content, step.before, step.after) for step in review.steps]
    return Review.of(review.row, steps, review.explorations)


async def judged(pilot: Pilot[None], screen: ReviewScreen) -> None:
    """Wait until the session is judged, or says why not."""
    for _ in range(500):
        await pilot.pause()
        if screen.board.judged is not None:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the session was not judged")


def reviewing(
    studio: Studio,
    review: Review,
    body: Callable[[Pilot[None], BranchlineApp, ReviewScreen], Awaitable[None]],
    size: tuple[int, int] = (120, 36),
) -> None:
    """Run `body` with the review of that session on the screen, judged."""

    async def within(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_review(Given(review))
        await pilot.pause()
        screen = current(app, ReviewScreen)
        await judged(pilot, screen)
        await pilot.pause()
        await body(pilot, app, screen)

    show(studio, within, size=size)


def panel(screen: ReviewScreen) -> str:
    """Everything in the panel of the moment, on one line."""
    return " ".join(screen.query_one("#moment", Paper).plain.split())


def said_to(app: BranchlineApp) -> str:
    """Everything that the app has told in passing."""
    return " ".join(note.message for note in app._notifications)
