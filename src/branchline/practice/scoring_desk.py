"""Scoring desk: sessions scored with a rubric, and the reviews there are, each read by the version it was made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.panel import blind, blind_with
from branchline.coaching.rubric import Marked, beside, evaluate
from branchline.coaching.scorecard import scorecard
from branchline.coaching.thread import COACH, thread
from branchline.content.rubric_files import rubric_from_bundle
from branchline.errors import ActionRefused, DamagedData, UsageError
from branchline.journal.coaching_events import SessionReviewed
from branchline.journal.model import FINISHED
from branchline.journal.streams import CALIBRATION, COACHING
from branchline.practice.coaching import within_limits
from branchline.recording import CoachingRecording, stream_row
from branchline.text import clean_line
from branchline.xapi.coaching import at_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.coaching.review import Review
    from branchline.coaching.scorecard import Scorecard
    from branchline.coaching.thread import RubricReview
    from branchline.content.marks import Mark
    from branchline.content.rubric import Rubric
    from branchline.journal.streams import Remark
    from branchline.practice.studio import Studio


def rubric_for(studio: Studio, rubric_id: str, review: Review) -> Rubric:
    """The rubric of the workspace; UnknownId where there is none, UsageError, code `rubric-other-kind`, where it is for the other kind."""
    rubric = studio.workspace.rubric(rubric_id)
    check_kind(rubric, review)
    return rubric


def check_kind(rubric: Rubric, review: Review) -> None:
    """UsageError where the rubric is not for such sessions, or the session has not ended."""
    kind = "drills" if review.row.kind == "drill" else "conversations"
    if rubric.applies_to not in {kind, "both"}:
        hint = "`branchline rubric list` says what each is for."
        what = f"The rubric `{clean_line(rubric.id)}` is for {rubric.applies_to}."
        raise UsageError(what, where=f"session {review.row.id}", hint=hint, code="rubric-other-kind")
    if review.row.status not in FINISHED:
        hint = "Score it once it is completed or given up."
        raise UsageError("The session has not ended.", where=f"session {review.row.id}", hint=hint, code="not-ended")


def rubrics_for(studio: Studio, review: Review) -> list[Rubric]:
    """The rubrics of the workspace that such a session can be scored with, by id."""
    kind = "drills" if review.row.kind == "drill" else "conversations"
    return [rubric for _, rubric in sorted(studio.workspace.rubrics().items()) if rubric.applies_to in {kind, "both"}]


def pinned_rubric(studio: Studio, rubric_id: str, content_hash: str) -> Rubric | None:
    """The rubric of that hash: as the journal kept it, else the workspace's, where it is still the same; None where neither has it."""
    try:
        return rubric_from_bundle(studio.journal.content(content_hash))
    except DamagedData as error:
        if error.code != "content-missing":
            raise
    rubric = studio.workspace.rubrics().get(rubric_id)
    return rubric if rubric is not None and rubric.content_hash == content_hash else None


def marks_of(rubric: Rubric, written: Iterable[Mark]) -> list[Marked]:
    """The marks as they were written, in the order of the rubric; those of unknown items last."""
    order = {item.id: place for place, item in enumerate(rubric.items)}
    marks = [Marked(mark.name, mark.level, mark.reason) for mark in written]
    return sorted(marks, key=lambda mark: order.get(mark.item, len(order)))


def figures(review: Review, rubric: Rubric) -> dict[str, float | None]:
    """By item what the machine found in the session."""
    return beside(rubric, review.score)


def figures_for(studio: Studio, review: Review, rubric: Rubric) -> dict[str, float | None]:
    """The same as the learner of this studio may see it: nothing while they rate the session with that rubric in a calibration."""
    return {} if rubric.id in _blind_with(studio, review.row.id) else figures(review, rubric)


def _blind_with(studio: Studio, session: str) -> frozenset[str]:
    return blind_with(studio.journal.streams.remarks(CALIBRATION, session), studio.settings.learner)


def check_not_blind(studio: Studio, review: Review, rubric: Rubric) -> None:
    """UsageError, code `calibration-open`, for a rater of a calibration of the session with that rubric, until all are in."""
    if rubric.id in _blind_with(studio, review.row.id):
        hint = "Score it with `branchline calibrate score`, and for the learner once all raters are in."
        what = "A calibration of this session with that rubric is open, and you are one of its raters."
        raise UsageError(what, where=f"session {review.row.id}", hint=hint, code="calibration-open")


def review_with(
    studio: Studio, review: Review, rubric: Rubric, marks: Sequence[Marked], *, text: str = "", shared: bool = True
) -> RubricReview:
    """Record a review of the session, pinned to this version of the rubric, which the journal keeps.

    Raises UsageError as `check_kind`, `check_not_blind` and `evaluate` do, ActionRefused where it is the coach's own session,
    JournalUnavailable or DamagedData; then nothing was recorded.
    """
    check_kind(rubric, review)
    check_not_own(studio, review)
    check_not_blind(studio, review, rubric)
    event = reviewed(review, rubric, marks, figures(review, rubric), text=text, shared=shared)
    row = stream_row(COACHING, review.row, author=studio.settings.learner, role=studio.settings.role, clock=studio.clock)
    recording = CoachingRecording(studio.journal, studio.identity(), studio.clock, row)
    last = review.entries[-1]
    bundle = (rubric.content_hash, rubric.bundle)
    said = remarks_of(studio, review.row.id)
    after = said[-1].at if said else ""
    remark = recording.record(event, at_event(review.row.id, last.seq, last.event), shared=shared, bundle=bundle, after=after)
    return next(found for found in thread([*said, remark]).reviews if found.id == remark.id)


def check_not_own(studio: Studio, review: Review) -> None:
    """ActionRefused, code `own-session`, where it is the session of who would score it."""
    if review.row.learner == studio.settings.learner:
        hint = "Somebody else scores it; the setting `learner` says who you are."
        raise ActionRefused("Nobody is a coach of their own sessions.", where=f"session {review.row.id}", hint=hint, code="own-session")


def reviewed(
    review: Review,
    rubric: Rubric,
    marks: Sequence[Marked],
    known: Mapping[str, float | None],
    *,
    text: str = "",
    shared: bool = True,
    calibration: str = "",
) -> SessionReviewed:
    """What is recorded of a coach's marks; raises UsageError as `evaluate` does with the machine's figures `known`."""
    scored = evaluate(rubric, marks, known)
    given = {mark.item: mark for mark in marks}
    return SessionReviewed(
        session=review.row.id,
        rubric=rubric.id,
        rubric_version=rubric.version,
        rubric_hash=rubric.content_hash,
        marks=tuple((item.id, given[item.id].level, within_limits(given[item.id].reason)) for item in rubric.items),
        total=-1.0 if scored.total is None else float(scored.total),
        text=within_limits(text),
        shared=shared,
        calibration=calibration,
    )


def remarks_of(studio: Studio, session: str) -> list[Remark]:
    """What people said of a session, in the order of time, as far as the learner of this studio may see it."""
    streams = studio.journal.streams
    return blind(streams.remarks(COACHING, session), streams.remarks(CALIBRATION, session), studio.settings.learner)


def reviews_of(studio: Studio, session: str) -> tuple[RubricReview, ...]:
    """The reviews of a session in the order of time; its learner, and whoever is no coach, sees what is shared."""
    me = studio.settings
    learner = me.role != COACH or studio.journal.session(session).learner == me.learner
    return thread(remarks_of(studio, session)).seen_by(me.learner, learner=learner).reviews


def card_of(studio: Studio, review: Review, found: RubricReview) -> Scorecard | None:
    """The review read by its own rubric, the machine's figures beside it; None where that rubric is not known here."""
    rubric = pinned_rubric(studio, found.event.rubric, found.event.rubric_hash)
    return None if rubric is None else scorecard(rubric, found.event, figures_for(studio, review, rubric))
