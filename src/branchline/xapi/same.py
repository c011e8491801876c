"""Whether two statements say the same, though an LRS or a library has written one of them anew."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADDED = frozenset({"stored", "authority", "version"})
_DURATION = re.compile(r"P(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?")
_SECONDS = (31_536_000, 2_592_000, 604_800, 86_400, 3_600, 60, 1)
_LISTS = frozenset({"parent", "grouping", "category", "other"})


def same(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether both say the same.

    Left out as xAPI 1.0.3 section 2.3.1 does: what an LRS adds, definitions of activities and displays of verbs. Numbers compare
    by value, durations and instants to 0.01 s, identifiers of verbs and activities exactly; null extensions count as absent.
    """
    return _equal(_bare(ours), _bare(theirs))


def _bare(statement: Mapping[str, Any]) -> dict[str, Any]:
    bare: dict[str, Any] = _normal({name: value for name, value in statement.items() if name not in _ADDED}, "")
    bare["id"] = str(bare.get("id", "")).lower()
    return bare


def _normal(value: Any, name: str) -> Any:
    if name == "extensions" and isinstance(value, dict):
        return {key: item for key, item in value.items() if item is not None}
    if name in _LISTS and isinstance(value, dict):
        value = [value]
    if isinstance(value, list):
        return [_normal(item, "") for item in value]
    if isinstance(value, dict):
        kept = {key: _normal(item, key) for key, item in value.items() if not _implied(key, item)}
        return {key: item for key, item in kept.items() if item not in ({}, [])}
    return _read(value, name)


def _implied(name: str, value: object) -> bool:
    return name in {"definition", "display"} or value is None or (name == "objectType" and value in ("Agent", "Activity"))


def _read(value: Any, name: str) -> Any:
    """A duration as hundredths of seconds, an instant as a moment, anything else as it is."""
    if name == "duration" and isinstance(value, str) and (found := _DURATION.fullmatch(value)):
        return _hundredths(found)
    if name == "timestamp" and isinstance(value, str):
        try:
            return round(datetime.fromisoformat(value).timestamp(), 2)
        except ValueError:
            return value
    return value


def _hundredths(found: re.Match[str]) -> Any:
    try:
        return round(sum(float(part) * unit for part, unit in zip(found.groups(), _SECONDS, strict=True) if part), 2)
    except ValueError:
        return found.string


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)
