"""The desk's state: one position of a drill, immutable and hashable, with the ticket's comments and its audit trail."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from branchline.content.desk_types import Drill
    from branchline.engine.events import DeskActed, Value

DESK = "desk"
"""Where a drill's session stands: there is one place."""
WAITING, GRANTED, REFUSED = range(3)
"""What has become of a request for approval."""


class Comment(NamedTuple):
    """Something written in the ticket."""

    at: int
    """Seconds on the desk clock."""
    author: str
    """`me` for the learner, `customer`, `agent` for a colleague, `system`, or a tier or team."""
    public: bool
    text: str
    asks: bool = False
    """Whether it asks the requester something."""


class Audit(NamedTuple):
    """One line of the audit trail."""

    at: int
    kind: str
    """`Create`, `Change`, `Comment`, `Notification`, `Merge`, `Exception`, `Refused`; the SLA's lines are computed on read."""
    field: str = ""
    """Of a Change the ticket field; of a Comment `public` or `internal`; of a Refused the verb."""
    old: Value = ""
    new: Value = ""
    """Of a Comment its author; of a Refused its code."""


class Approval(NamedTuple):
    """A request for approval of an act above the learner's limit."""

    act: str
    amount: float
    ready: int
    """Seconds on the desk clock at which the answer comes; -1 where an event of the drill brings it."""
    grant: bool
    text: str
    answer: int = WAITING
    used: bool = False


class Done(NamedTuple):
    """An act that succeeded."""

    verb: str
    arguments: tuple[tuple[str, Value], ...]
    tells: tuple[str, ...]
    fields: tuple[str, ...]
    at: int


class Desk(NamedTuple):
    """Everything that acts and events change."""

    clock: int
    """Seconds since the ticket's zero."""
    ticket: tuple[Value, ...]
    """In the order of `Drill.ticket_names`."""
    tags: tuple[str, ...]
    records: tuple[Value, ...]
    """In the order of `Drill.fields`."""
    comments: tuple[Comment, ...]
    audits: tuple[Audit, ...]
    due: tuple[tuple[int, int], ...]
    """When each coming event of the drill is due, and its number."""
    seen: tuple[int, ...]
    """Numbers of the events that happened or are due."""
    approvals: tuple[Approval, ...] = ()
    spent: tuple[tuple[str, float], ...] = ()
    """By authority, what was spent within the learner's own limit."""
    exceptions: tuple[tuple[str, str], ...] = ()
    """Code and reason of each logged exception."""
    draft: tuple[str, str] = ("", "")
    """The macro that waits in the reply, and its text."""
    told: tuple[str, ...] = ()
    acts: tuple[Done, ...] = ()
    submitted: bool = False


class DeskFrame(NamedTuple):
    """What stays the same for a whole session."""

    drill: Drill
    seed: int
    tier: str
    facts: tuple[tuple[str, Value], ...]
    """The frozen facts, by name."""


class DeskState(NamedTuple):
    """A position; equality and hash are those of `core` and the seed alone.

    `previous` links back to the state before the last act, so that an undo returns exactly there.
    """

    frame: DeskFrame
    core: Desk
    previous: DeskState | None = None
    decision: DeskActed | None = None
    """The act that led here from `previous`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeskState) and self.core == other.core and self.frame.seed == other.frame.seed

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.core, self.frame.seed))

    @property
    def node(self) -> str:
        """Always `desk`."""
        return DESK

    @property
    def ended(self) -> bool:
        """Whether the ticket has been submitted."""
        return self.core.submitted

    @property
    def minutes(self) -> float:
        """The desk clock."""
        return self.core.clock / 60

    @property
    def ticket(self) -> dict[str, Value]:
        """The ticket's fields."""
        return dict(zip(self.frame.drill.ticket_names, self.core.ticket, strict=True))

    @property
    def records(self) -> dict[str, Value]:
        """The record fields, `record.field`."""
        return dict(zip(self.frame.drill.fields, self.core.records, strict=True))

    @property
    def decisions(self) -> tuple[DeskActed, ...]:
        """Every act that stands, refused ones among them, oldest first."""
        found: list[DeskActed] = []
        state: DeskState | None = self
        while state is not None:
            if state.decision is not None:
                found.append(state.decision)
            state = state.previous
        return tuple(reversed(found))


def desk_digest(state: DeskState) -> str:
    """Eight hex digits of a state: CRC-32 of its core as compact ASCII JSON, so any machine computes the same."""
    return f"{zlib.crc32(json.dumps(state.core, separators=(',', ':')).encode()):08x}"
