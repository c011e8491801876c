"""Policy iteration over positions that lead to each other where chance decides at some of them.

Only policies that surely come to an end count. The first is found backwards from the ways out; a policy is changed only where another
choice is strictly better, and then it still comes to an end: going round for ever it would be worth more than itself.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.content.compiled import Node
    from branchline.explore.graph import Graph

BETTER = 1e-9
"""By how many points another choice must be better to be taken."""
_SWEEPS = 100_000
_SETTLED = 1e-13
_DENSE = 150
"""Up to so many draws are solved by elimination, more by sweeps."""


def improved(graph: Graph, members: Sequence[int], known: Sequence[float]) -> dict[int, float]:
    """V of each member, where V of everything outside that they lead to is `known`; −∞ where no end is sure."""
    game = _Game(graph, members, known)
    policy = game.proper()
    found = dict.fromkeys(members, -inf)
    while policy:
        found |= game.evaluated(policy)
        better = game.better(policy, found)
        if not better:
            break
        policy |= better
    return found


class _Game:
    """The members with what they lead to: choices as moves, draws as weighted branches."""

    def __init__(self, graph: Graph, members: Sequence[int], known: Sequence[float]) -> None:
        self.target, self.points = graph.target, graph.points
        self.known = known
        self.moves: dict[int, range] = {}
        self.draws: dict[int, list[tuple[float, int]]] = {}
        self.members = list(members)
        for position in members:
            if position in graph.draws:
                node: Node = graph.node(position)  # type: ignore[assignment]  # it has draws
                whole, first = sum(node.weights), graph.first[position]
                self.draws[position] = [(weight / whole, self.target[first + n]) for n, weight in enumerate(node.weights) if weight]
            else:
                self.moves[position] = graph.deciding(position)

    def _leading(self) -> dict[int, set[int]]:
        leading: dict[int, set[int]] = {}
        for position in self.members:
            for there in self._ahead(position):
                leading.setdefault(there, set()).add(position)
        return leading

    def _ahead(self, position: int) -> Iterable[int]:
        if position in self.draws:
            return [there for _, there in self.draws[position]]
        return [self.target[move] for move in self.moves[position]]

    def proper(self) -> dict[int, int]:
        """A policy that surely comes to an end: a move for each position (−1 of a draw) that has one; others are left out."""
        alive = set(self.members)
        while True:
            policy = self._attracted(alive)
            if len(policy) == len(alive):
                return policy
            alive = set(policy)

    def _attracted(self, alive: set[int]) -> dict[int, int]:
        """Who comes to an end with some luck while staying among the `alive`, found backwards from the ways out."""
        leading = self._leading()
        policy: dict[int, int] = {}
        waiting = [position for position in self.members if position in alive]
        while waiting:
            position = waiting.pop()
            if position in policy or position not in alive:
                continue
            move = self._way(position, policy, alive)
            if move is not None:
                policy[position] = move
                waiting += leading.get(position, ())
        return policy

    def _way(self, position: int, policy: dict[int, int], alive: set[int]) -> int | None:
        """The move that leads to an end or to somebody who has a way; −1 of a draw of which some branch does and none is lost."""
        if position in self.draws:
            ahead = [there for _, there in self.draws[position]]
            lost = any(there not in alive and not self._ends(there) for there in ahead)
            return None if lost or not any(there in policy or self._ends(there) for there in ahead) else -1
        return next((move for move in self.moves[position] if (there := self.target[move]) in policy or self._ends(there)), None)

    def _ends(self, position: int) -> bool:
        """Whether a position outside is worth something; a member is not known yet."""
        return position not in self.moves and position not in self.draws and self.known[position] > -inf

    def evaluated(self, policy: dict[int, int]) -> dict[int, float]:
        """What the policy is worth at each of its positions."""
        chains = {position: self._chain(position, policy) for position in policy}
        draws = [position for position in policy if position in self.draws]
        solved = self._solve(draws, chains)
        return {
            position: solved[position] if end == position else gain + (solved[end] if end >= 0 else 0.0)
            for position, (gain, end) in chains.items()
        }

    def _chain(self, position: int, policy: dict[int, int]) -> tuple[float, int]:
        """What the policy earns from here up to the next draw, and that draw; −1 where it comes to an end first, its value included."""
        gain = 0.0
        while position in self.moves:
            move = policy[position]
            gain += self.points[move]
            position = self.target[move]
        return (gain, position) if position in self.draws else (gain + self.known[position], -1)

    def _solve(self, draws: Sequence[int], chains: dict[int, tuple[float, int]]) -> dict[int, float]:
        """The values of the draws, each the mean of where its branches' chains come to."""
        place = {position: number for number, position in enumerate(draws)}
        rows: list[tuple[float, dict[int, float]]] = []
        for position in draws:
            constant, shares = 0.0, dict[int, float]()
            for weight, there in self.draws[position]:
                gain, end = chains[there] if there in chains else (self.known[there], -1)
                constant += weight * gain
                if end >= 0:
                    shares[place[end]] = shares.get(place[end], 0.0) + weight
            rows.append((constant, shares))
        found = _eliminated(rows) if len(rows) <= _DENSE else _swept(rows)
        return dict(zip(draws, found, strict=True))

    def better(self, policy: dict[int, int], found: dict[int, float]) -> dict[int, int]:
        """The moves that are strictly better than what the policy does."""
        changed = {}
        for position in policy:
            if position in self.moves:
                best = max(self.moves[position], key=lambda move: self._worth(move, found))
                if self._worth(best, found) > found[position] + BETTER:
                    changed[position] = best
        return changed

    def _worth(self, move: int, found: dict[int, float]) -> float:
        there = self.target[move]
        return self.points[move] + (found[there] if there in found else self.known[there])


def _eliminated(rows: Sequence[tuple[float, dict[int, float]]]) -> list[float]:
    """Each x = constant + Σ share · x, solved by Gauss's elimination with the largest pivot."""
    size = len(rows)
    matrix = [
        [(1.0 if column == row else 0.0) - shares.get(column, 0.0) for column in range(size)] + [constant]
        for row, (constant, shares) in enumerate(rows)
    ]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(matrix[row][column]))
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        top = matrix[column]
        for row in range(column + 1, size):
            factor = matrix[row][column] / top[column]
            if factor:
                matrix[row] = [one - factor * two for one, two in zip(matrix[row], top, strict=True)]
    found = [0.0] * size
    for row in reversed(range(size)):
        rest = sum(matrix[row][column] * found[column] for column in range(row + 1, size))
        found[row] = (matrix[row][size] - rest) / matrix[row][row]
    return found


def _swept(rows: Sequence[tuple[float, dict[int, float]]]) -> list[float]:
    """The same by sweeps (Gauss and Seidel) until nothing moves any more."""
    found = [constant for constant, _ in rows]
    for _ in range(_SWEEPS):
        moved = 0.0
        for row, (constant, shares) in enumerate(rows):
            own = shares.get(row, 0.0)
            rest = sum(share * found[column] for column, share in shares.items() if column != row)
            new = (constant + rest) / (1.0 - own)
            moved = max(moved, abs(new - found[row]))
            found[row] = new
        if moved < _SETTLED:
            break
    return found
