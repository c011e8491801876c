"""Parts put in the place of their calls: the authored nodes of a scenario as one flat set, each knowing where it was written.

A call node `history` leads on to `history/<start of the part>`; the part's `go: return` leads to `history/return`, which takes the call's
own way on. Inside a part ids are local: `ask` is `history/ask`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.content.language import Domain, Flag, Range, Words
from branchline.content.scenario import AuthoredNode, AuthoredPart, AuthoredRange, AuthoredVariable, AuthoredWords
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from branchline.content.findings import Findings, Path, Places

RETURN = "return"
"""Where a part goes when it is done."""
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_DEPTH = 8


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
    """Whether `text` can be an id: letters, digits, `-` and `_`."""
    return _ID.fullmatch(text) is not None


def domain_of(variable: AuthoredVariable) -> Domain:
    """The declared domain; ValueError where the range is empty."""
    if isinstance(variable, AuthoredWords):
        return Words(tuple(variable.one_of))
    if isinstance(variable, AuthoredRange):
        low, high = (int(end) for end in variable.range.split(".."))
        if low > high:
            raise ValueError(f"{low} is above {high}")
        return Range(low, high)
    return Flag()


def expand(
    nodes: Mapping[str, AuthoredNode], places: Places, parts: Mapping[str, tuple[Places, AuthoredPart]], findings: Findings
) -> list[FlatNode]:
    """Every node of the scenario, with parts in the place of their calls; what is wrong with ids and calls goes to `findings`."""
    flat: list[FlatNode] = []
    _expand(nodes, _group(nodes, places, "", {}, parts), parts, findings, flat, ())
    return flat


def _group(
    nodes: Mapping[str, AuthoredNode],
    places: Places,
    prefix: str,
    constants: Mapping[str, int | str | bool],
    parts: Mapping[str, tuple[Places, AuthoredPart]],
) -> Group:
    within = dict(_within(nodes, parts, ()))
    choices = frozenset(f"{node_id}.{choice.id}" for node_id, node in within.items() for choice in node.choices)
    return Group(places, prefix, constants, frozenset(within), choices)


def _within(
    nodes: Mapping[str, AuthoredNode], parts: Mapping[str, tuple[Places, AuthoredPart]], calls: tuple[str, ...]
) -> Iterator[tuple[str, AuthoredNode]]:
    """What conditions may name: the nodes themselves and, as `history/ask`, those of the parts they call."""
    for node_id, node in nodes.items():
        yield node_id, node
        if node.call is not None and node.call in parts and node.call not in calls and len(calls) < _DEPTH:
            inner = parts[node.call][1].nodes
            yield from ((f"{node_id}/{name}", found) for name, found in _within(inner, parts, (*calls, node.call)))


def _expand(
    nodes: Mapping[str, AuthoredNode],
    group: Group,
    parts: Mapping[str, tuple[Places, AuthoredPart]],
    findings: Findings,
    flat: list[FlatNode],
    calls: tuple[str, ...],
) -> None:
    for node_id, node in nodes.items():
        path: Path = ("nodes", node_id)
        if node_id == RETURN or not legal_id(node_id):
            findings.error("R006", group.places.span(path, key=True), f"`{node_id}` cannot be a node id.", "Ids hold letters, digits, `-` and `_`; `return` is taken.")
        if node.call is None:
            flat.append(FlatNode(group.full(node_id), node, group, path))
        else:
            _call(node_id, node, group, parts, findings, flat, calls)


def _call(
    node_id: str,
    node: AuthoredNode,
    group: Group,
    parts: Mapping[str, tuple[Places, AuthoredPart]],
    findings: Findings,
    flat: list[FlatNode],
    calls: tuple[str, ...],
) -> None:
    path: Path = ("nodes", node_id)
    part_id = str(node.call)
    if part_id not in parts:
        findings.error("R004", group.places.span((*path, "call")), f"There is no part `{part_id}`.", did_you_mean(part_id, parts))
        return
    if part_id in calls or len(calls) >= _DEPTH:
        findings.error("R010", group.places.span((*path, "call")), f"The part `{part_id}` calls itself.", "A part may call other parts only.")
        return
    places, part = parts[part_id]
    full = group.full(node_id)
    constants = _arguments(node, part, group, path, findings)
    inner = _group(part.nodes, places, f"{full}/", constants, parts)
    flat.append(FlatNode(full, node, group, path, leads_to=f"{full}/{part.start}"))
    flat.append(FlatNode(f"{full}/{RETURN}", AuthoredNode(go=node.go), group, path))
    _expand(part.nodes, inner, parts, findings, flat, (*calls, part_id))


def _arguments(node: AuthoredNode, part: AuthoredPart, group: Group, path: Path, findings: Findings) -> dict[str, int | str | bool]:
    constants: dict[str, int | str | bool] = {}
    for name in node.with_:
        if name not in part.params:
            hint = did_you_mean(name, part.params)
            findings.error("R009", group.places.span((*path, "with", name), key=True), f"The part `{part.id}` takes no `{name}`.", hint)
    for name, declared in part.params.items():
        value = node.with_.get(name, getattr(declared, "start", None))
        if value is None:
            findings.error("R009", group.places.span((*path, "call")), f"The part `{part.id}` needs `{name}`.", f"Add `with: {{{name}: …}}`.")
            continue
        if isinstance(value, str) and value in group.constants:
            value = group.constants[value]
        if not _fits(value, declared):
            findings.error("R009", group.places.span((*path, "with", name)), f"`{name}` cannot be {value!r} in the part `{part.id}`.")
        constants[name] = value if isinstance(value, (bool, int, str)) else str(value)
    return constants


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
