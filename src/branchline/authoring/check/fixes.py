"""Fixes: edits of the characters at a place, so that comments, quotation marks and order survive; and which of them are safe.

A fix is safe where it cannot change what the designer meant: one mistyped letter in a name that only one known name resembles, an operator
in another language's spelling, quotation marks that are missing, a key whose value is known, a variable that nothing uses.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from branchline.content.diagnostic import Diagnostic, Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from branchline.authoring.check.files import Texts
    from branchline.content.diagnostic import Span

_SPELLINGS = frozenset({"C003", "C004", "C005", "C013", "C014"})
"""Codes of expressions whose fix says the same in our spelling."""
_SUGGESTED = re.compile(r"Did you mean `([^`]+)`\?")
_QUOTED = re.compile(r"`([^`]+)`")
_KNOWN = {"The key `format` is missing.": "format: 1\n", "The key `id` is missing.": "id: {}\n"}
"""Missing keys whose value can be told, with their line; the braces stand for the name of the file."""
_SHORTEST = 4
"""Letters from which on one of them can be a slip."""
_BOM = "\ufeff"


def improved(finding: Diagnostic, texts: Texts, names: Collection[str]) -> Diagnostic:
    """The finding with the fix that follows from its hint, where there is one, marked safe where it is."""
    fix = finding.fix
    if fix is None:
        fix = _suggested(finding, texts, names) or _missing(finding, texts)
    elif not fix.safe and (finding.code in _SPELLINGS or _slips(fix.edits, finding.span, texts, names)):
        fix = replace(fix, safe=True)
    return finding if fix is finding.fix else replace(finding, fix=fix)


def _slips(edits: Sequence[Edit], span: Span, texts: Texts, names: Collection[str]) -> bool:
    """Whether the only edit mends one mistyped letter in the name at `span`."""
    if len(edits) != 1 or (edits[0].line, edits[0].column, edits[0].end_column) != (span.line, span.column, span.end_column):
        return False
    return slip(texts.at(span).strip("'\""), edits[0].text.strip("'\""), names)


def slip(written: str, meant: str, names: Collection[str]) -> bool:
    """Whether `written` is `meant` with one letter mistyped, left out, doubled or swapped, and no other of `names` is as near."""
    if len(written) < _SHORTEST or not _one_edit(written, meant):
        return False
    return not any(_one_edit(written, name) for name in names if name != meant)


def _one_edit(one: str, other: str) -> bool:
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((index for index, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:] and len(left) > 1)
    return left[1:] == right if len(left) > len(right) else left == right[1:]


def _suggested(finding: Diagnostic, texts: Texts, names: Collection[str]) -> Fix | None:
    """The rename that the hint suggests."""
    found = _SUGGESTED.match(finding.hint)
    span = finding.span
    if found is None or span.line != span.end_line:
        return None
    written = texts.at(span)
    for wrong in _QUOTED.findall(finding.message):
        if written.count(wrong) == 1 and not wrong.isspace():
            start = span.column + written.index(wrong)
            braced = wrong.startswith("{")
            edit = Edit(span.line, start + braced, span.line, start + len(wrong) - braced, found[1])
            return Fix(safe=slip(wrong.strip("{}"), found[1], names), edits=(edit,))
    return None


def _missing(finding: Diagnostic, texts: Texts) -> Fix | None:
    """The missing key of a file whose value can be told: its format, and the id that its name says."""
    if finding.code != "S102" or finding.span.column != 1 or finding.message not in _KNOWN:
        return None
    line = _KNOWN[finding.message].format(texts.path(finding.span.file).stem)
    at = finding.span.line
    return Fix(safe=True, edits=(Edit(at, 1, at, 1, line),))


def edited(text: str, fixes: Iterable[Fix]) -> str:
    """`text` as it is in the file (with its byte order mark and line ends) after the fixes; of two that overlap the first counts."""
    mark = _BOM if text.startswith(_BOM) else ""
    body = text[len(mark) :]
    ends = "\r\n" if "\r\n" in body else "\n"
    starts = [0, *(found.end() for found in re.finditer("\n", body))]
    pieces: list[tuple[int, int, str]] = []
    for fix in fixes:
        new = [
            (_index(starts, edit.line, edit.column, body), _index(starts, edit.end_line, edit.end_column, body), edit.text)
            for edit in fix.edits
        ]
        if not any(_overlap(one, other) for one in new for other in pieces):
            pieces += new
    for start, end, written in sorted(pieces, reverse=True):
        body = body[:start] + written.replace("\n", ends) + body[end:]
    return mark + body


def _index(starts: list[int], line: int, column: int, body: str) -> int:
    return min(starts[line - 1] + column - 1, len(body)) if line <= len(starts) else len(body)


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one == other or (one[0] < other[1] and other[0] < one[1]) or (one[0] == other[0] and one[1] == other[1])


def mended(findings: Iterable[Diagnostic], texts: Texts) -> dict[Path, tuple[str, bytes]]:
    """What safe fixes make of each file: name and new content by its real path; files that stay the same are not among them."""
    by_file: dict[str, list[Fix]] = {}
    for finding in findings:
        if finding.fix is not None and finding.fix.safe:
            by_file.setdefault(finding.span.file, []).append(finding.fix)
    found = {}
    for file, fixes in by_file.items():
        path = texts.path(file).resolve()
        old = path.read_bytes()
        new = edited(old.decode("utf-8"), fixes).encode("utf-8")
        if new != old:
            found[path] = (file, new)
    return found


def difference(file: str, old: bytes, new: bytes) -> str:
    """The unified diff of one file."""
    before, after = (content.decode("utf-8", "replace").replace("\r\n", "\n").splitlines(keepends=True) for content in (old, new))
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in difflib.unified_diff(before, after, f"a/{file}", f"b/{file}"))
