"""Ticket logs as XES (IEEE 1849): a trace is a case, its attributes are facts, its events' attributes are fields.

Of the life cycle of an activity only `complete` counts, where the log has one. A document type or an entity is refused: it has no place
in a log, and is how a small file becomes a huge one. Nothing is kept but the trace being read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from branchline.errors import ContentError
from branchline.reports.log import BadRow, LogEvent, seconds_of, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.reports.log import Reading, Value
    from branchline.reports.log_map import LogMap

NAME, TIME, LIFE = "concept:name", "time:timestamp", "lifecycle:transition"
_CHUNK = 1 << 16
_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_TEXT = frozenset({"string", "date", "id"})
_COUNTS = frozenset({"", "complete", "unknown"})


def read_xes(file: BinaryIO, mapping: LogMap, reading: Reading) -> Iterator[LogEvent]:
    """The events of the XES in `file`; ContentError where it has a document type. A file that breaks off is read up to there."""
    traces = _Traces(mapping, reading)
    done = False
    while not done:
        chunk = file.read(_CHUNK)
        reading.progress(len(chunk))
        done = not chunk
        try:
            traces.parser.Parse(chunk, done)
        except expat.ExpatError as error:
            done = True
            reading.problems.add(error.lineno, f"this is no XML, and the rest is not read: {expat.errors.messages.get(error.code, error)}")
            reading.problems.note("The log cannot be read to its end; what comes before is judged.")
        yield from traces.taken()


class _Traces:
    """What the parser calls; finished events wait to be taken."""

    def __init__(self, mapping: LogMap, reading: Reading) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self._mapping = mapping
        self._reading = reading
        self._way: list[str] = []
        self._trace: dict[str, Value] = {}
        self._event: dict[str, Value] = {}
        self._events: list[tuple[int, dict[str, Value]]] = []
        self._ready: list[LogEvent] = []
        self._line = 0

    def taken(self) -> list[LogEvent]:
        """The events that are finished; each is given once."""
        ready, self._ready = self._ready, []
        return ready

    def _refuse(self, *_: object) -> None:
        where = f"line {self.parser.CurrentLineNumber}"
        what = "The log has a document type or an entity, which no XES log needs."
        raise ContentError(what, where=where, hint="Export it again as plain XES.")

    def _start(self, tag: str, given: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        parent = self._way[-1] if self._way else ""
        self._way.append(name)
        if name == "trace" and parent == "log":
            self._trace, self._events = {}, []
        elif name == "event" and parent == "trace":
            self._event, self._line = {}, self.parser.CurrentLineNumber
        elif name in _VALUES and parent in {"trace", "event"}:
            self._attribute(self._event if parent == "event" else self._trace, name, given)

    def _attribute(self, into: dict[str, Value], kind: str, given: Mapping[str, str]) -> None:
        key, value = given.get("key", ""), given.get("value")
        if not key or value is None:
            return
        if len(value) > self._reading.most:
            self._reading.problems.add(self.parser.CurrentLineNumber, f"the attribute {key} is too long")
            return
        into[key] = value if kind in _TEXT else value_of(value)

    def _end(self, _tag: str) -> None:
        name = self._way.pop()
        parent = self._way[-1] if self._way else ""
        if name == "event" and parent == "trace":
            self._events.append((self._line, self._event))
        elif name == "trace" and parent == "log":
            self._finish()

    def _finish(self) -> None:
        """The trace that ended as LogEvents: its facts with the first."""
        mapping, problems = self._mapping, self._reading.problems
        line = self._events[0][0] if self._events else self.parser.CurrentLineNumber
        case = str(self._trace.get(mapping.case or NAME, "")).strip()
        if not case:
            problems.add(line, f"the trace names no case ({mapping.case or NAME})")
            return
        self._ready.append(LogEvent(case, "", None, {}, True, self._facts(), line))  # noqa: FBT003  # facts are no attempt
        for at, event in self._events:
            try:
                if (made := self._made(case, at, event)) is not None:
                    self._ready.append(made)
            except BadRow as bad:
                problems.add(at, str(bad))

    def _facts(self) -> dict[str, Value]:
        if self._mapping.facts:
            return {name: self._trace[key] for name, key in self._mapping.facts.items() if key in self._trace}
        return {_bare(key): value for key, value in self._trace.items() if key != NAME and self._reading.keep(_bare(key))}

    def _made(self, case: str, line: int, event: Mapping[str, Value]) -> LogEvent | None:
        mapping = self._mapping
        if str(event.get(LIFE, "")).casefold() not in _COUNTS:
            return None
        action = str(event.get(mapping.action or NAME, "")).strip()
        if not action:
            raise BadRow(f"the event names no action ({mapping.action or NAME})")
        time = seconds_of(event.get(mapping.time or TIME), mapping.time_format)
        if mapping.values is None:
            fields = {key: value for key, value in event.items() if key not in {NAME, TIME, LIFE} and self._reading.keep(key)}
        else:
            fields = {name: event[key] for name, key in mapping.values.items() if key in event}
        ok_key = mapping.ok or "ok"
        return LogEvent(case, action, time, fields, mapping.worked(event.get(ok_key)), {}, line)


def _bare(key: str) -> str:
    return key[5:] if key[:5] in {"case:", "case."} else key
