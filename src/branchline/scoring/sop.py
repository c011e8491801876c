"""SOP accuracy of a conversation: each cited SOP held against what the replies carried out; every lost point explained.

`W` counts the required steps of the outcome that some reply of the scenario can carry out. Cost and `W` are summed over the cited SOPs;
the score is 100 × max(0, 1 − cost / W). An act that several SOPs forbid is charged once, for the worst that it broke.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.facts import LEAD, TIER
from branchline.content.told import says, words_of
from branchline.engine.events import ChoiceMade
from branchline.scoring.conformance import Act, Deviation, conform_where
from branchline.scoring.model import SOP, Critical, Deduction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from branchline.content.compiled import Deed, Scenario
    from branchline.content.facts import Value
    from branchline.content.sop_model import Sop
    from branchline.engine.standing import Numbered
    from branchline.engine.state import State

CAP = 59.0
"""The highest SOP score and composite after a critical error."""
_HARD = frozenset({"never", "authority", "escalation"})


class Said(NamedTuple):
    """One reply: what it carried out, and the facts of each SOP that its words told."""

    seq: int
    does: tuple[Deed, ...]
    told: Mapping[str, frozenset[str]]


class Found(NamedTuple):
    """One deviation of one SOP, at the deed of that index where it is about one, and at that event."""

    sop: str
    deed: int | None
    seq: int | None
    deviation: Deviation


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The SOP part of a score."""

    score: float | None
    deductions: tuple[Deduction, ...]
    critical: tuple[Critical, ...]
    skipped: bool
    """Whether a required step never happened."""


def accuracy(scenario: Scenario, stands: Sequence[Numbered], state: State, authored: Sequence[Critical]) -> Accuracy:
    """How well the replies followed the cited SOPs; `authored` are the critical errors of the choices themselves."""
    if not scenario.sops:
        return Accuracy(None, (), tuple(authored), skipped=False)
    possible = {deed.name for node in scenario.nodes.values() for choice in node.choices for deed in choice.does if deed.step}
    said = _said(scenario, stands, state)
    whole, found = 0.0, list[Found]()
    for sop in scenario.sops.values():
        verdict, deviations = _held(scenario, sop, said, state, possible)
        whole += verdict
        found += deviations
    last = stands[-1][0] if stands else 0
    critical, costs = _charged(found, authored, last)
    cut, score = _cut(costs, whole)
    if critical and score > CAP:
        first = critical[0]
        reason = f"A critical error caps the SOP score at {CAP:.0f}: {first.reason}"
        cut.append(Deduction(SOP, score - CAP, reason, first.seq, kind="never"))
        score = CAP
    return Accuracy(score, tuple(cut), critical, any(each.deviation.kind == "skip" for each in found))


def _said(scenario: Scenario, stands: Sequence[Numbered], state: State) -> list[Said]:
    """The replies that stand, in order."""
    forms = {sop.id: _forms(sop) for sop in scenario.sops.values()}
    found = []
    for seq, event in stands:
        if isinstance(event, ChoiceMade) and (choice := scenario.choice(event.node, event.choice)) is not None:
            text = choice.say.show(state.core)
            told = {sop: frozenset(fact for fact, known in facts.items() if says(text, known)) for sop, facts in forms.items()}
            found.append(Said(seq, choice.does, told))
    return found


def _forms(sop: Sop) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The words that count as having told each fact of the SOP."""
    return {name: tuple(words_of(form) for form in (fact.say or (str(fact.value),))) for name, fact in sop.facts.items()}


def _held(scenario: Scenario, sop: Sop, said: Sequence[Said], state: State, possible: AbstractSet[str]) -> tuple[float, list[Found]]:
    """`W` of the SOP, and its deviations."""
    acts: list[Act] = []
    places: list[tuple[int | None, int]] = []
    number = 0
    for reply in said:
        told = reply.told[sop.id]
        if told:
            acts.append(Act(len(acts), "", told=told))
            places.append((None, reply.seq))
        for deed in reply.does:
            mine = deed.step if deed.sop == sop.id else ""
            acts.append(Act(len(acts), _act(scenario, deed), dict(deed.arguments), step=mine))
            places.append((number, reply.seq))
            number += 1
    facts = dict(state.frame.facts)
    values: dict[str, Value] = {**state.variables, **facts}
    own = frozenset(step.id for step in sop.steps if f"{sop.id}/{step.id}" in possible)
    guards = {text: scenario.guards[sop.id, part] for part, text in sop.conditions if (sop.id, part) in scenario.guards}

    def decide(text: str) -> bool | None:
        guard = guards.get(text)
        return None if guard is None else guard(state.core)

    verdict = conform_where(sop, acts, decide, values.get, _tier(facts), possible=own, tellable=frozenset(sop.facts))
    found = [Found(sop.id, None, None, each) if each.seq is None else Found(sop.id, *places[each.seq], each) for each in verdict.deviations]
    return verdict.whole, found


def _act(scenario: Scenario, deed: Deed) -> str:
    """The act of a deed: its own, or that of the step it carries out."""
    step = scenario.sops[deed.sop].step(deed.step) if deed.sop in scenario.sops else None
    return step.do if step is not None else deed.do


def _tier(facts: Mapping[str, Value]) -> str:
    tier = facts.get(TIER, 1)
    return "lead" if tier == LEAD else str(tier)


def _charged(found: Sequence[Found], authored: Sequence[Critical], last: int) -> tuple[tuple[Critical, ...], list[Deduction]]:
    """Critical errors, one for each event, those of the choices first; and costs in event order, each act charged once by hard rules."""
    critical = {error.seq: error for error in authored}
    for each in found:
        if each.deviation.critical:
            seq = last if each.seq is None else each.seq
            critical.setdefault(seq, Critical(each.deviation.critical, each.deviation.reason, seq))
    worst: dict[int, Found] = {}
    for each in found:
        if each.deed is not None and each.deviation.kind in _HARD:
            known = worst.get(each.deed)
            if known is None or each.deviation.cost > known.deviation.cost:
                worst[each.deed] = each
    costs = []
    for each in found:
        again = each.deed is not None and each.deviation.kind in _HARD and (each.seq in critical or worst[each.deed] is not each)
        if each.deviation.cost > 0 and not again:
            costs.append(_deduction(each))
    costs.sort(key=lambda lost: (lost.seq is None, lost.seq or 0))
    return tuple(critical[seq] for seq in sorted(critical)), costs


def _deduction(found: Found) -> Deduction:
    each = found.deviation
    return Deduction(SOP, each.cost, each.reason, found.seq, sop=found.sop, step=each.step or None, kind=each.kind)


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
