"""Transcript: how people read a session, one numbered line at a time, made from its events and the content they were played with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from branchline.engine.conversation import narrate
from branchline.engine.events import (
    TIMEOUT,
    ChoiceMade,
    EndingReached,
    Event,
    SessionGivenUp,
    SessionResumed,
    SessionSuspended,
    SopOpened,
    TimedOut,
    Undone,
)
from branchline.engine.standing import standing
from branchline.journal.fold import ContentOf, Step, fold
from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchline.content.compiled import Scenario
    from branchline.journal.model import Entry

LEARNER, NOTE = "learner", "note"


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One thing that was said, shown or done."""

    number: int
    """From 1, through the whole session."""
    seq: int
    """The event it belongs to."""
    speaker: str
    """`customer`, `desk`, `narrator`, `learner`, or `note` for what happened around the conversation."""
    text: str
    """Safe for a terminal."""
    node: str
    """Where the conversation stood."""
    choice: str = ""
    """Of a learner's line, the choice."""
    standing: bool = True
    """False for what was taken back later."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A session as people read it."""

    lines: tuple[TranscriptLine, ...]

    def line_of(self, seq: int | None) -> int | None:
        """The number of the line that says event `seq`: what the learner said, else its first line; None where it has none."""
        mine = [line for line in self.lines if line.seq == seq]
        spoken = [line for line in mine if line.speaker == LEARNER] or mine
        return spoken[0].number if spoken else None


class Telling:
    """A transcript that grows with its session."""

    def __init__(self) -> None:
        self._lines: list[TranscriptLine] = []
        self._events: list[Event] = []
        self._told = Transcript(())

    def add(self, step: Step) -> None:
        """Tell one more event."""
        event, seq = step.entry.event, step.entry.seq
        self._events.append(event)
        node = step.before.node if step.before is not None else step.after.node
        if isinstance(event, ChoiceMade):
            said = step.scenario.choice(event.node, event.choice)
            core = step.before.core if step.before is not None else step.after.core
            self._line(seq, LEARNER, said.say.show(core) if said is not None else event.choice, event.node, event.choice)
        elif note := note_of(event, step.scenario):
            self._line(seq, NOTE, note, node)
        for speaker, text in narrate(step.scenario, step.before, event):
            self._line(seq, speaker, text, step.after.node)
        if isinstance(event, Undone) or (isinstance(event, SessionResumed) and event.kept >= 0):
            self._take_back()

    def transcript(self) -> Transcript:
        """What has been told so far; what was taken back says so."""
        if len(self._told.lines) != len(self._lines):
            self._told = Transcript(tuple(self._lines))
        return self._told

    def _take_back(self) -> None:
        """Mark the lines of events that stand no more; the undo itself goes on standing."""
        stand = {seq for seq, _ in standing(self._events)} | {seq for seq, event in enumerate(self._events, 1) if isinstance(event, Undone)}
        self._lines = [line if line.seq in stand else replace(line, standing=False) for line in self._lines]
        self._told = Transcript(tuple(self._lines))

    def _line(self, seq: int, speaker: str, text: str, node: str, choice: str = "") -> None:
        self._lines.append(TranscriptLine(len(self._lines) + 1, seq, speaker, clean(text), node, choice))


def transcript(entries: Iterable[Entry], content_of: ContentOf) -> Transcript:
    """The whole transcript of a session; `content_of` gives the Scenario of a content hash."""
    telling = Telling()
    for step in fold(entries, content_of):
        telling.add(step)
    return telling.transcript()


def note_of(event: Event, scenario: Scenario) -> str:
    """What happened around the conversation, in words; empty for what speaks for itself."""
    match event:
        case Undone(_, choice):
            return "The silence was taken back." if choice == TIMEOUT else "The last reply was taken back."
        case SopOpened(sop, _):
            return f"You looked into {sop}."
        case SessionResumed(_, notices, _):
            return " ".join(("You went on.", *notices))
        case EndingReached(ending):
            found = scenario.endings.get(ending)
            return f"End: {found.title if found is not None else ending}"
        case _:
            return _NOTES.get(type(event), "")


_NOTES: dict[type, str] = {
    TimedOut: "You said nothing until the time was up.",
    SessionSuspended: "You stopped here for a while.",
    SessionGivenUp: "You ended the session here.",
}
