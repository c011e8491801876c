"""Playing a session for tests of statements: events from the engine, Moments as the recorder makes them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from branchline.engine.actions import Choose, Draw, GiveUp, OpenSop, Resume, Suspend, Undo
from branchline.engine.conversation import decide, evolve, open_choices
from branchline.engine.events import ChoiceMade, Event, SessionStarted, TimedOut
from branchline.engine.state import State, digest
from branchline.journal.model import Entry, SessionRow
from branchline.scoring import score
from branchline.xapi.statements import Identity, Moment, build

if TYPE_CHECKING:
    from branchline.content.compiled import Choice, Scenario
    from branchline.engine.actions import Action
    from branchline.journal.model import StoredStatement

IDENTITY = Identity("https://learn.example.org", "l-4711", "https://xapi.example.org/branchline")
BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def session_row(scenario: Scenario, session: str = "") -> SessionRow:
    return SessionRow(
        id=session or str(uuid.uuid4()),
        kind="scenario",
        content=scenario.id,
        title=scenario.title,
        version=scenario.version,
        content_hash=scenario.content_hash,
        logic_hash=scenario.logic_hash,
        learner="l-4711",
        mode="practice",
        seed=7,
        language=scenario.language,
        status="active",
        started=BEGIN.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def started(scenario: Scenario) -> SessionStarted:
    facts = tuple(sorted(scenario.facts.items()))
    return SessionStarted(
        kind="scenario",
        id=scenario.id,
        version=scenario.version,
        content_hash=scenario.content_hash,
        logic_hash=scenario.logic_hash,
        mode="practice",
        seed=7,
        language=scenario.language,
        tier="1",
        facts=facts,
        weights=scenario.weights,
        pass_mark=scenario.pass_mark,
    )


class Player:
    """Plays actions and keeps the Moments."""

    def __init__(self, scenario: Scenario, session: str = "") -> None:
        self.scenario = scenario
        self.row = session_row(scenario, session)
        self.moments: list[Moment] = []
        self.events: list[Event] = []
        self.state: State | None = None
        self.visits: dict[str, int] = {}
        self._happen(started(scenario))
        if not self._open():
            self.act(Draw())

    def act(self, action: Action) -> None:
        assert self.state is not None
        for event in decide(self.scenario, self.state, action):
            self._happen(event)

    def play(self, *, worst: bool = False) -> Player:
        """Every kind of event that this scenario allows, then the best (or worst) reply until the end."""
        self.act(OpenSop(next(iter(self.scenario.sops))))
        self.act(Choose(self._reply(worst=worst)))
        self.act(Undo())
        self.act(Suspend())
        self.act(Resume())
        return self.finish(worst=worst)

    def finish(self, *, worst: bool = False) -> Player:
        while self.state is not None and not self.state.ended and len(self.events) < 200:
            self.act(Choose(self._reply(worst=worst)))
        return self

    def give_up(self) -> Player:
        self.act(GiveUp())
        return self

    @property
    def statements(self) -> list[StoredStatement]:
        return [statement for moment in self.moments for statement in build(moment)]

    def _reply(self, *, worst: bool) -> str:
        return sorted(self._open(), key=lambda choice: choice.e if choice.e is not None else 0.5, reverse=not worst)[0].id

    def _open(self) -> tuple[Choice, ...]:
        return () if self.state is None else open_choices(self.scenario, self.state)

    def _happen(self, event: Event) -> None:
        before, after = self.state, evolve(self.scenario, self.state, event)
        self.events.append(event)
        seq = len(self.events)
        at = (BEGIN + timedelta(seconds=seq)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if isinstance(event, ChoiceMade | TimedOut):
            self.visits[event.node] = self.visits.get(event.node, 0) + 1
        over = type(event).__name__ in {"EndingReached", "SessionGivenUp"}
        result = score(self.scenario, self.events) if over else None
        entry = Entry(seq, at, float(seq), event, digest(after))
        visit = self.visits.get(getattr(event, "node", ""), 1)
        self.moments.append(Moment(self.row, entry, self.scenario, before, after, visit, IDENTITY, result, 1.0))
        self.state = after
