"""Cleaning of everything that will reach a terminal, and a few facts about how text looks there.

Neither Textual nor a terminal protects itself: control, escape and bidi-override characters in customer text, names,
file names or an LRS's answer would be obeyed. Whatever comes from data passes `clean` once, where it enters.
"""

from __future__ import annotations

import difflib
import heapq
import re
import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# C0 without tab and newline, DEL, C1, line and paragraph separators, bidi marks, embeddings, overrides and isolates,
# the byte order mark, interlinear annotation marks, lone surrogates, and the tag characters that hide text in emoji.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
NARROWEST = 16
"""Columns below which wrapping would only tear words."""
_NAMED = 12
_MANY, _FEW = 200, 3
_SPACES = re.compile(r"[\t\n ]{2,}|[\t\n]")


def clean(text: str) -> str:
    """`text` with every character that a terminal would obey rather than show replaced by U+FFFD; tabs and newlines stay."""
    if _is_plain(text):
        return text
    return _UNSAFE.sub(REPLACEMENT, text.replace("\r\n", "\n")) if _UNSAFE.search(text) else text


def _is_plain(text: str) -> bool:
    """Whether it is printable ASCII, as most text is: quickly asked, and nothing has to be done to it."""
    return text.isascii() and text.isprintable()


def clean_line(text: str) -> str:
    """`clean` on one line: runs of spaces, tabs and newlines become one space."""
    return _SPACES.sub(" ", clean(text)).strip()


def minute(at: str) -> str:
    """A UTC instant (ISO 8601) to the minute."""
    return clean_line(f"{at[:16].replace('T', ' ')} UTC")


def day(at: str) -> str:
    """The date here at a UTC instant (ISO 8601), as agreed days are meant; what is no instant as it is written."""
    from datetime import datetime  # noqa: PLC0415  # what only cleans needs no dates

    try:
        return datetime.fromisoformat(at).astimezone().date().isoformat()
    except (ValueError, OverflowError):
        return clean_line(at[:10])


def first_unsafe(text: str) -> int | None:
    """The index of the first character that `clean` would replace, or None."""
    found = _UNSAFE.search(text)
    return found.start() if found else None


def width(text: str) -> int:
    """Columns that `text` takes in a terminal: wide and fullwidth characters count two, combining marks none."""
    return len(text) if _is_plain(text) else sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def wrap(text: str, columns: int, indent: str = "") -> str:
    """Cleaned `text` with no line wider than `columns` as the terminal counts; lines after the first of a paragraph are indented."""
    room = max(columns, NARROWEST)
    return "\n".join("\n".join(_lines(paragraph, room, indent)) for paragraph in clean(text).split("\n"))


def _lines(paragraph: str, room: int, indent: str) -> Iterator[str]:
    if width(paragraph) <= room:
        yield paragraph
        return
    line = paragraph[: len(paragraph) - len(paragraph.lstrip(" "))]
    empty = True
    for word in _pieces(paragraph.replace("\t", " ").split(" "), room - width(indent)):
        if empty:
            line, empty = line + word, False
        elif width(line) + 1 + width(word) <= room:
            line += f" {word}"
        else:
            yield line
            line = indent + word
    yield line


def _pieces(words: list[str], room: int) -> Iterator[str]:
    """The words, those wider than a line cut into pieces that fit."""
    for word in filter(None, words):
        piece = ""
        for char in word:
            if width(piece + char) > room:
                yield piece
                piece = ""
            piece += char
        yield piece


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None where nothing is close enough to suggest."""
    known = list(candidates)
    if len(known) > _MANY:
        # Comparing costs some twenty microseconds each; the one that is meant begins or ends like the word.
        near = [name for name in known if abs(len(name) - len(word)) <= _FEW]
        known = heapq.nlargest(_MANY, near, key=lambda name: _shared(name, word))
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else None


def _shared(one: str, other: str) -> int:
    """How many letters both begin and end with."""
    pairs = (zip(one, other, strict=False), zip(reversed(one), reversed(other), strict=False))
    return sum(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], each)) for each in pairs)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A hint that names the candidate nearest to `word`, or the legal ones where none is near; empty without candidates."""
    known = sorted(set(candidates))
    more = ", …" if len(known) > _NAMED else ""
    if near := nearest(word, known):
        return f"Did you mean `{near}`?"
    return f"Known: {', '.join(known[:_NAMED])}{more}." if known else ""
