"""Shape errors in words: what pydantic refuses, as Diagnostics at the place in the file, one for each cause.

A union that fails reports every member's complaints; the member that the designer meant is the one whose kind fits and whose keys are
most like what is written, and only its complaints are told. A misspelt key is reported as unknown and as missing; that is one cause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from branchline.content.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from branchline.content.model_types import key_type, legal_keys, member, members, model_of
from branchline.content.shape_words import due, refusal
from branchline.text import clean_line, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel, ValidationError

    from branchline.content.source import Source

CODES = {
    "S101": "unknown key",
    "S102": "missing key",
    "S103": "word that is not one of the legal ones",
    "S104": "value of the wrong kind",
    "S105": "value out of its limits",
}
"""The code of every Diagnostic of shape, with a short title."""

Path = tuple[str | int, ...]
_MOST = 1_000
"""Complaints that are looked at; a file with more is told about these."""
_WORDS = re.compile(r"'((?:[^'\\]|\\.)*)'|(-?\d+|True|False)")


@dataclass(frozen=True)
class _Complaint:
    """One pydantic error: its place in the data, and the union members (place, tag) that it went through."""

    type: str
    path: Path
    tags: tuple[tuple[Path, str | int], ...]
    value: Any
    context: dict[str, Any]
    message: str
    owner: Any
    instead: tuple[_Complaint, ...] = ()


def shape_diagnostics(error: ValidationError, source: Source, model: type[BaseModel], path_prefix: Path = ()) -> list[Diagnostic]:
    """What `error` says about the data at `path_prefix` of `source`, which was read as `model`; in the order of the file."""
    data = source.data
    for part in path_prefix:
        data = data[part]
    complaints = [_placed(found, model, data, path_prefix) for found in error.errors(include_url=False)[:_MOST]]
    settled = list(_settle(complaints, 0))
    joined, rest = _join(settled, source)
    found = joined + [_diagnostic(complaint, source) for complaint in rest]
    return sorted(found, key=lambda diagnostic: (diagnostic.span, diagnostic.code))


def _placed(found: Any, model: Any, data: Any, prefix: Path) -> _Complaint:
    """Walks data and types along pydantic's `loc` and takes the union tags out of it."""
    kind, path, owner = model, prefix, model
    tags: tuple[tuple[Path, str | int], ...] = ()
    loc: Path = found["loc"]
    for index, part in enumerate(loc):
        if part == "[key]":
            break
        if kind is not None and len(choices := members(kind)) > 1:
            tags, kind = (*tags, (path, part)), member(choices, part)
            continue
        if kind is None and not _holds(data, part) and index < len(loc) - 1:
            tags = (*tags, (path, part))
            continue
        owner, kind = model_of(kind), key_type(kind, part)
        path, data = (*path, part), data[part] if _holds(data, part) else None
    return _Complaint(found["type"], path, tags, found["input"], found.get("ctx", {}), found["msg"], owner)


def _holds(data: Any, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data)


def _settle(complaints: Iterable[_Complaint], level: int) -> Iterable[_Complaint]:
    """Of every union that failed, only the complaints of the member that was meant, or one complaint that names them all."""
    unions: dict[Path, dict[str | int, list[_Complaint]]] = {}
    for complaint in complaints:
        if len(complaint.tags) <= level:
            yield complaint
        else:
            path, tag = complaint.tags[level]
            unions.setdefault(path, {}).setdefault(tag, []).append(complaint)
    for path, by_member in unions.items():
        meant = min(by_member.values(), key=lambda group: _misfit(group, path))
        if _misfit(meant, path)[0] and len(by_member) > 1:
            others = tuple(complaint for group in by_member.values() for complaint in group if complaint.path == path)
            yield replace(meant[0], instead=others)
        else:
            yield from _settle(meant, level + 1)


def _misfit(group: list[_Complaint], path: Path) -> tuple[bool, int, int]:
    wrong_kind = any(complaint.path == path and due(complaint.type) is not None for complaint in group)
    unknown = sum(complaint.type == "extra_forbidden" and complaint.path[:-1] == path for complaint in group)
    return wrong_kind, unknown, len(group)


def _join(complaints: list[_Complaint], source: Source) -> tuple[list[Diagnostic], list[_Complaint]]:
    """Diagnostics for pairs of an unknown and a missing key of one mapping that look alike, and the complaints that are left."""
    missing: dict[Path, list[_Complaint]] = {}
    for complaint in complaints:
        if complaint.type == "missing":
            missing.setdefault(complaint.path[:-1], []).append(complaint)
    joined: list[Diagnostic] = []
    done: set[Path] = set()
    for complaint in complaints if missing else ():
        if complaint.type != "extra_forbidden":
            continue
        wanted = {str(other.path[-1]): other for other in missing.get(complaint.path[:-1], []) if other.path not in done}
        near = nearest(str(complaint.path[-1]), wanted)
        if near is not None:
            done |= {complaint.path, wanted[near].path}
            span = source.span(complaint.path, key=True)
            message = f"Unknown key `{_shown(complaint.path[-1])}`; `{near}` is required here."
            joined.append(Diagnostic("S101", Severity.ERROR, span, message, f"Rename it to `{near}`.", _edit(span, near, safe=True)))
    return joined, [complaint for complaint in complaints if complaint.path not in done]


def _diagnostic(complaint: _Complaint, source: Source) -> Diagnostic:
    if complaint.type == "extra_forbidden":
        return _unknown_key(complaint, source)
    if complaint.type == "missing":
        return _missing_key(complaint, source)
    every = complaint.instead or (complaint,)
    words = [word for one in every for word in _legal_words(one)]
    if words and (isinstance(complaint.value, (str, int)) or not complaint.instead):
        return _wrong_word(complaint, words, source)
    kinds = list(dict.fromkeys(kind for one in every if (kind := due(one.type))))
    kinds += [f"`{word}`" for word in words]
    written = source.written(complaint.path)
    code, message, hint, text = refusal(
        kinds, complaint.value, written, type_=complaint.type, context=complaint.context, message=complaint.message
    )
    span = source.span(complaint.path)
    return Diagnostic(code, Severity.ERROR, span, message, hint, None if text is None else _edit(span, text, safe=True))


def _unknown_key(complaint: _Complaint, source: Source) -> Diagnostic:
    span = source.span(complaint.path, key=True)
    word, legal = str(complaint.path[-1]), legal_keys(complaint.owner)
    near = nearest(word, legal)
    guess = f"Did you mean `{near}`? " if near else ""
    hint = f"{guess}Legal here: {', '.join(legal)}." if legal else ""
    taken = near is None or source.span((*complaint.path[:-1], near), key=True) != source.span(complaint.path[:-1], key=True)
    fix = None if taken or near is None else _edit(span, near, safe=False)
    return Diagnostic("S101", Severity.ERROR, span, f"Unknown key `{_shown(word)}`.", hint, fix)


def _missing_key(complaint: _Complaint, source: Source) -> Diagnostic:
    mapping = complaint.path[:-1]
    first = next(iter(complaint.value), None) if isinstance(complaint.value, dict) else None
    named = bool(mapping) and isinstance(mapping[-1], str)
    span = source.span(mapping, key=True) if named or first is None else source.span((*mapping, first), key=True)
    place = f" in `{_shown(mapping[-1])}`" if named else ""
    return Diagnostic(
        "S102", Severity.ERROR, span, f"The key `{complaint.path[-1]}` is missing{place}.", f"Add `{complaint.path[-1]}:` here."
    )


def _legal_words(complaint: _Complaint) -> list[str]:
    if complaint.type == "union_tag_invalid":
        return [quoted or bare for quoted, bare in _WORDS.findall(complaint.context.get("expected_tags", ""))]
    if complaint.type != "literal_error":
        return []
    return [quoted or bare for quoted, bare in _WORDS.findall(complaint.context["expected"])]


def _wrong_word(complaint: _Complaint, words: list[str], source: Source) -> Diagnostic:
    written = _shown(complaint.value if isinstance(complaint.value, str) else source.written(complaint.path))
    others = list(dict.fromkeys(kind for one in complaint.instead if (kind := due(one.type))))
    hint = f"Legal here: {', '.join(words + others)}."
    near: str | None = written if written in words else nearest(written, words)
    span, text = source.span(complaint.path), near
    if near == written:
        # The right word in the wrong dress: a number in quotation marks, or a word without those it needs.
        text = near if isinstance(complaint.value, str) else f'"{near}"'
        hint = f"Write it as {text}. {hint}"
    elif near is not None:
        hint = f"Did you mean `{near}`? {hint}"
    message = f"`{written}` is not one of the words that are legal here."
    return Diagnostic("S103", Severity.ERROR, span, message, hint, None if text is None else _edit(span, text, safe=near == written))


def _shown(value: object) -> str:
    line = clean_line(str(value))
    return line if len(line) <= 60 else f"{line[:59]}…"  # noqa: PLR2004 (what fits on a line beside the message)


def _edit(span: Span, text: str, *, safe: bool) -> Fix:
    return Fix(safe=safe, edits=(Edit(span.line, span.column, span.end_line, span.end_column, text),))
