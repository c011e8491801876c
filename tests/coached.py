"""Sessions without a journal, for tests of coaching: events become entries, and entries steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from branchline.engine.play import Content, digest, evolve
from branchline.journal.fold import Step, fold
from branchline.journal.model import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.engine.events import Event

_BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def entries_of(content: Content, events: Sequence[Event]) -> list[Entry]:
    """The events as they would have been recorded, five seconds apart."""
    found: list[Entry] = []
    state = None
    for seq, event in enumerate(events, 1):
        state = evolve(content, state, event)
        at = (_BEGAN + timedelta(seconds=5 * seq)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        found.append(Entry(seq, at, 5.0 * seq, event, digest(state)))
    return found


def steps_of(content: Content, events: Sequence[Event], others: Mapping[str, Content] | None = None) -> list[Step]:
    """The session folded; `others` are contents by hash that it was played with before."""
    known = {content.content_hash: content, **(others or {})}
    bare = [Entry(seq, "2026-03-02T09:00:00.000Z", 0.0, event, "") for seq, event in enumerate(events, 1)]
    return list(fold(bare, known.__getitem__))
