"""Two plays side by side, the lines they have in common at the same height."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from branchline.text import clean
from branchline.tui.widgets.block import NARROWEST, Block
from branchline.tui.widgets.said import CUSTOMER, DESK, LEARNER, NOTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.journal.transcript import TranscriptLine

GLYPHS = {LEARNER: ("▸ ", "bold $desk-accent"), CUSTOMER: ("◂ ", "bold $desk-ink"), DESK: ("▪ ", "$desk-soft"), NOTE: ("· ", "$desk-soft")}
"""Who speaks; the narrator has no glyph."""
SAME, OTHER = " = ", " ≠ "


class Row(NamedTuple):
    """What stands at one height; None where a side has nothing."""

    left: TranscriptLine | None
    right: TranscriptLine | None
    same: bool


def aligned(left: Sequence[TranscriptLine], right: Sequence[TranscriptLine]) -> list[Row]:
    """The lines of two plays by height: those that say the same stand beside each other."""
    matcher = SequenceMatcher(None, [_key(line) for line in left], [_key(line) for line in right], autojunk=False)
    rows: list[Row] = []
    for tag, one, two, three, four in matcher.get_opcodes():
        rows += [Row(a, b, tag == "equal") for a, b in zip_longest(left[one:two], right[three:four])]
    return rows


def _key(line: TranscriptLine) -> tuple[str, str]:
    return line.speaker, line.text


def column_blocks(rows: Sequence[Row], width: int) -> list[Block]:
    """The rows as blocks for a paper `width` columns wide."""
    room = max(NARROWEST, (width - len(SAME)) // 2)
    return [_block(row, room) for row in rows]


def heads(left: str, right: str, width: int) -> Content:
    """What stands above the columns, in the app's own words."""
    room = max(NARROWEST, (width - len(SAME)) // 2)
    one = Content.styled(left, "bold $desk-accent").truncate(room, ellipsis=True)
    return one + Content(" " * (room - one.cell_length + len(SAME))) + Content.styled(right, "bold $desk-good")


def _block(row: Row, room: int) -> Block:
    sign = Content.styled(SAME, "$desk-soft") if row.same else Content.styled(OTHER, "bold $desk-warn")
    lines = []
    for number, (one, two) in enumerate(zip_longest(_lines(row.left, room), _lines(row.right, room), fillvalue=Content(""))):
        between = sign if number == 0 else Content(" " * len(SAME))
        lines.append(one + Content(" " * max(0, room - one.cell_length)) + between + two)
    return Block(Content("\n").join(lines))


def _lines(line: TranscriptLine | None, room: int) -> list[Content]:
    if line is None:
        return [Content("")]
    glyph, style = GLYPHS.get(line.speaker, ("  ", ""))
    words = Content.styled(clean(line.text), "" if line.speaker in {LEARNER, CUSTOMER} else "$desk-soft")
    wrapped = [part for paragraph in words.split("\n", allow_blank=True) for part in (paragraph.wrap(room - len(glyph)) or [Content("")])]
    return [(Content.styled(glyph, style) if not number else Content("  ")) + part.rstrip() for number, part in enumerate(wrapped)]
