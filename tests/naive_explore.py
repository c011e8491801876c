"""Exploration as it is meant, without any reduction and without any speed: what the real one must agree with."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from branchline.content.compiled import DONE, NODE, Core, Ending, Node, Scenario
from branchline.engine.transition import after_draw, after_reply, after_silence, after_start, opening_of
from branchline.explore.worth import Worth

if TYPE_CHECKING:
    from collections.abc import Iterator

Position = tuple[Core, frozenset[str]]
"""A whole Core, but for the draws' counters, and every choice made."""
Move = tuple[str, float, Position]


class Naive:
    """Every position of a small scenario; `complete` is false where there are more than `most`."""

    def __init__(self, scenario: Scenario, most: int = 4000) -> None:
        self.scenario = scenario
        self.worth = Worth(scenario, scenario.facts)
        self.start: Position = self._plain(after_start(scenario, tuple(sorted(scenario.facts.items())))), frozenset()
        self.moves: dict[Position, list[Move]] = {}
        self.depth = {self.start: 0}
        self.complete = self._explored(most)

    def node(self, position: Position) -> Node | Ending:
        return self.scenario.layout.places[position[0][NODE]]

    def _plain(self, core: Core) -> Core:
        counters = {node.drawn for node in self.scenario.nodes.values() if node.draws}
        return tuple(0 if index in counters else value for index, value in enumerate(core))

    def _explored(self, most: int) -> bool:
        waiting = [self.start]
        while waiting:
            position = waiting.pop(0)
            self.moves[position] = list(self._ahead(position))
            if len(self.moves) > most:
                return False
            for _, _, there in self.moves[position]:
                if there not in self.depth:
                    self.depth[there] = self.depth[position] + 1
                    waiting.append(there)
        return True

    def _ahead(self, position: Position) -> Iterator[Move]:
        core, made = position
        node = self.node(position)
        if isinstance(node, Ending):
            return
        for branch in range(len(node.draws)):
            yield f"{node.id}~{branch}", 0.0, (self._plain(after_draw(self.scenario, core, node, branch)), made)
        if node.draws:
            return
        opening = opening_of(node, core)
        for row in self.worth.rows(opening, {}):
            choice = row.choice
            points = 0.0 if choice.name in made else row.base + self.worth.gain(choice, core[DONE])
            yield choice.name, points, (self._plain(after_reply(self.scenario, core, choice)), made | {choice.name})
        if node.timeout is not None:
            yield f"{node.id}!timeout", 0.0, (self._plain(after_silence(self.scenario, core, node)), made)

    def reached(self) -> set[str]:
        """Ids of the nodes stopped at and the endings, and every word that can be said."""
        return {self.node(position).id for position in self.moves} | {word for moves in self.moves.values() for word, _, _ in moves}

    def values(self, sweeps: int = 20_000) -> dict[Position, float]:
        """V by value iteration from −∞: nothing is worth anything until an end is seen from it."""
        found = dict.fromkeys(self.moves, -inf)
        for position in self.moves:
            node = self.node(position)
            if isinstance(node, Ending):
                found[position] = self.worth.ending(node)
        for _ in range(sweeps):
            moved = 0.0
            for position, moves in self.moves.items():
                node = self.node(position)
                if isinstance(node, Ending) or not moves:
                    continue
                new = self._backed_up(node, moves, found)
                if new != found[position]:
                    moved = max(moved, abs(new - found[position]))
                    found[position] = new
            if moved < 1e-13:
                break
        return found

    def _backed_up(self, node: Node, moves: list[Move], found: dict[Position, float]) -> float:
        if node.draws:
            whole = sum(node.weights)
            return sum(weight / whole * found[there] for weight, (_, _, there) in zip(node.weights, moves, strict=True))
        said = [move for move in moves if not move[0].endswith("!timeout")] or moves
        return max(points + found[there] for _, points, there in said)
