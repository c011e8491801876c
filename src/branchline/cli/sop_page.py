"""An SOP as a page for reading and as data."""

from __future__ import annotations

import re
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

from branchline.text import clean_line, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.sop import Sop, Step
    from branchline.content.workspace import Workspace

WIDEST = 100
"""Columns beyond which lines are tiring to read."""
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_HOUR = 60
_CODE = re.compile(r"`([^`]+)`")


def today() -> str:
    """The ISO date here."""
    return date.today().isoformat()  # noqa: DTZ011  # an SOP ends with the day of the people who work by it


def columns() -> int:
    """How wide a page may be."""
    return min(shutil.get_terminal_size().columns, WIDEST)


def standing(sop: Sop) -> str:
    """Whether it holds, in two words; empty where it simply does."""
    if sop.expired(today()):
        return f"EXPIRED {sop.expires}"
    if sop.effective > today():
        return f"from {sop.effective}"
    return f"until {sop.expires}" if sop.expires else ""


def facts(sop: Sop) -> dict[str, Any]:
    """What lists say of it."""
    plain = {name: getattr(sop, name) for name in ("id", "title", "version", "effective", "expires", "owner", "category")}
    expired = sop.expired(today())
    return {**plain, "channels": list(sop.channels), "expired": expired, "in_force": sop.effective <= today() and not expired}


def parts(sop: Sop) -> dict[str, Any]:
    """Its steps, outcomes and rules, and the text."""
    return {
        "steps": [
            {
                "number": step.number, "id": step.id, "text": step.text, "do": step.do, "weight": step.weight, "after": list(step.after),
                "when": step.when, "optional": step.optional, "scored": bool(step.id), "line": step.line, "max": step.most,
                "forbidden": step.forbidden, "tell": list(step.tells), "fields": list(step.fields),
                "expect": [{"field": each.field, "is": each.written} for each in step.expect],
            }
            for step in sop.steps
        ],
        "groups": [
            {"id": each.id, "members": list(each.members), "need": each.need, "weight": each.weight, "optional": each.optional}
            for each in sop.groups
        ],
        "outcomes": [{"id": each.id, "title": each.title, "when": each.when, "requires": list(each.requires)} for each in sop.outcomes],
        "never": [{"do": each.do, "before": each.before, "when": each.when, "severity": each.severity} for each in sop.never],
        "limits": {act: [{"tier": tier, "max": most} for tier, most in limits] for act, limits in sop.limits.items()},
        "must_escalate": [{"when": each.when, "to": each.to, "severity": each.severity} for each in sop.must_escalate],
        "must_not_escalate": [{"when": each.when, "to": each.to, "severity": each.severity} for each in sop.must_not_escalate],
        "sla": dict(sop.sla),
        "facts": {name: {"value": fact.value, "say": list(fact.say)} for name, fact in sop.facts.items()},
        "exceptions": [{"code": each.code, "text": each.text} for each in sop.allows],
        "text": sop.body,
    }  # fmt: skip


def citing(content: Workspace, sop: Sop) -> list[dict[str, Any]]:
    """What can be played and cites it, in its present version."""
    return [
        {"id": each.id, "kind": each.kind, "title": each.title, "playable": each.playable, "sop_version": sop.version}
        for each in content.listings()
        if sop.id in each.sops
    ]


def page(sop: Sop, cited: Sequence[Mapping[str, Any]], open_notes: int, room: int) -> str:
    """The SOP in lines no wider than `room`."""
    blocks = [_head(sop), sop.intro, _steps(sop.steps), sop.rest, _ends(sop), _rules(sop), _cited(sop, cited), _notes(sop, open_notes)]
    return "\n\n".join(_wrapped(block, room) for block in blocks if block.strip())


def _wrapped(block: str, room: int) -> str:
    lines = (_CODE.sub(r"\1", _BOLD.sub(r"\2", line)) for line in block.split("\n"))
    return "\n".join(wrap(line, room, _indent(line)) for line in lines)


def _indent(line: str) -> str:
    found = re.match(r"\s*(?:\d+\.|[-*>])\s+", line)
    return " " * len(found.group()) if found else ""


def _head(sop: Sop) -> str:
    until = f" until {sop.expires}" if sop.expires else ""
    lines = [f"{sop.id}: {sop.title}", f"Version {sop.version}, in force since {sop.effective}{until}, owner: {sop.owner or '–'}"]
    if sop.effective > today():
        lines[1] = lines[1].replace("in force since", "not in force before")
    if sop.category or sop.channels:
        lines.append(f"For: {', '.join(filter(None, (sop.category, *sop.channels)))}")
    if sop.expired(today()):
        lines.append(f"EXPIRED on {sop.expires}: do not work by it.")
    return "\n".join(clean_line(line) for line in lines)


def _steps(steps: Sequence[Step]) -> str:
    return "\n".join(f"{step.number:>2}. {clean_line(step.text)}{_aside(step)}" for step in steps)


def _aside(step: Step) -> str:
    if not step.id:
        return " (advice)"
    words = {
        "optional": step.optional,
        "must not happen": step.forbidden,
        f"when {step.when}": step.when,
        f"at most {step.most}": step.most,
    }
    said = [word for word, holds in words.items() if holds]
    return f" ({'; '.join(said)})" if said else ""


def _ends(sop: Sop) -> str:
    if not sop.outcomes:
        return ""
    lines = (
        f"- {each.title or each.id}{_conditions('', each.when)}: {', '.join(each.requires) or 'nothing is required'}"
        for each in sop.outcomes
    )
    return "It ends well as:\n" + "\n".join(lines)


def _rules(sop: Sop) -> str:
    return "\n".join(
        [
            *(["Never:"] if sop.never else []),
            *(f"- {_words(each.do)}{_conditions(each.before, each.when)} ({each.severity})" for each in sop.never),
            *(f"Hand on{_to(each.to)}{_conditions('', each.when)}." for each in sop.must_escalate),
            *(f"Do not hand on{_to(each.to)}{_conditions('', each.when)}." for each in sop.must_not_escalate),
            *(f"Limits, {_words(act)}: {', '.join(_limit(tier, most) for tier, most in limits)}" for act, limits in sop.limits.items()),
            *([f"Above a limit: {_words(sop.over)}."] if sop.over else []),
            *(["Clocks: " + ", ".join(f"{_words(clock)} {_span(minutes)}" for clock, minutes in sop.sla.items())] if sop.sla else []),
        ]
    )


def _conditions(before: str, when: str) -> str:
    return (f" before {before}" if before else "") + (f" when {when}" if when else "")


def _to(team: str) -> str:
    return f" to {team}" if team else ""


def _span(minutes: float) -> str:
    return f"{minutes / 60:g} h" if minutes >= _HOUR else f"{minutes:g} min"


def _limit(tier: str, most: float) -> str:
    return f"{f'tier {tier}' if tier.isdecimal() else tier} up to {most:,.0f}" if most == int(most) else f"tier {tier} up to {most:,.2f}"


def _words(verb: str) -> str:
    return verb.replace("_", " ")


def _cited(sop: Sop, cited: Sequence[Mapping[str, Any]]) -> str:
    if not cited:
        return "Nothing that can be played cites it."
    return f"Version {sop.version} is practised in:\n" + "\n".join(_citation(each) for each in cited)


def _citation(each: Mapping[str, Any]) -> str:
    return clean_line(f"- {each['kind']} {each['id']}: {each['title']}{'' if each['playable'] else ' (broken)'}")


def _notes(sop: Sop, count: int) -> str:
    if not count:
        return ""
    return f"{count} {'note' if count == 1 else 'notes'} that something is wrong here; `branchline sop notes {sop.id}` lists them."
