"""From events in any order to cases, with a bounded part of the log in memory.

A log of up to `HELD` events is put in order in memory, a longer one in a temporary database on the disk that SQLite removes by itself.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from branchline.errors import ConfigurationError
from branchline.reports.log import LogEvent
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HELD = 50_000
"""Events that are kept in memory at most, those of one case aside."""
MOST_EVENTS = 10_000
"""Events of one case that are looked at; a case with more is no case, but a wrong column."""
_BATCH = 1_000
_packed = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


class LoggedCase(NamedTuple):
    """One case of a log."""

    name: str
    events: Sequence[LogEvent]
    """In the order of time where every act has one, else in the order of the log."""
    cut: bool
    """Whether it had more than `MOST_EVENTS`."""


def cases(events: Iterable[LogEvent], *, grouped: bool = False, held: int = HELD) -> Iterator[LoggedCase]:
    """The cases in the order in which they begin in the log; `grouped` says that the events of a case stand together.

    Raises ConfigurationError, code `no-temporary-space`, where the disk cannot hold what memory does not.
    """
    if grouped:
        yield from _grouped(events)
        return
    rest = iter(events)
    first = list(islice(rest, held + 1))
    if len(first) <= held:
        yield from _in_memory(first)
        return
    try:
        yield from _through_disk(_emptying(first, rest))
    except sqlite3.Error as error:
        hint = "Free some space in the folder for temporary files (TMPDIR), or sort the log by case and use --grouped."
        what = f"The log cannot be put in order: {clean_line(str(error))}."
        raise ConfigurationError(what, hint=hint, code="no-temporary-space") from error


def _emptying(first: list[LogEvent], rest: Iterable[LogEvent]) -> Iterator[LogEvent]:
    """What was held, let go of on the way, and then the rest."""
    first.reverse()
    while first:
        yield first.pop()
    yield from rest


def _grouped(events: Iterable[LogEvent]) -> Iterator[LoggedCase]:
    for name, found in groupby(events, key=itemgetter(0)):
        yield _case(name, found)


def _in_memory(events: Iterable[LogEvent]) -> Iterator[LoggedCase]:
    found: dict[str, list[LogEvent]] = {}
    for event in events:
        known = found.get(event[0])
        if known is None:
            found[event[0]] = [event]
        else:
            known.append(event)
    for name, of_case in found.items():
        yield _case(name, of_case)


def _case(name: str, events: Iterable[LogEvent]) -> LoggedCase:
    rest = iter(events)
    kept = list(islice(rest, MOST_EVENTS))
    if all(event.time is not None for event in kept if event.action):
        kept.sort(key=_time)
    return LoggedCase(name, kept, next(rest, None) is not None)


def _time(event: LogEvent) -> float:
    return float("-inf") if event.time is None else event.time


def _through_disk(events: Iterable[LogEvent]) -> Iterator[LoggedCase]:
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -8192"):
            database.execute(f"PRAGMA {setting}")
        database.execute("CREATE TABLE event (place INTEGER PRIMARY KEY, name BLOB, time REAL, line INTEGER, data TEXT)")
        database.execute("BEGIN")
        rows = _rows(events)
        while batch := list(islice(rows, _BATCH)):
            database.executemany("INSERT INTO event (name, time, line, data) VALUES (?, ?, ?, ?)", batch)
        database.execute("COMMIT")
        ordered = database.execute(
            "SELECT name, time, line, data FROM (SELECT *, min(place) OVER (PARTITION BY name) AS start FROM event) ORDER BY start, place"
        )
        for name, found in groupby(ordered, key=itemgetter(0)):
            readable = name.decode("utf-8", "surrogatepass")
            yield _case(readable, (_event(readable, row) for row in found))


def _rows(events: Iterable[LogEvent]) -> Iterator[tuple[bytes, float | None, int, str]]:
    for name, action, time, fields, ok, facts, line in events:
        yield name.encode("utf-8", "surrogatepass"), time, line, _packed((action, fields, ok, facts))


def _event(name: str, row: tuple[bytes, float | None, int, str]) -> LogEvent:
    action, fields, ok, facts = json.loads(row[3])
    return LogEvent(name, action, row[1], fields, ok, facts, row[2])
