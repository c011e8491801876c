"""Where things stand in a text: lines and columns of an index, and which character of a YAML scalar came from where."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from branchline import text as terminal

if TYPE_CHECKING:
    from branchline.content.diagnostic import Span

_FOLD = r"[ \t]*\n[ \t\n]*"
_DOUBLE = re.compile(rf"\\(?:x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|\n[ \t\n]*|.)|{_FOLD}|.", re.DOTALL)
_SINGLE = re.compile(rf"''|{_FOLD}|.", re.DOTALL)
_PLAIN = re.compile(rf"{_FOLD}|.", re.DOTALL)
_SNIPPET_COLUMNS = 110


class Lines:
    """The lines of `text`, which ends them with newlines only."""

    def __init__(self, text: str) -> None:
        self.text = text
        lengths = accumulate(map(len, text.split("\n")), initial=0)
        # Before each line stand the lines above it, and one newline for each of them.
        self._starts = [length + number for number, length in enumerate(lengths)]
        self._starts.pop()

    def place(self, index: int) -> tuple[int, int]:
        """Line and column of the character at `index`, both counted from 0; past the end is the end."""
        index = max(0, min(index, len(self.text)))
        line = bisect_right(self._starts, index) - 1
        return line, index - self._starts[line]

    def stretch(self, start: int, end: int) -> tuple[int, int, int, int]:
        """The places of both ends."""
        line, column = self.place(start)
        # Most stretches end in the line they begin in.
        if start <= end < self._starts[min(line + 1, len(self._starts) - 1)]:
            return line, column, line, column + end - start
        return line, column, *self.place(end)

    def line(self, number: int) -> str:
        """The text of line `number`, counted from 0, without its newline; empty outside the text."""
        if not 0 <= number < len(self._starts):
            return ""
        end = self.text.find("\n", self._starts[number])
        return self.text[self._starts[number] : end if end >= 0 else len(self.text)]


def scalar_places(text: str, start: int, end: int, style: str | None, value: str) -> list[int]:
    """For each character of `value`, and for its end, the index in `text` that it was read from.

    The scalar stands in `text` from `start` to `end`; `style` is as YAML nodes have it: a quotation mark, `|`, `>` or none.
    """
    if style in {"|", ">"}:
        return _block_places(text, start, end, value)
    quoted = style in {"'", '"'}
    pattern = _DOUBLE if style == '"' else _SINGLE if style == "'" else _PLAIN
    first, last = (start + 1, max(start + 1, end - 1)) if quoted else (start, end)
    places: list[int] = []
    for token in pattern.finditer(text, first, last):
        places.extend([token.start()] * _length(token.group()))
    del places[len(value) :]
    return places + [last] * (len(value) + 1 - len(places))


def _length(token: str) -> int:
    """How many characters of the value one token of a flow scalar becomes: folding turns n line breaks into n - 1, one into a space."""
    breaks = token.count("\n")
    if not breaks:
        return 1
    return breaks - 1 if breaks > 1 or token.startswith("\\") else 1


def _block_places(text: str, start: int, end: int, value: str) -> list[int]:
    head = text.find("\n", start, end)
    at = head + 1 if head >= 0 else end
    places = [at] * (len(value) + 1)
    cursor, indent = 0, -1
    for line in text[at:end].split("\n"):
        if line.strip():
            indent = indent if indent >= 0 else _lead(line) - _lead(value.lstrip("\n"))
            content = line[indent:]
            found = value.find(content, cursor)
            if found >= 0:
                cursor = found + len(content)
                places[found:cursor] = range(at + indent, at + indent + len(content))
                places[cursor:] = [at + len(line)] * (len(value) + 1 - cursor)
        at += len(line) + 1
    return places


def _lead(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def snippet(line: str, span: Span) -> str:
    """`line` and, under it, carets below the columns of `span`; wide characters count two, long lines are cut around the place."""
    length = len(line)
    first = min(span.column - 1, length)
    last = min(span.end_column - 1, length) if span.end_line == span.line else len(line.rstrip())
    last = max(last, first)
    cut = max(0, first - _SNIPPET_COLUMNS // 2)
    head, tail = ("…" if cut else ""), ("…" if length > cut + _SNIPPET_COLUMNS else "")
    window = terminal.clean(line[cut : cut + _SNIPPET_COLUMNS].replace("\t", " "))
    before = terminal.width(head + window[: first - cut])
    return f"{head}{window}{tail}\n{' ' * before}{'^' * max(1, terminal.width(window[first - cut : last - cut]))}"
