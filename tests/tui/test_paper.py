"""Papers and menus: wrapping under a margin, highlights, and where the window stands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.content import Content

from branchline.tui.themes import DARK
from branchline.tui.widgets.block import NARROWEST, Block, lines_of
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.pilot import Pilot

WORDS = st.text(alphabet="abc déß漢 \n", max_size=200)


class Sheet(App[None]):
    """An app with one paper."""

    CSS = "Paper { height: 1fr; }"

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self.paper = paper
        self.register_theme(DARK.theme())
        self.theme = DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Ours."""
        return DARK.variables()

    def compose(self) -> ComposeResult:
        """The paper alone."""
        yield self.paper


P = TypeVar("P", bound=Paper)


def on(paper: P, body: Callable[[Pilot[None], P], Awaitable[None]]) -> None:
    """Run `body` with the paper on a screen of 20 by 6."""

    async def run() -> None:
        async with Sheet(paper).run_test(size=(20, 6)) as pilot:
            await pilot.pause()
            await body(pilot, paper)

    asyncio.run(run())


@given(WORDS, st.integers(2 * NARROWEST, 90), st.integers(0, 4), st.booleans())
def test_no_line_is_wider_than_the_paper_and_no_word_is_lost(words: str, width: int, indent: int, repeat: bool) -> None:  # noqa: FBT001
    block = Block(Content(words), Content("| "), indent=indent, repeat=repeat)
    drawn = lines_of(block, width)
    assert all(line.cell_length <= width - indent for line in drawn)
    assert "".join("".join(line.plain for line in drawn).replace("|", "").split()) == "".join(words.split())


def test_what_stands_at_the_right_end_keeps_the_first_line_only() -> None:
    first, *rest = lines_of(Block(Content("a title\nand a long summary below it"), right=Content("right")), 30)
    assert first.plain == "a title" + " " * 18 + "right"
    assert [line.plain for line in rest] == ["and a long summary below it"]


def test_parts_are_not_torn() -> None:
    parts = tuple(Content(f"part {number}") for number in range(5))
    assert [line.plain.rstrip() for line in lines_of(Block(Content(""), parts=parts), 16)] == [
        "part 0   part 1",
        "part 2   part 3",
        "part 4",
    ]


def test_a_paper_that_follows_stays_at_its_end_until_somebody_scrolls_up() -> None:
    async def body(pilot: Pilot[None], paper: Paper) -> None:
        paper.add([Block(Content(f"line {number}")) for number in range(20)])
        assert paper.top == paper.last_top == 14
        await pilot.press("pageup")
        at = paper.top
        assert at < 14
        paper.add([Block(Content("one more"))])
        assert paper.top == at
        await pilot.press("end")
        paper.add([Block(Content("and another"))])
        assert paper.top == paper.last_top == 16

    on(Paper(follows=True), body)


def test_a_paper_never_scrolls_off() -> None:
    async def body(pilot: Pilot[None], paper: Paper) -> None:
        paper.show([Block(Content("short"))])
        await pilot.press("pagedown", "down", "end")
        assert paper.top == 0
        paper.show([Block(Content(f"line {number}")) for number in range(9)])
        paper.go(1000)
        assert paper.top == 3
        paper.show([Block(Content("short again"))])
        assert paper.top == 0

    on(Paper(), body)


def test_the_highlight_passes_over_headings_and_stays_in_view() -> None:
    async def body(pilot: Pilot[None], menu: Menu) -> None:
        menu.show([Block(Content("heading")), *(Block(Content(f"entry {n}"), Content("  "), id=f"e{n}") for n in range(10))])
        menu.focus()
        assert menu.entry == "e0"
        await pilot.press(*["down"] * 7)
        assert menu.entry == "e7"
        assert menu.top <= menu.top_of(menu.at) < menu.top + menu.size.height
        assert "▸ entry 7" in menu.plain
        assert menu.plain.count("▸") == 1
        await pilot.press("home")
        assert menu.entry == "e0"
        assert menu.top == 0
        await pilot.press("up")
        assert menu.entry == "e0"

    on(Menu(), body)


def test_showing_a_list_again_keeps_the_entry() -> None:
    async def body(pilot: Pilot[None], menu: Menu) -> None:
        menu.show([Block(Content(name), Content("  "), id=name) for name in ("a", "b", "c")])
        menu.focus()
        await pilot.press("down")
        menu.show([Block(Content(name), Content("  "), id=name) for name in ("z", "a", "b")])
        assert menu.entry == "b"
        assert menu.plain.split() == ["z", "a", "▸", "b"]

    on(Menu(), body)
