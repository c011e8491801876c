"""Seeded random plays that prefer what has been tried least, for scenarios that are too large to be explored whole.

Every number comes from a counter (play, step) and the seed, so that one more play changes none before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.content.compiled import NODE, Ending, Node, Scenario
from branchline.engine.transition import after_draw, after_reply, after_silence, after_start, opening_of
from branchline.explore.graph import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.compiled import Choice, Core
    from branchline.content.facts import Value

MOST_STEPS = 1000
"""Decisions and draws after which a play is given up."""
_MASK = (1 << 64) - 1


@dataclass
class Coverage:
    """What some plays have met."""

    scenario: Scenario
    plays: int = 0
    nodes: Counter[str] = field(default_factory=Counter)
    """How often each node or ending was stopped at."""
    choices: Counter[str] = field(default_factory=Counter)
    """How often each `node.choice`, `node!timeout` and `node~branch` was taken."""
    endings: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    """How many plays that reached an ending took so many decisions."""
    stuck: Counter[str] = field(default_factory=Counter)
    """Plays that came to nothing, by node."""
    unfinished: int = 0
    """Plays that were given up after `MOST_STEPS`."""

    @property
    def untried(self) -> tuple[str, ...]:
        """`node.choice` of every choice that was never said."""
        every = (choice.name for node in self.scenario.nodes.values() for choice in node.choices)
        return tuple(name for name in every if not self.choices[name])

    @property
    def share(self) -> float:
        """The share of choices that were said, 0..1; 1 where there is none."""
        whole = sum(len(node.choices) for node in self.scenario.nodes.values())
        return 1 - len(self.untried) / whole if whole else 1.0


def random_plays(scenario: Scenario, plays: int, seed: int, *, facts: Mapping[str, Value] | None = None, untimed: bool = False) -> Coverage:
    """So many plays from the start, each to its end; the same seed plays the same. `untimed` leaves silence out."""
    coverage = Coverage(scenario)
    start = after_start(scenario, tuple(sorted({**scenario.facts, **(facts or {})}.items())))
    player = _Player(coverage, timed=not untimed)
    for number in range(plays):
        player.play(start, mixed(seed, number))
    player.count()
    coverage.plays = plays
    return coverage


class _Player:
    """Plays, counted by place and by word."""

    def __init__(self, coverage: Coverage, *, timed: bool) -> None:
        scenario = coverage.scenario
        nodes = scenario.nodes.values()
        self._coverage, self._timed = coverage, timed
        self._met = [0] * len(scenario.layout.places)
        self._used = dict.fromkeys([choice.name for node in nodes for choice in node.choices], 0)
        self._used |= {f"{node.id}{TIMEOUT}": 0 for node in nodes if node.timeout is not None}
        self._open: dict[int, tuple[tuple[Choice, ...], tuple[str, ...]]] = {}

    def count(self) -> None:
        """Put the counts where they are read."""
        places = self._coverage.scenario.layout.places
        self._coverage.nodes.update({places[place].id: count for place, count in enumerate(self._met) if count})
        self._coverage.choices.update({word: count for word, count in self._used.items() if count})

    def play(self, core: Core, seed: int) -> None:
        """One play from there to its end."""
        scenario, met, coverage = self._coverage.scenario, self._met, self._coverage
        places, decisions, number = scenario.layout.places, 0, seed
        for _ in range(MOST_STEPS):
            place = core[NODE]
            met[place] += 1
            node = places[place]
            if node.__class__ is Ending:
                coverage.endings[node.id] += 1
                coverage.lengths[decisions] += 1
                return
            number = number * 0xD1342543DE82EF95 + 0x9E3779B97F4A7C15 & _MASK
            if node.draws:  # type: ignore[union-attr]  # not an Ending
                core = self._drawn(core, node, number >> 33)  # type: ignore[arg-type]  # not an Ending
                continue
            decisions += 1
            after = self._decided(core, node, number >> 33)  # type: ignore[arg-type]  # not an Ending
            if after is None:
                coverage.stuck[node.id] += 1
                return
            core = after
        coverage.unfinished += 1

    def _drawn(self, core: Core, node: Node, number: int) -> Core:
        branch = weighted(node, number)
        word = f"{node.id}~{branch}"
        self._used[word] = self._used.get(word, 0) + 1
        return after_draw(self._coverage.scenario, core, node, branch)

    def _decided(self, core: Core, node: Node, number: int) -> Core | None:
        """The position after what has been done least; None where nothing can be done."""
        used, opening = self._used, opening_of(node, core)
        known = self._open.get(id(opening))
        if known is None:
            choices = tuple(opening.choices.values())
            known = self._open[id(opening)] = choices, tuple(choice.name for choice in choices)
        choices, names = known
        if node.timeout is not None and (not names or (self._timed and used[f"{node.id}{TIMEOUT}"] < min(map(used.__getitem__, names)))):
            used[f"{node.id}{TIMEOUT}"] += 1
            return after_silence(self._coverage.scenario, core, node)
        if not names:
            return None
        counts = [used[name] for name in names]
        least = min(counts)
        picked = number % len(names) if counts.count(least) == len(names) else counts.index(least)
        used[names[picked]] += 1
        return after_reply(self._coverage.scenario, core, choices[picked])


def weighted(node: Node, number: int) -> int:
    """The branch that a number takes, by weight."""
    number %= sum(node.weights)
    for branch, weight in enumerate(node.weights):
        number -= weight
        if number < 0:
            return branch
    raise AssertionError(node.id)  # pragma: no cover  # the number is below the sum of the weights


def mixed(seed: int, count: int) -> int:
    """The `count`-th number of a seed, 64 bits (the finaliser of SplitMix64 over both)."""
    mixed = (seed * 0x9E3779B97F4A7C15 + (count + 1) * 0xD1B54A32D192ED03) & _MASK
    mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & _MASK
    return mixed ^ mixed >> 31
