"""What would have been: the best line from a position, and a play that goes on from there with the live engine.

Nothing here is recorded, scored or sent. Chance goes where the session's own seed sends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import Scenario
from branchline.engine.actions import Act, Choose, Submit, TimeOut
from branchline.engine.conversation import open_choices
from branchline.engine.desk_guide import outstanding
from branchline.engine.desk_work import Work
from branchline.engine.events import TIMEOUT, ChoiceMade, DeskActed, TimedOut
from branchline.engine.play import decide, evolve
from branchline.engine.state import State
from branchline.errors import ActionRefused
from branchline.journal.fold import Step
from branchline.journal.model import Entry
from branchline.journal.transcript import Telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Choice
    from branchline.content.desk_types import Drill
    from branchline.content.sop import Step as SopStep
    from branchline.engine.actions import Action
    from branchline.engine.desk_state import DeskState
    from branchline.engine.events import Event, Value
    from branchline.engine.play import Content, Position
    from branchline.explore import Exploration
    from branchline.journal.transcript import TranscriptLine

LONGEST = 200
"""Decisions after which a best line is broken off."""


class WhatIf:
    """A hypothetical play from a position of a session."""

    def __init__(self, content: Content, start: Position) -> None:
        """It stands at `start`, which is left as it was."""
        self.content = content
        self._positions: list[Position] = [start]
        self._steps: list[list[Step]] = []

    @property
    def state(self) -> Position:
        """Where it stands."""
        return self._positions[-1]

    @property
    def ended(self) -> bool:
        """Whether it has come to an end."""
        return self.state.ended

    @property
    def decisions(self) -> int:
        """How many were made since it began."""
        return len(self._steps)

    def open_choices(self) -> tuple[Choice, ...]:
        """What may be said now, in authored order; nothing in a drill."""
        state = self.state
        return open_choices(self.content, state) if isinstance(self.content, Scenario) and isinstance(state, State) else ()

    def choose(self, choice_id: str) -> None:
        """Say a reply; ActionRefused, and then nothing has happened."""
        self.take(Choose(choice_id))

    def time_out(self) -> None:
        """Say nothing until the time is up; ActionRefused where there is no limit."""
        self.take(TimeOut())

    def act(self, verb: str, arguments: Sequence[tuple[str, Value]] = (), text: str = "") -> None:
        """Try something at the desk; ActionRefused for what it does not know."""
        self.take(Submit() if verb == "submit" else Act(verb, tuple(sorted(arguments)), text))

    def undo(self) -> bool:
        """Go back by one decision; False where it stands at the beginning."""
        if not self._steps:
            return False
        self._steps.pop()
        self._positions.pop()
        return True

    def lines(self) -> tuple[TranscriptLine, ...]:
        """What would have been said and done since it began, numbered from 1."""
        telling = Telling()
        for step in self.steps():
            telling.add(step)
        return telling.transcript().lines

    def steps(self) -> tuple[Step, ...]:
        """Everything that would have happened since it began, with the positions around it."""
        return tuple(step for steps in self._steps for step in steps)

    def events(self) -> tuple[Event, ...]:
        """Everything that would have happened since it began."""
        return tuple(step.entry.event for step in self.steps())

    def words(self) -> tuple[str, ...]:
        """The decisions since it began, as scripts name them; a verb at the desk."""
        return tuple(_word(steps[0].entry.event) for steps in self._steps)

    def take(self, action: Action) -> tuple[Event, ...]:
        """Try anything; what would have happened. ActionRefused, and then nothing has."""
        state = self.state
        if state.ended:
            raise ActionRefused(
                "This play has come to its end.", hint="Take something back, or go back to the session.", code="session-over"
            )
        seq = sum(map(len, self._steps))
        taken = []
        for number, event in enumerate(decide(self.content, state, action), seq + 1):
            after = evolve(self.content, state, event)
            taken.append(Step(Entry(number, "", 0.0, event, ""), self.content, state, after))
            state = after
        self._steps.append(taken)
        self._positions.append(state)
        return tuple(step.entry.event for step in taken)


def _word(event: Event) -> str:
    match event:
        case ChoiceMade(node, choice, _):
            return f"{node}.{choice}"
        case TimedOut(node, _):
            return f"{node}{TIMEOUT}"
        case DeskActed():
            return event.verb
        case _:
            return "submit"


def best_line(exploration: Exploration, start: State) -> WhatIf | None:
    """The best play from a position to an end, chance going where the seed sends it; None where values are not known.

    Broken off after 200 decisions, and where no reply is open and no silence leads on.
    """
    if not exploration.valued:
        return None
    play = WhatIf(exploration.scenario, start)
    while not play.ended and play.decisions < LONGEST and isinstance(play.state, State):
        best = exploration.best_choices(play.state)
        if best:
            play.choose(best[0])
        elif exploration.scenario.nodes[play.state.node].timeout is not None:
            play.time_out()
        else:
            break
    return play


class Remaining(NamedTuple):
    """A step of an SOP that a drill's position still asks for."""

    sop: str
    step: SopStep


def remaining(drill: Drill, state: DeskState) -> tuple[Remaining, ...]:
    """The best line at the desk: what the SOPs still require there, in their order."""
    row = Work(state.frame, state.core).row()
    return tuple(Remaining(sop.id, step) for sop in drill.sops.values() for step in outstanding(drill, sop, state.core.acts, row))
