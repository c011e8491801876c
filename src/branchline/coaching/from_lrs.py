"""The review of a session that was rebuilt from statements alone, as far as this machine has what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.coaching.judging import Explorations, Judgement, unjudged
from branchline.coaching.review import Review
from branchline.content.desk_types import Drill
from branchline.engine.events import SessionResumed, SessionStarted
from branchline.errors import DamagedData
from branchline.journal.fold import fold
from branchline.journal.verify import contents_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.journal.model import SessionRow
    from branchline.xapi.readback import Rebuilt

    BundleOf = Callable[[SessionRow, str], Mapping[str, Any] | None]
    """The content bundle of a session under that hash; None where this machine has none."""

WITHHELD = "What was written at the desk stayed on the learner's machine; scores and deductions are those that its statements tell."


def review_of(found: Rebuilt, bundle_of: BundleOf, explorations: Explorations | None = None) -> Review | Judgement:
    """The review; or only its decisions by id, with the reason, where the content is not here or the score was not told.

    Raises DamagedData where the entries cannot have happened in their content.
    """
    played = {each.event.content_hash for each in found.entries if isinstance(each.event, SessionStarted | SessionResumed)}
    bundles = {known: bundle_of(found.row, known) for known in sorted(played)}
    have = {known: bundle for known, bundle in bundles.items() if bundle is not None}
    if missing := sorted(played - have.keys()):
        reason = f"This machine has no content {missing[0][:12]} of {found.row.content}, so there are ids and no judgement."
        return Judgement(unjudged(found.entries), reason=reason)
    contents = contents_of(have.__getitem__)
    if not found.withheld:
        return Review.of(found.row, list(fold(found.entries, contents)), explorations)
    drill = contents(found.row.content_hash)
    if not isinstance(drill, Drill):
        raise DamagedData("A conversation withholds nothing.", where=found.row.id, code="damaged-event")
    if found.score is None:
        return Judgement(unjudged(found.entries), reason=f"{WITHHELD.partition(';')[0]}, and its statements tell no score.")
    return Review.told(found.row, found.entries, drill, found.score)
