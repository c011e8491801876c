"""A plan as a Markdown document; what people wrote is escaped, so that it cannot become markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.coaching.plan import GIVEN_UP, OPEN
from branchline.text import clean_line, day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.coaching.plan import Action, Plan

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!&()])")
_LIST = re.compile(r"^(\d+)([.)])|^([-+=])")


def plan_markdown(plan: Plan) -> str:
    """The whole plan: goals, moments, actions with their days, signatures."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield f"# Coaching of {_said(plan.learner)}"
    yield ""
    yield f"Held by {_said(plan.coach)} on {day(plan.at)}. State: {plan.state}."
    if plan.text:
        yield ""
        yield from (_said(line) for line in plan.text.split("\n"))
    if plan.goals:
        yield from ("", "## Goals", "")
        yield from (f"{number}. {_said(goal)}" for number, goal in enumerate(plan.goals, 1))
    if plan.moments:
        yield from ("", "## Moments", "")
        yield from (f"- Session {_code(session)}, entry {seq}" for session, seq in plan.moments)
    yield from ("", "## Actions", "")
    yield from (_action(action) for action in plan.actions)
    if not plan.actions:
        yield "None agreed yet."
    yield from ("", "## Signatures", "")
    yield from (f"- {_said(name)}, {day(at)}" for name, at in plan.signatures)
    yield from (f"- {_said(name)}: not signed yet" for name in plan.missing)


def _action(action: Action) -> str:
    notes = [f"due {action.due}"] if action.due else []
    notes += [f"practise {', '.join(map(_code, action.practise))}"] if action.practise else []
    notes += [f"{action.state} {day(action.closed_at)}"] if action.state != OPEN else []
    notes += [_said(action.said)] if action.said else []
    told = f" ({'; '.join(notes)})" if notes else ""
    text = f"~~{_said(action.text)}~~" if action.state == GIVEN_UP else _said(action.text)
    return f"- [{' ' if action.state == OPEN else 'x'}] {text}{told}"


def _code(name: str) -> str:
    """A name as code, which nothing but a backtick ends."""
    return f"`{clean_line(name).replace('`', '')}`"


def _said(text: str) -> str:
    found = _MARKUP.sub(r"\\\1", clean_line(text))
    return _LIST.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", found)
