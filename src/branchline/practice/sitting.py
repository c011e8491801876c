"""Sitting: one session in play, whatever is played: recorded, told, scored, stopped and resumed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from branchline.engine.actions import Action, GiveUp, OpenSop, Suspend, Undo
from branchline.engine.events import SessionStarted
from branchline.engine.play import Content, Position, decide
from branchline.errors import ActionRefused
from branchline.journal.model import FINISHED
from branchline.journal.result import result
from branchline.practice.begin import check_retake, row_of
from branchline.recording import Recording
from branchline.scoring import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.coaching.review import Review
    from branchline.engine.events import Event
    from branchline.journal.model import Entry, SessionRow
    from branchline.journal.transcript import Telling, Transcript
    from branchline.practice.studio import Studio
    from branchline.scoring import Score

C = TypeVar("C", bound=Content)
P = TypeVar("P", bound=Position)
_SEEDS = 2**31


class Sitting(Generic[C, P]):
    """A session in play."""

    def __init__(self, studio: Studio, content: C, recording: Recording, state: P, telling: Telling, notices: Sequence[str] = ()) -> None:
        """Made by `begin` and `resume` of what is played."""
        self.content: C = content
        self.state: P = state
        self.notices = tuple(notices)
        self._studio = studio
        self._recording = recording
        self._telling = telling

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
    def finished(self) -> bool:
        """Whether nothing more can be done: an ending was reached, the ticket submitted, or the learner gave up."""
        return self.row.status in FINISHED

    @property
    def can_undo(self) -> bool:
        """Whether the last decision can be taken back: in practice mode, before the end."""
        return self.mode == "practice" and not self.finished and self.state.previous is not None

    def transcript(self) -> Transcript:
        """The session so far, as people read it."""
        return self._telling.transcript()

    def score(self) -> Score:
        """The score so far."""
        return score(self.content, [entry.event for entry in self.entries])

    @property
    def statements_written(self) -> int:
        """How many statements this session has put into the outbox."""
        return len(self._studio.journal.statements(self.session_id))

    def result(self) -> dict[str, Any]:
        """The session as `branchline.result/1`."""
        from branchline.coaching.review import judgements_json  # noqa: PLC0415  # judging costs memory that playing needs not

        told, written = self.transcript(), self.statements_written
        judged = judgements_json(self.review().judgement)
        return result(self.row, self.entries, self.content, self.state, told, self.notices, written, judged)

    def review(self) -> Review:
        """The session so far as a coach reads it; its judgement explores the scenario when it is asked for."""
        from branchline.coaching.review import Review  # noqa: PLC0415  # as above

        return Review.kept(self._studio.journal, self.session_id, self._studio.explorations)

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
        """End the session before its end."""
        self._refuse_when_finished()
        self._act(GiveUp())

    def _act(self, action: Action) -> tuple[Event, ...]:
        events = decide(self.content, self.state, action)
        self._record(events)
        return events

    def _record(self, events: Sequence[Event], *, bundle: Mapping[str, Any] | None = None) -> None:
        for step in self._recording.record(self.content, self.state, events, bundle=bundle):
            self._telling.add(step)
            self.state = step.after  # type: ignore[assignment]  # a content's positions are of its own kind

    def _refuse_when_finished(self) -> None:
        if self.finished:
            raise ActionRefused("The session has ended.", hint=f"`branchline play {self.content.id}` starts another.", code="session-over")


def new_recording(studio: Studio, content: Content, started: SessionStarted, learner: str) -> Recording:
    """Where a session that begins now will be written; checks that an exam may be taken."""
    if started.mode == "exam":
        check_retake(studio, content, learner, started.seed)
    return Recording(studio.journal, studio.identity(learner), studio.clock, row_of(content, started, learner, studio.clock))


def record_start(recording: Recording, content: C, telling: Telling, events: Sequence[Event]) -> Any:
    """Record what a session begins with and keep its content; the state after it."""
    steps = recording.record(content, None, events, bundle=content.bundle)
    for step in steps:
        telling.add(step)
    return steps[-1].after


def random_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(_SEEDS)
