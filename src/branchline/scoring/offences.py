"""Hard rules of one SOP: forbidden acts, authority, and what must or must not be handed on. Each act is charged once, for the worst."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.facts import tier_number
from branchline.scoring.values import number, same

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.facts import Value
    from branchline.content.sop_model import Escalation, Never, Sop
    from branchline.scoring.goals import Decide

COSTS = {"critical": 0.0, "major": 1.0, "minor": 0.25}
"""What breaking a hard rule costs, in step weights; a critical one is not weighed but caps."""
_WORST = tuple(COSTS)
_CENT = 0.005


class Deed(NamedTuple):
    """An act with the steps that it may have carried out."""

    do: str
    fields: Mapping[str, Value]
    ok: bool
    steps: frozenset[str]


class Offence(NamedTuple):
    """A hard rule that was broken."""

    at: int | None
    """Index of the act; None where something that must happen did not."""
    kind: str
    """`never`, `authority` or `escalation`."""
    severity: str
    reason: str
    step: str = ""
    """What should have come before, or the step that the act belongs to."""


def offences(sop: Sop, deeds: Sequence[Deed], decide: Decide, tier: str, *, escalates: bool) -> list[Offence]:
    """What was broken, in the order of the acts; whether the case could be handed on at all is `escalates`."""
    acts = {deed.do for deed in deeds}
    rules = [rule for rule in sop.never if rule.do in acts and (not rule.when or decide(rule.when))]
    barred = [rule for rule in sop.must_not_escalate if not rule.when or decide(rule.when)]
    authority = _Authority(sop, decide, tier) if sop.limits and any("amount" in deed.fields for deed in deeds) else None
    found: list[Offence] = []
    for at, deed in enumerate(deeds):
        broken = [_never(sop, rule, at) for rule in rules if rule.do == deed.do and _early(sop, rule.before, deeds[:at])]
        broken += [_handed_on(sop, rule, at) for rule in barred if _hands_on(deed, rule)]
        if authority is not None and (beyond := authority.judge(deed, at)) is not None:
            broken.append(beyond)
        if broken:
            found.append(min(broken, key=lambda offence: _WORST.index(offence.severity)))
    if escalates:
        due = [rule for rule in sop.must_escalate if not rule.when or decide(rule.when)]
        found += [_kept(sop, rule) for rule in due if not any(deed.ok and _hands_on(deed, rule) for deed in deeds)]
    return found


def is_escalation(do: str) -> bool:
    """Whether an act of that name hands a case on."""
    return do == "escalate" or do.startswith("escalate_")


def words(act: str) -> str:
    """The name of an act as people read it."""
    return act.replace("_", " ")


def spelled(sop: Sop, part: str) -> str:
    """A step or a group in words."""
    step, group = sop.step(part), sop.group(part)
    if group is not None:
        members = sop.members(part)
        numbers = [str(known.number) for known in sop.steps if known.id in members]
        if group.need == 1:
            return f"step {' or '.join(numbers)} ({part})"
        listed = ", ".join(numbers)
        return f"steps {listed} ({part})" if group.need == len(members) else f"{group.need} of the steps {listed} ({part})"
    return f"step {step.number} ({part})" if step is not None else part


def _early(sop: Sop, before: str, earlier: Sequence[Deed]) -> bool:
    """Whether what must come before, a step or a group, is not done yet; always where nothing is named."""
    if not before:
        return True
    done = {step for deed in earlier if deed.ok for step in deed.steps}
    return not sop.complete(before, done)


def _never(sop: Sop, rule: Never, at: int) -> Offence:
    before = f" before {spelled(sop, rule.before)}" if rule.before else ""
    return Offence(at, "never", rule.severity, f"{sop.id}: “{words(rule.do)}” must not happen{before}.", rule.before)


def _hands_on(deed: Deed, rule: Escalation) -> bool:
    """Whether the act hands the case on to where the rule means; one that does not say where counts."""
    if not is_escalation(deed.do):
        return False
    to = deed.fields.get("to")
    return not rule.to or to is None or _team(to) == _team(rule.to)


def _team(name: Value) -> str:
    return str(name).strip().casefold().removeprefix("tier").strip(" -_")


def _handed_on(sop: Sop, rule: Escalation, at: int) -> Offence:
    to = f" to {rule.to}" if rule.to else ""
    return Offence(at, "escalation", rule.severity, f"{sop.id}: this case must not be handed on{to}.")


def _kept(sop: Sop, rule: Escalation) -> Offence:
    step = next((step.id for step in sop.steps if step.id and is_escalation(step.do)), "")
    to = f" to {rule.to}" if rule.to else ""
    return Offence(None, "escalation", rule.severity, f"{sop.id}: this case must be handed on{to}, and never was.", step)


class _Authority:
    """What the tier has used of its limits so far, and what has been approved."""

    def __init__(self, sop: Sop, decide: Decide, tier: str) -> None:
        self.sop = sop
        self.tier = tier
        self.most = {act: _limit(sop, act, tier, decide) for act in sop.limits}
        self.used = dict.fromkeys(sop.limits, 0.0)
        self.approved: list[Deed] = []

    def judge(self, deed: Deed, at: int) -> Offence | None:
        """The offence of an act beyond its limit that nobody approved before; what is done counts against the limit."""
        if deed.ok and self._approves(deed):
            self.approved.append(deed)
            return None
        act = next((act for act in self.most if act in deed.steps or act in {deed.do, deed.do.partition("_")[2]}), None)
        amount = number(deed.fields["amount"]) if "amount" in deed.fields else None
        if act is None or amount is None:
            return None
        used = self.used[act]
        if used + amount <= self.most[act] + _CENT:
            self.used[act] += amount if deed.ok else 0.0
            return None
        covering = next((known for known in self.approved if _covers(known, act, deed.do, amount)), None)
        if covering is not None:
            return None
        already = f", {used:.2f} of it used already" if used else ""
        limit = f"{amount:.2f} is above the limit of {self.most[act]:.2f} of tier {self.tier}{already}"
        step = next((step.id for step in self.sop.steps if step.id in deed.steps), "")
        return Offence(at, "authority", "major", f"{self.sop.id}: “{words(deed.do)}” of {limit}, and nobody had approved it.", step)

    def _approves(self, deed: Deed) -> bool:
        if not self.sop.over:
            return False
        granted = deed.fields.get("granted", True)
        return granted not in {False, "false", "no"} and (
            self.sop.over in deed.steps or deed.do == (self.sop.over if self.sop.over != "approval" else "request_approval")
        )


def _covers(approval: Deed, act: str, do: str, amount: float) -> bool:
    """Whether the approval is for this act and at least this much, as far as it says."""
    named = approval.fields.get("act", approval.fields.get("for"))
    much = number(approval.fields["amount"]) if "amount" in approval.fields else None
    return (named is None or any(same(named, name) for name in (act, do))) and (much is None or amount <= much + _CENT)


def _limit(sop: Sop, act: str, tier: str, decide: Decide) -> float:
    """What the tier may do alone; a tier that is not listed has the limit of the highest listed one below it, else nothing."""
    raised = [rule.most for rule in sop.raised if rule.act == act and rule.tier == tier and decide(rule.when)]
    limits = dict(sop.limits[act])
    if raised or tier in limits:
        return max(raised, default=0.0) or limits[tier]
    own = _height(tier)
    heights = [(height, most) for known, most in limits.items() if (height := _height(known)) is not None]
    below = [found for found in heights if own is not None and found[0] < own]
    return max(below)[1] if below else 0.0


def _height(tier: str) -> int | None:
    try:
        return tier_number(tier)
    except ValueError:
        return None
