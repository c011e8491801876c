"""Paper: any amount of text drawn by one widget, block by block."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from branchline.tui.commands import Command, bindings
from branchline.tui.widgets.block import NARROWEST, Block, pieces, pointed, same
from branchline.tui.widgets.filters import filters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.style import Style as RichStyle
    from textual import events
    from textual.color import Color
    from textual.content import Content
    from textual.filter import LineFilter

SCROLL = "▐"


WHEEL = 3
SCROLLS = (
    Command("line-up", "up,k", "up", "Scroll up.", "scroll_by(-1)", hint=False),
    Command("line-down", "down,j", "down", "Scroll down.", "scroll_by(1)", hint=False),
    Command("page-up", "pageup", "page up", "Scroll up by a page.", "scroll_page(-1)", hint=False),
    Command("page-down", "pagedown,space", "page down", "Scroll down by a page.", "scroll_page(1)", hint=False),
    Command("top", "home", "top", "Scroll to the top.", "scroll_edge(False)", hint=False),
    Command("bottom", "end", "bottom", "Scroll to the end.", "scroll_edge(True)", hint=False),
)


class Paper(Widget):
    """Blocks, one below the other. What was drawn stays drawn until the width or the theme changes.

    It scrolls by itself and draws its own scroll bar, so that a new line costs one repaint and no layout.
    """

    BINDINGS = bindings(SCROLLS)

    def __init__(self, *, id: str | None = None, focusable: bool = True, follows: bool = False) -> None:  # noqa: A002 - Textual's word
        """An empty sheet; one that `follows` stays at its end until somebody scrolls up."""
        super().__init__(id=id)
        self.can_focus = focusable
        self.blocks: list[Block] = []
        self.top = 0
        """The line that stands at the top of the window."""
        self._follows = follows
        self._at_end = follows
        self._strips: list[Strip] = []
        self._places: list[int] = []
        self._drawn_width = 0
        # By line of the paper, -1 for an empty one, and whether the scroll bar stands in it.
        self._ready: dict[tuple[int, bool], Strip] = {}
        self._ready_for: object = None

    @property
    def plain(self) -> str:
        """All of it as text, wrapped as drawn, without spaces at the ends of lines."""
        return "\n".join(strip.text.rstrip() for strip in self._strips)

    @property
    def last_top(self) -> int:
        """The largest `top`: the end stands at the bottom of the window."""
        return max(0, len(self._strips) - self.size.height)

    def show(self, blocks: Iterable[Block]) -> None:
        """Put these blocks in place of what was there; where only a few of them changed, only those are drawn."""
        before, self.blocks = self.blocks, list(blocks)
        if not self._drawn_width:
            return
        changed = [index for index, pair in enumerate(zip(before, self.blocks, strict=False)) if not same(*pair)]
        alike = len(before) == len(self.blocks)
        drawn = [(index, self._strips_of(self.blocks[index], chosen=self.chosen(index))) for index in changed if alike]
        if alike and all(self._lines_at(index) == len(strips) for index, strips in drawn):
            for index, strips in drawn:
                self._put(index, strips)
        else:
            lines = len(self._strips)
            self._draw_at(self._drawn_width)
            self._settle()
            self.refresh(layout=self.styles.is_auto_height and lines != len(self._strips))

    def add(self, blocks: Sequence[Block]) -> None:
        """Put these blocks below what is there."""
        self.blocks.extend(blocks)
        if self._drawn_width:
            for block in blocks:
                self._draw(block)
            self._settle()
            self.refresh(layout=self.styles.is_auto_height)

    def top_of(self, index: int) -> int:
        """The line on which that block begins."""
        return self._places[index] if 0 <= index < len(self._places) else 0

    def go(self, line: int) -> None:
        """Scroll so that this line stands at the top, as far as there are lines."""
        line = min(max(0, line), self.last_top)
        self._at_end = self._follows and line == self.last_top
        if line != self.top:
            self.top = line
            self.refresh()

    def to_end(self) -> None:
        """Scroll to the last line."""
        self.go(self.last_top)

    def action_scroll_by(self, lines: int) -> None:
        """Scroll down by lines, up where negative."""
        self.go(self.top + lines)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll down by windows, up where negative; a line of the last one stays."""
        self.go(self.top + pages * max(1, self.size.height - 1))

    def action_scroll_edge(self, end: bool) -> None:  # noqa: FBT001 - an action's argument
        """Scroll to the first or the last line."""
        self.go(self.last_top if end else 0)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls three lines."""
        event.stop()
        self.go(self.top + WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls three lines."""
        event.stop()
        self.go(self.top - WHEEL)

    def chosen(self, index: int) -> bool:  # noqa: ARG002 - for papers whose blocks can be chosen
        """Whether that block is highlighted."""
        return False

    def notify_style_update(self) -> None:
        """Another theme has other colours."""
        super().notify_style_update()
        if self.is_mounted and self._drawn_width:
            self._draw_at(self._drawn_width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Lines at that width."""
        self._draw_at(max(NARROWEST, width - 1), again=False)
        return len(self._strips)

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002
        # Before the first paint at the new size, so that there is no second one.
        # What is inside needs no layout, so `layout` stays out, and with it a second reflow of the screen.
        changed = super()._size_updated(size, virtual_size, container_size, layout=False)
        if self.size.width:
            self._draw_at(max(NARROWEST, self.size.width - 1), again=False)
            self._settle()
        return changed

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the widget within `crop`.

        Blocks carry their own styles, so the usual way (borders, tint, a cache per line) would only cost; what is drawn is kept.
        """
        room, size, background = self.gutter, self.size, self.background_colors[1]
        filters = filters_of(self.app)
        look = (size.width, room, self.visual_style, background, filters)
        if look != self._ready_for:
            self._ready_for = look
            self._ready.clear()
        bar, ready, lasting = self._scroll_bar(size.height), self._ready, len(self._strips)
        places = []
        for y in crop.line_range:
            inner = y - room.top
            row = self.top + inner
            places.append((row if 0 <= inner < size.height and row < lasting else -1, inner in bar))
        self._make_ready({place for place in places if place not in ready}, background, filters)
        found = [ready[place] for place in places]
        if crop.x == 0 and crop.width == size.width + room.width:
            return found
        return [line.crop(crop.x, crop.right) for line in found]

    def _make_ready(self, places: Iterable[tuple[int, bool]], background: Color, filters: Iterable[LineFilter]) -> None:
        """Put together what stands on the screen in those lines: padding, text, scroll bar, filters."""
        room, width, style = self.gutter, self.size.width, self.visual_style
        ground, mark = style.rich_style, (style + _style("$desk-rule")).rich_style
        left = [Segment(" " * room.left, ground)] if room.left else []
        ends = [Segment(sign + " " * room.right, mark) for sign in (" ", SCROLL)]
        blank = Strip.blank(width - 1, ground)
        for row, in_bar in places:
            line = blank if row < 0 else self._strips[row].adjust_cell_length(width - 1, ground)
            segments = [*left, *line, ends[in_bar]]
            for known in filters:
                segments = known.apply(segments, background)
            self._ready[row, in_bar] = Strip(segments, width + room.width)

    def _scroll_bar(self, window: int) -> range:
        """The lines of the window on which the scroll bar stands; none where everything is in view."""
        lines = len(self._strips)
        if lines <= window:
            return range(0)
        length = max(1, window * window // lines)
        start = round(self.top / (lines - window) * (window - length))
        return range(start, start + length)

    def replace_block(self, index: int) -> None:
        """Draw one block again where it stands; it must not have become longer or shorter."""
        self._put(index, self._strips_of(self.blocks[index], chosen=self.chosen(index)))

    def _put(self, index: int, strips: list[Strip]) -> None:
        top = self._places[index]
        self._strips[top : top + len(strips)] = strips
        for row in range(top, top + len(strips)):
            self._ready.pop((row, False), None)
            self._ready.pop((row, True), None)
        self.refresh(Region(0, top - self.top, self.size.width, len(strips)))

    def bottom_of(self, index: int) -> int:
        """The line after that block's last."""
        return self._places[index + 1] - self.blocks[index + 1].above if index + 1 < len(self._places) else len(self._strips)

    def _lines_at(self, index: int) -> int:
        return self.bottom_of(index) - self.top_of(index)

    def _settle(self) -> None:
        """Keep the window on the paper, at its end where it follows."""
        self.top = self.last_top if self._at_end else min(self.top, self.last_top)

    def _draw_at(self, width: int, *, again: bool = True) -> None:
        """Draw everything at that width; unless `again`, only where it is not drawn so already."""
        if not again and width == self._drawn_width:
            return
        self._drawn_width = width
        self._strips, self._places = [], []
        self._ready.clear()
        for block in self.blocks:
            self._draw(block)

    def _draw(self, block: Block) -> None:
        self._strips += [Strip.blank(self._drawn_width, self.visual_style.rich_style)] * block.above
        self._places.append(len(self._strips))
        self._strips += self._strips_of(block, chosen=self.chosen(len(self._places) - 1))

    def _strips_of(self, block: Block, *, chosen: bool) -> list[Strip]:
        return strips_of(block, self._drawn_width, self.visual_style, chosen=chosen)


def strips_of(block: Block, width: int, own: Style, *, chosen: bool) -> list[Strip]:
    """The block's lines at that width over the style `own`, the empty ones above it left out; `chosen` draws it highlighted."""
    ground = "on $desk-select" if chosen else block.ground
    base = own + Style.parse(ground) if ground else own
    fill, outside = base.rich_style, own.rich_style
    margin, aside = block.margin.cell_length, block.margin.cell_length + block.indent
    blank = [Segment(" " * aside, outside)] if aside else []
    drawn: dict[int, list[Segment]] = {}
    strips = []
    for gutter, line in pieces(pointed(block) if chosen else block, width):
        beside = drawn.get(id(gutter))
        if beside is None:
            beside = drawn[id(gutter)] = _segments(gutter, base)
        length = aside + gutter.cell_length + line.cell_length
        segments = [*blank, *beside, *_segments(line, base)]
        if length < width:
            segments.append(Segment(" " * (width - length), fill))
        strips.append(Strip(segments, max(length, width)) if length <= width else Strip(segments, length).crop(0, width))
    if margin and strips:
        head = Strip(_segments(block.margin, own), margin)
        strips[0] = Strip.join([head, Strip.blank(block.indent, outside), strips[0].crop(aside)])
    return strips


def _segments(text: Content, base: Style) -> list[Segment]:
    """The text in its styles over `base`."""
    plain, spans = text.plain, text.spans
    if not spans:
        return [Segment(plain, base.rich_style)] if plain else []
    found = []
    done = 0
    for start, end, style in spans:
        if start < done:
            # Styles that overlap are put together by Textual, which takes several times as long.
            return [Segment(words, look.rich_style) for words, look in text.render(base, "", _style)]
        if start > done:
            found.append(Segment(plain[done:start], base.rich_style))
        if end > start:
            found.append(Segment(plain[start:end], _over(base, style)))
        done = max(done, end)
    if done < len(plain):
        found.append(Segment(plain[done:], base.rich_style))
    return found


@lru_cache(maxsize=1024)
def _over(base: Style, style: str | Style) -> RichStyle:
    """One style over another; a theme is told by the colours of `base`."""
    return (base + _style(style)).rich_style


def _style(style: str | Style) -> Style:
    return Style.parse(style) if isinstance(style, str) else style
