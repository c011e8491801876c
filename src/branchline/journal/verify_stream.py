"""Verification of streams: whether every remark is the one that was written, and none is gone that this machine wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.journal.verified import Difference, Verification, earlier
from branchline.journal.verify_row import compare_author

if TYPE_CHECKING:
    from branchline.journal.model import SessionRow
    from branchline.journal.store import Journal


def verify_stream(journal: Journal, row: SessionRow) -> Verification:
    """Compare the sums of a stream's remarks and what its statements tell; DamagedData where it cannot even be read."""
    with journal.snapshot():
        entries = journal.streams.entries(row.id)
        link = journal.streams.broken_at(row)
        statements = journal.statements(row.id)
    missing = min({statement.seq for statement in statements} - {entry.seq for entry in entries}, default=None)
    found = earlier(
        None if link is None else Difference(link.seq, f"the remark with sum {link.sum or 'of its own'}", f"{link.data} at {link.at}"),
        None if missing is None else Difference(missing, f"a remark that statement {missing} tells of", "no remark"),
        compare_author(row, statements),
        None if entries else Difference(1, "a remark", "no remark"),
    )
    return Verification(row.id, found is None, len(entries), found, row.kind)


def verify_lost(journal: Journal) -> list[Verification]:
    """One that differs for each session or stream whose row is gone while events of it are left."""
    return [
        Verification(each, ok=False, events=events, first_difference=Difference(1, f"{events} events", "no session of theirs"), kind="lost")
        for each, events in journal.lost()
    ]
