"""Verification: a session replayed from its kept content, every digest and the final scores compared with what was recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from branchline.engine.actions import Act, Check, Choose, Draw, OpenSop, Submit, TimeOut, Undo
from branchline.engine.events import (
    ChoiceMade,
    DeskActed,
    DrawMade,
    EndingReached,
    SessionResumed,
    SessionStarted,
    SopOpened,
    TicketChecked,
    TicketSubmitted,
    TimedOut,
    Undone,
)
from branchline.engine.play import decide, digest
from branchline.errors import ActionRefused, DamagedData
from branchline.journal.fold import IMPOSSIBLE, Step, fold
from branchline.journal.verified import Difference, Verification, earlier
from branchline.journal.verify_row import compare_author, compare_begin, compare_end
from branchline.scoring import score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.engine.actions import Action
    from branchline.engine.events import Event
    from branchline.engine.play import Content
    from branchline.errors import BranchlineError
    from branchline.journal.model import Entry, SessionRow, StoredStatement
    from branchline.journal.store import Journal
    from branchline.scoring.model import Score

PARTS = ("empathy", "sop", "outcome", "composite")
_CLOSE = 1e-9


def verify_session(journal: Journal, session_id: str) -> Verification:
    """Replay one session and compare; DamagedData where it cannot even be read."""
    row = journal.session(session_id)
    entries = journal.entries(row.id)
    contents = kept_contents(journal)
    last: Step | None = None
    difference: Difference | None = None
    try:
        for step in fold(entries, contents):
            difference = compare_begin(row, step) or _compare_content(step) or _compare(step, last)
            last = step
            if difference is not None:
                break
    except ActionRefused as error:
        difference = _impossible(entries, last.entry.seq + 1 if last is not None else 1, error)
    except DamagedData as error:
        if error.code != IMPOSSIBLE:
            raise
        difference = _impossible(entries, error.seq, error)
    statements = journal.statements(row.id)
    difference = earlier(difference, _compare_chain(journal, row.id, len(entries), statements), compare_author(row, statements))
    if difference is None and last is not None:
        difference = compare_end(row, entries, last.content)
    if difference is None and last is not None and row.status == "completed":
        difference = _compare_scores(row, last.entry.seq, score(last.content, [entry.event for entry in entries]))
    return Verification(row.id, difference is None, len(entries), difference)


def _compare_chain(journal: Journal, session_id: str, entries: int, statements: Sequence[StoredStatement]) -> Difference | None:
    """Whether every entry is still the one that was written after the one before it, and none of the last ones is gone."""
    link = journal.broken_at(session_id)
    if link is not None:
        return Difference(link.seq, f"the entry with sum {link.sum or 'of its own'}", f"{link.data} at {link.at} does not fit it")
    told = max((statement.seq for statement in statements), default=0)
    return Difference(entries + 1, f"an entry that statement {told} tells of", "no entry") if told > entries else None


def _impossible(entries: Sequence[Entry], seq: int, error: BranchlineError) -> Difference:
    return Difference(seq, entries[seq - 1].digest, str(error))


def kept_contents(journal: Journal) -> Callable[[str], Content]:
    """The Scenario or Drill of each content hash that the journal kept, compiled at most once."""
    return contents_of(journal.content)


def contents_of(bundle_of: Callable[[str], Mapping[str, Any]]) -> Callable[[str], Content]:
    """The Scenario or Drill of each content hash, compiled at most once from the bundle that `bundle_of` gives."""
    known: dict[str, Content] = {}

    def content_of(content_hash: str) -> Content:
        if content_hash not in known:
            known[content_hash] = _compiled(bundle_of(content_hash))
        return known[content_hash]

    return content_of


def _compiled(bundle: Mapping[str, Any]) -> Content:
    """What the journal kept, ready to be played."""
    from branchline.content.compile import scenario_from_bundle  # noqa: PLC0415  # compiling costs pydantic, playing on does not
    from branchline.content.compile_drill import drill_from_bundle  # noqa: PLC0415  # as above

    return drill_from_bundle(bundle) if "drill" in bundle else scenario_from_bundle(bundle)


def scores_json(found: Score) -> str:
    """The score parts as the session row keeps them."""
    return json.dumps({part: getattr(found, part) for part in PARTS}, separators=(",", ":"))


def _compare_content(step: Step) -> Difference | None:
    """Whether the content kept under a hash is the content of that hash."""
    event, seq = step.entry.event, step.entry.seq
    if isinstance(event, SessionStarted | SessionResumed) and event.content_hash != step.content.content_hash:
        return Difference(seq, f"content {event.content_hash}", f"content {step.content.content_hash}")
    return None


def _compare(step: Step, earlier: Step | None) -> Difference | None:
    event, seq = step.entry.event, step.entry.seq
    found = digest(step.after)
    if found != step.entry.digest:
        return Difference(seq, step.entry.digest, found)
    if earlier is not None and (step.entry.at <= earlier.entry.at or step.entry.elapsed < earlier.entry.elapsed):
        return Difference(seq, f"at {step.entry.at}, {step.entry.elapsed} s", f"after {earlier.entry.at}, {earlier.entry.elapsed} s")
    again = _again(step)
    return None if again is None or again == event else Difference(seq, repr(event), repr(again))


def _again(step: Step) -> Event | None:
    """The event that the same action brings about; None where nothing but the record can say."""
    event, before = step.entry.event, step.before
    if before is None:
        return None
    if isinstance(event, EndingReached):
        return EndingReached(before.node)
    action = _action_of(event)
    return None if action is None else decide(step.content, before, action)[0]


def _action_of(event: Event) -> Action | None:
    """What the learner did to bring the event about; None for what nobody did, and for a draw that a script named."""
    match event:
        case ChoiceMade():
            return Choose(event.choice)
        case DrawMade():
            return None if event.named else Draw()
        case SopOpened():
            return OpenSop(event.sop)
        case DeskActed():
            return Act(event.verb, event.arguments, event.text, event.minutes)
        case _:
            return _BARE.get(type(event))


_BARE: Mapping[type[Event], Action] = {TimedOut: TimeOut(), Undone: Undo(), TicketChecked: Check(), TicketSubmitted: Submit()}


def _compare_scores(row: SessionRow, seq: int, found: Score) -> Difference | None:
    try:
        recorded = json.loads(row.scores)
    except ValueError:
        recorded = None
    if not isinstance(recorded, dict):
        return Difference(seq, row.scores, scores_json(found))
    for part in PARTS:
        old, new = recorded.get(part), getattr(found, part)
        if not _same(old, new):
            return Difference(seq, f"{part} {old}", f"{part} {new}")
    return None if row.passed == found.passed else Difference(seq, f"passed {row.passed}", f"passed {found.passed}")


def _same(old: object, new: float | None) -> bool:
    if isinstance(old, bool) or not isinstance(old, int | float) or new is None:
        return old is None and new is None
    return abs(old - new) <= _CLOSE
