"""Bar: one line with something on its left and something on its right; and the hints made of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from branchline.tui.widgets.filters import filters_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.color import Color
    from textual.filter import LineFilter
    from textual.geometry import Region, Spacing

    from branchline.tui.commands import Command

    _Look = tuple[int, Spacing, Style, Color, tuple[LineFilter, ...]]

NOTHING = Content("")
MIN_RIGHT = 6
"""Columns below which the right side says nothing any more."""


class Bar(Widget):
    """One line. The right side gives way where both do not fit."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, left: Content = NOTHING, right: Content = NOTHING, *, fill: str = " ", id: str | None = None) -> None:  # noqa: A002
        """`fill` stands between the two sides."""
        super().__init__(id=id)
        self.left, self.right, self.fill = left, right, fill
        self._drawn: tuple[_Look, Strip] | None = None

    def say(self, left: Content, right: Content = NOTHING) -> None:
        """Show these; nothing is drawn where they are what is shown already."""
        if (left.is_same(self.left), right.is_same(self.right)) != (True, True):
            self.left, self.right = left, right
            self._drawn = None
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The line within `crop`; put together here, for Textual's way through styles and caches would cost more than drawing it."""
        filters = filters_of(self.app)
        room, style = self.gutter, self.visual_style
        look = (self.size.width, room, style, self.background_colors[1], filters)
        if self._drawn is None or self._drawn[0] != look:
            self._drawn = (look, self._line(look))
        blank = Strip.blank(self.size.width + room.width, style.rich_style)
        return [(self._drawn[1] if y == room.top else blank).crop(crop.x, crop.right) for y in crop.line_range]

    def _line(self, look: _Look) -> Strip:
        width, room, style, background, filters = look
        text = [Segment(words, own.rich_style) for words, own in self.render().render(style, "", _style)]
        line = list(Strip([Segment(" " * room.left, style.rich_style), *text]).adjust_cell_length(width + room.width, style.rich_style))
        for known in filters:
            line = known.apply(line, background)
        return Strip(line, width + room.width)

    def render(self) -> Content:
        """Left, fill, right, cut to the width."""
        width = self.size.width
        left, right = self.left, self.right
        if left.cell_length + right.cell_length + 1 > width:
            room = width - left.cell_length - 1
            right = right.truncate(room, ellipsis=True) if room >= MIN_RIGHT else NOTHING
        gap = max(0, width - left.cell_length - right.cell_length)
        return (left + Content.styled(self.fill * gap, "$desk-rule") + right).truncate(width, ellipsis=True)


def _style(style: str | Style) -> Style:
    return Style.parse(style) if isinstance(style, str) else style


class Hints(Bar):
    """The keys that matter now, as many as fit; the help key always."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """Empty until `show`."""
        super().__init__(id=id)
        self._named: list[tuple[str, str]] = []
        self._parts: list[Content] = []
        self._last = NOTHING

    def show(self, commands: Sequence[Command], last: Command, changed: Mapping[str, str]) -> None:
        """Name these commands, and `last` at the right end; nothing is drawn where they are named already."""
        named = [(command.keys(changed), command.label) for command in (*commands, last) if command.hint or command is last]
        if named != self._named:
            self._named = named
            *self._parts, self._last = [_hint(*each) for each in named]
            self._drawn = None
            self.refresh()

    def render(self) -> Content:
        """The hints that fit, in order of importance."""
        width = self.size.width
        room = width - self._last.cell_length - 1
        line = NOTHING
        for part in self._parts:
            longer = line + Content("   ") + part if line else part
            if longer.cell_length > room:
                break
            line = longer
        return line + Content(" " * max(1, width - line.cell_length - self._last.cell_length)) + self._last


def _hint(keys: str, label: str) -> Content:
    return Content.assemble((keys, "bold $desk-accent"), " ", (label, "$desk-soft"))
