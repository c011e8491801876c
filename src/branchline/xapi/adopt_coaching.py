"""Taking in what coaches and learners said on other machines, out of statements that came from an LRS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from branchline.xapi.coaching import coaching_of

if TYPE_CHECKING:
    from branchline.journal.received import Received
    from branchline.journal.store import Journal


def adopt_coaching(journal: Journal, received: Received) -> int:
    """Record every remark among the statements that came and stand; how many were new here. What is no remark of ours does not matter."""
    new = 0
    came = received.coaching()
    for _, text in came:
        found = coaching_of(json.loads(text))
        if found is not None:
            row, entry = found
            new += journal.streams.adopt(row, [entry])
    received.taken_in(own for own, _ in came)
    return new
