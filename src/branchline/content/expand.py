"""Parts put in the place of their calls: the authored nodes of a scenario as one flat set, each knowing where it was written.

A call node `history` leads on to `history/<start of the part>`; the part's `go: return` leads to `history/return`, which takes the call's
own way on. Inside a part ids are local: `ask` is `history/ask`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from branchline.content.language import Domain, Flag, Range, Words
from branchline.content.scenario import AuthoredNode, AuthoredPart, AuthoredRange, AuthoredVariable, AuthoredWords
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.content.findings import Findings, Path, Places

RETURN = "return"
"""Where a part goes when it is done."""
ID_RULE = "Ids hold up to 80 letters (a to z), digits, `-` and `_`, and do not begin with `-`."
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_WORD = re.compile(r"[\w.-]+")
_DEPTH = 8
_MOST_NODES = 5_000
"""More than any scenario has; parts that call parts many times would multiply without end."""

Parts = Mapping[str, tuple["Places", AuthoredPart]]
Constants = Mapping[str, int | str | bool]


@dataclass(frozen=True)
class Group:
    """The nodes of one file in one call: what their names mean."""

    places: Places
    prefix: str = ""
    """`history/` inside a part called at `history`; empty in the scenario itself."""
    constants: Mapping[str, int | str | bool] = field(default_factory=dict)
    nodes: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()

    def full(self, name: str) -> str:
        """A local id as the whole scenario knows it."""
        return self.prefix + name


@dataclass(frozen=True)
class FlatNode:
    """One authored node with its full id and the place it was written at."""

    id: str
    authored: AuthoredNode
    group: Group
    path: Path
    leads_to: str = ""
    """Where a call node goes by itself: the part's start; empty for every other node."""


def legal_id(text: str) -> bool:
    """Whether `text` can be an id, as `ID_RULE` says."""
    return _ID.fullmatch(text) is not None


DOMAIN_RULE = "Write a range from low to high, or words without spaces, each once, with the start among them."


def domain_of(variable: AuthoredVariable) -> Domain:
    """The declared domain; ValueError where the range is empty, or words cannot be told apart or compared."""
    if isinstance(variable, AuthoredWords):
        for number, word in enumerate(variable.one_of):
            if not _WORD.fullmatch(word):
                raise ValueError(f"`{clean_line(word)}` is no single word")
            if word in variable.one_of[:number]:
                raise ValueError(f"`{word}` stands there twice")
        return Words(tuple(variable.one_of))
    if isinstance(variable, AuthoredRange):
        low, high = (int(end) for end in variable.range.split(".."))
        if low > high:
            raise ValueError(f"{low} is above {high}")
        return Range(low, high)
    return Flag()


def start_value(domain: Domain, start: object) -> int:
    """The integer a variable starts with: its `start`, else false, the first word, or the number nearest to 0; ValueError if it cannot."""
    if isinstance(domain, Words):
        if start is not None and start not in domain.words:
            raise ValueError(f"`{start}` is not one of its words")
        return 0 if start is None else domain.words.index(str(start))
    value = max(domain.low, min(domain.high, 0)) if start is None else start
    if not isinstance(value, int) or not domain.low <= value <= domain.high:
        raise ValueError(f"{value} is not in {domain.low}..{domain.high}")
    return value


def expand(
    nodes: Mapping[str, AuthoredNode], places: Places, parts: Parts, findings: Findings, broken: frozenset[str] = frozenset()
) -> list[FlatNode]:
    """Every node of the scenario, with parts in the place of their calls; what is wrong with ids and calls goes to `findings`.

    `broken` parts are there and cannot be read, so that a call of one is no further error.
    """
    expansion = _Expansion(parts, findings, broken)
    expansion.add(nodes, _group(nodes, places, "", {}, parts), ())
    return expansion.flat


def _group(nodes: Mapping[str, AuthoredNode], places: Places, prefix: str, constants: Constants, parts: Parts) -> Group:
    within = dict(islice(_within(nodes, parts, ()), _MOST_NODES))
    choices = frozenset(f"{node_id}.{choice.id}" for node_id, node in within.items() for choice in node.choices)
    return Group(places, prefix, constants, frozenset(within), choices)


def _within(nodes: Mapping[str, AuthoredNode], parts: Parts, calls: tuple[str, ...]) -> Iterator[tuple[str, AuthoredNode]]:
    """What conditions may name: the nodes themselves and, as `history/ask`, those of the parts they call."""
    for node_id, node in nodes.items():
        yield node_id, node
        if node.call is not None and node.call in parts and node.call not in calls and len(calls) < _DEPTH:
            inner = parts[node.call][1].nodes
            yield from ((f"{node_id}/{name}", found) for name, found in _within(inner, parts, (*calls, node.call)))


class _Expansion:
    """Gathers the flat nodes of one scenario."""

    def __init__(self, parts: Parts, findings: Findings, broken: frozenset[str]) -> None:
        self._parts = parts
        self._findings = findings
        self._broken = broken
        self.flat: list[FlatNode] = []

    def add(self, nodes: Mapping[str, AuthoredNode], group: Group, calls: tuple[str, ...]) -> None:
        """The nodes of one file, called through `calls`, and those of the parts they call."""
        for node_id, node in nodes.items():
            path: Path = ("nodes", node_id)
            if node_id == RETURN or not legal_id(node_id):
                hint = "`return` leads out of a part." if node_id == RETURN else ID_RULE
                self._error("R006", group.places, path, f"`{clean_line(node_id)}` cannot be a node id.", hint, key=True)
            if node.call is None:
                self.flat.append(FlatNode(group.full(node_id), node, group, path))
            else:
                self._call(node_id, node, node.call, group, calls)

    def _call(self, node_id: str, node: AuthoredNode, part_id: str, group: Group, calls: tuple[str, ...]) -> None:
        path: Path = ("nodes", node_id)
        here = (*path, "call")
        if part_id in calls or len(calls) >= _DEPTH:
            self._error("R010", group.places, here, f"The part `{part_id}` calls itself.", "A part may call other parts only.")
        elif len(self.flat) > _MOST_NODES:
            self._error("R010", group.places, here, f"With `{part_id}` there are more than {_MOST_NODES:,} nodes.", "Call fewer parts.")
        elif part_id in self._parts:
            places, part = self._parts[part_id]
            full = group.full(node_id)
            inner = _group(part.nodes, places, f"{full}/", self._constants(node, part, group, path), self._parts)
            self._check_part(part, places)
            self.flat.append(FlatNode(full, node, group, path, leads_to=f"{full}/{part.start}"))
            self.flat.append(FlatNode(f"{full}/{RETURN}", AuthoredNode(go=node.go), group, path))
            self.add(part.nodes, inner, (*calls, part_id))
        else:
            if part_id not in self._broken:
                self._error("R004", group.places, here, f"There is no part `{clean_line(part_id)}`.", did_you_mean(part_id, self._parts))
            # What else names this node is no error.
            self.flat.append(FlatNode(group.full(node_id), node.model_copy(update={"call": None}), group, path))

    def _check_part(self, part: AuthoredPart, places: Places) -> None:
        """What is wrong with a part wherever it is called from."""
        if part.start not in part.nodes:
            hint = did_you_mean(part.start, part.nodes)
            self._error("R001", places, ("start",), f"There is no node `{clean_line(part.start)}` to start at.", hint)
        if not any(RETURN in _named(node) for node in part.nodes.values()):
            self._error("F005", places, ("nodes",), f"The part `{part.id}` never returns.", "Let some `go` say `return`.", key=True)
        for name, declared in part.params.items():
            try:
                start_value(domain_of(declared), getattr(declared, "start", None))
            except ValueError as error:
                self._error("V001", places, ("params", name), f"`{name}` cannot be: {error}.", DOMAIN_RULE)

    def _constants(self, node: AuthoredNode, part: AuthoredPart, group: Group, path: Path) -> dict[str, int | str | bool]:
        constants: dict[str, int | str | bool] = {}
        for name in node.with_:
            if name not in part.params:
                hint = did_you_mean(name, part.params)
                self._error("R009", group.places, (*path, "with", name), f"The part `{part.id}` takes no `{name}`.", hint, key=True)
        for name, declared in part.params.items():
            given = name in node.with_
            value = node.with_[name] if given else getattr(declared, "start", None)
            if value is None:
                hint = f"Add `with: {{{name}: …}}`."
                self._error("R009", group.places, (*path, "call"), f"The part `{part.id}` needs `{name}`.", hint)
                continue
            if given and isinstance(value, str) and value in group.constants:
                value = group.constants[value]
            if given and not _fits(value, declared):
                message = f"`{name}` cannot be `{clean_line(str(value))}` in the part `{part.id}`."
                self._error("R009", group.places, (*path, "with", name), message, _domain_words(declared))
            constants[name] = value if isinstance(value, (bool, int, str)) else str(value)
        return constants

    def _error(self, code: str, places: Places, path: Path, message: str, hint: str = "", *, key: bool = False) -> None:
        span = places.span(path, key=key)
        if not self._findings.seen(code, span):
            self._findings.error(code, span, message, hint)


def _named(node: AuthoredNode) -> set[str]:
    """Every target that a node names."""
    ways = [node.go, *(choice.go for choice in node.choices), *([node.timeout.go] if node.timeout else [])]
    found = {branch.go for branch in node.chance}
    for go in ways:
        found |= {go} if isinstance(go, str) else {target.go for target in go or ()}
    return found


def _domain_words(declared: AuthoredVariable) -> str:
    """What a parameter may be, for a hint."""
    if isinstance(declared, AuthoredWords):
        return f"It is one of {', '.join(declared.one_of)}."
    return f"It is in {declared.range}." if isinstance(declared, AuthoredRange) else "It is `true` or `false`."


def _fits(value: object, declared: AuthoredVariable) -> bool:
    try:
        domain = domain_of(declared)
    except ValueError:
        return True
    if isinstance(domain, Words):
        return value in domain.words
    if isinstance(domain, Flag):
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool) and domain.low <= value <= domain.high
