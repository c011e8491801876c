"""One session in any format: of the journal, or of an exported file."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.coaching.exports.asciicast import asciicast_v2, asciicast_v3
from branchline.coaching.exports.markdown import markdown
from branchline.coaching.exports.page import page
from branchline.coaching.exports.projection import NO_CARDS, NOTHING_SAID, projection
from branchline.coaching.exports.redacted_copy import redacted_copy
from branchline.coaching.exports.rows import rows
from branchline.coaching.panel import blind, blind_with, streams_of, withheld
from branchline.coaching.redaction import Kept, Redaction, known_names, pseudonym
from branchline.coaching.review import Review
from branchline.coaching.rubric import beside
from branchline.coaching.scorecard import scorecard
from branchline.coaching.thread import Thread, thread
from branchline.content.rubric_files import rubric_from_bundle
from branchline.errors import DamagedData
from branchline.journal.exchange import export_session
from branchline.journal.streams import CALIBRATION, COACHING, Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from branchline.coaching.exports.told import Projection
    from branchline.coaching.scorecard import Scorecard
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


def export(
    review: Review, form: str, names: Redaction | None = None, said: Thread = NOTHING_SAID, cards: Mapping[str, Scorecard] = NO_CARDS
) -> str:
    """The session in that format with all that was said about it, `names` replaced; without it every name is kept.

    `cards` are the reviews of `said` read by their rubrics. KeyError for an unknown format.
    """
    found = projection(review, names or Kept(review.row.learner), said, cards, redacted=names is not None)
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
    pinned = journal.streams.pinned(each for stream in streams_of(seen) for each in journal.streams.entries(stream))
    told = _Seen(seen, pinned, blind_with(calibrations, reader))
    return _export(review, exported, form, None if keep else key, told, private=private)


def export_file(exported: str, form: str, key: bytes, *, keep: bool = False, private: bool = False, reader: str = "") -> str:
    """The same of an exported file's text; DamagedData where it was changed."""
    review = Review.exported(exported)
    seen = blind(review.remarks, review.calibrations, reader)
    told = _Seen(seen, review.pinned, blind_with(review.calibrations, reader))
    return _export(review, exported, form, None if keep else key, told, private=private)


class _Seen(NamedTuple):
    """What its reader may see of what was said."""

    remarks: Sequence[Remark]
    pinned: Mapping[str, Mapping[str, Any]]
    """Bundles of rubrics by hash."""
    blind: Collection[str]
    """The rubrics whose figures are not to be told."""


def _export(review: Review, exported: str, form: str, key: bytes | None, seen: _Seen, *, private: bool) -> str:
    names = None if key is None else redaction(review, key, [remark.author for remark in seen.remarks])
    if form == JSONL:
        return exported if names is None else redacted_copy(exported, names, private=private)
    said = visible(thread(seen.remarks), private=private)
    return export(review, form, names, said, _cards(review, said, seen))


def _cards(review: Review, said: Thread, seen: _Seen) -> dict[str, Scorecard]:
    """The reviews read by their rubrics; of one whose rubric is not known, or does not fit, the marks stand alone."""
    found = {}
    for each in said.reviews:
        with suppress(KeyError, DamagedData):
            rubric = rubric_from_bundle(seen.pinned[each.event.rubric_hash])
            figures = {} if rubric.id in seen.blind else beside(rubric, review.score)
            found[each.id] = scorecard(rubric, each.event, figures)
    return found


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
