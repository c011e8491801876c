"""A drill in numbers: how much there is to read, and what sessions did at its desk."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from branchline.authoring.reading import minutes, words
from branchline.engine.events import DeskActed, TicketSubmitted
from branchline.engine.standing import standing
from branchline.errors import DamagedData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.desk_types import Drill
    from branchline.journal.model import Entry
    from branchline.journal.store import Journal


@dataclass(frozen=True, slots=True)
class VerbStats:
    """One act, over all sessions."""

    verb: str
    sessions: int
    """Sessions in which it succeeded at least once and was not taken back."""
    share: float
    """That part of all sessions, 0..1."""
    refused: int
    """How often the desk refused it."""
    seconds: float
    """Median seconds of play before it."""


@dataclass(frozen=True, slots=True)
class DrillStats:
    """A drill in numbers."""

    id: str
    words: int
    """Of the ticket and its messages, those that come later included."""
    minutes: float
    """To read them."""
    verbs: int
    sessions: int
    early_quits: int
    """Sessions whose ticket was never submitted."""
    by_verb: tuple[VerbStats, ...]
    """What was tried, what succeeded in most sessions first."""


@dataclass
class _Work:
    """What sessions did, while it is counted."""

    sessions: int = 0
    early: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, entries: Sequence[Entry]) -> None:
        """One more session."""
        events = [event for _, event in standing(entry.event for entry in entries)]
        acts = [event for event in events if isinstance(event, DeskActed)]
        self.sessions += 1
        self.early += not any(isinstance(event, TicketSubmitted) for event in events)
        self.done.update({act.verb for act in acts if act.ok})
        self.refused.update(act.verb for act in acts if not act.ok)
        for before, entry in pairwise(entries):
            if isinstance(entry.event, DeskActed):
                self.seconds.setdefault(entry.event.verb, []).append(entry.elapsed - before.elapsed)

    def rows(self) -> tuple[VerbStats, ...]:
        """Every verb that was tried, the one that succeeded in most sessions first."""
        tried = sorted(self.seconds, key=lambda verb: (-self.done[verb], verb))
        return tuple(
            VerbStats(verb, self.done[verb], self.done[verb] / self.sessions, self.refused[verb], median(self.seconds[verb]))
            for verb in tried
        )


def drill_stats(drill: Drill, journal: Journal | None) -> DrillStats:
    """The numbers of a drill, with those of its sessions; damaged sessions are left out."""
    work = _Work()
    if journal is not None:
        for row in journal.sessions(content=drill.id, kind="drill"):
            with suppress(DamagedData):
                work.add(journal.entries(row.id))
    count = _words(drill)
    return DrillStats(drill.id, count, minutes(count), len(drill.verbs), work.sessions, work.early, work.rows())


def _words(drill: Drill) -> int:
    texts = [drill.summary, str(drill.ticket.get("subject", "")), *(message.text for message in drill.conversation)]
    return sum(words(text) for text in [*texts, *(event.text for event in drill.events)])
