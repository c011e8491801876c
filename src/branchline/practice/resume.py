"""Which content a resumed session goes on with, and how much of it still stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.engine.actions import Resume
from branchline.engine.conversation import decide, evolve, replay
from branchline.engine.events import TIMEOUT, EndingReached
from branchline.errors import ActionRefused, BranchlineError

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from branchline.engine.state import Decision, State
    from branchline.journal.model import SessionRow
    from branchline.practice.studio import Studio


def present_content(studio: Studio, row: SessionRow, kept: Scenario, state: State) -> tuple[Scenario, tuple[str, ...], int]:
    """The content to go on with, what to tell the learner, and how many decisions still stand (-1: all)."""
    try:
        current = studio.workspace.load(row.content, row.language)
    except BranchlineError as error:
        return kept, (f"The scenario cannot be loaded now ({error.what}); you go on with the version you began.",), -1
    if current.content_hash == kept.content_hash:
        return kept, (), -1
    made = [decision for decision in state.decisions if decision.choice]
    for count in range(len(made), -1, -1):
        try:
            replay(current, state, count)
        except ActionRefused as refused:
            reason = refused
            continue
        if count == len(made):
            changed = "Its texts changed" if current.logic_hash == kept.logic_hash else "It was edited"
            return current, (f"{changed} since you stopped; all of your {count} replies still stand.",), -1
        lost = ", ".join(_word(decision) for decision in made[count:])
        stand = f"{count} of your {len(made)} replies still stand"
        notice = f"The scenario was edited since you stopped: {stand}. Given up: {lost}. Reason: {reason.what}"
        return current, (notice,), count
    return kept, ("The scenario was edited beyond what can be replayed; you go on with the version you began.",), -1


def resumption(current: Scenario, state: State, notices: tuple[str, ...], keep: int) -> tuple[Event, ...]:
    """The events of going on in `current`: where an edit leads the replies that stand to an ending, the session ends there."""
    (resumed,) = decide(current, state, Resume(notices, keep))
    after = evolve(current, state, resumed)
    return (resumed, EndingReached(after.node)) if after.ended else (resumed,)


def _word(decision: Decision) -> str:
    """A decision as scripts write it."""
    return f"{decision.node}{TIMEOUT}" if decision.choice == TIMEOUT else f"{decision.node}.{decision.choice}"
