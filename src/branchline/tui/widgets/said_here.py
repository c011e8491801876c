"""A transcript line as the debrief shows it, of a conversation or of a drill."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.content.desk_types import Drill
from branchline.text import clean
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.desk_stream import customer_name
from branchline.tui.widgets.said import CUSTOMER, DESK, LEARNER, said

if TYPE_CHECKING:
    from branchline.engine.play import Content as Playable
    from branchline.journal.transcript import TranscriptLine


def requester(content: Playable) -> str:
    """The name of who is on the other side."""
    return customer_name(content) if isinstance(content, Drill) else content.customer.name


def line_of(line: TranscriptLine, content: Playable) -> Block:
    """The line with its number."""
    if not isinstance(content, Drill):
        return said(line, content, numbered=True)
    margin = Content.styled(f"{line.number:>3}  ", "$desk-soft")
    return replace(_at_desk(line, customer_name(content)), margin=margin)


def _at_desk(line: TranscriptLine, customer: str) -> Block:
    text = clean(line.text)
    if not line.standing:
        words = Content.assemble((text, "strike $desk-soft"), ("  taken back", "italic $desk-soft"))
        return Block(words, Content.styled("↶ ", "$desk-soft"), indent=2)
    if line.speaker == LEARNER:
        return Block(Content.styled(text, "$desk-accent"), Content.styled("▸ ", "bold $desk-accent"))
    if line.speaker == CUSTOMER:
        head = Content.assemble((f"{customer} wrote", "bold"), "\n", text)
        return Block(head, Content.styled("┃ ", "$desk-ink"), repeat=True)
    if line.speaker == DESK:
        return Block(Content.styled(text, "$desk-soft"), Content.styled("▪ ", "bold $desk-soft"), indent=2)
    return Block(Content.styled(text, "italic $desk-soft"), Content.styled("· ", "$desk-soft"), indent=2)
