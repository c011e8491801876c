"""From one recorded event of coaching to the statement that says it, and back.

A comment or review is about the statement of the event that it is pinned to, an answer about the statement of what it answers, a retry
about the decision, a coaching session about the learner. The statement carries the event in the context extension `coaching`, so that
the learner's machine, or another coach's, takes it in from the LRS alone. What is private is not told.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.errors import DamagedData
from branchline.journal import codec
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
from branchline.journal.model import SessionRow, StoredStatement
from branchline.journal.streams import KINDS, StreamEntry
from branchline.xapi import activities, freetext
from branchline.xapi.scene import scene
from branchline.xapi.statements import actor_of, first_role, statement_id
from branchline.xapi.vocabulary import PLATFORM, VERBS, VERSION, Iris

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.engine.events import Event
    from branchline.engine.play import Content
    from branchline.journal.streams import Remark
    from branchline.xapi.statements import Identity

ROLES: Mapping[type[CoachingEvent], str] = {
    CommentMade: "commented",
    CommentShared: "commented",
    CommentResolved: "responded",
    Acknowledged: "responded",
    Disputed: "responded",
    DisputeDecided: "responded",
    SessionReviewed: "reviewed",
    CalibrationOpened: "assigned",
    ChoicesRated: "rated",
    RetryMade: "attempted",
    CoachingHeld: "coached",
    ActionAgreed: "coached",
    ActionClosed: "responded",
    SignedOff: "responded",
}
"""Key of VERBS by kind of event. A retired retry is nobody's deed and is not told."""
ASKED = "asked"
"""Key of VERBS where experts are asked to rate choices: it is about the scenario, and not about anything that was played."""
_TEXT: Mapping[type[CoachingEvent], str] = {
    CommentMade: "text",
    CommentShared: "text",
    Acknowledged: "text",
    Disputed: "reason",
    DisputeDecided: "text",
    SessionReviewed: "text",
    CoachingHeld: "text",
    ActionAgreed: "text",
    ActionClosed: "text",
}
"""The member that people read as the statement's response."""
_ENCODE = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode


def _role(event: CoachingEvent) -> str:
    """Key of VERBS; empty of what is not told."""
    return ASKED if isinstance(event, CalibrationOpened) and event.what == "choices" else ROLES.get(type(event), "")


class Target(NamedTuple):
    """What a statement of coaching is about."""

    object: dict[str, Any]
    registration: str
    """The session that was coached; of retries and plans, the stream."""
    revision: str = ""
    """Of an activity, the version and hash of its content."""


def at_event(session: str, seq: int, event: Event) -> Target:
    """The event `seq` of a session, by the statement that carries it."""
    return Target(_reference(statement_id(session, seq, first_role(event))), session)


def at_remark(remark: Remark, registration: str) -> Target:
    """What somebody said before, by its statement."""
    stream, _, seq = remark.id.rpartition(":")
    return Target(_reference(statement_id(stream, int(seq), _role(remark.event))), registration)


def at_decision(kind: str, content: Content, node: str, registration: str, identity: Identity) -> Target:
    """A node of a scenario, or an act at the desk of a drill."""
    found = scene(kind, content, identity.iri_base, identity.course)
    return Target(found.node(node), registration, f"{content.version}+{content.content_hash}")


def at_content(kind: str, content: Content, registration: str, identity: Identity) -> Target:
    """A scenario or drill as a whole."""
    found = scene(kind, content, identity.iri_base, identity.course)
    return Target(found.play, registration, f"{content.version}+{content.content_hash}")


def at_learner(home_page: str, learner: str, registration: str) -> Target:
    """A learner."""
    return Target({"objectType": "Agent", "account": {"homePage": home_page, "name": learner}}, registration)


def build_coaching(row: SessionRow, entry: StreamEntry, identity: Identity, target: Target) -> list[StoredStatement]:
    """The statement of an event that is shared, waiting to be delivered; none of a private one, and of a retired retry."""
    role = _role(entry.event)
    if not role or not entry.shared:
        return []
    own = statement_id(row.id, entry.seq, role)
    iri, display = VERBS[role]
    result = _result(entry.event)
    statement = {
        "id": own,
        "actor": actor_of(identity),
        "verb": {"id": iri, "display": {"en": display}},
        "object": target.object,
        **({"result": result} if result else {}),
        "context": _context(row, entry, identity, target),
        "timestamp": entry.at,
        "version": VERSION,
    }
    text = _ENCODE(statement)
    if freetext.suspicious(text):
        text = _ENCODE(freetext.mended(statement))
    return [StoredStatement(id=own, session=row.id, seq=entry.seq, role=role, json=text)]


def carries_coaching(statement: Mapping[str, Any]) -> bool:
    """Whether the statement says that it carries an event of coaching; `coaching_of` reads it."""
    return _carried(statement) is not None


def _carried(statement: Mapping[str, Any]) -> Mapping[str, Any] | None:
    context = statement.get("context")
    extensions = context.get("extensions") if isinstance(context, dict) else None
    found = [held for key, held in extensions.items() if key.endswith("/extensions/coaching")] if isinstance(extensions, dict) else []
    return found[0] if found and isinstance(found[0], dict) else None


def later_than_ours(statement: Mapping[str, Any]) -> bool:
    """Whether the statement carries an event that a later version of Branchline wrote."""
    version = (_carried(statement) or {}).get("codec")
    return isinstance(version, int | float) and version > codec.CODEC_VERSION


def coaching_of(statement: Mapping[str, Any]) -> tuple[SessionRow, StreamEntry] | None:
    """The stream's row and the entry that a statement carries; None where it is no statement of coaching of ours, or not as it was sent."""
    data = _carried(statement)
    account = statement.get("actor", {}).get("account") if isinstance(statement.get("actor"), dict) else None
    if data is None or not isinstance(account, dict):
        return None
    try:
        return _read(statement, data, str(account["name"]))
    except (KeyError, ValueError, TypeError, OverflowError, DamagedData):
        return None


def _read(statement: Mapping[str, Any], data: Mapping[str, Any], author: str) -> tuple[SessionRow, StreamEntry] | None:
    event = codec.decode_coaching(codec.retyped(data["event"], codec.COACHING_HINTS), int(data["codec"]))
    seq, stream, kind = int(data["seq"]), str(data["stream"]).lower(), str(data["kind"])
    role = _role(event)
    if kind not in KINDS or str(statement.get("id", "")).lower() != statement_id(stream, seq, role):
        return None
    row = SessionRow(
        id=stream,
        kind=kind,
        content=str(data["subject"]),
        title=str(data["title"]),
        version=int(data["version"]),
        content_hash=str(data["content_hash"]),
        logic_hash=str(data["logic_hash"]),
        learner=author,
        mode=str(data["role"]),
        seed=0,
        language=str(data["language"]),
        status="active",
        started=codec.instant(data["started"]),
    )
    return row, StreamEntry(seq, codec.instant(data["at"]), event)


def _reference(statement: str) -> dict[str, Any]:
    return {"objectType": "StatementRef", "id": statement}


def _result(event: CoachingEvent) -> dict[str, Any]:
    member = _TEXT.get(type(event))
    text = str(getattr(event, member)) if member else ""
    said = {"response": freetext.shareable(text)} if text else {}
    if isinstance(event, SessionReviewed) and event.total >= 0:
        return {**said, "score": {"scaled": event.total / 100, "raw": event.total, "min": 0, "max": 100}}
    if isinstance(event, RetryMade):
        chosen = {"response": event.tried[-1]} if event.tried else {}
        return {**chosen, "completion": event.outcome != "skipped"}
    return said


def _context(row: SessionRow, entry: StreamEntry, identity: Identity, target: Target) -> dict[str, Any]:
    iris = Iris(identity.iri_base)
    course = {"grouping": [activities.course(identity.course, iris)]} if identity.course else {}
    data = {
        "stream": row.id,
        "kind": row.kind,
        "seq": entry.seq,
        "at": entry.at,
        "role": row.mode,
        "subject": row.content,
        "title": row.title,
        "version": row.version,
        "content_hash": row.content_hash,
        "logic_hash": row.logic_hash,
        "language": row.language,
        "started": row.started,
        "codec": codec.CODEC_VERSION,
        "event": codec.encode(entry.event),
    }
    # The standard allows revision and platform only where the object is an activity.
    about = {"revision": target.revision, "platform": PLATFORM} if target.revision else {}
    return {
        "registration": target.registration,
        "contextActivities": {"category": [activities.profile(iris)], **course},
        **about,
        "language": row.language,
        "extensions": {iris.extension("coaching"): data},
    }
