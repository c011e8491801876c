"""Plans and proposals on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.plan import OPEN
from branchline.practice.naming import short
from branchline.text import clean_line, day, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.coaching.development import Development, Ground, Weakness
    from branchline.coaching.plan import Action, Plan


SHOWN = 10
"""Steps that a proposal lists; its document has all."""


def plan_row(plan: Plan, today: str, me: str) -> tuple[str, ...]:
    """A plan on one line, as that person stands to it."""
    still = sum(action.state == OPEN for action in plan.actions)
    overdue = sum(action.overdue(today) for action in plan.actions)
    words = f"{still} of {len(plan.actions)} actions open" + (f", {overdue} overdue" if overdue else "")
    return short(plan.id), day(plan.at), f"{plan.coach} → {plan.learner}", plan.state, words, "sign it" if me in plan.missing else ""


def plan_page(plan: Plan, today: str) -> str:
    """A plan as people read it."""
    return "\n".join(line for part in _plan(plan, today) for line in _wrapped(part))


def _wrapped(text: str) -> list[str]:
    from branchline.cli.sop_page import columns

    return wrap(text, columns(), "    ").split("\n")


def _plan(plan: Plan, today: str) -> Iterator[str]:
    yield clean_line(f"Plan {short(plan.id)}: {plan.coach} and {plan.learner}, {day(plan.at)}, {plan.state}")
    if plan.text:
        yield clean_line(plan.text)
    yield ""
    yield from (clean_line(f"Goal {number}: {goal}") for number, goal in enumerate(plan.goals, 1))
    yield from (clean_line(f"Moment: session {session[:8]}, entry {seq}") for session, seq in plan.moments)
    yield ""
    yield from (_action(action, today) for action in plan.actions)
    if not plan.actions:
        yield "No action is agreed yet."
    signed = ", ".join(f"{name} on {day(at)}" for name, at in plan.signatures)
    yield ""
    yield clean_line(f"Signed: {signed or 'nobody'}." + (f" Still to sign: {', '.join(plan.missing)}." if plan.missing else ""))


def _action(action: Action, today: str) -> str:
    notes = [f"due {action.due}"] if action.due else []
    notes += ["OVERDUE"] if action.overdue(today) else []
    notes += [f"practise {', '.join(action.practise)}"] if action.practise else []
    notes += [f"{action.state} {day(action.closed_at)}"] if action.state != OPEN else []
    notes += [action.said] if action.said else []
    mark = " " if action.state == OPEN else "x"
    return clean_line(f"[{mark}] {short(action.id)} {action.text}{' (' if notes else ''}{'; '.join(notes)}{')' if notes else ''}")


def drawn_page(found: Development) -> str:
    """What to practise, as people read it."""
    return "\n".join(line for part in _drawn(found) for line in _wrapped(part))


def _drawn(found: Development) -> Iterator[str]:
    yield clean_line(f"What {found.learner} should practise")
    if not found.dimensions and not found.steps:
        yield "Nothing is weak in the sessions that count."
    if found.dimensions:
        yield from ("", "Empathy, the costliest first (0 to 100)")
        for each in found.dimensions:
            yield f"  {clean_line(each.name)} {each.figure:.0f} over {_count(each.sessions, 'session')}"
            yield from _ways(each)
    if found.steps:
        yield from ("", "Steps of SOPs, the costliest first (lost of 100 on average)")
        for each in found.steps[:SHOWN]:
            over = f"−{each.figure:.1f} over {_count(each.sessions, 'session')}, {_count(each.times, 'time')}"
            yield f"  {clean_line(f'{each.name} {over}: {each.words}')}"
            yield from _ways(each)
        if len(found.steps) > SHOWN:
            yield f"  … and {len(found.steps) - SHOWN} more that cost less; `--json` has them all."
    yield from ("", "Drawn from")
    yield from _grounds(found.counted)
    if found.earlier:
        yield f"  The {_count(found.earlier, 'session')} before those could be compared too, but only the last ones are read."
    if found.left_out:
        yield from ("", "Left out, for they were played by other rules and cannot be compared")
        yield from _grounds(found.left_out)


def _ways(each: Weakness) -> Iterator[str]:
    if each.picks:
        yield f"    practise: {clean_line(', '.join(f'{pick.id} (passed before)' if pick.passed else pick.id for pick in each.picks))}"
    if each.moments:
        yield f"    look at: {clean_line(', '.join(f'{session[:8]}:{seq}' for session, seq in each.moments))}"


def _grounds(found: Sequence[Ground]) -> Iterator[str]:
    for ground in found:
        versions = ", ".join(map(str, ground.versions))
        sops = "".join(f", {sop} v{version}" for sop, version in ground.sops)
        rules = clean_line(f"{ground.id} version {versions} (rules {ground.logic_hash[:8]}{sops})")
        yield f"  {rules}: {_count(len(ground.sessions), 'session')}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
