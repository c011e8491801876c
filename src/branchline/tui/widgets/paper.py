"""Paper: any amount of text drawn by one widget, in blocks that wrap under their own margin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events

NARROWEST = 8
"""Columns below which text is drawn at this width all the same, and cut."""
NOTHING = Content("")
POINTER = "▸"
BETWEEN = "   "
"""Stands between the parts of a block on one line."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: `text` wraps beside its `gutter`, whose width is the hanging indent."""

    text: Content
    gutter: Content = NOTHING
    right: Content = NOTHING
    """Stands at the right end of the first line."""
    above: int = 0
    """Empty lines before it."""
    ground: str = ""
    """A style such as `on $desk-panel` for the whole width, empty for the widget's own."""
    repeat: bool = False
    """Whether the gutter stands on every line, as a bar at the side does."""
    indent: int = 0
    """Columns kept free on the left, before the gutter."""
    margin: Content = NOTHING
    """Stands on the first line, left of everything else."""
    parts: tuple[Content, ...] = ()
    """Pieces that stand in place of `text`, as many on a line as fit, none torn apart unless it is wider than a line."""
    id: str = ""
    """What can be chosen has an id; a paragraph that is only read has none."""


class Paper(ScrollView):
    """Blocks, one below the other. What was drawn stays drawn until the width or the theme changes."""

    DEFAULT_CSS = """
    Paper { scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, focusable: bool = True, follows: bool = False) -> None:  # noqa: A002 - Textual's word
        """An empty sheet; one that `follows` stays at its end when its width changes."""
        super().__init__(id=id, classes=classes)
        self.can_focus = focusable
        self.follows = follows
        self.blocks: list[Block] = []
        self._strips: list[Strip] = []
        self._places: list[int] = []
        self._drawn_width = 0

    @property
    def plain(self) -> str:
        """All of it as text, wrapped as drawn, without indents at the end of lines."""
        return "\n".join(strip.text.rstrip() for strip in self._strips)

    def show(self, blocks: Iterable[Block]) -> None:
        """Put these blocks in place of what was there."""
        self.blocks = list(blocks)
        self.redraw()

    def add(self, blocks: Sequence[Block]) -> None:
        """Put these blocks below what is there."""
        self.blocks.extend(blocks)
        if self._drawn_width:
            for block in blocks:
                self._draw(block)
            self._fit()

    def redraw(self) -> None:
        """Draw everything again at the present width."""
        self._drawn_width = self.room
        self._strips, self._places = [], []
        if self._drawn_width:
            for block in self.blocks:
                self._draw(block)
            self._fit()

    def top_of(self, index: int) -> int:
        """The line on which that block begins."""
        return self._places[index] if 0 <= index < len(self._places) else 0

    def to_end(self) -> None:
        """Scroll to the last line."""
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)

    def to_block(self, index: int) -> None:
        """Scroll so that the block begins at the top."""
        self.scroll_to(y=self.top_of(index), animate=False, force=True, immediate=True)

    @property
    def room(self) -> int:
        """Columns of text, the scroll bar left out."""
        return max(NARROWEST, self.scrollable_content_region.width) if self.size.width else 0

    def chosen(self, index: int) -> bool:  # noqa: ARG002 - for papers whose blocks can be chosen
        """Whether that block is highlighted."""
        return False

    def on_resize(self, _: events.Resize) -> None:
        """Another width wraps otherwise."""
        if self.room != self._drawn_width:
            at_end = self.follows and self.is_vertical_scroll_end
            self.redraw()
            if at_end:
                self.call_after_refresh(self.to_end)

    def notify_style_update(self) -> None:
        """Another theme has other colours."""
        super().notify_style_update()
        if self.is_mounted and self._drawn_width:
            self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Lines at that width."""
        room = max(NARROWEST, width - self.styles.scrollbar_size_vertical)
        if room == self._drawn_width:
            return len(self._strips)
        return sum(block.above + len(lines_of(block, room)) for block in self.blocks)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        row = y + self.scroll_offset.y
        style = self.visual_style.rich_style
        if row >= len(self._strips):
            return Strip.blank(self.size.width, style)
        return self._strips[row].adjust_cell_length(self.size.width, style)

    def draw_block(self, index: int) -> list[Strip]:
        """The strips of one block, without the lines above it."""
        block = self.blocks[index]
        return self._strips_of(block, chosen=self.chosen(index))

    def replace_block(self, index: int) -> None:
        """Draw one block again where it stands; it must not have become longer or shorter."""
        top = self._places[index]
        strips = self.draw_block(index)
        self._strips[top : top + len(strips)] = strips
        self.refresh()

    def _draw(self, block: Block) -> None:
        self._strips += [Strip.blank(self._drawn_width, self.visual_style.rich_style)] * block.above
        self._places.append(len(self._strips))
        self._strips += self._strips_of(block, chosen=self.chosen(len(self._places) - 1))

    def _strips_of(self, block: Block, *, chosen: bool) -> list[Strip]:
        width = self._drawn_width
        ground = "on $desk-select" if chosen else block.ground
        own = self.visual_style
        base = own + Style.parse(ground) if ground else own
        outside = own.rich_style
        aside = block.margin.cell_length + block.indent
        strips = []
        for line in lines_of(_pointed(block) if chosen else block, width):
            segments = [Segment(text, (base + style).rich_style) for text, style in line.render(base, "", _style)]
            strip = Strip(segments).adjust_cell_length(width - aside, base.rich_style)
            strips.append(Strip.join([Strip.blank(aside, outside), strip]) if aside else strip)
        if block.margin and strips:
            beside = [Segment(text, (own + style).rich_style) for text, style in block.margin.render(own, "", _style)]
            strips[0] = Strip.join([Strip(beside), Strip.blank(block.indent, outside), strips[0].crop(aside)])
        return strips

    def _fit(self) -> None:
        size = Size(self._drawn_width, len(self._strips))
        grown = size.height != self.virtual_size.height
        self.virtual_size = size
        self.refresh(layout=grown and self.styles.is_auto_height)


def _pointed(block: Block) -> Block:
    """The block with a hand at its first column, so that the highlight can be seen without colour."""
    if not block.gutter.plain.startswith(" "):
        return block
    return replace(block, gutter=Content.styled(POINTER, "bold $desk-accent") + block.gutter[1:])


def _style(style: str | Style) -> Style:
    return Style.parse(style) if isinstance(style, str) else style


def lines_of(block: Block, width: int) -> list[Content]:
    """The block's lines at that width, gutter and right end included, margin and indent left out."""
    gutter, right = block.gutter, block.right
    width -= block.margin.cell_length + block.indent
    room = max(NARROWEST, width - gutter.cell_length)
    text = _flowed(block.parts, room) if block.parts else block.text
    wrapped = _wrapped(text, room, right.cell_length + 2 if right else 0) or [NOTHING]
    blank = Content(" " * gutter.cell_length)
    lines = [(gutter if block.repeat or not number else blank) + line for number, line in enumerate(wrapped)]
    if right:
        gap = width - lines[0].cell_length - right.cell_length
        lines[0] = lines[0] + Content(" " * max(1, gap)) + right
    return lines


def _flowed(parts: tuple[Content, ...], room: int) -> Content:
    """The parts as text with a line break wherever the next one would not fit."""
    line, text = parts[0].cell_length, parts[0]
    for part in parts[1:]:
        fits = line + len(BETWEEN) + part.cell_length <= room
        text += Content(BETWEEN if fits else "\n") + part
        line = line + len(BETWEEN) + part.cell_length if fits else part.cell_length
    return text


def _wrapped(text: Content, room: int, kept: int) -> list[Content]:
    """The text's lines; its first paragraph leaves `kept` columns free at the right."""
    if not kept:
        return text.wrap(room)
    first, *rest = text.split("\n", allow_blank=True)
    return [*first.wrap(max(NARROWEST, room - kept)), *(line for paragraph in rest for line in paragraph.wrap(room))]
