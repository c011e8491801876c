"""What a verification tells: whether something is as it was recorded, and where it first is not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where what should be and the record differ."""

    seq: int
    expected: str
    """What was recorded."""
    found: str
    """What replay, or what else is kept, gives."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a session or stream is what was recorded."""

    session: str
    ok: bool
    events: int
    first_difference: Difference | None
    kind: str = "session"
    """`session`, the kind of a stream (`journal.streams`), or `lost` where events are left of what is listed no more."""


def earlier(*differences: Difference | None) -> Difference | None:
    """The one that stands earliest; the first of equals."""
    return min(filter(None, differences), key=lambda difference: difference.seq, default=None)
