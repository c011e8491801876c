"""One play-through: engine, scoring and recording together; what every front end drives.

A front end asks what is offered, says what the learner did, and paints what came of it. It never sees an event it could forget to record.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from branchline.engine.actions import Action, Choose, GiveUp, OpenSop, Suspend, TimeOut, Undo
from branchline.engine.conversation import decide, evolve, locked_choices, open_choices
from branchline.engine.events import SessionStarted
from branchline.errors import ActionRefused, UsageError
from branchline.journal.fold import fold
from branchline.journal.result import result
from branchline.journal.transcript import Telling, Transcript
from branchline.journal.verify import kept_contents
from branchline.practice.begin import check_retake, first_draws, row_of, start_of
from branchline.practice.feedback import Feedback, Offered, feedback
from branchline.practice.resume import present_content, resumption
from branchline.recording import Recording
from branchline.scoring import score
from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from branchline.content.compiled import Choice, Ending, Scenario
    from branchline.engine.events import Event
    from branchline.engine.state import State
    from branchline.journal.model import Entry, SessionRow
    from branchline.practice.studio import Studio
    from branchline.scoring import Score

_SEEDS = 2**31


class Practice:
    """A session in play."""

    def __init__(
        self, studio: Studio, scenario: Scenario, recording: Recording, state: State, telling: Telling, notices: Sequence[str] = ()
    ) -> None:
        """Made by `begin` and `resume`."""
        self.scenario = scenario
        self.state = state
        self.notices = tuple(notices)
        self._studio = studio
        self._recording = recording
        self._telling = telling

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
    ) -> Practice:
        """Start a session and record its start; `draws` name the random draws before the first decision.

        Raises ActionRefused, code `exam-too-soon`, where the same exam was taken less than 24 hours ago or with this seed.
        """
        settings = studio.settings
        mode = mode or settings.mode
        who = learner or settings.learner
        seed = secrets.randbelow(_SEEDS) if seed is None else seed
        if mode == "exam":
            check_retake(studio, scenario, who, seed)
        quiet = settings.untimed if untimed is None else untimed
        started = start_of(scenario, mode=mode, seed=seed, tier=settings.tier, untimed=quiet)
        recording = Recording(studio.journal, studio.identity(who), studio.clock, row_of(scenario, started, who, studio.clock))
        state = evolve(scenario, None, started)
        telling = Telling()
        practice = cls(studio, scenario, recording, state, telling)
        steps = recording.record(scenario, None, [started, *first_draws(scenario, state, draws)], bundle=scenario.bundle)
        for step in steps:
            telling.add(step)
        practice.state = steps[-1].after
        return practice

    @classmethod
    def resume(cls, studio: Studio, session_id: str) -> Practice:
        """Go on with a session that has not ended; `notices` say what changed in its scenario and what had to be given up.

        Raises UnknownId, UsageError (code `session-ended`) or DamagedData.
        """
        row = studio.journal.session(session_id)
        if row.status in {"completed", "abandoned"}:
            raise UsageError(
                f"The session {row.id[:8]} has ended.", hint=f"`branchline play {row.content}` starts another.", code="session-ended"
            )
        entries = studio.journal.entries(row.id)
        telling = Telling()
        kept = list(fold(entries, kept_contents(studio.journal)))
        for step in kept:
            telling.add(step)
        scenario, state = kept[-1].scenario, kept[-1].after
        current, notices, keep = present_content(studio, row, scenario, state)
        recording = Recording(studio.journal, studio.identity(row.learner), studio.clock, row, entries)
        practice = cls(studio, current, recording, state, telling, notices)
        practice._record(resumption(current, state, notices, keep), bundle=current.bundle if current is not scenario else None)
        return practice

    # ------------------------------------------------------------------------------------------------ what is there

    @property
    def session_id(self) -> str:
        """The session's UUID."""
        return self._recording.row.id

    @property
    def row(self) -> SessionRow:
        """The session as the journal lists it."""
        return self._recording.row

    @property
    def entries(self) -> list[Entry]:
        """Everything recorded so far."""
        return self._recording.entries

    @property
    def started(self) -> SessionStarted:
        """What was frozen when the session began."""
        first = self._recording.entries[0].event
        if not isinstance(first, SessionStarted):
            raise TypeError(first)
        return first

    @property
    def mode(self) -> str:
        """`practice`, `expert` or `exam`."""
        return self._recording.row.mode

    @property
    def ended(self) -> Ending | None:
        """The ending that was reached, or None."""
        return self.scenario.endings.get(self.state.node) if self.state.ended else None

    @property
    def finished(self) -> bool:
        """Whether nothing more can be said: an ending was reached, or the learner gave up."""
        return self.row.status in {"completed", "abandoned"}

    @property
    def can_undo(self) -> bool:
        """Whether the last decision can be taken back: in practice mode, before the end."""
        return self.mode == "practice" and not self.finished and self.state.previous is not None

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

    def offered(self) -> tuple[Offered, ...]:
        """The open and the locked choices, in the order that the session's seed gives them."""
        opened = open_choices(self.scenario, self.state)
        shown = sorted((*opened, *locked_choices(self.scenario, self.state)), key=self._order)
        core = self.state.core
        return tuple(
            Offered(number, choice.id, clean(choice.say.show(core)), choice in opened, "" if choice in opened else clean(choice.why_locked))
            for number, choice in enumerate(shown, 1)
        )

    def transcript(self) -> Transcript:
        """The session so far, as people read it."""
        return self._telling.transcript()

    def score(self) -> Score:
        """The score so far; before an ending only empathy is known."""
        return score(self.scenario, [entry.event for entry in self.entries])

    @property
    def statements_written(self) -> int:
        """How many statements this session has put into the outbox."""
        return len(self._studio.journal.statements(self.session_id))

    def result(self) -> dict[str, Any]:
        """The session as `branchline.result/1`."""
        return result(self.row, self.entries, self.scenario, self.state, self.transcript(), self.notices, self.statements_written)

    # ------------------------------------------------------------------------------------------------ what can be done

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

    def undo(self) -> None:
        """Take the last decision back; ActionRefused outside practice mode."""
        if not self.can_undo:
            reason = "There is nothing to take back." if self.mode == "practice" else f"In {self.mode} mode nothing is taken back."
            raise ActionRefused(reason, code="no-undo")
        self._act(Undo())

    def open_sop(self, sop_id: str) -> None:
        """Note that the learner looked into an SOP."""
        if not self.finished:
            self._act(OpenSop(sop_id))

    def suspend(self) -> None:
        """Stop for now; nothing is lost."""
        if self.row.status == "active":
            self._act(Suspend())

    def give_up(self) -> None:
        """End the session before any ending."""
        self._refuse_when_finished()
        self._act(GiveUp())

    def _act(self, action: Action) -> None:
        self._record(decide(self.scenario, self.state, action))

    def _record(self, events: Sequence[Event], *, bundle: Mapping[str, Any] | None = None) -> None:
        for step in self._recording.record(self.scenario, self.state, events, bundle=bundle):
            self._telling.add(step)
            self.state = step.after

    def _refuse_when_finished(self) -> None:
        if self.finished:
            raise ActionRefused("The session has ended.", hint=f"`branchline play {self.scenario.id}` starts another.", code="session-over")

    def _refuse_named_draws(self, draws: tuple[int, ...]) -> None:
        if draws and self.mode == "exam":
            raise ActionRefused("A draw cannot be named in an exam.", code="draw-in-exam")

    def _order(self, choice: Choice) -> bytes:
        return hashlib.blake2b(f"{self.started.seed}:{choice.name}".encode(), digest_size=8).digest()
