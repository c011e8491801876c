"""A position as one integer: the integers of its Core side by side, each as wide as its domain, with the paid bits on top.

Facts stand in none, for nothing changes them, and neither does what nothing asks for, such as the counters of draws, which only a seed
reads. Where a mask takes an integer out it reads as the least of its domain. The place stands in the lowest bits, so that
`key & packing.place` is its index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, HEAT, MADE, NODE, SEEN, TRUST, TURNS, Node
from branchline.content.language import Bit, Effect, Slot, refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.content.compiled import Core, Guard, Scenario, Tree
    from branchline.content.language import Ref

GAUGE = 100
"""The most that trust and heat can be."""


class _Field(NamedTuple):
    """Where one integer of a Core stands, what is taken from it, and its ones before the shift."""

    slot: int
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
        self._by_index = {field.slot: field for field in fields}
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
        return self.bits(self._paid.slot, mask)

    def of(self, place: object) -> int:
        """The bits of what an expression reads; none of a constant or a fact."""
        match place:
            case Slot(index):
                return self.whole(index)
            case Bit(index, bit):
                return self.bits(index, 1 << bit)
        return 0


def _domains(scenario: Scenario) -> Iterator[tuple[int, int, int]]:
    """The index, the least and the most of each integer that stands in a position; the place first."""
    layout = scenario.layout
    nodes = [place for place in layout.places if isinstance(place, Node)]
    yield NODE, 0, len(layout.places) - 1
    for index, width in (
        (DONE, len(layout.steps)),
        (MADE, len(layout.choices)),
        (SEEN, max((n.seen.bit_length() for n in nodes), default=0)),
    ):
        yield index, 0, (1 << width) - 1
    bounds = {index: (domain.low, domain.high) for index, domain in layout.variables.values()}
    bounds |= {node.times: (0, node.times_limit) for node in nodes}
    bounds |= {TURNS: (0, layout.turns_limit), TRUST: (0, GAUGE), HEAT: (0, GAUGE)}
    for index in sorted(_asked(scenario) & bounds.keys()):
        yield index, *bounds[index]


def _asked(scenario: Scenario) -> set[int]:
    """The integers on which it can depend where something leads: those that guards read, and what effects on those read."""
    trees, found = scenario.trees(), set[int]()
    effects: list[tuple[int, set[int]]] = []
    choices = [choice for node in scenario.nodes.values() for choice in node.choices]
    if any(choice.trust != choice.trust_hot for choice in choices):
        effects.append((TRUST, {HEAT}))
    for guard in guards(scenario):
        found |= _indices(refs(trees[guard].parts[0]), trees[guard])
    for move in (*(choice.effects for choice in choices), *(node.on_enter for node in scenario.nodes.values())):
        for part in trees[move].parts if move is not None else ():
            if isinstance(part, Effect):
                effects += [(index, _indices(refs(part.value), trees[move])) for index in _indices((part.target,), trees[move])]  # type: ignore[index]
    waiting = list(found)
    while waiting:
        target = waiting.pop()
        new = {index for changed, reads in effects if changed == target for index in reads} - found
        found |= new
        waiting += new
    return found


def _indices(names: Iterable[Ref], tree: Tree) -> set[int]:
    places = (tree.place(ref) for ref in names)
    return {place.index for place in places if isinstance(place, Slot | Bit)}


def guards(scenario: Scenario) -> Iterator[Guard]:
    """The conditions that decide where something leads and what is open; those on lines decide nothing."""
    for node in scenario.nodes.values():
        silence = node.timeout.targets if node.timeout is not None else ()
        targets = [*node.targets, *silence, *(target for choice in node.choices for target in choice.targets)]
        for guard in (*(target.when for target in targets), *node.gates):
            if guard is not None:
                yield guard
