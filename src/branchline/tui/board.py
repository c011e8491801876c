"""Board: a session as the review screen shows it, with everything looked up that a key needs at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from branchline.coaching.review import IDLE
from branchline.coaching.timeline import QUIET, Mark, timeline
from branchline.engine.events import SessionStarted
from branchline.journal.transcript import LEARNER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.coaching.judging import Judgement
    from branchline.coaching.review import Review
    from branchline.journal.transcript import TranscriptLine
    from branchline.scoring import Deduction


class Board:
    """One Review, as far as it is read and judged. Making it walks the whole session once; everything else is a look-up."""

    def __init__(self, review: Review, judged: Judgement | None = None, *, whole: bool = True) -> None:
        """Without `judged` the decisions are not judged yet; of a session that is not read whole nothing is scored."""
        self.review = review
        self.judged = judged
        self.whole = whole
        self.marks: tuple[Mark, ...] = timeline(review.steps, judged)
        self.lines: Sequence[TranscriptLine] = review.transcript.lines
        self._mark_seqs = [mark.seq for mark in self.marks]
        self._line_seqs = [line.seq for line in self.lines]
        self._lost: dict[int | None, list[Deduction]] = {}
        for each in review.score.deductions if whole else ():
            self._lost.setdefault(each.seq, []).append(each)

    @property
    def last(self) -> int:
        """The number of the last event."""
        return len(self.review.steps)

    @cached_property
    def flagged(self) -> tuple[int, ...]:
        """The seqs of the moments worth retrying."""
        return tuple(mark.seq for mark in self.marks if mark.flagged)

    @cached_property
    def marked(self) -> tuple[int, ...]:
        """The seqs of what one jumps to: flagged moments and inaccuracies, chance, looks into SOPs, exceptions, stops."""
        return tuple(mark.seq for mark in self.marks if mark.kind not in QUIET)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many moments that stand are best, good, …; empty while nothing is judged."""
        return self.judged.counts if self.judged is not None else {}

    def mark_index(self, seq: int) -> int:
        """The index of that event's mark, else of the last one before it; 0 where there is none."""
        return max(0, bisect_right(self._mark_seqs, seq) - 1)

    def mark(self, seq: int) -> Mark | None:
        """That event's mark."""
        at = bisect_left(self._mark_seqs, seq)
        return self.marks[at] if at < len(self.marks) and self.marks[at].seq == seq else None

    def line_index(self, seq: int) -> int:
        """The index of the line that says that event: what the learner said, else its first; else of the last line before it."""
        first, after = bisect_left(self._line_seqs, seq), bisect_right(self._line_seqs, seq)
        spoken = (index for index in range(first, after) if self.lines[index].speaker == LEARNER)
        return next(spoken, first if first < after else max(0, first - 1))

    def lost(self, seq: int | None) -> Sequence[Deduction]:
        """What the score lost at that event; None: what never happened."""
        return self._lost.get(seq, ())

    def idle(self, seq: int) -> float:
        """Seconds of idle time before that event, 0 where it came soon."""
        waited = self.review.idle(seq)
        return waited if waited >= IDLE else 0.0

    @property
    def begun(self) -> SessionStarted | None:
        """What was frozen when the session began."""
        first = self.review.steps[0].entry.event
        return first if isinstance(first, SessionStarted) else None
