"""SLA clocks, computed on read from the audit trail; nothing of them is stored.

`first_reply` runs from the ticket's creation to the first public reply of an agent; what the system sends does not count, nor does an
internal note. `next_reply` runs from a requester's message after that to the next public reply; the longest counts. `resolve` runs until
the ticket is solved and stands still on pending (requester wait); `agent_work` stands still on hold too. Both go on when the ticket is
reopened. The policy is the first that matches at each moment; where a cited SOP sets a stricter target, that counts. A breach is final.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.desk_types import METRICS
from branchline.content.facts import held
from branchline.engine.desk_state import Audit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.content.desk_types import Drill
    from branchline.engine.desk_state import DeskState
    from branchline.engine.events import Value

RUNNING, MET, BREACHED = "running", "met", "breached"
_STILL = {"resolve": {"pending", "solved", "closed"}, "agent_work": {"pending", "hold", "solved", "closed"}}
"""Statuses on which a clock of the whole ticket stands still."""
_AGENTS = frozenset({"me", "agent"})


class Clock(NamedTuple):
    """One SLA clock, all times in minutes."""

    name: str
    target: float
    spent: float
    paused: bool
    """Whether it stands still now."""
    state: str
    """`running`, `met` or `breached`."""
    breached_at: float | None = None
    """On the desk clock."""


class _Metric:
    """One clock on its way through the trail."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.on = name != "next_reply"
        self.done = False
        self.spent = self.longest = 0
        self.breached: int | None = None
        self.target: float | None = None

    def run(self, start: int, end: int, status: str, target: float | None) -> None:
        """Let the stretch from `start` to `end` pass, in seconds, under one status and one target in minutes."""
        self.target = target
        counting = self.on and not self.done and status not in _STILL.get(self.name, set())
        before = self.spent
        if counting:
            self.spent += end - start
            self.longest = max(self.longest, self.spent)
        if target is not None and self.breached is None and self.on and not self.done and self.spent > target * 60:
            self.breached = start + max(0, round(target * 60) - before)

    def meet(self, audit: Audit) -> None:
        """Let one line of the trail start, stop or resume the clock."""
        if audit.kind == "Comment" and audit.field == "public":
            if audit.new in _AGENTS:
                self._answered()
            elif audit.new == "customer" and self.name == "next_reply" and self.done and not self.on:
                self.on, self.done, self.spent = True, False, 0
        elif audit.kind == "Change" and audit.field == "status" and self.name in _STILL:
            self.done = audit.new in {"solved", "closed"}

    def _answered(self) -> None:
        if self.name == "first_reply":
            self.done = True
        elif self.name == "next_reply":
            self.on, self.done = False, True

    def clock(self, status: str) -> Clock | None:
        """The clock as it stands; None where it has no target or never began."""
        if self.target is None or (self.name == "next_reply" and not self.on and not self.longest):
            return None
        spent = self.longest if self.name == "next_reply" else self.spent
        ended = self.done
        state = BREACHED if self.breached is not None else MET if ended else RUNNING
        still = not ended and status in _STILL.get(self.name, set())
        at = None if self.breached is None else self.breached / 60
        return Clock(self.name, self.target, spent / 60, still, state, at)


def sla(drill: Drill, state: DeskState) -> tuple[Clock, ...]:
    """The clocks that apply to the ticket, as they stand now."""
    metrics, _ = _walk(drill, state)
    status = str(state.ticket["status"])
    return tuple(clock for metric in metrics if (clock := metric.clock(status)) is not None)


def trail(drill: Drill, state: DeskState) -> tuple[Audit, ...]:
    """The audit trail with the SLA's own lines: SlaApply, SlaPause, SlaResume and SlaBreach, in the order of time."""
    _, lines = _walk(drill, state)
    return tuple(sorted((*state.core.audits, *lines), key=lambda audit: audit.at))


def _walk(drill: Drill, state: DeskState) -> tuple[list[_Metric], list[Audit]]:
    metrics = [_Metric(name) for name in METRICS]
    lines: list[Audit] = []
    audits = sorted(state.core.audits, key=lambda audit: audit.at)
    ticket = _at_first(drill, state)
    at, applied = audits[0].at, ""
    for audit in [*audits, None]:
        now = max(at, audit.at) if audit is not None else max(at, state.core.clock)
        name, targets = _policy(drill, ticket)
        if name != applied:
            lines.append(Audit(at, "SlaApply", "policy", applied, name))
            applied = name
        for metric in metrics:
            known = metric.breached
            metric.run(at, now, str(ticket["status"]), targets.get(metric.name))
            if metric.breached is not None and known is None:
                lines.append(Audit(metric.breached, "SlaBreach", metric.name))
        at = now
        if audit is not None:
            lines += (line for line in _pauses(audit) if line.field in targets)
            if audit.kind == "Change" and audit.field in ticket:
                ticket[audit.field] = audit.new
            for metric in metrics:
                metric.meet(audit)
    return metrics, lines


def _at_first(drill: Drill, state: DeskState) -> dict[str, Value]:
    """The ticket's fields as they were when the drill began."""
    facts = dict(state.frame.facts)
    return {name: facts[f"ticket.{name}"] for name in drill.ticket_names}


def _policy(drill: Drill, ticket: Mapping[str, Value]) -> tuple[str, dict[str, float]]:
    row = tuple(held(drill.kinds[f"ticket.{name}"], value) for name, value in ticket.items())
    policy = next((known for known in drill.catalogue.sla if known.when is None or known.when(row)), None)
    targets = dict(policy.targets) if policy is not None else {}
    for metric, target in drill.sop_sla.items():
        targets[metric] = min(target, targets.get(metric, target))
    return (policy.name if policy is not None else "sop" if targets else ""), targets


def _pauses(audit: Audit) -> Iterator[Audit]:
    """SlaPause and SlaResume of the clocks that a change of status stops or sets going again."""
    if audit.kind != "Change" or audit.field != "status":
        return
    for name, still in _STILL.items():
        if (audit.old in still) != (audit.new in still):
            yield Audit(audit.at, "SlaPause" if audit.new in still else "SlaResume", name, audit.old, audit.new)
