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
_BETWEEN = Content(BETWEEN)


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
    return [gutter + line for gutter, line in pieces(block, width)]


def pieces(block: Block, width: int) -> list[tuple[Content, Content]]:
    """What stands beside each line, and the line with the right end; margin and indent are left out."""
    gutter, right = block.gutter, block.right
    width -= block.margin.cell_length + block.indent
    room = max(NARROWEST, width - gutter.cell_length)
    kept = right.cell_length + 2 if right else 0
    lines = (_flowed(block.parts, room) if block.parts else _wrapped(block.text, room, kept)) or [NOTHING]
    if right:
        gap = width - gutter.cell_length - lines[0].cell_length - right.cell_length
        lines[0] = lines[0] + Content(" " * max(1, gap)) + right
    blank = gutter if block.repeat else Content(" " * gutter.cell_length)
    return [(blank if number else gutter, line) for number, line in enumerate(lines)]


def _flowed(parts: tuple[Content, ...], room: int) -> list[Content]:
    """The parts on lines, as many on each as fit; one that is wider than a line is wrapped."""
    rows: list[list[Content]] = []
    used = room + 1
    for part in parts:
        length = part.cell_length
        used += len(BETWEEN) + length
        if used > room:
            rows.append([])
            used = length
        rows[-1].append(part)
    return [line for row in rows for line in _broken(_BETWEEN.join(row), room)]


def _broken(text: Content, room: int) -> list[Content]:
    """The text on lines of at most `room` columns."""
    fits = text.cell_length <= room and text.plain.isprintable() and not text.plain.endswith(" ")
    return [text] if fits else text.wrap(room)


def _wrapped(text: Content, room: int, kept: int) -> list[Content]:
    """The text's lines; its first paragraph leaves `kept` columns free at the right."""
    first, *rest = text.split("\n", allow_blank=True) if "\n" in text.plain else (text,)
    return [*_broken(first, max(NARROWEST, room - kept)), *(line for paragraph in rest for line in _broken(paragraph, room))]
