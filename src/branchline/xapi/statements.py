"""From one recorded event to the statements that say it, frozen as text.

Pure: the same Moment always gives the same bytes. The first statement of every event carries the event itself in the context
extension `event`, so that a session is rebuilt from the LRS alone.
"""

from __future__ import annotations

import json
import math
import re
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from branchline.content.compiled import Scenario
from branchline.engine.desk_state import DeskState
from branchline.engine.events import (
    ChoiceMade,
    DeskActed,
    DrawMade,
    EndingReached,
    Event,
    SessionGivenUp,
    SessionResumed,
    SessionStarted,
    SessionSuspended,
    SopOpened,
    TicketChanged,
    TicketChecked,
    TicketSubmitted,
    TimedOut,
    Undone,
)
from branchline.engine.state import State
from branchline.errors import UnknownId
from branchline.journal import codec
from branchline.journal.model import StoredStatement
from branchline.scoring.model import OUTCOME
from branchline.xapi import activities, freetext
from branchline.xapi.scene import scene
from branchline.xapi.vocabulary import PLATFORM, VERBS, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.content.compiled import Choice
    from branchline.engine.play import Content, Position
    from branchline.journal.model import Entry, SessionRow
    from branchline.scoring.model import Deduction, Score
    from branchline.xapi.scene import Scene
    from branchline.xapi.vocabulary import Iris


_ENCODE = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode
_LONGEST_NAME = 200
_WORD = re.compile(r"[A-Za-z0-9_./:-]{1,60}")
"""What an argument of a desk act may look like to be shared: a word, an id, a number; nothing that a person wrote out."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who learns, and under whose names it is said."""

    home_page: str
    """IRI of the system that gave the account name."""
    name: str
    """The opaque account name; never a person's name."""
    iri_base: str
    display_name: str = ""
    """The person's name, only where the learner opted in."""
    course: str = ""
    """Id or IRI of the course that is being taken."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One event with all that its statements say about it."""

    row: SessionRow
    entry: Entry
    content: Content
    """What the event was played with."""
    before: Position | None
    """None at SessionStarted."""
    after: Position
    visit: int
    """How many decisions have been made at the node of the event by then, undone ones and this one included; at least 1."""
    identity: Identity
    score: Score | None
    """At EndingReached and SessionGivenUp, else None."""
    duration: float
    """Seconds of play that this event took, since the one before; statements about the whole session say `entry.elapsed`."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one statement says beyond what all of a Moment's share."""

    role: str
    """Key of VERBS, and the role in the statement's id."""
    target: dict[str, Any]
    result: dict[str, Any]
    extensions: dict[str, Any]


def statement_id(session: str, seq: int, role: str) -> str:
    """UUIDv5 of `seq/role` in the namespace of the session's UUID; ValueError where `session` is no UUID."""
    return str(uuid.uuid5(uuid.UUID(session), f"{seq}/{role}"))


def first_role(event: Event) -> str:
    """The role of the first statement that is made of an event: the one that carries it."""
    return _FIRST[type(event)]


def build(moment: Moment) -> list[StoredStatement]:
    """The statements of one event, in the order in which they happened, waiting to be delivered."""
    return [_stored(moment, part, number) for number, part in enumerate(_parts(moment))]


def duration(seconds: float) -> str:
    """ISO 8601 with hundredths of a second, the precision that xAPI compares; what is negative or no number counts as 0."""
    hundredths = round(seconds * 100) if math.isfinite(seconds) and seconds > 0 else 0
    whole, rest = divmod(hundredths, 100)
    return f"PT{whole}.{rest:02d}S" if rest else f"PT{whole}S"


def _stored(moment: Moment, part: _Part, number: int) -> StoredStatement:
    own = statement_id(moment.row.id, moment.entry.seq, part.role)
    iri, display = VERBS[part.role]
    statement = {
        "id": own,
        "actor": actor_of(moment.identity),
        "verb": {"id": iri, "display": {"en": display}},
        "object": part.target,
        **({"result": part.result} if part.result else {}),
        "context": _context(moment, part, first=number == 0),
        "timestamp": _instant(moment.entry.at, number),
        "version": VERSION,
    }
    text = _ENCODE(statement)
    if freetext.suspicious(text):
        text = _ENCODE(freetext.mended(statement))
    return StoredStatement(id=own, session=moment.row.id, seq=moment.entry.seq, role=part.role, json=text)


def actor_of(identity: Identity) -> dict[str, Any]:
    """Who learns, or coaches, as an Agent."""
    named = {"name": freetext.shareable(identity.display_name, _LONGEST_NAME)} if identity.display_name else {}
    return {"objectType": "Agent", **named, "account": {"homePage": identity.home_page, "name": identity.name}}


def _instant(at: str, number: int) -> str:
    """`at` for the first statement of an event, a millisecond later for each further one."""
    if number == 0:
        return at
    later = datetime.fromisoformat(at).astimezone(UTC) + timedelta(milliseconds=number)
    return later.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _context(moment: Moment, part: _Part, *, first: bool) -> dict[str, Any]:
    row, entry = moment.row, moment.entry
    iris = _iris(moment)
    extensions = dict(part.extensions)
    if first:
        data = {"seq": entry.seq, "at": entry.at, "elapsed": entry.elapsed, "digest": entry.digest}
        sent = shared(entry.event)
        withheld = [name for name, held, given in zip(sent._fields, entry.event, sent, strict=True) if held != given]
        told = {"withheld": withheld} if withheld else {}
        extensions[iris.extension("event")] = {**data, "codec": codec.CODEC_VERSION, "event": codec.encode(sent), **told}
    return {
        "registration": row.id,
        "contextActivities": _scene(moment).around(part.target),
        "revision": f"{moment.content.version}+{moment.content.content_hash}",
        "platform": PLATFORM,
        "language": row.language,
        **({"extensions": extensions} if extensions else {}),
    }


def _parts(moment: Moment) -> list[_Part]:
    return _SAYING[type(moment.entry.event)](moment, moment.entry.event)


def _began(moment: Moment, event: SessionStarted) -> list[_Part]:
    return [_whole(moment, "initialized", {}, {_iris(moment).extension("start"): _start(event, moment.row)})]


def _met(moment: Moment, event: TimedOut | DrawMade | Undone) -> list[_Part]:
    return [_Part("interacted", _scene(moment).node(event.node), _spent(moment), {})]


def _looked(moment: Moment, event: SopOpened) -> list[_Part]:
    return [_Part("interacted", _scene(moment).sop(event.sop), _spent(moment), {})]


def _pause(moment: Moment, event: SessionSuspended | SessionResumed | SessionGivenUp) -> _Part:
    if isinstance(event, SessionGivenUp):
        return _whole(moment, "exited", {"completion": False, **_so_far(moment), **_composed(moment)})
    if isinstance(event, SessionSuspended):
        return _whole(moment, "suspended", _so_far(moment))
    frozen = {"content_hash": event.content_hash, "logic_hash": moment.row.logic_hash}
    return _whole(moment, "resumed", _so_far(moment), {_iris(moment).extension("start"): frozen})


def _iris(moment: Moment) -> Iris:
    return _scene(moment).iris


def _scene(moment: Moment) -> Scene:
    return scene(moment.row.kind, moment.content, moment.identity.iri_base, moment.identity.course)


def _whole(moment: Moment, role: str, result: dict[str, Any], extensions: dict[str, Any] | None = None) -> _Part:
    """A statement about the whole scenario."""
    return _Part(role, _scene(moment).play, result, extensions or {})


def _so_far(moment: Moment) -> dict[str, Any]:
    return {"duration": duration(moment.entry.elapsed)}


def _spent(moment: Moment) -> dict[str, Any]:
    return {"duration": duration(moment.duration)}


def _start(event: SessionStarted, row: SessionRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "started": row.started,
        "seed": event.seed,
        "mode": event.mode,
        "tier": event.tier,
        "weights": list(event.weights),
        "pass_mark": event.pass_mark,
        "content_hash": event.content_hash,
        "logic_hash": event.logic_hash,
        "facts": dict(event.facts),
        "untimed": event.untimed,
    }


def shared(event: Event) -> Event:
    """The event without what the learner wrote: free text stays on the machine (statements page, "What is emitted")."""
    if not isinstance(event, DeskActed):
        return event
    kept = tuple((name, value) for name, value in event.arguments if not isinstance(value, str) or _WORD.fullmatch(value))
    return event._replace(text="", message="", arguments=kept)


def _worked(moment: Moment, event: DeskActed | TicketChanged | TicketChecked) -> _Part:
    """An act at the desk, or what came in, about the ticket as a part of the simulation."""
    iris = _iris(moment)
    data: dict[str, Any] = {"minutes": moment.after.minutes if isinstance(moment.after, DeskState) else 0.0}
    if isinstance(event, DeskActed):
        sent = shared(event)
        arguments = dict(sent.arguments) if isinstance(sent, DeskActed) else {}
        data |= {"act": event.verb, "ok": event.ok, "code": event.code, "tells": list(event.tells), "fields": list(event.fields)}
        data["arguments"] = arguments
    name = event.verb if isinstance(event, DeskActed) else "ticket"
    target = _scene(moment).node(name)
    return _Part("interacted", target, {**_spent(moment), "extensions": {iris.extension("act"): data}}, {})


def _submitted(moment: Moment) -> _Part:
    passed = {} if moment.score is None else {"success": moment.score.passed}
    return _whole(moment, "submit", {**passed, **_graded(moment.score), **_so_far(moment), **_composed(moment)})


def _reply(moment: Moment, event: ChoiceMade) -> _Part:
    if not isinstance(moment.content, Scenario) or not isinstance(moment.after, State):
        raise UnknownId("A drill has no replies to choose.")
    node = moment.content.node(event.node)
    choice = moment.content.choice(event.node, event.choice)
    if node is None or choice is None:
        raise UnknownId(f"The scenario has no choice `{event.node}.{event.choice}`.")
    judged: dict[str, Any] = {}
    if any(each.e is not None for each in node.choices):
        judged["success"] = choice.id in activities.best_choices(node)
        if choice.e is not None:
            judged["score"] = {"scaled": choice.e}
    data = _reply_data(moment, event, choice, moment.after)
    result = {**judged, "response": choice.id, **_spent(moment), "extensions": {_iris(moment).extension("reply"): data}}
    return _Part("answered", _scene(moment).node(node.id), result, {})


def _reply_data(moment: Moment, event: ChoiceMade, choice: Choice, after: State) -> dict[str, Any]:
    return {
        "node": event.node,
        "choice": event.choice,
        "visit": moment.visit,
        "open": list(event.open),
        "quality": choice.word,
        "levels": dict(choice.levels),
        "flags": list(choice.flags),
        "critical": choice.critical,
        "next": after.node,
        "trust": after.trust,
        "heat": after.heat,
        "steps": [deed.name for deed in choice.does if deed.step],
        "steps_done": list(after.steps),
    }


def _ended(moment: Moment) -> list[_Part]:
    scored = {**_graded(moment.score), **_so_far(moment)}
    completed = _whole(moment, "completed", {"completion": True, **scored, **_composed(moment)})
    terminated = _whole(moment, "terminated", _so_far(moment))
    if moment.score is None:
        return [completed, terminated]
    passed = moment.score.passed
    return [completed, _whole(moment, "passed" if passed else "failed", {"success": passed, **scored}), terminated]


def _graded(score: Score | None) -> dict[str, Any]:
    """The composite as an xAPI score; nothing where there is none."""
    if score is None or score.composite is None:
        return {}
    raw = min(100.0, max(0.0, score.composite))
    return {"score": {"scaled": raw / 100, "raw": raw, "min": 0, "max": 100}}


def _composed(moment: Moment) -> dict[str, Any]:
    """The parts of the score as a result's extensions; nothing where there is no score."""
    if (score := moment.score) is None:
        return {}
    parts = {
        "empathy": score.empathy,
        "sop": score.sop,
        "outcome": score.outcome,
        "composite": score.composite,
        "profile": dict(score.profile),
        "passed": score.passed,
        "critical": [{"kind": each.kind, "reason": each.reason, "seq": each.seq} for each in score.critical],
        "flags": [{"flag": flag, "seq": seq} for flag, seq in score.flags],
        "trust": score.trust,
        "heat": score.heat,
        "effort": score.effort,
        "csat_proxy": score.csat_proxy,
        "fcr_proxy": score.fcr_proxy,
        "escalation_proxy": score.escalation_proxy,
        "ended": score.ended,
        "procedure": score.procedure,
        "record": score.record,
        "timing": score.timing,
        "deductions": [_lost(each, drill=not isinstance(moment.content, Scenario)) for each in score.deductions],
    }
    ending = {"ending": event.ending} if isinstance(event := moment.entry.event, EndingReached) else {}
    return {"extensions": {_iris(moment).extension("score"): {**ending, **parts}}}


def _lost(lost: Deduction, *, drill: bool) -> dict[str, Any]:
    """A deduction; what a field holds instead of what was expected may have been typed by the learner, and stays on the machine."""
    held, found, _ = lost.reason.partition(" is ")
    typed = drill and found and (lost.part == OUTCOME or lost.kind == "record")
    reason = f"{held} is not what was expected." if typed else lost.reason
    return {**asdict(lost), "reason": reason}


_SAYING: Mapping[type[Event], Callable[[Moment, Any], list[_Part]]] = {
    SessionStarted: _began,
    ChoiceMade: lambda moment, event: [_reply(moment, event)],
    TimedOut: _met,
    DrawMade: _met,
    Undone: _met,
    SopOpened: _looked,
    DeskActed: lambda moment, event: [_worked(moment, event)],
    TicketChanged: lambda moment, event: [_worked(moment, event)],
    TicketChecked: lambda moment, event: [_worked(moment, event)],
    TicketSubmitted: lambda moment, _event: [_submitted(moment), *_ended(moment)],
    EndingReached: lambda moment, _event: _ended(moment),
    SessionSuspended: lambda moment, event: [_pause(moment, event)],
    SessionResumed: lambda moment, event: [_pause(moment, event)],
    SessionGivenUp: lambda moment, event: [_pause(moment, event)],
}
"""What is said of each kind of event."""

_FIRST: Mapping[type[Event], str] = {
    SessionStarted: "initialized",
    ChoiceMade: "answered",
    TimedOut: "interacted",
    DrawMade: "interacted",
    Undone: "interacted",
    SopOpened: "interacted",
    DeskActed: "interacted",
    TicketChanged: "interacted",
    TicketChecked: "interacted",
    TicketSubmitted: "submit",
    EndingReached: "completed",
    SessionSuspended: "suspended",
    SessionResumed: "resumed",
    SessionGivenUp: "exited",
}
"""By kind of event, the role of the first of its statements."""
