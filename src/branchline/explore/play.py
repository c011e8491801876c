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
    from collections.abc import Mapping, Sequence

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
    for number in range(plays):
        _play(coverage, start, mixed(seed, number), timed=not untimed)
    coverage.plays = plays
    return coverage


def _play(coverage: Coverage, core: Core, seed: int, *, timed: bool) -> None:
    """One play, counted."""
    scenario, used, met = coverage.scenario, coverage.choices, coverage.nodes
    places = scenario.layout.places
    decisions = 0
    for step in range(MOST_STEPS):
        node = places[core[NODE]]
        met[node.id] += 1
        if isinstance(node, Ending):
            coverage.endings[node.id] += 1
            coverage.lengths[decisions] += 1
            return
        number = mixed(seed, step)
        if node.draws:
            branch = weighted(node, number)
            used[f"{node.id}~{branch}"] += 1
            core = after_draw(scenario, core, node, branch)
            continue
        choice, word = _picked(node, core, used, number, timed=timed)
        if not word:
            coverage.stuck[node.id] += 1
            return
        used[word] += 1
        decisions += 1
        core = after_silence(scenario, core, node) if choice is None else after_reply(scenario, core, choice)
    coverage.unfinished += 1


def _picked(node: Node, core: Core, used: Counter[str], number: int, *, timed: bool) -> tuple[Choice | None, str]:
    """What to do: of what has been done least, any; no choice is silence, no word is nothing at all."""
    open_now: Sequence[Choice] = tuple(opening_of(node, core).choices.values())
    least = min((used[choice.name] for choice in open_now), default=-1)
    fewest = [choice for choice in open_now if used[choice.name] == least]
    if node.timeout is not None and (not open_now or (timed and used[f"{node.id}{TIMEOUT}"] < least)):
        return None, f"{node.id}{TIMEOUT}"
    if not fewest:
        return None, ""
    choice = fewest[number % len(fewest)]
    return choice, choice.name


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
