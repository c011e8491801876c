"""YAML as designers write it, read once into plain data whose every key and value keeps its place.

What is true of `read_text`:

- Plain scalars follow a subset of the YAML 1.2 core schema: `true` and `false`; `null`, `~` and nothing; whole numbers and decimals
  without leading zero, plus sign or exponent, up to 18 digits on either side. Everything else is text: `no`, `on`, `12:30`, `0123`, `1e3`.
- Anchors, aliases, merge keys, tags, duplicate keys, a second document and characters that a terminal would obey are Diagnostics.
- The C parser is used where it exists, the pure Python one otherwise; both give the same data and the same places.
- Nothing raises: what cannot be read has `data` None and at least one Diagnostic.
"""

from __future__ import annotations

import gc
import re
import stat
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from branchline.content import position
from branchline.content.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from branchline.content.yaml_words import is_tab, plain_words
from branchline.text import clean_line, first_unsafe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

try:
    from yaml.cyaml import CParser
except ImportError:  # a PyYAML that was built without libyaml
    CParser = None  # type: ignore[assignment, misc]

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
MOST_DEPTH = 40
MOST_CHARACTERS = 10_000
MOST_VALUES = 250_000
_MOST_FINDINGS = 100

_CONSTANTS: dict[str, tuple[Any] | None] = {"true": (True,), "false": (False,), "null": (None,), "~": (None,), "": (None,)}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_SHARED = re.compile(r"(?:^|[\s\[{,:?-])(?:[&*][^\s,\[\]{}]|!(?:\s|$))")
_RARE = re.compile(r"<<|\\[0abefvrNLPxuU]")
# Text may hold them and no terminal obeys them, but YAML has no such characters.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class _Refused(Exception):
    """What makes a file unreadable as a whole: a code of `CODES`, the index of the place, a message and a hint."""

    def __init__(self, code: str, index: int, message: str, hint: str = "", length: int = 1) -> None:
        super().__init__(message)
        self.code, self.index, self.message, self.hint, self.length = code, index, message, hint, length


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

    def span(self, path: tuple[str | int, ...], *, key: bool = False) -> Span:
        """Where the value at `path` stands, or with `key` the mapping key that leads to it; of a missing one, what would hold it."""
        key_node, node = self._find(path)
        chosen = key_node if key and key_node is not None else node
        return self._node_span(chosen) if chosen is not None else self.stretch(0, 0)

    def at(self, path: tuple[str | int, ...], start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the text at `path` stand; a value that is no text gives the whole of it."""
        _, node = self._find(path)
        if not isinstance(node, ScalarNode):
            return self.span(path)
        return self._stretch_in(node, start, end)

    def snippet(self, span: Span) -> str:
        """The line of `span` and carets under it, safe for a terminal; two lines."""
        return position.snippet(self._lines.line(span.line - self.first_line), span)

    def written(self, path: tuple[str | int, ...]) -> str:
        """The value at `path` as the designer wrote it, quotation marks included."""
        _, node = self._find(path)
        return "" if node is None else self.text[node.start_mark.index : _end(node, self.text)]

    def stretch(self, start: int, end: int) -> Span:
        """The span from index `start` to index `end` of `text`."""
        line, column = self._lines.place(start)
        end_line, end_column = self._lines.place(end)
        return Span(self.file, line + self.first_line, column + 1, end_line + self.first_line, end_column + 1)

    @cached_property
    def _lines(self) -> position.Lines:
        return position.Lines(self.text)

    def _find(self, path: tuple[str | int, ...]) -> tuple[Node | None, Node | None]:
        """The deepest key node and value node on the way along `path`."""
        key, node = None, self._root
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            key, node = found
        return key, node

    def _node_span(self, node: Node) -> Span:
        return self.stretch(node.start_mark.index, _end(node, self.text))

    def _stretch_in(self, node: ScalarNode, start: int, end: int) -> Span:
        places = position.scalar_places(self.text, node.start_mark.index, _end(node, self.text), node.style, node.value)
        start = max(0, min(start, len(node.value)))
        end = max(start, min(end, len(node.value)))
        last = places[end]
        if end > start and "\n" in self.text[places[end - 1] : last]:
            last = places[end - 1] + 1
        return self.stretch(places[start], last)

    def _add(self, code: str, span: Span, message: str, hint: str = "", **more: Any) -> None:
        if len(self.diagnostics) < _MOST_FINDINGS:
            self.diagnostics.append(Diagnostic(code, Severity.ERROR, span, message, hint, **more))


def read_file(path: Path, name: str | None = None, *, pure: bool = False) -> Source:
    """The YAML file at `path`, called `name` in Diagnostics; a file that cannot be opened is a Diagnostic too."""
    file = name if name is not None else str(path)
    content = read_bytes(path, file)
    return content if isinstance(content, Source) else read_text(content, file, pure=pure)


def read_bytes(path: Path, file: str) -> bytes | Source:
    """The content of the file at `path`, or an unreadable Source that says why there is none."""
    try:
        # A pipe or a device would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            return _unreadable(file, "is a folder or a device, not a file")
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "that is no path"
        return _unreadable(file, f"cannot be read: {reason.lower()}")


def _unreadable(file: str, why: str) -> Source:
    source = Source(file, "")
    source._add("S001", source.stretch(0, 0), f"{clean_line(file)} {why}.")  # noqa: SLF001
    return source


def read_text(text: str | bytes, file: str, *, pure: bool = False, first_line: int = 1) -> Source:
    """`text` read as one YAML document; `pure` takes the parser written in Python, `first_line` is the number of its first line."""
    source = decode(text, file, first_line=first_line)
    if source.diagnostics:
        return source
    collecting = gc.isenabled()
    # Every node survives the load, so each collection during it would be wasted work.
    gc.disable()
    try:
        _load(source, pure=pure)
    except _Refused as refused:
        _refuse(source, refused)
    except yaml.MarkedYAMLError as error:
        _syntax_error(source, error)
    except (yaml.YAMLError, ValueError) as error:
        source._add("S005", source.stretch(0, 0), f"This is not valid YAML: {clean_line(str(error))}.")  # noqa: SLF001
    finally:
        if collecting:
            gc.enable()
    return source


def decode(text: str | bytes, file: str, *, first_line: int = 1) -> Source:
    """A Source that holds the characters of `text` and no data yet; with Diagnostics where they cannot be authored content."""
    source = Source(file, "", first_line=first_line)
    try:
        source.text = _characters(text).removeprefix("\ufeff").replace("\r\n", "\n")
        _refuse_unsafe(source.text)
    except _Refused as refused:
        _refuse(source, refused)
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8").replace("\r\n", "\n")
        source.text = good
        source._add(  # noqa: SLF001
            "S002", source.stretch(len(good), len(good) + 1), "This character is not UTF-8.", "Save the file with the encoding UTF-8."
        )
    return source


def _characters(text: str | bytes) -> str:
    if len(text) > MOST_BYTES:
        raise _Refused("S004", 0, "The file is larger than 2 MiB.", "Split it into several files.")
    if isinstance(text, str):
        return text
    if text.startswith(_UTF_16) or text[1:2] == b"\0" or text[:1] == b"\0":
        raise _Refused("S002", 0, "The file is not UTF-8; it looks like UTF-16.", "Save the file with the encoding UTF-8.")
    return text.decode("utf-8")


def _refuse_unsafe(text: str) -> None:
    index = first_unsafe(text)
    if index is None and (found := _NO_CHARACTERS.search(text)):
        index = found.start()
    if index is not None:
        raise _Refused("S003", index, f"Character U+{ord(text[index]):04X} is not allowed: {_unsafe_kind(text[index])}.", "Delete it.")


def _unsafe_kind(char: str) -> str:
    if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0:  # noqa: PLR2004 (the C0 and C1 control blocks)
        return "a terminal would obey it"
    return "it is invisible and can change the order or the meaning of the text around it"


def _refuse(source: Source, refused: _Refused) -> None:
    source.data = None
    span = source.stretch(refused.index, refused.index + refused.length)
    source._add(refused.code, span, refused.message, refused.hint)  # noqa: SLF001


def _syntax_error(source: Source, error: yaml.MarkedYAMLError) -> None:
    mark, message, hint = plain_words(error)
    index = mark.index if mark is not None else 0
    code = "S011" if "single document" in (error.context or "") else "S005"
    if tab := is_tab(source.text, index):
        code, message, hint = "S006", "A tab is used as indentation.", "YAML is indented with spaces: replace each tab by two."
        span = source.stretch(*tab)
        edit = Edit(span.line, span.column, span.end_line, span.end_column, source.text[slice(*tab)].replace("\t", "  "))
        source._add(code, span, message, hint, fix=Fix(safe=False, edits=(edit,)))  # noqa: SLF001
        return
    _refuse(source, _Refused(code, index, message, hint))


class _Composing:
    """What PyYAML's composers ask while they compose: each plain scalar's value, and leave to go deeper.

    The answer is kept as the node's tag: None for text, a 1-tuple around any other scalar, the depth of a mapping or list as an int.
    A str is a tag that the file itself gives.
    """

    def __init__(self) -> None:
        self._known = dict(_CONSTANTS)
        self._parent: Node | None = None
        self._values = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        """Called before each node; refuses what hangs in a tagged collection, whose depth nobody counts."""
        self._parent = parent
        self._values += 1
        if parent is not None and parent.tag.__class__ is str:
            raise _tagged(parent)

    # The composer's second hook has nothing to do; a built-in that takes no argument is the cheapest way to say so.
    ascend_resolver = staticmethod(bool)

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> Any:
        """The tag of a node of `kind`, as this class's docstring has it."""
        if kind is not ScalarNode:
            return self._depth()
        if not implicit[0]:
            return None
        try:
            return self._known[value]
        except KeyError:
            known = self._known[value] = _number(value)
            return known

    def _depth(self) -> int:
        parent: Any = self._parent
        if parent is None:
            return 1
        if parent.tag >= MOST_DEPTH:
            raise _too_deep(parent.start_mark.index)
        if self._values > MOST_VALUES:
            raise _Refused("S016", parent.start_mark.index, f"The file holds more than {MOST_VALUES:,} values.", "Split it into several files.")
        depth: int = parent.tag + 1
        return depth


class _PureLoader(_Composing, Reader, Scanner, Parser, Composer):  # type: ignore[misc]
    """Composes with the parser written in Python."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        _Composing.__init__(self)


if CParser is None:
    _FastLoader: Any = _PureLoader
else:

    class _CLoader(_Composing, CParser):
        """Composes with libyaml."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _Composing.__init__(self)

    _FastLoader = _CLoader


def _number(value: str) -> tuple[int | float] | None:
    found = _NUMBER.fullmatch(value)
    if found is None:
        return None
    return (float(value) if found[1] else int(value),)


def _load(source: Source, *, pure: bool) -> None:
    loader: Any = _PureLoader if pure else _FastLoader
    if _SHARED.search(source.text):
        _refuse_sharing(loader(source.text), source.text)
    root = loader(source.text).get_single_node()
    if root is None or root.tag == (None,):
        raise _Refused("S012", 0, "The file holds nothing.", "A scenario begins with `format: 1`.")
    source._root = root  # noqa: SLF001
    builder = _Builder(source)
    source.data = builder.build(root)
    if _RARE.search(source.text):
        builder.look_closer(root)


def _refuse_sharing(loader: Any, text: str) -> None:
    """Looks at the parser's events, which never recurse, for what the composer would already have followed."""
    depth = 0
    while loader.check_event():
        event = loader.get_event()
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise _too_deep(event.start_mark.index)
        if getattr(event, "anchor", None) is not None:
            word = "alias" if isinstance(event, yaml.AliasEvent) else "anchor"
            length = len(event.anchor) + 1
            hint = "Write the value out where it is needed; put quotation marks around text that begins with `&` or `*`."
            raise _Refused("S008", text.find("*" if word == "alias" else "&", event.start_mark.index), f"An {word} is not allowed.", hint, length)
        if isinstance(event, yaml.NodeEvent) and text.startswith("!", event.start_mark.index):
            raise _Refused("S010", event.start_mark.index, "A tag is not allowed.", "Put quotation marks around text that begins with `!`.")


def _too_deep(index: int) -> _Refused:
    return _Refused("S013", index, f"Values are nested more than {MOST_DEPTH} deep.", "Is a bracket left open?")


def _tagged(node: Node) -> _Refused:
    message = f"The tag `{clean_line(str(node.tag))}` is not allowed."
    return _Refused("S010", node.start_mark.index, message, "Delete it, or put quotation marks around text that begins with `!`.")


class _Builder:
    """One walk from nodes to plain data, with what only the walk can see: duplicate keys, keys that are no text, text without end."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def build(self, node: Any) -> Any:
        """The plain data of `node`; Diagnostics go to the source. Raises _Refused on a tag."""
        kind, tag = node.__class__, node.tag
        if kind is ScalarNode:
            if tag is None:
                if len(node.value) > MOST_CHARACTERS:
                    self._too_long(node)
                return node.value
            if tag.__class__ is tuple:
                return tag[0]
            raise _tagged(node)
        if tag.__class__ is str:
            raise _tagged(node)
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
        """Finds merge keys, and escapes in quoted text that stand for unsafe characters; raises _Refused at the first."""
        for node, is_key in _scalars(root):
            if is_key and node.value == "<<" and not node.style:
                raise _Refused("S009", node.start_mark.index, "A merge key `<<` is not allowed.", "Write the values out.", length=2)
            index = first_unsafe(node.value) if node.style == '"' else None
            if index is not None:
                end = _end(node, self._source.text)
                place = position.scalar_places(self._source.text, node.start_mark.index, end, '"', node.value)
                message = f"This escape stands for U+{ord(node.value[index]):04X}, which is not allowed: {_unsafe_kind(node.value[index])}."
                raise _Refused("S003", place[index], message, "Delete it.", place[index + 1] - place[index])

    def _too_long(self, node: Node) -> None:
        message = f"This text has {len(node.value):,} characters; {MOST_CHARACTERS:,} is the most."
        self._add("S014", node, message, "Is a quotation mark left open?")

    def _key(self, node: Node) -> str:
        if node.tag.__class__ is str:
            raise _tagged(node)
        if not isinstance(node, ScalarNode):
            self._add("S015", node, "A key must be text; this one is a list or a mapping.", "A value that begins with a bracket needs quotation marks.")
            return self._source.text[node.start_mark.index : node.end_mark.index]
        written = str(node.value)
        hint = f'Put quotation marks around it: "{written}".' if written else "Write the key before the colon."
        span = self._source._node_span(node)  # noqa: SLF001
        fix = Fix(safe=True, edits=(Edit(span.line, span.column, span.end_line, span.end_column, f'"{written}"'),)) if written else None
        self._source._add("S015", span, f"A key must be text; `{written}` is not.", hint, fix=fix)  # noqa: SLF001
        return written

    def _duplicate(self, mapping: MappingNode, node: Node, key: str) -> None:
        first = next(other for other, _ in mapping.value if other.value == node.value)
        related = ((self._source._node_span(first), "It stands here first."),)  # noqa: SLF001
        span = self._source._node_span(node)  # noqa: SLF001
        self._source._add("S007", span, f"The key `{clean_line(key)}` stands here twice.", "Delete or rename one of them.", related=related)  # noqa: SLF001

    def _add(self, code: str, node: Node, message: str, hint: str) -> None:
        self._source._add(code, self._source._node_span(node), message, hint)  # noqa: SLF001


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


def _end(node: Node, text: str) -> int:
    """The index after the last character of `node`: parsers let block values reach to the next token."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    return start + len(text[start:end].rstrip())
