"""Taking in what coaches and learners said on other machines, out of statements that came from an LRS."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from branchline.errors import DamagedData
from branchline.journal.streams import COACHING, Remark, remark_id
from branchline.xapi.coaching import coaching_of, later_than_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchline.journal.received import Received
    from branchline.journal.store import Journal


def remarks_in(statements: Iterable[Mapping[str, Any]]) -> tuple[Remark, ...]:
    """What was said of a session by the statements of its registration, in the order of time, each once."""
    found: dict[str, Remark] = {}
    for row, entry in filter(None, map(coaching_of, statements)):
        if row.kind == COACHING:
            own = remark_id(row.id, entry.seq)
            found[own] = Remark(own, row.learner, row.mode, entry.at, entry.event, entry.shared)
    return tuple(sorted(found.values(), key=lambda remark: (remark.at, remark.id)))


def adopt_coaching(journal: Journal, received: Received) -> int:
    """Record every remark among the statements that came and stand; how many were new here. What is no remark of ours does not matter.

    What a later version wrote waits until this one can read it.
    """
    new = 0
    done: list[str] = []
    for own, text in received.coaching():
        statement = json.loads(text)
        found = coaching_of(statement)
        if found is not None or not later_than_ours(statement):
            done.append(own)
        if found is not None:
            row, entry = found
            # What calls itself after a session or somebody else's stream was never sent so, and keeps nothing else from being taken in.
            with contextlib.suppress(DamagedData):
                new += journal.streams.adopt(row, [entry])
    received.taken_in(done)
    return new
