"""Ticket logs as CSV: a header line, one event a row; comma, semicolon or tab, in UTF-8 or UTF-16.

A row has as many cells as the header; cells may hold line ends inside quotation marks. Bytes that are no text become U+FFFD: the row is
listed and, if its case and action can be read, used.
"""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from branchline.errors import ConfigurationError
from branchline.reports.log import BadRow, LogEvent, seconds_of, shown, value_of
from branchline.text import REPLACEMENT, clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchline.reports.log import Reading, Value
    from branchline.reports.log_map import LogMap

FACTS = "case"
"""The action of a row that says facts of its case and is no act."""
_DELIMITERS = ",;\t"
_OFTEN = 1 << 16
_YES_NO = {"yes": True, "no": False}


class _Columns(NamedTuple):
    """Where in a row what stands."""

    case: int
    action: int
    time: int
    ok: int
    fields: Sequence[tuple[str, int]]
    facts: Sequence[tuple[str, int]]
    cells: int


def read_csv(file: BinaryIO, mapping: LogMap, reading: Reading) -> Iterator[LogEvent]:
    """The events of the CSV in `file`; ConfigurationError, code `log-columns`, where the header names no case or action."""
    lines = _lines(file, reading)
    first = next(lines, "")
    if not first.strip():
        reading.problems.note("The log is empty.")
        return
    csv.field_size_limit(reading.most)
    rows = csv.reader(_chained(first, lines), delimiter=max(_DELIMITERS, key=first.count))
    columns = _found(_header(rows), mapping, reading)
    problems, line = reading.problems, rows.line_num
    while True:
        begins = line + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            line = rows.line_num
            problems.add(begins, f"this is no row of CSV: {error}")
            continue
        line = rows.line_num
        if row is None:
            return
        if not row or (len(row) == 1 and not row[0].strip()):
            continue
        try:
            yield _event(row, columns, mapping, begins)
        except BadRow as bad:
            problems.add(begins, str(bad))


def _header(rows: Iterator[list[str]]) -> list[str]:
    try:
        return [cell.strip() for cell in next(rows, [])]
    except csv.Error as error:
        hint = "Export it again with a line end after each row."
        what = f"The header of the log cannot be read: {clean_line(str(error))}."
        raise ConfigurationError(what, hint=hint, code="log-columns") from None


def _event(row: list[str], columns: _Columns, mapping: LogMap, line: int) -> LogEvent:
    if len(row) != columns.cells:
        raise BadRow(f"the row has {len(row)} cells, the header {columns.cells}")
    case, action = row[columns.case].strip(), row[columns.action].strip()
    if not case:
        raise BadRow("the row names no case")
    if not action:
        raise BadRow("the row names no action")
    if REPLACEMENT in case or REPLACEMENT in action:
        raise BadRow("case or action are not UTF-8")
    time = seconds_of(row[columns.time].strip(), mapping.time_format) if columns.time >= 0 else None
    fields: dict[str, Value] = {name: value_of(text) for name, at in columns.fields if (text := row[at].strip())}
    facts: Mapping[str, Value] = _facts(row, columns.facts) if columns.facts else {}
    if action.casefold() == FACTS:
        return LogEvent(case, "", time, {}, True, {**fields, **facts}, line)  # noqa: FBT003  # a row of facts is no attempt
    return LogEvent(case, action, time, fields, columns.ok < 0 or mapping.worked(row[columns.ok]), facts, line)


def _facts(row: list[str], columns: Sequence[tuple[str, int]]) -> dict[str, Value]:
    """The facts that the row says; `yes` and `no` are flags here, since nobody names a state of a case so."""
    found: dict[str, Value] = {}
    for name, at in columns:
        if text := row[at].strip():
            flag = _YES_NO.get(text.casefold())
            found[name] = value_of(text) if flag is None else flag
    return found


def _found(header: list[str], mapping: LogMap, reading: Reading) -> _Columns:
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        reading.problems.note(f"The column `{name}` stands twice in the header; the first counts.")
    places: dict[str, int] = {}
    for at, name in enumerate(header):
        places.setdefault(name, at)
    roles = {role: mapping.column(role, header) for role in ("case", "action", "time", "ok")}
    for role in ("case", "action", *(role for role in ("time", "ok") if getattr(mapping, role))):
        if roles[role] is None:
            raise _missing(role, getattr(mapping, role), header)
    taken = {places[name] for name in roles.values() if name is not None}
    facts = _named(mapping.facts, header, places)
    taken |= {at for _, at in facts}
    if mapping.values is None:
        # Other systems write what they know of a case into columns that begin with `case`.
        own = [(name[5:], at) for name, at in places.items() if name[:5] in {"case:", "case."} and at not in taken]
        facts += [(name, at) for name, at in own if reading.keep(name)]
        taken |= {at for _, at in own}
        fields = [(name, at) for name, at in places.items() if name and at not in taken and reading.keep(name)]
    else:
        fields = _named(mapping.values, header, places)
    case, action, time, ok = (-1 if name is None else places[name] for name in roles.values())
    return _Columns(case, action, time, ok, fields, facts, len(header))


def _named(wanted: Mapping[str, str], header: list[str], places: Mapping[str, int]) -> list[tuple[str, int]]:
    for column in wanted.values():
        if column not in places:
            raise _missing("value", column, header)
    return [(name, places[column]) for name, column in wanted.items()]


def _missing(role: str, wanted: str, header: list[str]) -> ConfigurationError:
    known = [clean_line(name) for name in header if name]
    if wanted:
        return ConfigurationError(f"The log has no column `{shown(wanted)}`.", hint=did_you_mean(wanted, known), code="log-columns")
    hint = f"A mapping file (--map) with `{role}: <column>` names it. Columns: {shown(', '.join(known))}"
    return ConfigurationError(f"No column of the log says the {role}.", hint=hint, code="log-columns")


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _lines(file: BinaryIO, reading: Reading) -> Iterator[str]:
    """The lines of the file with their ends; what is no text is listed and replaced, a line without end is cut."""
    mark = file.read(2)
    if mark in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        yield from _wide_lines(file, "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be", reading)
        return
    done, start = 0, mark + file.readline(reading.most)
    number, raw = 1, start.removeprefix(codecs.BOM_UTF8)
    while raw:
        done += len(raw)
        if done >= _OFTEN:
            reading.progress(done)
            done = 0
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            reading.problems.add(number, "the line is not UTF-8; what cannot be read stands as \N{REPLACEMENT CHARACTER}")
            yield raw.decode("utf-8", "replace")
        raw = file.readline(reading.most)
        number += 1
    reading.progress(done)


def _wide_lines(file: BinaryIO, encoding: str, reading: Reading) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    kept = ""
    while chunk := file.read(_OFTEN):
        reading.progress(len(chunk))
        kept += decoder.decode(chunk)
        *whole, kept = kept.split("\n")
        yield from (f"{line}\n" for line in whole)
        if len(kept) > reading.most:
            yield kept
            kept = ""
    if kept:
        yield kept
