"""What a position must hold so that nothing that can still happen, or still be worth something, depends on what it leaves out.

Backwards data flow over the nodes, in bits of packed positions. An integer, or one bit of MADE, DONE, SEEN or of what was paid, is live at
a node where a condition that can still be met reads it before something overwrites it. Conditions on lines change no position and do not
count; what an effect reads counts only where what it changes is live; facts are constants.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, HEAT, MADE, SEEN, TRUST, Choice, Ending, Node
from branchline.content.language import Bit, refs
from branchline.explore.packing import guards
from branchline.explore.reads import LASTING, Reads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.compiled import Core, Guard, Scenario, Target
    from branchline.explore.packing import Packing
    from branchline.explore.reads import Asked, Change

MOST_LASTING = 12
"""So many lasting things at most tell one case from another; 2 to that power is how many cases there can be."""


class _Way(NamedTuple):
    """One way from a node to its targets: guards are read last, effects happen before, `sets` first of all."""

    targets: tuple[int, ...]
    guards: int
    effects: tuple[Change, ...]
    sets: int
    asks_heat: bool
    asks: int


class _Liveness:
    """Which bits are live at each place, once certain things have happened that nothing takes back."""

    def __init__(self, scenario: Scenario, reads: Reads, packing: Packing, asked: Mapping[str, Asked], happened: int) -> None:
        """`happened` are bits of MADE, DONE and SEEN that are set: what they close is no way any more."""
        self._scenario, self._reads, self._packing, self._asked, self._happened = scenario, reads, packing, asked, happened
        self._trust, self._heat = packing.whole(TRUST), packing.whole(HEAT)
        self._entered = [0] * len(scenario.layout.places)
        self.standing = [0] * len(scenario.layout.places)
        self._flow()

    def _condition(self, guard: Guard | None) -> tuple[int, bool | None]:
        """The bits that a condition reads, and what it must be, None where that depends."""
        return (0, True) if guard is None else self._reads.folded(guard, self._happened)

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
        packing = self._packing
        made = packing.bits(MADE, choice.bit if choice.once else 0)
        (when, shown), (locked, shut) = self._condition(choice.when), self._condition(choice.locked)
        open_reads = made | when | (locked if choice.locked is not None else 0)
        if made & self._happened or shown is False or (choice.locked is not None and shut):
            return _Way((), 0, (), 0, asks_heat=False, asks=open_reads)
        places, guards = self._targets(choice.targets)
        done, own = self._asked.get(choice.name, (0, 0))
        paid = packing.paid_bits(own)
        sets = packing.bits(MADE, choice.bit) | packing.bits(DONE, choice.steps) | paid
        asks = open_reads | packing.bits(DONE, done) | paid
        return _Way(places, guards, self._reads.changes(choice.effects), sets, choice.trust != choice.trust_hot, asks)

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
        enters = {node.index: (self._reads.changes(node.on_enter), self._packing.bits(SEEN, node.seen)) for node in nodes}
        leading: dict[int, set[int]] = {}
        for node in nodes:
            for way in ways[node.index]:
                for target in way.targets:
                    leading.setdefault(target, set()).add(node.index)
        waiting = {node.index for node in nodes}
        while waiting:
            place = waiting.pop()
            standing = self.standing[place]
            for way in ways[place]:
                standing |= self._before(way)
            self.standing[place] = standing
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
        if way.asks_heat and live & self._trust:
            live |= self._heat
        return live & ~way.sets | way.asks


class Masks(dict[int, tuple[int, ...]]):
    """What packed positions are and-ed with: by the lasting bits of SEEN, DONE and MADE that are set, then by place.

    Ways that have closed for good no longer keep anything live, and what is live no longer depends on them.
    """

    def __init__(self, scenario: Scenario, packing: Packing, start: Core, asked: Mapping[str, Asked]) -> None:
        """`start` holds the facts; `asked` says by `node.choice` what values depend on, nothing where only ways matter."""
        super().__init__()
        self._given = scenario, Reads(scenario, packing, start), packing, asked
        self._place = packing.place
        self.lasting = _lasting(scenario, packing)

    def __missing__(self, happened: int) -> tuple[int, ...]:
        live = _Liveness(*self._given, happened).standing
        found = self[happened] = tuple(standing | self._place for standing in live)
        return found

    def masked(self, key: int) -> int:
        """The position that stands for this one."""
        return key & self[key & self.lasting][key & self._place]


def _lasting(scenario: Scenario, packing: Packing) -> int:
    """The bits of SEEN, DONE and MADE that conditions of ways read, the first `MOST_LASTING` of them."""
    trees = scenario.trees()
    found: dict[int, None] = {}
    for guard in guards(scenario):
        tree = trees[guard]
        for ref in sorted(refs(tree.parts[0])):
            where = tree.place(ref)
            if ref.kind in LASTING and isinstance(where, Bit):
                found[packing.of(where)] = None
    return sum(list(found)[:MOST_LASTING])


def _undone(live: int, effects: Sequence[Change]) -> int:
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
