"""One session in one of the formats that are for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.exports.asciicast import asciicast_v2, asciicast_v3
from branchline.coaching.exports.markdown import markdown
from branchline.coaching.exports.page import page
from branchline.coaching.exports.projection import projection
from branchline.coaching.exports.rows import rows
from branchline.coaching.redaction import Kept, Redaction, known_names, pseudonym

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from branchline.coaching.exports.projection import Projection
    from branchline.coaching.review import Review
    from branchline.coaching.thread import Comment, Thread

FORMATS: Mapping[str, Callable[[Projection], str]] = {
    "markdown": markdown,
    "html": page,
    "asciicast-v2": asciicast_v2,
    "asciicast-v3": asciicast_v3,
    "csv": rows,
}
"""What writes each format."""


def redaction(review: Review, key: bytes, authors: Iterable[str] = (), display_names: Sequence[str] = ()) -> Redaction:
    """What replaces the names of that session and of the authors of what was said about it; `key` makes the learner's pseudonym."""
    contents = {step.content.content_hash: step.content for step in review.steps}.values()
    learner = review.row.learner
    others = [author for author in dict.fromkeys(authors) if author != learner]
    return Redaction(known_names(contents, display_names, others), learner=learner, pseudonym=pseudonym(learner, key))


def visible(said: Thread, *, private: bool) -> tuple[Comment, ...]:
    """The comments that go into an export: what was shared, with `private` all."""
    return tuple(comment for comment in said.comments if comment.shared or private)


def export(review: Review, form: str, names: Redaction | None = None, comments: Sequence[Comment] = ()) -> str:
    """The session in that format with those comments, `names` replaced; without it every name is kept. KeyError for an unknown format."""
    found = projection(review, names or Kept(review.row.learner), comments, redacted=names is not None)
    return FORMATS[form](found)
