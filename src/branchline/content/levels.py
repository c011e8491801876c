"""What one reply is worth: empathy from its levels, and what it does to the customer's trust and heat (scoring page).

All of it is decided when content is compiled, in exact fractions, so that play only adds integers.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from branchline.content.compiled import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

VOLATILITY = {"calm": Fraction(1, 2), "normal": Fraction(1), "quick": Fraction(3, 2)}
MOST = 2
"""The highest level of a dimension."""


def capped(levels: Mapping[str, int | str], flags: Collection[str]) -> dict[str, int]:
    """The levels that apply, with acknowledge at most 1 where the reply is flagged `fake_empathy`."""
    applying = {name: level for name in DIMENSIONS if isinstance(level := levels.get(name, "na"), int)}
    if "fake_empathy" in flags and "acknowledge" in applying:
        applying["acknowledge"] = min(1, applying["acknowledge"])
    return applying


def empathy(levels: Mapping[str, int]) -> Fraction | None:
    """Empathy e = Σ w·level / Σ w·2 over the dimensions that apply; None where none does."""
    points, whole = _shares(levels)
    return Fraction(points, whole) if whole else None


def worth(levels: Mapping[str, int], volatility: str, *, solves: bool) -> tuple[float | None, int, int]:
    """What `empathy` and `trust_change` say of these levels: e, and both changes of trust."""
    return _worth(*_shares(levels), volatility, solves=solves)


def _shares(levels: Mapping[str, int]) -> tuple[int, int]:
    points = whole = 0
    for name, level in levels.items():
        weight = DIMENSIONS[name]
        points += weight * level
        whole += weight * MOST
    return points, whole


# Thousands of replies share a few dozen values, and Fractions are slow.
@cache
def _worth(points: int, whole: int, volatility: str, *, solves: bool) -> tuple[float | None, int, int]:
    e = Fraction(points, whole) if whole else None
    return None if e is None else float(e), *trust_change(e, volatility, solves=solves)


def trust_change(e: Fraction | None, volatility: str, *, solves: bool) -> tuple[int, int]:
    """The change of trust, and the same while heat is above 60: 20·v·(e − ½), a loss doubled, a solving reply's gain halved when hot."""
    if e is None:
        return 0, 0
    change = 20 * VOLATILITY[volatility] * (e - Fraction(1, 2))
    if change < 0:
        change *= 2
    return rounded(change), rounded(change / 2 if solves and change > 0 else change)


@cache
def heat_change(causes: int, volatility: str) -> int:
    """The change of heat: −5 + 10·v for each flag, repeat, transfer or time-out."""
    return rounded(-5 + 10 * VOLATILITY[volatility] * causes)


def rounded(value: Fraction) -> int:
    """The nearest integer, halves away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole
