"""The part of JSONPath that templates of xAPI profiles use: names, quoted names and `[*]`; rules, and patterns as expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STEP = re.compile(r"\.([A-Za-z_]\w*)|\['([^']*)'\]|(\[\*\])")


def values(document: Any, path: str) -> list[Any]:
    """Every value at the path, in order; AssertionError where it is no path of this kind."""
    assert path.startswith("$")
    found, place = [document], 1
    while place < len(path):
        step = _STEP.match(path, place)
        assert step, path
        place = step.end()
        name = step[1] or step[2]
        if step[3]:
            found = [each for value in found if isinstance(value, list) for each in value]
        else:
            found = [value[name] for value in found if isinstance(value, dict) and name in value]
    return found


def broken(statement: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    """Whether the statement does not keep the rule (xAPI Profiles 1.0, "Statement Template Rules")."""
    found = values(statement, rule["location"])
    if rule["presence"] == "included" and not found:
        return True
    if rule["presence"] == "excluded" and found:
        return True
    return (
        ("any" in rule and not any(each in rule["any"] for each in found))
        or ("all" in rule and not all(each in rule["all"] for each in found))
        or ("none" in rule and any(each in rule["none"] for each in found))
    )


def fits(statement: Mapping[str, Any], template: Mapping[str, Any]) -> bool:
    """Whether the template's determining properties are those of the statement."""
    kinds = values(statement, "$.context.contextActivities.category[*].definition.type")
    return (
        template["verb"] == statement["verb"]["id"]
        and template.get("objectActivityType", about(statement)) == about(statement)
        and set(template.get("contextCategoryActivityType", ())) <= set(kinds)
    )


def about(statement: Mapping[str, Any]) -> Any:
    """The type of the statement's object: the activity's, else whether it is a StatementRef or an Agent."""
    held = statement["object"]
    return held["definition"]["type"] if "definition" in held else held["objectType"]


def expression(document: Mapping[str, Any]) -> re.Pattern[str]:
    """The primary pattern over the names of templates, each followed by a space."""
    parts = {each["id"]: each for each in document["patterns"]}
    names = {each["id"]: f"(?:{each['id'].rpartition('/')[2]} )" for each in document["templates"]}

    def of(own: str) -> str:
        return names[own] if own in names else _written(parts[own], of)

    (primary,) = [each for each in document["patterns"] if each["primary"]]
    return re.compile(_written(primary, of))


def _written(pattern: Mapping[str, Any], of: Any) -> str:
    if "sequence" in pattern:
        return "".join(map(of, pattern["sequence"]))
    if "alternates" in pattern:
        return f"(?:{'|'.join(map(of, pattern['alternates']))})"
    (kind,) = {"optional", "zeroOrMore", "oneOrMore"} & pattern.keys()
    return f"(?:{of(pattern[kind])}){ {'optional': '?', 'zeroOrMore': '*', 'oneOrMore': '+'}[kind] }"


def without(document: Any, path: str) -> Any:
    """The document with nothing at the path."""
    names: Sequence[str] = [step[1] or step[2] or "*" for step in _STEP.finditer(path)]
    return _pruned(document, list(names))


def _pruned(value: Any, names: list[str]) -> Any:
    if not names:
        return value
    if isinstance(value, list):
        return [] if len(names) == 1 else [_pruned(each, names[1:]) for each in value]
    if not isinstance(value, dict) or names[0] not in value:
        return value
    rest = {key: each for key, each in value.items() if key != names[0]}
    return rest if len(names) == 1 else {**rest, names[0]: _pruned(value[names[0]], names[1:])}
