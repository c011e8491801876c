"""What the journal keeps: sessions, their entries, and the statements that wait for an LRS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchline.engine.events import Event

PLAYED = ("scenario", "drill")
"""The kinds of session that somebody plays; every other kind is a stream (`journal.streams`)."""
FINISHED = ("completed", "abandoned")
"""The statuses of a session that nobody goes on with."""
UNFINISHED = ("active", "suspended")
"""The statuses of a session that can be resumed; it is active while a program plays it, and after a kill until then."""
STATUSES = (*UNFINISHED, *FINISHED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it was recorded."""

    seq: int
    """From 1, without gaps, in the session."""
    at: str
    """UTC, ISO 8601 with milliseconds and `Z`; strictly increasing in a session, whatever the wall clock did."""
    elapsed: float
    """Seconds of play since the session began, by a monotonic clock, pauses between suspend and resume left out."""
    event: Event
    digest: str
    """Eight hex digits of the state after the event."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A play-through as the journal lists it."""

    id: str
    """UUID; also the xAPI registration."""
    kind: str
    """`scenario` or `drill`; of a stream what it is, see `journal.streams`."""
    content: str
    """Id of the scenario or drill; of a stream what it is about."""
    title: str
    version: int
    content_hash: str
    logic_hash: str
    learner: str
    mode: str
    seed: int
    language: str
    status: str
    started: str
    ended: str = ""
    """When it ended, empty while it has not."""
    scores: str = ""
    """JSON of the score parts, empty while it has not ended; a projection, rebuildable from the events."""
    passed: bool | None = None


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """One xAPI statement, frozen as text when its event happened, and where its delivery stands."""

    id: str
    """UUIDv5 of (session id, event seq, statement role)."""
    session: str
    seq: int
    role: str
    json: str
    """Compact ASCII JSON, never rebuilt."""
    state: str = "waiting"
    """`waiting`, `delivered` or `dead`."""
    attempts: int = 0
    status: int = 0
    """The HTTP status of the last refusal, 0 where there was none."""
    error: str = ""
    """The last error in words."""


@dataclass(frozen=True, slots=True)
class SopNote:
    """“This SOP is wrong”: what somebody noted about it, where that was, and what became of it."""

    sop: str
    version: int
    """The SOP's version when it was noted."""
    text: str
    learner: str
    """Who noted it."""
    at: str
    """When; UTC, ISO 8601."""
    step: str = ""
    """The step it is about, empty where it is about the whole."""
    session: str = ""
    """The session in which it was noted, empty where that was in none; it may have been deleted since."""
    seq: int = 0
    """The last entry of the session then."""
    node: str = ""
    """The node, or `desk`, where the session stood then."""
    answer: str = ""
    """What became of it, empty while nobody has said."""
    answered_by: str = ""
    answered: str = ""
    """When it was answered."""
    id: int = 0
    """From 1, never given twice; 0 before it is kept."""
