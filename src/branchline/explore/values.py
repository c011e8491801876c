"""`V`, the best total that can still be reached from each position: maximum over choices, expectation over draws (scoring page).

Backwards from the ends. No move within a set of positions that lead to each other earns or costs anything, so within one the best way out
is worth the same from everywhere that can choose it; where chance has a say in it, policies are improved until none is better. Silence is
taken only where nothing can be said. A position from which no play surely comes to an end is worth −∞.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING

from branchline.content.compiled import NODE, Ending, Node
from branchline.explore.chance import improved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.explore.graph import Graph


def moves_of(graph: Graph, position: int) -> range:
    """What decides a position's value: its open choices, its branches, or its silence where it has nothing else."""
    first, last = graph.first[position], graph.last[position]
    place = graph.scenario.layout.places[graph.cores[position][NODE]]
    spare = isinstance(place, Node) and place.timeout is not None and last - first > 1
    return range(first, last - 1 if spare else last)


def values(graph: Graph, order: Sequence[list[int]], worth: Callable[[Ending], float]) -> list[float]:
    """V of each position."""
    found = [-inf] * len(graph.cores)
    for position, ending in graph.ends.items():
        found[position] = worth(ending)
    places = graph.scenario.layout.places
    silent = {place.index for place in places if isinstance(place, Node) and place.timeout is not None}
    chance = {place.index for place in places if isinstance(place, Node) and place.draws}
    target, points, first, last, cores, loops = graph.target, graph.points, graph.first, graph.last, graph.cores, graph.loops
    for members in order:
        position = members[0]
        if len(members) > 1 or position in loops:
            random = any(cores[one][NODE] in chance for one in members)
            inner = improved(graph, members, found, moves_of) if random else _together(graph, members, found)
            for one, value in inner.items():
                found[one] = value
        elif cores[position][NODE] in chance:
            found[position] = expected(graph, position, found)
        elif first[position] < last[position]:
            moves = moves_of(graph, position) if cores[position][NODE] in silent else range(first[position], last[position])
            found[position] = max([points[move] + found[target[move]] for move in moves])
    return found


def expected(graph: Graph, position: int, found: Sequence[float]) -> float:
    """The mean over the branches of a draw."""
    node: Node = graph.scenario.layout.places[graph.cores[position][NODE]]  # type: ignore[assignment]  # it has draws
    whole = sum(node.weights)
    return sum(weight / whole * found[graph.target[graph.first[position] + branch]] for branch, weight in enumerate(node.weights) if weight)


def _together(graph: Graph, members: Sequence[int], found: Sequence[float]) -> dict[int, float]:
    """V of positions that lead to each other by decisions alone."""
    inside = set(members)
    leading: dict[int, list[tuple[int, float]]] = {}
    best = dict.fromkeys(members, -inf)
    for position in members:
        for move in moves_of(graph, position):
            there = graph.target[move]
            if there in inside:
                leading.setdefault(there, []).append((position, graph.points[move]))
            else:
                best[position] = max(best[position], graph.points[move] + found[there])
    heap = [(-value, position) for position, value in best.items() if value > -inf]
    heapify(heap)
    while heap:
        negative, position = heappop(heap)
        if -negative < best[position]:
            continue
        for before, points in leading.get(position, ()):
            if points - negative > best[before]:
                best[before] = points - negative
                heappush(heap, (-best[before], before))
    return best
