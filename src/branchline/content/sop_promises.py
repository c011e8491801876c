"""What a cited SOP promises the customer of a drill: targets of its SLA in minutes, and the facts that must be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.content.markdown import split_front_matter
from branchline.content.source import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.desk_types import Value
    from branchline.content.sop import Sop

_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}


class Promises(NamedTuple):
    """SLA targets by metric, and value and forms of each fact."""

    sla: Mapping[str, float]
    facts: Mapping[str, tuple[Value, tuple[str, ...]]]


def promises(sop: Sop) -> Promises:
    """What the SOP's own text says, whether it is Markdown with front matter or YAML alone."""
    front, line, _, _ = split_front_matter(sop.text)
    data = read_text(front or sop.text, sop.file, first_line=line if front else 1).data
    said: dict[str, Any] = data if isinstance(data, dict) else {}
    sla = {name: minutes for name, value in _mapping(said, "sla").items() if (minutes := _minutes(value)) is not None}
    facts = {
        name: (fact["value"], tuple(str(form) for form in fact.get("say") or ()))
        for name, fact in _mapping(said, "facts").items()
        if isinstance(fact, dict) and "value" in fact
    }
    return Promises(sla, facts)


def _mapping(said: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = said.get(key)
    return found if isinstance(found, dict) else {}


def _minutes(value: object) -> float | None:
    if isinstance(value, dict):
        return _minutes(value.get("target", value.get("within")))
    if isinstance(value, str) and (found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value)):
        return float(found.group(1)) * _UNITS[found.group(2)]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
