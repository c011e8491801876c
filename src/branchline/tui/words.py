"""Numbers in words and bars: trust, heat, scores, time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Sequence

TRUST_WORDS = ("gone", "low", "wary", "growing", "firm")
HEAT_WORDS = ("calm", "tense", "annoyed", "angry", "furious")
FULL = 100
CELLS = "▏▎▍▌▋▊▉█"
"""A cell filled by one to eight eighths."""
EMPTY = "·"
LEVELS = ("○○", "●○", "●●")
"""The levels 0, 1 and 2 of a dimension."""


def step_of(value: int, words: Sequence[str]) -> str:
    """The word for a value of 0..100, the range cut into equal parts."""
    return words[min(len(words) - 1, max(0, value) * len(words) // FULL)]


def trust_word(value: int) -> str:
    """Trust in a word."""
    return step_of(value, TRUST_WORDS)


def heat_word(value: int) -> str:
    """Heat in a word."""
    return step_of(value, HEAT_WORDS)


def bar(value: float, width: int, style: str) -> Content:
    """A bar of `width` columns for a value of 0..100."""
    eighths = round(min(max(value, 0.0), FULL) / FULL * width * 8)
    whole, rest = divmod(eighths, 8)
    filled = "█" * whole + (CELLS[rest - 1] if rest else "")
    return Content.assemble((filled, style), (EMPTY * (width - len(filled)), "$desk-rule"))


def number(value: float | None) -> str:
    """A score part as people read it."""
    return "–" if value is None else f"{value:.0f}"


def change(value: int) -> str:
    """A change with its sign."""
    return "±0" if value == 0 else f"{value:+d}".replace("-", "−")


def clock(seconds: float) -> str:
    """Minutes and seconds left, rounded up."""
    whole = max(0, -int(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"


def months(count: int) -> str:
    """A number of months, from two years on in years."""
    if count < 24:  # noqa: PLR2004  # up to there people count in months
        return f"{count} month{'' if count == 1 else 's'}"
    years, rest = divmod(count, 12)
    return f"{years} years" + (f" {rest} m" if rest else "")


def count(number_of: int, word: str) -> str:
    """A number and its word in the plural where it is not one."""
    return f"{number_of} {word}{'' if number_of == 1 else 's'}"
