"""Whether the row of a session or stream says what its events, its content and its statements say."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from branchline.engine.events import FINAL, SessionGivenUp, SessionStarted, SessionSuspended
from branchline.journal.model import UNFINISHED
from branchline.journal.verified import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.engine.play import Content
    from branchline.journal.fold import Step
    from branchline.journal.model import Entry, SessionRow, StoredStatement

AT_MOST_BEFORE = timedelta(seconds=10)
"""How long before its first entry a session may have begun: the row of old ones was made a moment before that was written."""


def compare_begin(row: SessionRow, step: Step) -> Difference | None:
    """Whether the row says of the session what its first event says."""
    event = step.entry.event
    if not isinstance(event, SessionStarted):
        return None
    listed = (row.kind, row.content, row.mode, row.seed, row.language)
    begun = (event.kind, event.id, event.mode, event.seed, event.language)
    if listed != begun:
        return Difference(step.entry.seq, str(listed), str(begun))
    if row.title != step.content.title:
        return Difference(step.entry.seq, f"title {row.title}", f"title {step.content.title}")
    if not timedelta(0) <= _between(row.started, step.entry.at) <= AT_MOST_BEFORE:
        return Difference(step.entry.seq, f"started {row.started}", f"its first entry at {step.entry.at}")
    return None


def compare_end(row: SessionRow, entries: Sequence[Entry], content: Content) -> Difference | None:
    """Whether the row says how the session stands after its last event, and what it was played with last."""
    seq = entries[-1].seq
    listed = (row.version, row.content_hash, row.logic_hash)
    played = (content.version, content.content_hash, content.logic_hash)
    if listed != played:
        return Difference(seq, f"content {listed}", f"content {played}")
    final = next((entry for entry in entries if isinstance(entry.event, FINAL)), None)
    wanted = _statuses(entries[-1], final)
    if row.status not in wanted:
        return Difference(seq, f"status {row.status}", f"status {' or '.join(wanted)}")
    ended = final.at if final else ""
    if row.ended != ended:
        return Difference(seq, f"ended {row.ended or 'never'}", f"ended {ended or 'never'}")
    if row.status == "completed":
        return None
    verdict = False if row.status == "abandoned" else None
    found = (row.passed, row.scores)
    return None if found == (verdict, "") else Difference(seq, f"passed {row.passed}, scores {row.scores}", f"passed {verdict}, no scores")


def compare_author(row: SessionRow, statements: Iterable[StoredStatement]) -> Difference | None:
    """Whether the one that the row names is the one that its statements tell of; events name nobody."""
    for statement in statements:
        told = _actor(statement.json)
        if told and told != row.learner:
            return Difference(statement.seq, f"learner {row.learner}", f"learner {told}, of whom a statement tells")
    return None


def _statuses(last: Entry, final: Entry | None) -> tuple[str, ...]:
    """Without an end, what was stopped is suspended; else a program plays it, or was killed, or its file was torn there."""
    if final is not None:
        return ("abandoned",) if isinstance(final.event, SessionGivenUp) else ("completed",)
    return ("suspended",) if isinstance(last.event, SessionSuspended) else UNFINISHED


def _between(earlier: str, later: str) -> timedelta:
    try:
        return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    except (ValueError, TypeError):
        return timedelta(days=-1)


def _actor(text: str) -> str:
    try:
        name = json.loads(text)["actor"]["account"]["name"]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(name)
