"""Authority: what the learner's tier may do alone by the cited SOPs' limits, and how more is approved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchline.engine.desk_state import GRANTED, WAITING, Approval
from branchline.engine.desk_ticket import rank
from branchline.engine.desk_work import DENIED, Refusal, Work, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.engine.events import Value

_CENT = 0.005
_LARGEST = 1e9


def limit(work: Work, act: str, tier: str) -> float | None:
    """The strictest limit that a cited SOP sets for an act of that tier in this case; None where none limits it.

    A limit that is raised in such a case holds instead of the plain one. A tier that a SOP does not list has the limit of the highest
    listed tier below it, else 0.
    """
    found = []
    for sop in work.drill.sops.values():
        if act in sop.limits:
            raised = [
                rule.most for number, rule in enumerate(sop.raised) if (rule.act, rule.tier) == (act, tier) and _holds(work, sop.id, number)
            ]
            found.append(max(raised) if raised else _of_tier(dict(sop.limits[act]), tier))
    return min(found, default=None)


def _holds(work: Work, sop: str, number: int) -> bool:
    guard = work.drill.guards.get((sop, f"^{number}"))
    return guard is not None and guard(work.first_row())


def _of_tier(limits: Mapping[str, float], tier: str) -> float:
    if tier in limits:
        return limits[tier]
    own = rank(tier)
    below = [(height, most) for known, most in limits.items() if (height := rank(known)) is not None and own is not None and height < own]
    return max(below)[1] if below else 0.0


def allow(work: Work, act: str, amount: float | None) -> None:
    """Let an act count against the learner's limit, or use up an approval; refuse it where neither covers it."""
    most = limit(work, act, work.frame.tier)
    used = work.spent.get(act, 0.0)
    if most is None or (most > 0 if amount is None else used + amount <= most + _CENT):
        work.spent[act] = round(used + (amount or 0.0), 2)
        return
    for number, asked in enumerate(work.approvals):
        if asked.act == act and asked.answer == GRANTED and not asked.used and (amount or 0.0) <= asked.amount + _CENT:
            work.approvals[number] = asked._replace(used=True)
            return
    raise Refusal(DENIED, _exceeds(work, act, amount, most, used))


def _exceeds(work: Work, act: str, amount: float | None, most: float, used: float) -> str:
    title = act.replace("_", " ").capitalize()
    waiting = any(asked.act == act and asked.answer == WAITING for asked in work.approvals)
    what = "approval is not there yet" if waiting else "request approval"
    if amount is None:
        return f"{title} is not within your authority; {what}"
    already = f" ({used:.2f} of it used on this ticket)" if used else ""
    return f"{title} {amount:.2f} exceeds your limit of {most:.2f}{already}; {what}"


def request(work: Work, arguments: Mapping[str, Value], reason: str) -> None:
    """Ask for approval of `act` (a limited act or the verb that carries it out) over `amount`, with a reason."""
    act = _act(work, str(arguments.get("act", arguments.get("for", ""))).strip())
    amount = _amount(arguments.get("amount"))
    others = [value for name, value in arguments.items() if name not in {"act", "for", "amount"} and str(value).strip()]
    if not reason and not others:
        raise invalid("Approval: a reason is required")
    if amount is None and any(verb.authority == act and verb.amount is not None for verb in work.drill.verbs.values()):
        raise invalid("Approval: an amount is required")
    most = limit(work, act, work.frame.tier)
    if most is not None and amount is not None and work.spent.get(act, 0.0) + amount <= most + _CENT:
        raise invalid(f"Approval: {amount:.2f} is within your limit of {most:.2f}")
    if any(asked.act == act and asked.answer == WAITING for asked in work.approvals):
        raise invalid("Approval: is being asked for already")
    work.ask(_answered(work, act, amount or 0.0))


def _answered(work: Work, act: str, amount: float) -> Approval:
    """A request with its answer to come: by an event of the drill, by an authored rule, or by the approver's own limit."""
    drill = work.drill
    if any(event.approve is not None and event.after == "request_approval" and n not in work.seen for n, event in enumerate(drill.events)):
        return Approval(act, amount, -1, grant=False, text="")
    rule = next((known for known in drill.approvals if known.act in {"", act} and work.holds(known.when)), None)
    most = limit(work, act, drill.catalogue.approver)
    grant = rule.grant if rule is not None and rule.grant is not None else most is None or amount <= most + _CENT
    after = rule.after if rule is not None and rule.after is not None else drill.catalogue.approval_minutes
    return Approval(act, amount, work.clock + round(after * 60), grant, rule.text if rule is not None else "")


def _act(work: Work, name: str) -> str:
    """The act meant: as named, or of the verb named; else what was refused last, else the first that a cited SOP limits."""
    verbs = work.drill.verbs
    if name:
        return verbs[name].authority or name if name in verbs else name
    denied = [audit.field for audit in work.audits if audit.kind == "Refused" and audit.new == DENIED and audit.field in verbs]
    if denied:
        return verbs[denied[-1]].authority
    acts = [verb.authority for verb in verbs.values() if verb.authority]
    limited = [act for act in acts if limit(work, act, work.frame.tier) is not None]
    if limited or acts:
        return (limited or acts)[0]
    raise invalid("Approval: say for which act")


def _amount(value: Value | None) -> float | None:
    if value is None or value == "":
        return None
    try:
        amount = float(str(value).replace(",", ""))
    except ValueError:
        amount = math.nan
    if isinstance(value, bool) or not 0 <= amount <= _LARGEST:
        raise invalid("Amount: must be an amount such as 89.00")
    return round(amount, 2)
