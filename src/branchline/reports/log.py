"""Ticket logs of other systems: one LogEvent for each thing that happened, and what could not be read.

A log may be damaged anywhere: a row that says nothing is counted and listed, and the rest is read.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = int | float | bool | str
"""What a field or a fact may hold."""

SHOWN = 20
"""How many malformed rows are listed; all are counted."""
MOST_TEXT = 4 * 1024 * 1024
"""The longest field, or line of JSON, in characters or bytes, where nobody says otherwise."""

_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?")
_MILLISECONDS, _SECONDS = 1e11, 1e8
_SHORT = 60


class LogEvent(NamedTuple):
    """One row of a log."""

    case: str
    action: str
    """As the log calls it; empty where the row says facts alone."""
    time: float | None
    """Seconds since some moment, the same for the whole log; None where the row does not say."""
    fields: Mapping[str, Value]
    ok: bool
    """False for an attempt that was refused."""
    facts: Mapping[str, Value]
    line: int
    """Where the row begins in the file, from 1."""


class Malformed(NamedTuple):
    """A row that could not be read, or not as it was written."""

    line: int
    """From 1; 0 where the file as a whole is meant."""
    reason: str


class Problems:
    """The malformed rows of one log: all counted, the first `SHOWN` listed, and what else is to be told about the file."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[Malformed] = []
        self.notes: list[str] = []

    def add(self, line: int, reason: str) -> None:
        """One more malformed row."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(Malformed(line, clean_line(reason)))

    def note(self, text: str) -> None:
        """Something about the whole file, told once."""
        if text not in self.notes:
            self.notes.append(clean_line(text))


class Reading(NamedTuple):
    """What every reader is told."""

    keep: Callable[[str], bool]
    """Whether a field or fact of that name can matter; others are left out."""
    problems: Problems
    progress: Callable[[int], None]
    """Called now and then with the number of bytes read since the last call."""
    most: int = MOST_TEXT
    """The longest field, or line of JSON; a longer one is malformed."""


class BadRow(Exception):
    """A row that says nothing that can be used; its text is the reason."""


def shown(text: object) -> str:
    """A value in a message: short, on one line, safe for a terminal."""
    line = clean_line(str(text))
    return line if len(line) <= _SHORT else f"{line[:_SHORT]}…"


def value_of(text: str) -> Value:
    """A cell as a value: `true` and `false`, plain decimal numbers, else the text itself; `007` and `1e3` stay text."""
    if text and (text[0].isdigit() or text[0] in "+-") and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    lower = text.casefold() if len(text) in {4, 5} else ""
    return lower == "true" if lower in {"true", "false"} else text


def plain(value: Any) -> Value | None:
    """A JSON value as a field: lists and mappings as their compact JSON text, nothing as None."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def seconds_of(value: object, form: str = "") -> float | None:
    """A time as seconds, None where there is none; BadRow where it is no time.

    Text is ISO 8601, or as `form` says in the words of `strptime`; a time without zone counts as UTC. A number above 10¹¹ is milliseconds
    since 1970, above 10⁸ seconds since 1970, else minutes since some moment.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise BadRow(f"`{shown(value)}` is no time")
    if isinstance(value, int | float):
        return _from_number(float(value))
    text = str(value).strip()
    try:
        when = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007  # made aware on the next line
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        if not form and _NUMBER.fullmatch(text):
            return _from_number(float(text))
        raise BadRow(f"`{shown(text)}` is no time") from None


def _from_number(number: float) -> float:
    if not math.isfinite(number):
        raise BadRow("the time is no number")
    size = abs(number)
    return number / 1000 if size >= _MILLISECONDS else number if size >= _SECONDS else number * 60
