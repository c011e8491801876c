"""Whether the arguments of an act are what its step expects."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from branchline.content.told import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.content.facts import Value
    from branchline.content.sop_model import Expected, Step

_EXACT = 1e-9
_LONGEST = 500
"""No more characters of a value are looked at: patterns have no nested repeats, so that this bounds their time."""
_LEVEL = "level"


def fits(step: Step, fields: Mapping[str, Value]) -> bool:
    """Whether an act with those arguments carries the step out: what tells the step's act from others agrees where it is given."""
    return all(_agrees(name, wanted, fields[name]) for name, wanted in step.arguments.items() if name in fields)


def _agrees(name: str, wanted: Value, found: Value) -> bool:
    if name == _LEVEL and (least := number(wanted)) is not None:
        level = number(found)
        return level is not None and level >= least
    return same(wanted, found)


def wrong(expected: Expected, fields: Mapping[str, Value], fact: Callable[[str], Value | None]) -> bool:
    """Whether the argument is there and is not as expected; an unknown fact expects nothing."""
    if expected.field not in fields:
        return False
    found = fields[expected.field]
    if expected.fact:
        value = fact(expected.fact)
        values: tuple[Value, ...] = () if value is None else (value,)
    else:
        values = expected.values
    if not values:
        return False
    if expected.kind == "pattern":
        return _pattern(str(values[0])).fullmatch(str(found)[:_LONGEST]) is None
    if expected.kind == "text":
        return words_of(str(found)) != words_of(str(values[0]))
    return not any(same(value, found, expected.tolerance) for value in values)


def same(wanted: Value, found: Value, tolerance: float = 0.0) -> bool:
    """Whether two values are equal: numbers by amount, however they are written, everything else by its letters."""
    left, right = number(wanted), number(found)
    if left is not None and right is not None:
        return abs(left - right) <= tolerance + _EXACT
    return _letters(wanted) == _letters(found)


def number(value: Value) -> float | None:
    """The number that a value is or spells; None of any other."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", value.strip()) else None


def _letters(value: Value) -> str:
    return str(value).strip().casefold()


@lru_cache(maxsize=256)
def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(written)
