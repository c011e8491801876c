"""Playing whatever can be played: the same functions for a conversation and for a drill."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from branchline.content.compiled import Scenario
from branchline.content.desk_types import Drill
from branchline.engine import conversation
from branchline.engine.conversation import decide as decide_said
from branchline.engine.conversation import evolve as evolve_said
from branchline.engine.desk import decide_desk, evolve_desk, replay_desk, start_desk
from branchline.engine.desk_state import DeskState, desk_digest
from branchline.engine.state import State
from branchline.engine.state import digest as state_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.engine.actions import Action
    from branchline.engine.events import Event, Value

Content = Scenario | Drill
"""What can be played."""
Position = State | DeskState
"""Where a play-through stands."""


@overload
def start(content: Scenario, seed: int, facts: Mapping[str, Value] | None = None) -> State: ...
@overload
def start(content: Drill, seed: int, facts: Mapping[str, Value] | None = None) -> DeskState: ...
@overload
def start(content: Scenario | Drill, seed: int, facts: Mapping[str, Value] | None = None) -> State | DeskState: ...
def start(content: Scenario | Drill, seed: int, facts: Mapping[str, Value] | None = None) -> State | DeskState:
    """The first position; raises ActionRefused for a fact that the content does not have."""
    return start_desk(content, seed, facts) if isinstance(content, Drill) else conversation.start(content, seed, facts)


def decide(content: Scenario | Drill, position: State | DeskState, action: Action) -> tuple[Event, ...]:
    """The events that `action` brings about; raises ActionRefused, and then nothing has happened."""
    # First and by class, because exploration and replays come here for every step.
    if content.__class__ is Scenario and position.__class__ is State:
        return decide_said(content, position, action)
    if isinstance(content, Drill):
        return decide_desk(content, _desk(position), action)
    return decide_said(content, _state(position), action)


@overload
def evolve(content: Scenario, position: State | None, event: Event) -> State: ...
@overload
def evolve(content: Drill, position: DeskState | None, event: Event) -> DeskState: ...
@overload
def evolve(content: Scenario | Drill, position: State | DeskState | None, event: Event) -> State | DeskState: ...
def evolve(content: Scenario | Drill, position: State | DeskState | None, event: Event) -> State | DeskState:
    """The position after `event`; raises ActionRefused where it cannot have happened here."""
    if content.__class__ is Scenario and position.__class__ is State:
        return evolve_said(content, position, event)
    if isinstance(content, Drill):
        return evolve_desk(content, None if position is None else _desk(position), event)
    return evolve_said(content, None if position is None else _state(position), event)


@overload
def replay(content: Scenario, position: State, kept: int = -1) -> State: ...
@overload
def replay(content: Drill, position: DeskState, kept: int = -1) -> DeskState: ...
@overload
def replay(content: Scenario | Drill, position: State | DeskState, kept: int = -1) -> State | DeskState: ...
def replay(content: Scenario | Drill, position: State | DeskState, kept: int = -1) -> State | DeskState:
    """The first `kept` decisions (-1: all) made again in another version of the content.

    Raises ActionRefused, code `cannot-replay`, where one of them can no longer be made.
    """
    if isinstance(content, Drill):
        return replay_desk(content, _desk(position), kept)
    return conversation.replay(content, _state(position), kept)


def digest(position: State | DeskState) -> str:
    """Eight hex digits that tell positions apart, the same on every machine."""
    return state_digest(position) if position.__class__ is State else desk_digest(_desk(position))


def _desk(position: State | DeskState) -> DeskState:
    if not isinstance(position, DeskState):
        raise TypeError("a drill is worked from a desk's state")
    return position


def _state(position: State | DeskState) -> State:
    if isinstance(position, DeskState):
        raise TypeError("a conversation is played from its own state")
    return position
