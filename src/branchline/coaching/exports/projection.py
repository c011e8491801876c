"""What every export of a session is made from: the session as a coach reads it, in texts that are safe to show and redacted.

No format sees the Review, so nothing that is redacted here can appear in any of them.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from branchline.coaching.exports.told import SMALLEST, Better, Line, Lost, Projection, Result, Said, Scored, Told, grouped
from branchline.coaching.judging import SUBMIT
from branchline.coaching.redaction import CUSTOMER, LEARNER
from branchline.coaching.thread import OPEN, Thread
from branchline.content.compiled import Scenario
from branchline.content.facts import spelled
from branchline.engine.events import EndingReached
from branchline.engine.state import State
from branchline.journal.transcript import LEARNER as SPOKEN
from branchline.text import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchline.coaching.judging import Moment
    from branchline.coaching.redaction import Redaction
    from branchline.coaching.review import Review
    from branchline.coaching.scorecard import Scorecard
    from branchline.coaching.thread import Answered, Comment, RubricReview
    from branchline.journal.transcript import TranscriptLine
    from branchline.scoring import Deduction

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_QUOTED = 60

NOTHING_SAID = Thread()
"""The thread of a session about which nobody has said anything."""
NO_CARDS: Mapping[str, Scorecard] = MappingProxyType({})
"""Where no rubric is known."""


def projection(
    review: Review, names: Redaction, said: Thread = NOTHING_SAID, cards: Mapping[str, Scorecard] = NO_CARDS, *, redacted: bool = True
) -> Projection:
    """The session as every export tells it, with all that was said about it, `names` replaced in all its texts.

    `cards` are the reviews of `said` read by their rubrics, by the review's id, as far as those are known.
    """
    return _Projecting(review, names, said, cards).whole(redacted=redacted)


class _Projecting:
    """One review on its way."""

    def __init__(self, review: Review, names: Redaction, said: Thread, cards: Mapping[str, Scorecard]) -> None:
        self.review = review
        self.names = names
        self.thread = said
        self.cards = cards
        self.elapsed = {step.entry.seq: step.entry.elapsed for step in review.steps}
        self.lost_at = grouped((each.seq, each) for each in review.score.deductions)
        self.number: dict[int | None, int] = {}
        """The number of the line that says each event, as `Transcript.line_of` has it."""
        for line in reversed(review.transcript.lines):
            if line.speaker == SPOKEN or line.seq not in self.number or not self.spoken(self.number[line.seq]):
                self.number[line.seq] = line.number

    def spoken(self, number: int) -> bool:
        """Whether the learner says that line."""
        return _line(self.review, number).speaker == SPOKEN

    def said(self, text: str) -> str:
        """Cleaned, redacted text of several lines."""
        return self.names.text(clean(text))

    def word(self, text: str) -> str:
        """The same on one line."""
        return self.names.text(clean_line(text))

    def whole(self, *, redacted: bool) -> Projection:
        row, judged = self.review.row, self.review.judgement
        lines = self.lines(redacted=redacted)
        return Projection(
            session=row.id,
            kind=row.kind,
            content=self.word(row.content),
            title=self.word(row.title),
            version=row.version,
            hash=row.content_hash,
            learner=self.names.learner,
            mode=clean_line(row.mode),
            status=row.status,
            language=row.language if _TAG.fullmatch(row.language) else "und",
            started=row.started,
            elapsed=self.review.steps[-1].entry.elapsed,
            redacted=redacted,
            lines=lines,
            moments=tuple(self.moment(number, moment) for number, moment in enumerate(judged.moments, 1)),
            result=self.result(),
            start=judged.of_100(judged.value_start),
            worst=judged.of_100(judged.value_worst),
            achieved=judged.of_100(judged.achieved),
            luck=judged.luck,
            error=judged.error,
            sampled=judged.sampled,
            reason=self.word(judged.reason),
            counts=judged.counts,
            comments=tuple(self.comment(comment, answer=answer) for comment, answer in _threaded(self.thread.comments)),
            scored=tuple(self.scored(each) for each in self.thread.reviews if each.latest),
        )

    def lines(self, *, redacted: bool) -> tuple[Line, ...]:
        customer = CUSTOMER if redacted else clean_line(_customer(self.review)) or CUSTOMER
        names = {"customer": customer, "learner": LEARNER, "desk": "Desk", "note": "Note"}
        found: list[Line] = []
        for line in self.review.transcript.lines:
            idle = self.review.idle(line.seq) if not found or found[-1].seq != line.seq else 0.0
            who = names.get(line.speaker, "")
            found.append(Line(line.number, line.seq, self.elapsed[line.seq], idle, line.speaker, who, self.said(line.text), line.standing))
        return tuple(found)

    def moment(self, number: int, moment: Moment) -> Told:
        review, seq = self.review, moment.seq
        earned = review.feedback(seq)
        line = self.number.get(seq)
        return Told(
            number=number,
            seq=seq,
            line=line,
            at=review.step(seq).entry.at,
            elapsed=self.elapsed[seq],
            node=self.word(moment.node),
            choice=self.word(moment.choice),
            said=self.said(_line(review, line).text) if line else "",
            word=moment.word,
            loss=moment.loss,
            regret=moment.regret,
            value=self.review.judgement.of_100(moment.value),
            stands=moment.stands,
            flagged=moment.flagged,
            best=tuple(self.better(seq, choice) for choice in moment.best),
            because=self.said(earned.because) if earned else "",
            dimensions=earned.dimensions if earned else (),
            flags=earned.flags if earned else (),
            critical=earned.critical if earned else next((each.kind for each in review.score.critical if each.seq == seq), ""),
            steps=tuple(self.word(step) for step in earned.steps) if earned else (),
            changes=tuple(self.word(_changed(*change)) for change in review.changes(seq)),
            lost=tuple(self.lost(each) for each in self.deductions(moment) if each.lost >= SMALLEST),
        )

    def deductions(self, moment: Moment) -> list[Deduction]:
        """What the score lost at the moment; what never happened belongs to the submission."""
        own = self.lost_at.get(moment.seq, [])
        return [*own, *self.lost_at.get(None, [])] if moment.choice == SUBMIT and moment.stands else own

    def scored(self, review: RubricReview) -> Scored:
        event, card = review.event, self.cards.get(review.id)
        lost = card.score.deductions if card else ()
        return Scored(
            who=self.names.person(review.author),
            at=review.at,
            rubric=self.word(event.rubric),
            version=event.rubric_version,
            total=event.total if event.total >= 0 else None,
            text=self.said(event.text),
            marks=tuple((self.word(item), self.word(level), self.word(reason)) for item, level, reason in event.marks),
            shared=event.shared,
            answered=self.answered(review.answered),
            machine=tuple(self.word(each.machine) for each in card.items) if card else (),
            capped=tuple(self.word(f"−{float(each.lost):.1f} {each.reason}") for each in lost if each.capped),
        )

    def answered(self, stands: Answered) -> str:
        if stands.state == OPEN:
            return ""
        told = f"{stands.state}: {stands.text}" if stands.text else stands.state
        return self.word(f"{told} – {stands.decision}" if stands.decision else told)

    def comment(self, comment: Comment, *, answer: bool) -> Said:
        return Said(
            seq=comment.seq,
            line=self.number.get(comment.seq),
            who=self.names.person(comment.author),
            at=comment.at,
            text=self.said(comment.text),
            quote=_short(self.word(comment.quote)),
            shared=comment.shared,
            resolved=comment.resolved,
            answer=answer,
            answered=self.answered(comment.answered),
        )

    def better(self, seq: int, choice_id: str) -> Better:
        """What a reply says where the session stood; its id alone where the content of then does not know it."""
        step = self.review.step(seq)
        before = step.before
        found = None
        if isinstance(step.content, Scenario) and isinstance(before, State):
            found = step.content.choice(before.node, choice_id)
            if found is not None:
                return Better(self.word(choice_id), self.said(found.say.show(before.core)), self.said(found.because))
        return Better(self.word(choice_id), "", "")

    def lost(self, each: Deduction) -> Lost:
        number = self.number.get(each.seq)
        quote = self.word(_line(self.review, number).text) if number else ""
        step = "/".join(filter(None, (each.sop, each.step))) or each.dimension or ""
        return Lost(each.part, each.lost, self.word(each.reason), each.seq, number, _short(quote), self.word(step))

    def result(self) -> Result:
        score, content = self.review.score, self.review.content
        endings = content.endings if isinstance(content, Scenario) else {}
        reached = next((step.entry.event.ending for step in self.review.steps if isinstance(step.entry.event, EndingReached)), "")
        ending = endings[reached].title if reached in endings else ""
        return Result(
            ending=self.word(ending),
            passed=score.passed,
            pass_mark=content.pass_mark,
            composite=score.composite,
            parts={"Empathy": score.empathy, "SOP": score.sop, "Outcome": score.outcome},
            profile={name: value for name, value in score.profile.items() if value is not None},
            critical=tuple(f"{each.kind}: {self.word(each.reason)}" for each in score.critical),
            lost=tuple(self.lost(each) for each in score.deductions if each.lost >= SMALLEST),
        )


def _threaded(comments: Sequence[Comment]) -> Iterator[tuple[Comment, bool]]:
    """The comments by the entry they are on, each followed by everything that answers it; one that answers none of these stands alone."""
    ids = {comment.id for comment in comments}
    told: set[str] = set()
    for root in sorted(comments, key=lambda comment: (comment.seq, comment.at)):
        if root.answers not in ids or root.answers == root.id:
            yield from _with_answers(root, comments, told)


def _with_answers(root: Comment, comments: Sequence[Comment], told: set[str]) -> Iterator[tuple[Comment, bool]]:
    known = {root.id}
    yield root, False
    for comment in sorted(comments, key=lambda comment: comment.at):
        if comment.answers in known and comment.id not in known | told:
            known.add(comment.id)
            yield comment, True
    told |= known


def _line(review: Review, number: int) -> TranscriptLine:
    return review.transcript.lines[number - 1]


def _customer(review: Review) -> str:
    content = review.content
    if isinstance(content, Scenario):
        return content.customer.name
    return str(dict(zip(content.fields, content.values, strict=True)).get("customer.name", ""))


def _changed(name: str, old: object, new: object) -> str:
    """`trust 45 → 41`; what was only added without the old value."""
    before = "" if old == "" else f" {_value(old)}"
    return f"{name} {_value(new)}" if old == "" else f"{name}{before} → {_value(new)}"


def _value(value: object) -> str:
    return spelled(value) if isinstance(value, bool | int | float | str) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"
