"""The ticket verbs: what each asks for, when the desk refuses it, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.told import says, words_of
from branchline.engine.desk_authority import request
from branchline.engine.desk_state import Audit
from branchline.engine.desk_ticket import note_fields, rank, set_field, set_fields, set_status, team
from branchline.engine.desk_work import ME, MISSING, Refusal, Work, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.content.desk_types import Macro
    from branchline.engine.events import Value

ASKING = "?？؟"
"""Marks of a question."""


class Call(NamedTuple):
    """What a ticket verb was given."""

    arguments: Mapping[str, Value]
    text: str

    def word(self, name: str) -> str:
        """An argument as text, empty where it was not given."""
        return str(self.arguments.get(name, "")).strip()


def filled(work: Work, text: str) -> str:
    """A text with the values of record and ticket fields in place of `{record.field}`."""
    for name, value in (*zip(work.drill.fields, work.records, strict=True), *((f"ticket.{k}", v) for k, v in work.ticket.items())):
        if f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", shown(value))
    return text


def shown(value: Value) -> str:
    """A value as the desk shows it: amounts with two decimals, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def prepared(work: Work, verb: str, call: Call) -> Call:
    """The call as it is carried out: a reply without text takes the draft, a macro without text its own."""
    if verb != "public_reply" or call.text:
        return call
    macro = call.word("macro") or work.draft[0]
    if macro not in work.drill.catalogue.macros:
        return call
    text = work.draft[1] if macro == work.draft[0] else filled(work, work.drill.catalogue.macros[macro].reply)
    return Call({**call.arguments, "macro": macro}, text)


def _public_reply(work: Work, call: Call) -> None:
    if not call.text:
        raise invalid("Public reply: is empty")
    macro = _macro(work, call.word("macro")) if call.word("macro") else None
    kept = macro is not None and says(call.text, [words_of(filled(work, macro.reply))])
    told = {fact for fact, forms in work.drill.forms.items() if says(call.text, forms)} | set(macro.tells if macro and kept else ())
    asks = any(mark in call.text for mark in ASKING) or (macro is not None and kept and macro.asks)
    work.write(ME, call.text, public=True, asks=asks)
    work.own()
    work.tells = tuple(sorted(told))
    work.told = tuple(sorted({*work.told, *told}))
    work.draft = ("", "")
    if macro is not None and macro.status and macro.status != work.status:
        _try_status(work, macro.status)


def _try_status(work: Work, status: str) -> None:
    """A macro's status is set where the ticket may have it, and else left alone."""
    try:
        set_status(work, status, asks=True)
    except Refusal:
        return


def _macro(work: Work, name: str) -> Macro:
    macro = work.drill.catalogue.macros.get(name)
    if macro is None:
        raise Refusal(MISSING, f"Macro: {name or 'nothing'} does not exist")
    return macro


def _internal_note(work: Work, call: Call) -> None:
    lines = [f"{name.replace('_', ' ').capitalize()}: {value}" for name, value in call.arguments.items() if str(value).strip()]
    text = "\n".join([*([call.text] if call.text else []), *lines])
    if not text:
        raise invalid("Internal note: is empty")
    work.write(ME, text, public=False)


def _set_field(work: Work, call: Call) -> None:
    fields = {name: value for name, value in call.arguments.items() if name not in {"field", "value"}}
    if "field" in call.arguments:
        fields[call.word("field")] = call.arguments.get("value", call.text)
    if not fields:
        raise invalid("Field: is required")
    set_fields(work, fields)


def _set_status(work: Work, call: Call) -> None:
    set_status(work, call.word("status") or call.text)


def _assign(work: Work, call: Call) -> None:
    to, group = call.word("to"), call.word("group")
    before = (work.ticket["assignee"], work.ticket["group"])
    if group:
        set_field(work, "group", group)
    if to or not group:
        set_field(work, "assignee", to or ME)
    _count(work, before)
    work.own()


def _count(work: Work, before: tuple[Value, Value]) -> None:
    """A ticket that changes hands is reassigned; the first hands do not count."""
    if any(before) and before != (work.ticket["assignee"], work.ticket["group"]):
        work.put("reassignments", int(work.ticket["reassignments"]) + 1)


def _escalate(work: Work, call: Call) -> None:
    if not call.word("to"):
        raise invalid("Escalation: tier or team is required")
    to = team(work, call.word("to"))
    own, wanted = rank(work.frame.tier), rank(to)
    if wanted is not None and own is not None and wanted <= own:
        raise invalid(f"Escalation: goes upwards from tier {work.frame.tier}, not to {to}")
    reasons = note_fields({name: value for name, value in call.arguments.items() if name != "to"}, "")
    text = "\n".join([*([call.text] if call.text else []), *(f"{name.capitalize()}: {value}" for name, value in reasons.items())])
    if not text:
        raise invalid("Escalation: a reason is required")
    before = (work.ticket["assignee"], work.ticket["group"])
    work.put("group", to)
    if wanted is not None:
        work.put("tier", to)
    _count(work, before)
    work.write(ME, text, public=False)
    work.own()


def _merge(work: Work, call: Call) -> None:
    into = call.word("into")
    other = next((ticket for ticket in work.drill.lists.get("tickets", ()) if str(ticket.get("id")) == into), None)
    if into == str(work.ticket["id"]):
        raise invalid("Merge: cannot merge a ticket into itself")
    if other is None:
        raise Refusal(MISSING, f"Merge: ticket {into or 'nothing'} does not exist")
    if other.get("status") == "closed":
        raise invalid("Merge: cannot merge into a closed ticket")
    if other.get("requester", work.ticket["requester"]) != work.ticket["requester"]:
        raise invalid("Merge: cannot merge into a ticket of another requester")
    work.put("merged_into", into)
    work.write(ME, call.text or f"Merged into ticket {into}.", public=False)
    work.audits.append(Audit(work.clock, "Merge", "merged_into", str(work.ticket["id"]), into))
    if work.status != "solved":
        work.move("solved")


def _link_incident(work: Work, call: Call) -> None:
    incident = call.word("incident")
    if not any(str(known.get("id")) == incident for known in work.drill.lists.get("incidents", ())):
        raise Refusal(MISSING, f"Incident: {incident or 'nothing'} does not exist")
    work.put("problem", incident)


def _request_approval(work: Work, call: Call) -> None:
    request(work, call.arguments, call.text or call.word("reason"))


def _log_exception(work: Work, call: Call) -> None:
    code, reason = call.word("code"), call.word("reason") or call.text
    known = work.drill.catalogue.exceptions
    if not code or not reason:
        raise invalid("; ".join(f"Exception: a {what} is required" for what, given in (("code", code), ("reason", reason)) if not given))
    if known and code not in known:
        raise Refusal(MISSING, f"Exception: there is no code {code}")
    work.exceptions.append((code, reason))
    work.audits.append(Audit(work.clock, "Exception", code, "", reason))


def _apply_macro(work: Work, call: Call) -> None:
    macro = _macro(work, call.word("macro"))
    set_fields(work, dict(macro.fields))
    work.tag(tuple(dict.fromkeys((*work.tags, *macro.tags))))
    if macro.reply:
        work.draft = (macro.id, filled(work, macro.reply))
        work.shown = work.draft[1]


ARGUMENTS: Mapping[str, tuple[str, ...] | None] = {
    "public_reply": ("macro",),
    "internal_note": None,
    "set_field": None,
    "set_status": ("status",),
    "assign": ("to", "group"),
    "escalate": None,
    "merge": ("into",),
    "link_incident": ("incident",),
    "request_approval": None,
    "log_exception": None,
    "apply_macro": ("macro",),
    "wait": ("minutes",),
}
"""The arguments that each ticket verb takes; None: fields of the learner's own are legal too."""
FREE = frozenset({"internal_note", "escalate", "request_approval", "log_exception"})
"""Verbs whose fields count as written down."""
RULES: Mapping[str, Callable[[Work, Call], None]] = {
    "public_reply": _public_reply,
    "internal_note": _internal_note,
    "set_field": _set_field,
    "set_status": _set_status,
    "assign": _assign,
    "escalate": _escalate,
    "merge": _merge,
    "link_incident": _link_incident,
    "request_approval": _request_approval,
    "log_exception": _log_exception,
    "apply_macro": _apply_macro,
    "wait": lambda _work, _call: None,
}
