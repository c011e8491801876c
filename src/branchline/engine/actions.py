"""Actions: what a learner tries. Draws that a script names come in as data; clock readings never matter to the engine."""

from __future__ import annotations

from typing import NamedTuple


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


Action = Choose | TimeOut | Draw | Undo | OpenSop | Suspend | Resume | GiveUp
