"""How a judgement is marked wherever moments are shown: a glyph for each word, never a colour alone, and the curve as a line of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GLYPHS = {"best": "●", "good": "○", "inaccuracy": "?!", "mistake": "✖", "blunder": "✖✖"}
"""The glyph of each judgement."""
UNJUDGED = "·"
"""The glyph of what cannot be judged."""
COMMENT = "◆"
"""Marks a moment with comments."""
_PLURALS = {"inaccuracy": "inaccuracies", "mistake": "mistakes", "blunder": "blunders"}
BLOCKS = "▁▂▃▄▅▆▇█"


def glyph(word: str) -> str:
    """The glyph of a judgement; that of what cannot be judged where the word is empty."""
    return GLYPHS.get(word, UNJUDGED)


def counted(word: str, many: int) -> str:
    """So many moments of a judgement in words: `1 mistake`, `2 inaccuracies`, `3 best`."""
    return f"{many} {word if many == 1 else _PLURALS.get(word, word)}"


def bounds(values: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest value that a drawing of the curve has room for, 0 among them; never the same."""
    low, high = min((0.0, *values)), max((0.0, *values))
    return (low, high) if high > low else (low, low + 100.0)


def sparkline(values: Sequence[float]) -> str:
    """One block for each value, 0 or the lowest at the bottom."""
    low, high = bounds(values)
    return "".join(BLOCKS[round((value - low) / (high - low) * (len(BLOCKS) - 1))] for value in values)
