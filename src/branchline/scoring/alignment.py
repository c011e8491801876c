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


@dataclass(frozen=True, slots=True)
class Move:
    """One costly move of the alignment."""

    step: str
    kind: str
    """`late` or `skip`."""
    cost: float
    at: int | None
    """Index into the trace of the late act, None for a skip."""
    behind: str = ""
    """Of a late step, a follower that was done before it."""


def align(trace: Sequence[str], weights: Mapping[str, float], after: Mapping[str, frozenset[str]]) -> list[Move]:
    """The costly moves of the cheapest alignment, in trace order, skips last in the order of `weights`.

    `trace` holds step ids in the order they were done (others are ignored), `weights` the steps that count (0 for optional ones),
    `after` the steps that must come before each step, transitively closed. Ties go to the alignment that matches earlier.
    """
    steps = list(weights)
    bits = {step: 1 << number for number, step in enumerate(steps)}
    followers = {step: sum(bits[other] for other in steps if step in after.get(other, frozenset())) for step in steps}
    best: dict[int, tuple[float, tuple[tuple[int, str], ...]]] = {0: (0.0, ())}
    for index, step in enumerate(trace):
        if step not in bits:
            continue
        reached = dict(best)
        for mask, (cost, matched) in best.items():
            if mask & bits[step]:
                continue
            price = cost + (LATE * weights[step] if mask & followers[step] else 0.0)
            known = reached.get(mask | bits[step])
            if known is None or price < known[0] - 1e-12:
                reached[mask | bits[step]] = (price, (*matched, (index, step)))
        best = reached
    _, _, matched = min(
        (cost + sum(weights[s] for s in steps if not mask & bits[s]), -mask.bit_count(), found) for mask, (cost, found) in best.items()
    )
    return _moves(matched, steps, weights, after)


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


def _moves(
    matched: Sequence[tuple[int, str]], steps: Sequence[str], weights: Mapping[str, float], after: Mapping[str, frozenset[str]]
) -> list[Move]:
    moves: list[Move] = []
    done: list[str] = []
    for index, step in matched:
        overtaken = [other for other in done if step in after.get(other, frozenset())]
        if overtaken and weights[step]:
            moves.append(Move(step, "late", LATE * weights[step], index, overtaken[0]))
        done.append(step)
    moves += [Move(step, "skip", weights[step], None) for step in steps if step not in done and weights[step]]
    return moves
