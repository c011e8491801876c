"""From text to YAML nodes in one pass, with our own reading of plain scalars and a refusal of all that is dangerous or shared.

libyaml's composer recurses in C and brings the process down on deep nesting, so the depth is known before each step down.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.nodes import Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from branchline.text import clean_line

try:
    from yaml._yaml import CParser
except ImportError:  # a PyYAML that was built without libyaml
    CParser = None  # type: ignore[assignment, misc]

MOST_DEPTH = 40
MOST_VALUES = 120_000

_CONSTANTS: dict[str, tuple[Any] | None] = {"true": (True,), "false": (False,), "null": (None,), "~": (None,), "": (None,)}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
# A sign of sharing where a value may begin. It looks for the sign first and behind it second, for that is what `re` is quick at.
_SHARED = re.compile(r"[&*!](?<![^\s\[{,:?-].)(?:(?<=[&*])[^\s,\[\]{}]|(?<=!)(?:\s|\Z))")


class Refused(Exception):
    """What makes a file unreadable as a whole: a code of `CODES`, the index of the place, a message and a hint."""

    def __init__(self, code: str, index: int, message: str, hint: str = "", length: int = 1) -> None:
        super().__init__(message)
        self.code, self.index, self.message, self.hint, self.length = code, index, message, hint, length


_Descend = Callable[[Node | None, object], None]
_Resolve = Callable[[type[Node], str, tuple[bool, bool]], Any]


class _Composing:
    """What PyYAML's composers ask while they compose: each plain scalar's value, and leave to go deeper.

    The answer is kept as the node's tag: None for text, a 1-tuple around any other scalar, the depth of a mapping or list as an int.
    A str is a tag that the file itself gives.
    """

    # The composer's second hook has nothing to do; a built-in that takes no argument is the cheapest way to say so.
    ascend_resolver = staticmethod(bool)

    def __init__(self) -> None:
        self.descend_resolver, self.resolve = _hooks()


def _hooks() -> tuple[_Descend, _Resolve]:
    """What composers call before each node, and to ask for the tag of an untagged one: functions of one file, far cheaper than methods."""
    known = dict(_CONSTANTS)
    parent: Node | None = None
    values = 0

    def descend_resolver(node: Node | None, _index: object) -> None:
        """Takes note of the parent; refuses what hangs in a tagged collection, whose depth nobody counts."""
        nonlocal parent, values
        parent = node
        values += 1
        if node is None:
            return
        if node.tag.__class__ is str:
            raise tagged(node)
        if values > MOST_VALUES:
            message = f"The file holds more than {MOST_VALUES:,} values."
            raise Refused("S016", node.start_mark.index, message, "Split it into several files.")

    def resolve(kind: type[Node], value: str, implicit: tuple[bool, bool]) -> Any:
        if kind is not ScalarNode:
            return _depth_in(parent)
        if not implicit[0]:
            return None
        try:
            return known[value]
        except KeyError:
            found = known[value] = _number(value)
            return found

    return descend_resolver, resolve


def _depth_in(parent: Any) -> int:
    """The depth of a collection that hangs in `parent`."""
    if parent is None:
        return 1
    if parent.tag >= MOST_DEPTH:
        raise too_deep(parent.start_mark.index)
    depth: int = parent.tag + 1
    return depth


class _PureLoader(_Composing, Reader, Scanner, Parser, Composer):
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


def compose(text: str, *, pure: bool = False) -> Node | None:
    """The node graph of the one document in `text`, None where there is none. Raises Refused and yaml.YAMLError."""
    loader: Any = _PureLoader if pure else _FastLoader
    if _SHARED.search(text):
        _refuse_sharing(loader(text), text)
    root: Node | None = loader(text).get_single_node()
    return root


def _refuse_sharing(loader: Any, text: str) -> None:
    """Looks at the parser's events, which never recurse, for what the composer would already have followed."""
    depth = 0
    while loader.check_event():
        event = loader.get_event()
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise too_deep(event.start_mark.index)
        start = event.start_mark.index
        if getattr(event, "anchor", None) is not None:
            word, sign = ("alias", "*") if isinstance(event, yaml.AliasEvent) else ("anchor", "&")
            hint = "Write the value out where it is needed; put quotation marks around text that begins with `&` or `*`."
            raise Refused("S008", text.find(sign, start), f"An {word} is not allowed.", hint, len(event.anchor) + 1)
        if isinstance(event, yaml.NodeEvent) and text.startswith("!", start):
            raise Refused("S010", start, "A tag is not allowed.", "Put quotation marks around text that begins with `!`.")


def too_deep(index: int) -> Refused:
    """The refusal of what opens at `index` one level too deep."""
    return Refused("S013", index, f"Values are nested more than {MOST_DEPTH} deep.", "Is a bracket left open?")


def tagged(node: Any) -> Refused:
    """The refusal of `node` for its tag."""
    message = f"The tag `{clean_line(str(node.tag))}` is not allowed."
    return Refused("S010", node.start_mark.index, message, "Delete it, or put quotation marks around text that begins with `!`.")
