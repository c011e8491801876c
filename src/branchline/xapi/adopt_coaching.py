"""Taking in what coaches and learners said on other machines, out of statements that came from an LRS."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from branchline.errors import DamagedData
from branchline.journal.streams import COACHING, Remark, remark_id
from branchline.xapi.coaching import coaching_of

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
    """Record every remark among the statements that came and stand; how many were new here. What is no remark of ours does not matter."""
    new = 0
    came = received.coaching()
    for _, text in came:
        found = coaching_of(json.loads(text))
        if found is not None:
            row, entry = found
            # What calls itself after a session of ours was never sent by Branchline, and keeps nothing else from being taken in.
            with contextlib.suppress(DamagedData):
                new += journal.streams.adopt(row, [entry])
    received.taken_in(own for own, _ in came)
    return new
