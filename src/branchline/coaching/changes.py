"""What differs between two positions, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.engine.desk_state import DeskState
from branchline.engine.state import State

if TYPE_CHECKING:
    from branchline.engine.events import Value
    from branchline.engine.play import Position


class Change(NamedTuple):
    """One thing that an event changed."""

    name: str
    """`trust`, `heat`, a variable, `done` for a step; at the desk a ticket field (`ticket.status`), a record field, `minutes`, `told`."""
    old: Value
    """Empty for what was added."""
    new: Value


def changes(before: Position | None, after: Position) -> tuple[Change, ...]:
    """What differs, in the order in which a person looks for it; nothing at the start of a session."""
    if isinstance(before, State) and isinstance(after, State):
        return (*_said(before, after),)
    if isinstance(before, DeskState) and isinstance(after, DeskState):
        return (*_worked(before, after),)
    return ()


def _said(before: State, after: State) -> list[Change]:
    found = [Change(name, old, new) for name, old, new in _levels(before, after) if old != new]
    held = before.variables
    found += [Change(name, held[name], value) for name, value in after.variables.items() if name in held and held[name] != value]
    known = set(before.steps)
    return [*found, *(Change("done", "", step) for step in after.steps if step not in known)]


def _levels(before: State, after: State) -> tuple[tuple[str, int, int], ...]:
    return ("trust", before.trust, after.trust), ("heat", before.heat, after.heat)


def _worked(before: DeskState, after: DeskState) -> list[Change]:
    found = [Change(f"ticket.{name}", before.ticket[name], value) for name, value in after.ticket.items() if before.ticket[name] != value]
    held = before.records
    found += [Change(name, held[name], value) for name, value in after.records.items() if held[name] != value]
    found += [Change("told", "", fact) for fact in after.core.told if fact not in before.core.told]
    return [*found, *([Change("minutes", before.minutes, after.minutes)] if before.minutes != after.minutes else [])]
