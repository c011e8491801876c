"""Every position that can be reached, breadth first, with the fewest decisions to each.

A position is a Core with one more integer, the paid bits, and-ed with the masks of its place: what two positions cannot differ in is 0 in
both, so that they are one. Time-outs are decisions, draws are none; the draws of a level are followed before its decisions are.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from functools import cached_property
from operator import and_
from typing import TYPE_CHECKING

from branchline.content.compiled import NODE, SEEN, Core, Ending
from branchline.engine.transition import after_draw, after_reply, after_silence, opening_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.content.compiled import Choice, Node, Opening, Scenario
    from branchline.explore.liveness import Masks
    from branchline.explore.worth import Row

TIMEOUT = "!timeout"
_Row = tuple["Choice", str, float, int, "_Gains", int]
"""A choice with its name, base points, bits of DONE asked, gains by those, and paid bit."""


@dataclass
class Graph:
    """Positions by number, from 0, the start; and the moves between them.

    The moves of position `i` are numbered `first[i]` up to, not with, `last[i]`; open choices in authored order, then silence.
    """

    scenario: Scenario
    masks: Masks
    cores: list[Core] = field(default_factory=list)
    index: dict[Core, int] = field(default_factory=dict)
    depth: array[int] = field(default_factory=lambda: array("i"))
    """The fewest decisions to each position."""
    parent: array[int] = field(default_factory=lambda: array("i"))
    """The move by which each position was reached first, -1 of the start."""
    first: array[int] = field(default_factory=lambda: array("i"))
    last: array[int] = field(default_factory=lambda: array("i"))
    source: array[int] = field(default_factory=lambda: array("i"))
    target: array[int] = field(default_factory=lambda: array("i"))
    points: array[float] = field(default_factory=lambda: array("d"))
    word: list[str] = field(default_factory=list)
    """Each move as scripts name it: `node.choice`, `node!timeout` or `node~branch`."""
    passed: dict[str, int] = field(default_factory=dict)
    """The first move that went through each node that nobody stops at; -1 where that was the beginning."""
    complete: bool = True

    @cached_property
    def loops(self) -> frozenset[int]:
        """The positions with a move that leads back to themselves; once the graph has grown."""
        return frozenset(there for one, there in zip(self.source, self.target, strict=True) if one == there)

    @cached_property
    def ends(self) -> dict[int, Ending]:
        """The endings by the number of their position; once the graph has grown."""
        places = self.scenario.layout.places
        endings = {place.index: place for place in places if isinstance(place, Ending)}
        return {number: endings[core[NODE]] for number, core in enumerate(self.cores) if core[NODE] in endings}

    def key(self, core: Core, paid: int = 0) -> Core:
        """The position that stands for this one."""
        return tuple(map(and_, (*core, paid), self.masks.of(core)))

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


@dataclass(frozen=True)
class Plan:
    """What growing a graph needs to know of a scenario."""

    scenario: Scenario
    """With a SEEN bit for each node that is only passed through."""
    masks: Masks
    passing: Mapping[int, str]
    rows: Callable[[Opening], Sequence[Row]]
    gain: Callable[[Choice, int], float]
    start: Core
    """Before masks, the paid bits included."""


def grow(plan: Plan, budget: int, progress: Callable[[int], None] | None = None) -> Graph:
    """The graph, or as much of it as `budget` moves show; `progress` hears the number of moves after each level."""
    graph = Graph(plan.scenario, plan.masks)
    growth = _Growth(plan, graph)
    growth.begin()
    while growth.draws or growth.stops:
        growth.follow_draws()
        if not growth.follow_stops(budget):
            graph.complete = False
            break
        if progress is not None:
            progress(len(graph.target))
    missing = len(graph.cores) - len(graph.first)
    graph.first.extend([0] * missing)
    graph.last.extend([0] * missing)
    return graph


class _Gains(dict[int, float]):
    """Points of a choice's steps by the bits of DONE that they depend on."""

    def __init__(self, gain: Callable[[Choice, int], float], choice: Choice) -> None:
        super().__init__()
        self._gain, self._choice = gain, choice

    def __missing__(self, done: int) -> float:
        found = self[done] = self._gain(self._choice, done)
        return found


class _Growth:
    """Positions of one level that wait to be followed: those where chance decides, and those where somebody does."""

    def __init__(self, plan: Plan, graph: Graph) -> None:
        self.plan = plan
        self.graph = graph
        self.draws: list[int] = []
        self.stops: list[int] = []
        self._rows: dict[int, Sequence[_Row]] = {}
        places = plan.scenario.layout.places
        self._chances = {place.index for place in places if place.__class__ is not Ending and place.draws}  # type: ignore[union-attr]  # a Node
        self._passing = sum(plan.passing)
        self._level = 0

    def begin(self) -> None:
        """Put the start in."""
        core = self.plan.start
        if self._passing & core[SEEN]:
            self._pass(core[SEEN], -1)
        self._reach(core, -1)

    def _reach(self, core: Core, move: int) -> int:
        """The number of the position, new or known."""
        key = tuple(map(and_, core, self.plan.masks.of(core)))
        known = self.graph.index.get(key)
        return self._new(key, move) if known is None else known

    def _new(self, key: Core, move: int) -> int:
        """The number of a position that has just been found."""
        graph = self.graph
        number = graph.index[key] = len(graph.cores)
        graph.cores.append(key)
        graph.parent.append(move)
        graph.depth.append(self._level)
        (self.draws if key[NODE] in self._chances else self.stops).append(number)
        return number

    def _pass(self, seen: int, move: int) -> None:
        for bit, name in self.plan.passing.items():
            if seen & bit:
                self.graph.passed.setdefault(name, move)

    def _move(self, number: int, core: Core, points: float, word: str) -> None:
        """Note a move of position `number` that leads to `core`."""
        graph = self.graph
        move = len(graph.target)
        if self._passing & core[SEEN]:
            self._pass(core[SEEN], move)
        graph.source.append(number)
        graph.points.append(points)
        graph.word.append(word)
        graph.target.append(self._reach(core, move))

    def _room(self, number: int) -> None:
        """Make `first` and `last` long enough for that position."""
        missing = number + 1 - len(self.graph.first)
        if missing > 0:
            self.graph.first.extend([0] * missing)
            self.graph.last.extend([0] * missing)

    def follow_draws(self) -> None:
        """Follow every draw of this level, and those they lead to; they are no decisions."""
        graph, plan = self.graph, self.plan
        while self.draws:
            number = self.draws.pop()
            core = graph.cores[number]
            node: Node = graph.scenario.layout.places[core[NODE]]  # type: ignore[assignment]  # it has draws
            self._room(number)
            graph.first[number] = len(graph.target)
            for branch in range(len(node.draws)):
                self._move(number, after_draw(plan.scenario, core, node, branch), 0.0, f"{node.id}~{branch}")
            graph.last[number] = len(graph.target)

    def follow_stops(self, budget: int) -> bool:
        """Follow every decision of this level; False where the budget ran out."""
        graph, scenario, masks, passing, new = self.graph, self.plan.scenario, self.plan.masks, self._passing, self._new
        stops, self.stops, self._level = self.stops, [], self._level + 1
        self._room(len(graph.cores) - 1)
        places, cores, targets, first, last = scenario.layout.places, graph.cores, graph.target, graph.first, graph.last
        known, prepared, limit = graph.index.get, self._rows.get, budget
        note, lead, earn, say = graph.source.append, targets.append, graph.points.append, graph.word.append
        seen, done, made = masks.seen, masks.done, masks.made
        fixed = None if seen or done or made else masks[0, 0, 0]
        for number in stops:
            core = cores[number]
            node = places[core[0]]
            if node.__class__ is Ending:
                continue
            first[number] = move = len(targets)
            if move >= limit:
                return False
            opening = opening_of(node, core)  # type: ignore[arg-type]  # not an Ending
            for choice, word, base, asked, gains, paid in prepared(id(opening)) or self._prepared(opening):
                after = after_reply(scenario, core, choice)
                if asked:
                    base += gains[core[4] & asked]  # noqa: PLW2901 - what it is worth here
                if paid:
                    base, after = (0.0 if core[-1] & paid else base), (*after[:-1], after[-1] | paid)  # noqa: PLW2901
                if passing & after[5]:
                    self._pass(after[5], move)
                mask = (fixed or masks[after[5] & seen, after[4] & done, after[3] & made])[after[0]]
                key = tuple(map(and_, after, mask))
                there = known(key)
                lead(new(key, move) if there is None else there)
                note(number)
                earn(base)
                say(word)
                move += 1
            if node.timeout is not None:  # type: ignore[union-attr]  # not an Ending
                self._move(number, after_silence(scenario, core, node), 0.0, f"{node.id}{TIMEOUT}")  # type: ignore[arg-type]
            last[number] = len(targets)
        return True

    def _prepared(self, opening: Opening) -> Sequence[_Row]:
        gain = self.plan.gain
        found = [(row.choice, row.choice.name, row.base, row.asked, _Gains(gain, row.choice), row.paid) for row in self.plan.rows(opening)]
        self._rows[id(opening)] = found
        return found
