"""One drill in play: a ticket worked at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from branchline.content.desk_types import Drill
from branchline.engine.actions import Act, Check, Resume, Submit
from branchline.engine.desk import available, decide_desk, errors
from branchline.engine.desk_guide import GuidedStep, guided
from branchline.engine.desk_state import DeskState
from branchline.engine.events import DeskActed, TicketChecked
from branchline.engine.opening import start_of
from branchline.engine.sla import Clock, sla, trail
from branchline.errors import ActionRefused
from branchline.journal.transcript import Telling
from branchline.practice.resume import Stopped, present_content
from branchline.practice.sitting import Sitting, new_recording, random_seed, record_start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.engine.desk_state import Audit
    from branchline.engine.events import Value
    from branchline.practice.studio import Studio


class DeskPractice(Sitting[Drill, DeskState]):
    """A drill in play."""

    @property
    def drill(self) -> Drill:
        """What is worked."""
        return self.content

    @classmethod
    def begin(
        cls,
        studio: Studio,
        drill: Drill,
        *,
        mode: str = "",
        seed: int | None = None,
        learner: str | None = None,
        timed: bool = False,
        guided: bool = False,
    ) -> Self:
        """Start a session and record its start; a guided one is practice and never counts.

        Raises ActionRefused, code `exam-too-soon`, where the same exam was taken less than 24 hours ago or with this seed.
        """
        mode = "practice" if guided else mode or studio.settings.mode
        seed = random_seed() if seed is None else seed
        started = start_of(drill, mode=mode, seed=seed, tier=drill.tier, timed=timed, guided=guided)
        recording = new_recording(studio, drill, started, learner or studio.settings.learner)
        telling = Telling()
        state = record_start(recording, drill, telling, [started])
        return cls(studio, drill, recording, state, telling)

    @classmethod
    def resume(cls, studio: Studio, session_id: str, *, learner: str | None = None) -> Self:
        """Go on with a drill that has not been submitted; as for a conversation."""
        stopped = Stopped.of(studio, session_id, Drill, DeskState, learner)
        current, notices, keep = present_content(studio, stopped)
        practice = cls(studio, current, stopped.recording(studio), stopped.state, stopped.telling, notices)
        events = decide_desk(current, stopped.state, Resume(notices, keep))
        practice._record(events, bundle=current.bundle if current is not stopped.content else None)
        return practice

    @property
    def guided(self) -> bool:
        """Whether the next SOP step is named."""
        return self.started.guided

    @property
    def timed(self) -> bool:
        """Whether the real clock counts."""
        return self.started.timed

    @property
    def next_step(self) -> GuidedStep | None:
        """The SOP step that can be done now, for a guided walkthrough."""
        return guided(self.drill, self.state)

    def available(self) -> tuple[str, ...]:
        """The verbs that may be tried now."""
        return available(self.drill, self.state)

    def clocks(self) -> tuple[Clock, ...]:
        """The SLA clocks, as the audit trail gives them."""
        return sla(self.drill, self.state)

    def trail(self) -> tuple[Audit, ...]:
        """The audit trail, with the lines of the SLA."""
        return trail(self.drill, self.state)

    def field_errors(self) -> tuple[str, ...]:
        """What keeps the ticket from being submitted now, field first."""
        return errors(self.state)

    def act(self, verb: str, arguments: Mapping[str, Value] | None = None, text: str = "", minutes: float | None = None) -> DeskActed:
        """Try something at the desk; what came of it, refused or not. Raises ActionRefused for what this desk does not know."""
        self._refuse_when_finished()
        given = tuple(sorted((arguments or {}).items()))
        acted = self._act(Act(verb, given, text, minutes))[0]
        if not isinstance(acted, DeskActed):
            raise TypeError(acted)
        return acted

    def check(self) -> tuple[str, ...]:
        """What is missing before the ticket can be submitted; ActionRefused outside practice mode."""
        self._refuse_when_finished()
        if self.mode != "practice":
            raise ActionRefused(f"In {self.mode} mode nothing is checked before it is submitted.", code="no-check")
        found = self._act(Check())[0]
        return found.findings if isinstance(found, TicketChecked) else ()

    def submit(self) -> None:
        """Hand the ticket in; ActionRefused, code `ticket-invalid`, where the CRM does not take it."""
        self._refuse_when_finished()
        self._act(Submit())
