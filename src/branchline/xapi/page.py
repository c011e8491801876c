"""One page of statements, each with the very text that it had there: what is kept need not be written anew."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Written = tuple[Any, str]
"""A statement, which may be any JSON, and its text."""

_VALUE = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[ \t\n\r]*")


def page_of(body: str) -> tuple[list[Written], str] | None:
    """The statements and the link to the next page, empty where there is none; None where the body is no page of statements."""
    try:
        members = dict(_members(body.removeprefix("\ufeff")))
    except (ValueError, IndexError, RecursionError):
        return None
    statements, more = members.get("statements"), members.get("more")
    return (statements, more if isinstance(more, str) else "") if isinstance(statements, list) else None


def _members(text: str) -> Iterator[tuple[str, Any]]:
    """Name and value of each member of the object; that of `statements` as a list of Written."""
    at = _after(text, 0, "{")
    while text[at] != "}":
        name, at = _VALUE(text, at)
        if not isinstance(name, str):
            raise ValueError(name)  # noqa: TRY004 -- one kind of error for all that is no JSON
        at = _after(text, at, ":")
        if name == "statements" and text[at] == "[":
            value, at = _elements(text, at)
        else:
            value, at = _VALUE(text, at)
        yield name, value
        at = _next(text, at, "}")
    if _past(text, at + 1) != len(text):
        raise ValueError(at)


def _elements(text: str, at: int) -> tuple[list[Written], int]:
    found: list[Written] = []
    at = _after(text, at, "[")
    while text[at] != "]":
        value, end = _VALUE(text, at)
        found.append((value, text[at:end]))
        at = _next(text, end, "]")
    return found, at + 1


def _past(text: str, at: int) -> int:
    """The place of what follows the space at `at`."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _after(text: str, at: int, sign: str) -> int:
    """The place of what follows that sign."""
    at = _past(text, at)
    if text[at] != sign:
        raise ValueError(at)
    return _past(text, at + 1)


def _next(text: str, at: int, closing: str) -> int:
    """The place of what follows a value and its comma, or of the closing sign."""
    at = _past(text, at)
    if text[at] == closing:
        return at
    at = _after(text, at, ",")
    if text[at] == closing:
        raise ValueError(at)
    return at
