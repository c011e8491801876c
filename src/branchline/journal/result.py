"""`branchline.result/1`: a session as one JSON document, the same from every front end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.engine.desk_state import DeskState
from branchline.engine.events import ChoiceMade, DeskActed, SessionResumed, Undone
from branchline.engine.standing import standing
from branchline.scoring import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.engine.events import Event
    from branchline.engine.play import Content, Position
    from branchline.journal.model import Entry, SessionRow
    from branchline.journal.transcript import Transcript
    from branchline.scoring.model import Score


def result(
    row: SessionRow,
    entries: Sequence[Entry],
    content: Content,
    state: Position,
    told: Transcript,
    notices: Sequence[str],
    statements: int,
    judgements: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The document; `errors` stays empty, for it belongs to whoever followed a script. Numbers are null where a part says nothing.

    `judgements` are those of the decisions that stand, as coaching makes them.
    """
    events = [entry.event for entry in entries]
    found = score(content, events)
    stands = standing(events)
    return {
        "format": "branchline.result/1",
        "session": row.id,
        "kind": row.kind,
        "id": row.content,
        "version": row.version,
        "hash": row.content_hash,
        "mode": row.mode,
        "seed": row.seed,
        "learner": row.learner,
        "status": row.status,
        "ending": state.node if state.ended else None,
        "path": [f"{event.node}.{event.choice}" for _, event in stands if isinstance(event, ChoiceMade)],
        "undone": sum(isinstance(event, Undone) for event in events),
        "scores": {"empathy": found.empathy, "sop": found.sop, "outcome": found.outcome, "composite": found.composite},
        "profile": dict(found.profile),
        "passed": found.passed,
        "critical": [
            {"kind": error.kind, "reason": error.reason, "seq": error.seq, "line": told.line_of(error.seq)} for error in found.critical
        ],
        "deductions": _deductions(found, told),
        "judgements": list(judgements),
        "statements": statements,
        "errors": [],
        "notices": [*notices, *_earlier_notices(events, notices)],
        **_end_state(state, [event for _, event in stands]),
        "review": content.review_status,
        "csat_proxy": found.csat_proxy,
        "fcr_proxy": found.fcr_proxy,
        "escalation_proxy": found.escalation_proxy,
    }


def _earlier_notices(events: Sequence[Event], told: Sequence[str]) -> list[str]:
    """What earlier resumes had to give up, as far as it is not told already."""
    return [notice for event in events if isinstance(event, SessionResumed) for notice in event.notices if notice not in told]


def _end_state(state: Position, events: Sequence[Event]) -> dict[str, Any]:
    """Where it stands: variables, trust and heat of a conversation; acts, ticket and records of a drill."""
    if isinstance(state, DeskState):
        acts = [{"do": event.verb, "ok": event.ok, "code": event.code} for event in events if isinstance(event, DeskActed)]
        return {"acts": acts, "ticket": state.ticket, "records": state.records, "minutes": state.minutes}
    return {"variables": state.variables, "trust": state.trust, "heat": state.heat}


def _deductions(found: Score, told: Transcript) -> list[dict[str, Any]]:
    return [
        {
            "part": lost.part,
            "lost": lost.lost,
            "dimension": lost.dimension,
            "sop": lost.sop,
            "step": lost.step,
            "kind": lost.kind,
            "reason": lost.reason,
            "seq": lost.seq,
            "line": told.line_of(lost.seq),
        }
        for lost in found.deductions
    ]
