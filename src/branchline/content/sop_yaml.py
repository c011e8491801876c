"""SOPs in pure YAML: the keys of the front matter, and `steps` as a list of mappings; read into what Markdown's lines are read into."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from branchline.content.diagnostic import Diagnostic, Severity
from branchline.content.markdown import RawStep
from branchline.content.shape import shape_diagnostics
from branchline.content.sop_shape import AuthoredGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.source import Source

FLAGS = frozenset({"optional", "repeat", "ordered", "wasteful", "forbidden"})
_WORDS = {"equals": "=", "one_of": "in", "matches": "~", "text": "is"}
_KEY = re.compile(r"(?:\s*(?:#[^\n]*)?\n)*(?:---[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*)?[A-Za-z_]\w*\s*:")


def looks_like_yaml(text: str, file: str) -> bool:
    """Whether a text without front matter is meant as YAML: by its name, or because it begins with a key."""
    return file.endswith((".yaml", ".yml")) or _KEY.match(text) is not None


def yaml_steps(source: Source, found: list[Diagnostic]) -> tuple[list[RawStep], list[AuthoredGroup]]:
    """The steps, numbered from 1, and the groups among them; what is wrong with them goes to `found`."""
    steps: list[RawStep] = []
    groups: list[AuthoredGroup] = []
    for index, entry in enumerate(source.data.get("steps") or ()):
        if "any_of" in entry or "all_of" in entry:
            try:
                groups.append(AuthoredGroup.model_validate(entry))
            except ValidationError as error:
                found += shape_diagnostics(error, source, AuthoredGroup, ("steps", index))
        else:
            steps.append(_step(source, index, len(steps) + 1, entry, found))
    return steps, groups


def _step(source: Source, index: int, number: int, entry: Mapping[str, Any], found: list[Diagnostic]) -> RawStep:
    path = ("steps", index)
    span = source.span(path)
    text, step_id = entry.get("text", ""), entry.get("id", "")
    for key, value in (("text", text), ("id", step_id)):
        if not isinstance(value, str):
            found.append(_wrong(source, (*path, key), f"`{key}` must be text."))
    if step_id and isinstance(step_id, str) and not re.fullmatch(r"[A-Za-z0-9][\w-]*", step_id):
        found.append(_wrong(source, (*path, "id"), f"`{step_id}` is no id; letters, digits, `-` and `_` are."))
    attributes: dict[str, str] = {}
    places = {"id": source.span((*path, "id"))}
    for key, value in entry.items():
        if key in {"id", "text"}:
            continue
        places[key] = source.span((*path, key))
        written = _expected(value) if key == "expect" and isinstance(value, dict) else _written(key, value)
        if written is None:
            if value is not False:
                hint = "A step's values are words, numbers, flags or lists."
                found.append(_wrong(source, (*path, key), f"`{key}` cannot be this.", hint))
            continue
        attributes[key] = written
    if not step_id and attributes:
        found.append(_wrong(source, path, "A step with facts needs an id.", "Add `id:` with a short name.", code="P205"))
    return RawStep(number, str(text), str(step_id), attributes, span.line, span.column, span, places)


def _written(key: str, value: Any) -> str | None:
    """A value as a brace block would spell it; None where it cannot."""
    if value is False and key not in FLAGS:
        return "false"
    if value is True:
        return "" if key in FLAGS else "true"
    if value is False or isinstance(value, dict):
        return None
    if isinstance(value, list):
        plain = all(isinstance(part, str | int | float) for part in value)
        return ",".join(str(part) for part in value) if plain else None
    return None if value is None else str(value)


def _expected(value: Mapping[str, Any]) -> str | None:
    """`{amount: {equals: case.amount, tolerance: 0.01}}` in the small form; None where it has another shape."""
    parts = []
    for field, asked in value.items():
        rules = asked if isinstance(asked, dict) else {"equals": asked}
        word = next((known for known in _WORDS if known in rules), None)
        if word is None or set(rules) - {word, "tolerance"}:
            return None
        wanted = rules[word]
        spelled = "{" + ", ".join(map(_plain, wanted)) + "}" if isinstance(wanted, list) else _plain(wanted)
        near = f" ± {rules['tolerance']}" if "tolerance" in rules else ""
        parts.append(f"{field} {_WORDS[word]} {spelled}{near}")
    return "; ".join(parts)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wrong(source: Source, path: tuple[str | int, ...], message: str, hint: str = "", code: str = "P106") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, source.span(path), message, hint)
