"""Ticket logs as JSON lines: one event a line with `case`, `action` and, where known, `time`, `fields` and `ok`.

`ok: false` marks an attempt that was refused; a line with `action: case` says facts of its case in `fields`; `tells` may list the facts
that a public reply told. A mapping file may name other keys.
"""

from __future__ import annotations

import codecs
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from branchline.reports.log import BadRow, LogEvent, plain, seconds_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.reports.log import Reading, Value
    from branchline.reports.log_map import LogMap

FACTS = "case"
"""The action of a line that says facts of its case and is no act."""
TELLS = "tells"
"""The field that lists the facts which a reply told."""
_OFTEN = 1 << 16


class _Keys:
    """Which key of a line says what; asked anew only where the usual keys are not there."""

    def __init__(self, mapping: LogMap) -> None:
        self.mapping = mapping
        self._own = {role: getattr(mapping, role) or role for role in ("case", "action", "time", "ok")}
        self._column = lru_cache(256)(mapping.column)

    def value(self, found: Mapping[str, Any], role: str) -> Any:
        """What the line says in that role, None where it says nothing."""
        own = self._own[role]
        if own in found:
            return found[own]
        key = self._column(role, tuple(found))
        return None if key is None else found[key]


def read_jsonl(file: BinaryIO, mapping: LogMap, reading: Reading) -> Iterator[LogEvent]:
    """The events of the JSON lines in `file`."""
    keys, done = _Keys(mapping), 0
    for number, raw in _lines(file, reading):
        done += len(raw)
        if done >= _OFTEN:
            reading.progress(done)
            done = 0
        if not raw.strip():
            continue
        try:
            yield _event(_object(raw), keys, reading, number)
        except BadRow as bad:
            reading.problems.add(number, str(bad))
    reading.progress(done)


def _lines(file: BinaryIO, reading: Reading) -> Iterator[tuple[int, bytes]]:
    number = 0
    while raw := file.readline(reading.most + 1):
        number += 1
        if len(raw) <= reading.most:
            yield number, raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            continue
        reading.problems.add(number, f"the line is longer than {reading.most:,} bytes")
        while raw:
            reading.progress(len(raw))
            raw = b"" if raw.endswith(b"\n") else file.readline(reading.most)


def _no_number(word: str) -> NoReturn:
    raise BadRow(f"`{word}` is no number")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRow("the line is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise BadRow(f"the line is no JSON: {shown(error)}") from None
    if not isinstance(found, dict):
        raise BadRow("the line is no JSON object")
    return found


def _event(found: Mapping[str, Any], keys: _Keys, reading: Reading, line: int) -> LogEvent:
    mapping = keys.mapping
    case, action = _name(found, keys, "case"), _name(found, keys, "action")
    when = keys.value(found, "time")
    if isinstance(when, list | dict):
        raise BadRow("the time is no time")
    fields = found.get("fields")
    if fields is not None and not isinstance(fields, dict):
        raise BadRow("`fields` is no object")
    facts = _facts(found, fields, mapping) if mapping.facts else {}
    time, ok = seconds_of(when, mapping.time_format), mapping.worked(keys.value(found, "ok"))
    if action == FACTS:
        return LogEvent(case, "", time, {}, True, {**_kept(fields or {}, reading), **facts}, line)  # noqa: FBT003  # facts are no attempt
    return LogEvent(case, action, time, _fields(found, fields or {}, mapping, reading), ok, facts, line)


def _facts(found: Mapping[str, Any], fields: Mapping[str, Any] | None, mapping: LogMap) -> dict[str, Value]:
    return {name: value for name, key in mapping.facts.items() if (value := plain(_under(found, fields, key))) is not None}


def _fields(found: Mapping[str, Any], fields: Mapping[str, Any], mapping: LogMap, reading: Reading) -> Mapping[str, Value]:
    if mapping.values is not None:
        return {name: value for name, key in mapping.values.items() if (value := plain(_under(found, fields, key))) is not None}
    kept = _kept(fields, reading)
    if (tells := found.get(TELLS)) and isinstance(tells, list):
        kept[TELLS] = ",".join(str(each) for each in tells)
    return kept


def _kept(fields: Mapping[str, Any], reading: Reading) -> dict[str, Value]:
    return {name: value for name, given in fields.items() if reading.keep(name) and (value := plain(given)) is not None}


def _under(found: Mapping[str, Any], fields: Mapping[str, Any] | None, key: str) -> Any:
    return found[key] if key in found else (fields or {}).get(key)


def _name(found: Mapping[str, Any], keys: _Keys, role: str) -> str:
    name = keys.value(found, role)
    if name.__class__ is str and (text := name.strip()):
        return text
    if isinstance(name, bool) or not isinstance(name, str | int) or not (text := str(name).strip()):
        raise BadRow(f"the line names no {role}")
    return text
