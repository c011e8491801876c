"""Plans as people read them in the app: one line in a list, and the whole of one with its actions to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.plan import AGREED, FINISHED, GIVEN_UP, OPEN, UNSIGNED
from branchline.text import clean_line, day
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.words import count

if TYPE_CHECKING:
    from branchline.coaching.plan import Action, Plan

_STATES = {UNSIGNED: ("! ", "bold $desk-warn"), AGREED: ("● ", "$desk-accent"), FINISHED: ("✓ ", "$desk-good")}
_MARKS = {OPEN: ("☐ ", "$desk-accent"), GIVEN_UP: ("✗ ", "$desk-soft")}


def plan_entry(plan: Plan, today: str, me: str) -> Block:
    """A plan on one line, as that person stands to it."""
    mark, style = _STATES[plan.state]
    still = sum(action.state == OPEN for action in plan.actions)
    late = sum(action.overdue(today) for action in plan.actions)
    notes = [f"{still} open of {len(plan.actions)}"] + ([f"{late} overdue"] if late else []) + (["sign it"] if me in plan.missing else [])
    other = plan.learner if me == plan.coach else plan.coach if me == plan.learner else f"{plan.coach} and {plan.learner}"
    goal = f"  {clean_line(plan.goals[0])}" if plan.goals else ""
    text = Content.assemble((clean_line(other), "bold"), goal)
    gutter = Content.assemble("  ", (mark, style), (f"{day(plan.at)}  ", "$desk-soft"))
    return Block(text, gutter, Content.styled(", ".join(notes), "bold $desk-warn" if late else "$desk-soft"), id=plan.id)


def plan_blocks(plan: Plan, today: str) -> list[Block]:
    """The whole of it; its open actions can be chosen."""
    blocks = [Block(Content(clean_line(line)), Content("  ")) for line in plan.text.split("\n") if line.strip()]
    blocks += [heading("Goals"), *(Block(Content(clean_line(goal)), Content(f"  {n}. ")) for n, goal in enumerate(plan.goals, 1))]
    if plan.moments:
        blocks.append(heading("Moments"))
        blocks += [_moment(session, seq) for session, seq in plan.moments]
    blocks.append(heading("Actions"))
    blocks += [_action(action, today) for action in plan.actions]
    if not plan.actions:
        blocks.append(Block(Content.styled("None agreed yet.", "italic $desk-soft"), Content("  ")))
    blocks.append(heading("Signatures"))
    blocks += [
        Block(Content(clean_line(name)), _gutter("✓ ", "$desk-good"), Content.styled(day(at), "$desk-soft")) for name, at in plan.signatures
    ]
    blocks += [Block(Content(f"{clean_line(name)}: not signed yet"), _gutter("! ", "bold $desk-warn")) for name in plan.missing]
    return blocks


def _gutter(mark: str, style: str) -> Content:
    return Content.assemble("  ", (mark, style))


def _moment(session: str, seq: int) -> Block:
    text = f"Session {clean_line(session[:8])}, entry {seq}"
    return Block(
        Content(text), _gutter("▸ ", "$desk-accent"), Content.styled("enter reviews it", "$desk-soft"), id=f"moment {session} {seq}"
    )


def _action(action: Action, today: str) -> Block:
    mark, style = _MARKS.get(action.state, ("✓ ", "$desk-good"))
    late = action.overdue(today)
    due = f"due {action.due}{', overdue' if late else ''}" if action.due and action.state == OPEN else action.state
    notes = [f"practise {', '.join(action.practise)}"] if action.practise else []
    notes += [action.said] if action.said else []
    text = Content(clean_line(action.text))
    if notes:
        text += Content.assemble("\n", (clean_line("; ".join(notes)), "$desk-soft"))
    right = Content.styled(due, "bold $desk-warn" if late else "$desk-soft")
    return Block(text, _gutter(mark, style), right, id=f"action {action.id}")


def plans_line(plans: list[Plan], today: str, me: str) -> str:
    """What waits in somebody's plans, in a few words."""
    sign = sum(me in plan.missing for plan in plans)
    late = sum(action.overdue(today) for plan in plans for action in plan.actions)
    words = [count(len(plans), "plan")] + ([f"{sign} to sign"] if sign else []) + ([f"{late} overdue"] if late else [])
    return ", ".join(words)
