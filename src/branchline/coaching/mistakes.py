"""Mistakes: the flagged moments of a learner's finished sessions, and where each stands between its meetings.

What is flagged is what the one judgement of a session flags. A finished session never changes, so its flagged moments are noted in the
journal when they are first asked for; the note can be thrown away and made again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from branchline.coaching.judging import judgement
from branchline.coaching.spacing import INTERVALS, SOLVED, Met, Place, Spacing, meetings, retired, spacing
from branchline.errors import BranchlineError, JournalUnavailable
from branchline.journal import codec
from branchline.journal.fold import fold
from branchline.journal.model import FINISHED
from branchline.journal.store import FLAGGED_NOTE
from branchline.journal.streams import RETRY
from branchline.journal.verify import kept_contents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.coaching.judging import Explorations
    from branchline.journal.fold import ContentOf
    from branchline.journal.model import SessionRow
    from branchline.journal.store import Journal

DRILL = "drill"
JUDGED = 1
"""Goes up when the judgement of a session changes, so that what was noted is judged anew."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A flagged moment of a finished session."""

    row: SessionRow
    """The session."""
    seq: int
    node: str
    """The node, or `desk`."""
    choice: str
    """What was chosen: a choice, `!timeout`, or a verb of the desk."""
    loss: float

    @property
    def place(self) -> Place:
        """What it is known by."""
        return self.row.id, self.seq

    @property
    def since(self) -> datetime:
        """When its session ended."""
        return _instant(self.row.ended or self.row.started)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mistake in the queue."""

    wrong: Wrong
    spacing: Spacing
    made_again: Place | None = None
    """Where the same mistake was made once more, in a later session; who meets it there has met this one too."""

    @property
    def due(self) -> datetime:
        """From when it is due."""
        return self.spacing.due or self.wrong.since

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be met now."""
        return self.spacing.is_due(now)


def waiting(journal: Journal, learner: str, explorations: Explorations, intervals: Sequence[int] = INTERVALS) -> list[Waiting]:
    """The learner's queue, what has been due longest first. DamagedData where remarks cannot be read.

    The same choice at the same node of the same scenario, flagged in several sessions, is one mistake: all of them stand where the last one
    stands. A session that cannot be read has no mistakes to be met: `sessions verify` says what is wrong with it.
    """
    rows = [row for row in journal.sessions(learner=learner) if row.status in FINISHED]
    found = mistakes(journal, rows, explorations)
    remarks = journal.streams.remarks(RETRY, author=learner)
    gone, met = retired(remarks), {**meetings(remarks)}
    for place, again in _worked_again(rows, found).items():
        met[place] = [*met.get(place, ()), *again]
    kinds: dict[tuple[str, ...], list[Wrong]] = {}
    for wrong in (wrong for row in rows for wrong in found[row.id]):
        if wrong.place not in gone:
            kinds.setdefault((wrong.row.kind, wrong.row.content, wrong.node, wrong.choice), []).append(wrong)
    queue = [each for same in kinds.values() for each in _standing(same, met, intervals) if each.spacing.due is not None]
    return sorted(queue, key=lambda each: (each.due, each.wrong.since, each.wrong.place))


def _standing(same: Sequence[Wrong], met: Mapping[Place, list[Met]], intervals: Sequence[int]) -> list[Waiting]:
    """Where each of the same mistakes stands: those of the last session by their own meetings and by those of the others since then."""
    last = max(same, key=lambda wrong: (wrong.since, wrong.row.id)).row.id
    elsewhere = [each for wrong in same if wrong.row.id != last for each in met.get(wrong.place, ())]
    stands: list[Waiting] = []
    for wrong in sorted((wrong for wrong in same if wrong.row.id == last), key=lambda wrong: wrong.seq):
        since = [each for each in elsewhere if each.at >= wrong.since]
        stands.append(Waiting(wrong, spacing(wrong.since, [*met.get(wrong.place, ()), *since], intervals)))
    first = stands[0]
    return [*stands, *(Waiting(wrong, first.spacing, first.wrong.place) for wrong in same if wrong.row.id != last)]


def mistakes(journal: Journal, rows: Iterable[SessionRow], explorations: Explorations) -> Mapping[str, tuple[Wrong, ...]]:
    """The flagged moments of each of these finished sessions, by the session's id."""
    contents = kept_contents(journal)
    found: dict[str, tuple[Wrong, ...]] = {}
    # Sessions of the same content one after the other, so that it is explored once.
    for row in sorted(rows, key=lambda row: row.content_hash):
        noted = _noted(journal, row)
        if noted is None:
            noted = _judged(journal, row, contents, explorations)
        found[row.id] = tuple(Wrong(row, *each) for each in noted)
    return found


def _judged(journal: Journal, row: SessionRow, contents: ContentOf, explorations: Explorations) -> list[list[Any]]:
    """What its judgement flags, noted; of a session that cannot be read nothing, and nothing is noted."""
    try:
        flagged = judgement(list(fold(journal.entries(row.id), contents)), explorations).flagged
    except JournalUnavailable:
        raise
    except BranchlineError:
        return []
    moments = [[moment.seq, moment.node, moment.choice, moment.loss] for moment in flagged]
    _note(journal, row, moments)
    return moments


def _noted(journal: Journal, row: SessionRow) -> list[list[Any]] | None:
    """What was noted of that session; None where it was not, or not by this judgement."""
    try:
        known = json.loads(journal.note(f"{FLAGGED_NOTE}{row.id}") or "null")
        judged, content_hash, moments = known
        sound = judged == JUDGED and content_hash == row.content_hash
        return [[int(seq), str(node), str(choice), float(loss)] for seq, node, choice, loss in moments] if sound else None
    except (ValueError, TypeError):
        return None


def _note(journal: Journal, row: SessionRow, moments: list[list[Any]]) -> None:
    """Note it; a journal that cannot be written keeps nobody from reading."""
    with suppress(JournalUnavailable):
        journal.set_note(f"{FLAGGED_NOTE}{row.id}", json.dumps([JUDGED, row.content_hash, moments], separators=(",", ":")))


def _worked_again(rows: Iterable[SessionRow], found: Mapping[str, tuple[Wrong, ...]]) -> dict[Place, list[Met]]:
    """Drills are met again as a whole: a later session of the same drill that was submitted solves what went wrong before.

    What went wrong with a verb is solved where no act of that verb is flagged any more; where one is, it is the same mistake made again.
    """
    drills: dict[str, list[SessionRow]] = {}
    for row in rows:
        if row.kind == DRILL:
            drills.setdefault(row.content, []).append(row)
    still = {row.id: {wrong.choice for wrong in found[row.id]} for same in drills.values() for row in same}
    again: dict[Place, list[Met]] = {}
    for row, later in ((row, later) for same in drills.values() for row in same if found[row.id] for later in same):
        if later.status == "completed" and later.ended > row.ended:
            for wrong in found[row.id]:
                if wrong.choice not in still[later.id]:
                    again.setdefault(wrong.place, []).append(Met(_instant(later.ended), later.id, SOLVED))
    return again


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(codec.instant(text))
