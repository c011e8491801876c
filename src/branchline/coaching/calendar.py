"""The actions of a plan as a calendar (RFC 5545): an all-day event on the day each is due, a to-do for one without a day.

Everything is made of the plan, so that the same plan gives the same file, and importing it again brings the entries up to date: each keeps
its UID, and SEQUENCE goes up when it is closed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from branchline.coaching.plan import DONE, GIVEN_UP, OPEN
from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.coaching.plan import Action, Plan

PRODUCT = "-//Branchline//Coaching//EN"
LONGEST = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def calendar(plan: Plan) -> str:
    """The calendar, its lines folded and ended by CRLF."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    for action in plan.actions:
        lines += _entry(plan, action)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in fold(line))


def _entry(plan: Plan, action: Action) -> Iterator[str]:
    kind = "VEVENT" if action.due else "VTODO"
    changed = action.closed_at or action.at
    yield f"BEGIN:{kind}"
    yield f"UID:{action.id.replace(':', '-')}@branchline"
    yield f"DTSTAMP:{_stamp(changed)}"
    yield f"CREATED:{_stamp(action.at)}"
    yield f"LAST-MODIFIED:{_stamp(changed)}"
    yield f"SEQUENCE:{int(action.state != OPEN)}"
    yield f"SUMMARY:{escaped(_summary(action))}"
    yield f"DESCRIPTION:{escaped(_description(plan, action))}"
    if action.due:
        day = date.fromisoformat(action.due)
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        # An event without an end lasts the day; the last of all days has none after it.
        if day < date.max:
            yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
        yield f"STATUS:{'CANCELLED' if action.state == GIVEN_UP else 'CONFIRMED'}"
    else:
        yield f"STATUS:{ {OPEN: 'NEEDS-ACTION', DONE: 'COMPLETED', GIVEN_UP: 'CANCELLED'}[action.state] }"
        if action.state == DONE:
            yield f"COMPLETED:{_stamp(action.closed_at)}"
    yield f"END:{kind}"


def _summary(action: Action) -> str:
    return f"✓ {action.text}" if action.state == DONE else action.text


def _description(plan: Plan, action: Action) -> str:
    lines = [f"Practise: {', '.join(action.practise)}"] if action.practise else []
    lines += [f"Goal: {goal}" for goal in plan.goals]
    lines += [f"Closed: {action.said}"] if action.said else []
    return "\n".join([*lines, f"Agreed by {plan.coach} and {plan.learner}."])


def _stamp(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11); what a program would obey is replaced."""
    return clean(text.replace("\r\n", "\n")).replace("\t", " ").translate(_ESCAPES)


def fold(line: str) -> Iterable[str]:
    """The line in parts of at most 75 octets, all but the first begun by a space; no character is torn apart."""
    part, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > LONGEST:
            yield part
            part, size = " ", 1
        part, size = part + char, size + octets
    yield part
