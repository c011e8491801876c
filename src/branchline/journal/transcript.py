"""Transcript: how people read a session, one numbered line at a time, made from its events and the content they were played with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from branchline.content.compiled import Scenario
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
    TicketSubmitted,
    TimedOut,
    Undone,
)
from branchline.engine.standing import standing
from branchline.engine.state import State
from branchline.journal.desk_telling import desk_lines
from branchline.journal.fold import ContentOf, Step, fold
from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchline.engine.play import Content
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
        before = step.before
        if isinstance(event, ChoiceMade) and isinstance(step.content, Scenario) and isinstance(before, State):
            said = step.content.choice(event.node, event.choice)
            self._line(seq, LEARNER, said.say.show(before.core) if said is not None else event.choice, event.node, event.choice)
        elif note := note_of(event, step.content):
            self._line(seq, NOTE, note, (before or step.after).node)
        for speaker, text in _heard(step):
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


def _heard(step: Step) -> tuple[tuple[str, str], ...]:
    """Speaker and text of everything that is said or shown because of the event."""
    if isinstance(step.content, Scenario):
        return narrate(step.content, step.before if isinstance(step.before, State) else None, step.entry.event)
    return desk_lines(step.content, step.before, step.entry.event)


def transcript(entries: Iterable[Entry], content_of: ContentOf) -> Transcript:
    """The whole transcript of a session; `content_of` gives the Scenario of a content hash."""
    telling = Telling()
    for step in fold(entries, content_of):
        telling.add(step)
    return telling.transcript()


def note_of(event: Event, content: Content) -> str:
    """What happened around the conversation, in words; empty for what speaks for itself."""
    match event:
        case Undone(_, choice):
            return "The silence was taken back." if choice == TIMEOUT else f"The last {_taken_back(content)} was taken back."
        case SopOpened(sop, _):
            return f"You looked into {sop}."
        case SessionResumed(_, notices, _):
            return " ".join(("You went on.", *notices))
        case EndingReached(ending):
            found = content.endings.get(ending) if isinstance(content, Scenario) else None
            return f"End: {found.title if found is not None else ending}"
        case _:
            return _NOTES.get(type(event), "")


_NOTES: dict[type, str] = {
    TimedOut: "You said nothing until the time was up.",
    SessionSuspended: "You stopped here for a while.",
    SessionGivenUp: "You ended the session here.",
    TicketSubmitted: "You submitted the ticket.",
}


def _taken_back(content: Content) -> str:
    return "reply" if isinstance(content, Scenario) else "act"
