"""What an SOP asks for, ready to be compared with what was done: the order of its steps as bit masks, and one Goal for each outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from branchline.content.sop_model import Sop, SopOutcome, Step

    Decide = Callable[[str], bool | None]
    """Whether a condition of the SOP holds in the case; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Order:
    """The steps of one SOP by number of their bit, and which must come before which, transitively; groups stand for their steps."""

    steps: tuple[Step, ...]
    place: Mapping[str, int]
    before: tuple[int, ...]
    followers: tuple[int, ...]
    by_act: Mapping[str, tuple[int, ...]]
    """The steps that an act of that name may carry out."""
    guards: tuple[str, ...]
    """Every condition in the SOP."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A group as far as it counts: `need` of `parts`, each a step's bit number or a Branch, with what it weighs here."""

    id: str
    need: int
    parts: tuple[tuple[int | Branch, float], ...]
    mask: int

    def missing(self, mask: int) -> float:
        """The weight that is lost where only the steps in `mask` were done."""
        costs = sorted(self._lost(part, weight, mask) for part, weight in self.parts)
        return sum(costs[: self.need])

    @staticmethod
    def _lost(part: int | Branch, weight: float, mask: int) -> float:
        if isinstance(part, Branch):
            return part.missing(mask)
        return 0.0 if mask >> part & 1 else weight


class Goal(NamedTuple):
    """One outcome in one case: what counts, and what each step weighs."""

    outcome: str
    whole: float
    active: int
    """Mask of the steps that count."""
    weights: tuple[float, ...]
    singles: tuple[tuple[int, float], ...]
    """Bit number and weight of each step that is required by itself."""
    branches: tuple[Branch, ...]
    grouped: int
    """Mask of the steps that count only as members of groups."""


def order_of(sop: Sop) -> Order:
    """The Order of an SOP."""
    steps = tuple(step for step in sop.steps if step.id)
    place = {step.id: number for number, step in enumerate(steps)}
    direct = _direct(sop, place)
    before = _closed(direct)
    followers = tuple(sum(1 << other for other in range(len(steps)) if before[other] >> number & 1) for number in range(len(steps)))
    by_act: dict[str, tuple[int, ...]] = {}
    for number, step in enumerate(steps):
        if step.do:
            by_act[step.do] = (*by_act.get(step.do, ()), number)
    return Order(steps, place, before, followers, by_act, tuple(dict.fromkeys(text for _, text in sop.conditions)))


def _direct(sop: Sop, place: Mapping[str, int]) -> list[int]:
    """What each step names in `after`, its own, its groups' and by the order within them, as masks."""
    direct = [0] * len(place)

    def mask(names: Iterable[str]) -> int:
        return sum(1 << number for number in {place[step] for name in names for step in sop.members(name) if step in place})

    for step_id, number in place.items():
        step = sop.step(step_id)
        direct[number] |= mask(step.after if step is not None else ())
    for group in sop.groups:
        earlier = mask(group.after)
        for member in group.members:
            own = mask((member,))
            for number in _bits(own):
                direct[number] |= earlier & ~own
            if group.ordered:
                earlier |= own
    return direct


def _bits(mask: int) -> list[int]:
    return [number for number in range(mask.bit_length()) if mask >> number & 1]


def _closed(direct: list[int]) -> tuple[int, ...]:
    """Everything that must come before each step, directly or through others; a step in a circle does not come before itself."""
    before = list(direct)
    for through in range(len(direct)):
        for number in range(len(direct)):
            if before[number] >> through & 1:
                before[number] |= before[through]
    return tuple(mask & ~(1 << number) for number, mask in enumerate(before))


def goals(sop: Sop, order: Order, decide: Decide, possible: AbstractSet[str] | None) -> tuple[Goal, ...]:
    """The Goal of each outcome that is not known to be out of the question; of all where every one is.

    A step counts where its guard is known to hold, and only if it is `possible` (None: where an act can carry it out).
    """
    applying = {
        number: step
        for number, step in enumerate(order.steps)
        if not step.wasteful
        and not step.forbidden
        and (step.do if possible is None else step.id in possible)
        and (not step.when or decide(step.when))
    }
    outcomes = [outcome for outcome in sop.outcomes if not outcome.when or decide(outcome.when) is not False] or list(sop.outcomes)
    return tuple(_goal(sop, order, applying, outcome) for outcome in outcomes) or (_goal(sop, order, applying, None),)


def _goal(sop: Sop, order: Order, applying: Mapping[int, Step], outcome: SopOutcome | None) -> Goal:
    if outcome is not None:
        required = set(outcome.requires)
    else:
        inner = {member for group in sop.groups for member in group.members}
        required = {step.id for step in sop.required} | {group.id for group in sop.groups if group.id not in inner and not group.optional}
    singles = tuple((number, step.weight) for number, step in applying.items() if step.id in required)
    weights = [0.0] * len(order.steps)
    for number, weight in singles:
        weights[number] = weight
    known = frozenset(applying)
    found = (_branch(sop, order, group.id, group.weight, known, weights) for group in sop.groups if group.id in required)
    branches = tuple(branch for branch in found if branch is not None)
    alone = sum(1 << number for number, _ in singles)
    grouped = 0
    for branch in branches:
        grouped |= branch.mask
    whole = sum(weight for _, weight in singles) + sum(branch.missing(0) for branch in branches)
    return Goal(outcome.id if outcome is not None else "", whole, alone | grouped, tuple(weights), singles, branches, grouped & ~alone)


def _branch(sop: Sop, order: Order, group_id: str, weight: float, applying: AbstractSet[int], weights: list[float]) -> Branch | None:
    """The group with members that can be done, each needed one weighing `weight`; None where there are none."""
    group = sop.group(group_id)
    if group is None:
        return None
    parts: list[tuple[int | Branch, float]] = []
    mask = 0
    for member in group.members:
        inner = sop.group(member)
        if inner is None:
            number = order.place.get(member, -1)
            if number in applying:
                parts.append((number, weight))
                weights[number] = weights[number] or weight
                mask |= 1 << number
        elif (branch := _branch(sop, order, member, weight / inner.need, applying, weights)) is not None:
            parts.append((branch, weight))
            mask |= branch.mask
    need = min(group.need, len(parts))
    return Branch(group_id, need, tuple(parts), mask) if parts else None
