"""A session's entries folded into positions: the one walk that transcript, verification and resume share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.engine.events import SessionResumed, SessionStarted
from branchline.engine.play import Content, evolve
from branchline.errors import ActionRefused, DamagedData

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.engine.play import Position
    from branchline.journal.model import Entry

IMPOSSIBLE = "entry-impossible"
"""The code of the DamagedData raised where an entry cannot have happened after those before it."""

ContentOf = Callable[[str], Content]
"""The Scenario or Drill of a content hash."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry with the positions around it."""

    entry: Entry
    content: Content
    """What the event was played with."""
    before: Position | None
    after: Position


def fold(entries: Iterable[Entry], content_of: ContentOf) -> Iterator[Step]:
    """Every entry in order with the state before and after; DamagedData (`entry-impossible`) where an event cannot have happened there."""
    content: Content | None = None
    state: Position | None = None
    for entry in entries:
        event = entry.event
        if isinstance(event, SessionStarted | SessionResumed) and (content is None or event.content_hash != content.content_hash):
            content = _content(content_of, event.content_hash, entry.seq)
        if content is None:
            raise DamagedData("A session does not begin with its start.", where=f"seq {entry.seq}")
        before, state = state, _after(content, state, entry)
        yield Step(entry, content, before, state)


def _content(content_of: ContentOf, content_hash: str, seq: int) -> Content:
    try:
        return content_of(content_hash)
    except DamagedData as error:
        error.seq = seq
        raise


def _after(content: Content, state: Position | None, entry: Entry) -> Position:
    try:
        return evolve(content, state, entry.event)
    except (ActionRefused, ValueError, IndexError) as error:
        reason = error.what if isinstance(error, ActionRefused) else str(error)
        hint = "`branchline sessions verify` checks every session."
        what = f"What is recorded cannot have happened there: {reason}"
        impossible = DamagedData(what, where=f"entry {entry.seq}", hint=hint, code=IMPOSSIBLE)
        impossible.seq = entry.seq
        raise impossible from error
