"""Sessions rebuilt from statements alone, whatever order, company or dress an LRS gives them back in.

A rebuilt conversation equals the recorded one. A rebuilt drill does too, except for what the learner wrote at the desk: that
text, and the desk's answer to it, never leave the machine. The statement of such an act says which members it leaves out, and since
every later state of the desk holds that text, digests from the first such act on are empty: they are compared only before it.
The desk decides an act anew when it is replayed, and cannot without its text; what was scored is read from the statements instead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from branchline.engine.events import (
    EndingReached,
    SessionGivenUp,
    SessionResumed,
    SessionStarted,
    SessionSuspended,
    TicketSubmitted,
)
from branchline.errors import DamagedData
from branchline.journal import codec
from branchline.journal.model import Entry, SessionRow
from branchline.journal.verify import PARTS
from branchline.scoring.model import Critical, Deduction, Score
from branchline.xapi.statements import statement_id
from branchline.xapi.vocabulary import PLATFORM, VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchline.engine.events import Event

_ROLES = {iri: role for role, (iri, _) in VERBS.items()}


@dataclass(frozen=True, slots=True)
class Carried:
    """One event as its statement carries it."""

    registration: str
    entry: Entry
    withheld: tuple[str, ...]
    """Names of the event's members that stayed on the learner's machine."""
    statement: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A session made of statements."""

    row: SessionRow
    entries: tuple[Entry, ...]
    withheld: tuple[int, ...]
    """The seq of every entry that lacks something; empty where the session can be replayed."""
    score: Score | None = None
    """The score as its statements tell it; None where they do not, or not with its deductions."""


def session_from(statements: Iterable[Mapping[str, Any]]) -> tuple[SessionRow, list[Entry]]:
    """Row and entries of the one session that the statements tell of; raises what `rebuilt` does."""
    found = rebuilt(statements)
    return found.row, list(found.entries)


def rebuilt(statements: Iterable[Mapping[str, Any]]) -> Rebuilt:
    """The session that the statements tell of; foreign, repeated and voided ones among them do not matter, nor does their order.

    Raises DamagedData: code `no-session` where they tell of none, `several-sessions` where of more than one, `entry-missing` with the
    seq where one has not arrived, `damaged-event` where an event is not what was sent.
    """
    known: dict[int, Carried] = {}
    gone: set[str] = set()
    registrations: set[str] = set()
    for statement in statements:
        if target := voided(statement):
            gone.add(target)
        elif (found := carried(statement)) is not None:
            known.setdefault(found.entry.seq, found)
            registrations.add(found.registration)
    if len(registrations) > 1:
        raise DamagedData("The statements tell of more than one session.", code="several-sessions")
    told = [known[seq] for seq in sorted(known) if _id(known[seq].statement) not in gone]
    return _whole(told)


def voided(statement: Mapping[str, Any]) -> str:
    """The id, in lower case, of the statement that this one voids; empty where it voids none."""
    target = statement.get("object")
    if _member(statement, "verb").get("id") != VERBS["voided"][0] or not isinstance(target, dict):
        return ""
    return str(target.get("id", "")).lower() if target.get("objectType") == "StatementRef" else ""


def carried(statement: Mapping[str, Any]) -> Carried | None:
    """The event in the statement; None where it carries none, or has not the id that our statement of that event has.

    DamagedData where it is ours and cannot be read.
    """
    data = _event(statement)
    registration = str(_member(statement, "context").get("registration", "")).lower()
    if data is None or not _ours(statement, registration, data):
        return None
    try:
        seq, at, elapsed, digest = int(data["seq"]), codec.instant(data["at"]), float(data["elapsed"]), str(data["digest"])
        event = codec.decode(codec.retyped(data["event"], codec.HINTS), int(data["codec"]))
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise DamagedData("A statement's event is not what was sent.", where=registration, code="damaged-event") from error
    withheld = tuple(str(name) for name in data.get("withheld", ()))
    return Carried(registration, Entry(seq, at, elapsed, event, digest), withheld, statement)


def _event(statement: Mapping[str, Any]) -> Mapping[str, Any] | None:
    context = _member(statement, "context")
    return _extension(context, "event") if context.get("platform") == PLATFORM else None


def _extension(holder: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Our extension of that name, under whatever base it was sent."""
    for key, value in _member(holder, "extensions").items():
        if key.endswith(f"/extensions/{name}") and isinstance(value, dict):
            return value
    return None


def _member(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _id(statement: Mapping[str, Any]) -> str:
    return str(statement.get("id", "")).lower()


def _ours(statement: Mapping[str, Any], registration: str, data: Mapping[str, Any]) -> bool:
    role = _ROLES.get(str(_member(statement, "verb").get("id", "")), "")
    try:
        return _id(statement) == statement_id(registration, int(data["seq"]), role)
    except (KeyError, ValueError, TypeError, OverflowError):
        return False


def _whole(told: list[Carried]) -> Rebuilt:
    if not told:
        raise DamagedData("The statements tell of no session.", code="no-session")
    for seq, found in enumerate(told, start=1):
        if found.entry.seq != seq:
            missing = DamagedData(f"Entry {seq} of the session has not arrived.", where=found.registration, code="entry-missing")
            raise missing
    row = _begun(told[0])
    for found in told[1:]:
        row = _moved(row, found)
    withheld = tuple(found.entry.seq for found in told if found.withheld)
    bare = withheld[0] if withheld else len(told) + 1
    entries = tuple(found.entry if found.entry.seq < bare else replace(found.entry, digest="") for found in told)
    return Rebuilt(row, entries, withheld, _told_score(told[-1].statement))


def _begun(first: Carried) -> SessionRow:
    event = first.entry.event
    if not isinstance(event, SessionStarted):
        raise DamagedData("A session does not begin with its start.", where=first.registration, code="damaged-event")
    start = _extension(_member(first.statement, "context"), "start") or {}
    names = _member(_member(_member(first.statement, "object"), "definition"), "name")
    return SessionRow(
        id=first.registration,
        kind=event.kind,
        content=event.id,
        title=str(start.get("title") or next(iter(names.values()), event.id)),
        version=event.version,
        content_hash=event.content_hash,
        logic_hash=event.logic_hash,
        learner=str(_member(_member(first.statement, "actor"), "account").get("name", "")),
        mode=event.mode,
        seed=event.seed,
        language=event.language,
        status="active",
        started=str(start.get("started") or first.entry.at),
    )


def _moved(row: SessionRow, found: Carried) -> SessionRow:
    """The row after one more event, as the recorder changes it."""
    event: Event = found.entry.event
    if isinstance(event, SessionSuspended):
        return replace(row, status="suspended")
    if isinstance(event, SessionResumed):
        return _resumed(row, event, found)
    if isinstance(event, SessionGivenUp):
        return replace(row, status="abandoned", ended=found.entry.at, passed=False)
    if isinstance(event, EndingReached | TicketSubmitted):
        score = _extension(_member(found.statement, "result"), "score")
        done = replace(row, status="completed", ended=found.entry.at)
        return done if score is None else _scored(done, score)
    return row


def _resumed(row: SessionRow, event: SessionResumed, found: Carried) -> SessionRow:
    context = _member(found.statement, "context")
    start = _extension(context, "start") or {}
    version = str(context.get("revision", "")).partition("+")[0]
    return replace(
        row,
        status="active",
        content_hash=event.content_hash,
        version=int(version) if version.isdecimal() else row.version,
        logic_hash=str(start.get("logic_hash") or row.logic_hash),
    )


def _scored(row: SessionRow, score: Mapping[str, Any]) -> SessionRow:
    passed = score.get("passed")
    scores = json.dumps({part: score.get(part) for part in PARTS}, separators=(",", ":"))
    return replace(row, scores=scores, passed=passed if isinstance(passed, bool) else None)


def _told_score(statement: Mapping[str, Any]) -> Score | None:
    """The score that the last statement of a session carries."""
    told = _extension(_member(statement, "result"), "score")
    if told is None or "deductions" not in told:
        return None
    members = {each.name for each in fields(Score)} - {"critical", "deductions", "flags"}
    try:
        return Score(
            **{name: told[name] for name in members},
            critical=tuple(Critical(**each) for each in told["critical"]),
            deductions=tuple(Deduction(**each) for each in told["deductions"]),
            flags=tuple((str(each["flag"]), int(each["seq"])) for each in told["flags"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
