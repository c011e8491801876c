"""A transcript line as the review screen shows it: its number, the judgement's glyph, and what was said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.tui.widgets.chart import LOOKS, PINNED
from branchline.tui.widgets.said_here import line_of

if TYPE_CHECKING:
    from branchline.tui.board import Board
    from branchline.tui.widgets.block import Block

HERE = "▸"


def review_line(board: Board, index: int, at: int, pinned: frozenset[int]) -> Block:
    """The line with that index; the one `at` is pointed at, moments in `pinned` bear a sign."""
    line = board.lines[index]
    block = line_of(line, board.review.step(line.seq).content)
    own = board.line_index(line.seq) == index
    mark = board.mark(line.seq) if own else None
    glyph, style, _ = LOOKS[mark.kind] if mark is not None else ("", "", "")
    figures = max(2, len(str(len(board.lines))))
    margin = Content.assemble(
        (HERE if index == at else " ", "bold $desk-accent"), (f"{line.number:>{figures}} ", "$desk-soft"), (glyph.ljust(2), style),
        (PINNED if own and line.seq in pinned else " ", "bold $desk-accent"),
    )  # fmt: skip
    return replace(block, margin=margin, above=0)
