"""Values from random plays, for scenarios that are too large to be explored whole.

A play takes the reply of most points three times in four, else any; the best total of a play stands for V. The error is how far the best
of one half of the plays falls behind the best of the other: where more plays still find better ones, it is large.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, NODE, Ending
from branchline.engine.transition import after_draw, after_reply, after_silence, opening_of
from branchline.explore.play import MOST_STEPS, mixed, weighted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.compiled import Core, Scenario
    from branchline.explore.reads import Asked
    from branchline.explore.worth import Row, Worth

_GREEDY = 3
"""In so many of four decisions the reply of most points is taken."""


class Estimate(NamedTuple):
    """A value that was sampled; −∞ where no play came to an end."""

    value: float
    error: float


class Sampler(NamedTuple):
    """What plays are reckoned with."""

    scenario: Scenario
    worth: Worth
    asked: Mapping[str, Asked]


def sampled(sampler: Sampler, core: Core, paid: int, plays: int, seed: int) -> Estimate:
    """V of that position from so many plays; draws are taken by weight, and so are part of the error."""
    totals = [_total(sampler, core, paid, mixed(seed, number)) for number in range(plays)]
    halves = [max(totals[::2], default=-inf), max(totals[1::2], default=-inf)]
    best = max(halves)
    return Estimate(best, 0.0 if halves[0] == halves[1] else best - min(halves))


def _total(sampler: Sampler, core: Core, paid: int, seed: int) -> float:
    """The points of one play from there; −∞ where it comes to no end."""
    scenario, total = sampler.scenario, 0.0
    for step in range(MOST_STEPS):
        node = scenario.layout.places[core[NODE]]
        if isinstance(node, Ending):
            return total + sampler.worth.ending(node)
        number = mixed(seed, step)
        if node.draws:
            core = after_draw(scenario, core, node, weighted(node, number))
            continue
        rows = sampler.worth.rows(opening_of(node, core), sampler.asked)
        if rows:
            earned = [0.0 if row.paid & paid else row.base + sampler.worth.gain(row.choice, core[DONE]) for row in rows]
            picked = _picked(rows, earned, number)
            total += earned[picked]
            paid |= rows[picked].paid
            core = after_reply(scenario, core, rows[picked].choice)
        elif node.timeout is not None:
            core = after_silence(scenario, core, node)
        else:
            return -inf
    return -inf


def _picked(rows: tuple[Row, ...], earned: list[float], number: int) -> int:
    if number % 4 < _GREEDY:
        return max(range(len(rows)), key=earned.__getitem__)
    return (number >> 2) % len(rows)
