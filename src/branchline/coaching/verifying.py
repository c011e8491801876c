"""Verification of what coaches said: the sums of their remarks, and every review's total once more from its marks and kept rubric."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from branchline.coaching.scorecard import scorecard
from branchline.content.rubric_files import rubric_from_bundle
from branchline.errors import DamagedData
from branchline.journal.coaching_events import SessionReviewed
from branchline.journal.verified import Difference, earlier
from branchline.journal.verify_stream import verify_stream

if TYPE_CHECKING:
    from branchline.journal.model import SessionRow
    from branchline.journal.store import Journal
    from branchline.journal.streams import StreamEntry
    from branchline.journal.verified import Verification

_CLOSE = 1e-9


def verify_remarks(journal: Journal, row: SessionRow) -> Verification:
    """Verify one stream; DamagedData where it cannot even be read."""
    found = verify_stream(journal, row)
    totals = (_compare_total(journal, entry) for entry in journal.streams.entries(row.id))
    difference = earlier(found.first_difference, *totals)
    return replace(found, ok=difference is None, first_difference=difference)


def _compare_total(journal: Journal, entry: StreamEntry) -> Difference | None:
    """A review whose rubric is not kept here says what it says."""
    event = entry.event
    if not isinstance(event, SessionReviewed):
        return None
    bundle = journal.streams.pinned([entry]).get(event.rubric_hash)
    if bundle is None:
        return None
    try:
        again = scorecard(rubric_from_bundle(bundle), event, {}).score.total
    except DamagedData as error:
        return Difference(entry.seq, f"total {event.total}", error.what)
    total = -1.0 if again is None else float(again)
    return None if abs(total - event.total) <= _CLOSE else Difference(entry.seq, f"total {event.total}", f"total {total}")
