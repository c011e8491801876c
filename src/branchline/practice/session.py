"""One conversation in play: what every front end drives.

A front end asks what is offered, says what the learner did, and paints what came of it. It never sees an event it could forget to record.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Self

from branchline.content.compiled import Scenario
from branchline.engine.actions import Choose, TimeOut
from branchline.engine.conversation import evolve, locked_choices, open_choices
from branchline.engine.opening import first_draws, start_of
from branchline.engine.state import State
from branchline.errors import ActionRefused
from branchline.journal.transcript import Telling
from branchline.practice.feedback import Feedback, Offered, feedback
from branchline.practice.resume import Stopped, present_content, resumption
from branchline.practice.sitting import Sitting, new_recording, random_seed, record_start
from branchline.text import clean

if TYPE_CHECKING:
    from branchline.content.compiled import Choice, Ending
    from branchline.explore.ahead import Ahead
    from branchline.practice.studio import Studio


class Practice(Sitting[Scenario, State]):
    """A conversation in play."""

    @property
    def scenario(self) -> Scenario:
        """What is played."""
        return self.content

    @classmethod
    def begin(
        cls,
        studio: Studio,
        scenario: Scenario,
        *,
        mode: str = "",
        seed: int | None = None,
        untimed: bool | None = None,
        learner: str | None = None,
        draws: tuple[int, ...] = (),
    ) -> Self:
        """Start a session and record its start; `draws` name the random draws before the first decision.

        Raises ActionRefused, code `exam-too-soon`, where the same exam was taken less than 24 hours ago or with this seed.
        """
        settings = studio.settings
        seed = random_seed() if seed is None else seed
        quiet = settings.untimed if untimed is None else untimed
        started = start_of(scenario, mode=mode or settings.mode, seed=seed, tier=settings.tier, untimed=quiet)
        recording = new_recording(studio, scenario, started, learner or settings.learner)
        telling = Telling()
        draws_made = first_draws(scenario, evolve(scenario, None, started), draws)
        state = record_start(recording, scenario, telling, [started, *draws_made])
        return cls(studio, scenario, recording, state, telling)

    @classmethod
    def resume(cls, studio: Studio, session_id: str, *, learner: str | None = None) -> Self:
        """Go on with a session that has not ended; `notices` say what changed in its scenario and what had to be given up.

        `learner` is who plays, where that is not the setting's. Raises UnknownId, UsageError (codes `session-ended`, `not-yours`,
        `other-kind`) or DamagedData.
        """
        stopped = Stopped.of(studio, session_id, Scenario, State, learner)
        current, notices, keep = present_content(studio, stopped)
        practice = cls(studio, current, stopped.recording(studio), stopped.state, stopped.telling, notices)
        events = resumption(current, stopped.state, notices, keep)
        practice._record(events, bundle=current.bundle if current is not stopped.content else None)
        return practice

    @property
    def ended(self) -> Ending | None:
        """The ending that was reached, or None."""
        return self.scenario.endings.get(self.state.node) if self.state.ended else None

    @property
    def time_limit(self) -> float | None:
        """Seconds that the learner has here, None where there is no limit or the session is untimed."""
        return None if self.started.untimed else self._silence

    @property
    def must_wait(self) -> bool:
        """Whether only silence leads on: nothing is open and the node has a time-out."""
        return not self.finished and self._silence is not None and not open_choices(self.scenario, self.state)

    @property
    def _silence(self) -> float | None:
        node = self.scenario.nodes.get(self.state.node)
        return node.timeout.seconds if node is not None and node.timeout is not None else None

    def ahead(self) -> Ahead | None:
        """How far it is to an end from here; None where the session is over."""
        from branchline.explore.ahead import ahead  # noqa: PLC0415  # four megabytes that only those who ask need

        return None if self.finished else ahead(self.scenario, self.state)

    @property
    def decided(self) -> int:
        """How many decisions stand."""
        return sum(1 for decision in self.state.decisions if decision.choice)

    def offered(self) -> tuple[Offered, ...]:
        """The open and the locked choices, in the order that the session's seed gives them."""
        opened = open_choices(self.scenario, self.state)
        shown = sorted((*opened, *locked_choices(self.scenario, self.state)), key=self._order)
        core = self.state.core
        return tuple(
            Offered(number, choice.id, clean(choice.say.show(core)), choice in opened, "" if choice in opened else clean(choice.why_locked))
            for number, choice in enumerate(shown, 1)
        )

    def choose(self, choice_id: str, draws: tuple[int, ...] = ()) -> Feedback | None:
        """Say a reply. What it earned, in practice mode; else None. Raises ActionRefused, and then nothing has happened."""
        self._refuse_when_finished()
        self._refuse_named_draws(draws)
        before, opened = self.state, open_choices(self.scenario, self.state)
        self._act(Choose(choice_id, draws))
        if self.mode != "practice":
            return None
        return feedback(next(choice for choice in opened if choice.id == choice_id), opened, before, self.state)

    def time_out(self, draws: tuple[int, ...] = ()) -> None:
        """Say nothing until the time is up."""
        self._refuse_when_finished()
        self._refuse_named_draws(draws)
        self._act(TimeOut(draws))

    def _refuse_named_draws(self, draws: tuple[int, ...]) -> None:
        if draws and self.mode == "exam":
            raise ActionRefused("A draw cannot be named in an exam.", code="draw-in-exam")

    def _order(self, choice: Choice) -> bytes:
        return hashlib.blake2b(f"{self.started.seed}:{choice.name}".encode(), digest_size=8).digest()
