"""Events as JSON and back, equal to what they were.

An event is an object with `type` and one member per field, nothing else; tuples are arrays. Decoding accepts exactly that.
"""

from __future__ import annotations

import json
import math
import zlib
from datetime import MAXYEAR, datetime
from typing import TYPE_CHECKING, Any, get_type_hints

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
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
    """Takes an encoded event of one codec version to the next."""
    Reader = Callable[[Any], Any]
    """Makes a field's value from its JSON; raises ValueError where it is not of the field's type."""

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

NAMES: dict[type[Event], str] = {event: name for name, event in TYPES.items()}

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


def encode(event: Event) -> dict[str, Any]:
    """The JSON-able form of an event."""
    encoded: dict[str, Any] = {"type": NAMES[type(event)]}
    for name, value in zip(event._fields, event, strict=True):
        encoded[name] = _plain(value) if isinstance(value, tuple) else value
    return encoded


def decode(data: object, version: int = CODEC_VERSION) -> Event:
    """The event that `encode` wrote in the codec version given; DamagedData names the type or field that is off."""
    if not isinstance(data, dict):
        raise _junk("An event is not an object.")
    members = dict(upgrade(data, version))
    name = members.pop("type", None)
    event = TYPES.get(name) if isinstance(name, str) else None
    if event is None:
        raise _junk(f"The event type {_shown(name)} is unknown.")
    readers = _READERS[event]
    if missing := [field for field in readers if field not in members]:
        raise _junk(f"The {name} event has no `{missing[0]}`.")
    if extra := [field for field in members if field not in readers]:
        raise _junk(f"The {name} event has an unknown member {_shown(extra[0])}.")
    return event._make(_read(name, field, reader, members[field]) for field, reader in readers.items())


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
_READERS: dict[type[Event], dict[str, Reader]] = {
    event: {field: _BY_TYPE[hint] for field, hint in get_type_hints(event).items()} for event in TYPES.values()
}
