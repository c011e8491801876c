"""The forms of the desk: what each act asks for, and the act that a filled form means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from branchline.content.desk_types import PRIORITIES, STATUSES, TICKET_NUMBERS
from branchline.engine.desk_ticket import LOCKED, TYPES
from branchline.text import clean, clean_line
from branchline.tui.screens.desk_dialog import Part
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.desk_side import field_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from branchline.content.desk_types import Argument, Drill
    from branchline.engine.events import Value
    from branchline.practice import DeskPractice

REPLY, NOTE, MACRO = "public_reply", "internal_note", "apply_macro"
HOLDING = ("third_party", "next_update")
"""What a note must say before a ticket may wait for somebody else."""
KEYED = frozenset({REPLY, NOTE, MACRO, "set_field", "set_status", "escalate", "log_exception", "wait", "submit"})
"""Ticket verbs with a key of their own; the action menu leaves them out."""
TITLES = {
    "assign": "Assign the ticket", "merge": "Merge into another ticket", "link_incident": "Link to an incident",
    "request_approval": "Ask for approval",
}  # fmt: skip


class Deed(NamedTuple):
    """What is to be done at the desk."""

    verb: str
    arguments: Mapping[str, Value]
    text: str = ""


class Form(NamedTuple):
    """What an act asks for; `parts` empty where it asks nothing."""

    key: str
    """Under which a draft is kept."""
    title: str
    parts: tuple[Part, ...]
    deed: Callable[[Mapping[str, str]], Deed]
    about: tuple[Block, ...] = ()
    draft: Mapping[str, str] = {}
    """What its fields begin with where no draft is kept."""


def reply(practice: DeskPractice) -> Form:
    """A public reply; a macro that was applied waits in it."""
    macro, text = practice.state.core.draft
    made = {"macro": macro} if macro else {}
    parts = (Part("text", "The customer reads this", "text"),)
    return Form(f"reply {macro}", "Public reply", parts, lambda said: Deed(REPLY, made, said["text"]), draft={"text": text})


def note(practice: DeskPractice) -> Form:
    """An internal note with the fields that the SOPs want written down."""
    fields = _written_down(practice.drill, NOTE, (*practice.drill.expect.note, *HOLDING))
    parts = (Part("text", "Only colleagues read this", "text", needed=False), *_lines(fields))
    return Form("note", "Internal note", parts, lambda said: Deed(NOTE, _filled(said), said["text"]))


def _written_down(drill: Drill, verb: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    steps = (field for sop in drill.sops.values() for step in sop.steps if step.do == verb for field in step.fields)
    return tuple(dict.fromkeys(name for name in (*steps, *more) if name not in {"text", "to"}))


def _lines(names: Iterable[str]) -> tuple[Part, ...]:
    return tuple(Part(name, field_title(name), needed=False) for name in names)


def _filled(said: Mapping[str, str]) -> dict[str, Value]:
    return {name: value.strip() for name, value in said.items() if name != "text" and value.strip()}


def settable(practice: DeskPractice) -> tuple[str, ...]:
    """The ticket fields that can be set by hand; the status has a key of its own."""
    named = (name for name in practice.state.ticket if name not in LOCKED and name != "status")
    return (*named, "tags")


def field(practice: DeskPractice, name: str) -> Form:
    """One ticket field: its legal values to choose from, or a line to write."""
    state, title = practice.state, field_title(clean_line(name))
    now = " ".join(state.core.tags) if name == "tags" else str(state.ticket[name])
    words = _legal(practice, name)
    part = Part("value", title, "pick" if words else "line", words, needed=name not in {"tags", "assignee", "group"})
    return Form(
        f"field {name}",
        f"Set {title}",
        (part,),
        lambda said: Deed("set_field", {"field": name, "value": said["value"]}),
        (),
        {"value": now},
    )


def _legal(practice: DeskPractice, name: str) -> tuple[tuple[str, str], ...]:
    known, ticket = practice.drill.catalogue, practice.state.ticket
    if name in {"impact", "urgency"}:
        return (("1", "1 high"), ("2", "2 middle"), ("3", "3 low"))
    if name in TICKET_NUMBERS:
        return ()
    if name == "disposition":
        return tuple((value, f"{title}  ({value})") for value, title in known.dispositions_of(str(ticket["category"])).items())
    if name == "category":
        return tuple((value, f"{value}  {title}") for value, title in known.categories.items())
    if name == "group":
        return tuple(known.tiers.items())
    plain = {"priority": PRIORITIES, "type": TYPES}.get(name, ())
    return tuple((value, value) for value in plain)


def status(practice: DeskPractice) -> Form:
    """The status that the ticket should have."""
    now = str(practice.state.ticket["status"])
    words = tuple((value, value) for value in STATUSES if value not in {"new", "closed", now})
    part = Part("status", "Status", "pick", words)
    return Form("status", f"Status: now {now}", (part,), lambda said: Deed("set_status", {"status": said["status"]}))


def macro(practice: DeskPractice, macro_id: str) -> Form:
    """A macro with its text, to be read before it is applied."""
    found = practice.drill.catalogue.macros[macro_id]
    about = [Block(Content(clean(found.reply)), Content("  "))]
    also = [f"tags {', '.join(found.tags)}"] * bool(found.tags) + [f"{field_title(name)} {value}" for name, value in found.fields]
    also += [f"status {found.status} when it is sent"] * bool(found.status)
    if also:
        about.append(Block(Content.styled(clean_line(f"Also sets {'; '.join(also)}."), "$desk-soft"), Content("  "), above=1))
    return Form(f"macro {macro_id}", f"Macro: {found.title}", (), lambda _: Deed(MACRO, {"macro": macro_id}), tuple(about))


def exception(practice: DeskPractice) -> Form:
    """An exception from an SOP with its reason."""
    known = tuple((code, f"{title}  ({code})") for code, title in practice.drill.catalogue.exceptions.items())
    code = Part("code", "Exception", "pick" if known else "line", known)
    parts = (
        code,
        Part("reason", "Reason"),
        *_lines(name for name in _written_down(practice.drill, "log_exception") if name not in {"code", "reason"}),
    )
    return Form("exception", "Log an exception", parts, lambda said: Deed("log_exception", _filled(said)))


def wait(_practice: DeskPractice) -> Form:
    """Waiting ends early when something happens."""
    part = Part("minutes", "Minutes at most", needed=False, tip="until something happens")
    return Form("wait", "Wait", (part,), lambda said: Deed("wait", _filled(said)))


def hand_over(practice: DeskPractice, to: str) -> Form:
    """Escalate to a tier or team, with a reason."""
    title = practice.drill.catalogue.tiers.get(to, to)
    fields = _written_down(practice.drill, "escalate")
    parts = (Part("text", "What they need to know", "text", needed=not fields), *_lines(fields))
    return Form(f"escalate {to}", f"Escalate to {title}", parts, lambda said: Deed("escalate", {"to": to, **_filled(said)}, said["text"]))


def verb(practice: DeskPractice, name: str) -> Form:
    """An entry of the action menu: a company verb, or a ticket verb without a key."""
    drill = practice.drill
    if name in drill.verbs:
        found = drill.verbs[name]
        parts = tuple(_argument(argument) for argument in found.arguments)
        return Form(
            f"verb {name}", found.title, parts, lambda said: Deed(name, {key: value for key, value in said.items() if value.strip()})
        )
    if name == "request_approval":
        acts = tuple((act, field_title(act)) for act in dict.fromkeys(known.authority for known in drill.verbs.values() if known.authority))
        for_ = Part("for", "Approval of", "pick" if acts else "line", acts, needed=False)
        amount = Part("amount", "Amount", needed=False, tip="such as 89.00")
        return Form(name, TITLES[name], (for_, amount, Part("reason", "Reason")), lambda said: Deed(name, _filled(said)))
    if name == "assign":
        part = Part("group", "Group", "pick", (("", "Take it yourself"), *drill.catalogue.tiers.items()), needed=False)
        return Form(name, TITLES[name], (part,), lambda said: Deed(name, _filled(said) or {"to": "me"}))
    items = drill.lists.get("tickets" if name == "merge" else "incidents", ())
    words = tuple((str(item.get("id", "")), _item(item)) for item in items)
    argument = "into" if name == "merge" else "incident"
    part = Part(argument, field_title(argument), "pick" if words else "line", words)
    return Form(name, TITLES.get(name, field_title(name)), (part,), lambda said: Deed(name, _filled(said)))


def _item(item: Mapping[str, Value]) -> str:
    return "  ".join(str(value) for value in item.values())


def _argument(argument: Argument) -> Part:
    title, needed = field_title(argument.name), not argument.optional
    none = (("", "–"),) if argument.optional else ()
    match argument.kind:
        case "words":
            return Part(argument.name, title, "pick", (*none, *((word, word.replace("_", " ")) for word in argument.words)), needed)
        case "range" if argument.high - argument.low < 10:  # noqa: PLR2004  # as many as stand in a short list
            numbers = tuple((str(number), str(number)) for number in range(argument.low, argument.high + 1))
            return Part(argument.name, title, "pick", (*none, *numbers), needed)
        case "flag":
            return Part(argument.name, title, "pick", (*none, ("yes", "yes"), ("no", "no")), needed)
        case "text":
            return Part(argument.name, title, "text", needed=needed)
    tip = {"money": "an amount such as 89.00", "range": f"{argument.low} to {argument.high}"}.get(argument.kind, "a number")
    return Part(argument.name, title, needed=needed, tip=tip)


def action_entries(practice: DeskPractice) -> list[Block]:
    """The action menu: the company's tools, then what else can be done with the ticket."""
    drill, verbs = practice.drill, practice.available()
    tools = [name for name in verbs if name in drill.verbs]
    rest = [name for name in verbs if name not in drill.verbs and name not in KEYED]
    blocks = [heading("Tools", above=0)] if tools else []
    blocks += [_entry(name, drill.verbs[name].title, drill.verbs[name].minutes, drill.verbs[name].arguments) for name in tools]
    blocks.append(heading("Ticket"))
    return blocks + [_entry(name, TITLES.get(name, field_title(name)), drill.ticket_minutes[name], ()) for name in rest]


def _entry(name: str, title: str, minutes: float, arguments: Iterable[Argument]) -> Block:
    asks = ", ".join(field_title(argument.name).casefold() for argument in arguments)
    text = Content.assemble(clean_line(title), (f"  {clean_line(asks)}" if asks else "", "$desk-soft"))
    return Block(text, Content("  "), Content.styled(f"{minutes:g} min", "$desk-soft"), id=name)
