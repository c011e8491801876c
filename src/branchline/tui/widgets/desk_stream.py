"""The ticket's stream as blocks: replies, notes, what tools showed, what was refused, and the audit trail.

Customer, public reply, internal note, colleague, system and tool differ by glyph, label and indent; colour only repeats it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from branchline.content.facts import spelled
from branchline.journal.desk_telling import act_in_words
from branchline.text import clean, clean_line
from branchline.tui.widgets.block import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.content.desk_types import Drill
    from branchline.engine.desk_state import Audit, Comment, DeskState
    from branchline.engine.events import DeskActed

ME, CUSTOMER, SYSTEM, COLLEAGUE = "me", "customer", "system", "agent"
WRITTEN = frozenset({"public_reply", "internal_note", "escalate", "merge"})
"""Verbs that leave a comment, which tells of them well enough."""
UNTOLD = frozenset({"Comment", "Refused"})
"""Audit lines whose matter stands in the stream already."""


class Entry(NamedTuple):
    """One thing in the stream."""

    at: int
    """Seconds on the desk clock."""
    block: Block


def moment(seconds: int) -> str:
    """A place on the desk clock, hours and minutes."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def customer_name(drill: Drill) -> str:
    """The requester's name: from the records, else as the ticket says it."""
    known = dict(zip(drill.fields, drill.values, strict=True))
    return clean_line(str(known.get("customer.name") or drill.ticket.get("requester") or "")) or "Customer"


def author_name(drill: Drill, author: str) -> str:
    """Who wrote a comment, as people call them."""
    plain = {ME: "You", CUSTOMER: customer_name(drill), SYSTEM: "System", COLLEAGUE: "A colleague"}
    return plain.get(author) or clean_line(drill.catalogue.tiers.get(author, author))


def stream(drill: Drill, state: DeskState, audits: tuple[Audit, ...] = ()) -> list[Block]:
    """Everything that stands in the ticket, the oldest first; with `audits`, their lines in between."""
    entries = [*_entries(drill, state)]
    entries += (Entry(audit.at, _audit(audit)) for audit in audits if audit.kind not in UNTOLD)
    return [entry.block for entry in sorted(entries, key=lambda entry: entry.at)]


def _entries(drill: Drill, state: DeskState) -> Iterator[Entry]:
    for step in _states(state):
        before = step.previous.core.comments if step.previous is not None else ()
        if step.decision is not None and (not step.decision.ok or step.decision.verb not in WRITTEN):
            yield Entry(step.core.clock, act_block(drill, step.decision))
        yield from (Entry(comment.at, comment_block(drill, comment)) for comment in step.core.comments[len(before) :])


def _states(state: DeskState) -> list[DeskState]:
    found: list[DeskState] = []
    step: DeskState | None = state
    while step is not None:
        found.append(step)
        step = step.previous
    return found[::-1]


def comment_block(drill: Drill, comment: Comment) -> Block:
    """One comment, told apart by who wrote it and who can read it."""
    name, text, when = author_name(drill, comment.author), clean(comment.text), _when(comment.at)
    if comment.author == SYSTEM:
        return Block(Content.styled(text, "italic $desk-soft"), Content.styled("· System  ", "$desk-soft"), when, above=1)
    if not comment.public:
        head = Content.assemble((f"✎ {name}", "bold $desk-warn"), ("  internal note", "$desk-warn"))
        body = head + Content.assemble("\n", (text, "$desk-ink"))
        return Block(body, Content.styled("┊ ", "$desk-warn"), when, above=1, repeat=True, indent=6, ground="on $desk-panel")
    if comment.author == CUSTOMER:
        head = Content.assemble((f"◂ {name}", "bold"), (" wrote", "$desk-soft"))
        return Block(head + Content.assemble("\n", text), Content.styled("┃ ", "$desk-ink"), when, above=1, repeat=True)
    head = Content.assemble((f"▸ {name}", "bold $desk-accent"), ("  public reply", "$desk-soft"))
    return Block(head + Content.assemble("\n", text), Content.styled("║ ", "$desk-accent"), when, above=1, repeat=True, indent=3)


def act_block(drill: Drill, acted: DeskActed) -> Block:
    """What was done with the company's tools or to the ticket, and what the desk answered."""
    words = clean_line(act_in_words(drill, acted._replace(text="", ok=True)))
    took = Content.styled(f"{acted.minutes:g} min", "$desk-soft")
    if not acted.ok:
        said = Content.assemble((f"{words} – refused", "bold $desk-bad"), "\n", clean(acted.message))
        return Block(said, Content.styled("✗ ", "bold $desk-bad"), took, above=1, indent=2)
    said = Content.styled(words, "$desk-soft")
    if acted.message:
        said += Content.assemble("\n", clean(acted.message))
    return Block(said, Content.styled("▪ ", "bold $desk-soft"), took, above=1, indent=2)


def _audit(audit: Audit) -> Block:
    old, new = clean_line(spelled(audit.old)), clean_line(spelled(audit.new))
    change = " → ".join(part for part in (old, new) if part)
    words = " ".join(part for part in (audit.kind, clean_line(audit.field.replace("_", " ")), change) if part)
    return Block(Content.styled(words, "$desk-soft"), Content.styled("⋮ audit  ", "$desk-soft"), _when(audit.at), indent=2)


def _when(at: int) -> Content:
    return Content.styled(moment(at), "$desk-soft")
