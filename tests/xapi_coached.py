"""Statements of coaching, one of every kind, for tests of the profile and of reading back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from branchline.journal.coaching_events import (
    Acknowledged,
    ActionAgreed,
    ActionClosed,
    CalibrationOpened,
    ChoicesRated,
    CoachingEvent,
    CoachingHeld,
    CommentMade,
    CommentResolved,
    CommentShared,
    Disputed,
    DisputeDecided,
    RetryMade,
    SessionReviewed,
    SignedOff,
)
from branchline.journal.streams import CALIBRATION, COACHING, PLAN, RETRY, Remark, StreamEntry, remark_id
from branchline.recording import stream_row
from branchline.xapi.coaching import Target, at_content, at_decision, at_event, at_learner, at_remark, build_coaching
from xapi_moments import BEGIN, IDENTITY, Player

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from branchline.journal.model import SessionRow, StoredStatement


class Stopped:
    """A clock that stands."""

    def now(self) -> datetime:
        """The beginning."""
        return BEGIN

    def monotonic(self) -> float:
        """Nothing has passed."""
        return 0.0


def told(row: SessionRow, said: Sequence[tuple[CoachingEvent, Target]]) -> list[StoredStatement]:
    """The statements of a stream's events."""
    entries = [StreamEntry(seq, f"2026-03-01T10:00:0{seq}.000Z", event) for seq, (event, _) in enumerate(said, 1)]
    return [each for entry, (_, target) in zip(entries, said, strict=True) for each in build_coaching(row, entry, IDENTITY, target)]


def streams(player: Player) -> dict[str, list[tuple[CoachingEvent, Target]]]:
    """What could be said about a session that was played, by kind of stream."""
    session, moment = player.row.id, player.moments[1]
    here = at_event(session, moment.entry.seq, moment.entry.event)
    comment = CommentMade(session, 2, "I say so.", "Name the loss first. \ud83d", shared=True)
    made = Remark(remark_id(session, 1), "coach-1", "coach", "", comment, shared=True)
    answer = at_remark(made, session)
    rubric = (session, "conversation", 1, "f" * 64, (("ownership", "met", ""),), 82.5)
    decision = at_decision("scenario", player.scenario, player.scenario.layout.places[0].id, session, IDENTITY)
    return {
        COACHING: [
            (comment, here),
            (CommentShared(made.id, session, 2, "I say so.", "Name the loss."), here),
            (CommentResolved(made.id, resolved=True), answer),
            (Acknowledged(made.id), answer),
            (Disputed(made.id, "It was named."), answer),
            (DisputeDecided(made.id, upheld=True, text="Right."), answer),
            (SessionReviewed(*rubric, text="Well done.", shared=True), here),
        ],
        CALIBRATION: [
            (CalibrationOpened("session", session, "c" * 64, "conversation", "f" * 64, ("coach-1", "coach-2")), here),
            (
                CalibrationOpened("choices", "charged-twice", "c" * 64, "", "", ("coach-1", "coach-2")),
                at_content("scenario", player.scenario, session, IDENTITY),
            ),
            (ChoicesRated("x:1", (("opening.own-it", "tone", 2),)), at_content("scenario", player.scenario, session, IDENTITY)),
        ],
        RETRY: [(RetryMade(session, 2, "opening", "policy", ("policy", "own-it"), "solved", 0.0, "c" * 64), decision)],
        PLAN: [
            (
                CoachingHeld("l-4711", ("Acknowledge first",), ((session, 2),), "We looked at the opening."),
                at_learner("https://a.b", "l-4711", session),
            ),
            (ActionAgreed("x:1", "Play it again.", "2026-04-01", ("charged-twice",)), at_learner("https://a.b", "l-4711", session)),
            (ActionClosed("x:2", done=True), answer),
            (SignedOff("x:1"), answer),
        ],
    }


def coached(player: Player) -> list[StoredStatement]:
    """Statements of every kind that coaching makes, about the session of `player`."""
    found: list[StoredStatement] = []
    for kind, said in streams(player).items():
        row = replace(stream_row(kind, player.row, author="coach-1", role="coach", clock=Stopped()), learner=IDENTITY.name)
        found += told(row, said)
    return found
