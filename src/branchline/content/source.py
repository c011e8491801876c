"""YAML as designers write it, read once into plain data whose every key and value keeps its place.

What is true of `read_text`:

- Plain scalars follow a subset of the YAML 1.2 core schema: `true` and `false`; `null`, `~` and nothing; whole numbers and decimals
  without leading zero, plus sign or exponent, up to 18 digits on either side. Everything else is text: `no`, `on`, `12:30`, `0123`, `1e3`.
- Anchors, aliases, merge keys, tags, duplicate keys, a second document and characters that a terminal would obey are Diagnostics.
- The C parser is used where it exists, the pure Python one otherwise; both give the same data and the same places.
- Nothing raises: what cannot be read has `data` None and at least one Diagnostic.
"""

from __future__ import annotations

import re
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from branchline.content import position
from branchline.content.collector import collector_paused
from branchline.content.composing import Refused, compose, tagged
from branchline.content.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from branchline.content.yaml_words import is_tab, plain_words
from branchline.text import clean_line, first_unsafe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.content.kept_data import KeptData

CODES = {
    "S001": "file cannot be read",
    "S002": "file is not UTF-8",
    "S003": "control, escape or bidi character",
    "S004": "file is too large",
    "S005": "not valid YAML",
    "S006": "tab as indentation",
    "S007": "duplicate key",
    "S008": "anchor or alias",
    "S009": "merge key",
    "S010": "tag",
    "S011": "several documents",
    "S012": "empty file",
    "S013": "nested too deeply",
    "S014": "text is too long",
    "S015": "key is not text",
    "S016": "too many values",
}
"""The code of every Diagnostic that reading can give, with a short title; `shape` continues the family at S101."""

MOST_BYTES = 2 * 1024 * 1024
MOST_CHARACTERS = 10_000
_MOST_FINDINGS = 100
_MANY = 8
"""Keys of a mapping from which on an index finds one sooner than a walk."""

_RARE = re.compile(r"<<|\\[0abefvrNLPxuU]")
# Text may hold them and no terminal obeys them, but YAML has no such characters.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Source:
    """One text and what was read from it.

    `data` is built of dict, list, str, int, float, bool and None, and is None where the text is unreadable; `file` is its name in
    Diagnostics; `text` has newlines for line ends and no byte order mark; its first line counts as `first_line`.
    """

    file: str
    text: str
    data: Any = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    first_line: int = 1
    _root: Node | None = field(default=None, repr=False, compare=False)
    _indexes: dict[int, dict[Any, tuple[Node, Node]]] = field(default_factory=dict, repr=False, compare=False)
    _latest: tuple[Node | None, list[int]] = field(default=(None, []), repr=False, compare=False)
    """The places of the text that was last asked about: a text with one fault often has more."""

    @property
    def root(self) -> Node | None:
        """The graph of nodes that `data` was built from; of data that was kept from before it is composed when it is first asked for."""
        if self._root is None and self.data is not None:
            with collector_paused(), suppress(Refused, yaml.YAMLError, ValueError):
                self._root = compose(self.text)
        return self._root

    def span(self, path: tuple[str | int, ...], *, key: bool = False) -> Span:
        """Where the value at `path` stands, or with `key` the mapping key that leads to it; of a missing one, what would hold it."""
        key_node, node = self._find(path)
        chosen = key_node if key and key_node is not None else node
        return self.node_span(chosen) if chosen is not None else self.stretch(0, 0)

    def at(self, path: tuple[str | int, ...], start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the text at `path` stand; a value that is no text gives the whole of it."""
        _, node = self._find(path)
        if not isinstance(node, ScalarNode):
            return self.span(path)
        return self._stretch_in(node, start, end)

    def before(self, span: Span) -> str:
        """What stands before `span` on its first line."""
        return self._lines.line(span.line - self.first_line)[: span.column - 1]

    def snippet(self, span: Span) -> str:
        """The line of `span` and carets under it, safe for a terminal; two lines."""
        return position.snippet(self._lines.line(span.line - self.first_line), span)

    def written(self, path: tuple[str | int, ...]) -> str:
        """The value at `path` as the designer wrote it, quotation marks included."""
        _, node = self._find(path)
        return "" if node is None else self.text[_start(node) : _end(node, self.text)]

    def dressed(self) -> list[tuple[int, int]]:
        """Start and end in `text` of every scalar in quotation marks or written as a block: there a `#` begins no comment."""
        if self.root is None:
            return []
        return [(_start(node), _end(node, self.text)) for node, _ in _scalars(self.root) if node.style]

    def stretch(self, start: int, end: int) -> Span:
        """The span from index `start` to index `end` of `text`."""
        line, column, end_line, end_column = self._lines.stretch(start, end)
        return Span(self.file, line + self.first_line, column + 1, end_line + self.first_line, end_column + 1)

    @cached_property
    def _lines(self) -> position.Lines:
        return position.Lines(self.text)

    def _find(self, path: tuple[str | int, ...]) -> tuple[Node | None, Node | None]:
        """The deepest key node and value node on the way along `path`."""
        key, node = None, self.root
        for part in path:
            found = self._child(node, part)
            if found is None:
                break
            key, node = found
        return key, node

    def _child(self, node: Node | None, part: str | int) -> tuple[Node | None, Node] | None:
        if not isinstance(node, MappingNode) or len(node.value) <= _MANY:
            return _child(node, part)
        index = self._indexes.get(id(node))
        if index is None:
            index = {key.value: (key, value) for key, value in reversed(node.value) if isinstance(key, ScalarNode)}
            self._indexes[id(node)] = index
        return index.get(part)

    def node_span(self, node: Node) -> Span:
        """Where `node` of this source's graph stands."""
        return self.stretch(_start(node), _end(node, self.text))

    def _stretch_in(self, node: ScalarNode, start: int, end: int) -> Span:
        if self._latest[0] is not node:
            self._latest = node, position.scalar_places(self.text, _start(node), _end(node, self.text), node.style, node.value)
        places = self._latest[1]
        start = max(0, min(start, len(node.value)))
        end = max(start, min(end, len(node.value)))
        last = places[end]
        if end > start and "\n" in self.text[places[end - 1] : last]:
            last = places[end - 1] + 1
        return self.stretch(places[start], last)

    def add(self, code: str, span: Span, message: str, hint: str = "", **more: Any) -> None:
        """One more error of this text; a text with very many shows the first hundred."""
        if len(self.diagnostics) < _MOST_FINDINGS:
            self.diagnostics.append(Diagnostic(code, Severity.ERROR, span, message, hint, **more))


def read_file(path: Path, name: str | None = None, *, pure: bool = False, cache: KeptData | None = None) -> Source:
    """The YAML file at `path`, called `name` in Diagnostics; a file that cannot be opened is a Diagnostic too.

    Data that `cache` holds of the same bytes is taken from there, and what was read without a Diagnostic is kept there.
    """
    file = name if name is not None else str(path)
    content = read_bytes(path, file)
    if isinstance(content, Source):
        return content
    return read_text(content, file, pure=pure) if cache is None else _read_once(content, file, cache, pure=pure)


def _read_once(content: bytes, file: str, cache: KeptData, *, pure: bool) -> Source:
    data = cache.find(content) if len(content) <= MOST_BYTES else None
    if data is not None:
        source = decode(content, file)
        if not source.diagnostics:
            source.data = data
        return source
    source = read_text(content, file, pure=pure)
    if source.data is not None and not source.diagnostics:
        cache.keep(content, source.data)
    return source


def read_bytes(path: Path, file: str) -> bytes | Source:
    """The content of the file at `path`, or an unreadable Source that says why there is none."""
    try:
        # A pipe or a device would wait for ever.
        known = path.stat()
        if not stat.S_ISREG(known.st_mode):
            return _unreadable(file, "is a folder or a device, not a file")
        with path.open("rb") as opened:
            # Room for the most that a file may hold, for thousands of small ones, would cost more than reading them.
            return opened.read(known.st_size + 1 if 0 < known.st_size <= MOST_BYTES else MOST_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "that is no path"
        return _unreadable(file, f"cannot be read: {reason.lower()}")


def _unreadable(file: str, why: str) -> Source:
    source = Source(file, "")
    source.add("S001", source.stretch(0, 0), f"{clean_line(file)} {why}.")
    return source


def read_text(text: str | bytes, file: str, *, pure: bool = False, first_line: int = 1) -> Source:
    """`text` read as one YAML document; `pure` takes the parser written in Python, `first_line` is the number of its first line."""
    source = decode(text, file, first_line=first_line)
    if source.diagnostics:
        return source
    try:
        with collector_paused():
            _load(source, pure=pure)
    except Refused as refused:
        _refuse(source, refused)
    except yaml.MarkedYAMLError as error:
        _syntax_error(source, error)
    except (yaml.YAMLError, ValueError) as error:
        source.add("S005", source.stretch(0, 0), f"This is not valid YAML: {clean_line(str(error))}.")
    return source


def decode(text: str | bytes, file: str, *, first_line: int = 1) -> Source:
    """A Source that holds the characters of `text` and no data yet; with Diagnostics where they cannot be authored content."""
    source = Source(file, "", first_line=first_line)
    try:
        source.text = _characters(text).removeprefix("\ufeff").replace("\r\n", "\n")
        _refuse_unsafe(source.text)
    except Refused as refused:
        _refuse(source, refused)
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8").replace("\r\n", "\n")
        source.text = good
        source.add(
            "S002", source.stretch(len(good), len(good) + 1), "This character is not UTF-8.", "Save the file with the encoding UTF-8."
        )
    return source


def _characters(text: str | bytes) -> str:
    if len(text) > MOST_BYTES:
        raise Refused("S004", 0, "The file is larger than 2 MiB.", "Split it into several files.")
    if isinstance(text, str):
        return text
    if text.startswith(_UTF_16) or text[1:2] == b"\0" or text[:1] == b"\0":
        raise Refused("S002", 0, "The file is not UTF-8; it looks like UTF-16.", "Save the file with the encoding UTF-8.")
    return text.decode("utf-8")


def _refuse_unsafe(text: str) -> None:
    # What Unicode calls printable is safe; that is asked far more quickly, and true of most files.
    if text.replace("\n", "").isprintable():
        return
    index = first_unsafe(text)
    if index is None and (found := _NO_CHARACTERS.search(text)):
        index = found.start()
    if index is not None:
        raise Refused("S003", index, f"Character U+{ord(text[index]):04X} is not allowed: {_unsafe_kind(text[index])}.", "Delete it.")


def _unsafe_kind(char: str) -> str:
    if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0:  # noqa: PLR2004 (the C0 and C1 control blocks)
        return "a terminal would obey it"
    return "it is invisible and can change the order or the meaning of the text around it"


def _refuse(source: Source, refused: Refused) -> None:
    source.data = None
    span = source.stretch(refused.index, refused.index + refused.length)
    source.add(refused.code, span, refused.message, refused.hint)


def _syntax_error(source: Source, error: yaml.MarkedYAMLError) -> None:
    mark, message, hint = plain_words(error)
    # A parser that runs into the end points after the last newline, where nobody looks.
    index = min(mark.index if mark is not None else 0, max(0, len(source.text.rstrip()) - 1))
    code = "S011" if "single document" in (error.context or "") else "S005"
    if tab := is_tab(source.text, index):
        code, message, hint = "S006", "A tab is used as indentation.", "YAML is indented with spaces: replace each tab by two."
        span = source.stretch(*tab)
        edit = Edit(span.line, span.column, span.end_line, span.end_column, source.text[slice(*tab)].replace("\t", "  "))
        source.add(code, span, message, hint, fix=Fix(safe=False, edits=(edit,)))
        return
    _refuse(source, Refused(code, index, message, hint))


def _load(source: Source, *, pure: bool) -> None:
    root: Any = compose(source.text, pure=pure)
    if root is None or root.tag == (None,):
        raise Refused("S012", 0, "The file holds nothing.", "A scenario begins with `format: 1`.")
    source._root = root  # noqa: SLF001  # a Source has no graph of its own making
    builder = _Builder(source)
    source.data = builder.build(root)
    if ("<<" in source.text or "\\" in source.text) and _RARE.search(source.text):
        builder.look_closer(root)


class _Builder:
    """One walk from nodes to plain data, with what only the walk can see: duplicate keys, keys that are no text, text without end."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def build(self, node: Any) -> Any:
        """The plain data of `node`; Diagnostics go to the source. Raises Refused on a tag."""
        kind, tag = node.__class__, node.tag
        if kind is ScalarNode:
            if tag is None:
                if len(node.value) > MOST_CHARACTERS:
                    self._too_long(node)
                return node.value
            if tag.__class__ is tuple:
                return tag[0]
            raise tagged(node)
        if tag.__class__ is str:
            raise tagged(node)
        build = self.build
        if kind is SequenceNode:
            return [build(child) for child in node.value]
        data: dict[str, Any] = {}
        for key_node, value in node.value:
            key = key_node.value if key_node.tag is None else self._key(key_node)
            if key in data:
                self._duplicate(node, key_node, key)
            else:
                data[key] = build(value)
        return data

    def look_closer(self, root: Node) -> None:
        """Finds merge keys, and escapes in quoted text that stand for unsafe characters; raises Refused at the first."""
        for node, is_key in _scalars(root):
            if is_key and node.value == "<<" and not node.style:
                raise Refused("S009", _start(node), "A merge key `<<` is not allowed.", "Write the values out.", length=2)
            index = first_unsafe(node.value) if node.style == '"' else None
            if index is not None:
                end = _end(node, self._source.text)
                place = position.scalar_places(self._source.text, _start(node), end, '"', node.value)
                message = f"This escape stands for U+{ord(node.value[index]):04X}, which is not allowed: {_unsafe_kind(node.value[index])}."
                raise Refused("S003", place[index], message, "Delete it.", place[index + 1] - place[index])

    def _too_long(self, node: Node) -> None:
        message = f"This text has {len(node.value):,} characters; {MOST_CHARACTERS:,} is the most."
        self._note("S014", node, message, "Is a quotation mark left open?")

    def _key(self, node: Node) -> str:
        if node.tag.__class__ is str:
            raise tagged(node)
        if not isinstance(node, ScalarNode):
            self._note("S015", node, "A key must be text; this one is a list or a mapping.", "Put quotation marks around it.")
            return self._source.text[_start(node) : _end(node, self._source.text)]
        written = str(node.value)
        hint = f'Put quotation marks around it: "{written}".' if written else "Write the key before the colon."
        span = self._source.node_span(node)
        fix = Fix(safe=True, edits=(Edit(span.line, span.column, span.end_line, span.end_column, f'"{written}"'),)) if written else None
        self._source.add("S015", span, f"A key must be text; `{written}` is not.", hint, fix=fix)
        return written

    def _duplicate(self, mapping: MappingNode, node: Node, key: str) -> None:
        if len(self._source.diagnostics) >= _MOST_FINDINGS:
            return
        first = next(other for other, _ in mapping.value if other.value == node.value)
        related = ((self._source.node_span(first), "It stands here first."),)
        span = self._source.node_span(node)
        message = f"The key `{clean_line(key)}` stands here twice."
        self._source.add("S007", span, message, "Delete or rename one of them.", related=related)

    def _note(self, code: str, node: Node, message: str, hint: str) -> None:
        self._source.add(code, self._source.node_span(node), message, hint)


def _scalars(node: Node, *, is_key: bool = False) -> Iterator[tuple[ScalarNode, bool]]:
    """Every scalar under `node`, and whether it is a key."""
    if isinstance(node, ScalarNode):
        yield node, is_key
    elif isinstance(node, SequenceNode):
        for child in node.value:
            yield from _scalars(child)
    else:
        for key, value in node.value:
            yield from _scalars(key, is_key=True)
            yield from _scalars(value)


def _child(node: Node | None, part: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(node, SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        return None, node.value[part]
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    return None


def _start(node: Any) -> int:
    start: int = node.start_mark.index
    return start


def _end(node: Any, text: str) -> int:
    """The index after the last character of `node`: parsers let block values reach to the next token."""
    while node.__class__ is not ScalarNode and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    start = _start(node)
    return start + len(text[start : node.end_mark.index].rstrip())
