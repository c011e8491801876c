"""Review: one session read whole, moment by moment: what was said, what it gave away, what it changed, and what a coach can say of it.

Reading is cheap; the judgement explores the scenario and is made when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from branchline.coaching.changes import Change, changes
from branchline.coaching.judging import Explorations, Judgement, drill_judgement, judgement
from branchline.content.compiled import Scenario
from branchline.content.desk_types import Drill
from branchline.engine.conversation import open_choices
from branchline.engine.events import ChoiceMade
from branchline.engine.play import evolve
from branchline.engine.state import State
from branchline.errors import DamagedData
from branchline.journal.exchange import parse_session
from branchline.journal.fold import Step, fold
from branchline.journal.streams import CALIBRATION, COACHING, Remark, remark_id
from branchline.journal.transcript import Telling
from branchline.journal.verify import contents_of, kept_contents
from branchline.scoring import score
from branchline.scoring.feedback import Feedback, feedback

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.engine.play import Content
    from branchline.journal.exchange import SessionFile
    from branchline.journal.model import Entry, SessionRow
    from branchline.journal.store import Journal
    from branchline.journal.transcript import Transcript
    from branchline.scoring import Deduction, Score

IDLE = 8.0
"""Seconds between two events from which replay counts the time as idle."""


@dataclass(frozen=True)
class Review:
    """One session, read whole."""

    row: SessionRow
    steps: tuple[Step, ...]
    transcript: Transcript
    explorations: Explorations
    recorded: Score | None = None
    """The score as statements told it, where the session cannot be replayed: what was written at a desk stays on its machine."""
    remarks: tuple[Remark, ...] = ()
    """What was said of it, where it was read from a file or an LRS; else the journal has that."""
    calibrations: tuple[Remark, ...] = ()
    """The calibrations of it and what was given in them, where it was read from a file."""
    pinned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Bundles by hash of the rubrics that it was scored with, where it was read from a file; else the journal has them."""
    remote: bool = False
    """Whether an LRS has it, so that what is said of it here reaches its learner there."""

    @classmethod
    def of(cls, row: SessionRow, steps: Sequence[Step], explorations: Explorations | None = None) -> Review:
        """From the session's entries folded; DamagedData where there is none."""
        if not steps:
            raise DamagedData("The session has no entries.", where=f"session {row.id}")
        telling = Telling()
        for step in steps:
            telling.add(step)
        return cls(row, tuple(steps), telling.transcript(), explorations or Explorations())

    @classmethod
    def kept(cls, journal: Journal, session_id: str, explorations: Explorations | None = None, *, most: int | None = None) -> Review:
        """A session of the journal, or its first `most` entries; raises UnknownId, or DamagedData where it cannot be read."""
        row = journal.session(session_id)
        return cls.of(row, list(fold(journal.entries(row.id, most), kept_contents(journal))), explorations)

    @classmethod
    def exported(cls, text: str, explorations: Explorations | None = None) -> Review:
        """A session from an exported file; DamagedData where the file was changed."""
        given = parse_session(text)
        bundles = {given.row.content_hash: given.bundle, **given.earlier}

        def bundle_of(content_hash: str) -> Any:
            if content_hash not in bundles:
                raise DamagedData("The content that a session was played with is missing.", where=content_hash, code="content-missing")
            return bundles[content_hash]

        read = cls.of(given.row, list(fold(given.entries, contents_of(bundle_of))), explorations)
        return replace(read, remarks=_remarks(given, COACHING), calibrations=_remarks(given, CALIBRATION), pinned=given.pinned)

    @classmethod
    def told(cls, row: SessionRow, entries: Sequence[Entry], drill: Drill, recorded: Score) -> Review:
        """A drill whose written texts are not here: as it was told, with no positions between its acts, and the score of its statements."""
        opening = evolve(drill, None, entries[0].event)
        found = cls.of(row, [Step(entry, drill, None, opening) for entry in entries])
        return replace(found, recorded=recorded)

    @property
    def entries(self) -> list[Entry]:
        """Everything that was recorded."""
        return [step.entry for step in self.steps]

    @property
    def content(self) -> Content:
        """The Scenario or Drill that the session ended with."""
        return self.steps[-1].content

    @cached_property
    def score(self) -> Score:
        """The score as it is computed now, from the events alone; or as it was recorded, where that is all there is."""
        return self.recorded or score(self.content, [step.entry.event for step in self.steps])

    @cached_property
    def judgement(self) -> Judgement:
        """What each decision was worth; explores the scenario."""
        if self.recorded is not None and isinstance(self.content, Drill):
            return drill_judgement(self.content, self.steps, self.recorded)
        return judgement(self.steps, self.explorations)

    def step(self, seq: int) -> Step:
        """The entry with that number, from 1, and the positions around it."""
        return self.steps[seq - 1]

    def idle(self, seq: int) -> float:
        """Seconds that passed between the entry before and this one."""
        return max(0.0, self.steps[seq - 1].entry.elapsed - self.steps[seq - 2].entry.elapsed) if seq > 1 else 0.0

    def feedback(self, seq: int) -> Feedback | None:
        """What a reply earned, beside the best that was open; None of everything else."""
        step = self.step(seq)
        event, before, after = step.entry.event, step.before, step.after
        if not isinstance(event, ChoiceMade) or not isinstance(step.content, Scenario):
            return None
        if not isinstance(before, State) or not isinstance(after, State):
            return None
        opened = open_choices(step.content, before)
        chosen = next((choice for choice in opened if choice.id == event.choice), None)
        return None if chosen is None else feedback(chosen, opened, before, after)

    def changes(self, seq: int) -> tuple[Change, ...]:
        """What the event changed in the position."""
        step = self.step(seq)
        return changes(step.before, step.after)

    def deductions(self, seq: int | None) -> tuple[Deduction, ...]:
        """What the score lost at that event; None: what never happened."""
        return tuple(lost for lost in self.score.deductions if lost.seq == seq)

    def document(self) -> dict[str, Any]:
        """`branchline.review/1`: achieved = value_start − Σ regret of the moments that stand − luck. Null where nothing is judged."""
        return review_json(self.row, self.judgement)


def review_json(row: SessionRow, found: Judgement) -> dict[str, Any]:
    """`branchline.review/1` of a session that was judged so."""
    return {
        "format": "branchline.review/1",
        "session": row.id,
        "kind": row.kind,
        "id": row.content,
        "version": row.version,
        "hash": row.content_hash,
        "learner": row.learner,
        "value_start": found.value_start,
        "value_worst": found.value_worst,
        "achieved": found.achieved,
        "luck": found.luck,
        "sampled": found.sampled,
        "error": found.error,
        "reason": found.reason or None,
        "counts": dict(found.counts),
        "moments": moments_json(found),
        "chances": [{"seq": each.seq, "node": each.node, "branch": each.branch, "luck": each.luck} for each in found.chances],
    }


def _remarks(given: SessionFile, kind: str) -> tuple[Remark, ...]:
    """The events of its streams of that kind, in the order of time."""
    said = [
        Remark(remark_id(row.id, entry.seq), row.learner, row.mode, entry.at, entry.event, entry.shared)
        for row, entries in given.streams
        for entry in entries
        if row.kind == kind
    ]
    return tuple(sorted(said, key=lambda remark: (remark.at, remark.id)))


def moments_json(found: Judgement) -> list[dict[str, Any]]:
    """The moments as `branchline.review/1` has them."""
    return [
        {
            "seq": moment.seq,
            "node": moment.node,
            "choice": moment.choice,
            "word": moment.word or None,
            "loss": moment.loss,
            "regret": moment.regret,
            "best": list(moment.best),
            "value": moment.value,
            "stands": moment.stands,
            "flagged": moment.flagged,
            "critical": moment.critical,
        }
        for moment in found.moments
    ]


def judgements_json(found: Judgement) -> list[dict[str, Any]]:
    """The judgements of `branchline.result/1`: those of decisions that stand and can be judged."""
    return [
        {"seq": moment.seq, "node": moment.node, "choice": moment.choice, "word": moment.word, "loss": moment.loss}
        for moment in found.moments
        if moment.stands and moment.loss is not None
    ]
