"""SOP accuracy of a conversation: hard rules first, then the alignment of each cited SOP's steps; every lost point explained.

`W` counts the required steps of the outcome that some reply of the scenario can carry out. Cost and `W` are summed over the cited SOPs;
the score is 100 × max(0, 1 − cost / W).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from branchline.engine.events import ChoiceMade
from branchline.scoring.alignment import Move, align, closure
from branchline.scoring.model import SOP, Critical, Deduction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Deed, Scenario
    from branchline.content.sop import Sop, SopOutcome
    from branchline.engine.standing import Numbered
    from branchline.engine.state import State

CAP = 59.0
"""The highest SOP score and composite after a critical error."""
COSTS = {"major": 1.0, "minor": 0.25}
"""What breaking a hard rule costs, in step weights; a critical one is not weighed but caps."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something a reply carried out."""

    seq: int
    deed: Deed


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
    done = carried_out(scenario, stands)
    possible = {deed.name for node in scenario.nodes.values() for choice in node.choices for deed in choice.does if deed.step}
    broken, critical = _hard_rules(scenario, done, authored, state)
    fits = {sop.id: _best_fit(scenario, sop, done, possible, state) for sop in scenario.sops.values()}
    whole = sum(fit.whole for fit in fits.values())
    costs = [*broken, *(_deduction(scenario.sops[sop_id], seq, move) for sop_id, fit in fits.items() for seq, move in fit.moves)]
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
    return cut, 100.0 - sum(found.lost for found in cut)


def _hard_rules(
    scenario: Scenario, done: Sequence[Done], authored: Sequence[Critical], state: State
) -> tuple[list[Deduction], tuple[Critical, ...]]:
    """Broken `never` rules: their costs, and the critical errors with those of the choices, one for each event."""
    broken: list[Deduction] = []
    critical = {error.seq: error for error in authored}
    for sop in scenario.sops.values():
        rules = [rule for number, rule in enumerate(sop.never) if not rule.when or _decided(scenario, sop, f"!{number}", state)]
        for number, act in enumerate(done):
            rule = next(
                (rule for rule in rules if rule.do == _act(scenario, act.deed) and _too_early(sop, rule.before, done[:number])), None
            )
            if rule is None or act.seq in critical:
                continue
            reason = f"{sop.id}: “{_words(rule.do)}” must not happen" + (f" before {_name(sop, rule.before)}." if rule.before else ".")
            if rule.severity == "critical":
                critical[act.seq] = Critical("compliance", reason, act.seq)
            else:
                broken.append(Deduction(SOP, COSTS[rule.severity], reason, act.seq, sop=sop.id, step=rule.before or None, kind="never"))
    return broken, tuple(critical[seq] for seq in sorted(critical))


def _too_early(sop: Sop, before: str, earlier: Sequence[Done]) -> bool:
    return not before or all(act.deed.name != f"{sop.id}/{before}" for act in earlier)


def _act(scenario: Scenario, deed: Deed) -> str:
    """The act of a deed: its own, or that of the step it carries out."""
    step = scenario.sops[deed.sop].step(deed.step) if deed.sop in scenario.sops else None
    return step.do if step is not None else deed.do


def _best_fit(scenario: Scenario, sop: Sop, done: Sequence[Done], possible: set[str], state: State) -> Fit:
    """The fit of the outcome whose guard holds; of several (or where none can be decided) the one that fits best."""
    outcomes = [outcome for outcome in sop.outcomes if _holds(scenario, sop, outcome, state)] or list(sop.outcomes)
    wanted = [set(outcome.requires) for outcome in outcomes] or [{step.id for step in sop.required}]
    fits = [_fit(scenario, sop, required, done, possible, state) for required in wanted]
    return min(fits, key=lambda fit: (fit.cost / fit.whole if fit.whole else 0.0, fit.cost))


def _holds(scenario: Scenario, sop: Sop, outcome: SopOutcome, state: State) -> bool:
    guard = scenario.guards.get((sop.id, outcome.id))
    return guard is None or guard(state.core)


def _fit(scenario: Scenario, sop: Sop, required: set[str], done: Sequence[Done], possible: set[str], state: State) -> Fit:
    weights = {
        step.id: step.weight if step.id in required and not step.optional and _applies(scenario, sop, step.id, step.when, state) else 0.0
        for step in sop.steps
        if step.id and f"{sop.id}/{step.id}" in possible
    }
    mine = [act for act in done if act.deed.sop == sop.id]
    order = closure({step.id: step.after for step in sop.steps if step.id})
    moves = align([act.deed.step for act in mine], weights, order)
    return Fit(sum(weights.values()), tuple((None if move.at is None else mine[move.at].seq, move) for move in moves))


def _applies(scenario: Scenario, sop: Sop, step_id: str, when: str, state: State) -> bool:
    """Whether a guarded step is required here; one whose guard reads an unknown fact is optional."""
    return not when or _decided(scenario, sop, f"#{step_id}", state)


def _decided(scenario: Scenario, sop: Sop, part: str, state: State) -> bool:
    """Whether the guard of that part of the SOP is known to hold."""
    guard = scenario.guards.get((sop.id, part))
    return guard is not None and guard(state.core)


def _deduction(sop: Sop, seq: int | None, move: Move) -> Deduction:
    name = _name(sop, move.step)
    reason = f"{sop.id}: {name} never happened." if move.kind == "skip" else f"{sop.id}: {name} came only after {_name(sop, move.behind)}."
    return Deduction(SOP, move.cost, reason, seq, sop=sop.id, step=move.step, kind=move.kind)


def _name(sop: Sop, step_id: str) -> str:
    step = sop.step(step_id)
    return f"step {step.number} ({step_id})" if step is not None else step_id


def _words(act: str) -> str:
    return act.replace("_", " ")
