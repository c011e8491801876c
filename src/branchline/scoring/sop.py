"""SOP accuracy of a conversation: hard rules first, then the alignment of each cited SOP's steps; every lost point explained.

`W` counts the required steps of the outcome that some reply of the scenario can carry out. Cost and `W` are summed over the cited SOPs;
the score is 100 × max(0, 1 − cost / W).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING

from branchline.engine.events import ChoiceMade
from branchline.scoring.alignment import Move, align, closure
from branchline.scoring.model import SOP, Critical, Deduction
from branchline.scoring.rules import Done, decided, hard_rules, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from branchline.content.compiled import Scenario
    from branchline.content.sop import Sop, SopOutcome
    from branchline.engine.standing import Numbered
    from branchline.engine.state import State

CAP = 59.0
"""The highest SOP score and composite after a critical error."""
EXTRA = 0.25
"""What an act beyond its step's `max` costs, in step weights."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What was carried out, beside what could have been."""

    done: Sequence[Done]
    possible: AbstractSet[str]
    """`SOP/step` of everything that some reply of the scenario can carry out."""
    excused: AbstractSet[tuple[str, str]]
    """Pairs of steps (`SOP/step`) whose order counts no more: a hard rule has charged it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the acts fit one outcome of one SOP."""

    whole: float
    """`W`: the weights of the steps that count."""
    moves: tuple[tuple[int | None, Move], ...]
    """Costly moves with the seq they happened at."""

    @property
    def cost(self) -> float:
        """The sum of the moves' costs."""
        return sum(move.cost for _, move in self.moves)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The SOP part of a score."""

    score: float | None
    deductions: tuple[Deduction, ...]
    critical: tuple[Critical, ...]
    skipped: bool
    """Whether a required step never happened."""


def carried_out(scenario: Scenario, stands: Sequence[Numbered]) -> list[Done]:
    """What the replies that stand carried out, in order."""
    found = []
    for seq, event in stands:
        if isinstance(event, ChoiceMade) and (choice := scenario.choice(event.node, event.choice)) is not None:
            found += [Done(seq, deed) for deed in choice.does]
    return found


def accuracy(scenario: Scenario, stands: Sequence[Numbered], state: State, authored: Sequence[Critical]) -> Accuracy:
    """How well the replies followed the cited SOPs; `authored` are the critical errors of the choices themselves."""
    if not scenario.sops:
        return Accuracy(None, (), tuple(authored), skipped=False)
    possible = {deed.name for node in scenario.nodes.values() for choice in node.choices for deed in choice.does if deed.step}
    done = carried_out(scenario, stands)
    broken = hard_rules(scenario, done, authored, state)
    critical, acts = broken.critical, Acts(done, possible, broken.excused)
    fits = {sop.id: _best_fit(scenario, sop, acts, state) for sop in scenario.sops.values()}
    whole = sum(fit.whole for fit in fits.values())
    costs = [*broken.costs, *(_deduction(scenario.sops[sop_id], seq, move) for sop_id, fit in fits.items() for seq, move in fit.moves)]
    costs.sort(key=lambda found: (found.seq is None, found.seq or 0))
    cut, score = _cut(costs, whole)
    if critical and score > CAP:
        first = critical[0]
        cut.append(
            Deduction(SOP, score - CAP, f"A critical error caps the SOP score at {CAP:.0f}: {first.reason}", first.seq, kind="never")
        )
        score = CAP
    return Accuracy(score, tuple(cut), critical, any(move.kind == "skip" for fit in fits.values() for _, move in fit.moves))


def _cut(costs: Sequence[Deduction], whole: float) -> tuple[list[Deduction], float]:
    """Costs as points of 100, cut in event order where nothing is left to lose."""
    if whole <= 0:
        return ([replace(costs[0], lost=100.0)], 0.0) if costs else ([], 100.0)
    left, cut = 100.0, []
    for found in costs:
        lost = min(left, 100 * found.lost / whole)
        if lost > 0:
            cut.append(replace(found, lost=lost))
            left -= lost
    return cut, max(0.0, 100.0 - sum(found.lost for found in cut))


def _best_fit(scenario: Scenario, sop: Sop, acts: Acts, state: State) -> Fit:
    """The fit of the outcome whose guard holds; of several (or where none can be decided) the one that fits best."""
    outcomes = [outcome for outcome in sop.outcomes if _holds(scenario, sop, outcome, state)] or list(sop.outcomes)
    wanted = [set(outcome.requires) for outcome in outcomes] or [{*(step.id for step in sop.required), *(group.id for group in sop.groups)}]
    mine = [act for act in acts.done if act.deed.sop == sop.id]
    fits = [
        _fit(sop, {**_weights(scenario, sop, required, acts.possible, state), **members}, mine, acts.excused)
        for required in wanted
        for members in _ways(sop, required, acts.possible, {act.deed.step for act in mine})
    ]
    return min(fits, key=lambda fit: (fit.cost / fit.whole if fit.whole else 0.0, fit.cost))


def _holds(scenario: Scenario, sop: Sop, outcome: SopOutcome, state: State) -> bool:
    guard = scenario.guards.get((sop.id, outcome.id))
    return guard is None or guard(state.core)


def _weights(scenario: Scenario, sop: Sop, required: set[str], possible: AbstractSet[str], state: State) -> dict[str, float]:
    """The weight of each required step that some reply can carry out."""
    return {
        step.id: step.weight
        for step in sop.steps
        if step.id in required
        and not step.optional
        and f"{sop.id}/{step.id}" in possible
        and _applies(scenario, sop, step.id, step.when, state)
    }


def _ways(sop: Sop, required: set[str], possible: AbstractSet[str], done: set[str]) -> Iterator[dict[str, float]]:
    """Each way to need members of the required groups, as their weights; members that were done come before others."""
    choices = []
    for group in sop.groups:
        if group.id in required:
            members = [name for name in group.members if f"{sop.id}/{name}" in possible]
            need = min(group.need, len(members))
            known = [name for name in members if name in done]
            others = [name for name in members if name not in done]
            choices.append([dict.fromkeys(way, group.weight) for way in combinations(known + others[: max(0, need - len(known))], need)])
    for chosen in product(*choices):
        yield {name: weight for way in chosen for name, weight in way.items()}


def _fit(sop: Sop, weights: Mapping[str, float], mine: Sequence[Done], excused: AbstractSet[tuple[str, str]]) -> Fit:
    order = {
        step: frozenset(before for before in known if (f"{sop.id}/{step}", f"{sop.id}/{before}") not in excused)
        for step, known in _order(sop).items()
    }
    moves = align([act.deed.step for act in mine], weights, order)
    extra = [Move(step, "extra", EXTRA, at) for step, at in _beyond(sop, mine)]
    return Fit(sum(weights.values()), tuple((None if move.at is None else mine[move.at].seq, move) for move in (*moves, *extra)))


def _order(sop: Sop) -> dict[str, frozenset[str]]:
    """What must come before each step, transitively; a group stands for each of its members."""
    after = {
        step.id: [*step.after, *(name for group in sop.groups if step.id in group.members for name in group.after)] for step in sop.steps
    }
    members = {group.id: group.members for group in sop.groups}
    return closure({step: [real for name in names for real in members.get(name, (name,))] for step, names in after.items() if step})


def _beyond(sop: Sop, mine: Sequence[Done]) -> Iterator[tuple[str, int]]:
    """Each act beyond its step's `max`, as step and index."""
    times: dict[str, int] = {}
    for index, act in enumerate(mine):
        step = sop.step(act.deed.step)
        times[act.deed.step] = times.get(act.deed.step, 0) + 1
        limit = step.attributes.get("max", "") if step is not None else ""
        if limit.isdecimal() and times[act.deed.step] > int(limit):
            yield act.deed.step, index


def _applies(scenario: Scenario, sop: Sop, step_id: str, when: str, state: State) -> bool:
    """Whether a guarded step is required here; one whose guard reads an unknown fact is optional."""
    return not when or decided(scenario, sop, f"#{step_id}", state)


def _deduction(sop: Sop, seq: int | None, move: Move) -> Deduction:
    group = next((group for group in sop.groups if move.step in group.members), None)
    part = group.id if group is not None and move.kind == "skip" else move.step
    return Deduction(SOP, move.cost, f"{sop.id}: {spelled(sop, part)} {_fault(sop, move)}.", seq, sop=sop.id, step=part, kind=move.kind)


def _fault(sop: Sop, move: Move) -> str:
    if move.kind == "extra":
        return "was done once more than allowed"
    if move.kind == "late":
        return f"came only after {spelled(sop, move.behind)}"
    return "never happened" if move.at is None else f"came before {spelled(sop, move.behind)} and does not count"
