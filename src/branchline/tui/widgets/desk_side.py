"""What stands beside the ticket: its fields with the CRM's errors, clocks, approvals, exceptions, and the company's records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.content.facts import spelled
from branchline.engine.desk_state import WAITING
from branchline.text import clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.desk_stream import author_name, customer_name, moment
from branchline.tui.words import bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.content.desk_types import Drill
    from branchline.engine.desk_state import DeskState
    from branchline.engine.events import Value
    from branchline.engine.sla import Clock

LABEL = 15
"""Columns of labels."""
BAR = 10
"""Columns of the clocks' bars."""
SHOWN = (
    "status", "priority", "impact", "urgency", "assignee", "group", "tier", "category", "disposition", "resolution_code", "type", "service",
    "problem", "merged_into", "reopens", "reassignments",
)  # fmt: skip
"""Ticket fields in the order in which they are shown, those that a drill adds behind them."""
ELSEWHERE = frozenset({"id", "subject", "description", "requester", "channel"})
"""Ticket fields that the heading shows."""
QUIET = frozenset(
    {"problem", "merged_into", "followup_of", "service", "type", "resolution_code", "tier", "subcategory", "reopens", "reassignments"}
)
"""Ticket fields that are left out while they say nothing."""
UNSHOWN = frozenset({"id", "proof", "call_result"})
"""Record fields that decide what a check finds, and are nowhere to be read."""
NAMES = {"first_reply": "First reply", "next_reply": "Next reply", "resolve": "Resolution", "agent_work": "Agent's work"}
ANSWERS = ("… no answer yet", "✓ granted", "✗ refused")
HOUR, DAY = 60, 1440


def field_title(name: str) -> str:
    """A field as the CRM calls it."""
    return name.replace("_", " ").capitalize()


def span(minutes: float) -> str:
    """A length of time in the unit that people would use."""
    for unit, word in ((DAY, "d"), (HOUR, "h")):
        if minutes >= 2 * unit:
            return f"{minutes / unit:.1f}".removesuffix(".0") + f" {word}"
    return f"{minutes:.0f} min"


def clock_words(clock: Clock) -> tuple[str, str, str]:
    """Glyph, words and style of an SLA clock."""
    if clock.state == "breached":
        return "✗", f"breached after {span(clock.target)}", "bold $desk-bad"
    if clock.state == "met":
        return "✓", f"met in {span(clock.spent)}", "$desk-good"
    left = span(max(0.0, clock.target - clock.spent))
    if clock.paused:
        return "‖", f"stands still, {left} left", "$desk-soft"
    return "◷", f"{left} left", "bold $desk-warn" if clock.spent >= clock.target * 0.75 else "$desk-ink"


def clock_line(clock: Clock, width: int) -> Content:
    """An SLA clock: glyph, name, bar and words."""
    glyph, words, style = clock_words(clock)
    used = bar(100 * clock.spent / clock.target if clock.target else 100.0, width, style)
    name = NAMES.get(clock.name, field_title(clean_line(clock.name)))
    return Content.assemble((f"{glyph} ", style), (f"{name} ", "$desk-soft")) + used + Content.styled(f" {words}", style)


def header(drill: Drill, state: DeskState, clocks: Sequence[Clock]) -> list[Block]:
    """What ticket this is, how it stands, who asks, and how much time is left."""
    ticket = state.ticket
    subject = Content.assemble((f"#{clean_line(str(ticket['id']))} ", "$desk-soft"), (clean_line(str(ticket["subject"])), "bold"))
    status = clean_line(str(ticket["status"]))
    facts = [
        Content.styled(f"● {status}", "bold $desk-accent"),
        _fact("priority", clean_line(str(ticket["priority"])) or "–"),
        _fact("from", customer_name(drill)),
        _fact("assignee", owner(drill, state)),
        _fact("clock", moment(state.core.clock)),
    ]
    blocks = [Block(subject), Block(Content(""), parts=tuple(facts))]
    if clocks:
        blocks.append(Block(Content(""), parts=tuple(clock_line(clock, BAR // 2) for clock in clocks)))
    return blocks


def owner(drill: Drill, state: DeskState) -> str:
    """Whose ticket it is."""
    ticket = state.ticket
    names = [author_name(drill, str(ticket[field])) for field in ("assignee", "group") if ticket[field]]
    return ", ".join(names) or "nobody"


def _fact(label: str, value: str) -> Content:
    return Content.assemble((f"{label} ", "$desk-soft"), value)


def side(drill: Drill, state: DeskState, clocks: Sequence[Clock], errors: Iterable[str]) -> list[Block]:
    """The whole pane."""
    return [
        *_fields(drill, state, errors),
        heading("SLA"),
        *(Block(clock_line(clock, BAR)) for clock in clocks),
        *_approvals(state),
        *_records(drill, state),
        *_lists(drill),
    ]


def errors_of(errors: Iterable[str]) -> dict[str, list[str]]:
    """The CRM's errors by the title of their field."""
    found: dict[str, list[str]] = {}
    for error in errors:
        for part in error.split("; "):
            field, colon, words = part.partition(": ")
            if colon:
                found.setdefault(field, []).append(words)
            elif found:
                found[next(reversed(found))][-1] += f"; {part}"
            else:
                found[""] = [part]
    return found


def _fields(drill: Drill, state: DeskState, errors: Iterable[str]) -> list[Block]:
    ticket, wrong = state.ticket, errors_of(errors)
    names = [*SHOWN, *(name for name in ticket if name not in SHOWN and name not in ELSEWHERE)]
    blocks = [heading("Fields", above=0)]
    for name in names:
        problems = wrong.pop(field_title(name), [])
        value = ticket.get(name, "")
        if problems or (name in ticket and (value not in ("", 0) or name not in QUIET)):
            blocks += [_row(field_title(name), _told(drill, state, name, value)), *(_error(words) for words in problems)]
    blocks.append(_row("Tags", " ".join(state.core.tags)))
    return blocks + [_error(f"{field}: {words}" if field else words) for field, found in wrong.items() for words in found]


def _told(drill: Drill, state: DeskState, name: str, value: Value) -> str:
    known = drill.catalogue
    text = str(value)
    if name in {"assignee", "group"}:
        return author_name(drill, text) if text else ""
    if name == "category":
        return known.categories.get(text, text)
    if name == "disposition":
        return known.dispositions_of(str(state.ticket["category"])).get(text, text)
    return spelled(value)


def _row(label: str, value: str) -> Block:
    text = Content(clean_line(value)) if value else Content.styled("–", "$desk-soft")
    return Block(text, Content.styled(label[: LABEL - 1].ljust(LABEL), "$desk-soft"))


def _error(words: str) -> Block:
    return Block(Content.styled(clean_line(words), "$desk-bad"), Content.styled("  ✗ ", "bold $desk-bad"))


def _approvals(state: DeskState) -> list[Block]:
    core, blocks = state.core, []
    if core.approvals:
        blocks.append(heading("Approvals"))
        for asked in core.approvals:
            style = "$desk-soft" if asked.answer == WAITING else "$desk-ink"
            what = f"{field_title(asked.act)} {asked.amount:.2f}" if asked.amount else field_title(asked.act)
            words = ANSWERS[asked.answer] + (", used" if asked.used else "")
            blocks.append(Block(Content.assemble(clean_line(what), (f"  {words}", style)), Content("• ")))
    if core.exceptions:
        blocks.append(heading("Exceptions"))
        known = state.frame.drill.catalogue.exceptions
        for code, reason in core.exceptions:
            text = Content.assemble((clean_line(known.get(code, code)), "bold"), "\n", clean_line(reason))
            blocks.append(Block(text, Content("• ")))
    return blocks


def looked_up(drill: Drill, state: DeskState) -> frozenset[str]:
    """Record fields that no tool shows, or that one has shown, or that have changed: what the pane may tell."""
    shows = {verb.id: {name for name in drill.fields if f"{{{name}}}" in verb.shows} for verb in drill.verbs.values()}
    behind = {name for names in shows.values() for name in names}
    seen = {name for done in state.core.acts for name in shows.get(done.verb, ())}
    changed = {name for name, old, new in zip(drill.fields, drill.values, state.core.records, strict=True) if old != new}
    return frozenset(name for name in drill.fields if name not in behind or name in seen or name in changed)


def _records(drill: Drill, state: DeskState) -> list[Block]:
    open_fields, records = looked_up(drill, state), state.records
    blocks: list[Block] = []
    for record, names in drill.records.items():
        rows = _record(names, open_fields, records)
        if rows:
            blocks += [heading(field_title(clean_line(record))), *rows]
    return blocks


def _record(names: Iterable[str], open_fields: frozenset[str], records: Mapping[str, Value]) -> list[Block]:
    rows, closed = [], []
    for name in names:
        field = name.partition(".")[2]
        if field in UNSHOWN:
            continue
        if name in open_fields or field == "name":
            rows.append(_row(field_title(clean_line(field)), spelled(records[name])))
        else:
            closed.append(clean_line(field.replace("_", " ")))
    if closed:
        rows.append(Block(Content.styled(f"not looked up: {', '.join(closed)}", "italic $desk-soft"), Content("… ")))
    return rows


def _lists(drill: Drill) -> list[Block]:
    blocks: list[Block] = []
    for name, items in drill.lists.items():
        blocks.append(heading(field_title(clean_line(name))))
        for item in items:
            facts = [clean_line(f"{field.replace('_', ' ')} {spelled(value)}") for field, value in item.items() if field != "id"]
            text = Content.assemble((clean_line(str(item.get("id", ""))), "bold"), ("  " + ", ".join(facts), "$desk-soft"))
            blocks.append(Block(text, Content("• ")))
    return blocks
