"""Progress: what each learner has played, rule by rule, and beside it what other tools recorded.

Scores are compared only among sessions of the same logic hash: where a scenario's rules have changed, it stands there once for each.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.xapi.elsewhere import Deed, deeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.journal.model import SessionRow
    from branchline.journal.store import Journal

KINDS = ("scenario", "drill")
"""The kinds of sessions that are played."""


@dataclass(frozen=True, slots=True)
class Played:
    """The sessions of one learner with one scenario or drill by the same rules."""

    kind: str
    id: str
    title: str
    """As it was called last."""
    versions: tuple[int, ...]
    """Every version with these rules that was played, in order."""
    logic_hash: str
    attempts: int
    completed: int
    best: float | None
    """The highest composite, None where no session has one."""
    last: float | None
    """The composite of the session completed last."""
    passed_in: tuple[str, ...]
    """The modes in which it was passed."""
    modes: Mapping[str, int]
    """Attempts by mode."""
    last_started: str
    """UTC, ISO 8601."""

    @property
    def passed(self) -> bool:
        """Whether any session was passed."""
        return bool(self.passed_in)


@dataclass(frozen=True, slots=True)
class Progress:
    """One learner."""

    learner: str
    played: tuple[Played, ...]
    """What was played last comes first."""
    elsewhere: tuple[Deed, ...]
    """What other tools recorded, the latest first."""


def progress(journal: Journal, learner: str | None = None, language: str = "en", same: Sequence[str] = ()) -> list[Progress]:
    """The progress of one learner, or of all that anything is known of, by name; a learner of whom nothing is known has none.

    `same` are names of one learner, the first of them the one that is played under.
    """
    with journal.snapshot():
        sessions = [row for row in journal.sessions(learner=learner) if row.kind in KINDS]
        received = journal.received()
        names = {row.learner for row in sessions} | set(received.learners() if learner is None else [learner])
        if names & set(same[1:]) and learner not in same[1:]:
            names = (names - set(same[1:])) | {same[0]}
        found = [
            Progress(
                name,
                tuple(played([row for row in sessions if row.learner == name])),
                tuple(deeds(received.of_learner(*(same if name in same[:1] else [name])), language)),
            )
            for name in sorted(names)
        ]
    return [each for each in found if each.played or each.elsewhere]


def played(sessions: Iterable[SessionRow]) -> list[Played]:
    """Sessions, the latest first, summed up by content and logic hash; in the order in which each was played last."""
    groups: dict[tuple[str, str, str], list[SessionRow]] = {}
    for row in sessions:
        groups.setdefault((row.kind, row.content, row.logic_hash), []).append(row)
    return [_summed(rows) for rows in groups.values()]


def _summed(rows: Sequence[SessionRow]) -> Played:
    newest = rows[0]
    done = sorted((row for row in rows if row.status == "completed"), key=lambda row: row.ended)
    scores = [found for row in done if (found := composite(row)) is not None]
    passed = {row.mode for row in done if row.passed}
    return Played(
        kind=newest.kind,
        id=newest.content,
        title=newest.title,
        versions=tuple(sorted({row.version for row in rows})),
        logic_hash=newest.logic_hash,
        attempts=len(rows),
        completed=len(done),
        best=max(scores, default=None),
        last=composite(done[-1]) if done else None,
        passed_in=tuple(sorted(passed)),
        modes=dict(sorted(Counter(row.mode for row in rows).items())),
        last_started=newest.started,
    )


def composite(row: SessionRow) -> float | None:
    """The composite of a session; None where it has none, or none that can be read."""
    try:
        found = json.loads(row.scores or "{}").get("composite")
    except (ValueError, AttributeError):
        return None
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else None


def rules_of(one: Played, others: Iterable[Played]) -> str:
    """Which versions it is about; with the beginning of the logic hash where other rules had one of these versions too."""
    versions = ", ".join(map(str, one.versions))
    words = f"version{'' if len(one.versions) == 1 else 's'} {versions}"
    alike = (each for each in others if (each.kind, each.id) == (one.kind, one.id) and each.logic_hash != one.logic_hash)
    shared = any(set(each.versions) & set(one.versions) for each in alike)
    return f"{words} ({one.logic_hash[:8]})" if shared else words


def document(found: Sequence[Progress]) -> dict[str, Any]:
    """`branchline.progress/1`."""
    return {"learners": [_learner(each) for each in found]}


def _learner(each: Progress) -> dict[str, Any]:
    return {
        "learner": each.learner,
        "played": [
            {
                "kind": one.kind,
                "id": one.id,
                "title": one.title,
                "versions": list(one.versions),
                "logic_hash": one.logic_hash,
                "attempts": one.attempts,
                "completed": one.completed,
                "best": one.best,
                "last": one.last,
                "passed": one.passed,
                "passed_in": list(one.passed_in),
                "modes": dict(one.modes),
                "last_started": one.last_started,
            }
            for one in each.played
        ],
        "elsewhere": [{name: None if value == "" else value for name, value in one._asdict().items()} for one in each.elsewhere],
    }
