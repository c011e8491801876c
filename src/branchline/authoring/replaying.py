"""Which sessions of the journal a version can still replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.desk_types import Drill
from branchline.engine.desk_state import DeskState
from branchline.engine.play import replay
from branchline.errors import ActionRefused, BranchlineError
from branchline.journal.fold import ContentOf, fold
from branchline.journal.verify import kept_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.engine.play import Content, Position
    from branchline.journal.model import SessionRow
    from branchline.journal.store import Journal


@dataclass(frozen=True, slots=True)
class Lost:
    """A session that a version cannot replay to its end."""

    session: str
    status: str
    stand: int
    """How many of its decisions still stand."""
    of: int
    place: str
    """The first decision that is no longer possible, as far as it can be named."""
    reason: str


def lost_sessions(journal: Journal, content: Content) -> list[Lost]:
    """Every session of that scenario or drill whose decisions `content` does not allow, the one started last first.

    What cannot be read at all is left out: `sessions verify` tells of it.
    """
    kind = "drill" if isinstance(content, Drill) else "scenario"
    contents = kept_contents(journal)
    found = []
    for row in journal.sessions(content=content.id, kind=kind):
        try:
            state = _end(journal, row, contents)
        except BranchlineError:
            continue
        if state is not None and (lost := _lost(row, content, state)) is not None:
            found.append(lost)
    return found


def _end(journal: Journal, row: SessionRow, contents: ContentOf) -> Position | None:
    state: Position | None = None
    for step in fold(journal.entries(row.id), contents):
        state = step.after
    return state


def _lost(row: SessionRow, content: Content, state: Position) -> Lost | None:
    made = list(_made(state))
    refused: ActionRefused | None = None
    for count in range(len(made), -1, -1):
        try:
            replay(content, state, count)
        except ActionRefused as error:
            refused = error
            continue
        break
    else:
        count = 0
    if refused is None:
        return None
    return Lost(row.id, row.status, count, len(made), made[count] if count < len(made) else refused.where, refused.what)


def _made(state: Position) -> Iterator[str]:
    """The decisions that stand, as scripts write them; draws before the first are none."""
    if isinstance(state, DeskState):
        yield from (act.verb for act in state.decisions)
        return
    for decision in state.decisions:
        if decision.choice:
            yield f"{decision.node}{decision.choice}" if decision.choice.startswith("!") else f"{decision.node}.{decision.choice}"
