"""Writing YAML that reads back as the same data: plain words where they are safe, JSON's spelling elsewhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./~!-]*")
_NOT_WORDS = frozenset({"true", "false", "null"})


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, str):
        safe = _PLAIN.fullmatch(value) and value.lower() not in _NOT_WORDS
        return value if safe else json.dumps(clean(value), ensure_ascii=False)
    if isinstance(value, float):
        spelled = f"{value:.6f}".rstrip("0")
        return spelled + "0" if spelled.endswith(".") else spelled
    return json.dumps(value)


def block(data: Mapping[str, Any]) -> str:
    """A mapping, one key a line; its lists have one item a line, its mappings one key a line, and what is inside stands on one line."""
    lines: list[str] = []
    for key, value in data.items():
        if isinstance(value, list) and value:
            lines += [f"{key}:", *(f"  - {flow(item)}" for item in value)]
        elif isinstance(value, dict) and value:
            lines += [f"{key}:", *(f"  {flow(str(name))}: {flow(item)}" for name, item in value.items())]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n"
