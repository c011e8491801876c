"""Exploration: everything that can happen in a scenario, and what every position in it is worth.

In its graph a position holds what conditions can still read, and the steps and costs that points can still depend on. Where that does not
fit into the budget, a second graph holds what conditions can still read alone: ways are then known, and values are not.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from math import inf, isinf
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.collector import collector_paused
from branchline.content.compiled import DONE, NODE, Ending, Node, Scenario
from branchline.engine.transition import after_start, opening_of
from branchline.errors import UnknownId
from branchline.explore.graph import TIMEOUT, Graph, Plan, grow
from branchline.explore.liveness import Masks, through_bits
from branchline.explore.order import components
from branchline.explore.packing import Packing
from branchline.explore.paths import longest, ranges, shortest
from branchline.explore.sampling import Estimate, Sampler, sampled
from branchline.explore.values import values
from branchline.explore.worth import Worth
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from branchline.content.facts import Value
    from branchline.engine.state import State
    from branchline.explore.order import Order, Part
    from branchline.explore.reads import Asked

BUDGET = 3_000_000
"""Moves after which exploration stops, where nobody says otherwise."""
_LEVELS = ((0.02, "best"), (0.1, "good"), (0.2, "inaccuracy"), (0.3, "mistake"))


class EndingFound(NamedTuple):
    """What exploration knows of one ending."""

    id: str
    reachable: bool
    witness: tuple[str, ...]
    """The words of a shortest way; empty where none is known."""
    least: float | None
    """The fewest points with which a play ends there; None where it is not reached, or values are not known."""
    most: float | None


class Stuck(NamedTuple):
    """Where a conversation can neither go on nor end: a node where nothing is open, or a round without a way out."""

    node: str
    witness: tuple[str, ...]
    states: int
    """How many positions at that node are like this."""


def judge(loss: float) -> str:
    """The word for a loss of 0..1: best, good, inaccuracy, mistake or blunder (scoring page, "Value of a position, regret, judgement")."""
    return next((word for limit, word in _LEVELS if loss < limit), "blunder")


def loss_of(regret: float) -> float:
    """A regret as a loss of 0..1, to nine decimals, so that a loss of exactly 0.2 is not judged by how its sum was rounded."""
    return round(max(0.0, min(1.0, regret / 100)), 9)


def explore(
    scenario: Scenario,
    *,
    budget: int = BUDGET,
    facts: Mapping[str, Value] | None = None,
    weights: tuple[int, int, int] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Exploration:
    """Everything that can happen; `budget` is how many moves are followed, for values and, where they need more, for ways alone once more.

    `facts` override those that the scenario gives, `weights` (empathy, SOP, outcome) its own: a session froze both. `progress` hears the
    number of moves from time to time.
    """
    return Exploration(scenario, budget, {**scenario.facts, **(facts or {})}, weights or scenario.weights, progress)


class Exploration:
    """What exploration found; made by `explore`."""

    def __init__(
        self,
        scenario: Scenario,
        budget: int,
        facts: Mapping[str, Value],
        weights: tuple[int, int, int],
        progress: Callable[[int], None] | None,
    ) -> None:
        self.scenario = scenario
        self.budget = budget
        self.facts = dict(facts)
        self.worth = Worth(scenario, facts, weights)
        self._progress = progress
        places, self._passing = through_bits(scenario)
        self._marked = replace(scenario, layout=replace(scenario.layout, places=places))
        self._start = after_start(self._marked, tuple(sorted(facts.items())))
        self._asked = self.worth.asked()
        self._repays = any(asked.paid for asked in self._asked.values())
        self.worths = self._grown(self._asked)
        """The graph for values; cut short where it is not `valued`."""
        self.ways = self.worths if self.worths.complete or not self._asked else self._grown({})
        """The graph for ways, the same where values fit."""

    def _grown(self, asked: Mapping[str, Asked]) -> Graph:
        packing = Packing(self.scenario, self._start, sum(1 for each in asked.values() if each.paid))
        masks = Masks(self.scenario, packing, self._start, asked)
        rows = partial(self.worth.rows, asked=asked)
        plan = Plan(self._marked, packing, masks, self._passing, asked, rows, self.worth.gain, self._start)
        with collector_paused():
            return grow(plan, self.budget, self._progress)

    @property
    def states(self) -> int:
        """How many positions can be told apart by where they lead."""
        return len(self.ways.keys)

    @property
    def transitions(self) -> int:
        """How many moves lead from one to another: replies, silences, and branches of draws."""
        return len(self.ways.target)

    @property
    def complete(self) -> bool:
        """Whether everything that can happen has been seen."""
        return self.ways.complete

    @property
    def valued(self) -> bool:
        """Whether the value of every position is known exactly."""
        return self.worths.complete

    @cached_property
    def order(self) -> Order:
        """The positions of `worths`, each after everything it leads to, those that lead to each other together."""
        return components(self.worths)

    @cached_property
    def _values(self) -> list[float]:
        return values(self.worths, self.order, self.worth.ending)

    @cached_property
    def finite_values(self) -> list[float]:
        """V of each position of `worths`, with 100 points below the lowest one for those where no end is sure."""
        found = self._values
        lowest = min((value for value in found if value > -inf), default=0.0)
        return [value if value > -inf else lowest - 100.0 for value in found] if -inf in found else found

    def sure(self, position: int) -> bool:
        """Whether some play surely comes to an end from that position of `worths`."""
        return self._values[position] > -inf

    @cached_property
    def worst(self) -> float | None:
        """The fewest points with which a play can end; None where no end is reached or values are not known."""
        return min((found.least for found in self.endings if found.least is not None), default=None)

    @cached_property
    def _ways_order(self) -> Order:
        return self.order if self.ways is self.worths else components(self.ways)

    @cached_property
    def _distances(self) -> tuple[list[float], list[float]]:
        return shortest(self.ways, self._ways_order), longest(self.ways, self._ways_order)

    # What can be reached

    @cached_property
    def _reached(self) -> dict[str, int]:
        """The first position at each node or ending, by id."""
        places = self.scenario.layout.places
        return {places[place].id: numbers[0] for place, numbers in self.ways.at.items()}

    @cached_property
    def _said(self) -> dict[str, int]:
        """The first move of each word."""
        word = self.ways.word
        return dict(zip(reversed(word), reversed(range(len(word))), strict=True))

    def witness(self, name: str) -> tuple[str, ...] | None:
        """A shortest way, as words of a script, to a node or an ending, or up to and with a `node.choice`, `node!timeout` or `node~branch`.

        None where no way is known; raises UnknownId where the scenario has nothing of that name.
        """
        self._check(name)
        if name in self._reached:
            return self.ways.witness(self._reached[name])
        if name in self.ways.passed:
            return self.ways.after(self.ways.passed[name])
        return self.ways.after(self._said[name]) if name in self._said else None

    def _check(self, name: str) -> None:
        scenario = self.scenario
        node, _, choice = name.rpartition(".")
        if name in scenario.nodes or name in scenario.endings or name in self._said:
            return
        if node in scenario.nodes and scenario.nodes[node].choice(choice) is not None:
            return
        known = [*scenario.nodes, *scenario.endings, *(each.name for n in scenario.nodes.values() for each in n.choices)]
        raise UnknownId(f"The scenario has nothing called `{name}`.", hint=did_you_mean(name, known))

    def witnesses(self, node: str, count: int) -> list[tuple[str, ...]]:
        """Up to `count` ways to different positions at a node or ending, shortest first."""
        self._check(node)
        place = self.scenario.nodes.get(node) or self.scenario.endings.get(node)
        there = () if place is None else self.ways.at.get(place.index, ())
        return [self.ways.witness(number) for number in there[:count]]

    def positions(self, node: str) -> int:
        """How many positions at that node can be told apart."""
        self._check(node)
        place = self.scenario.nodes.get(node) or self.scenario.endings.get(node)
        return 0 if place is None else len(self.ways.at.get(place.index, ()))

    @cached_property
    def unreachable_nodes(self) -> tuple[str, ...]:
        """Nodes that no play meets, in the scenario's order; only of a complete exploration."""
        if not self.complete:
            return ()
        return tuple(name for name in self.scenario.nodes if name not in self._reached and name not in self.ways.passed)

    @cached_property
    def closed_choices(self) -> tuple[str, ...]:
        """`node.choice` of each choice that is never open although its node is met; only of a complete exploration."""
        if not self.complete:
            return ()
        names = (choice.name for node in self.scenario.nodes.values() if node.id in self._reached for choice in node.choices)
        return tuple(name for name in names if name not in self._said)

    @cached_property
    def stuck_states(self) -> tuple[Stuck, ...]:
        """Where conversations come to nothing, one for each node, the nearest first; only of a complete exploration."""
        if not self.complete:
            return ()
        graph, found = self.ways, dict[str, list[int]]()
        for part in self._ways_order:
            for one in self._lost(part):
                found.setdefault(graph.node(one).id, []).append(one)
        stuck = [Stuck(node, graph.witness(min(numbers)), len(numbers)) for node, numbers in found.items()]
        return tuple(sorted(stuck, key=lambda each: (len(each.witness), each.node)))

    def _lost(self, part: Part) -> Iterable[int]:
        """The positions of a part from which nothing leads on; the nearest of those that lead to each other and nowhere else."""
        first, last, target, ends = self.ways.first, self.ways.last, self.ways.target, self.ways.ends
        if not part.together:
            return [one for one in part.members if first[one] == last[one] and one not in ends]
        inside = set(part.members)
        leaves = any(target[move] not in inside for one in part.members for move in range(first[one], last[one]))
        return () if leaves else (min(part.members),)

    @cached_property
    def endings(self) -> tuple[EndingFound, ...]:
        """Every ending of the scenario, in its order."""
        known = ranges(self.worths, self.order, self.worth.ending) if self.valued else {}
        found = []
        for name in self.scenario.endings:
            least, most = known.get(name, (None, None))
            way = self.witness(name)
            found.append(EndingFound(name, way is not None, way or (), least, most))
        return tuple(found)

    # What positions are worth

    def value(self, state: State) -> float:
        """V: the best total of points that can still be reached; −∞ where no end is sure. Raises UnknownId for what was not explored."""
        return self._values[self._valued(state)]

    def estimate(self, plays: int, seed: int, state: State | None = None) -> Estimate:
        """V of a position (None: the start) from random plays, where it is not known exactly."""
        core, paid = (self._start, 0) if state is None else (state.core, self._paid(state))
        return sampled(Sampler(self.scenario, self.worth, self._asked), core, paid, plays, seed)

    @property
    def start_value(self) -> float:
        """V before anything has happened, draws before the first decision included."""
        return self._values[0]

    def points(self, state: State, choice: str) -> float:
        """What saying that open choice earns here; 0 of a time-out. Raises UnknownId where it is not open."""
        node = self._node(state)
        if choice == TIMEOUT:
            return 0.0
        opening = opening_of(node, state.core)
        row = next((row for row in self.worth.rows(opening, self._asked) if row.choice.id == choice), None)
        if row is None:
            raise UnknownId(f"`{choice}` is not open at `{node.id}`.", hint=did_you_mean(choice, opening.ids))
        return 0.0 if row.paid & self._paid(state) else row.base + self.worth.gain(row.choice, state.core[DONE])

    def regret(self, state: State, choice: str) -> float:
        """What a choice, or `!timeout`, gives away: V − (its points + V of where it leads); raises UnknownId where it is not open."""
        points = self.points(state, choice)
        here, name = self._valued(state), self._node(state).id
        there = self.worths.target[self._move(here, f"{name}{TIMEOUT}" if choice == TIMEOUT else f"{name}.{choice}")]
        before = self._values[here]
        return 0.0 if before == -inf else before - points - self._values[there]

    def luck(self, state: State, branch: int) -> float:
        """What chance takes away (or gives, below 0) by that branch: V before − V after."""
        node = self._node(state)
        if not 0 <= branch < len(node.draws):
            raise UnknownId(f"No draw at `{node.id}` has a branch {branch}.", hint="Branches are numbered from 0.")
        here = self._valued(state)
        before = self._values[here]
        return 0.0 if before == -inf else before - self._values[self.worths.target[self._move(here, f"{node.id}~{branch}")]]

    def best_choices(self, state: State) -> tuple[str, ...]:
        """The ids of the open choices that give away less than a loss of 0.02, best first."""
        node = self._node(state)
        regrets = {name: self.regret(state, name) for name in opening_of(node, state.core).ids}
        return tuple(sorted((name for name, lost in regrets.items() if judge(loss_of(lost)) == "best"), key=lambda name: regrets[name]))

    def distance(self, state: State) -> tuple[int | None, int | None]:
        """The fewest and the most decisions to an ending: the first None where none is reached, the second also where it can go round."""
        number = self._position(self.ways, state)
        fewest, most = self._distances[0][number], self._distances[1][number]
        return None if isinf(fewest) else int(fewest), None if isinf(most) else int(most)

    def _node(self, state: State) -> Node:
        place = self.scenario.layout.places[state.core[NODE]]
        if isinstance(place, Ending):
            raise UnknownId(f"Nothing can be decided at the ending `{place.id}`.")
        return place

    def _paid(self, state: State) -> int:
        """The paid bits of the decisions that stand."""
        paid = 0
        if not self._repays:
            return paid
        for decision in state.decisions:
            asked = self._asked.get(f"{decision.node}.{decision.choice}")
            paid |= asked.paid if asked is not None else 0
        return paid

    def _valued(self, state: State) -> int:
        """The position of `worths` that stands for a state; UnknownId where values are not known or it was not explored."""
        if not self.valued:
            raise UnknownId(
                "The values are not known: exploration ran out of its budget.", hint="Give it a larger one.", code="over-budget"
            )
        return self._position(self.worths, state)

    def _position(self, graph: Graph, state: State) -> int:
        """The position that stands for a state: by what it holds, else by the decisions that led to it.

        A position forgets what has happened once nothing asks for it there. A state remembers it, so that less may seem to matter further
        on than the position keeps; then only the way tells which position it is.
        """
        number = graph.index.get(graph.key(state.core, self._paid(state)))
        if number is not None:
            return number
        number = 0
        for decision in state.decisions:
            if decision.choice:
                named = f"{decision.node}{TIMEOUT}" if decision.choice == TIMEOUT else f"{decision.node}.{decision.choice}"
                number = graph.target[self._move(number, named, graph)]
            for branch in decision.draws:
                number = graph.target[self._move(number, f"{graph.node(number).id}~{branch}", graph)]
        if graph.node(number).id != state.node:
            raise _unexplored(state.node)
        return number

    def _move(self, position: int, word: str, graph: Graph | None = None) -> int:
        """The move of that word at a position (of `worths`)."""
        known = self.worths if graph is None else graph
        for move in range(known.first[position], known.last[position]):
            if known.word[move] == word:
                return move
        raise _unexplored(known.node(position).id)


def _unexplored(node: str) -> UnknownId:
    return UnknownId(f"This position at `{node}` was not explored.", hint="Explore with the facts of its session.", code="unexplored")


__all__ = ["BUDGET", "EndingFound", "Exploration", "Stuck", "explore", "judge", "loss_of"]
