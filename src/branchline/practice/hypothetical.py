"""A drill played on from a position of a session, with everything the desk offers; nothing of it is recorded, scored or sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from branchline.coaching.what_if import WhatIf
from branchline.engine.desk_state import DeskState
from branchline.engine.events import SessionStarted
from branchline.errors import ActionRefused
from branchline.journal.transcript import Telling
from branchline.practice.desk import DeskPractice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.coaching.review import Review
    from branchline.content.desk_types import Drill
    from branchline.engine.actions import Action
    from branchline.engine.events import Event
    from branchline.journal.fold import Step
    from branchline.journal.model import Entry, SessionRow
    from branchline.journal.transcript import Transcript


class HypotheticalDesk(DeskPractice):
    """What would be, had the learner gone on otherwise. It has no Recording, so that nothing can be written."""

    def __init__(self, drill: Drill, start: DeskState, review: Review, seq: int) -> None:
        """From `start`, the position of the session `review` at its event `seq`."""
        self.content = drill
        self.state = start
        self.notices = ()
        self._play = WhatIf(drill, start)
        self._review = review
        self._past: Sequence[Step] = [step for step in review.steps if step.entry.seq < seq]

    @property
    def session_id(self) -> str:
        """The session that it leaves."""
        return self._review.row.id

    @property
    def row(self) -> SessionRow:
        """The session that it leaves."""
        return self._review.row

    @property
    def entries(self) -> list[Entry]:
        """What was recorded before; nothing is added."""
        return [step.entry for step in self._past]

    @property
    def started(self) -> SessionStarted:
        """What was frozen when the session began."""
        first = self._review.steps[0].entry.event
        if not isinstance(first, SessionStarted):
            raise TypeError(first)
        return first

    @property
    def mode(self) -> str:
        """Practice, whatever the session's mode was: nothing here counts."""
        return "practice"

    @property
    def guided(self) -> bool:
        """Nobody is guided here."""
        return False

    @property
    def timed(self) -> bool:
        """Acts take the time that the desk says."""
        return False

    @property
    def finished(self) -> bool:
        """Whether the ticket would have been submitted."""
        return self._play.ended

    @property
    def can_undo(self) -> bool:
        """Whether anything was done here; what was done in the session stands."""
        return self._play.decisions > 0

    def steps(self) -> list[Step]:
        """The session up to there, and what would have come, numbered on."""
        new = enumerate(self._play.steps(), len(self._past) + 1)
        return [*self._past, *(replace(step, entry=replace(step.entry, seq=seq)) for seq, step in new)]

    def transcript(self) -> Transcript:
        """The same as people read it."""
        telling = Telling()
        for step in self.steps():
            telling.add(step)
        return telling.transcript()

    def undo(self) -> None:
        """Take the last hypothetical act back; ActionRefused where there is none."""
        if not self._play.undo():
            raise ActionRefused("There is nothing hypothetical to take back.", code="no-undo")
        self._stand()

    def open_sop(self, sop_id: str) -> None:
        """Looking something up leaves no trace here."""

    def suspend(self) -> None:
        """There is nothing to go on with later."""

    def give_up(self) -> None:
        """There is nothing to end."""

    def _act(self, action: Action) -> tuple[Event, ...]:
        events = self._play.take(action)
        self._stand()
        return events

    def _record(self, events: Sequence[Event], *, bundle: Any = None) -> None:  # noqa: ARG002  # a Sitting's signature
        raise TypeError("a hypothetical play is not recorded")

    def _stand(self) -> None:
        if isinstance(self._play.state, DeskState):
            self.state = self._play.state
