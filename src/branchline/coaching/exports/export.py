"""One session in any format: of the journal, or of an exported file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.exports.asciicast import asciicast_v2, asciicast_v3
from branchline.coaching.exports.markdown import markdown
from branchline.coaching.exports.page import page
from branchline.coaching.exports.projection import NOTHING_SAID, projection
from branchline.coaching.exports.redacted_copy import redacted_copy
from branchline.coaching.exports.rows import rows
from branchline.coaching.panel import blind, streams_of, withheld
from branchline.coaching.redaction import Kept, Redaction, known_names, pseudonym
from branchline.coaching.review import Review
from branchline.coaching.thread import Thread, thread
from branchline.journal.exchange import export_session
from branchline.journal.streams import CALIBRATION, COACHING, Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from branchline.coaching.exports.told import Projection
    from branchline.journal.store import Journal

FORMATS: Mapping[str, Callable[[Projection], str]] = {
    "markdown": markdown,
    "html": page,
    "asciicast-v2": asciicast_v2,
    "asciicast-v3": asciicast_v3,
    "csv": rows,
}
"""What writes each format that is for reading."""
JSONL = "jsonl"
"""The session itself, which can be imported."""


def export(review: Review, form: str, names: Redaction | None = None, said: Thread = NOTHING_SAID) -> str:
    """The session in that format with all that was said about it, `names` replaced; without it every name is kept.

    KeyError for an unknown format.
    """
    found = projection(review, names or Kept(review.row.learner), said, redacted=names is not None)
    return FORMATS[form](found)


def export_kept(
    journal: Journal, session_id: str, form: str, key: bytes, *, keep: bool = False, private: bool = False, reader: str = ""
) -> str:
    """A session of the journal in any format, `jsonl` too, with what is shared about it, with `private` all.

    Names are redacted unless `keep`; `key` makes the learner's pseudonym. UnknownId where there is no such session. What others gave in
    calibrations that are still going on stays here, for it is nothing that `reader` may see.
    """
    # At one moment, so that nothing that comes meanwhile goes along unasked.
    with journal.snapshot():
        row = journal.session(session_id)
        calibrations, said = journal.streams.remarks(CALIBRATION, row.id), journal.streams.remarks(COACHING, row.id)
        seen = blind(said, calibrations, reader)
        without = withheld(calibrations, reader) | (streams_of(said) - streams_of(seen))
        exported = export_session(journal, row.id, private=private, without=without)
    if form == JSONL and keep:
        return exported
    review = Review.kept(journal, session_id)
    return _export(review, exported, form, None if keep else key, seen, private=private)


def export_file(exported: str, form: str, key: bytes, *, keep: bool = False, private: bool = False, reader: str = "") -> str:
    """The same of an exported file's text; DamagedData where it was changed."""
    review = Review.exported(exported)
    seen = blind(review.remarks, review.calibrations, reader)
    return _export(review, exported, form, None if keep else key, seen, private=private)


def _export(review: Review, exported: str, form: str, key: bytes | None, remarks: Sequence[Remark], *, private: bool) -> str:
    names = None if key is None else redaction(review, key, [remark.author for remark in remarks])
    if form == JSONL:
        return exported if names is None else redacted_copy(exported, names, private=private)
    return export(review, form, names, visible(thread(remarks), private=private))


def redaction(review: Review, key: bytes, authors: Iterable[str] = (), display_names: Sequence[str] = ()) -> Redaction:
    """What replaces the names of that session and of the authors of what was said about it; `key` makes the learner's pseudonym."""
    contents = {step.content.content_hash: step.content for step in review.steps}.values()
    learner = review.row.learner
    others = [author for author in dict.fromkeys(authors) if author != learner]
    return Redaction(known_names(contents, display_names, others), learner=learner, pseudonym=pseudonym(learner, key))


def visible(said: Thread, *, private: bool) -> Thread:
    """What goes into an export of all that was said: what was shared, with `private` all."""
    comments = tuple(comment for comment in said.comments if comment.shared or private)
    return Thread(comments, tuple(review for review in said.reviews if review.event.shared or private))
