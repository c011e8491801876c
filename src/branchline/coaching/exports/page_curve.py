"""The curve of a session as a drawing: the best that can still be reached after each moment, and the moments on it as links."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from branchline.coaching.exports import words
from branchline.coaching.marks import bounds, glyph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.coaching.exports.told import Projection, Told

WIDTH, HEIGHT = 960, 260
"""Of the drawing; it is wider where there are so many moments that they would touch."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 40, 40, 48
_RADIUS = 12
_CLOSEST = 2.5 * _RADIUS
_LABEL = 16


def drawing(found: Projection) -> Iterator[str]:
    """The lines of the SVG element; nothing where there is no curve."""
    if found.start is None or not found.curve:
        return
    values = [found.start, *(moment.value or 0.0 for moment in found.curve)]
    low, high = bounds(values)
    width = max(WIDTH, round(_LEFT + _RIGHT + len(found.curve) * _CLOSEST))
    between = (width - _LEFT - _RIGHT) / len(found.curve)
    spots = [(_LEFT + index * between, _height(value, low, high)) for index, value in enumerate(values)]
    wide = f' class="wide" width="{width}" height="{HEIGHT}"' if width > WIDTH else ""
    yield '<div class="curve" tabindex="0" role="group" aria-label="Curve; it may be wider than the window">' if wide else "<div>"
    yield f'<svg viewBox="0 0 {width} {HEIGHT}"{wide} role="group" aria-labelledby="curve-name" aria-describedby="curve-told">'
    yield '<title id="curve-name">Curve of the session: points that could still be reached after each moment</title>'
    shown: list[float] = []
    for value in (high, low, 0.0):
        y = _height(value, low, high)
        if all(abs(y - other) > _LABEL for other in shown):
            shown.append(y)
            yield from _level(value, y, width)
    yield f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in spots)}"/>'
    for moment, (x, y) in zip(found.curve, spots[1:], strict=True):
        yield from _spot(moment, x, y)
    yield "</svg>"
    yield "</div>"


def _height(value: float, low: float, high: float) -> float:
    return _TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM)


def _level(value: float, y: float, width: int) -> Iterator[str]:
    yield f'<line class="axis" x1="{_LEFT}" y1="{y:.1f}" x2="{width - _RIGHT}" y2="{y:.1f}"/>'
    yield f'<text x="{_LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{words.signed(value)}</text>'


def _spot(moment: Told, x: float, y: float) -> Iterator[str]:
    name = escape(f"Moment {moment.number}: {words.judged(moment)} {words.points(moment)}".strip())
    yield f'<a href="#m-{moment.seq}" class="{moment.word or "unjudged"}" aria-label="{name}"><title>{name}</title>'
    yield f'<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}"/>'
    yield f'<text x="{x:.1f}" y="{y + 5:.1f}">{glyph(moment.word)}</text>'
    yield f'<text x="{x:.1f}" y="{HEIGHT - 16}">{moment.number}</text></a>'
