"""Places in a session as people call them: an entry by its seq, a transcript line, or a decision by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.engine.events import TIMEOUT, ChoiceMade, DeskActed, TimedOut
from branchline.engine.standing import standing
from branchline.errors import UnknownId
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from branchline.coaching.review import Review
    from branchline.engine.events import Event

_LINE = re.compile(r"(?:line|l)\s*[:.]?\s*([0-9]{1,9})", re.IGNORECASE)
_SEQ = re.compile(r"#?([0-9]{1,9})")


def entry_at(review: Review, where: str) -> int:
    """The seq that `where` names: `12` (a seq), `L12` (a line of the transcript), `node.choice`, a time-out's `node!timeout`, a desk act.

    Of a decision made several times the only one that stands is meant. UnknownId, code `unknown-moment`, where nothing or several have
    the name; a number need not be one of the session's.
    """
    where = where.strip()
    if found := _SEQ.fullmatch(where):
        return int(found[1])
    if found := _LINE.fullmatch(where):
        return _of_line(review, int(found[1]))
    named = [(seq, name) for seq, event in enumerate((step.entry.event for step in review.steps), 1) if (name := name_of(event))]
    hits = [seq for seq, name in named if where and where in {name, name.partition(".")[2]}]
    if len(hits) > 1:
        stand = {seq for seq, _ in standing([step.entry.event for step in review.steps])}
        hits = [seq for seq in hits if seq in stand] or hits
    if len(hits) == 1:
        return hits[0]
    if hits:
        places = ", ".join(map(str, hits))
        hint = f"Name the entry: {places}."
        raise UnknownId(f"`{clean_line(where)}` happened {len(hits)} times.", hint=hint, code="unknown-moment")
    hint = did_you_mean(where, [name for _, name in named])
    raise UnknownId(f"Nothing in the session is called `{clean_line(where)}`.", hint=hint, code="unknown-moment")


def name_of(event: Event) -> str:
    """The name of a decision: `node.choice`, `node!timeout`, `desk.act`; empty for everything else."""
    match event:
        case ChoiceMade(node=node, choice=choice):
            return f"{node}.{choice}"
        case TimedOut(node=node):
            return f"{node}{TIMEOUT}"
        case DeskActed(verb=verb):
            return f"desk.{verb}"
        case _:
            return ""


def _of_line(review: Review, number: int) -> int:
    lines = review.transcript.lines
    if not 1 <= number <= len(lines):
        hint = f"Its lines go from 1 to {len(lines)}."
        raise UnknownId(f"The transcript has no line {number}.", hint=hint, code="unknown-moment")
    return lines[number - 1].seq
