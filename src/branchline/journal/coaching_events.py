"""What people do with sessions that have been played, as events: comments, reviews, retries, calibrations and plans.

They stand in streams of their own (`journal.streams`). Every event has an id, `STREAM:SEQ`, by which later events name it. As with the
events of play, every field is plain data.
"""

from __future__ import annotations

from typing import NamedTuple


class CommentMade(NamedTuple):
    """Somebody wrote something about a moment of a session, or answered a comment."""

    session: str
    seq: int
    """The entry of the session that it is pinned to."""
    quote: str
    """What was said there, so that the comment is understood without its session."""
    text: str
    shared: bool
    """Whether the learner is to see it."""
    answers: str = ""
    """The comment that it answers, empty for one of its own."""


class CommentShared(NamedTuple):
    """A private comment was shown to the learner, whose machine has not got it: it is told whole."""

    comment: str
    session: str
    seq: int
    quote: str
    text: str


class CommentResolved(NamedTuple):
    """A comment was settled, or opened again."""

    comment: str
    resolved: bool


class Acknowledged(NamedTuple):
    """The learner has read a comment or a review."""

    target: str
    text: str = ""


class Disputed(NamedTuple):
    """The learner does not agree with a comment or a review."""

    target: str
    reason: str


class DisputeDecided(NamedTuple):
    """What became of a dispute: upheld, the learner is right."""

    target: str
    """The comment or the review that was disputed."""
    upheld: bool
    text: str


class SessionReviewed(NamedTuple):
    """A coach scored a session with a rubric. A later review of the same session by the same coach takes the place of an earlier one."""

    session: str
    rubric: str
    rubric_version: int
    rubric_hash: str
    """The kept content that the review is pinned to."""
    marks: tuple[tuple[str, str, str], ...]
    """Item, level (or `na`), reason of each item in the rubric's order."""
    total: float
    """0..100; −1 where no item applies."""
    text: str
    shared: bool
    calibration: str = ""
    """The calibration that it belongs to, empty for a review of its own."""


class CalibrationOpened(NamedTuple):
    """Several raters are to score the same session, or the choices of a scenario, without seeing each other's marks."""

    what: str
    """`session` or `choices`."""
    subject: str
    """The session's id, or the scenario's."""
    content_hash: str
    """What is rated: of the session's content, or of the scenario."""
    rubric: str
    """Empty where choices are rated."""
    rubric_hash: str
    raters: tuple[str, ...]


class ChoicesRated(NamedTuple):
    """An expert rated choices of a scenario on the dimensions of empathy."""

    calibration: str
    marks: tuple[tuple[str, str, int], ...]
    """`node.choice`, dimension, level 0..2; −1 where the dimension does not apply."""


class RetryMade(NamedTuple):
    """A learner met a moment of an old session again."""

    session: str
    seq: int
    node: str
    choice: str
    """What was chosen in the session."""
    tried: tuple[str, ...]
    """What was chosen now, in order; the last one was accepted where the outcome is `solved`."""
    outcome: str
    """`solved`, `shown` where the solution was looked at, or `skipped`."""
    loss: float
    """Of the last choice tried, 0..1; −1 where nothing was tried."""
    content_hash: str
    """What it was retried in."""


class RetryRetired(NamedTuple):
    """A moment can no longer be retried, and why."""

    session: str
    seq: int
    reason: str


class CoachingHeld(NamedTuple):
    """A coach and a learner sat together, or will: goals, the moments they looked at, and what was said."""

    learner: str
    goals: tuple[str, ...]
    moments: tuple[tuple[str, int], ...]
    """Session and seq of each."""
    text: str


class ActionAgreed(NamedTuple):
    """Something the learner will do, of a coaching session."""

    coaching: str
    """Id of the CoachingHeld."""
    text: str
    due: str
    """ISO date, empty for no day."""
    practise: tuple[str, ...]
    """Ids of scenarios, drills and SOPs that it points to."""


class ActionClosed(NamedTuple):
    """An agreed action was done, or given up."""

    action: str
    done: bool
    text: str = ""


class SignedOff(NamedTuple):
    """Coach or learner signed a coaching session with its actions as they stand."""

    coaching: str


CoachingEvent = (
    CommentMade
    | CommentShared
    | CommentResolved
    | Acknowledged
    | Disputed
    | DisputeDecided
    | SessionReviewed
    | CalibrationOpened
    | ChoicesRated
    | RetryMade
    | RetryRetired
    | CoachingHeld
    | ActionAgreed
    | ActionClosed
    | SignedOff
)


def names_of(event: CoachingEvent) -> frozenset[str]:
    """The remarks that the event is about."""
    return frozenset(filter(None, (getattr(event, name, "") for name in ("comment", "target", "answers"))))


COACHING_TYPES: dict[str, type[CoachingEvent]] = {
    "comment-made": CommentMade,
    "comment-shared": CommentShared,
    "comment-resolved": CommentResolved,
    "acknowledged": Acknowledged,
    "disputed": Disputed,
    "dispute-decided": DisputeDecided,
    "session-reviewed": SessionReviewed,
    "calibration-opened": CalibrationOpened,
    "choices-rated": ChoicesRated,
    "retry-made": RetryMade,
    "retry-retired": RetryRetired,
    "coaching-held": CoachingHeld,
    "action-agreed": ActionAgreed,
    "action-closed": ActionClosed,
    "signed-off": SignedOff,
}
"""Every event by the name it has in the journal; a published name never changes its meaning."""
