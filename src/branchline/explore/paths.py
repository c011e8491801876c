"""Distances to an end, ranges of points per ending, and best ways that keep clear of some choices."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.content.compiled import Ending
    from branchline.explore.graph import Graph
    from branchline.explore.order import Order

CLOSED = -inf
"""The points of a move that must not be taken."""


def shortest(graph: Graph, order: Order) -> list[float]:
    """The fewest decisions from each position to an ending, chance willing; infinite where none is reached."""
    best, _ = best_ways(graph, order, lambda _: 0.0, [-step for step in _steps(graph)])
    return [-found for found in best]


def longest(graph: Graph, order: Order) -> list[float]:
    """The most decisions from each position to an ending; infinite where it can go round, −infinite where no ending is reached."""
    found = [-inf] * len(graph.keys)
    for position in graph.ends:
        found[position] = 0.0
    target, first, last, steps = graph.target, graph.first, graph.last, _steps(graph)
    for members, together in order:
        most = -inf
        for one in members:
            most = found[one] if not together else most
            for move in range(first[one], last[one]):
                most = max(most, steps[move] + found[target[move]])
            found[one] = most
        for one in members if together else ():
            found[one] = inf if most > -inf else most
    return found


def _steps(graph: Graph) -> list[float]:
    """1 of each move that is a decision, 0 of a branch."""
    steps = [1.0] * len(graph.target)
    for one in graph.draws:
        for move in range(graph.first[one], graph.last[one]):
            steps[move] = 0.0
    return steps


def best_ways(graph: Graph, order: Order, worth: Callable[[Ending], float], points: Sequence[float]) -> tuple[list[float], list[int]]:
    """The highest total to an ending from each position, and the move to take for it; −∞ and -1 where there is none.

    `points` of each move, `CLOSED` where it must not be taken; no cycle of moves may earn. Chance and silence are taken as one would wish.
    """
    best = [-inf] * len(graph.keys)
    way = [-1] * len(graph.keys)
    for position, ending in graph.ends.items():
        best[position] = worth(ending)
    target, first, last = graph.target, graph.first, graph.last
    for members, together in order:
        leading: dict[int, list[tuple[int, float]]] = {}
        inside = set(members) if together else ()
        for one in members:
            most = best[one]
            for move in range(first[one], last[one]):
                there = target[move]
                if inside and there in inside:
                    leading.setdefault(there, []).append((move, points[move]))
                elif points[move] + best[there] > most:
                    most, way[one] = points[move] + best[there], move
            best[one] = most
        if together:
            _spread(graph, members, leading, best, way)
    return best, way


def _spread(graph: Graph, members: Sequence[int], leading: dict[int, list[tuple[int, float]]], best: list[float], way: list[int]) -> None:
    """Best first from those who have a way out to those who lead to them."""
    heap = [(-best[one], one) for one in members if best[one] > -inf]
    heapify(heap)
    while heap:
        negative, one = heappop(heap)
        if -negative < best[one]:
            continue
        for move, earned in leading.get(one, ()):
            before = graph.source[move]
            if earned - negative > best[before]:
                best[before], way[before] = earned - negative, move
                heappush(heap, (-best[before], before))


def follow(graph: Graph, way: Sequence[int], position: int = 0) -> tuple[list[str], int]:
    """The words of the moves in `way` from a position on, and where they lead."""
    words = []
    while (move := way[position]) >= 0:
        words.append(graph.word[move])
        position = graph.target[move]
    return words, position


def ranges(graph: Graph, order: Order, worth: Callable[[Ending], float]) -> dict[str, tuple[float, float]]:
    """The least and the most points with which each ending is reached from the start, the ending's own included."""
    least, most = [inf] * len(graph.keys), [-inf] * len(graph.keys)
    least[0] = most[0] = 0.0
    target, points, first, last = graph.target, graph.points, graph.first, graph.last
    for members, together in reversed(order):
        if together:
            # Going round earns nothing, so whoever is in the round has what any of them has.
            low, high = min(least[one] for one in members), max(most[one] for one in members)
            for one in members:
                least[one], most[one] = low, high
        inside = set(members) if together else ()
        for one in reversed(members):
            low, high = least[one], most[one]
            for move in range(first[one], last[one]):
                there, earned = target[move], points[move]
                if inside and there in inside:
                    continue
                if low + earned < least[there]:  # noqa: PLR1730 - a call of min costs more than the rest
                    least[there] = low + earned
                if high + earned > most[there]:  # noqa: PLR1730 - as above
                    most[there] = high + earned
    found: dict[str, tuple[float, float]] = {}
    for one, ending in graph.ends.items():
        own, (low, high) = worth(ending), found.get(ending.id, (inf, -inf))
        found[ending.id] = min(low, least[one] + own), max(high, most[one] + own)
    return found
