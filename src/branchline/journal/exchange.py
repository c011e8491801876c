"""One session as one file of JSON lines, in which any change is found.

    {"format":"branchline.session/1","codec":1,"session":{…},"content":{…},"earlier":{hash:{…}},"sum":"…"}
    {"seq":1,"at":…,"elapsed":…,"event":{…},"digest":…,"sum":"…"}          one per entry
    {"id":…,"seq":…,"role":…,"json":…,"state":…,…,"sum":"…"}              one per statement
    {"stream":{…row},"remarks":[{"seq":…,"at":…,"event":{…}},…],"pinned":{hash:{…}},"sum":"…"} one per stream of coaching about it
    {"entries":n,"statements":m,"streams":k,"sum":"…"}

Every `sum` is the SHA-256, in hex, of the sum before it (none before the first) followed by its own line up to `,"sum"`.
So the first line whose sum is off is the line that was changed, or the one where lines were removed or added.
Of the streams only what was shared goes along, unless everything is asked for; a file without `streams` has none.
`pinned` holds the rubrics that it was scored with, `earlier` the content that the session was played with before it went on with an edited
one; both are missing where there are none.
All lines are ASCII.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, NoReturn

from branchline.content.hashes import canonical_hash
from branchline.engine.events import FINAL, SessionResumed, SessionStarted
from branchline.errors import DamagedData, UnknownId
from branchline.journal import codec
from branchline.journal.model import FINISHED, STATUSES, Entry, SessionRow, StoredStatement
from branchline.journal.store import STATES
from branchline.journal.streams import CALIBRATION, COACHING, StreamEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from branchline.journal.store import Journal

FORMAT = "branchline.session/1"
"""The first member of the first line."""
REDACTED = "branchline.session-redacted/1"
"""The same of a copy without names: it is for reading, and no session."""

ABOUT_SESSIONS = (COACHING, CALIBRATION)
"""Kinds of streams that go along with the session they are about."""
_SUM = ',"sum":"'
_TAIL = len(_SUM) + 64 + len('"}')
_ASK_AGAIN = "Ask for the file again, or export the session once more."


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What an exported file holds, checked."""

    row: SessionRow
    bundle: Mapping[str, Any]
    entries: tuple[Entry, ...]
    statements: tuple[StoredStatement, ...]
    notices: tuple[str, ...] = ()
    """One sentence for each thing that a torn file has lost."""
    earlier: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Bundles by hash of what was played before the session went on with an edited one."""
    streams: tuple[tuple[SessionRow, tuple[StreamEntry, ...]], ...] = ()
    """What people said of the session."""
    pinned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Bundles by hash of the rubrics that it was scored with."""


def export_session(journal: Journal, id: str, *, private: bool = False, without: Collection[str] = ()) -> str:  # noqa: A002 - the word of the model
    """The session as text, each line ended by a newline; UnknownId where there is no such session.

    With it goes what people shared about it, with `private` also what they did not; streams `without` stay here.
    """
    with journal.snapshot():
        row = journal.session(id)
        bundle, entries, statements = journal.content(row.content_hash), journal.entries(row.id), journal.statements(row.id)
        earlier = {known: journal.content(known) for known in sorted(_played(entries) - {row.content_hash})}
        streams = [line for kind in ABOUT_SESSIONS for line in _streams(journal, kind, row.id, without, private=private)]
    head = {"format": FORMAT, "codec": codec.CODEC_VERSION, "session": asdict(row), "content": bundle}
    lines: list[dict[str, Any]] = [{**head, "earlier": earlier} if earlier else head]
    lines += [{**_members(entry, "event"), "event": codec.encode(entry.event)} for entry in entries]
    lines += [_members(statement, "session") for statement in statements]
    lines += streams
    lines.append({"entries": len(entries), "statements": len(statements), "streams": len(streams)})
    return "".join(summed(lines))


def _streams(journal: Journal, kind: str, session: str, without: Collection[str], *, private: bool) -> list[dict[str, Any]]:
    found = []
    for row in (each for each in journal.streams.rows(kind, session) if each.id not in without):
        entries = [entry for entry in journal.streams.entries(row.id) if entry.shared or private]
        said = [{"seq": each.seq, "at": each.at, "event": codec.encode(each.event), "shared": each.shared} for each in entries]
        pinned = journal.streams.pinned(entries)
        found += [{"stream": asdict(row), "remarks": said, **({"pinned": pinned} if pinned else {})}] if said else []
    return found


def parse_session(text: str) -> SessionFile:
    """What `export_session` wrote.

    A file that was cut in the middle of a line gives what its whole lines hold, and says so in `notices`. Raises DamagedData that
    names the entry where the file was changed, or says that its end is missing.
    """
    lines, torn = _checked(text)
    head = lines[0]
    if head.get("format") == REDACTED:
        hint = "Ask for the session exported with `--names keep`."
        raise DamagedData("A copy without names cannot be the session again.", hint=hint, code="export-redacted")
    if head.get("format") != FORMAT:
        raise DamagedData(f"The first line does not say {FORMAT}.", hint="Export the session with this version.", code="export-format")
    row = _row(_member(head, "session", dict, "the first line"))
    bundle = _member(head, "content", dict, "the first line")
    earlier = _earlier(head)
    version = _member(head, "codec", int, "the first line")
    entries = tuple(_entry(line, number, version) for number, line in enumerate((line for line in lines[1:] if "event" in line), start=1))
    statements = tuple(_statement(line, row.id) for line in lines[1:] if "role" in line)
    streams = tuple(_stream(line, version) for line in lines[1:] if "stream" in line)
    pinned = {known: bundle for line in lines[1:] if "stream" in line for known, bundle in _pinned(line).items()}
    if not torn:
        counted = (lines[-1].get("entries"), lines[-1].get("statements"), lines[-1].get("streams", 0))
        if counted != (len(entries), len(statements), len(streams)):
            raise DamagedData("The last line counts other lines than there are.", hint=_ASK_AGAIN, code="export-changed")
        return SessionFile(row, bundle, entries, statements, earlier=earlier, streams=streams, pinned=pinned)
    return SessionFile(_still_true(row, entries), bundle, entries, statements, (_loss(entries, statements),), earlier, streams, pinned)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an exported file brought into a journal."""

    row: SessionRow
    """The session as the journal now has it."""
    known: bool
    """Whether the journal had the session before."""
    entries: int
    statements: int
    remarks: int

    @property
    def anything(self) -> bool:
        """Whether it brought anything at all."""
        return not self.known or any((self.entries, self.statements, self.remarks))


def import_session(journal: Journal, text: str, *, tell: Callable[[str], None] | None = None) -> Imported:
    """Record the session of an exported file; `tell` gets each notice of a torn file.

    A session that the journal has already gains the entries it lacks, and keeps where its statements' delivery stands. Raises
    DamagedData where the file was changed, or where the journal's session of that id went another way.
    """
    given = parse_session(text)
    known = _known(journal, given.row.id)
    _refuse_other_way(given, known)
    kept = {statement.id for statement in journal.statements(given.row.id)} if known else set()
    statements = [statement for statement in given.statements if statement.id not in kept]
    entries = given.entries[len(known) :]
    if not known or entries:
        content = (given.row.content_hash, given.bundle)
        journal.write(given.row.id, row=given.row, content=content, earlier=given.earlier, entries=entries, statements=statements)
    elif statements:
        journal.write(given.row.id, statements=statements)
    said = sum(journal.streams.adopt(row, remarks, given.pinned) for row, remarks in given.streams)
    if tell is not None:
        for notice in given.notices:
            tell(notice)
    return Imported(journal.session(given.row.id), bool(known), len(entries), len(statements), said)


def _played(entries: Iterable[Entry]) -> set[str]:
    """The hash of every content that the session was played with."""
    return {entry.event.content_hash for entry in entries if isinstance(entry.event, SessionStarted | SessionResumed)}


def _earlier(head: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    where = "the earlier content in the first line"
    given = _member({"earlier": {}, **head}, "earlier", dict, where)
    return {known: _member(given, known, dict, where) for known in given}


def _members(record: Entry | StoredStatement, without: str) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record) if each.name != without}


def summed(lines: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Each line as JSON with its sum, which holds those before it too."""
    total = ""
    for line in lines:
        body = codec.dumps(line)[:-1]
        total = _sum(total, body)
        yield f'{body}{_SUM}{total}"}}\n'


def _sum(before: str, body: str) -> str:
    return hashlib.sha256((before + body).encode("utf-8", "surrogatepass")).hexdigest()


def _checked(text: str) -> tuple[list[dict[str, Any]], bool]:
    """Every whole line with its sum right, the last one the footer unless the file is torn; and whether it is torn."""
    raw = text.split("\n")
    ended = raw[-1] == ""
    if ended:
        raw.pop()
    if not raw:
        _refuse_line([])
    lines: list[dict[str, Any]] = []
    total = ""
    for index, line in enumerate(raw):
        body = line[:-_TAIL]
        expected = _sum(total, body)
        if line != f'{body}{_SUM}{expected}"}}':
            if index == len(raw) - 1 and index > 0 and not ended:
                return lines, True
            _refuse_line(lines)
        if lines and _is_footer(lines[-1]):
            raise DamagedData("Something follows the end of the session.", hint=_ASK_AGAIN, code="export-changed")
        total = expected
        lines.append(_object(codec.loads(body + "}")))
    torn = not _is_footer(lines[-1])
    if torn and ended:
        raise DamagedData("The end of the file is missing.", where=_after(lines), hint=_ASK_AGAIN, code="export-cut")
    return lines, torn


def _is_footer(line: Mapping[str, Any]) -> bool:
    return "entries" in line


def _refuse_line(before: list[dict[str, Any]]) -> NoReturn:
    """The line after those is not what was exported."""
    entries = sum("event" in line for line in before)
    if not before:
        what = "The first line is not what was exported, or this is no exported session."
    elif any("role" in line for line in before):
        what = f"A line after entry {entries}, among the statements, is not what was exported."
    else:
        what = f"Entry {entries + 1} (seq {entries + 1}) is not what was exported."
    raise DamagedData(what, where=f"line {len(before) + 1}", hint=f"The file was changed or damaged. {_ASK_AGAIN}", code="export-changed")


def _after(lines: list[dict[str, Any]]) -> str:
    return f"after entry {sum('event' in line for line in lines)}"


def _object(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise DamagedData("A line is not an object.", code="export-changed")
    return data


def _member(line: Mapping[str, Any], name: str, kind: type | tuple[type, ...], where: str) -> Any:
    value = line.get(name)
    right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if not right or (isinstance(value, float) and not math.isfinite(value)):
        raise DamagedData(f"`{name}` is missing or of another type.", where=where, hint=_ASK_AGAIN, code="export-changed")
    return value


def _row(data: Mapping[str, Any], where: str = "the session in the first line") -> SessionRow:
    numbers = {"version", "seed"}
    values = {
        each.name: _member(data, each.name, int if each.name in numbers else str, where)
        for each in fields(SessionRow)
        if each.name != "passed"
    }
    if values["status"] not in STATUSES:
        raise DamagedData("`status` is no status of a session.", where=where, code="export-changed")
    return SessionRow(**values, passed=None if data.get("passed") is None else _member(data, "passed", bool, where))


def _entry(line: Mapping[str, Any], number: int, version: int) -> Entry:
    where = f"entry {number}"
    if _member(line, "seq", int, where) != number:
        raise DamagedData("An entry is missing or out of order.", where=where, hint=_ASK_AGAIN, code="export-changed")
    at, digest = (_member(line, name, str, where) for name in ("at", "digest"))
    try:
        event = codec.decode(line["event"], version)
        codec.instant(at)
    except DamagedData as error:
        error.where = where
        raise
    return Entry(number, at, _member(line, "elapsed", (int, float), where), event, digest)


def _statement(line: Mapping[str, Any], session: str) -> StoredStatement:
    where = "a statement"
    texts = {name: _member(line, name, str, where) for name in ("id", "role", "json", "state", "error")}
    numbers = {name: _member(line, name, int, where) for name in ("seq", "attempts", "status")}
    if texts["state"] not in STATES:
        raise DamagedData("`state` is no delivery state of a statement.", where=where, code="export-changed")
    return StoredStatement(session=session, **texts, **numbers)


def _stream(line: Mapping[str, Any], version: int) -> tuple[SessionRow, tuple[StreamEntry, ...]]:
    where = "a stream of coaching"
    row = _row(_member(line, "stream", dict, where), where)
    if row.kind not in ABOUT_SESSIONS:
        raise DamagedData("`kind` is no kind of stream about a session.", where=where, code="export-changed")
    return row, tuple(_stream_entry(_object(each), version, where) for each in _member(line, "remarks", list, where))


def _pinned(line: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    where = "a rubric of a stream of coaching"
    given = _member({"pinned": {}, **line}, "pinned", dict, where)
    found = {known: _member(given, known, dict, where) for known in given}
    if any(canonical_hash(bundle) != known for known, bundle in found.items()):
        raise DamagedData("A rubric is not the one that was scored with.", where=where, hint=_ASK_AGAIN, code="export-changed")
    return found


def _stream_entry(said: Mapping[str, Any], version: int, where: str) -> StreamEntry:
    seq, at = _member(said, "seq", int, where), codec.instant(_member(said, "at", str, where))
    return StreamEntry(seq, at, codec.decode_coaching(said.get("event"), version), _member(said, "shared", bool, where))


def _still_true(row: SessionRow, entries: tuple[Entry, ...]) -> SessionRow:
    """A session whose end was lost has not ended: it can be resumed from its last entry."""
    ended = bool(entries) and isinstance(entries[-1].event, FINAL)
    return row if ended or row.status not in FINISHED else replace(row, status="suspended", ended="", scores="", passed=None)


def _loss(entries: tuple[Entry, ...], statements: tuple[StoredStatement, ...]) -> str:
    held = f"{len(entries)} entries and {len(statements)} statements"
    return f"The file stops in the middle of a line; what it holds before that was taken: {held}."


def _known(journal: Journal, session_id: str) -> list[Entry]:
    try:
        row = journal.session(session_id)
    except UnknownId:
        return []
    return journal.entries(row.id) if row.id == session_id else []


def _refuse_other_way(given: SessionFile, known: list[Entry]) -> None:
    for mine, theirs in zip(known, given.entries, strict=False):
        if mine != theirs:
            raise DamagedData(
                f"The journal has this session already, and from entry {mine.seq} on it went another way.",
                where=f"session {given.row.id}",
                hint="Delete the session in the journal first, if the file is the one to keep.",
                code="session-differs",
            )
