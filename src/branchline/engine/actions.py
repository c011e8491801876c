"""Actions: what a learner tries. Draws that a script names come in as data; clock readings never matter to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from branchline.engine.events import Value


class Choose(NamedTuple):
    """Say the reply with this choice id at the present node."""

    choice: str
    draws: tuple[int, ...] = ()
    """Branches (from 0) for the random draws that follow, instead of the seed's; one per draw, in order."""


class TimeOut(NamedTuple):
    """Say nothing until the node's time is up."""

    draws: tuple[int, ...] = ()


class Draw(NamedTuple):
    """Let chance decide at a node that waits for it; `branch` (from 0) overrides the seed."""

    branch: int | None = None


class Undo(NamedTuple):
    """Take the last decision back."""


class OpenSop(NamedTuple):
    """Look something up in an SOP."""

    sop: str


class Suspend(NamedTuple):
    """Stop for now; the session can be resumed."""


class Resume(NamedTuple):
    """Go on with a suspended session; `kept` decisions stand (-1: all), `notices` say what had to be given up."""

    notices: tuple[str, ...] = ()
    kept: int = -1


class GiveUp(NamedTuple):
    """End the session without reaching an ending."""


class Act(NamedTuple):
    """Do something at the desk: a ticket verb, or one of the company's."""

    verb: str
    arguments: tuple[tuple[str, Value], ...] = ()
    text: str = ""
    """What is written: the reply, the note, the reason."""
    minutes: float | None = None
    """How long it took; None: what the desk says it takes."""


class Check(NamedTuple):
    """Ask what still stands in the way of submitting, and what has not been done."""


class Submit(NamedTuple):
    """Be done with the ticket."""


Action = Choose | TimeOut | Draw | Undo | OpenSop | Suspend | Resume | GiveUp | Act | Check | Submit
