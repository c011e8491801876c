"""Comments that silence a finding: `# branchline: ignore[CODE] reason`, behind the line or on a line of its own above it.

In Markdown the comment reads `<!-- branchline: ignore[CODE] reason -->`. A reason is due, and a comment that silences nothing is found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from branchline.authoring.check.registry import can_be_silenced, rules
from branchline.content.diagnostic import Diagnostic, Span
from branchline.content.position import Lines
from branchline.content.source import read_text
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.authoring.check.files import Texts

_COMMENT = re.compile(
    r"(?:(?<=\s)|^)(?:#|<!--)[ \t]*branchline:[ \t]*ignore\[(?P<codes>[^\]\n]*)\][ \t]*(?P<reason>[^\n]*?)[ \t]*(?:-->)?[ \t]*$",
    re.MULTILINE,
)
_OWN_LINE = re.compile(r"\s*(?:#|<!--)")
_CODE = re.compile(r"[^\s,]+")
_MOST = 1_000
"""Comments of a file, and codes of a comment, that count."""
_WHOLE = frozenset({"R013", "R014"})
"""Codes that only a check of the whole workspace can give."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One code in one comment."""

    code: str
    span: Span
    lines: range
    """The lines of whose findings it speaks."""
    reason: str


def silenced(found: Iterable[Diagnostic], files: Iterable[str], texts: Texts, *, whole: bool) -> list[Diagnostic]:
    """`found` without what comments in `files` silence, and with what is wrong with the comments."""
    comments = [one for file in files for one in suppressions(texts.text(file), file)]
    by_code: dict[tuple[str, str], list[Suppression]] = {}
    for one in comments:
        by_code.setdefault((one.span.file, one.code), []).append(one)
    used: set[Suppression] = set()
    refused: set[Suppression] = set()
    kept = []
    for finding in found:
        speaking = [one for one in by_code.get((finding.span.file, finding.code), ()) if finding.span.line in one.lines]
        silent = bool(speaking) and can_be_silenced(finding)
        (used if silent else refused).update(speaking)
        if not silent:
            kept.append(finding)
    for one in comments:
        useless = one not in used and (whole or one.code not in _WHOLE)
        kept += _problems(one, useless=useless, refused=one in refused)
    return kept


def _problems(one: Suppression, *, useless: bool, refused: bool) -> Iterator[Diagnostic]:
    known = rules()
    if one.code not in known:
        yield _finding("S203", one.span, f"There is no code `{clean_line(one.code)}`.", did_you_mean(one.code, known))
    elif refused:
        yield _finding(
            "S204", one.span, f"{one.code} is an error and cannot be silenced.", "Mend what it speaks of, and delete the comment."
        )
    elif useless:
        yield _finding("S202", one.span, f"Nothing here has the code {one.code}.", "Delete the comment.")
    elif not one.reason:
        yield _finding("S201", one.span, f"{one.code} is silenced without a reason.", "Say why behind the bracket.")


def _finding(code: str, span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, rules()[code].severity, span, message, hint)


def suppressions(text: str, file: str) -> list[Suppression]:
    """Every code in every such comment of `text`; what stands inside an authored text is no comment."""
    if "branchline:" not in text:
        return []
    inside = sorted(_scalars(text, file))
    found = []
    places = Lines(text)
    below = _below(text.split("\n"))
    for comment in islice(_COMMENT.finditer(text), _MOST):
        within = bisect_right(inside, (comment.start(), len(text))) - 1
        if within >= 0 and comment.start() < inside[within][1]:
            continue
        number = places.place(comment.start())[0] + 1
        first = text.rfind("\n", 0, comment.start()) + 1
        own = not text[first : comment.start()].strip()
        covered = range(number, (below[number] if own else number) + 1)
        for code in islice(_CODE.finditer(comment["codes"]), _MOST):
            start = comment.start("codes") + code.start() - first + 1
            span = Span(file, number, start, number, start + len(code.group()))
            found.append(Suppression(code.group().upper(), span, covered, comment["reason"].strip()))
    return found


def _below(lines: list[str]) -> list[int]:
    """By the number of each line, that of the first line below it that is no comment, else of the last line."""
    found = [len(lines)] * (len(lines) + 1)
    for number in range(len(lines) - 1, 0, -1):
        found[number] = found[number + 1] if _OWN_LINE.match(lines[number]) else number + 1
    return found


def _scalars(text: str, file: str) -> list[tuple[int, int]]:
    """The stretches of quoted and block texts, in which a `#` is only a character."""
    return [] if text.startswith("---") else read_text(text, file).dressed()
