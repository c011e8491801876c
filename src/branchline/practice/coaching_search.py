"""Finding comments and reviews across sessions: by what people call them, and by whom they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.coaching.panel import blind
from branchline.coaching.thread import COACH, thread
from branchline.errors import UnknownId
from branchline.journal.coaching_events import CommentMade, CommentShared, SessionReviewed
from branchline.journal.store import SHORTEST_PREFIX
from branchline.journal.streams import CALIBRATION, COACHING
from branchline.practice.coaching import Coaching
from branchline.text import clean_line

if TYPE_CHECKING:
    from branchline.coaching.thread import Item
    from branchline.journal.model import SessionRow
    from branchline.practice.studio import Studio


class Waiting(NamedTuple):
    """A comment or review that waits for somebody."""

    row: SessionRow
    """The session that it is about."""
    item: Item


def coaching_at(studio: Studio, reference: str, session: str = "") -> tuple[Coaching, Item]:
    """The comment or review that is called `SESSION/NUMBER`, or by its id or the beginning of it; with `session`, by its number alone.

    UnknownId where the present person sees none or several such.
    """
    within, slash, number = reference.rpartition("/")
    if session or slash:
        found = Coaching.of(studio, session or within)
        return found, found.named(number)
    hits: list[tuple[Coaching, Item]] = []
    for about in _sessions_with(studio, reference):
        coaching = Coaching.of(studio, about)
        hits += [(coaching, item) for item in coaching.thread.items() if item.id == reference or item.id.startswith(reference)]
    exact = [hit for hit in hits if hit[1].id == reference] or hits
    if len(exact) == 1:
        return exact[0]
    hint = "Call it SESSION/NUMBER, as `branchline comment list SESSION` shows it."
    if exact:
        raise UnknownId(f"More than one comment begins with `{clean_line(reference)}`.", hint=hint, code="ambiguous-comment")
    raise UnknownId(f"There is no comment `{clean_line(reference)}`.", hint=hint, code="unknown-comment")


def _sessions_with(studio: Studio, reference: str) -> list[str]:
    """Sessions of the journal in whose threads something has an id that begins so."""
    if len(reference) < SHORTEST_PREFIX or not studio.paths.database.exists():
        return []
    found: dict[str, None] = {}
    for remark in studio.journal.streams.remarks(COACHING):
        event = remark.event
        if isinstance(event, CommentMade | CommentShared | SessionReviewed):
            name = event.comment if isinstance(event, CommentShared) else remark.id
            if name.startswith(reference):
                found.setdefault(event.session)
    known = {row.id for row in studio.journal.sessions()}
    return [session for session in found if session in known]


def awaiting(studio: Studio) -> list[Waiting]:
    """What waits for the present person, the session played last first: of their own sessions, for a coach also of others'."""
    if not studio.paths.database.exists():
        return []
    journal, settings = studio.journal, studio.settings
    coach = settings.role == COACH
    spoken_of = {row.content for row in journal.streams.rows(COACHING)}
    found: list[Waiting] = []
    for row in journal.sessions(learner=None if coach else settings.learner) if spoken_of else ():
        if row.id in spoken_of:
            own = row.learner == settings.learner
            said = blind(journal.streams.remarks(COACHING, row.id), journal.streams.remarks(CALIBRATION, row.id), settings.learner)
            seen = thread(said).seen_by(settings.learner, learner=own)
            found += [Waiting(row, item) for item in seen.awaiting(settings.learner, learner=own)]
    return found
