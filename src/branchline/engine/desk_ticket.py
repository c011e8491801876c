"""What a ticket's fields and statuses may be: the rules of a help desk, each with its error in the CRM's voice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.content.desk_types import PRIORITIES, STATUSES, TICKET_NUMBERS, priority_of
from branchline.engine.desk_work import MISSING, Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.engine.desk_state import Comment
    from branchline.engine.desk_work import Work
    from branchline.engine.events import Value

TYPES = ("question", "incident", "problem", "task")
LOCKED = frozenset(
    {"id", "requester", "channel", "description", "tier", "problem", "merged_into", "followup_of", "reopens", "reassignments"}
)
"""Ticket fields that nobody sets by hand."""
FIRST = ("category", "impact", "urgency")
"""Fields on which others depend; of several that are set at once they come first."""
_NEXT = re.compile(
    r"next update|update (?:at|by|on|in|within)|\b\d{1,2}[:.]\d{2}\b|tomorrow|within \w+ (?:minutes|hours|days)", re.IGNORECASE
)
_HEADER = re.compile(r"^[ \t]*([A-Za-z][A-Za-z _-]{0,30}?)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_MOST = 500
_RANKS = 3


def note_fields(arguments: Mapping[str, Value], text: str) -> dict[str, Value]:
    """The fields that a note fills in: its arguments, and the lines of its text that begin with a name and a colon."""
    written = {found.group(1).strip().casefold().replace(" ", "_").replace("-", "_"): found.group(2) for found in _HEADER.finditer(text)}
    return {name: value for name, value in {**written, **arguments}.items() if str(value).strip()}


def set_fields(work: Work, fields: Mapping[str, Value]) -> None:
    """Give ticket fields their values, those on which others depend first."""
    for field in sorted(fields, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)):
        set_field(work, field, fields[field])


def set_field(work: Work, field: str, value: Value) -> None:
    """Give one ticket field a value that it may have."""
    if field == "status":
        set_status(work, str(value))
    elif field == "tags":
        work.tag(tuple(dict.fromkeys(re.split(r"[\s,]+", str(value).strip()))) if str(value).strip() else ())
    elif field not in work.ticket or field in LOCKED:
        raise invalid(f"{_title(field)}: {'cannot be set by hand' if field in work.ticket else 'is no field of this ticket'}")
    elif field in TICKET_NUMBERS:
        _set_rank(work, field, value)
    else:
        _set_text(work, field, str(value).strip())


def _set_rank(work: Work, field: str, value: Value) -> None:
    """Impact and urgency are 1, 2 or 3, and the priority follows."""
    if isinstance(value, bool) or str(value) not in {"1", "2", "3", "1.0", "2.0", "3.0"}:
        raise invalid(f"{_title(field)}: must be 1, 2 or 3")
    work.put(field, int(float(value)))
    work.put("priority", priority_of(int(work.ticket["impact"]), int(work.ticket["urgency"])))


def _set_text(work: Work, field: str, value: str) -> None:
    if len(value) > _MOST:
        raise invalid(f"{_title(field)}: is too long (at most {_MOST} characters)")
    if problem := _wrong(work, field, value):
        raise invalid(problem)
    work.put(field, team(work, value) if field == "group" else value)
    if field == "category" and work.ticket["disposition"] not in ("", *work.drill.catalogue.dispositions_of(value)):
        work.put("disposition", "")
    if field in {"group", "assignee"}:
        work.own()


def _wrong(work: Work, field: str, value: str) -> str:
    """Why a field cannot have that value, field first; empty where it can."""
    ticket, known = work.ticket, work.drill.catalogue
    match field:
        case "priority":
            return _wrong_priority(value, int(ticket["impact"]), int(ticket["urgency"]))
        case "type" if value not in TYPES:
            return f"Type: must be one of {', '.join(TYPES)}"
        case "category" if known.categories and value not in known.categories:
            return f"Category: {value or 'nothing'} is not in the category tree"
        case "disposition" if known.dispositions and value not in known.dispositions_of(str(ticket["category"])):
            return f"Disposition: {value or 'nothing'} does not go with category {ticket['category'] or 'nothing'}"
        case "group" | "assignee" if not value:
            return f"{_title(field)}: cannot be empty"
    return ""


def _wrong_priority(value: str, impact: int, urgency: int) -> str:
    if value not in PRIORITIES:
        return f"Priority: must be one of {', '.join(PRIORITIES)}"
    return "" if value == priority_of(impact, urgency) else f"Priority: {value} does not follow from impact {impact} and urgency {urgency}"


def team(work: Work, name: str) -> str:
    """The tier or team of that name or title (`2`, `tier 2`, `Abuse desk`)."""
    tiers = work.drill.catalogue.tiers
    wanted = name.casefold().strip()
    for tier, title in tiers.items():
        if wanted in {tier.casefold(), title.casefold(), f"tier{tier}", f"tier {tier}", f"tier-{tier}"}:
            return tier
    if tiers:
        raise Refusal(MISSING, f"Group: {name} does not exist")
    return name


def set_status(work: Work, status: str, *, asks: bool = False) -> None:
    """Give the ticket a status that it may have now; `asks` says that what was just sent counts as a question."""
    old = work.status
    if status not in STATUSES:
        raise invalid(f"Status: must be one of {', '.join(STATUSES)}")
    if old == status:
        raise invalid(f"Status: is {status} already")
    if status in {"new", "closed"} or (old == "solved" and status != "open"):
        raise invalid(f"Status: cannot change from {old} to {status}")
    problems = _MISSING[status](work, asks) if status in _MISSING else ()
    if problems:
        raise invalid("; ".join(problems))
    work.move(status)


def _for_open(work: Work, _asks: bool) -> tuple[str, ...]:  # noqa: FBT001  # one form for every status
    return ("Status: a new ticket opens when it is assigned or answered",) if work.status == "new" else ()


def _for_pending(work: Work, asks: bool) -> tuple[str, ...]:  # noqa: FBT001  # as above
    if work.status == "hold" or asks:
        return ()
    replies = _replies(work)
    if not replies:
        return ("Public reply: is required before a ticket waits for the requester",)
    return () if any(reply.asks for reply in replies) else ("Public reply: asks the requester nothing, so the ticket cannot be pending",)


def _for_hold(work: Work, _asks: bool) -> tuple[str, ...]:  # noqa: FBT001  # as above
    if work.status == "pending" or any(
        _names_third_party(work, note.text) for note in work.comments if note.author == "me" and not note.public
    ):
        return ()
    return ("Internal note: must name the third party and the next update before a ticket is on hold",)


def _for_solved(work: Work, _asks: bool) -> tuple[str, ...]:  # noqa: FBT001  # as above
    found = [f"{_title(field)}: is required when solving a ticket" for field in ("assignee", "disposition") if not work.ticket[field]]
    if not any(comment.public and comment.author in {"me", "agent"} for comment in work.comments):
        found.append("Public reply: is required when solving a ticket")
    return tuple(found)


_MISSING = {"open": _for_open, "pending": _for_pending, "hold": _for_hold, "solved": _for_solved}


def _replies(work: Work) -> list[Comment]:
    """The public replies since the requester wrote last."""
    last = max((number for number, comment in enumerate(work.comments) if comment.author == "customer"), default=-1)
    return [comment for comment in work.comments[last + 1 :] if comment.public and comment.author in {"me", "agent"}]


def _names_third_party(work: Work, text: str) -> bool:
    """Whether a note says who is waited for and when there is news: by fields, or in its text."""
    fields, plain = note_fields({}, text), text.casefold()
    teams = [name for tier, title in work.drill.catalogue.tiers.items() if not tier.isdecimal() for name in (tier, title.casefold())]
    named = "third_party" in fields or any(re.search(rf"\b{re.escape(name)}\b", plain) for name in teams)
    return named and ("next_update" in fields or _NEXT.search(text) is not None)


def rank(tier: str) -> int | None:
    """How high a tier stands; None of a team."""
    if tier == "lead":
        return 1_000
    return int(tier) if tier.isdecimal() and len(tier) <= _RANKS else None


def field_errors(work: Work) -> tuple[str, ...]:
    """What keeps the ticket from being submitted, field first."""
    found = []
    if work.status == "new":
        found.append("Status: is still new; assign, answer or escalate the ticket")
    if work.status not in {"solved", "closed"} and not work.ticket["assignee"] and not work.ticket["group"]:
        found.append("Assignee: is required, or a group")
    if not work.ticket["category"]:
        found.append("Category: is required")
    return tuple(found)


def _title(field: str) -> str:
    return field.replace("_", " ").capitalize()
