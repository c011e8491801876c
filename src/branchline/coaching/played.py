"""The standing decisions and draws of a conversation, made again in the content that it ended with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.engine.conversation import evolve, made_again
from branchline.engine.events import TIMEOUT, ChoiceMade, DrawMade, TimedOut
from branchline.engine.opening import first_draws
from branchline.engine.standing import standing
from branchline.engine.state import Decision, State
from branchline.errors import ActionRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.content.compiled import Scenario
    from branchline.engine.events import SessionStarted
    from branchline.journal.fold import Step


class Played(NamedTuple):
    """One decision or draw with the states around it."""

    seq: int
    event: ChoiceMade | TimedOut | DrawMade
    before: State
    after: State


def played(content: Scenario, steps: Sequence[Step], begun: SessionStarted) -> list[Played]:
    """What stands, in order; as it was recorded where only this content was played, else made again by id.

    Raises ActionRefused, code `cannot-replay`, where that is not possible.
    """
    stands = standing([step.entry.event for step in steps])
    if all(step.content is content for step in steps):
        return list(_recorded(steps, {seq for seq, _ in stands}))
    groups = _groups([(seq, event) for seq, event in stands if isinstance(event, ChoiceMade | TimedOut | DrawMade)])
    return list(_again(content, begun, groups))


def _recorded(steps: Sequence[Step], stand: set[int]) -> Iterator[Played]:
    for step in steps:
        event, before, after = step.entry.event, step.before, step.after
        if step.entry.seq not in stand or not isinstance(event, ChoiceMade | TimedOut | DrawMade):
            continue
        if isinstance(before, State) and isinstance(after, State):
            yield Played(step.entry.seq, event, before, after)


_Group = tuple[Decision, list[int]]
"""A decision with its draws, and the seq of the decision and of each draw; one without a node holds the draws before the first."""


def _groups(stands: Sequence[tuple[int, ChoiceMade | TimedOut | DrawMade]]) -> list[_Group]:
    groups: list[_Group] = [(Decision("", ""), [0])]
    for seq, event in stands:
        if isinstance(event, DrawMade):
            decision, seqs = groups.pop()
            groups.append((decision._replace(draws=(*decision.draws, event.branch)), [*seqs, seq]))
        else:
            groups.append((Decision(event.node, event.choice if isinstance(event, ChoiceMade) else TIMEOUT), [seq]))
    return groups


def _again(content: Scenario, begun: SessionStarted, groups: Sequence[_Group]) -> Iterator[Played]:
    state = evolve(content, None, begun)
    (early, seqs), *made = groups
    try:
        draws = first_draws(content, state, early.draws)
    except ActionRefused:
        draws = first_draws(content, state, ())
    for number, event in enumerate(draws, 1):
        if isinstance(event, DrawMade):
            after = evolve(content, state, event)
            yield Played(seqs[min(number, len(seqs) - 1)], event, state, after)
            state = after
    for decision, seqs in made:
        for number, event in enumerate(made_again(content, state, decision)):
            after = evolve(content, state, event)
            if isinstance(event, ChoiceMade | TimedOut | DrawMade):
                yield Played(seqs[min(number, len(seqs) - 1)], event, state, after)
            state = after
