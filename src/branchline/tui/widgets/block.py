"""Block: a paragraph with what stands beside it, and how it wraps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.content import Content

NARROWEST = 8
"""Columns below which text is wrapped at this width all the same, and cut."""
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


def same(one: Block, other: Block) -> bool:
    """Whether two blocks look the same."""
    alike = one.text.is_same(other.text) and one.gutter.is_same(other.gutter) and one.right.is_same(other.right)
    plain = (one.above, one.ground, one.repeat, one.indent, one.id, one.margin.plain, one.parts)
    return alike and plain == (other.above, other.ground, other.repeat, other.indent, other.id, other.margin.plain, other.parts)


def pointed(block: Block) -> Block:
    """The block with a hand at its first column, so that the highlight can be seen without colour."""
    if not block.gutter.plain.startswith(" "):
        return block
    return replace(block, gutter=Content.styled(POINTER, "bold $desk-accent") + block.gutter[1:])


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
