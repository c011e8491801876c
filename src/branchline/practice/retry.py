"""Learn from your mistakes: a learner's wrong moments met again, one at a time, each ending in one event with its statement.

A conversation is met at the position before the mistake, in the content that the workspace holds now, found by id; where the workspace has
no such scenario, or none that can be played, in the content that was kept. A moment that the edited scenario does not have any more is
retired with the reason. What goes wrong at the desk comes of order and omission, and cannot be put right in a single act: a drill is played
on from the position before the mistake, in the content that was kept, until the ticket is submitted, or it is worked again as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.coaching.judging import FLAGGED, SUBMIT, judgement
from branchline.coaching.met_again import Answer, Gone, MetAgain, met_again
from branchline.coaching.mistakes import DRILL, Waiting, waiting
from branchline.coaching.played import played
from branchline.coaching.review import Review
from branchline.coaching.spacing import SHOWN, SKIPPED, SOLVED
from branchline.content.compiled import Scenario
from branchline.content.desk_types import Drill
from branchline.engine.desk_state import DeskState
from branchline.engine.events import DeskActed
from branchline.engine.standing import started
from branchline.errors import ActionRefused, BranchlineError, UnknownId
from branchline.journal.coaching_events import RetryMade, RetryRetired
from branchline.journal.desk_telling import act_in_words
from branchline.journal.streams import RETRY
from branchline.practice.feedback import Offered
from branchline.recording import CoachingRecording, stream_row
from branchline.xapi.coaching import Target, at_decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchline.coaching.mistakes import Wrong
    from branchline.engine.play import Content
    from branchline.journal.transcript import TranscriptLine
    from branchline.practice.feedback import Feedback
    from branchline.practice.hypothetical import HypotheticalDesk
    from branchline.practice.studio import Studio
    from branchline.scoring import Deduction

TITLE = "Mistakes met again"


@dataclass(frozen=True, slots=True)
class Tried:
    """One try, and what it would have earned and cost."""

    answer: Answer
    feedback: Feedback
    """Of a try that is not accepted, nothing that tells the better reply."""

    @property
    def accepted(self) -> bool:
        """Whether it is no mistake."""
        return self.answer.accepted


class Retries:
    """A learner's mistakes as they wait, and the sitting in which they are met."""

    def __init__(self, studio: Studio, learner: str = "") -> None:
        """Nothing is written before a moment has been met; `learner` is that of the settings unless named."""
        self.studio = studio
        self.learner = learner or studio.settings.learner
        row = stream_row(RETRY, "", author=self.learner, role="learner", clock=studio.clock, title=TITLE)
        self._stream = row.id
        self._identity = studio.identity(self.learner)
        self._recording = CoachingRecording(studio.journal, self._identity, studio.clock, row)

    def queue(self, session: str | None = None, *, ahead: bool = False) -> list[Waiting]:
        """Everything that is due now, what has been due longest first; `ahead` also what is not yet due. `session` is a whole id."""
        found = waiting(self.studio.journal, self.learner, self.studio.explorations)
        now = self.studio.clock.now()
        return [each for each in found if (ahead or each.is_due(now)) and session in {None, each.wrong.row.id}]

    def to_meet(self, session: str | None = None, *, ahead: bool = False) -> list[Waiting]:
        """The same for a sitting: of mistakes that were made again, only the last."""
        found = self.queue(session, ahead=ahead)
        return [each for each in found if each.made_again is None or session is not None]

    def waiting(self, session: str, seq: int) -> Waiting:
        """The mistake at that place, due or not; UnknownId where none waits there."""
        found = next((each for each in self.queue(session, ahead=True) if each.wrong.seq == seq), None)
        if found is None:
            hint = "`branchline retry --list --all` shows every one that waits."
            raise UnknownId(f"No mistake waits at seq {seq} of the session {session[:8]}.", hint=hint, code="no-such-moment")
        return found

    def open(self, item: Waiting) -> Retry | DrillAgain:
        """Meet it; raises Gone where it cannot be met any more, and then it has been retired."""
        wrong = item.wrong
        review = Review.kept(self.studio.journal, wrong.row.id, self.studio.explorations)
        if wrong.row.kind == DRILL:
            return DrillAgain(self, item, review)
        try:
            return Retry(self, item, *self._position(wrong, review))
        except Gone as gone:
            self._recording.record(RetryRetired(wrong.row.id, wrong.seq, str(gone)), Target({}, self._stream))
            raise

    def sitting(self, items: Iterable[Waiting]) -> Iterator[Retry | DrillAgain | Retired]:
        """Each of them in turn, those that had to be retired with the reason."""
        for item in items:
            try:
                yield self.open(item)
            except Gone as gone:
                yield Retired(item, str(gone))

    def _position(self, wrong: Wrong, review: Review) -> tuple[MetAgain, bool]:
        kept, begun = review.content, started([step.entry.event for step in review.steps])
        if not isinstance(kept, Scenario) or begun is None:
            raise Gone("The session cannot be read as a conversation.")
        mistake = next((each for each in played(kept, review.steps, begun) if each.seq == wrong.seq), None)
        if mistake is None:
            raise Gone("The session has no such moment.")
        content = self._present(wrong, kept)
        edited = content is not kept
        return met_again(content, begun, mistake, self.studio.explorations, edited=edited), edited

    def _present(self, wrong: Wrong, kept: Scenario) -> Scenario:
        """What the workspace holds under the same id; the kept content where that is the same, or there is none that can be played."""
        try:
            present = self.studio.workspace.load(wrong.row.content, wrong.row.language)
        except BranchlineError:
            return kept
        return kept if present.content_hash == kept.content_hash else present

    def record(self, item: Waiting, content: Content, made: RetryMade, node: str) -> None:
        """Write down how a meeting ended, with its statement; for those who meet it.

        Raises JournalUnavailable or DamagedData; then nothing was written.
        """
        target = at_decision(item.wrong.row.kind, content, node, self._stream, self._identity)
        bundle = None if content.content_hash == item.wrong.row.content_hash else (content.content_hash, content.bundle)
        self._recording.record(made, target, bundle=bundle)


@dataclass(frozen=True, slots=True)
class Retired:
    """A mistake that cannot be met any more."""

    item: Waiting
    reason: str


@dataclass
class Retry:
    """A moment of a conversation, met again. It ends solved, shown or skipped, and is then recorded."""

    retries: Retries
    item: Waiting
    position: MetAgain
    edited: bool
    """Whether the scenario was edited since."""
    tried: list[Tried] = field(default_factory=list)
    """In order."""
    outcome: str = ""
    """`solved`, `shown` or `skipped`, empty while it goes on."""

    @property
    def scenario(self) -> Scenario:
        """What it is met in."""
        return self.position.scenario

    def offered(self) -> tuple[Offered, ...]:
        """The open choices, numbered from 1, in an order that differs from meeting to meeting."""
        seed = f"{self.item.wrong.row.seed}:{self.item.wrong.seq}:{self.item.spacing.times}"
        return tuple(Offered(number, each.id, each.say, open=True, why="") for number, each in enumerate(self.position.shuffled(seed), 1))

    def try_(self, choice: str) -> Tried:
        """Say that; where it is accepted the moment is solved. ActionRefused for what is not open, and once it is over."""
        self._refuse_when_over()
        found = Tried(self.position.answer(choice), self.position.earned(choice))
        if found.accepted:
            self._end(SOLVED, [*self.tried, found])
        else:
            self.tried.append(found)
        return found

    def show(self) -> tuple[Answer, ...]:
        """Look at the solution; the moment is over."""
        self._refuse_when_over()
        self._end(SHOWN, self.tried)
        return self.solution()

    def skip(self) -> None:
        """Leave it for another day."""
        self._refuse_when_over()
        self._end(SKIPPED, self.tried)

    def leave(self) -> None:
        """Stop here: what was tried is kept as skipped; where nothing was tried, nothing has happened."""
        if self.tried and not self.outcome:
            self.skip()

    def solution(self) -> tuple[Answer, ...]:
        """Every reply, the best first; ActionRefused before the moment is solved or the solution was asked for."""
        if self.outcome not in {SOLVED, SHOWN}:
            raise ActionRefused("The solution is shown when the moment is over.", code="not-over")
        return self.position.answers

    def _end(self, outcome: str, tried: list[Tried]) -> None:
        wrong = self.item.wrong
        loss = tried[-1].answer.loss if tried else -1.0
        said = tuple(each.answer.id for each in tried)
        made = RetryMade(wrong.row.id, wrong.seq, wrong.node, wrong.choice, said, outcome, loss, self.scenario.content_hash)
        self.retries.record(self.item, self.scenario, made, self.position.node)
        self.tried, self.outcome = tried, outcome

    def _refuse_when_over(self) -> None:
        if self.outcome:
            raise ActionRefused("This moment is over.", hint="Go on with the next one.", code="retry-over")


@dataclass
class DrillAgain:
    """A wrong act at the desk, met again by playing on from before it, or by working the drill once more; that needs nothing from here."""

    retries: Retries
    item: Waiting
    review: Review
    tried: list[str] = field(default_factory=list)
    """The verbs of each play from here that was submitted."""
    outcome: str = ""
    """`solved`, `shown` or `skipped`, empty while it goes on."""

    @property
    def drill(self) -> str:
        """Id of the drill."""
        return self.item.wrong.row.content

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        """The transcript up to the act, what was taken back left out."""
        return tuple(line for line in self.review.transcript.lines if line.seq < self.item.wrong.seq and line.standing)

    @property
    def done(self) -> str:
        """What was done there, as people read it; empty where the ticket was submitted."""
        event, content = self.review.step(self.item.wrong.seq).entry.event, self.review.content
        return act_in_words(content, event) if isinstance(event, DeskActed) and isinstance(content, Drill) else ""

    def from_here(self) -> HypotheticalDesk:
        """The desk as it stood before the act; what is done there is judged by `judge`, and nothing else comes of it."""
        from branchline.practice.hypothetical import HypotheticalDesk  # noqa: PLC0415  # only for who plays on

        step = self.review.step(self.item.wrong.seq)
        if not isinstance(step.content, Drill) or not isinstance(step.before, DeskState):
            raise ActionRefused("The session is no drill.", code="other-kind")
        return HypotheticalDesk(step.content, step.before, self.review, self.item.wrong.seq)

    def judge(self, desk: HypotheticalDesk) -> float:
        """The loss, 0..1, that acts of the same verb make in a play from here that was submitted: below 0.1 each, the moment is solved.

        Raises ActionRefused where the ticket was not submitted.
        """
        wrong = self.item.wrong
        if not desk.finished:
            raise ActionRefused("The ticket was not submitted.", code="not-over")
        steps = desk.steps()
        found = judgement(steps, self.retries.studio.explorations)
        losses = [each.loss or 0.0 for each in found.moments if each.seq >= wrong.seq and each.choice == wrong.choice and each.stands]
        loss = max(losses, default=0.0)
        acts = [step.entry.event for step in steps if step.entry.seq >= wrong.seq]
        tried = [*self.tried, " ".join(event.verb for event in acts if isinstance(event, DeskActed))]
        if loss < FLAGGED:
            self._end(SOLVED, tried, loss)
        self.tried = tried
        return loss

    def show(self) -> tuple[Deduction, ...]:
        """Look at what was lost there, and why."""
        self._end(SHOWN, self.tried)
        found = self.review.deductions(self.item.wrong.seq)
        return (*found, *self.review.deductions(None)) if self.item.wrong.choice == SUBMIT else found

    def skip(self) -> None:
        """Leave it for another day."""
        self._end(SKIPPED, self.tried)

    def leave(self) -> None:
        """Stop here: what was tried is kept as skipped; where nothing was tried, nothing has happened."""
        if self.tried and not self.outcome:
            self.skip()

    def _end(self, outcome: str, tried: Sequence[str], loss: float = -1.0) -> None:
        if self.outcome:
            raise ActionRefused("This moment is over.", hint="Go on with the next one.", code="retry-over")
        wrong, content = self.item.wrong, self.review.content
        made = RetryMade(wrong.row.id, wrong.seq, wrong.node, wrong.choice, tuple(tried), outcome, loss, content.content_hash)
        self.retries.record(self.item, content, made, wrong.choice)
        self.outcome = outcome
