r"""The small form of `expect`: `field = value [± n]`, `field in {a, b}`, `field ~ pattern`, `field is normalised text`, joined by `;`.

A value that is a dotted name is a fact of the case. Patterns are regular expressions of a safe kind: no repeats inside repeats, no
repeated alternatives, no references back and no looking around, so that no value can keep the matcher busy.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.sop_model import Expected

if TYPE_CHECKING:
    from branchline.content.facts import Value

HINT = "Write `amount = 5 ± 0.01`, `method in {card, bank}`, `code ~ [A-Z]+`, or `name is some words`, joined by `;`."
_PART = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(=|~|\bin\b|\bis\b)\s*(.*?)\s*", re.DOTALL)
_FACT = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?")
_TOLERANCE = re.compile(r"(.*?)\s*(?:±|\+-|\+/-)\s*(\d{1,18}(?:\.\d{1,18})?)", re.DOTALL)
_LONGEST = 200
_MOST_REPEATS = 3
_KINDS = {"=": "equal", "in": "in", "~": "pattern", "is": "text"}


class Unreadable(NamedTuple):
    """What is wrong with the characters `start` to `end` of the text."""

    start: int
    end: int
    message: str


def read_expected(text: str) -> tuple[tuple[Expected, ...], list[Unreadable]]:
    """What the text expects, and what of it cannot be read."""
    found: list[Expected] = []
    wrong: list[Unreadable] = []
    for start, part in _parts(text):
        read = _read(part)
        if isinstance(read, str):
            lead = len(part) - len(part.lstrip())
            wrong.append(Unreadable(start + lead, start + max(len(part.rstrip()), lead), read))
        else:
            found.append(read)
    return tuple(found), wrong


def _parts(text: str) -> list[tuple[int, str]]:
    """The parts between semicolons, with where they begin; an empty one at the end is none."""
    parts, start = [], 0
    for part in text.split(";"):
        parts.append((start, part))
        start += len(part) + 1
    return parts[:-1] if len(parts) > 1 and not parts[-1][1].strip() else parts


def _read(part: str) -> Expected | str:
    found = _PART.fullmatch(part)
    if found is None or not found[3]:
        return "This is no expectation."
    name, sign, written = found[1], found[2], found[3]
    if sign == "in":
        words = tuple(value_of(word) for word in written.strip("{}").split(",") if word.strip())
        braced = written.startswith("{") and written.endswith("}") and words
        return Expected(name, "in", words) if braced else "The words of `in` stand between braces."
    if sign == "~":
        problem = unsafe(written)
        return problem or Expected(name, "pattern", (written,))
    tolerance = 0.0
    if sign == "=" and (near := _TOLERANCE.fullmatch(written)):
        written, tolerance = near[1], float(near[2])
    if _FACT.fullmatch(written):
        return Expected(name, _KINDS[sign], (), written, tolerance)
    value: Value = written if sign == "is" else value_of(written)
    if tolerance and (isinstance(value, str | bool)):
        return "A tolerance stands behind a number or a fact."
    return Expected(name, _KINDS[sign], (value,), "", tolerance)


def value_of(written: str) -> Value:
    """A constant: a number, `true`, `false`, or words."""
    written = written.strip()
    if written in {"true", "false"}:
        return written == "true"
    if _NUMBER.fullmatch(written):
        return float(written) if "." in written else int(written)
    return written.strip("\"'")


def unsafe(pattern: str) -> str:
    """Why a pattern is refused, or empty where it is one and safe."""
    if len(pattern) > _LONGEST:
        return f"This pattern is longer than {_LONGEST} characters."
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return "This is no regular expression."
    return _repeats(pattern)


_TOKEN = re.compile(r"\\[1-9]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|\(|\)|\||[*+?]|\{\d*,?\d*\}|.", re.DOTALL)


def _repeats(pattern: str) -> str:
    """Why the repeats of a valid pattern are refused; each open bracket remembers whether a repeat or an alternative is in it."""
    busy: list[bool] = [False]
    closed = False
    many = 0
    for piece in _TOKEN.findall(pattern):
        repeat = piece in {"*", "+", "?"} or (piece[0] == "{" and len(piece) > 1)
        if piece == "(?" or re.fullmatch(r"\\[1-9]", piece):
            return "A pattern looks neither around nor back."
        if repeat and closed and piece != "?":
            return "A repeat stands on a part that repeats or has alternatives itself."
        many += repeat and piece != "?"
        if many > _MOST_REPEATS:
            return f"A pattern has {_MOST_REPEATS} repeats at most."
        closed = False
        if piece in {"(", "(?:"}:
            busy.append(False)
        elif piece == ")" and len(busy) > 1:
            closed = busy.pop()
            busy[-1] |= closed
        elif repeat or piece == "|":
            busy[-1] = True
    return ""
