"""Subject: one scenario under check, with what rules ask about again and again: its nodes, ways, expressions and facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from branchline.content.expand import RETURN, FlatNode, Group, domain_of, expand
from branchline.content.facts import TIER, kind_of
from branchline.content.findings import Findings
from branchline.content.language import Effect, Expr, LanguageError, Scope, parse_condition, parse_effect, refs
from branchline.content.language.tree import All, Not
from branchline.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchline.content.compile import Loaded
    from branchline.content.compiled import Guard, Node, Scenario
    from branchline.content.diagnostic import Span
    from branchline.content.findings import Path
    from branchline.content.language import Domain, Ref
    from branchline.content.scenario import AuthoredChoice, AuthoredNode, AuthoredTarget

NAME = re.compile(r"[A-Za-z_][\w-]*")
IN_TEXT = re.compile(r"\{([A-Za-z][\w.]*)\}")


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a node."""

    to: str
    """Full id of a node or ending."""
    choice: str = ""
    """The id of the choice that takes it, or empty."""


@dataclass(frozen=True, slots=True)
class Site:
    """One condition where it stands."""

    text: str
    flat: FlatNode
    path: Path
    role: str
    """`choice`, `lock`, `line` or `target`."""
    choice: str = ""
    """The id of the choice that it belongs to, or empty."""

    @property
    def span(self) -> Span:
        """The whole of its text."""
        return self.flat.group.places.at(self.path, 0, len(self.text))


class Subject:
    """A scenario of the right shape; whatever is wrong in its names and expressions has been said by loading."""

    def __init__(self, loaded: Loaded, scenario: Scenario | None = None) -> None:
        """Nothing is read from disk any more; what `scenario`, compiled from it, has parsed is not parsed again."""
        self.loaded = loaded
        self.authored = loaded.authored
        self.places = loaded.places
        parts = {name: (places, part) for name, (places, part, _) in loaded.parts.items()}
        self.nodes = expand(self.authored.nodes, loaded.places, parts, Findings(), loaded.broken)
        self.by_id = {flat.id: flat for flat in self.nodes}
        self._conditions: dict[tuple[int, str], Expr | None] = {}
        self._asked: dict[tuple[int, str], frozenset[Ref] | None] = {}
        self._effects: dict[tuple[int, str], Effect | None] = {}
        self._scopes: dict[int, Scope] = {}
        if scenario is not None:
            self._adopt(scenario)

    def _adopt(self, scenario: Scenario) -> None:
        """The conditions that were compiled; those of parts were parsed with the arguments of one call, and so are not taken."""
        trees = scenario.trees()
        for flat in self.nodes:
            made = scenario.nodes.get(flat.id)
            if made is None or flat.group.prefix or flat.leads_to or flat.id.endswith(f"/{RETURN}"):
                continue
            key = id(flat.group)
            for text, guard in _guards(flat.authored, made):
                if (key, text) in self._conditions:
                    continue
                tree = None if guard is None else trees.get(guard)
                if tree is not None:
                    self._conditions[key, text] = cast("Expr", tree.parts[0])

    @cached_property
    def written(self) -> list[FlatNode]:
        """Each node once as it was written, however often its part is called."""
        found: dict[tuple[str, Path], FlatNode] = {}
        for flat in self.nodes:
            if not flat.leads_to and not flat.id.endswith(f"/{RETURN}"):
                found.setdefault((flat.group.places.file, flat.path), flat)
        return list(found.values())

    @cached_property
    def variables(self) -> dict[str, Domain]:
        """The domains of the variables that can be read."""
        found = {}
        for name, declared in self.authored.variables.items():
            try:
                found[name] = domain_of(declared)
            except ValueError:
                continue
        return found

    def scope(self, group: Group) -> Scope:
        """What conditions of that group may name; the parameters of a part are variables, since it may be called with others."""
        found = self._scopes.get(id(group))
        if found is None:
            card = self.authored.customer
            facts = {f"case.{name}": value for name, value in self.authored.case.items()}
            facts |= {"customer.plan": card.plan, "customer.tenure_months": card.tenure_months or 0, TIER: 1}
            kinds = {name: kind_of(value) for name, value in facts.items()}
            found = Scope({**self.variables, **self._parameters(group)}, kinds, group.nodes, group.choices, self._steps)
            self._scopes[id(group)] = found
        return found

    def _parameters(self, group: Group) -> dict[str, Domain]:
        found = {}
        for places, part, _ in self.loaded.parts.values() if group.prefix else ():
            for name, declared in part.params.items() if places is group.places else ():
                try:
                    found[name] = domain_of(declared)
                except ValueError:
                    continue
        return found

    @cached_property
    def _steps(self) -> frozenset[str]:
        return frozenset(f"{sop.id}/{step.id}" for sop in self.loaded.sops.values() for step in sop.steps if step.id)

    def condition(self, text: str, group: Group) -> Expr | None:
        """The tree of a condition; None where it cannot be read."""
        key = (id(group), text)
        if key not in self._conditions:
            try:
                self._conditions[key] = parse_condition(text, self.scope(group))
            except LanguageError:
                self._conditions[key] = None
        return self._conditions[key]

    def asked(self, text: str, group: Group) -> frozenset[Ref] | None:
        """Everything that a condition reads; None where it cannot be read."""
        key = (id(group), text)
        if key not in self._asked:
            expr = self.condition(text, group)
            self._asked[key] = None if expr is None else refs(expr)
        return self._asked[key]

    def effect(self, text: str, group: Group) -> Effect | None:
        """The tree of an effect; None where it cannot be read."""
        key = (id(group), text)
        if key not in self._effects:
            try:
                self._effects[key] = parse_effect(text, self.scope(group))
            except LanguageError:
                self._effects[key] = None
        return self._effects[key]

    @cached_property
    def sites(self) -> list[Site]:
        """Every condition, in the order of the nodes."""
        return [site for flat in self.written for site in _sites(flat)]

    @cached_property
    def ways(self) -> dict[str, tuple[Way, ...]]:
        """The ways out of each node, by full id; a misspelt target counts as the one that was probably meant."""
        return {flat.id: tuple(self._ways(flat)) for flat in self.nodes}

    @cached_property
    def start(self) -> str:
        """The full id of the first node, or empty where none can be meant."""
        return self._target(self.authored.start, Group(self.places))

    def _ways(self, flat: FlatNode) -> Iterator[Way]:
        if flat.leads_to:
            yield Way(flat.leads_to)
            return
        node, group = flat.authored, flat.group
        named = [(name, "") for name in [*_names(node.go), *(branch.go for branch in node.chance)]]
        named += [(name, "") for name in (_names(node.timeout.go) if node.timeout is not None else ())]
        named += [(name, choice.id) for choice in node.choices for name in _names(choice.go)]
        for name, choice_id in named:
            if target := self._target(name, group):
                yield Way(target, choice_id)

    def _target(self, name: str, group: Group) -> str:
        full = group.full(name)
        if full in self.by_id or (full in self.authored.endings and not group.prefix):
            return full
        if group.prefix:
            near = nearest(name, [*group.nodes, RETURN])
            return "" if near is None else group.full(near)
        return nearest(name, [*self.by_id, *self.authored.endings]) or ""

    @cached_property
    def reached(self) -> set[str]:
        """What the ways lead to from the start, the start among them."""
        return reach([self.start] if self.start else [], self.onward)

    @cached_property
    def onward(self) -> dict[str, list[str]]:
        """Where each node's ways lead."""
        return {node: [way.to for way in ways] for node, ways in self.ways.items()}

    @cached_property
    def backward(self) -> dict[str, list[str]]:
        """Which nodes lead to each node or ending."""
        found: dict[str, list[str]] = {}
        for node, following in self.onward.items():
            for target in following:
                found.setdefault(target, []).append(node)
        return found

    def key(self, full: str) -> Span:
        """The key of a node or ending, where it was written."""
        flat = self.by_id.get(full)
        return self.places.span(("endings", full), key=True) if flat is None else flat.group.places.span(flat.path, key=True)


def reach(first: Sequence[str], onward: Mapping[str, Sequence[str]]) -> set[str]:
    """Everything that can be reached from `first`, those among them."""
    found = set(first)
    waiting = list(first)
    while waiting:
        for target in onward.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def circles(onward: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """The strongly connected components of a graph (Tarjan's algorithm, without recursion), each behind those that it leads to."""
    found: list[set[str]] = []
    low: dict[str, int] = {}
    done: set[str] = set()
    stack: list[str] = []
    for root in onward:
        if root in low:
            continue
        low[root], order = len(low), {root: len(low)}
        stack.append(root)
        path = [(root, iter(onward[root]))]
        while path:
            node, following = path[-1]
            for target in following:
                if target not in onward or target in done:
                    continue
                if target not in low:
                    low[target] = order[target] = len(low)
                    stack.append(target)
                    path.append((target, iter(onward[target])))
                    break
                low[node] = min(low[node], low[target])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == order[node]:
                    at = stack.index(node)
                    component = set(stack[at:])
                    del stack[at:]
                    done |= component
                    found.append(component)
    return found


def _names(go: str | Sequence[AuthoredTarget] | None) -> list[str]:
    return [] if go is None else [go] if isinstance(go, str) else [target.go for target in go]


def _guards(node: AuthoredNode, made: Node) -> Iterator[tuple[str, Guard | None]]:
    """The text of each condition of a node with what it was compiled to."""
    pairs = [(line.when, done.when) for line, done in zip(node.lines, made.lines, strict=True)]
    ways = [(node.go, made.targets)]
    if node.timeout is not None and made.timeout is not None:
        ways.append((node.timeout.go, made.timeout.targets))
    for choice, done in zip(node.choices, made.choices, strict=True):
        pairs.append((choice.when, done.when))
        if choice.locked_when is not None:
            pairs.append((choice.locked_when.when, done.locked))
        ways.append((choice.go, done.targets))
    for go, targets in ways:
        if go is not None and not isinstance(go, str):
            pairs += [(target.when, done.when) for target, done in zip(go, targets, strict=True)]
    yield from ((text, guard) for text, guard in pairs if text is not None)


def _sites(flat: FlatNode) -> Iterator[Site]:
    node, path = flat.authored, flat.path
    for number, line in enumerate(node.lines):
        if line.when is not None:
            yield Site(line.when, flat, (*path, "lines", number, "when"), "line")
    yield from _targets(node.go, flat, (*path, "go"), "")
    if node.timeout is not None:
        yield from _targets(node.timeout.go, flat, (*path, "timeout", "go"), "")
    for number, choice in enumerate(node.choices):
        here = (*path, "choices", number)
        if choice.when is not None:
            yield Site(choice.when, flat, (*here, "when"), "choice", choice.id)
        if choice.locked_when is not None:
            yield Site(choice.locked_when.when, flat, (*here, "locked_when", "when"), "lock", choice.id)
        yield from _targets(choice.go, flat, (*here, "go"), choice.id)


def _targets(go: str | Sequence[AuthoredTarget] | None, flat: FlatNode, path: Path, choice: str) -> Iterator[Site]:
    if go is not None and not isinstance(go, str):
        for number, target in enumerate(go):
            if target.when is not None:
                yield Site(target.when, flat, (*path, number, "when"), "target", choice)


def choices_of(flat: FlatNode) -> Iterator[tuple[AuthoredChoice, Path]]:
    """The choices of a node with their places."""
    for number, choice in enumerate(flat.authored.choices):
        yield choice, (*flat.path, "choices", number)


def open_when(choice: AuthoredChoice, flat: FlatNode, subject: Subject) -> Expr | None:
    """When the choice is open; None where it always is, or nobody can tell."""
    group = flat.group
    when = None if choice.when is None else subject.condition(choice.when, group)
    lock = None if choice.locked_when is None else subject.condition(choice.locked_when.when, group)
    if when is not None and lock is not None:
        return All((when, Not(lock)))
    return when if lock is None else Not(lock)


def effects_of(node: AuthoredNode) -> Iterator[str]:
    """Every effect that stands in a node."""
    yield from node.on_enter
    for choice in node.choices:
        yield from choice.effects
