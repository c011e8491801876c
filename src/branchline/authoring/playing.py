"""A script played by itself: no person, no journal, no clock; the same as a session with that seed, at the first tier."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from branchline.content.desk_types import Drill
from branchline.engine.actions import Check, Choose, TimeOut, Undo
from branchline.engine.events import TIMEOUT, DeskActed, DrawMade
from branchline.engine.opening import first_draws, start_of
from branchline.engine.play import decide, evolve
from branchline.engine.script import decisions, desk_action, opening_draws
from branchline.errors import ActionRefused
from branchline.journal.fold import Step
from branchline.journal.model import Entry
from branchline.journal.transcript import Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.content.compiled import Scenario
    from branchline.content.script import AuthoredScript
    from branchline.engine.events import Event
    from branchline.engine.play import Content, Position
    from branchline.engine.script import Decision
    from branchline.engine.state import State
    from branchline.journal.transcript import Transcript

TIER = "1"
"""The tier at which scenarios are played; a drill has its own."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A word or act of the script that could not be done."""

    index: int
    """Its place in the script, from 0."""
    code: str
    message: str


@dataclass
class Played:
    """What came of a script."""

    content: Content
    state: Position
    events: list[Event]
    refusals: list[Refusal] = field(default_factory=list)
    _telling: Telling = field(default_factory=Telling)

    @classmethod
    def begin(cls, content: Content, script: AuthoredScript) -> Played:
        """The session as it opens."""
        mode = script.mode or "practice"
        tier = content.tier if isinstance(content, Drill) else TIER
        started = start_of(content, mode=mode, seed=script.seed or 0, tier=tier, untimed=script.untimed, guided=script.guided)
        played = cls(content, evolve(content, None, started), [])
        played._add(None, started)
        if not isinstance(content, Drill):
            state = cast("State", played.state)
            played.take(first_draws(content, state, opening_draws(script.choices, mode)))
        return played

    @property
    def transcript(self) -> Transcript:
        """How people read it."""
        return self._telling.transcript()

    def take(self, events: Sequence[Event]) -> None:
        """Go on by what has happened."""
        for event in events:
            before = self.state
            self.state = evolve(self.content, before, event)
            self._add(before, event)

    def _add(self, before: Position | None, event: Event) -> None:
        self.events.append(event)
        self._telling.add(Step(Entry(len(self.events), "", 0.0, event, ""), self.content, before, self.state))


def play(content: Content, script: AuthoredScript) -> Played:
    """The script played to its end; what cannot be done is a Refusal, and the next word or act is tried.

    Raises ActionRefused, code `no-draw-here`, where the draws before the first decision name a branch that is not there.
    """
    played = Played.begin(content, script)
    mode = script.mode or "practice"
    if isinstance(content, Drill):
        for index, written in enumerate(script.actions):
            _refusable(played, index, partial(_act, played, written, mode))
        return played
    index = 0
    for decision in decisions(script.choices):
        _refusable(played, index, partial(_say, played, content, decision, mode))
        index += decision.length
    return played


def _refusable(played: Played, index: int, do: Callable[[], None]) -> None:
    try:
        do()
    except ActionRefused as refused:
        played.refusals.append(Refusal(index, refused.code, str(refused)))


def _act(played: Played, written: Mapping[str, Any], mode: str) -> None:
    action = desk_action(written)
    if isinstance(action, Undo | Check) and mode != "practice":
        raise ActionRefused(
            f"In {mode} mode nothing is checked or taken back.", code="no-check" if isinstance(action, Check) else "no-undo"
        )
    events = decide(played.content, played.state, action)
    played.take(events)
    if isinstance(events[0], DeskActed) and not events[0].ok:
        raise ActionRefused(events[0].message, code=events[0].code)


def _say(played: Played, scenario: Scenario, decision: Decision, mode: str) -> None:
    if decision.draws and mode == "exam":
        raise ActionRefused("A draw cannot be named in an exam.", code="draw-in-exam")
    before = len(played.events)
    if decision.word is None:
        before = 0
    else:
        node = played.state.node
        if played.state.ended:
            raise ActionRefused(f"The conversation has ended already, at `{node}`.", code="ended")
        if decision.word.node and decision.word.node != node:
            raise ActionRefused(f"The conversation stands at `{node}`, not at `{decision.word.node}`.", code="wrong-place")
        silent = decision.word.choice == TIMEOUT
        action = TimeOut(decision.branches) if silent else Choose(decision.word.choice, decision.branches)
        played.take(decide(scenario, played.state, action))
    drawn = [event.node for event in played.events[before:] if isinstance(event, DrawMade) and event.named]
    for index, draw in enumerate(decision.draws):
        if index >= len(drawn) or drawn[index] != draw.node:
            raise ActionRefused(f"No draw waited at `{draw.node}`.", code="no-draw")
