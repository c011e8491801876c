"""A session of the journal as the text of one export."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchline.journal.store import Journal


def exported(journal: Journal, session_id: str, form: str, *, keep: bool, private: bool) -> str:
    """The session in that format, names kept or redacted, with what was shared about it, or with all. UnknownId where there is none."""
    from branchline.journal.exchange import export_session

    row = journal.session(session_id)
    if form == "jsonl" and keep:
        return export_session(journal, row.id, private=private)
    from branchline.coaching.exports.export import export, redaction, visible
    from branchline.coaching.exports.redacted_copy import redacted_copy
    from branchline.coaching.review import Review
    from branchline.coaching.thread import thread
    from branchline.journal.streams import COACHING
    from branchline.paths import Paths
    from branchline.settings import pseudonym_key

    review = Review.kept(journal, row.id)
    remarks = journal.streams.remarks(COACHING, row.id)
    names = None if keep else redaction(review, pseudonym_key(Paths.of()), [remark.author for remark in remarks])
    if form == "jsonl" and names is not None:
        return redacted_copy(export_session(journal, row.id, private=private), names)
    return export(review, form, names, visible(thread(remarks), private=private))
