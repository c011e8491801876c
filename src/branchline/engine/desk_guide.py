"""The guided walkthrough: which step of the cited SOPs comes next, and what has not been done yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.desk_types import TICKET_VERBS
from branchline.engine.desk_work import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.desk_types import Drill
    from branchline.content.sop import Sop, Step
    from branchline.engine.desk_state import DeskState, Done


class GuidedStep(NamedTuple):
    """A step that can be done now."""

    sop: str
    step: str
    do: str
    text: str
    """The line as people read it, with its Markdown."""


def guided(drill: Drill, state: DeskState) -> GuidedStep | None:
    """The next step of the cited SOPs, in their order, that is not done and waits for nothing; None where all are done."""
    if state.ended:
        return None
    row = Work(state.frame, state.core).row()
    for sop in drill.sops.values():
        left = outstanding(drill, sop, state.core.acts, row)
        names = {step.id for step in left}
        for step in left:
            if not names.intersection(_before(sop, step)) and (step.do in drill.verbs or step.do in TICKET_VERBS):
                return GuidedStep(sop.id, step.id, step.do, step.text)
    return None


def outstanding(drill: Drill, sop: Sop, acts: Sequence[Done], row: tuple[int, ...]) -> list[Step]:
    """The steps that the fitting outcome requires and no act has carried out, in the SOP's order.

    An act carries out the first step left with its `do`; one that must tell facts only where the act told them.
    """
    left = [step for step in sop.steps if step.id in _required(drill, sop, row) and _applies(drill, sop, f"#{step.id}", step.when, row)]
    done: list[str] = []
    for act in acts:
        step = next((known for known in left if known.do == act.verb and _tells(known) <= set(act.tells)), None)
        if step is not None:
            left.remove(step)
            done.append(step.id)
    for group in sop.groups:
        if sum(bool(set(_members(sop, member)).intersection(done)) for member in group.members) >= group.need:
            left = [step for step in left if step.id not in _members(sop, group.id)]
    return left


def unfinished(state: DeskState) -> tuple[str, ...]:
    """What somebody who checks before submitting would see: a reply not sent, facts not told, an answer not there."""
    drill, core = state.frame.drill, state.core
    found = []
    if core.draft[0]:
        found.append("Public reply: the macro is prepared and not sent")
    if any(asked.answer == 0 for asked in core.approvals):
        found.append("Approval: the answer is not there yet")
    found += [f"Not told yet: {fact.replace('_', ' ')}" for fact in drill.expect.told if fact not in core.told]
    if state.ticket["status"] == "open":
        found.append("Status: the ticket is still open")
    return tuple(found)


def _required(drill: Drill, sop: Sop, row: tuple[int, ...]) -> set[str]:
    """Step ids of the first outcome whose guard holds; of groups all members."""
    outcome = next((known for known in sop.outcomes if _applies(drill, sop, known.id, known.when, row)), None)
    names = set(outcome.requires) if outcome is not None else {*(step.id for step in sop.required), *(group.id for group in sop.groups)}
    return names | {member for name in names for member in _members(sop, name)}


def _applies(drill: Drill, sop: Sop, part: str, when: str, row: tuple[int, ...]) -> bool:
    guard = drill.guards.get((sop.id, part))
    return not when or (guard is not None and guard(row))


def _tells(step: Step) -> set[str]:
    return {fact.strip() for fact in step.attributes.get("tell", "").split(",") if fact.strip()}


def _members(sop: Sop, name: str) -> tuple[str, ...]:
    """The steps of a group, nested ones too; the name itself where it is no group."""
    group = sop.group(name)
    return (name,) if group is None else tuple(step for member in group.members for step in _members(sop, member))


def _before(sop: Sop, step: Step) -> set[str]:
    """Ids of the steps that must come first; of a group every member."""
    names = [*step.after, *(name for group in sop.groups if step.id in _members(sop, group.id) for name in group.after)]
    return {member for name in names for member in _members(sop, name)}
