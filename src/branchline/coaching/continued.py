"""A session continued otherwise from one of its moments: played by the live engine, judged beside the session, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from branchline.coaching.judging import judgement
from branchline.coaching.what_if import WhatIf
from branchline.content.compiled import Scenario
from branchline.engine.events import TIMEOUT, ChoiceMade, TimedOut
from branchline.engine.standing import standing
from branchline.errors import UnknownId, UsageError
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.coaching.judging import Moment
    from branchline.coaching.review import Review


@dataclass(frozen=True)
class Continued:
    """How it would have gone on."""

    seq: int
    """The entry of the session in whose place the first reply stands."""
    play: WhatIf
    moments: tuple[Moment, ...]
    """The hypothetical decisions; their seq goes on from the session's entries before that one."""


def continued(review: Review, node: str, choices: Sequence[str]) -> Continued:
    """From the last standing decision at `node`, with these replies (`!timeout` for silence) instead.

    Raises UsageError, code `not-a-conversation`, for a drill; UnknownId where the session never decided anything there; ActionRefused
    where a reply is not open.
    """
    steps = review.steps
    if not isinstance(review.content, Scenario):
        hint = "The review screen plays a drill on with `w`."
        raise UsageError("A drill has no replies to choose.", hint=hint, code="not-a-conversation")
    stand = {seq for seq, _ in standing([step.entry.event for step in steps])}
    met = [step for step in steps if isinstance(step.entry.event, ChoiceMade | TimedOut) and step.entry.seq in stand]
    found = [step for step in met if step.entry.event.node == node]  # type: ignore[union-attr]  # a decision
    before = found[-1].before if found else None
    if before is None:
        nodes = {step.entry.event.node for step in met}  # type: ignore[union-attr]  # as above
        raise UnknownId(f"The session decided nothing at `{clean_line(node)}`.", hint=did_you_mean(node, sorted(nodes)))
    first = found[-1]
    play = WhatIf(first.content, before)
    for choice in choices:
        if choice == TIMEOUT:
            play.time_out()
        else:
            play.choose(choice)
    earlier = [step for step in steps if step.entry.seq < first.entry.seq]
    tail = [replace(step, entry=replace(step.entry, seq=len(earlier) + number)) for number, step in enumerate(play.steps(), 1)]
    judged = judgement([*earlier, *tail], review.explorations)
    return Continued(first.entry.seq, play, tuple(moment for moment in judged.moments if moment.seq > len(earlier)))
