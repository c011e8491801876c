"""Content and logic hashes: what was played, and what of it decides where a reply leads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_TEXTS = frozenset(
    {"title", "summary", "say", "because", "claim", "customer", "desk", "narrator", "why", "needs", "history", "note"}
    | {"review", "level", "minutes", "skills", "empathy", "version", "pass_mark"}
)


def canonical_hash(data: object) -> str:
    """SHA-256 (hex) of `data` as JSON with sorted keys, no spaces, ASCII only."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


def logic_of(bundle: Mapping[str, Any]) -> object:
    """The part of a bundle that decides where a reply leads: no texts, no empathy levels, no translation, no SOPs."""
    return {"scenario": _logic(bundle["scenario"]), "parts": {name: _logic(part) for name, part in bundle["parts"].items()}}


def _logic(data: Any, *, names: bool = False) -> Any:
    """`data` without its texts; `names` says that the keys are ids, and so none of them is the key of a text."""
    if isinstance(data, Mapping):
        return {
            key: _logic(value, names=key in _ID_KEYED and not names)
            for key, value in data.items()
            if names or key not in _TEXTS or (key == "customer" and isinstance(value, Mapping))
        }
    return [_logic(item) for item in data] if isinstance(data, list) else data


_ID_KEYED = frozenset({"nodes", "endings", "variables", "case", "with", "params"})
"""Keys whose value is a mapping from ids that the designer chose."""
