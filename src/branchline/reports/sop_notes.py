"""What learners report as wrong in an SOP, for its owner; and what became of it, for the learner."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.errors import UsageError
from branchline.journal.model import SopNote
from branchline.text import clean, did_you_mean

if TYPE_CHECKING:
    from branchline.content.sop import Sop
    from branchline.journal.store import Journal

LONGEST = 2_000
"""Characters of a note or an answer."""


class Spot(NamedTuple):
    """Where in a session something was noted; nothing of it outside one."""

    session: str = ""
    seq: int = 0
    node: str = ""


def add_note(
    journal: Journal, sop: Sop, text: str, *, learner: str, step: str = "", place: Spot | None = None, now: datetime | None = None
) -> SopNote:
    """Keep what `learner` found wrong in `sop`; UsageError where there is no text, it is too long, or the SOP has no such step."""
    steps = [each.id for each in sop.steps if each.id]
    if step and step not in steps:
        raise UsageError(f"{sop.id} has no step `{clean(step)}`.", hint=did_you_mean(step, steps), code="unknown-step")
    spot = place or Spot()
    note = SopNote(sop.id, sop.version, _said(text), learner, _moment(now), step, spot.session, spot.seq, spot.node)
    return journal.add_sop_note(note)


def notes(journal: Journal, *, sop: str | None = None, learner: str | None = None, unanswered: bool = False) -> list[SopNote]:
    """The notes about one SOP or all, by one learner or all, in the order they were noted."""
    return journal.sop_notes(sop=sop, learner=learner, unanswered=unanswered)


def resolve(journal: Journal, number: int, answer: str, *, by: str, now: datetime | None = None) -> SopNote:
    """Say what became of note `number`; UnknownId where there is none, UsageError where nothing is said."""
    return journal.answer_sop_note(number, _said(answer), by=by, at=_moment(now))


def document(note: SopNote) -> dict[str, Any]:
    """A note as `branchline.sop-notes/1` lists it."""
    return {
        "id": note.id,
        "sop": note.sop,
        "version": note.version,
        "step": note.step or None,
        "text": note.text,
        "learner": note.learner,
        "at": note.at,
        "session": note.session or None,
        "seq": note.seq or None,
        "node": note.node or None,
        "answer": note.answer or None,
        "answered_by": note.answered_by or None,
        "answered": note.answered or None,
    }


def _said(text: str) -> str:
    said = clean(text).strip()
    if not said:
        raise UsageError("The note says nothing.", hint="Say in a sentence what is wrong, or what became of it.", code="empty-note")
    if len(said) > LONGEST:
        raise UsageError(f"The note has {len(said):,} characters; {LONGEST:,} is the most.", code="long-note")
    return said


def _moment(now: datetime | None) -> str:
    when = (now or datetime.now(UTC)).astimezone(UTC)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spot_of(journal: Journal, session_id: str) -> Spot:
    """Where the session with that id (or its beginning) stands; UnknownId where there is none."""
    row = journal.session(session_id)
    entries = journal.entries(row.id)
    node = next((str(name) for entry in reversed(entries) if (name := getattr(entry.event, "node", ""))), "")
    return Spot(row.id, entries[-1].seq if entries else 0, node)
