"""Hard rules: what a cited SOP forbids, at all or before a step; each act is charged once, for the worst that it broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.scoring.model import SOP, Critical, Deduction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from branchline.content.compiled import Deed, Scenario
    from branchline.content.sop import Sop
    from branchline.engine.state import State

COSTS = {"major": 1.0, "minor": 0.25}
"""What breaking a hard rule costs, in step weights; a critical one is not weighed but caps."""
_WORST = ("critical", "major", "minor")


@dataclass(frozen=True, slots=True)
class Done:
    """Something a reply carried out."""

    seq: int
    deed: Deed


@dataclass(frozen=True, slots=True)
class Broken:
    """Hard rules that were broken."""

    costs: list[Deduction]
    """In step weights."""
    critical: tuple[Critical, ...]
    excused: AbstractSet[tuple[str, str]]
    """`SOP/step` of an act that broke a rule, and of a step it came before: that cause has been charged."""


def hard_rules(scenario: Scenario, done: Sequence[Done], authored: Sequence[Critical], state: State) -> Broken:
    """What the `never` rules cost; the critical errors, those of the choices (`authored`) among them, are one for each event."""
    costs: list[Deduction] = []
    critical = {error.seq: error for error in authored}
    rules = [
        (sop, rule)
        for sop in scenario.sops.values()
        for number, rule in enumerate(sop.never)
        if not rule.when or decided(scenario, sop, f"!{number}", state)
    ]
    rules.sort(key=lambda known: _WORST.index(known[1].severity))
    excused: set[tuple[str, str]] = set()
    for number, act in enumerate(done):
        did, earlier = _act(scenario, act.deed), done[:number]
        found = [(sop, rule) for sop, rule in rules if rule.do == did and _too_early(sop, rule.before, earlier)]
        excused |= {(act.deed.name, f"{sop.id}/{name}") for sop, rule in found for name in members(sop, rule.before)}
        if not found or act.seq in critical:
            continue
        sop, rule = found[0]
        reason = f"{sop.id}: “{_words(rule.do)}” must not happen" + (f" before {spelled(sop, rule.before)}." if rule.before else ".")
        if rule.severity == "critical":
            critical[act.seq] = Critical("compliance", reason, act.seq)
        else:
            costs.append(Deduction(SOP, COSTS[rule.severity], reason, act.seq, sop=sop.id, step=rule.before or None, kind="never"))
    return Broken(costs, tuple(critical[seq] for seq in sorted(critical)), excused)


def _too_early(sop: Sop, before: str, earlier: Sequence[Done]) -> bool:
    """Whether what must come before, a step or a group, is not done yet; always where nothing is named."""
    group = sop.group(before)
    steps = {act.deed.step for act in earlier if act.deed.sop == sop.id}
    return len(steps.intersection(members(sop, before))) < (group.need if group is not None else 1)


def members(sop: Sop, name: str) -> tuple[str, ...]:
    """The steps of a group, or the step itself."""
    group = sop.group(name)
    return group.members if group is not None else (name,) if name else ()


def _act(scenario: Scenario, deed: Deed) -> str:
    """The act of a deed: its own, or that of the step it carries out."""
    step = scenario.sops[deed.sop].step(deed.step) if deed.sop in scenario.sops else None
    return step.do if step is not None else deed.do


def decided(scenario: Scenario, sop: Sop, part: str, state: State) -> bool:
    """Whether the guard of that part of the SOP is known to hold."""
    guard = scenario.guards.get((sop.id, part))
    return guard is not None and guard(state.core)


def spelled(sop: Sop, part: str) -> str:
    """A step or a group in words."""
    step, group = sop.step(part), sop.group(part)
    if group is not None:
        numbers = [str(known.number) for known in sop.steps if known.id in group.members]
        listed = f"step {' or '.join(numbers)}" if group.need == 1 else f"{group.need} of the steps {', '.join(numbers)}"
        return f"{listed} ({part})"
    return f"step {step.number} ({part})" if step is not None else part


def _words(act: str) -> str:
    return act.replace("_", " ")
