"""Reel: a list of blocks of any length, of which only those in the window are ever drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from branchline.tui.widgets.block import NARROWEST
from branchline.tui.widgets.filters import filters_of
from branchline.tui.widgets.paper import SCROLL, WHEEL, strips_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.color import Color
    from textual.filter import LineFilter
    from textual.geometry import Size, Spacing

    from branchline.tui.widgets.block import Block

KEPT = 400
"""Blocks that stay drawn."""


class _Look(NamedTuple):
    """What finished lines depend on."""

    width: int
    room: Spacing
    style: Style
    background: Color
    filters: tuple[LineFilter, ...]


def _no_block(_: int) -> Block:
    raise IndexError("an empty reel")


class Reel(Widget):
    """Blocks by number, one of them marked. Where the window stands is a block and a line of it, so that no block above is ever drawn."""

    class Clicked(Message):
        """A block was clicked."""

        def __init__(self, index: int) -> None:
            """`index` from 0."""
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """Empty until `show`."""
        super().__init__(id=id)
        self.count = 0
        self.at = -1
        """The marked block."""
        self.top = (0, 0)
        """The block at the top of the window, and its first line that can be seen."""
        self._block_of: Callable[[int], Block] = _no_block
        self._drawn: dict[int, list[Strip]] = {}
        self._room = 0
        # By a line that was drawn, and whether the scroll bar stands in it: the line, and what is written of it.
        self._ready: dict[tuple[int, bool], tuple[Strip, Strip]] = {}
        self._ready_for: object = None

    def show(self, count: int, block_of: Callable[[int], Block], at: int) -> None:
        """These many blocks, made by number when they come into view, with the block `at` marked and in view."""
        self.count, self._block_of, self.at = count, block_of, -1
        self._drawn.clear()
        self.top = (min(self.top[0], max(0, count - 1)), 0)
        self.mark(at)
        self.refresh()

    def mark(self, at: int) -> None:
        """Mark that block and bring it into view."""
        if not 0 <= at < self.count:
            return
        before, top = self.at, self.top
        for index in (before, at):
            self._drawn.pop(index, None)
        self.at = at
        self._into_view(at)
        if top != self.top or before < 0:
            self.refresh()
            return
        rows = (y for y, (index, _) in enumerate(self._rows()) if index in {before, at})
        self.refresh(*(Region(0, y, self.outer_size.width, 1) for y in rows))

    def scroll_lines(self, lines: int) -> None:
        """Scroll down by lines, up where negative."""
        if self._room and self.count:
            self.top = self._kept(self._moved(self.top, lines))
            self.refresh()

    def scroll_pages(self, pages: int) -> None:
        """Scroll down by windows, up where negative; a line of the last one stays."""
        self.scroll_lines(pages * max(1, self.size.height - 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls three lines."""
        event.stop()
        self.scroll_lines(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls three lines."""
        event.stop()
        self.scroll_lines(-WHEEL)

    def on_click(self, event: events.Click) -> None:
        """Tell which block was clicked."""
        place = event.get_content_offset(self)
        rows = self._rows()
        if place is not None and place.y < len(rows):
            self.post_message(self.Clicked(rows[place.y][0]))

    def notify_style_update(self) -> None:
        """Another theme has other colours."""
        super().notify_style_update()
        self._drawn.clear()

    # ------------------------------------------------------------------------------------------------ where things stand

    def _strips(self, index: int) -> list[Strip]:
        """The block's lines with the empty ones above it."""
        found = self._drawn.get(index)
        if found is None:
            block = self._block_of(index)
            blank = [Strip.blank(self._room, self.visual_style.rich_style)] * (block.above if index else 0)
            found = [*blank, *strips_of(block, self._room, self.visual_style, chosen=index == self.at)]
            if len(self._drawn) >= KEPT:
                self._drawn.clear()
                self._ready.clear()
            self._drawn[index] = found
        return found

    def _moved(self, place: tuple[int, int], lines: int) -> tuple[int, int]:
        """The place so many lines further down or up, within the reel."""
        index, line = place[0], place[1] + lines
        while line < 0 and index > 0:
            index -= 1
            line += len(self._strips(index))
        while index < self.count - 1 and line >= (height := len(self._strips(index))):
            line -= height
            index += 1
        return index, min(max(0, line), len(self._strips(index)) - 1)

    def _last_top(self) -> tuple[int, int]:
        """The place from which the end stands at the bottom of the window."""
        end = (self.count - 1, len(self._strips(self.count - 1)) - 1)
        return self._moved(end, 1 - self.size.height)

    def _kept(self, place: tuple[int, int]) -> tuple[int, int]:
        """The place, or the last one from which the window is full."""
        return min(place, self._last_top()) if self._near_end(place) else place

    def _near_end(self, place: tuple[int, int]) -> bool:
        return self.count - place[0] <= self.size.height

    def _into_view(self, at: int) -> None:
        """A block that is not in view as a whole comes to stand in the upper third: the window moves by pages, not at every key."""
        height = self.size.height
        if not self._room or not height:
            self.top = (at, 0)
        elif not self._seen(at, height):
            self.top = self._kept(self._moved((at, 0), -(height // 3)))

    def _seen(self, at: int, height: int) -> bool:
        """Whether the whole block stands in the window; one that is longer than the window, whether its beginning does."""
        index, line = self.top
        if at < index or at - index > height or (at == index and line > 0):
            return False
        above = sum(len(self._strips(each)) for each in range(index, at)) - line
        return above + min(len(self._strips(at)), height) <= height

    # ------------------------------------------------------------------------------------------------ drawing

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002
        # As in Paper: before the first paint at the new size, and without a layout of its own.
        changed = super()._size_updated(size, virtual_size, container_size, layout=False)
        room = max(NARROWEST, self.size.width - 1) if self.size.width else 0
        if room != self._room:
            self._room = room
            self._drawn.clear()
            self.top = (self.top[0], 0)
        if changed and self.count and self._room:
            self._into_view(self.at)
        return changed

    def _rows(self) -> list[tuple[int, Strip]]:
        """Block number and line of everything in the window."""
        if not self.count or not self._room:
            return []
        rows: list[tuple[int, Strip]] = []
        index, line = self.top
        while len(rows) < self.size.height and index < self.count:
            rows += [(index, strip) for strip in self._strips(index)[line:]]
            index, line = index + 1, 0
        return rows[: self.size.height]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the widget within `crop`; drawn without Textual's own cache, as in Paper."""
        room, size, style = self.gutter, self.size, self.visual_style
        filters = filters_of(self.app)
        look = _Look(size.width, room, style, self.background_colors[1], filters)
        if look != self._ready_for:
            self._ready_for = look
            self._ready.clear()
        rows = self._rows()
        bar = self._scroll_bar(rows)
        blank = Strip.blank(size.width - 1, style.rich_style)
        found = []
        for y in crop.line_range:
            inner = y - room.top
            line = rows[inner][1] if 0 <= inner < len(rows) else blank
            key = (id(line), inner in bar)
            if key not in self._ready:
                # The line is kept beside, so that no other gets its id.
                self._ready[key] = (line, _finished(line, look, in_bar=key[1]))
            found.append(self._ready[key][1].crop(crop.x, crop.right))
        return found

    def _scroll_bar(self, rows: Sequence[tuple[int, Strip]]) -> range:
        """The lines on which the scroll bar stands, by block numbers; none where everything is in view."""
        height = self.size.height
        blocks = rows[-1][0] - rows[0][0] + 1 if rows else 0
        if blocks >= self.count or not rows:
            return range(0)
        length = max(1, height * blocks // self.count)
        start = round(self.top[0] / max(1, self.count - blocks) * (height - length))
        return range(start, min(height, start + length))


def _finished(line: Strip, look: _Look, *, in_bar: bool) -> Strip:
    """What is written of a line to the terminal: padding, text, scroll bar, filters."""
    room, ground = look.room, look.style.rich_style
    thumb = (look.style + Style.parse("$desk-rule")).rich_style if in_bar else ground
    text = line.adjust_cell_length(look.width - 1, ground)
    segments = [Segment(" " * room.left, ground), *text, Segment(SCROLL if in_bar else " ", thumb), Segment(" " * room.right, ground)]
    for known in look.filters:
        segments = known.apply(segments, look.background)
    return Strip(segments, look.width + room.width)
