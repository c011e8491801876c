"""The order in which a graph's positions can be judged: from the ends backwards, positions that lead to each other together.

Positions that lead to each other stand at places that do. So only within such places are positions looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchline.explore.graph import Graph


class Part(NamedTuple):
    """Some positions, judged one after the other, or all of them together."""

    members: Sequence[int]
    """Each after everything that it leads to; where they lead to each other, in any order."""
    together: bool
    """Whether each of them leads to each, if only to itself."""


Order = list[Part]


def components(graph: Graph) -> Order:
    """Every position once, each after everything that it leads to, but for those that lead to each other."""
    firsts, lasts, targets = _places(graph)
    walk, inner = _Walk(firsts, lasts, targets), _Walk(graph.first, graph.last, graph.target)
    found: Order = []
    for places in walk.sets(range(len(firsts))):
        positions = [number for place in places for number in graph.at.get(place, ())]
        if len(places) == 1 and places[0] not in targets[firsts[places[0]] : lasts[places[0]]]:
            inner.pass_by(positions)
            found.append(Part(positions, together=False))
        else:
            found += _parts(graph, inner.sets(positions))
    return found


def _parts(graph: Graph, sets: Iterable[list[int]]) -> Iterator[Part]:
    """The sets as parts; those of one position that does not lead to itself in one part, as long as none of another kind comes between."""
    alone: list[int] = []
    first, last, target = graph.first, graph.last, graph.target
    for members in sets:
        one = members[0]
        if len(members) == 1 and one not in target[first[one] : last[one]]:
            alone.append(one)
            continue
        if alone:
            yield Part(alone, together=False)
            alone = []
        yield Part(members, together=True)
    if alone:
        yield Part(alone, together=False)


def _places(graph: Graph) -> tuple[list[int], list[int], list[int]]:
    """Where each place's leads begin and end, and the leads."""
    firsts, lasts, targets = list[int](), list[int](), list[int]()
    for place in range(len(graph.scenario.layout.places)):
        firsts.append(len(targets))
        targets += sorted(graph.leads.get(place, ()))
        lasts.append(len(targets))
    return firsts, lasts, targets


class _Walk:
    """Strongly connected sets (Tarjan, without recursion) of what leads to `target[first[one]:last[one]]`."""

    def __init__(self, first: Sequence[int], last: Sequence[int], target: Sequence[int]) -> None:
        self._last, self._target = last, target
        self._following = list(first)
        self._index = [0] * len(first)
        self._low = [0] * len(first)
        self._stack: list[int] = []
        self._on_stack = bytearray(len(first))
        self._count = 0

    def pass_by(self, members: Iterable[int]) -> None:
        """These need not be met."""
        index = self._index
        for one in members:
            index[one] = -1

    def sets(self, roots: Iterable[int]) -> Iterator[list[int]]:
        """The sets that the roots lead to and that were not met before, each after everything that it leads to."""
        for root in roots:
            if not self._index[root]:
                yield from self._from(root)

    def _from(self, root: int) -> Iterator[list[int]]:
        index, low, following, last, target = self._index, self._low, self._following, self._last, self._target
        stack, on_stack, work = self._stack, self._on_stack, [root]
        self._meet(root)
        while work:
            here = work[-1]
            move = following[here]
            if move < last[here]:
                following[here] = move + 1
                there = target[move]
                if not index[there]:
                    self._meet(there)
                    work.append(there)
                elif on_stack[there] and index[there] < low[here]:
                    low[here] = index[there]
                continue
            work.pop()
            if work and low[here] < low[work[-1]]:
                low[work[-1]] = low[here]
            if low[here] == index[here]:
                yield _taken(stack, on_stack, here)

    def _meet(self, one: int) -> None:
        self._count += 1
        self._index[one] = self._low[one] = self._count
        self._stack.append(one)
        self._on_stack[one] = 1


def _taken(stack: list[int], on_stack: bytearray, root: int) -> list[int]:
    """The top of the stack down to `root`."""
    members = []
    while True:
        one = stack.pop()
        on_stack[one] = 0
        members.append(one)
        if one == root:
            return members
