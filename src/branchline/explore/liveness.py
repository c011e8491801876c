"""What a position must hold so that nothing that can still happen, or still be worth something, depends on what it leaves out.

Backwards data flow over the nodes. An atom is one integer of a Core, or one bit of MADE, DONE, SEEN or of what was paid; it is live at a
node where a condition that can still be met reads it before something overwrites it. Conditions on lines change no position and do not
count; what an effect reads counts only where what it changes is live; facts are constants.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, HEAT, MADE, NODE, SEEN, TRUST, Choice, Core, Ending, Node
from branchline.content.language import Bit, Effect, Operation, RefKind, Slot, refs
from branchline.content.language.fold import fold
from branchline.content.language.tree import Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from branchline.content.compiled import Guard, Scenario, Target, Tree
    from branchline.content.language import Expr, Ref

BITS = (MADE, DONE, SEEN)
"""The integers of a Core of which each bit is an atom of its own."""


LASTING = frozenset({RefKind.VISITED, RefKind.CHOSE, RefKind.DONE})
"""What nothing takes back."""
MOST_LASTING = 12
"""So many lasting things at most tell one case from another; 2 to that power is how many cases there can be."""


class Asked(NamedTuple):
    """What the worth of a choice depends on, beside what is open."""

    done: int = 0
    """Bits of DONE."""
    paid: int = 0
    """Its own bit among the paid ones, 0 where it can earn or lose but once anyway."""


class Atoms:
    """Atoms as bits of one integer: those of whole integers first, then the bits of each mask."""

    def __init__(self, scenario: Scenario, paid: int) -> None:
        """`paid` is how many choices have a paid bit; they stand in one integer behind those of the Core."""
        layout = scenario.layout
        self.size = len(layout.blank) + 1
        widths = {MADE: max((c.bit.bit_length() for n in scenario.nodes.values() for c in n.choices), default=0)}
        widths[DONE] = len(layout.steps)
        widths[SEEN] = max((node.seen.bit_length() for node in scenario.nodes.values()), default=0)
        widths[self.size - 1] = paid
        self._offsets: dict[int, tuple[int, int]] = {}
        offset = self.size
        for index, width in widths.items():
            self._offsets[index] = offset, (1 << width) - 1
            offset += width

    def whole(self, index: int) -> int:
        """The atom of an integer that is no mask."""
        return 1 << index

    def bits(self, index: int, mask: int) -> int:
        """The atoms of some bits of a mask."""
        return mask << self._offsets[index][0]

    @property
    def paid(self) -> int:
        """The index of the integer with the paid bits."""
        return self.size - 1

    def of(self, place: object) -> int:
        """The atoms of a place; none of a constant."""
        match place:
            case Slot(index):
                return 1 << index
            case Bit(index, bit):
                return self.bits(index, 1 << bit)
        return 0

    def masks(self, live: int) -> Core:
        """What each integer of a Core is and-ed with so that only live atoms are left."""
        found = [-1 if live >> index & 1 else 0 for index in range(self.size)]
        found[0] = -1
        for index, (offset, every) in self._offsets.items():
            found[index] = live >> offset & every
        return tuple(found)


class _Way(NamedTuple):
    """One way from a node to its targets, as atoms: guards are read last, effects happen before, `sets` first of all."""

    targets: tuple[int, ...]
    guards: int
    effects: tuple[tuple[int, int, bool], ...]
    """Target, reads and whether the target is overwritten, the last effect first."""
    sets: int
    asks_heat: bool
    asks: int


class Liveness:
    """Which atoms are live at each node, once certain things have happened that nothing takes back."""

    def __init__(self, scenario: Scenario, start: Core, asked: Mapping[str, Asked] | None = None, happened: int = 0) -> None:
        """`start` holds the facts; `asked` says by `node.choice` what values depend on, None where only ways matter.

        `happened` are bits of MADE, DONE and SEEN, as atoms, that are set: what they close is no way any more.
        """
        self._scenario = scenario
        self._start = start
        self._asked = asked or {}
        self._happened = happened
        self._trees: Mapping[Callable[..., object], Tree] = scenario.trees()
        self._facts = sum(1 << index for index, _ in scenario.layout.facts.values())
        self.atoms = Atoms(scenario, sum(1 for each in self._asked.values() if each.paid))
        self._entered = [0] * len(scenario.layout.places)
        self._standing = [0] * len(scenario.layout.places)
        self._flow()

    def masks(self) -> tuple[Core, ...]:
        """By place: what a position standing there is and-ed with."""
        return tuple(self.atoms.masks(self._facts | standing) for standing in self._standing)

    def _condition(self, guard: Guard | None) -> tuple[int, bool | None]:
        """The atoms that a condition reads, and what it must be, None where that depends."""
        if guard is None:
            return 0, True
        tree = self._trees[guard]
        whole: Expr = tree.parts[0]  # type: ignore[assignment]  # a guard's tree is a condition
        rest = fold(whole, lambda ref: self._known(ref, tree))
        reads = self._named(refs(rest), tree) | self._named(refs(whole), tree) & self._happened
        return reads, bool(rest.value) if isinstance(rest, Literal) else None

    def _known(self, ref: Ref, tree: Tree) -> int | None:
        """The value of a fact, and of what has happened."""
        where = tree.place(ref)
        if ref.kind is RefKind.FACT and isinstance(where, Slot):
            return self._start[where.index]
        return 1 if ref.kind in LASTING and self.atoms.of(where) & self._happened else None

    def _named(self, names: Iterable[Ref], tree: Tree) -> int:
        found = 0
        for ref in names:
            found |= self.atoms.of(tree.place(ref))
        return found & ~self._facts

    def _effects(self, move: Callable[..., object] | None) -> tuple[tuple[int, int, bool], ...]:
        if move is None:
            return ()
        tree = self._trees[move]
        return tuple(self._effect(part, tree) for part in reversed(tree.parts) if isinstance(part, Effect))

    def _effect(self, effect: Effect, tree: Tree) -> tuple[int, int, bool]:
        return self.atoms.of(tree.place(effect.target)), self._named(refs(effect.value), tree), effect.operation is Operation.ASSIGN

    def _targets(self, targets: Sequence[Target]) -> tuple[tuple[int, ...], int]:
        """Where it can still lead, and what is read to know."""
        reads, places = 0, []
        for target in targets:
            asked, holds = self._condition(target.when)
            reads |= asked
            if holds is not False:
                places.append(target.place)
            if holds:
                break
        return tuple(places), reads

    def _reply(self, choice: Choice) -> _Way:
        """One choice, and what is read to know whether it is open; where it cannot be opened again it leads nowhere."""
        made = self.atoms.bits(MADE, choice.bit if choice.once else 0)
        (when, shown), (locked, shut) = self._condition(choice.when), self._condition(choice.locked)
        open_reads = made | when | (locked if choice.locked is not None else 0)
        if made & self._happened or shown is False or (choice.locked is not None and shut):
            return _Way((), 0, (), 0, asks_heat=False, asks=open_reads)
        places, guards = self._targets(choice.targets)
        asked = self._asked.get(choice.name, Asked())
        paid = self.atoms.bits(self.atoms.paid, asked.paid)
        sets = self.atoms.bits(MADE, choice.bit) | self.atoms.bits(DONE, choice.steps) | paid
        asks = open_reads | self.atoms.bits(DONE, asked.done) | paid
        return _Way(places, guards, self._effects(choice.effects), sets, choice.trust != choice.trust_hot, asks)

    def _ways(self, node: Node) -> tuple[_Way, ...]:
        ways = [self._reply(choice) for choice in node.choices]
        silence = node.timeout.targets if node.timeout is not None else ()
        ways += [_Way(*self._targets(targets), (), 0, asks_heat=False, asks=0) for targets in (silence, node.targets) if targets]
        if node.draws:
            ways.append(_Way(node.draws, 0, (), 0, asks_heat=False, asks=0))
        return tuple(ways)

    def _flow(self) -> None:
        """Until nothing more is found live anywhere."""
        nodes = [place for place in self._scenario.layout.places if isinstance(place, Node)]
        ways = {node.index: self._ways(node) for node in nodes}
        enters = {node.index: (self._effects(node.on_enter), self.atoms.bits(SEEN, node.seen)) for node in nodes}
        leading: dict[int, set[int]] = {}
        for node in nodes:
            for way in ways[node.index]:
                for target in way.targets:
                    leading.setdefault(target, set()).add(node.index)
        waiting = {node.index for node in nodes}
        while waiting:
            place = waiting.pop()
            standing = self._standing[place]
            for way in ways[place]:
                standing |= self._before(way)
            self._standing[place] = standing
            effects, seen = enters[place]
            entered = _undone(standing, effects) & ~seen
            if entered != self._entered[place]:
                self._entered[place] = entered
                waiting |= leading.get(place, set())

    def _before(self, way: _Way) -> int:
        live = way.guards
        for target in way.targets:
            live |= self._entered[target]
        live = _undone(live, way.effects)
        if way.asks_heat and live >> TRUST & 1:
            live |= 1 << HEAT
        return live & ~way.sets | way.asks


class Masks(dict[tuple[int, int, int], tuple[Core, ...]]):
    """What positions are and-ed with: by the lasting bits of SEEN, DONE and MADE that are set, then by place.

    Ways that have closed for good no longer keep anything live, and what is live no longer depends on them.
    """

    def __init__(self, scenario: Scenario, start: Core, asked: Mapping[str, Asked] | None = None) -> None:
        """As of Liveness."""
        super().__init__()
        self._given = scenario, start, asked
        self._atoms = Liveness(*self._given).atoms
        self.seen, self.done, self.made = _lasting(scenario)

    def __missing__(self, happened: tuple[int, int, int]) -> tuple[Core, ...]:
        seen, done, made = happened
        atoms = self._atoms.bits(SEEN, seen) | self._atoms.bits(DONE, done) | self._atoms.bits(MADE, made)
        found = self[happened] = Liveness(*self._given, atoms).masks()
        return found

    def of(self, core: Core) -> Core:
        """The mask of this position."""
        return self[core[SEEN] & self.seen, core[DONE] & self.done, core[MADE] & self.made][core[NODE]]


def _lasting(scenario: Scenario) -> tuple[int, int, int]:
    """The bits of SEEN, DONE and MADE that conditions of ways read, the first `MOST_LASTING` of them."""
    trees = scenario.trees()
    found: dict[tuple[int, int], None] = {}
    for guard in _ways_on(scenario):
        tree = trees[guard]
        for ref in sorted(refs(tree.parts[0])):
            where = tree.place(ref)
            if ref.kind in LASTING and isinstance(where, Bit):
                found[where.index, where.bit] = None
    masks = dict.fromkeys(BITS, 0)
    for index, bit in list(found)[:MOST_LASTING]:
        masks[index] |= 1 << bit
    return masks[SEEN], masks[DONE], masks[MADE]


def _ways_on(scenario: Scenario) -> Iterator[Guard]:
    for node in scenario.nodes.values():
        silence = node.timeout.targets if node.timeout is not None else ()
        targets = [*node.targets, *silence, *(target for choice in node.choices for target in choice.targets)]
        for guard in (*(target.when for target in targets), *node.gates):
            if guard is not None:
                yield guard


def _undone(live: int, effects: Sequence[tuple[int, int, bool]]) -> int:
    """What is live before the effects, given last first, where `live` is live after them."""
    for target, reads, overwrites in effects:
        if live & target:
            if overwrites:
                live &= ~target
            live |= reads
    return live


def through_bits(scenario: Scenario) -> tuple[tuple[Node | Ending, ...], dict[int, str]]:
    """The places with a SEEN bit of its own for each node that is only passed through, and the node's id by that bit."""
    used = max((node.seen.bit_length() for node in scenario.nodes.values()), default=0)
    passed: dict[int, str] = {}
    places: list[Node | Ending] = []
    for place in scenario.layout.places:
        if isinstance(place, Node) and place.targets:
            bit = 1 << used + len(passed)
            passed[bit] = place.id
            places.append(_marked(place, bit))
        else:
            places.append(place)
    return tuple(places), passed


def _marked(node: Node, bit: int) -> Node:
    return replace(node, seen=node.seen | bit, quiet=False)
