"""The little Markdown that the program itself reads in SOPs: front matter, numbered steps with brace blocks, quotes that allow exceptions.

A step is `1. text {#id key=value key="quoted value" flag}`; indented lines below belong to it. A brace block stands at the very end and
holds machine facts when it begins with `#` or holds `=`; braces elsewhere in a text are text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from branchline.content.diagnostic import Diagnostic, Severity, Span
from branchline.content.position import Lines
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

CODES = {
    "P201": "brace block that is not closed",
    "P202": "brace block that is not at the end",
    "P203": "brace block that cannot be read",
    "P204": "attribute given twice",
    "P205": "step with facts and without id",
}
"""The code of every Diagnostic of brace blocks, with a short title."""

_MOST_FINDINGS = 100

_FENCE = re.compile(r"---[ \t]*")
_STEP = re.compile(r" {0,3}(\d{1,6})[.)][ \t]+(?=\S)")
_QUOTE = re.compile(r" {0,3}>[ \t]?")
_CODE = re.compile(r" {0,3}(?:```|~~~)")
_MARK = re.compile(r'[{}"]')
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_FACTS = re.compile(r"\{\s*(?:#|[A-Za-z][\w-]*=)")
_ITEM = re.compile(
    r'#(?P<id>[A-Za-z0-9][\w-]*)(?=\s|$)|(?P<key>[A-Za-z][\w-]*)(?:=(?:"(?P<quoted>(?:[^"\\\n]|\\.)*)"|(?P<bare>[^\s"{}]+)))?(?=\s|$)'
)
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class RawStep:
    """One numbered line as written; without a brace block it is advice: no id and no attributes.

    `text` is the line without its block, continuation lines joined by spaces; a bare flag has the attribute value "". `line` is the line
    of the number and `column` the column of the block (or of the text); `block` is the block's place, `places` that of each value.
    """

    number: int
    text: str
    id: str
    attributes: dict[str, str]
    line: int
    column: int
    block: Span
    places: dict[str, Span] = field(default_factory=dict)


@dataclass(frozen=True)
class RawQuote:
    """One quote with a brace block, such as an exception with `{allow=reason}`; its text is without marks and block."""

    text: str
    attributes: dict[str, str]
    block: Span


@dataclass(frozen=True)
class _Chunk:
    """Lines of the body that belong together; `line` is the number of the first, `lead` what stands before the text in it."""

    kind: str
    line: int
    text: str
    lead: int = 0
    number: int = 0

    @cached_property
    def lines(self) -> Lines:
        """Where each character of the text stands."""
        return Lines(self.text)


@dataclass
class _Block:
    """A brace block: where it begins in its chunk's text, and what it says."""

    start: int
    span: Span
    id: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)


def split_front_matter(text: str) -> tuple[str, int, str, int]:
    """Front matter without its `---` lines, the number of its first line, the body, and the number of the body's first line.

    A text that does not begin with a `---` line, or never closes it, is all body.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if _FENCE.fullmatch(lines[0]):
        for index, line in enumerate(lines[1:], 1):
            if _FENCE.fullmatch(line):
                front = "".join(f"{inner}\n" for inner in lines[1:index])
                return front, 2, "\n".join(lines[index + 1 :]), index + 2
    return "", 1, "\n".join(lines), 1


def numbered_steps(body: str, first_line: int, file: str = "") -> tuple[str, list[RawStep], str, list[Diagnostic]]:
    """What stands before the first step, the steps, what else follows it (quotes without their blocks), and what is wrong.

    `first_line` is the number of the body's first line in `file`.
    """
    reader = _Reader(file)
    intro: list[str] = []
    steps: list[RawStep] = []
    rest: list[str] = []
    for chunk in _chunks(body, first_line):
        if chunk.kind == "step":
            steps.append(reader.step(chunk))
            continue
        block = reader.block(chunk) if chunk.kind == "quote" else None
        (rest if steps else intro).append(chunk.text if block is None else chunk.text[: block.start].rstrip())
    return "\n".join(intro).strip("\n"), steps, "\n".join(rest).strip("\n"), reader.findings


def quotes(body: str, first_line: int, file: str = "") -> list[RawQuote]:
    """The quotes of `body` that end in a brace block; what is wrong with others is told by `numbered_steps`."""
    reader = _Reader(file)
    found: list[RawQuote] = []
    for chunk in _chunks(body, first_line):
        block = reader.block(chunk) if chunk.kind == "quote" else None
        if block is not None:
            words = (_QUOTE.sub("", line, count=1).strip() for line in chunk.text[: block.start].split("\n"))
            found.append(RawQuote(" ".join(word for word in words if word), block.attributes, block.span))
    return found


def _chunks(body: str, first_line: int) -> Iterator[_Chunk]:
    """The body cut into steps, quotes and other lines."""
    lines = body.split("\n")
    index, in_code = 0, False
    while index < len(lines):
        first, line = index, lines[index]
        index += 1
        in_code ^= bool(_CODE.match(line))
        step, quote = (None, None) if in_code else (_STEP.match(line), _QUOTE.match(line))
        if step:
            while index < len(lines) and lines[index][:1] in {" ", "\t"} and lines[index].strip() and not _STEP.match(lines[index]):
                index += 1
            text = "\n".join(lines[first:index])
            yield _Chunk("step", first + first_line, text, step.end(), int(step[1]))
        elif quote:
            while index < len(lines) and _QUOTE.match(lines[index]):
                index += 1
            yield _Chunk("quote", first + first_line, "\n".join(lines[first:index]), quote.end())
        else:
            yield _Chunk("other", first + first_line, line)


class _Reader:
    """Reads brace blocks of one file and gathers what is wrong with them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.findings: list[Diagnostic] = []

    def step(self, chunk: _Chunk) -> RawStep:
        """The step in `chunk`."""
        block = self.block(chunk)
        end = len(chunk.text) if block is None else block.start
        text = " ".join(line.strip() for line in chunk.text[chunk.lead : end].split("\n") if line.strip())
        if block is None:
            span = self._span(chunk, chunk.lead, len(chunk.text.rstrip()))
            return RawStep(chunk.number, text, "", {}, chunk.line, span.column, span)
        if not block.id and block.attributes:
            self._error("P205", block.span, "A step with facts needs an id.", "Begin the block with `#` and a short name: {#verify …}.")
        return RawStep(chunk.number, text, block.id, block.attributes, chunk.line, block.span.column, block.span, block.places)

    def block(self, chunk: _Chunk) -> _Block | None:
        """The brace block at the end of `chunk`; None without one, or where it cannot be told where it ends."""
        text, end = chunk.text, len(chunk.text.rstrip())
        start, at = -1, chunk.lead
        while mark := _MARK.search(text, at):
            at = mark.end()
            if mark.group() == "{":
                start = mark.start()
            elif start < 0:
                continue
            elif mark.group() == "}":
                if at == end:
                    return self._read(chunk, start, end)
                self._misplaced(chunk, start, at)
                start = -1
            elif quoted := _QUOTED.match(text, mark.start()):
                at = quoted.end()
            else:
                break
        if start >= 0 and _FACTS.match(text, start):
            what = "The quotation mark in this brace block is never closed." if mark else "This brace block is never closed."
            self._error("P201", self._span(chunk, start, start + 1), what, "End it with `}` on the last line of the step.")
        return None

    def _misplaced(self, chunk: _Chunk, start: int, end: int) -> None:
        if _FACTS.match(chunk.text, start):
            span = self._span(chunk, start, end)
            self._error("P202", span, "Text stands after this brace block.", "Move the block to the end of the step, and keep to one.")

    def _read(self, chunk: _Chunk, start: int, end: int) -> _Block:
        block = _Block(start, self._span(chunk, start, end))
        inside, at = chunk.text[: end - 1], start + 1
        while (at := _skip(inside, at)) < len(inside):
            item = _ITEM.match(inside, at)
            if item is None:
                word = _WORD.match(inside, at)
                stop = word.end() if word else at + 1
                message = f"`{clean_line(inside[at:stop])[:60]}` cannot be read here."
                self._error("P203", self._span(chunk, at, stop), message, 'A block holds #id, key=value, key="some words" and bare flags.')
                at = stop
            else:
                self._take(block, item, chunk)
                at = item.end()
        return block

    def _take(self, block: _Block, item: re.Match[str], chunk: _Chunk) -> None:
        key = item["key"] or "id"
        group = next((name for name in ("id", "quoted", "bare") if item[name] is not None), "key")
        place = self._span(chunk, item.start(group), item.end(group))
        if key in block.places:
            self._error("P204", place, f"`{key}` is given twice.", "Keep one of them.")
            return
        block.places[key] = place
        value = "" if group == "key" else re.sub(r"\\(.)", r"\1", item[group]) if group == "quoted" else item[group]
        if key == "id":
            block.id = value
        else:
            block.attributes[key] = value

    def _span(self, chunk: _Chunk, start: int, end: int) -> Span:
        (line, column), (end_line, end_column) = chunk.lines.place(start), chunk.lines.place(end)
        return Span(self._file, chunk.line + line, column + 1, chunk.line + end_line, end_column + 1)

    def _error(self, code: str, span: Span, message: str, hint: str) -> None:
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(Diagnostic(code, Severity.ERROR, span, message, hint))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
