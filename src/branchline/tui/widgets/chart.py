"""Chart: the value curve over the timeline, a glyph for each mark, idle time shaded, the present moment pointed at."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from branchline.coaching.marks import BLOCKS, COMMENT, GLYPHS, bounds
from branchline.tui.widgets.filters import filters_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style as RichStyle
    from textual import events

    from branchline.coaching.timeline import Mark

LOOKS = {
    "best": (GLYPHS["best"], "$desk-good", "best"),
    "good": (GLYPHS["good"], "$desk-good", "good"),
    "inaccuracy": (GLYPHS["inaccuracy"], "$desk-warn", "inaccuracy"),
    "mistake": (GLYPHS["mistake"], "bold $desk-bad", "mistake"),
    "blunder": (GLYPHS["blunder"], "bold $desk-bad", "blunder"),
    "unjudged": ("◌", "$desk-soft", "not judged"),
    "back": ("↶", "$desk-soft", "taken back"),
    "chance": ("≈", "$desk-accent", "chance"),
    "look": ("▲", "$desk-accent", "looked into an SOP"),
    "exception": ("!", "bold $desk-warn", "logged an exception"),
    "pause": ("‖", "$desk-soft", "stopped for a while"),
    "end": ("■", "$desk-soft", "the end"),
}
"""Glyph, style and words of each kind of mark."""
PINNED = COMMENT
"""Stands behind a moment to which something is pinned."""
AXIS = 5
"""Columns for figures on the left."""
CELL = (3, 8)
"""The least and the most columns of a mark: its glyph of one or two, and what leads to the next."""
POINTED = 4
"""Lines from which there is one for the pointer."""
CURVE, HERE = "$desk-accent", "bold $desk-ink"
IDLE_SHADE, WAY, POINTER = "░", "─", "↑"
_Look = tuple[Size, Style, Color, tuple[LineFilter, ...]]
Parts = list[tuple[str, str]]
"""Texts with their styles."""


class Window(NamedTuple):
    """Which marks are in view, and how wide each is."""

    first: int
    length: int
    cell: int


def window(marks: int, at: int, width: int, before: Window | None = None) -> Window:
    """The marks in view at that width; the window stays where it was `before` while it holds the mark `at`."""
    room = max(CELL[0], width - AXIS)
    if marks * CELL[0] <= room:
        return Window(0, marks, min(CELL[1], room // max(1, marks)))
    length = room // CELL[0]
    if before is not None and before.length == length and before.cell == CELL[0] and before.first <= at < before.first + length:
        return before
    return Window(min(max(0, at - length // 2), marks - length), length, CELL[0])


class Chart(Widget):
    """Curve and timeline of one session. What is drawn of a mark stays drawn while the window stands."""

    class Clicked(Message):
        """A mark was clicked."""

        def __init__(self, index: int) -> None:
            """`index` from 0."""
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """Empty until `show`."""
        super().__init__(id=id)
        self._marks: Sequence[Mark] = ()
        self._at = 0
        self._range = (0.0, 0.0)
        self._pinned: frozenset[int] = frozenset()
        self._window = Window(0, 0, CELL[0])
        self._kept: tuple[list[Parts], list[str], list[Parts]] | None = None
        self._styles: dict[str, RichStyle] = {}
        self._drawn_for: object = None

    @property
    def plain(self) -> str:
        """All of it as text, without spaces at the ends of lines."""
        return "\n".join(strip.text.rstrip() for strip in self.render_lines(Region(0, 0, self.outer_size.width, self.outer_size.height)))

    def show(self, marks: Sequence[Mark], at: int, *, highest: float, pinned: frozenset[int]) -> None:
        """These marks with the one `at` pointed at; seqs in `pinned` bear a sign. The curve runs from its lowest, or 0, to `highest`."""
        values = [mark.value for mark in marks if mark.value is not None]
        self._marks, self._range, self._pinned = marks, bounds([*values, highest]), pinned
        self._at, self._window, self._drawn_for = at, Window(0, 0, CELL[0]), None
        self.refresh()

    def point(self, at: int) -> None:
        """Point at that mark."""
        if at == self._at:
            return
        self._at = at
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Tell which mark was clicked."""
        place = event.get_content_offset(self)
        if place is None or not self._marks:
            return
        index = self._window.first + (place.x - AXIS) // self._window.cell
        if place.x >= AXIS and index < len(self._marks):
            self.post_message(self.Clicked(index))

    # ------------------------------------------------------------------------------------------------ drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Curve above, timeline below, the pointer under it where there are lines enough; without Textual's own cache, as in Paper."""
        room, size, style = self.gutter, self.size, self.visual_style
        look = (size, style, self.background_colors[1], filters_of(self.app))
        self._settle(look)
        lines = self._lines()
        whole, ground = size.width + room.width, style.rich_style
        edge = Segment(" " * room.left, ground)
        found = []
        for y in crop.line_range:
            inner = y - room.top
            line = [edge, *self._segments(lines[inner], look)] if 0 <= inner < len(lines) else []
            found.append(_filtered(Strip(line).adjust_cell_length(whole, ground), look).crop(crop.x, crop.right))
        return found

    def _settle(self, look: _Look) -> None:
        """Keep the mark in view; what was drawn for another window, size or theme is drawn no more."""
        self._window = window(len(self._marks), self._at, look[0].width, self._window)
        if (self._window, look) != self._drawn_for:
            self._drawn_for = (self._window, look)
            self._kept = None
            self._styles.clear()

    def _lines(self) -> list[Parts]:
        """What stands on each line, the figures on the left first."""
        size = self.size
        if not self._marks or size.width <= AXIS:
            return []
        rows = max(0, size.height - 1 - (size.height >= POINTED))
        if not self._kept:
            self._kept = self._drawn(rows)
        labels, curve, signs = self._kept
        here = self._at - self._window.first
        start, end = here * self._window.cell, (here + 1) * self._window.cell
        lines: list[Parts] = [[(row[:start], CURVE), (row[start:end], HERE), (row[end:], CURVE)] for row in curve]
        timeline = [*signs[:here], self._sign(self._at), *signs[here + 1 :]]
        lines.append([part for sign in timeline for part in sign])
        if size.height >= POINTED:
            lines.append([(" " * start + POINTER, HERE)])
        return [[*label, *line] for label, line in zip(labels, lines, strict=True)]

    def _drawn(self, rows: int) -> tuple[list[Parts], list[str], list[Parts]]:
        """The figures of all lines, the lines of the curve, the highest first, and the glyphs of the timeline, none of them pointed at."""
        marks, cell = range(self._window.first, self._window.first + self._window.length), self._window.cell
        heights = [self._height(self._marks[index], rows) for index in marks]
        curve = []
        for row in range(rows):
            filled = (high - 8 * (rows - 1 - row) for high in heights)
            curve.append("".join((BLOCKS[min(8, eighths) - 1] if eighths > 0 else " ") * cell for eighths in filled))
        return self._labels(rows, self.size.height), curve, [self._sign(index, pointed=False) for index in marks]

    def _segments(self, parts: Parts, look: _Look) -> list[Segment]:
        """The texts in their styles, neighbours of one style together."""
        own = look[1]
        found = []
        for words, run in groupby((part for part in parts if part[0]), key=itemgetter(1)):
            style = self._styles.get(words)
            if style is None:
                style = self._styles[words] = (own + Style.parse(words)).rich_style if words else own.rich_style
            found.append(Segment("".join(text for text, _ in run), style))
        return found

    def _labels(self, rows: int, height: int) -> list[Parts]:
        """What stands on the left: the curve's ends, and whether there is more of the timeline before."""
        bottom, top = self._range
        judged = any(mark.value is not None for mark in self._marks[self._window.first : self._window.first + self._window.length])
        figures = {0: _figure(top), rows - 1: _figure(bottom) if rows > 1 else _figure(top)} if judged else {}
        curve: list[Parts] = [[(figures.get(row, " " * AXIS), "$desk-soft")] for row in range(rows)]
        more = "‹" if self._window.first else " "
        return [*curve, [(f"{more:>{AXIS - 1}} ", "bold $desk-accent")], *([[(" " * AXIS, "")]] if height >= POINTED else [])]

    def _height(self, mark: Mark, rows: int) -> int:
        """Eighths of a line that the curve is high; at least one where there is a value."""
        bottom, top = self._range
        return 0 if mark.value is None else max(1, round((mark.value - bottom) / (top - bottom) * 8 * rows))

    def _sign(self, index: int, *, pointed: bool = True) -> Parts:
        """The glyph of a mark, and what leads to the next: shaded where time was idle."""
        mark, found = self._marks[index], self._window
        glyph, style, _ = LOOKS[mark.kind]
        after = self._marks[index + 1] if index + 1 < len(self._marks) else None
        pin = PINNED if mark.seq in self._pinned else ""
        last = index == found.first + found.length - 1
        line = " " if after is None else "›" if last else IDLE_SHADE if after.idle else WAY
        way = line * (found.cell - len(glyph) - len(pin))
        here = " on $desk-select" if pointed else ""
        return [(glyph, style + here), (pin, "bold $desk-accent"), (way, "$desk-warn" if line == IDLE_SHADE else "$desk-rule")]


def _filtered(line: Strip, look: _Look) -> Strip:
    """The whole line, what pads it too, after the filters that are on."""
    _, _, background, filters = look
    segments = list(line)
    for known in filters:
        segments = known.apply(segments, background)
    return Strip(segments, line.cell_length) if filters else line


def _figure(value: float) -> str:
    return f"{value:>{AXIS - 1}.0f} ".replace("-", "−")
