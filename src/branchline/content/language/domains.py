"""What a condition can speak of: the domains of variables, the kinds of facts, references, and the scope that declares them.

Every value is an integer at run time: a flag is 0 or 1, an enum word its index, a number fact its hundredths, a word fact its `word_code`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY: Final[Mapping[str, int | str | bool]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Flag:
    """False or true, held as 0 or 1."""

    low: int = field(default=0, init=False)
    high: int = field(default=1, init=False)


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from `low` to `high`, both included; assignments saturate."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Words:
    """One of `words`, held as its index."""

    words: tuple[str, ...]

    @property
    def low(self) -> int:
        """The index of the first word."""
        return 0

    @property
    def high(self) -> int:
        """The index of the last word."""
        return len(self.words) - 1


Domain = Flag | Range | Words
GAUGE: Final = Range(0, 100)
"""What trust and heat can be."""


class FactType(StrEnum):
    """How a fact is held: integer hundredths, 0 or 1, or the `word_code` of a word."""

    NUMBER = "number"
    FLAG = "flag"
    WORD = "word"


class RefKind(StrEnum):
    """What a reference reads."""

    # References are hashed by the thousand; an enum would hash the name of its member in Python.
    __hash__ = str.__hash__

    VARIABLE = "variable"
    TRUST = "trust"
    HEAT = "heat"
    TURNS = "turns"
    FACT = "fact"
    VISITED = "visited"
    TIMES = "times"
    CHOSE = "chose"
    DONE = "done"


class Ref(NamedTuple):
    """One thing that an expression reads: `name` is the variable, fact, node, `node.choice` or `SOP/step`; empty for trust, heat, turns."""

    kind: RefKind
    name: str = ""

    def __str__(self) -> str:
        """As it is written in an expression."""
        if self.kind in {RefKind.VARIABLE, RefKind.FACT}:
            return self.name
        return f"{self.kind}({self.name})" if self.name else str(self.kind)


COUNTERS: Final = frozenset({RefKind.TURNS, RefKind.TIMES})
"""What only grows, and is held no further than one above what it is compared with."""
GAUGES: Final = {"trust": RefKind.TRUST, "heat": RefKind.HEAT, "turns": RefKind.TURNS}
"""The names that every scope knows."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that an expression may use; `nodes`, `choices` and `steps` are not checked where they are None.

    `constants` are the parameters of a part: each name stands for its value.
    """

    variables: Mapping[str, Domain]
    facts: Mapping[str, FactType]
    nodes: frozenset[str] | None = None
    choices: frozenset[str] | None = None
    steps: frozenset[str] | None = None
    constants: Mapping[str, int | str | bool] = field(default_factory=lambda: EMPTY)

    def names(self) -> set[str]:
        """Every name that can be read as a value."""
        return {*self.constants, *GAUGES, *self.variables, *self.facts}

    def words(self) -> set[str]:
        """Every word that some variable can hold."""
        return {word for domain in self.variables.values() if isinstance(domain, Words) for word in domain.words}


def word_code(word: str) -> int:
    """The integer that stands for a fact's word, the same on every machine: CRC-32 of its UTF-8 form."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
