"""Where the engine keeps what expressions read: a flat state of integers, and the places in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from branchline.content.language.domains import Ref


@dataclass(frozen=True, slots=True)
class Slot:
    """The value is `core[index]`; a flag in a slot is 0 or 1."""

    index: int


@dataclass(frozen=True, slots=True)
class Bit:
    """The value is the bit `bit` of `core[index]`."""

    index: int
    bit: int


@dataclass(frozen=True, slots=True)
class Constant:
    """The value never changes."""

    value: int


Core = tuple[int, ...]
Place = Slot | Bit | Constant
Placing = Callable[[Ref], Place]
State = Sequence[int]
Test = Callable[[State], bool]
Number = Callable[[State], int]
