"""Which content a resumed session goes on with, and how much of it still stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, cast

from branchline.content.desk_types import Drill
from branchline.engine.actions import Resume
from branchline.engine.conversation import decide, evolve
from branchline.engine.events import TIMEOUT, DeskActed, EndingReached
from branchline.engine.play import replay
from branchline.errors import ActionRefused, BranchlineError, UsageError
from branchline.journal.fold import fold
from branchline.journal.model import FINISHED
from branchline.journal.transcript import Telling
from branchline.journal.verify import kept_contents
from branchline.practice.sitting import C, P
from branchline.recording import Recording
from branchline.text import clean_line

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from branchline.engine.play import Content
    from branchline.engine.state import Decision, State
    from branchline.journal.model import Entry, SessionRow
    from branchline.practice.studio import Studio


@dataclass(frozen=True)
class Stopped(Generic[C, P]):
    """A session as it was left."""

    row: SessionRow
    entries: list[Entry]
    content: C
    """What it was played with last."""
    state: P
    telling: Telling

    @classmethod
    def of(cls, studio: Studio, session_id: str, content: type[C], position: type[P], learner: str | None = None) -> Stopped[C, P]:
        """The stopped session of the present learner: `learner`, or the setting of that name.

        Raises UnknownId, UsageError (`session-ended`, `not-yours`, `other-kind`) or DamagedData.
        """
        row = studio.journal.session(session_id)
        if row.status in FINISHED:
            hint = f"`branchline play {row.content}` starts another."
            raise UsageError(f"The session {row.id[:8]} has ended.", hint=hint, code="session-ended")
        _refuse_another(row, learner or studio.settings.learner)
        entries = studio.journal.entries(row.id)
        telling = Telling()
        last = None
        for last in fold(entries, kept_contents(studio.journal)):
            telling.add(last)
        if last is None or not isinstance(last.content, content) or not isinstance(last.after, position):
            raise UsageError(f"The session {row.id[:8]} is a {row.kind}.", code="other-kind")
        return cls(row, entries, last.content, last.after, telling)

    def recording(self, studio: Studio) -> Recording:
        """Where it goes on being written."""
        return Recording(studio.journal, studio.identity(self.row.learner), studio.clock, self.row, self.entries)


def present_content(studio: Studio, stopped: Stopped[C, P]) -> tuple[C, tuple[str, ...], int]:
    """The content to go on with, what to tell the learner, and how many decisions still stand (-1: all)."""
    kept, state = stopped.content, stopped.state
    thing, told = ("drill", "acts") if isinstance(kept, Drill) else ("scenario", "replies")
    try:
        current = _current(studio, stopped)
    except BranchlineError as error:
        return kept, (f"The {thing} cannot be loaded now ({error.what}); you go on with the version you began.",), -1
    if current.content_hash == kept.content_hash:
        return kept, (), -1
    made = [decision for decision in state.decisions if isinstance(decision, DeskActed) or decision.choice]
    for count in range(len(made), -1, -1):
        try:
            replay(current, state, count)
        except ActionRefused as refused:
            reason = refused
            continue
        if count == len(made):
            changed = "Its texts changed" if current.logic_hash == kept.logic_hash else "It was edited"
            return current, (f"{changed} since you stopped; all of your {count} {told} still stand.",), -1
        lost = ", ".join(_word(decision) for decision in made[count:])
        stand = f"{count} of your {len(made)} {told} still stand"
        notice = f"The {thing} was edited since you stopped: {stand}. Given up: {lost}. Reason: {reason.what}"
        return current, (notice,), count
    return kept, (f"The {thing} was edited beyond what can be replayed; you go on with the version you began.",), -1


def resumption(current: Scenario, state: State, notices: tuple[str, ...], keep: int) -> tuple[Event, ...]:
    """The events of going on in `current`: where an edit leads the replies that stand to an ending, the session ends there."""
    (resumed,) = decide(current, state, Resume(notices, keep))
    after = evolve(current, state, resumed)
    return (resumed, EndingReached(after.node)) if after.ended else (resumed,)


def _refuse_another(row: SessionRow, learner: str) -> None:
    """Two who go on with one session on two machines would tell different things under the same ids of statements."""
    if row.learner != learner:
        name = clean_line(row.learner)
        hint = f"Set BRANCHLINE_LEARNER={name} if this is you on another machine; `branchline review {row.id[:8]}` reads it."
        raise UsageError(f"The session {row.id[:8]} is {name}'s, and only they can go on with it.", hint=hint, code="not-yours")


def _current(studio: Studio, stopped: Stopped[C, P]) -> C:
    """What the workspace holds under the same id."""
    found: Content
    if isinstance(stopped.content, Drill):
        found = studio.workspace.load_drill(stopped.row.content)
    else:
        found = studio.workspace.load(stopped.row.content, stopped.row.language)
    return cast("C", found)


def _word(decision: Decision | DeskActed) -> str:
    """A decision as scripts write it."""
    if isinstance(decision, DeskActed):
        return decision.verb
    return f"{decision.node}{TIMEOUT}" if decision.choice == TIMEOUT else f"{decision.node}.{decision.choice}"
