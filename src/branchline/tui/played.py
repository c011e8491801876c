"""Played: a session that has been played, with everything the debrief shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.desk_types import Drill
from branchline.engine.desk_state import DeskState
from branchline.engine.sla import sla
from branchline.journal.transcript import transcript
from branchline.scoring import score

if TYPE_CHECKING:
    from branchline.content.compiled import Ending
    from branchline.engine.play import Content, Position
    from branchline.engine.sla import Clock
    from branchline.journal.model import SessionRow
    from branchline.journal.transcript import Transcript
    from branchline.practice import DeskPractice, Practice, Studio
    from branchline.scoring.model import Score


@dataclass(frozen=True, slots=True)
class Played:
    """A session, its score and its transcript."""

    row: SessionRow
    content: Content
    """The Scenario or Drill that was played last."""
    score: Score
    transcript: Transcript
    ending: Ending | None
    """None where the session was given up, and of a drill."""
    pass_mark: int
    clocks: tuple[Clock, ...] = ()
    """The SLA clocks of a drill as they stood at its end."""

    @classmethod
    def of(cls, practice: Practice | DeskPractice) -> Played:
        """The session that was just played."""
        content, state = practice.content, practice.state
        found, told = practice.score(), practice.transcript()
        return cls(practice.row, content, found, told, _ending(content, state), practice.started.pass_mark, _clocks(content, state))

    @classmethod
    def kept(cls, studio: Studio, session_id: str) -> Played:
        """A session that the journal keeps; UnknownId, JournalUnavailable or DamagedData where it cannot be read."""
        from branchline.engine.events import SessionStarted  # noqa: PLC0415
        from branchline.journal.fold import fold  # noqa: PLC0415
        from branchline.journal.verify import kept_contents  # noqa: PLC0415  # compiling kept content costs pydantic

        row = studio.journal.session(session_id)
        entries = studio.journal.entries(row.id)
        contents = kept_contents(studio.journal)
        last = list(fold(entries, contents))[-1]
        content, state = last.content, last.after
        events = [entry.event for entry in entries]
        mark = next((event.pass_mark for event in events if isinstance(event, SessionStarted)), content.pass_mark)
        told = transcript(entries, contents)
        return cls(row, content, score(content, events), told, _ending(content, state), mark, _clocks(content, state))


def _ending(content: Content, state: Position) -> Ending | None:
    return None if isinstance(content, Drill) or not state.ended else content.endings.get(state.node)


def _clocks(content: Content, state: Position) -> tuple[Clock, ...]:
    return sla(content, state) if isinstance(content, Drill) and isinstance(state, DeskState) else ()
