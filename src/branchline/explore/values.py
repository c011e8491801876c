"""`V`, the best total that can still be reached from each position: maximum over choices, expectation over draws (scoring page).

Backwards from the ends. No move within a set of positions that lead to each other earns or costs anything, so within one the best way out
is worth the same from everywhere that can choose it; where chance has a say in it, policies are improved until none is better. Silence is
taken only where nothing can be said. A position from which no play surely comes to an end is worth −∞.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING

from branchline.explore.chance import improved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.content.compiled import Ending, Node
    from branchline.explore.graph import Graph
    from branchline.explore.order import Order


def values(graph: Graph, order: Order, worth: Callable[[Ending], float]) -> list[float]:
    """V of each position."""
    found = [-inf] * len(graph.keys)
    for position, ending in graph.ends.items():
        found[position] = worth(ending)
    draws = graph.draws
    for part in order:
        if part.together:
            random = not draws.isdisjoint(part.members)
            inner = improved(graph, part.members, found) if random else _together(graph, part.members, found)
            for one, value in inner.items():
                found[one] = value
        else:
            _one_by_one(graph, part.members, found)
    return found


def _one_by_one(graph: Graph, members: Sequence[int], found: list[float]) -> None:
    """V of positions of which each leads only to what is known."""
    target, points, first, decided, draws = graph.target, graph.points, graph.first, graph.decided, graph.draws
    for one in members:
        if one in draws:
            found[one] = expected(graph, one, found)
            continue
        best = found[one]
        for move in range(first[one], decided[one]):
            value = points[move] + found[target[move]]
            if value > best:  # noqa: PLR1730 - a call of max costs more than the rest
                best = value
        found[one] = best


def expected(graph: Graph, position: int, found: Sequence[float]) -> float:
    """The mean over the branches of a draw."""
    node: Node = graph.node(position)  # type: ignore[assignment]  # it has draws
    whole = sum(node.weights)
    return sum(weight / whole * found[graph.target[graph.first[position] + branch]] for branch, weight in enumerate(node.weights) if weight)


def _together(graph: Graph, members: Sequence[int], found: Sequence[float]) -> dict[int, float]:
    """V of positions that lead to each other by decisions alone."""
    inside = set(members)
    leading: dict[int, list[tuple[int, float]]] = {}
    best = dict.fromkeys(members, -inf)
    for position in members:
        for move in graph.deciding(position):
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
