"""The reel: of any number of blocks only those in the window are made and drawn, and the marked one is always in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.content import Content

from branchline.journal.transcript import TranscriptLine
from branchline.tui.themes import DARK
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.chart import AXIS, CELL, window
from branchline.tui.widgets.columns import aligned
from branchline.tui.widgets.reel import Reel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

MANY = 20_000
HEIGHT = 20


class Only(App[None]):
    """One reel."""

    CSS = "Reel { height: 1fr; }"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours that blocks name."""
        return DARK.variables()

    def compose(self) -> ComposeResult:
        """The reel."""
        yield Reel()


def with_reel(body: Callable[[Reel, list[int]], Awaitable[None]], lines: int = 3) -> None:
    """Run `body` with a reel of many blocks of so many lines, and the list of those that were made."""
    made: list[int] = []

    def block(index: int) -> Block:
        made.append(index)
        return Block(Content("\n".join(f"block {index} line {number}" for number in range(lines))))

    async def run() -> None:
        app = Only()
        async with app.run_test(size=(40, HEIGHT)) as pilot:
            reel = app.query_one(Reel)
            reel.show(MANY, block, 0)
            await pilot.pause()
            await body(reel, made)

    asyncio.run(run())


def shown(reel: Reel) -> list[str]:
    """The lines in the window."""
    return [strip.text.rstrip(" ▐") for _, strip in reel._rows()]


def test_only_what_is_in_the_window_is_made() -> None:
    async def body(reel: Reel, made: list[int]) -> None:
        assert set(made) <= set(range(HEIGHT))
        made.clear()
        reel.mark(MANY // 2)
        assert all(abs(index - MANY // 2) <= HEIGHT or index == 0 for index in made)
        assert f"block {MANY // 2} line 0" in shown(reel)

    with_reel(body)


@pytest.mark.parametrize("lines", [1, 3, HEIGHT, HEIGHT + 5])
def test_the_marked_block_is_in_the_window_wherever_one_goes(lines: int) -> None:
    async def body(reel: Reel, _: list[int]) -> None:
        for at in (0, 1, 2, 7, 8, 500, 499, 498, MANY - 1, MANY - 2, MANY // 2, 0):
            reel.mark(at)
            assert f"block {at} line 0" in shown(reel), at
            assert len(shown(reel)) == HEIGHT

    with_reel(body, lines)


def test_scrolling_stops_at_both_ends() -> None:
    async def body(reel: Reel, _: list[int]) -> None:
        reel.scroll_lines(-5)
        assert shown(reel)[0] == "block 0 line 0"
        reel.scroll_lines(4)
        assert shown(reel)[0] == "block 1 line 1"
        reel.scroll_pages(1)
        assert shown(reel)[0] == "block 7 line 2"
        reel.mark(MANY - 1)
        reel.scroll_lines(50)
        assert shown(reel)[-1] == f"block {MANY - 1} line 2"
        reel.scroll_lines(-1)
        assert shown(reel)[-1] == f"block {MANY - 1} line 1"

    with_reel(body)


def test_the_timeline_s_window_stands_until_the_mark_leaves_it() -> None:
    few = window(5, 2, 80)
    assert (few.first, few.length, few.cell) == (0, 5, CELL[1])
    width = AXIS + 10 * CELL[0]
    found = window(1000, 500, width)
    assert found.length == 10
    assert found.first <= 500 < found.first + 10
    assert window(1000, found.first, width, found) == found
    moved = window(1000, found.first + 10, width, found)
    assert moved != found
    assert moved.first <= found.first + 10 < moved.first + 10
    assert window(1000, 999, width).first == 990


def test_lines_that_two_plays_share_stand_at_the_same_height() -> None:
    def said(*words: str) -> list[TranscriptLine]:
        return [TranscriptLine(number, number, "customer", word, "n") for number, word in enumerate(words, 1)]

    rows = aligned(said("a", "b", "c", "z"), said("x", "y", "b", "z", "w"))
    assert [(row.left and row.left.text, row.right and row.right.text, row.same) for row in rows] == [
        ("a", "x", False), (None, "y", False), ("b", "b", True), ("c", None, False), ("z", "z", True), (None, "w", False),
    ]  # fmt: skip
