"""Plan: what a coach and a learner agreed on in one coaching session, what became of it, and who has signed it as it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from branchline.journal.coaching_events import ActionAgreed, ActionClosed, CoachingHeld, SignedOff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchline.journal.coaching_events import CoachingEvent
    from branchline.journal.streams import Remark

OPEN, DONE, GIVEN_UP = "open", "done", "given up"
"""What became of an action."""
UNSIGNED, AGREED, FINISHED = "unsigned", "agreed", "finished"
"""How a plan stands: somebody has still to sign it as it is, both have, and all of its actions are closed."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the learner will do."""

    id: str
    text: str
    due: str
    """ISO date, empty for no day."""
    practise: tuple[str, ...]
    by: str
    at: str
    state: str = OPEN
    said: str = ""
    """What was said when it was closed."""
    closed_by: str = ""
    closed_at: str = ""

    def overdue(self, today: str) -> bool:
        """Whether its day has passed on that ISO date, and it is still open."""
        return self.state == OPEN and bool(self.due) and self.due < today


@dataclass(frozen=True, slots=True)
class Plan:
    """One coaching session with its actions."""

    id: str
    coach: str
    learner: str
    at: str
    goals: tuple[str, ...]
    moments: tuple[tuple[str, int], ...]
    text: str
    actions: tuple[Action, ...] = ()
    signatures: tuple[tuple[str, str], ...] = ()
    """Who has signed the actions as they stand, and when; an action that is added takes every signature away."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has still to sign."""
        signed = {name for name, _ in self.signatures}
        return tuple(name for name in (self.coach, self.learner) if name not in signed)

    @property
    def state(self) -> str:
        """`unsigned`, `agreed` or `finished`."""
        if self.missing:
            return UNSIGNED
        return FINISHED if self.actions and all(action.state != OPEN for action in self.actions) else AGREED

    def action(self, action_id: str) -> Action | None:
        """The action with that id."""
        return next((action for action in self.actions if action.id == action_id), None)


def plans(remarks: Iterable[Remark]) -> list[Plan]:
    """The plans that these remarks make, in the order in which they were held. Only coach and learner of a plan go on with it."""
    known = list(remarks)
    found: dict[str, Plan] = {}
    plan_of: dict[str, str] = {}
    for remark in known:
        event = remark.event
        if isinstance(event, CoachingHeld):
            found[remark.id] = Plan(remark.id, remark.author, event.learner, remark.at, event.goals, event.moments, event.text)
        elif isinstance(event, ActionAgreed):
            plan_of[remark.id] = event.coaching
    for remark in known:
        plan = found.get(_spoken_of(remark.event, plan_of))
        if plan is not None and remark.author in {plan.coach, plan.learner}:
            found[plan.id] = _after(plan, remark)
    return list(found.values())


def _spoken_of(event: CoachingEvent, plan_of: Mapping[str, str]) -> str:
    """Id of the plan that the event goes on with; empty where it is with none."""
    match event:
        case ActionAgreed(coaching) | SignedOff(coaching):
            return coaching
        case ActionClosed(action):
            return plan_of.get(action, "")
        case _:
            return ""


def _after(plan: Plan, remark: Remark) -> Plan:
    match remark.event:
        case ActionAgreed(plan.id, text, due, practise):
            added = Action(remark.id, text, _day(due), practise, remark.author, remark.at)
            return replace(plan, actions=(*plan.actions, added), signatures=())
        case ActionClosed(action, done, said):
            return replace(
                plan, actions=tuple(_closed(each, remark, done=done, said=said) if each.id == action else each for each in plan.actions)
            )
        case SignedOff(plan.id):
            others = tuple(each for each in plan.signatures if each[0] != remark.author)
            return replace(plan, signatures=(*others, (remark.author, remark.at)))
        case _:
            return plan


def _day(due: str) -> str:
    """An ISO date; empty for what came from elsewhere and is none."""
    try:
        return date.fromisoformat(due).isoformat()
    except ValueError:
        return ""


def _closed(action: Action, remark: Remark, *, done: bool, said: str) -> Action:
    """The action closed; one that is closed already stays as it is."""
    if action.state != OPEN:
        return action
    return replace(action, state=DONE if done else GIVEN_UP, said=said, closed_by=remark.author, closed_at=remark.at)


def plan_json(plan: Plan, today: str) -> dict[str, Any]:
    """What `branchline.plan/1` says of a plan; `today` is an ISO date."""
    return {
        "id": plan.id, "coach": plan.coach, "learner": plan.learner, "at": plan.at, "state": plan.state, "goals": list(plan.goals),
        "moments": [{"session": session, "seq": seq} for session, seq in plan.moments], "text": plan.text,
        "actions": [_action_json(action, today) for action in plan.actions],
        "signatures": [{"by": name, "at": at} for name, at in plan.signatures], "missing": list(plan.missing),
    }  # fmt: skip


def _action_json(action: Action, today: str) -> dict[str, Any]:
    return {
        "id": action.id, "text": action.text, "due": action.due or None, "practise": list(action.practise), "state": action.state,
        "overdue": action.overdue(today), "by": action.by, "at": action.at, "said": action.said,
        "closed_by": action.closed_by or None, "closed_at": action.closed_at or None,
    }  # fmt: skip
