"""Least-cost alignment of what was done to a Goal: an exact search over the sets of steps that have been matched.

Moves: a step matched in its place costs nothing but what is wrong in the act; one matched after a follower half its weight more; one never
matched its whole weight, of a group as much as its cheapest way to be complete. Which act is the match of which step is part of the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.scoring.goals import Goal, Order

LATE = 0.5
"""Share of its weight that a late step costs."""
_EQUAL = 1e-9
_MOST = 4096
"""More sets than these are never held at once: 12 steps in any disorder are searched exactly."""
_FEW = 128
"""How many are held once some had to be let go."""


class Fitting(NamedTuple):
    """A step that an act may carry out."""

    place: int
    wrong: float
    """The share of the step's weight that is lost because of what is wrong in the act."""


class Event(NamedTuple):
    """An act with the steps it may carry out."""

    fits: tuple[Fitting, ...]
    charged: bool = False
    """Whether a hard rule has charged it: then it costs nothing here, and makes nothing else late."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cheapest reading."""

    cost: float
    matches: tuple[tuple[int, int], ...]
    """Index of the event and bit number of the step, in the order of the events."""
    bounded: bool = False
    """Whether the search was cut short, so that a cheaper reading may exist."""


Path = tuple["Path", int, int] | None
_Found = dict[int, tuple[float, Path]]
"""By the steps matched so far (those matched by charged acts once more, above the others): least cost, and the matches."""


def align(goal: Goal, order: Order, events: Sequence[Event], forgiven: int = 0, most: int = _MOST) -> Alignment:
    """The cheapest alignment of the events; skips of `forgiven` steps are free, and at most `most` sets are held at once.

    Ties go to the alignment that matches more steps, then to the earlier acts.
    """
    searcher = _Search(goal, order, forgiven)
    best: _Found = {0: (0.0, None)}
    bounded = False
    coming = searcher.coming(events)
    for index, event in enumerate(events):
        if any(goal.active >> fit.place & 1 for fit in event.fits):
            best = searcher.step(best, index, event, coming[index])
            if len(best) > _FEW:
                best, cut = searcher.pruned(best, coming[index], _FEW if bounded else most)
                bounded |= cut
    cost, _, path = min(((cost + searcher.skipped(mask), -mask.bit_count(), path) for mask, (cost, path) in best.items()), key=_rank)
    return Alignment(cost, _matches(path), bounded)


def _rank(found: tuple[float, int, Path]) -> tuple[float, int]:
    return round(found[0], 9), found[1]


def _matches(path: Path) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    while path is not None:
        path, index, place = path
        found.append((index, place))
    return tuple(reversed(found))


class _Search:
    """One Goal being searched."""

    def __init__(self, goal: Goal, order: Order, forgiven: int) -> None:
        self.goal = goal
        self.order = order
        self.size = len(order.steps)
        self.low = (1 << self.size) - 1
        self.singles = tuple((1 << place, weight) for place, weight in goal.singles if not forgiven >> place & 1)
        self.forgiven = forgiven
        self.late = tuple(LATE * weight for weight in goal.weights)

    def coming(self, events: Sequence[Event]) -> list[int]:
        """Of each event, the steps that later ones may carry out."""
        found: list[int] = []
        coming = 0
        for event in reversed(events):
            found.append(coming)
            for fit in event.fits:
                coming |= 1 << fit.place
        return found[::-1]

    def skipped(self, mask: int) -> float:
        """What the steps that were never matched cost."""
        cost = 0.0
        for bit, weight in self.singles:
            if not mask & bit:
                cost += weight
        for branch in self.goal.branches:
            cost += branch.missing(mask | self.forgiven)
        return cost

    def step(self, best: _Found, index: int, event: Event, coming: int) -> _Found:
        """The ways on after one more event: each step it may carry out is matched, or none.

        None is no way on where some match is free of harm: it costs nothing that a later one would not, and can make nothing late.
        """
        reached: _Found = {}
        options = self._options(event, coming)
        for mask, (cost, path) in best.items():
            visible = mask & ~(mask >> self.size)
            harmless = False
            for place, bit, followers, late, wrong, safe, sure in options:
                if mask & bit & self.low:
                    continue
                price = wrong + (late if visible & followers else 0.0)
                harmless |= safe and (sure or price == 0)
                total = cost + price
                known = reached.get(mask | bit)
                if known is None or total < known[0] - _EQUAL:
                    reached[mask | bit] = (total, (path, index, place))
            if not harmless:
                known = reached.get(mask)
                if known is None or cost < known[0] - _EQUAL:
                    reached[mask] = (cost, path)
        return reached

    def _options(self, event: Event, coming: int) -> list[tuple[int, int, int, float, float, bool, bool]]:
        """Place, bit, followers, costs of being late and of what is wrong, whether a match makes nothing late, whether waiting is vain."""
        goal, order = self.goal, self.order
        found = []
        for place, wrong in event.fits:
            if not goal.active >> place & 1:
                continue
            if event.charged:
                found.append((place, 1 << place | 1 << place + self.size, 0, 0.0, 0.0, True, True))
                continue
            safe = not order.before[place] & coming & goal.active
            sure = wrong == 0 and len(event.fits) == 1 and not (goal.grouped | self.forgiven) >> place & 1
            found.append((place, 1 << place, order.followers[place], self.late[place], wrong * goal.weights[place], safe, sure))
        return found

    def pruned(self, best: _Found, coming: int, most: int) -> tuple[_Found, bool]:
        """Without the ways that cannot become the cheapest, and at most `most` of the others; whether some of these were lost."""
        least = {mask: cost + self.skipped(mask | coming & self.low) for mask, (cost, _) in best.items()}
        bound = min(cost + self.skipped(mask) for mask, (cost, _) in best.items())
        kept = [mask for mask in best if least[mask] <= bound + _EQUAL]
        if len(kept) <= most:
            return {mask: best[mask] for mask in kept}, False
        kept.sort(key=lambda mask: (least[mask], -mask.bit_count()))
        return {mask: best[mask] for mask in kept[:most]}, True
