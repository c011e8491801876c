"""A position as one integer: the integers of its Core side by side, each as wide as its domain, with the paid bits on top.

Facts stand in none, for nothing changes them, and neither do the counters of draws, which only a seed reads. Where a mask takes an integer
out it reads as the least of its domain. The place stands in the lowest bits, so that `key & packing.place` is its index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, HEAT, MADE, NODE, SEEN, TRUST, TURNS, Node
from branchline.content.language import Bit, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.content.compiled import Core, Scenario

GAUGE = 100
"""The most that trust and heat can be."""


class _Field(NamedTuple):
    """Where one integer of a Core stands, what is taken from it, and its ones before the shift."""

    index: int
    shift: int
    low: int
    ones: int


class Packing:
    """How the positions of one scenario are packed."""

    def __init__(self, scenario: Scenario, start: Core, paid: int) -> None:
        """`start` holds the facts; `paid` is how many choices have a paid bit."""
        self._start = start
        shift, fields = 0, []
        for index, low, high in _domains(scenario):
            ones = (1 << (high - low).bit_length()) - 1
            fields.append(_Field(index, shift, low, ones))
            shift += ones.bit_length()
        self._fields = tuple(fields)
        self._by_index = {field.index: field for field in fields}
        self.place = self.whole(NODE)
        self._paid = _Field(len(start), shift, 0, (1 << paid) - 1)
        self._by_index[len(start)] = self._paid
        self.every_paid = self.whole(len(start))

    def pack(self, core: Core, paid: int = 0) -> int:
        """The whole position."""
        key = paid << self._paid.shift
        for index, shift, low, ones in self._fields:
            key |= (core[index] - low & ones) << shift
        return key

    def unpack(self, key: int) -> Core:
        """The Core that a position is packed from, as far as it holds it."""
        core = list(self._start)
        for index, shift, low, ones in self._fields:
            core[index] = (key >> shift & ones) + low
        return tuple(core)

    def paid(self, key: int) -> int:
        """The paid bits of a position."""
        return key >> self._paid.shift

    def whole(self, index: int) -> int:
        """The bits of one integer; none of one that is left out."""
        field = self._by_index.get(index)
        return 0 if field is None else field.ones << field.shift

    def bits(self, index: int, mask: int) -> int:
        """Some bits of one integer that is a mask."""
        field = self._by_index[index]
        return (mask & field.ones) << field.shift

    def paid_bits(self, mask: int) -> int:
        """Some of the paid bits."""
        return self.bits(self._paid.index, mask)

    def of(self, place: object) -> int:
        """The bits of what an expression reads; none of a constant or a fact."""
        match place:
            case Slot(index):
                return self.whole(index)
            case Bit(index, bit):
                return self.bits(index, 1 << bit)
        return 0


def _domains(scenario: Scenario) -> Iterator[tuple[int, int, int]]:
    """The index, the least and the most of each integer that stands in a position."""
    layout = scenario.layout
    nodes = [place for place in layout.places if isinstance(place, Node)]
    yield NODE, 0, len(layout.places) - 1
    for index, domain in layout.variables.values():
        yield index, domain.low, domain.high
    for times, limit in sorted({(node.times, node.times_limit) for node in nodes if node.times}):
        yield times, 0, limit
    yield TURNS, 0, layout.turns_limit
    yield TRUST, 0, GAUGE
    yield HEAT, 0, GAUGE
    for index, width in ((DONE, len(layout.steps)), (MADE, len(layout.choices)), (SEEN, max((n.seen.bit_length() for n in nodes), default=0))):
        yield index, 0, (1 << width) - 1


__all__ = ["Packing"]
