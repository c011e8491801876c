"""A session's entries folded into positions: the one walk that transcript, verification and resume share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.engine.conversation import evolve
from branchline.engine.events import SessionResumed, SessionStarted
from branchline.errors import DamagedData

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.content.compiled import Scenario
    from branchline.engine.state import State
    from branchline.journal.model import Entry

ContentOf = Callable[[str], "Scenario"]
"""The Scenario of a content hash."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry with the positions around it."""

    entry: Entry
    scenario: Scenario
    """The content the event was played with."""
    before: State | None
    after: State


def fold(entries: Iterable[Entry], content_of: ContentOf) -> Iterator[Step]:
    """Every entry in order with the state before and after; ActionRefused where an event cannot have happened there."""
    scenario: Scenario | None = None
    state: State | None = None
    for entry in entries:
        event = entry.event
        if isinstance(event, SessionStarted | SessionResumed) and (scenario is None or event.content_hash != scenario.content_hash):
            scenario = content_of(event.content_hash)
        if scenario is None:
            raise DamagedData("A session does not begin with its start.", where=f"seq {entry.seq}")
        before, state = state, evolve(scenario, state, event)
        yield Step(entry, scenario, before, state)
