"""Least-cost alignment of what was done to a partial order of steps: an exact search.

Moves: a step matched in its place costs nothing; one matched after a follower (in the transitive closure of `after`) half its weight;
one never matched its whole weight. Which of several occurrences of a step is the match is part of the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LATE = 0.5
"""Share of its weight that a late step costs."""
_EQUAL = 1e-12


@dataclass(frozen=True, slots=True)
class Move:
    """One costly move of the alignment."""

    step: str
    kind: str
    """`late` or `skip`."""
    cost: float
    at: int | None
    """Index into the trace of the late act, or of the first useless one of a skipped step; None where it never happened."""
    behind: str = ""
    """Of a late step, a follower that was done before it; of a useless act, what should have come first and came later."""


def align(trace: Sequence[str], weights: Mapping[str, float], after: Mapping[str, frozenset[str]]) -> list[Move]:
    """The costly moves of the cheapest alignment: late steps in trace order, then skips in the order of `weights`.

    `trace` holds step ids in the order they were done (others are ignored), `weights` the steps that count (one of weight 0 costs nothing
    anywhere), `after` the steps that must come before each step, transitively closed. Ties go to the alignment that matches more steps.
    Takes time in proportion to 2 to the number of steps that are done before something that should come first, not to all steps.
    """
    steps = [step for step in weights if weights[step] > 0]
    bits = {step: 1 << number for number, step in enumerate(steps)}
    before = {step: sum(bits[other] for other in after.get(step, ()) if other in bits) for step in steps}
    followers = {step: sum(bits[other] for other in steps if before[other] & bits[step]) for step in steps}
    best: _Found = {0: (0.0, ())}
    for index, (step, coming) in enumerate(zip(trace, _coming(trace, bits), strict=True)):
        if step in bits:
            best = _with_act(best, index, step, bits[step], followers[step], LATE * weights[step], choice=bool(before[step] & coming))
    _, _, matched = min(
        (cost + sum(weights[s] for s in steps if not mask & bits[s]), -mask.bit_count(), found) for mask, (cost, found) in best.items()
    )
    return _late(matched, weights, after) + _skips(trace, matched, steps, weights, after)


_Found = dict[int, tuple[float, tuple[tuple[int, str], ...]]]
"""By the steps matched so far: the least cost and the matches, as index into the trace and step."""


def _coming(trace: Sequence[str], bits: Mapping[str, int]) -> list[int]:
    """Of each act, the steps that are done again or for the first time after it."""
    found: list[int] = []
    coming = 0
    for step in reversed(trace):
        found.append(coming)
        coming |= bits.get(step, 0)
    return found[::-1]


def _with_act(best: _Found, index: int, step: str, bit: int, followers: int, late: float, *, choice: bool) -> _Found:
    """The ways on when `step` is done at `index`.

    Without a `choice`, that is where nothing that must come before the step is still to come, a way that has not matched it does so now:
    it will never be cheaper, and can make nothing else late.
    """
    reached: _Found = {mask: way for mask, way in best.items() if choice or mask & bit}
    for mask, (cost, matched) in best.items():
        if mask & bit:
            continue
        price = cost + (late if mask & followers else 0.0)
        known = reached.get(mask | bit)
        if known is None or price < known[0] - _EQUAL:
            reached[mask | bit] = (price, (*matched, (index, step)))
    return reached


def closure(after: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Everything that must come before each step, directly or through others."""
    found: dict[str, frozenset[str]] = {}

    def before(step: str, way: frozenset[str]) -> frozenset[str]:
        if step not in found:
            direct = [name for name in after.get(step, ()) if name not in way]
            found[step] = frozenset(direct).union(*(before(name, way | {step}) for name in direct))
        return found[step]

    for step in after:
        before(step, frozenset())
    return found


def _late(matched: Sequence[tuple[int, str]], weights: Mapping[str, float], after: Mapping[str, frozenset[str]]) -> list[Move]:
    moves: list[Move] = []
    for number, (index, step) in enumerate(matched):
        overtaken = next((other for _, other in matched[:number] if step in after.get(other, ())), None)
        if overtaken is not None:
            moves.append(Move(step, "late", LATE * weights[step], index, overtaken))
    return moves


def _skips(
    trace: Sequence[str],
    matched: Sequence[tuple[int, str]],
    steps: Sequence[str],
    weights: Mapping[str, float],
    after: Mapping[str, frozenset[str]],
) -> list[Move]:
    moves: list[Move] = []
    for step in steps:
        if all(step != name for _, name in matched):
            at = next((index for index, done in enumerate(trace) if done == step), None)
            first = "" if at is None else next((name for name in trace[at:] if name in after.get(step, ())), "")
            moves.append(Move(step, "skip", weights[step], at, first))
    return moves
