"""Chart: the value curve over the timeline, a glyph for each mark, idle time shaded, the present moment pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from branchline.coaching.timeline import Mark

LOOKS = {
    "best": ("●", "$desk-good", "best"),
    "good": ("○", "$desk-good", "good"),
    "inaccuracy": ("?!", "$desk-warn", "inaccuracy"),
    "mistake": ("✖", "bold $desk-bad", "mistake"),
    "blunder": ("✖✖", "bold $desk-bad", "blunder"),
    "unjudged": ("◌", "$desk-soft", "not judged"),
    "back": ("↶", "$desk-soft", "taken back"),
    "chance": ("≈", "$desk-accent", "chance"),
    "look": ("▲", "$desk-accent", "looked into an SOP"),
    "exception": ("!", "bold $desk-warn", "logged an exception"),
    "pause": ("‖", "$desk-soft", "stopped for a while"),
    "end": ("■", "$desk-soft", "the end"),
}
"""Glyph, style and words of each kind of mark."""
PINNED = "◆"
"""Stands behind a moment to which something is pinned."""
AXIS = 5
"""Columns for figures on the left."""
CELL = (3, 8)
"""The least and the most columns of a mark: its glyph of one or two, and what leads to the next."""
LEVELS = " ▁▂▃▄▅▆▇█"
IDLE_SHADE, WAY = "░", "─"


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
    count = room // CELL[0]
    if before is not None and before.length == count and before.cell == CELL[0] and before.first <= at < before.first + count:
        return before
    return Window(min(max(0, at - count // 2), marks - count), count, CELL[0])


class Chart(Widget):
    """Curve and timeline of one session."""

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
        self._window: Window | None = None

    def show(self, marks: Sequence[Mark], at: int, *, highest: float, pinned: frozenset[int]) -> None:
        """These marks with the one `at` pointed at; seqs in `pinned` bear a sign. The curve runs from its lowest, or 0, to `highest`."""
        values = [mark.value for mark in marks if mark.value is not None]
        top, bottom = max([*values, highest]), min([*values, 0.0])
        self._marks, self._range, self._pinned, self._window = marks, (bottom, top), pinned, None
        self._at = at
        self.refresh()

    def point(self, at: int) -> None:
        """Point at that mark."""
        if at != self._at:
            self._at = at
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Tell which mark was clicked."""
        place = event.get_content_offset(self)
        if place is None or self._window is None:
            return
        index = self._window.first + (place.x - AXIS) // self._window.cell
        if place.x >= AXIS and index < len(self._marks):
            self.post_message(self.Clicked(index))

    def render(self) -> Content:
        """Curve above, timeline below, the pointer under it where there are lines enough."""
        width, height = self.size
        if not self._marks or width <= AXIS:
            return Content("")
        self._window = window(len(self._marks), self._at, width, self._window)
        pointer = height > 3  # noqa: PLR2004  # curve, timeline and pointer
        rows = max(0, height - 1 - pointer)
        lines = [self._curve_row(row, rows) for row in range(rows)]
        lines.append(self._timeline())
        if pointer:
            lines.append(self._pointer())
        return Content("\n").join(lines)

    def _shown(self) -> Sequence[Mark]:
        found = self._window or Window(0, 0, 1)
        return self._marks[found.first : found.first + found.length]

    def _curve_row(self, row: int, rows: int) -> Content:
        """One line of the curve, the highest first; figures stand at its ends."""
        bottom, top = self._range
        found = self._window or Window(0, 0, 1)
        label = _figure(top) if row == 0 else _figure(bottom) if row == rows - 1 else " " * AXIS
        judged = any(mark.value is not None for mark in self._marks)
        parts: list[tuple[str, str]] = [(label if judged else " " * AXIS, "$desk-soft")]
        for offset, mark in enumerate(self._shown()):
            filled = self._height(mark, rows) - 8 * (rows - 1 - row)
            sign = LEVELS[min(8, max(0, filled))]
            here = found.first + offset == self._at
            glyphs = sign * (found.cell - 1) + (sign if filled > 0 else " ")
            parts.append((glyphs, "bold $desk-ink" if here else "$desk-accent"))
        return _assembled(parts)

    def _height(self, mark: Mark, rows: int) -> int:
        """Eighths of a line that the curve is high; at least one where there is a value."""
        bottom, top = self._range
        if mark.value is None:
            return 0
        span = top - bottom
        return max(1, round((mark.value - bottom) / span * 8 * rows)) if span > 0 else 8 * rows

    def _timeline(self) -> Content:
        """A glyph for each mark; what leads to it is shaded where time was idle."""
        found = self._window or Window(0, 0, 1)
        more = "‹" if found.first else " "
        parts: list[tuple[str, str]] = [(f"{more:>{AXIS - 1}} ", "bold $desk-accent")]
        shown = self._shown()
        for offset, mark in enumerate(shown):
            glyph, style, _ = LOOKS[mark.kind]
            after = self._marks[found.first + offset + 1] if found.first + offset + 1 < len(self._marks) else None
            here = found.first + offset == self._at
            parts.append((glyph, f"{style} on $desk-select" if here else style))
            way = found.cell - len(glyph)
            pin = PINNED if mark.seq in self._pinned else ""
            parts.append((pin, "bold $desk-accent"))
            last = offset == len(shown) - 1
            line = " " if after is None else "›" if last else IDLE_SHADE if after.idle else WAY
            parts.append((line * (way - len(pin)), "$desk-warn" if line == IDLE_SHADE else "$desk-rule"))
        return _assembled(parts)

    def _pointer(self) -> Content:
        found = self._window or Window(0, 0, 1)
        return Content.assemble(" " * (AXIS + (self._at - found.first) * found.cell), ("↑", "bold $desk-ink"))


def _figure(value: float) -> str:
    return f"{value:>{AXIS - 1}.0f} ".replace("-", "−")


def _assembled(parts: Sequence[tuple[str, str]]) -> Content:
    return Content.assemble(*[part for part in parts if part[0]])
