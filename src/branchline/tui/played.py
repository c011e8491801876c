"""Played: a session that has been played, with everything the debrief shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.errors import UsageError
from branchline.journal.transcript import transcript
from branchline.scoring import score

if TYPE_CHECKING:
    from branchline.content.compiled import Ending, Scenario
    from branchline.journal.model import SessionRow
    from branchline.journal.transcript import Transcript
    from branchline.practice import Practice, Studio
    from branchline.scoring.model import Score


@dataclass(frozen=True, slots=True)
class Played:
    """A session, its score and its transcript."""

    row: SessionRow
    scenario: Scenario
    score: Score
    transcript: Transcript
    ending: Ending | None
    """None where the session was given up."""
    pass_mark: int

    @classmethod
    def of(cls, practice: Practice) -> Played:
        """The session that was just played."""
        return cls(practice.row, practice.scenario, practice.score(), practice.transcript(), practice.ended, practice.started.pass_mark)

    @classmethod
    def kept(cls, studio: Studio, session_id: str) -> Played:
        """A conversation that the journal keeps; UnknownId, UsageError, JournalUnavailable or DamagedData where it cannot be read."""
        from branchline.content.compiled import Scenario  # noqa: PLC0415
        from branchline.engine.events import EndingReached, SessionStarted  # noqa: PLC0415
        from branchline.journal.verify import kept_contents  # noqa: PLC0415  # compiling kept content costs pydantic

        row = studio.journal.session(session_id)
        entries = studio.journal.entries(row.id)
        contents = kept_contents(studio.journal)
        scenario = contents(row.content_hash)
        if not isinstance(scenario, Scenario):
            raise UsageError(f"The session {row.id[:8]} is no conversation.", code="no-conversation")
        events = [entry.event for entry in entries]
        reached = next((event.ending for event in reversed(events) if isinstance(event, EndingReached)), "")
        mark = next((event.pass_mark for event in events if isinstance(event, SessionStarted)), scenario.pass_mark)
        found = score(scenario, events)
        return cls(row, scenario, found, transcript(entries, contents), scenario.endings.get(reached), mark)
