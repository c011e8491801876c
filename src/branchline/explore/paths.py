"""Distances to an end, ranges of points per ending, and best ways that keep clear of some choices."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING

from branchline.content.compiled import NODE, Ending, Node
from branchline.explore.order import is_cycle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.explore.graph import Graph

    Order = Sequence[list[int]]


def shortest(graph: Graph, order: Order) -> list[float]:
    """The fewest decisions from each position to an ending, chance willing; infinite where none is reached."""
    best, _ = best_ways(graph, order, lambda _: 0.0, lambda move: 0.0 if _is_draw(graph, move) else -1.0)
    return [-found for found in best]


def longest(graph: Graph, order: Order) -> list[float]:
    """The most decisions from each position to an ending; infinite where it can go round, −infinite where no ending is reached."""
    found = [-inf] * len(graph.cores)
    for members in order:
        ahead = [_step(graph, move) + found[graph.target[move]] for one in members for move in range(graph.first[one], graph.last[one])]
        most = max(ahead, default=0.0 if members[0] in graph.ends else -inf)
        value = inf if most > -inf and is_cycle(graph, members) else most
        for one in members:
            found[one] = value
    return found


def _step(graph: Graph, move: int) -> int:
    return 0 if _is_draw(graph, move) else 1


def _is_draw(graph: Graph, move: int) -> bool:
    place = graph.scenario.layout.places[graph.cores[graph.source[move]][NODE]]
    return isinstance(place, Node) and bool(place.draws)


def best_ways(
    graph: Graph, order: Order, worth: Callable[[Ending], float], points: Callable[[int], float | None]
) -> tuple[list[float], list[int]]:
    """The highest total to an ending from each position, and the move to take for it; −∞ and −1 where there is none.

    `points` of a move, None where it is closed; no cycle of moves may earn. Chance and silence are taken as one would wish.
    """
    best = [-inf] * len(graph.cores)
    way = [-1] * len(graph.cores)
    for position, ending in graph.ends.items():
        best[position] = worth(ending)
    for members in order:
        leading: dict[int, list[tuple[int, float]]] = {}
        cycle = is_cycle(graph, members)
        inside = set(members) if cycle else ()
        for one in members:
            for move in range(graph.first[one], graph.last[one]):
                earned = points(move)
                if earned is None:
                    continue
                there = graph.target[move]
                if there in inside:
                    leading.setdefault(there, []).append((move, earned))
                elif earned + best[there] > best[one]:
                    best[one], way[one] = earned + best[there], move
        if cycle:
            _spread(graph, members, leading, best, way)
    return best, way


def _spread(graph: Graph, members: list[int], leading: dict[int, list[tuple[int, float]]], best: list[float], way: list[int]) -> None:
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
    number = [0] * len(graph.cores)
    for place, members in enumerate(order):
        for one in members:
            number[one] = place
    least, most = [inf] * len(order), [-inf] * len(order)
    least[number[0]] = most[number[0]] = 0.0
    target, points, first, last = graph.target, graph.points, graph.first, graph.last
    for here in reversed(range(len(order))):
        low, high = least[here], most[here]
        for one in order[here]:
            for move in range(first[one], last[one]):
                there = number[target[move]]
                if there != here:
                    earned = points[move]
                    least[there] = min(least[there], low + earned)
                    most[there] = max(most[there], high + earned)
    found: dict[str, tuple[float, float]] = {}
    for one, ending in graph.ends.items():
        own, (low, high) = worth(ending), found.get(ending.id, (inf, -inf))
        found[ending.id] = min(low, least[number[one]] + own), max(high, most[number[one]] + own)
    return found
