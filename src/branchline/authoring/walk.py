"""Walk: a way through one version of a scenario that nobody records: replies, silences, and values set by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from branchline.authoring.playing import Played
from branchline.authoring.situation import with_value
from branchline.content.facts import spelled
from branchline.content.script import AuthoredScript
from branchline.engine.conversation import decide, made_again, open_choices
from branchline.engine.events import TIMEOUT, ChoiceMade, DrawMade
from branchline.engine.state import Decision
from branchline.journal.transcript import NOTE, TranscriptLine
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Choice, Scenario
    from branchline.engine.actions import Choose, TimeOut
    from branchline.engine.events import Event, Value
    from branchline.engine.state import State


@dataclass(frozen=True, slots=True)
class Toggle:
    """A value that somebody set by hand."""

    name: str
    value: Value

    def __str__(self) -> str:
        """As people read it."""
        return f"{clean_line(self.name)} = {clean_line(spelled(self.value))}"


Move = Decision | Toggle


@dataclass(frozen=True, slots=True)
class Said:
    """A reply with the positions around it."""

    seq: int
    """The number of its event, as transcript lines name it."""
    choice: Choice
    opened: tuple[Choice, ...]
    """What else could be said."""
    before: State
    after: State


class Walk:
    """A way through one version, from its start; it grows by moves and never shrinks."""

    def __init__(self, scenario: Scenario, seed: int, opening: Sequence[str] = ()) -> None:
        """`opening` names the draws before the first decision, as scripts write them; those it does not name follow the seed.

        Raises ActionRefused, code `no-draw-here`, where it names a branch that is not there.
        """
        self.scenario = scenario
        self._played = Played.begin(scenario, AuthoredScript(seed=seed, choices=list(opening)))
        self.opening = tuple(f"{event.node}~{event.branch}" for event in self._played.events if isinstance(event, DrawMade))
        self.moves: list[Move] = []
        """What was done, by present ids and with the draws that followed."""
        self.said: list[Said] = []
        self._notes: list[tuple[int, str, str]] = []
        self._visits = Counter([self.state.node])

    @property
    def state(self) -> State:
        """Where it stands."""
        return cast("State", self._played.state)

    @property
    def visits(self) -> int:
        """How often the conversation has stood at the present node, this time included."""
        return self._visits[self.state.node]

    @property
    def by_hand(self) -> tuple[str, ...]:
        """Names of everything that was set by hand."""
        return tuple(move.name for move in self.moves if isinstance(move, Toggle))

    def go(self, move: Move) -> None:
        """Make one more move, by present or former ids.

        Raises ActionRefused, code `cannot-replay` or `not-in-domain`, or UnknownId; then nothing has happened.
        """
        if isinstance(move, Toggle):
            self._set(move)
        else:
            self._take(made_again(self.scenario, self.state, move))

    def act(self, action: Choose | TimeOut) -> None:
        """Say something, or nothing; ActionRefused with the engine's own reason, and then nothing has happened."""
        self._take(decide(self.scenario, self.state, action))

    def _take(self, events: Sequence[Event]) -> None:
        before = self.state
        opened = open_choices(self.scenario, before)
        seq = len(self._played.events) + 1
        self._played.take(events)
        made = events[0]
        choice = made.choice if isinstance(made, ChoiceMade) else TIMEOUT
        self.moves.append(Decision(before.node, choice, tuple(event.branch for event in events if isinstance(event, DrawMade))))
        self._visits[self.state.node] += 1
        self.said += [Said(seq, each, opened, before, self.state) for each in opened if each.id == choice]

    def _set(self, toggle: Toggle) -> None:
        self._played.state = with_value(self.state, toggle.name, toggle.value)
        self.moves.append(toggle)
        self._notes.append((len(self._played.transcript.lines), f"Set by hand: {toggle}", self.state.node))

    def lines(self) -> tuple[TranscriptLine, ...]:
        """Everything that was said and shown, with a note wherever a value was set."""
        told = list(self._played.transcript.lines)
        for place, text, node in reversed(self._notes):
            told.insert(place, TranscriptLine(0, 0, NOTE, text, node))
        return tuple(replace(line, number=number) for number, line in enumerate(told, 1))


def word_of(move: Move) -> str:
    """A move as scripts write it, or as people read it where no script can."""
    if isinstance(move, Toggle):
        return str(move)
    return clean_line(f"{move.node}{TIMEOUT}" if move.choice == TIMEOUT else f"{move.node}.{move.choice}")
