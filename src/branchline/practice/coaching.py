"""Coaching: what is said about one session, as the present person sees it, and how they go on with it.

Who that is, the settings `learner` and `role` say. A coach sees everything, others what is shared and what they wrote; nobody is a coach
of their own sessions.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from branchline.coaching.panel import blind
from branchline.coaching.thread import COACH, DISPUTED, REJECTED, UPHELD, Comment, Item, Thread, may_dispute, thread
from branchline.engine.events import DeskActed
from branchline.errors import ActionRefused, UnknownId, UsageError
from branchline.journal.coaching_events import (
    Acknowledged,
    CommentMade,
    CommentResolved,
    CommentShared,
    Disputed,
    DisputeDecided,
    names_of,
)
from branchline.journal.desk_telling import act_in_words
from branchline.journal.store import SHORTEST_PREFIX
from branchline.journal.streams import CALIBRATION, COACHING
from branchline.recording import CoachingRecording, stream_row
from branchline.text import clean_line
from branchline.xapi import freetext
from branchline.xapi.coaching import at_event, at_remark

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from branchline.coaching.review import Review
    from branchline.content.desk_types import Drill
    from branchline.journal.coaching_events import CoachingEvent
    from branchline.journal.model import SessionRow
    from branchline.journal.streams import Remark
    from branchline.practice.studio import Studio
    from branchline.xapi.coaching import Target

LONGEST_QUOTE = 300
"""Characters of a quote."""


class Coaching:
    """One session with what was said about it. Every sitting of every author writes into a stream of its own."""

    def __init__(self, studio: Studio, review: Review) -> None:
        """`review` is the session, read as far as anybody is to speak of it."""
        self.review = review
        self._studio = studio
        self._recording: CoachingRecording | None = None

    @classmethod
    def of(cls, studio: Studio, session_id: str) -> Self:
        """Of a session of the journal, by the beginning of its id; UnknownId, UsageError or DamagedData."""
        from branchline.coaching.review import Review  # noqa: PLC0415  # judging brings exploration along, and counting what waits needs none

        return cls(studio, Review.kept(studio.journal, session_id, studio.explorations))

    @property
    def row(self) -> SessionRow:
        """The session as the journal lists it."""
        return self.review.row

    @property
    def me(self) -> str:
        """Who looks at it."""
        return self._studio.settings.learner

    @property
    def as_learner(self) -> bool:
        """Whether they see what the learner sees, and no more than that and what they wrote."""
        return self._studio.settings.role != COACH or self.me == self.row.learner

    @property
    def thread(self) -> Thread:
        """What was said, as far as the present person may see it, read from the journal."""
        return thread(self._remarks()).seen_by(self.me, learner=self.as_learner)

    def awaiting(self, found: Thread | None = None) -> tuple[Item, ...]:
        """What of the thread waits for the present person: of their own session as its learner, of others' as a coach."""
        if self.as_learner and self.me != self.row.learner:
            return ()
        return (found or self.thread).awaiting(self.me, learner=self.as_learner)

    def quote(self, seq: int) -> str:
        """What was said at an entry; of an act at the desk its title, for what a learner wrote there stays on their machine."""
        step = self.review.step(seq)
        if isinstance(step.entry.event, DeskActed):
            drill: Drill = step.content  # type: ignore[assignment]  # acts at a desk stand in drills
            return act_in_words(drill, step.entry.event._replace(text="", arguments=()))
        number = self.review.transcript.line_of(seq)
        return freetext.shareable(self.review.transcript.lines[number - 1].text, LONGEST_QUOTE) if number is not None else ""

    def named(self, reference: str) -> Item:
        """The comment or review with that number, id, or only id that begins so; UnknownId where none or several are."""
        items = self.thread.items()
        if reference.isascii() and reference.isdigit() and 0 < int(reference) <= len(items):
            return items[int(reference) - 1]
        exact = [item for item in items if item.id == reference]
        found = exact or [item for item in items if len(reference) >= SHORTEST_PREFIX and item.id.startswith(reference)]
        if len(found) != 1:
            raise _unknown(reference, several=bool(found), session=self.row.id)
        return found[0]

    def disputable_until(self, item: Item) -> datetime | None:
        """Until when the learner may dispute it; None where that was never possible."""
        from datetime import datetime  # noqa: PLC0415  # only who asks

        return datetime.fromisoformat(item.shared_at) + timedelta(days=self._days) if item.shared_at else None

    # ------------------------------------------------------------------------------------------------ saying something

    def comment(self, seq: int, text: str, *, shared: bool = True) -> Comment:
        """Pin a comment to an entry of the session; UnknownId where there is none such."""
        said = _said(text)
        self._refuse_unknown_moment(seq)
        event = CommentMade(self.row.id, seq, self.quote(seq), said, shared)
        return self._comment(self._record(event, at_event(self.row.id, seq, self.review.step(seq).entry.event), shared=shared).id)

    def answer(self, comment: str, text: str, *, shared: bool = True) -> Comment:
        """Answer a comment, or go on with the thread of an answer; what answers a private comment is private."""
        said = _said(text)
        root = self._comment(self._comment(comment).root)
        event = CommentMade(self.row.id, root.seq, root.quote, said, shared and root.shared, root.id)
        return self._comment(self._about(root.id, event, shared=event.shared).id)

    def share(self, comment: str) -> Comment:
        """Show a private comment of one's own to the learner."""
        found = self._comment(comment)
        if found.author != self.me:
            raise ActionRefused("Only who wrote a private comment can share it.", code="not-yours")
        if found.shared:
            raise ActionRefused("That comment is shared already.", code="already-shared")
        if found.answers:
            raise ActionRefused(
                "An answer cannot be shared later.", hint="Answer again, or share the comment it answers.", code="an-answer"
            )
        moment = at_event(self.row.id, found.seq, self.review.step(found.seq).entry.event)
        event = CommentShared(found.id, self.row.id, found.seq, found.quote, found.text)
        self._record(event, moment, shared=True, after=found.at)
        if found.resolved:
            self._about(found.id, CommentResolved(found.id, resolved=True), shared=True)
        return self._comment(found.id)

    def resolve(self, comment: str) -> Comment:
        """Settle a comment with its answers."""
        return self._settle(comment, resolved=True)

    def reopen(self, comment: str) -> Comment:
        """Take up a settled comment again."""
        return self._settle(comment, resolved=False)

    def acknowledge(self, target: str, text: str = "") -> Item:
        """Say that the learner has read a comment or review, or what was decided on their dispute; before that it withdraws the dispute."""
        said = within_limits(text)
        found = self._for_the_learner(target)
        if found.answered.state in {UPHELD, REJECTED} and found.answered.noted:
            raise ActionRefused("The decision was acknowledged already.", code="already-acknowledged")
        return self._went_on(found, Acknowledged(found.id, said))

    def dispute(self, target: str, reason: str) -> Item:
        """Say that the learner does not agree, and why; possible for `coaching.dispute_days`, and until a coach has decided.

        A dispute that is open keeps its reason: acknowledging withdraws it, and then there may be another.
        """
        said = _said(reason, "A dispute needs a reason.", "no-reason")
        found = self._for_the_learner(target)
        if found.answered.state == DISPUTED:
            hint = "Acknowledge it to withdraw that dispute; then you can dispute it for another reason."
            raise ActionRefused("You dispute that already, and nobody has decided yet.", hint=hint, code="already-disputed")
        if found.answered.state in {UPHELD, REJECTED}:
            raise ActionRefused("A coach has decided on that already.", hint="Answer the comment to go on talking.", code="already-decided")
        if not may_dispute(found.shared_at, self._studio.clock.now(), self._days):
            days = f"{self._days} days" if self._days > 1 else "a day"
            hint = "Answer it instead. The setting `coaching.dispute_days` says how long there is."
            raise ActionRefused(f"That was shared more than {days} ago and can be disputed no more.", hint=hint, code="too-late")
        return self._went_on(found, Disputed(found.id, said))

    def decide(self, target: str, *, upheld: bool, text: str) -> Item:
        """Decide on a dispute as a coach, and say why; upheld, the learner is right."""
        said = _said(text, "A decision needs a reason.", "no-reason")
        found = self._item(target)
        if self.as_learner:
            hint = "The setting `role` says who you are; nobody is a coach of their own sessions."
            raise ActionRefused("Only a coach decides on a dispute.", hint=hint, code="not-a-coach")
        if found.answered.state != DISPUTED:
            raise ActionRefused("There is no dispute to decide on.", code="not-disputed")
        return self._went_on(found, DisputeDecided(found.id, upheld, said))

    # ------------------------------------------------------------------------------------------------ inside

    @property
    def _days(self) -> int:
        return self._studio.settings.coaching_dispute_days

    def _remarks(self) -> list[Remark]:
        """Those of the journal, and of the file or LRS that the session was read from, as far as the present person may see them."""
        return blind(self._everything(COACHING), self._everything(CALIBRATION), self.me)

    def _everything(self, kind: str) -> list[Remark]:
        here = self._studio.journal.streams.remarks(kind, self.row.id) if self._studio.paths.database.exists() else []
        known = {remark.id for remark in here}
        read = self.review.remarks if kind == COACHING else self.review.calibrations
        came = [remark for remark in read if remark.id not in known]
        return sorted((*here, *came), key=lambda remark: (remark.at, remark.id)) if came else here

    def _settle(self, comment: str, *, resolved: bool) -> Comment:
        found = self._comment(self._comment(comment).root)
        if self.as_learner and found.author != self.me:
            raise ActionRefused("Only its author or a coach can settle a comment.", hint="Acknowledge it instead.", code="not-yours")
        if found.resolved == resolved:
            state = "resolved" if resolved else "open"
            raise ActionRefused(f"That comment is {state} already.", code=f"already-{state}")
        self._about(found.id, CommentResolved(found.id, resolved), shared=found.shared)
        return self._comment(found.id)

    def _for_the_learner(self, target: str) -> Item:
        found = self._item(target)
        if self.me != self.row.learner:
            hint = f"The session was played by {clean_line(self.row.learner)}."
            raise ActionRefused("Only the learner of the session acknowledges or disputes.", hint=hint, code="not-the-learner")
        if found.author == self.me:
            raise ActionRefused("You wrote that yourself.", code="own-comment")
        return found

    def _went_on(self, item: Item, event: CoachingEvent) -> Item:
        self._about(item.id, event, shared=item.shared)
        return self._item(item.id)

    def _about(self, target: str, event: CoachingEvent, *, shared: bool) -> Remark:
        """Record what is said of a comment or review: its statement refers to the one that told of it."""
        remarks = [known for known in self._remarks() if _names(known, target)]
        told = [known for known in remarks if known.id == target or isinstance(known.event, CommentShared)]
        first = next((known for known in told if known.shared), told[0])
        return self._record(event, at_remark(first, self.row.id), shared=shared, after=max(known.at for known in remarks))

    def _record(self, event: CoachingEvent, target: Target, *, shared: bool, after: str = "") -> Remark:
        studio = self._studio
        self.refuse_without_session()
        if self._recording is None:
            row = stream_row(COACHING, self.row, author=self.me, role=studio.settings.role, clock=studio.clock)
            self._recording = CoachingRecording(studio.journal, studio.identity(), studio.clock, row)
        return self._recording.record(event, target, shared=shared, after=after)

    def refuse_without_session(self) -> None:
        """A session of a file alone, or one that somebody has deleted meanwhile, has no place for remarks."""
        try:
            self._studio.journal.session(self.row.id)
        except UnknownId:
            if self.review.remote:
                return
            hint = "`branchline sessions import FILE` or `branchline lrs pull` brings it."
            raise UnknownId("This session is not in your journal: import its file first.", hint=hint, code="not-here") from None

    def _item(self, target: str) -> Item:
        found = next((item for item in self.thread.items() if item.id == target), None)
        if found is None:
            raise _unknown(target, several=False, session=self.row.id)
        return found

    def _comment(self, comment: str) -> Comment:
        found = self._item(comment)
        if not isinstance(found, Comment):
            raise ActionRefused("That is a review, not a comment.", hint="It can be acknowledged and disputed.", code="a-review")
        return found

    def _refuse_unknown_moment(self, seq: int) -> None:
        last = len(self.review.steps)
        if not 1 <= seq <= last:
            hint = f"Its entries go from 1 to {last}; `branchline review {self.row.id[:8]} --json` shows them."
            raise UnknownId(f"The session has no entry {seq}.", hint=hint, code="unknown-moment")


def _names(remark: Remark, target: str) -> bool:
    return target in {remark.id, *names_of(remark.event)}


def _said(text: str, missing: str = "There is nothing to say.", code: str = "empty-text") -> str:
    said = within_limits(text)
    if not said:
        raise UsageError(missing, hint="Write a sentence.", code=code)
    return said


def within_limits(text: str) -> str:
    """The text as statements can carry it; UsageError, code `too-long`, where they cannot."""
    said = freetext.shareable(text.strip(), max(len(text), 1))
    if len(said) > freetext.LONGEST:
        hint = f"Statements carry up to {freetext.LONGEST}; say the rest in an answer."
        raise UsageError(f"The text is {len(said)} characters long.", hint=hint, code="too-long")
    return said


def _unknown(reference: str, *, several: bool, session: str) -> UnknownId:
    hint = f"`branchline comment list {session[:8]}` shows them all."
    if several:
        return UnknownId(f"More than one comment begins with `{clean_line(reference)}`.", hint=hint, code="ambiguous-comment")
    return UnknownId(f"There is no comment `{clean_line(reference)}`.", hint=hint, code="unknown-comment")
