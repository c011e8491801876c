"""Events as JSON and back, equal to what they were.

An event is an object with `type` and one member per field, nothing else; tuples are arrays. Decoding accepts exactly that.
"""

from __future__ import annotations

import json
import math
import zlib
from datetime import MAXYEAR, datetime
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

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
    Value,
)
from branchline.errors import DamagedData
from branchline.journal.coaching_events import COACHING_TYPES, CoachingEvent
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
    """Takes an encoded event of one codec version to the next."""
    Reader = Callable[[Any], Any]
    """Makes a field's value from its JSON; raises ValueError where it is not of the field's type."""

E = TypeVar("E")
CODEC_VERSION = 1
"""Stored beside every event; raised when a type or field changes, together with a new member of UPGRADES."""
UPGRADES: dict[int, Upgrade] = {}
"""By codec version: how an encoded event of that version becomes one of the next."""

TYPES: dict[str, type[Event]] = {
    "session-started": SessionStarted,
    "choice-made": ChoiceMade,
    "timed-out": TimedOut,
    "draw-made": DrawMade,
    "undone": Undone,
    "sop-opened": SopOpened,
    "session-suspended": SessionSuspended,
    "session-resumed": SessionResumed,
    "ending-reached": EndingReached,
    "session-given-up": SessionGivenUp,
    "desk-acted": DeskActed,
    "ticket-changed": TicketChanged,
    "ticket-checked": TicketChecked,
    "ticket-submitted": TicketSubmitted,
}
"""Every event by the name it has in the journal; a published name never changes its meaning."""

NAMES: dict[type[Event | CoachingEvent], str] = {event: name for name, event in (*TYPES.items(), *COACHING_TYPES.items())}

_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def dumps(data: object) -> str:
    """Compact ASCII JSON of plain data; DamagedData where a number is not finite."""
    try:
        return _ENCODER.encode(data)
    except ValueError as error:
        raise DamagedData("A number that is not finite cannot be kept.", code="number-not-finite") from error


def loads(text: str) -> Any:
    """The data of a JSON text; DamagedData where it is none."""
    try:
        return json.loads(text, parse_constant=_not_finite)
    except (ValueError, RecursionError) as error:
        raise DamagedData("The text is not JSON.", code="damaged-json") from error


def encode(event: Event | CoachingEvent) -> dict[str, Any]:
    """The JSON-able form of an event."""
    encoded: dict[str, Any] = {"type": NAMES[type(event)]}
    for name, value in zip(event._fields, event, strict=True):
        encoded[name] = _plain(value) if isinstance(value, tuple) else value
    return encoded


def decode(data: object, version: int = CODEC_VERSION) -> Event:
    """The event of play that `encode` wrote in the codec version given; DamagedData names the type or field that is off."""
    return _decoded(data, version, TYPES)


def decode_coaching(data: object, version: int = CODEC_VERSION) -> CoachingEvent:
    """The event of coaching that `encode` wrote in the codec version given; DamagedData as `decode`."""
    return _decoded(data, version, COACHING_TYPES)


def _decoded(data: object, version: int, types: Mapping[str, type[E]]) -> E:
    if not isinstance(data, dict):
        raise _junk("An event is not an object.")
    members = dict(upgrade(data, version))
    name = members.pop("type", None)
    event = types.get(name) if isinstance(name, str) else None
    if event is None:
        raise _junk(f"The event type {_shown(name)} is unknown.")
    readers = _READERS[event]
    if missing := [field for field in readers if field not in members]:
        raise _junk(f"The {name} event has no `{missing[0]}`.")
    if extra := [field for field in members if field not in readers]:
        raise _junk(f"The {name} event has an unknown member {_shown(extra[0])}.")
    return event(**{field: _read(name, field, reader, members[field]) for field, reader in readers.items()})


def retyped(data: Any, hints: Mapping[str, Mapping[str, object]]) -> Any:
    """An encoded event with whole numbers and decimals where the event has them: some LRSs know only one kind of number.

    `hints` is HINTS or COACHING_HINTS.
    """
    if not isinstance(data, dict):
        return data
    own = hints.get(str(data.get("type")), {})
    return {name: _number_as(value, own.get(name)) for name, value in data.items()}


def _number_as(value: Any, hint: object) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, float) and value.is_integer() and hint is int:
        return int(value)
    if isinstance(value, list) and hint in _INTEGERS:
        return [_number_as(each, int) if not isinstance(each, list) else [_number_as(one, int) for one in each] for each in value]
    return value


def upgrade(
    data: Mapping[str, Any], version: int, upgrades: Mapping[int, Upgrade] = UPGRADES, target: int = CODEC_VERSION
) -> dict[str, Any]:
    """An encoded event of codec version `version` as one of version `target`; DamagedData where there is no way."""
    upgraded = dict(data)
    if version > target:
        raise DamagedData(
            f"An event was written by a newer Branchline (codec version {version}; this one reads up to {target}).",
            hint="Install the newer Branchline again.",
            code="codec-newer",
        )
    for step in range(version, target):
        if step not in upgrades:
            raise _junk(f"An event has the codec version {version}, which never existed.")
        upgraded = upgrades[step](upgraded)
    return upgraded


def instant(value: object) -> str:
    """`value` where it is an instant with a time zone, as every time in the journal; else DamagedData."""
    try:
        found = datetime.fromisoformat(str(value))
        # Times are added to it: what is too near to the end of all dates was never written.
        sound = found.tzinfo is not None and found.year < MAXYEAR
    except ValueError:
        sound = False
    if not sound:
        raise DamagedData(f"The time {_shown(value)} is none.", code="damaged-time")
    return str(value)


def pack(bundle: Mapping[str, Any]) -> bytes:
    """A content bundle as the journal keeps it: compressed JSON."""
    return zlib.compress(dumps(bundle).encode("ascii"))


def unpack(packed: bytes) -> dict[str, Any]:
    """The content bundle that `pack` wrote; DamagedData where it did not."""
    try:
        bundle = loads(zlib.decompress(packed).decode("ascii"))
    except (zlib.error, UnicodeDecodeError, TypeError) as error:
        raise DamagedData("The kept content is not what was written.", code="damaged-content") from error
    if not isinstance(bundle, dict):
        raise DamagedData("The kept content is not an object.", code="damaged-content")
    return bundle


def _plain(value: tuple[object, ...]) -> list[object]:
    return [_plain(item) if isinstance(item, tuple) else item for item in value]


def _read(name: object, field: str, reader: Reader, value: object) -> object:
    try:
        return reader(value)
    except ValueError as error:
        raise _junk(f"The {name} event's `{field}` is not {error}.") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")  # noqa: TRY004 - one exception type for every reader
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a whole number")  # noqa: TRY004 - as above
    return value


def _number(value: object) -> float:
    if not isinstance(value, float) or not math.isfinite(value):
        raise ValueError("a number with decimals")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - as above
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("an array of texts")
    return tuple(value)


def _rows(hint: object) -> Reader:
    """Reads an array of arrays: a tuple of tuples of texts and whole numbers."""
    columns = [_BY_TYPE[column] for column in get_args(get_args(hint)[0])]

    def read(value: object) -> tuple[tuple[object, ...], ...]:
        if not isinstance(value, list) or not all(isinstance(row, list) and len(row) == len(columns) for row in value):
            raise ValueError(f"an array of arrays of {len(columns)}")
        return tuple(tuple(reader(each) for reader, each in zip(columns, row, strict=True)) for row in value)

    return read


def _weights(value: object) -> tuple[int, int, int]:
    if not isinstance(value, list) or len(value) != 3:  # noqa: PLR2004 - empathy, SOP, outcome
        raise ValueError("an array of three whole numbers")
    empathy, sop, outcome = map(_whole, value)
    return empathy, sop, outcome


def _facts(value: object) -> tuple[tuple[str, Value], ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):  # noqa: PLR2004 - name, value
        raise ValueError("an array of pairs")
    return tuple((_text(name), _value(held)) for name, held in value)


def _value(value: object) -> Value:
    if not isinstance(value, int | float | str):
        raise ValueError("a number, a text, true or false")  # noqa: TRY004 - as above
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("finite")
    return value


def _not_finite(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


def _junk(what: str) -> DamagedData:
    return DamagedData(what, code="damaged-event")


def _shown(name: object) -> str:
    return f"`{clean_line(str(name))[:60]}`"


_BY_TYPE: dict[object, Reader] = {
    str: _text,
    int: _whole,
    bool: _flag,
    float: _number,
    tuple[str, ...]: _texts,
    tuple[int, int, int]: _weights,
    tuple[tuple[str, Value], ...]: _facts,
}
for _hint in (tuple[tuple[str, str, str], ...], tuple[tuple[str, str, int], ...], tuple[tuple[str, int], ...]):
    _BY_TYPE[_hint] = _rows(_hint)
_INTEGERS: tuple[object, ...] = (tuple[int, int, int], tuple[tuple[str, str, int], ...], tuple[tuple[str, int], ...])
"""Arrays in which every number is a whole one."""
HINTS = {name: get_type_hints(event) for name, event in TYPES.items()}
COACHING_HINTS = {name: get_type_hints(event) for name, event in COACHING_TYPES.items()}
"""The types of the fields of each event, by its name in the journal."""
_READERS: dict[type[Any], dict[str, Reader]] = {
    event: {field: _BY_TYPE[hint] for field, hint in get_type_hints(event).items()} for event in NAMES
}
