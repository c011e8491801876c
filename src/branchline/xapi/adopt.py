"""Making sessions of the journal out of statements that came from an LRS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.engine.events import SessionResumed, SessionStarted
from branchline.errors import DamagedData
from branchline.journal.model import FINISHED
from branchline.xapi.pull import sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from branchline.journal.model import SessionRow
    from branchline.journal.received import Received
    from branchline.journal.store import Journal
    from branchline.xapi.readback import Rebuilt

    BundleOf = Callable[[SessionRow, str], Mapping[str, Any] | None]
    """The content bundle of a session under that hash; None where this machine has none."""


def adopt(journal: Journal, received: Received, registrations: Sequence[str], bundle_of: BundleOf) -> Iterator[tuple[str, str]]:
    """Record each registration's session where that is possible; with it why not, in a sentence, or empty where it was recorded.

    Recorded are sessions that have ended, can be replayed and whose content is here: they stand in the journal as if played here, and
    send nothing. Others stay what they are, statements; they are looked at again when more of them have come.
    """
    for registration, found in sessions(received, registrations):
        if isinstance(found, DamagedData):
            reason = found.what
        elif reason := _obstacle(found):
            pass
        else:
            reason = _record(journal, found, bundle_of)
        if not reason.startswith(_ABSENT):
            received.seen(registration)
        yield registration, reason


_ABSENT = "This machine has no content"


def _obstacle(found: Rebuilt) -> str:
    if found.row.status not in FINISHED:
        return "It has not ended yet."
    return "What was written at the desk stayed on the learner's machine, so it cannot be replayed." if found.withheld else ""


def _record(journal: Journal, found: Rebuilt, bundle_of: BundleOf) -> str:
    """Record the session with every content it was played with; why not, or empty."""
    played = {each.event.content_hash for each in found.entries if isinstance(each.event, SessionStarted | SessionResumed)}
    bundles = {known: _bundle(journal, found.row, known, bundle_of) for known in sorted(played)}
    have = {known: bundle for known, bundle in bundles.items() if bundle is not None}
    if missing := sorted(played - have.keys()):
        return f"{_ABSENT} {missing[0][:12]} of {found.row.content}."
    for known, bundle in have.items():
        journal.write(found.row.id, content=(known, bundle))
    journal.write(found.row.id, row=found.row, entries=found.entries)
    return ""


def _bundle(journal: Journal, row: SessionRow, content_hash: str, bundle_of: BundleOf) -> Mapping[str, Any] | None:
    try:
        return journal.content(content_hash)
    except DamagedData:
        return bundle_of(row, content_hash)
