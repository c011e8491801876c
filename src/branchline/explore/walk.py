"""One play followed through an exploration: what each decision gave away, and what chance took or gave.

Exactly, where the values of all positions are known; else by sampled values, whose error is told, and which need the states of the play.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple, Protocol

from branchline.engine.actions import Choose
from branchline.engine.conversation import decide, evolve, open_choices
from branchline.errors import UnknownId
from branchline.explore.graph import TIMEOUT

if TYPE_CHECKING:
    from branchline.engine.state import State
    from branchline.explore.exploration import Exploration

PLAYS = 48
"""Random plays that a sampled value is made of, in a play of ordinary length."""
FEWEST = 6
WHOLE = 20_000
"""In a long play fewer, so that its decisions share so many, but at least six: its judgement would take minutes else."""
SEED = 20_160_229
"""Of the sampling, so that the same session is always judged alike."""
NOWHERE = -1000.0
"""Stands for the value of a position from which sampling met no end."""
TIED = 2.0
"""Points by which moves may fall behind the best one and still count as best: a loss of 0.02."""


class Weighed(NamedTuple):
    """What one decision was worth."""

    before: float
    """V of the position where it was made."""
    after: float
    """V of the position it led to, what it earned left out."""
    points: float
    """What it earned."""
    regret: float
    """before − points − after; of a choice never below 0, and 0 where no end was sure any more."""
    best: tuple[str, ...]
    """The words of the moves that are best there, best first; what was done may be among them."""
    drift: float = 0.0
    """What regret leaves unexplained: value of the walk before = points + after + regret + drift."""


class Walk(Protocol):
    """A play that is being followed; it stands where the last event led."""

    error: float
    """How far sampled values may be off, in points; 0 where they are exact."""

    @property
    def value(self) -> float:
        """V of the position where the play stands."""

    def decide(self, word: str, before: State, after: State) -> Weighed:
        """Follow a `node.choice` or `node!timeout`; raises UnknownId where it is not possible there."""

    def draw(self, word: str, before: State, after: State) -> float:
        """Follow a `node~branch`: V before − V after, the luck it took away; raises UnknownId where it is not possible there."""


def walk(exploration: Exploration, start: State, decisions: int = 0) -> Walk:
    """A play that begins at `start`, before the first draw, and has so many decisions."""
    return ExactWalk(exploration) if exploration.valued else SampledWalk(exploration, start, decisions)


class ExactWalk:
    """A play followed from position to position of a graph whose values are known."""

    error = 0.0

    def __init__(self, exploration: Exploration) -> None:
        """It stands at the start."""
        self._graph = exploration.worths
        self._values = exploration.finite_values
        self._sure = exploration.sure
        self._here = 0

    @property
    def value(self) -> float:
        """V of the position where the play stands."""
        return self._values[self._here]

    def decide(self, word: str, before: State, after: State) -> Weighed:
        """Follow a decision by its word."""
        del before, after
        graph, values, here = self._graph, self._values, self._here
        move = self._move(word)
        self._here = there = graph.target[move]
        left = values[here] - graph.points[move] - values[there]
        regret = left if self._sure(here) else 0.0
        return Weighed(values[here], values[there], graph.points[move], regret, self._best(here), left - regret)

    def draw(self, word: str, before: State, after: State) -> float:
        """Follow a draw by its word."""
        del before, after
        value = self.value
        self._here = self._graph.target[self._move(word)]
        return value - self.value

    def _move(self, word: str) -> int:
        graph = self._graph
        for move in range(graph.first[self._here], graph.last[self._here]):
            if graph.word[move] == word:
                return move
        raise UnknownId(f"`{word}` is not possible here.", hint="Explore with the facts of its session.", code="unexplored")

    def _best(self, here: int) -> tuple[str, ...]:
        graph, values = self._graph, self._values
        worth = {graph.word[move]: graph.points[move] + values[graph.target[move]] for move in graph.deciding(here)}
        return _tied(worth)


class SampledWalk:
    """A play whose positions are valued by random plays."""

    def __init__(self, exploration: Exploration, start: State, decisions: int = 0) -> None:
        """It stands at `start`."""
        self.error = 0.0
        self._plays = max(FEWEST, min(PLAYS, WHOLE // max(1, decisions)))
        self._exploration = exploration
        self._known: dict[State, float] = {}
        self._value = self._sampled(start)

    @property
    def value(self) -> float:
        """V of the position where the play stands, by sampling."""
        return self._value

    def decide(self, word: str, before: State, after: State) -> Weighed:
        """Follow a decision; every open choice is sampled."""
        explored = self._exploration
        ahead, points = self._sampled(after), explored.points(before, _choice(word))
        worth = {f"{before.node}.{choice.id}": self._ahead(before, choice.id) for choice in open_choices(explored.scenario, before)}
        most = max([*worth.values(), points + ahead])
        drift, self._value = self._value - most, ahead
        return Weighed(most, ahead, points, most - points - ahead, _tied(worth), drift)

    def draw(self, word: str, before: State, after: State) -> float:
        """Follow a draw."""
        del word, before
        value, self._value = self._value, self._sampled(after)
        return value - self._value

    def _ahead(self, before: State, choice: str) -> float:
        explored = self._exploration
        event = decide(explored.scenario, before, Choose(choice))[0]
        return explored.points(before, choice) + self._sampled(evolve(explored.scenario, before, event))

    def _sampled(self, state: State) -> float:
        if state not in self._known:
            found = self._exploration.estimate(self._plays, SEED, state)
            sure = isfinite(found.value)
            self._known[state] = found.value if sure else NOWHERE
            self.error = max(self.error, found.error if sure and isfinite(found.error) else 0.0)
        return self._known[state]


def _choice(word: str) -> str:
    """The choice id of a word, `!timeout` of a silence."""
    return TIMEOUT if word.endswith(TIMEOUT) else word.rpartition(".")[2]


def _tied(worth: dict[str, float]) -> tuple[str, ...]:
    """The words that fall behind the best by less than a loss of 0.02, best first."""
    most = max(worth.values(), default=0.0)
    return tuple(sorted((word for word, total in worth.items() if total > most - TIED), key=lambda word: -worth[word]))
