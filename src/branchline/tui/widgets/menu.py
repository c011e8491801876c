"""Menu: a Paper on which blocks with an id can be highlighted and chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from branchline.tui.commands import Command, bindings
from branchline.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events

    from branchline.tui.widgets.block import Block

MOVES = (
    Command("up", "up,k", "up", "Go to the entry above.", "move(-1)", hint=False),
    Command("down", "down,j", "down", "Go to the entry below.", "move(1)", hint=False),
    Command("first", "home", "first", "Go to the first entry.", "edge(0)", hint=False),
    Command("last", "end", "last", "Go to the last entry.", "edge(-1)", hint=False),
    Command("pick", "enter,space", "choose", "Choose the highlighted entry.", "pick", hint=False),
)


class Menu(Paper):
    """Blocks to choose from; those without an id are headings and explanations."""

    BINDINGS = bindings(MOVES)

    class Chosen(Message):
        """An entry was chosen."""

        def __init__(self, menu: Menu, entry: str) -> None:
            """`entry` is the block's id."""
            super().__init__()
            self.menu = menu
            self.entry = entry

        @property
        def control(self) -> Menu:
            """The menu, so that handlers can name it."""
            return self.menu

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """An empty menu."""
        super().__init__(id=id)
        self.at = -1

    @property
    def entry(self) -> str:
        """The highlighted entry, empty where there is none."""
        return self.blocks[self.at].id if 0 <= self.at < len(self.blocks) else ""

    def chosen(self, index: int) -> bool:
        """Whether that block is highlighted."""
        return index == self.at

    def show(self, blocks: Iterable[Block]) -> None:
        """Put these blocks in place; the same entry stays highlighted where it is still there, else the first."""
        found = list(blocks)
        ids = [block.id for block in found]
        first = next((index for index, entry in enumerate(ids) if entry), -1)
        before, self.at = self.at, ids.index(self.entry) if self.entry in ids and self.entry else first
        if before != self.at or not self._drawn_width:
            # The highlight is no part of a block: without this, blocks that look the same would keep it.
            self.blocks = []
        super().show(found)

    def highlight(self, index: int) -> None:
        """Move the highlight to that block and bring it into view."""
        if index == self.at or not 0 <= index < len(self.blocks) or not self.blocks[index].id:
            return
        before, self.at = self.at, index
        if self._drawn_width:
            for changed in (before, index):
                if changed >= 0:
                    self.replace_block(changed)
            self._into_view(index)

    def action_move(self, by: int) -> None:
        """Highlight the next or previous entry; at the ends, scroll so that headings can be read too."""
        index = self.at + by
        while 0 <= index < len(self.blocks) and not self.blocks[index].id:
            index += by
        if 0 <= index < len(self.blocks):
            self.highlight(index)
        elif by < 0:
            self.go(0)
        else:
            self.to_end()

    def action_edge(self, place: int) -> None:
        """Highlight the first (0) or last (-1) entry."""
        entries = [index for index, block in enumerate(self.blocks) if block.id]
        if entries:
            self.highlight(entries[place])

    def action_pick(self) -> None:
        """Choose the highlighted entry."""
        if self.entry:
            self.post_message(self.Chosen(self, self.entry))

    def on_click(self, event: events.Click) -> None:
        """A click highlights an entry; a second click on it chooses it."""
        place = event.get_content_offset(self)
        if place is None:
            return
        index = max((n for n, top in enumerate(self._places) if top <= place.y + self.top), default=-1)
        if index == self.at:
            self.action_pick()
        else:
            self.highlight(index)

    def _into_view(self, index: int) -> None:
        top, bottom, window = self.top_of(index), self.bottom_of(index), self.size.height
        if top < self.top:
            first = next((n for n, block in enumerate(self.blocks) if block.id), 0)
            self.go(0 if index == first else top)
        elif bottom > self.top + window:
            self.go(min(top, bottom - window))
