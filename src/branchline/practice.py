"""One play-through: engine, scoring and recording together; what every front end drives.

A front end asks what is offered, says what the learner did, and paints what came of it. It never sees an event it could forget to record.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self

from branchline import paths as locations
from branchline import settings as configuration
from branchline.content.facts import TIER, tier_number
from branchline.engine.actions import Action, Choose, Draw, GiveUp, OpenSop, Resume, Suspend, TimeOut, Undo
from branchline.engine.conversation import decide, evolve, locked_choices, open_choices, replay
from branchline.engine.events import SessionStarted
from branchline.errors import ActionRefused, BranchlineError, UsageError
from branchline.journal.fold import fold
from branchline.journal.model import Entry, SessionRow
from branchline.journal.transcript import Telling, Transcript
from branchline.journal.verify import kept_contents
from branchline.recording import Clock, Recording, SystemClock
from branchline.result import result
from branchline.scoring import score
from branchline.text import clean
from branchline.xapi.statements import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from branchline.content.compiled import Choice, Ending, Scenario
    from branchline.content.workspace import Workspace
    from branchline.engine.events import Event
    from branchline.engine.state import State
    from branchline.journal.store import Journal
    from branchline.scoring.model import Score

RETAKE = timedelta(hours=24)
"""How long after an exam the same one may be taken again (command line page, "Modes")."""
_SEEDS = 2**31


class Studio:
    """Everything a front end needs, opened once; the workspace and the journal only when they are first used."""

    def __init__(self, paths: locations.Paths, settings: configuration.Settings, *, workspace: str | None = None, clock: Clock | None = None) -> None:
        """`workspace` beats the setting of that name."""
        self.paths = paths
        self.settings = settings
        self.clock = clock or SystemClock()
        self._workspace = workspace

    @classmethod
    def open(cls, *, environ: Mapping[str, str] | None = None, workspace: str | None = None, clock: Clock | None = None) -> Self:
        """The studio of this user; ConfigurationError where the settings are wrong."""
        found = os.environ if environ is None else environ
        paths = locations.Paths.of(found)
        return cls(paths, configuration.load(paths, found), workspace=workspace, clock=clock)

    @cached_property
    def workspace(self) -> Workspace:
        """What can be played; ConfigurationError where the folder is no workspace."""
        from branchline.content.workspace import open_workspace  # noqa: PLC0415  # reading content costs pydantic and yaml

        return open_workspace(self._workspace or self.settings.workspace)

    @cached_property
    def journal(self) -> Journal:
        """Where sessions are kept; JournalUnavailable or DamagedData where it cannot be opened."""
        from branchline.journal.store import Journal  # noqa: PLC0415  # not before somebody plays or asks

        return Journal.open(self.paths.database)

    def identity(self, learner: str = "") -> Identity:
        """Who learns, as statements say it."""
        return Identity(self.settings.home_page, learner or self.settings.learner, self.settings.iri_base)

    def close(self) -> None:
        """Close the journal if it was opened."""
        if "journal" in self.__dict__:
            self.journal.close()


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice as it is shown: shuffled by the session's seed, numbered from 1."""

    number: int
    id: str
    say: str
    open: bool
    why: str
    """Why it is locked, empty where it is open."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reply earned, for practice mode."""

    choice: str
    """`node.choice`."""
    word: str
    """`empathetic`, `neutral`, `unempathetic` or `unrated`."""
    e: float | None
    because: str
    trust: int
    """Change of trust."""
    heat: int
    """Change of heat."""
    dimensions: tuple[tuple[str, int, int], ...]
    """Name, level and the best reply's level (or the same level, where the best has none) of each dimension that applies."""
    best: bool
    """Whether no open reply was better."""
    best_say: str
    """What the best open reply said, empty where this was it or nothing is rated."""
    best_because: str
    flags: tuple[str, ...]
    critical: str
    steps: tuple[str, ...]
    """`SOP/step` of each step that the reply carried out."""


class Practice:
    """A session in play."""

    def __init__(self, studio: Studio, scenario: Scenario, recording: Recording, state: State, telling: Telling, notices: Sequence[str] = ()) -> None:
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
            _may_take(studio, scenario, who, seed)
        facts = tuple(sorted({**scenario.facts, TIER: tier_number(settings.tier)}.items()))
        started = SessionStarted(
            kind="scenario",
            id=scenario.id,
            version=scenario.version,
            content_hash=scenario.content_hash,
            logic_hash=scenario.logic_hash,
            mode=mode,
            seed=seed,
            language=scenario.language,
            tier=settings.tier,
            facts=facts,
            weights=scenario.weights,
            pass_mark=scenario.pass_mark,
            untimed=settings.untimed if untimed is None else untimed,
        )
        recording = Recording(studio.journal, studio.identity(who), studio.clock, _row(scenario, started, who, studio.clock))
        state = evolve(scenario, None, started)
        telling = Telling()
        practice = cls(studio, scenario, recording, state, telling)
        steps = recording.record(scenario, None, [started, *_first_draws(scenario, state, draws)], bundle=scenario.bundle)
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
            raise UsageError(f"The session {row.id[:8]} has ended.", hint=f"`branchline play {row.content}` starts another.", code="session-ended")
        entries = studio.journal.entries(row.id)
        telling = Telling()
        kept = list(fold(entries, kept_contents(studio.journal)))
        for step in kept:
            telling.add(step)
        scenario, state = kept[-1].scenario, kept[-1].after
        current, notices, keep = _present(studio, row, scenario, state)
        recording = Recording(studio.journal, studio.identity(row.learner), studio.clock, row, entries)
        practice = cls(studio, current, recording, state, telling, notices)
        practice._record(decide(current, state, Resume(notices, keep)), bundle=current.bundle if current is not scenario else None)
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
        before, opened = self.state, open_choices(self.scenario, self.state)
        self._act(Choose(choice_id, draws))
        if self.mode != "practice":
            return None
        return _feedback(next(choice for choice in opened if choice.id == choice_id), opened, before, self.state)

    def time_out(self, draws: tuple[int, ...] = ()) -> None:
        """Say nothing until the time is up."""
        self._refuse_when_finished()
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
        if not self.finished:
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

    def _order(self, choice: Choice) -> bytes:
        return hashlib.blake2b(f"{self.started.seed}:{choice.name}".encode(), digest_size=8).digest()


def _row(scenario: Scenario, started: SessionStarted, learner: str, clock: Clock) -> SessionRow:
    return SessionRow(
        id=str(uuid.uuid4()),
        kind=started.kind,
        content=scenario.id,
        title=scenario.title,
        version=scenario.version,
        content_hash=scenario.content_hash,
        logic_hash=scenario.logic_hash,
        learner=learner,
        mode=started.mode,
        seed=started.seed,
        language=started.language,
        status="active",
        started=clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def _first_draws(scenario: Scenario, state: State, named: tuple[int, ...]) -> list[Event]:
    """What chance decides before the first decision."""
    events: list[Event] = []
    while scenario.nodes.get(state.node) is not None and scenario.nodes[state.node].draws:
        new = decide(scenario, state, Draw(named[len(events)] if len(events) < len(named) else None))[:1]
        events += new
        state = evolve(scenario, state, new[0])
    return events


def _may_take(studio: Studio, scenario: Scenario, learner: str, seed: int) -> None:
    """An exam may be retaken after 24 hours, with another seed."""
    for row in studio.journal.sessions(learner=learner, content=scenario.id):
        if row.mode != "exam":
            continue
        again = datetime.fromisoformat(row.started) + RETAKE
        if studio.clock.now() < again:
            hint = f"Take it again after {again:%Y-%m-%d %H:%M} UTC, or resume it with `branchline resume {row.id[:8]}` if it has not ended."
            raise ActionRefused("This exam was taken less than 24 hours ago.", hint=hint, code="exam-too-soon")
        if row.seed == seed:
            raise ActionRefused("This exam was taken with that seed before.", hint="Leave `--seed` out.", code="exam-too-soon")


def _present(studio: Studio, row: SessionRow, kept: Scenario, state: State) -> tuple[Scenario, tuple[str, ...], int]:
    """The content to go on with, what to tell the learner, and how many decisions still stand (-1: all)."""
    try:
        current = studio.workspace.load(row.content, row.language)
    except BranchlineError as error:
        return kept, (f"The scenario cannot be loaded now ({error.what}); you go on with the version you began.",), -1
    if current.content_hash == kept.content_hash:
        return kept, (), -1
    made = [decision for decision in state.decisions if decision.choice]
    for count in range(len(made), -1, -1):
        try:
            replay(current, state, count)
        except ActionRefused as refused:
            reason = refused
            continue
        if count == len(made):
            changed = "Its texts changed" if current.logic_hash == kept.logic_hash else "It was edited"
            return current, (f"{changed} since you stopped; all of your {count} replies still stand.",), -1
        lost = ", ".join(f"{decision.node}.{decision.choice}" for decision in made[count:])
        notice = f"The scenario was edited since you stopped: {count} of your {len(made)} replies still stand. Given up: {lost}. Reason: {reason.what}"
        return current, (notice,), count
    return kept, ("The scenario was edited beyond what can be replayed; you go on with the version you began.",), -1


def _feedback(chosen: Choice, opened: Sequence[Choice], before: State, after: State) -> Feedback:
    rated = [choice for choice in opened if choice.e is not None]
    best = max(rated, key=lambda choice: choice.e or 0.0, default=None)
    is_best = best is None or chosen.e is None or chosen.e >= (best.e or 0.0)
    compared = best.levels if best is not None else {}
    return Feedback(
        choice=chosen.name,
        word=chosen.word,
        e=chosen.e,
        because=clean(chosen.because),
        trust=after.trust - before.trust,
        heat=after.heat - before.heat,
        dimensions=tuple((name, level, compared.get(name, level)) for name, level in chosen.levels.items()),
        best=is_best,
        best_say="" if is_best or best is None else clean(best.say.show(before.core)),
        best_because="" if is_best or best is None else clean(best.because),
        flags=chosen.flags,
        critical=chosen.critical,
        steps=tuple(deed.name for deed in chosen.does if deed.step),
    )
