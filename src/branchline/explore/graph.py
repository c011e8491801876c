"""Every position that can be reached, breadth first, with the fewest decisions to each.

A position is a packed Core, and-ed with the mask of its place: what two positions cannot differ in is 0 in both, so that they are one.
Time-outs are decisions, draws are none; the draws of a level are followed before its decisions are. Positions and moves are numbered as
they are found, so that of two positions the one with the lower number takes no more decisions.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count, islice, repeat
from math import inf
from typing import TYPE_CHECKING

from branchline.content.compiled import SEEN, Ending
from branchline.explore.stands import TIMEOUT, Plan, Ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from branchline.content.compiled import Core, Node, Scenario
    from branchline.explore.liveness import Masks
    from branchline.explore.packing import Packing


@dataclass
class Graph:
    """Positions by number, from 0, the start; and the moves between them.

    The moves of position `i` are numbered `first[i]` up to, not with, `last[i]`; open choices in authored order, then silence.
    """

    scenario: Scenario
    packing: Packing
    masks: Masks
    keys: list[int] = field(default_factory=list)
    index: Mapping[int, int] = field(default_factory=dict)
    """The number of each position."""
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)
    """The positions whose moves were followed, in the order of the moves."""
    target: list[int] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    """Each move as scripts name it: `node.choice`, `node!timeout` or `node~branch`."""
    passed: dict[str, int] = field(default_factory=dict)
    """The first move that went through each node that nobody stops at; -1 where that was the beginning."""
    leads: dict[int, set[int]] = field(default_factory=dict)
    """The places that some move leads to, by the place it leads from."""
    complete: bool = True

    # What follows is asked for once the graph has grown.

    @cached_property
    def source(self) -> list[int]:
        """The position that each move leads from."""
        return list(chain.from_iterable(map(repeat, self.followed, (self.last[one] - self.first[one] for one in self.followed))))

    @cached_property
    def parent(self) -> list[int]:
        """The move by which each position was reached first, -1 of the start."""
        found = dict(zip(reversed(self.target), reversed(range(len(self.target))), strict=True))
        return [-1, *(found[position] for position in range(1, len(self.keys)))]

    @cached_property
    def at(self) -> Mapping[int, Sequence[int]]:
        """The positions at each place, the nearest first; none at a place that is not reached."""
        found: dict[int, list[int]] = defaultdict(list)
        place = self.packing.place
        for number, key in enumerate(self.keys):
            found[key & place].append(number)
        found.default_factory = None  # type: ignore[attr-defined]  # a defaultdict
        return found

    @cached_property
    def ends(self) -> dict[int, Ending]:
        """The endings by the number of their position."""
        endings = (place for place in self.scenario.layout.places if isinstance(place, Ending))
        return {number: ending for ending in endings for number in self.at.get(ending.index, ())}

    @cached_property
    def decided(self) -> list[int]:
        """Up to, not with, which move what is done at a position decides what it is worth: silence does so only where it is alone."""
        found = list(self.last)
        for node in self.nodes(lambda node: node.timeout is not None):
            for number in self.at.get(node.index, ()):
                if self.last[number] - self.first[number] > 1:
                    found[number] -= 1
        return found

    def deciding(self, position: int) -> range:
        """The moves that decide what a position is worth."""
        return range(self.first[position], self.decided[position])

    @cached_property
    def draws(self) -> frozenset[int]:
        """The positions where chance decides."""
        return frozenset(number for node in self.nodes(lambda node: bool(node.draws)) for number in self.at.get(node.index, ()))

    def nodes(self, where: Callable[[Node], bool]) -> Iterable[Node]:
        """The nodes of the scenario of which that is true."""
        return (node for node in self.scenario.nodes.values() if where(node))

    def node(self, position: int) -> Node | Ending:
        """Where a position stands."""
        return self.scenario.layout.places[self.keys[position] & self.packing.place]

    def key(self, core: Core, paid: int = 0) -> int:
        """The position that stands for this one."""
        return self.masks.masked(self.packing.pack(core, paid))

    def witness(self, position: int) -> tuple[str, ...]:
        """The words that lead to it with the fewest decisions."""
        words = []
        while (move := self.parent[position]) >= 0:
            words.append(self.word[move])
            position = self.source[move]
        return tuple(reversed(words))

    def after(self, move: int) -> tuple[str, ...]:
        """The words up to and with a move; none where it is -1."""
        return () if move < 0 else (*self.witness(self.source[move]), self.word[move])


def grow(plan: Plan, budget: int, progress: Callable[[int], None] | None = None) -> Graph:
    """The graph, or as much of it as `budget` moves show; `progress` hears the number of moves after each level."""
    growth = _Growth(plan, budget)
    while stops := growth.stops():
        if not growth.follow(stops):
            growth.graph.complete = False
            break
        if progress is not None:
            progress(len(growth.graph.target))
    return growth.grown()


class _Growth:
    """A graph, level by level."""

    def __init__(self, plan: Plan, budget: int) -> None:
        self.graph = graph = Graph(plan.scenario, plan.packing, plan.masks)
        self._budget = budget
        self._ways = Ways(plan, graph.target)
        self._index: defaultdict[int, int] = defaultdict(count().__next__)
        self._begins: list[int] = []
        self._chances = {place.index for place in plan.scenario.layout.places if not isinstance(place, Ending) and place.draws}
        self._ways.note(plan.start[SEEN], -1)
        self._index[graph.key(plan.start)]

    def _fresh(self) -> range:
        """The numbers of the positions that were found since this was asked last."""
        keys = self.graph.keys
        old, new = len(keys), len(self._index)
        keys.extend(reversed(list(islice(reversed(self._index), new - old))))
        return range(old, new)

    def stops(self) -> Sequence[int]:
        """The positions of the next level at which somebody decides; its draws, and those they lead to, are followed."""
        new: Sequence[int] = self._fresh()
        if not self._chances:
            return new
        place, keys, stops = self.graph.packing.place, self.graph.keys, list[int]()
        while new:
            draws = [number for number in new if keys[number] & place in self._chances]
            stops += [number for number in new if keys[number] & place not in self._chances]
            self.follow(draws, limited=False)
            new = self._fresh()
        return stops

    def follow(self, numbers: Sequence[int], *, limited: bool = True) -> bool:
        """Follow what can happen at those positions; False where the budget ran out."""
        graph, index, ways, place = self.graph, self._index, self._ways, self.graph.packing.place
        targets, limit = graph.target, self._budget if limited else inf
        lead, earn, say, begin = targets.append, graph.points.extend, graph.word.extend, self._begins.append
        for key in map(graph.keys.__getitem__, numbers):
            gate, stands = ways[key & place]
            moves, points, words = stands[key & gate]
            move = len(targets)
            if move >= limit and moves:
                break
            begin(move)
            for reads, outcome, swings in moves:
                change, mask = outcome[key & reads]
                for bits, swing in swings:
                    change += swing[key & bits]
                lead(index[key + change & mask])
            earn(points)
            say(words)
        done = len(self._begins) - len(graph.followed)
        graph.followed.extend(numbers[:done])
        return done == len(numbers)

    def grown(self) -> Graph:
        """The graph, with the moves of each position."""
        graph = self.graph
        self._fresh()
        self._index.default_factory = None
        graph.index = self._index
        graph.passed, graph.leads = self._ways.passed, self._ways.leads
        ends = [*self._begins[1:], len(graph.target)][: len(self._begins)]
        graph.first = graph.last = [len(graph.target)] * len(graph.keys)
        if self._chances:
            graph.first, graph.last = list(graph.first), list(graph.first)
            for number, begin, end in zip(graph.followed, self._begins, ends, strict=True):
                graph.first[number], graph.last[number] = begin, end
        else:
            graph.first = self._begins + graph.first[len(self._begins) :]
            graph.last = ends + graph.last[len(ends) :]
        return graph


__all__ = ["TIMEOUT", "Graph", "Plan", "grow"]
