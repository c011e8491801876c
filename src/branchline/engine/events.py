"""Events: what has happened, in the past tense. A session is the list of its events; everything else is computed from them.

Every field is plain data (text, numbers, booleans, tuples of those), so an event can be written to JSON and read back equal.
"""

from __future__ import annotations

from typing import NamedTuple

Value = int | float | bool | str
"""What a fact, an argument or a variable may hold."""


class SessionStarted(NamedTuple):
    """A session began; whatever could change later is frozen here."""

    kind: str
    """`scenario` or `drill`."""
    id: str
    version: int
    content_hash: str
    logic_hash: str
    mode: str
    """`practice`, `expert` or `exam`."""
    seed: int
    language: str
    tier: str
    """The learner's tier: `1`, `2`, … or `lead`."""
    facts: tuple[tuple[str, Value], ...]
    """Name and value of each case fact, by name."""
    weights: tuple[int, int, int]
    """Empathy, SOP, outcome: integers out of 100."""
    pass_mark: int
    untimed: bool = False
    """A conversation without time limits."""
    timed: bool = False
    """A drill by the real clock instead of the desk's."""
    guided: bool = False
    """A drill in which the next SOP step is named; it never counts."""


class ChoiceMade(NamedTuple):
    """The learner said one of the open choices of a node."""

    node: str
    choice: str
    open: tuple[str, ...]
    """Ids of all choices that were open, in authored order."""


class TimedOut(NamedTuple):
    """The learner said nothing until the node's time was up."""

    node: str
    open: tuple[str, ...]


class DrawMade(NamedTuple):
    """Chance took one branch of a node."""

    node: str
    branch: int
    """Index from 0 among the node's weighted branches."""
    named: bool = False
    """Whether a script named the branch instead of the seed."""


class Undone(NamedTuple):
    """The last decision was taken back; the state before it stands again."""

    node: str
    choice: str
    """The choice taken back, `!timeout` for a time-out."""


class SopOpened(NamedTuple):
    """The learner looked into an SOP."""

    sop: str
    node: str


class SessionSuspended(NamedTuple):
    """The learner stopped for now."""


class SessionResumed(NamedTuple):
    """The learner went on, with the content of that hash; `kept` decisions still stand (-1: all), `notices` say what was lost."""

    content_hash: str
    notices: tuple[str, ...] = ()
    kept: int = -1


class EndingReached(NamedTuple):
    """The conversation stopped at an ending."""

    ending: str


class SessionGivenUp(NamedTuple):
    """The learner ended the session before any ending."""


class DeskActed(NamedTuple):
    """The learner did something at the desk; where `ok` is false the desk refused it, and only time has passed."""

    verb: str
    arguments: tuple[tuple[str, Value], ...]
    text: str
    """What was written: the reply, the note, the reason."""
    tells: tuple[str, ...]
    """Ids of the facts that a public reply told."""
    fields: tuple[str, ...]
    """Names of the fields that a note, a reason or a hand-over fills in."""
    ok: bool
    code: str
    """Of a refusal: `RecordInvalid`, `RecordNotFound`, `PermissionDenied`, `OperationRefused` or `TicketClosed`."""
    message: str
    """The desk's answer: why it refused, or what the tool shows."""
    minutes: float


class TicketChanged(NamedTuple):
    """Something happened that the drill's designer wrote down."""

    number: int
    """Index from 0 among the drill's events."""


class TicketChecked(NamedTuple):
    """The learner asked what is missing; one sentence for each thing."""

    findings: tuple[str, ...]


class TicketSubmitted(NamedTuple):
    """The learner is done with the ticket."""


Event = (
    SessionStarted
    | ChoiceMade
    | TimedOut
    | DrawMade
    | Undone
    | SopOpened
    | SessionSuspended
    | SessionResumed
    | EndingReached
    | SessionGivenUp
    | DeskActed
    | TicketChanged
    | TicketChecked
    | TicketSubmitted
)

FINAL = (EndingReached, TicketSubmitted, SessionGivenUp)
"""The events that end a session."""
TIMEOUT = "!timeout"
"""Stands where a choice id would, when nothing was said."""
