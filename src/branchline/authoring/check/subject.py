"""Subject: one scenario under check, with what rules ask about again and again: its nodes, ways, expressions and facts."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from branchline.authoring.check.pieces import SPEAKERS, Said, Site, Way, empathy_of, sites_of
from branchline.authoring.check.reaching import reach
from branchline.content.build import deed
from branchline.content.expand import RETURN, FlatNode, Group, domain_of
from branchline.content.facts import TIER, kind_of
from branchline.content.language import Effect, Expr, LanguageError, Scope, parse_condition, parse_effect, refs
from branchline.content.language.analysis import Effort
from branchline.content.language.tree import All, Not
from branchline.text import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compile import Loaded
    from branchline.content.compiled import Deed, Scenario
    from branchline.content.diagnostic import Span
    from branchline.content.findings import Path
    from branchline.content.language import Domain, Ref
    from branchline.content.scenario import AuthoredChoice, AuthoredTarget

NAME = re.compile(r"[A-Za-z_][\w-]*")
_EFFORT = 5_000_000
"""About a second of work on truth tables and ways; scenarios of a thousand nodes take a twentieth of it."""
IN_TEXT = re.compile(r"\{([A-Za-z][\w.]*)\}")


class Subject:
    """A scenario of the right shape; whatever is wrong in its names and expressions has been said by loading.

    What several rules ask is worked out once, when the first of them asks.
    """

    def __init__(self, loaded: Loaded, scenario: Scenario | None = None) -> None:
        """Nothing is read from disk any more; what `scenario`, compiled from it, has parsed is not parsed again."""
        self.loaded = loaded
        self.authored = loaded.authored
        self.places = loaded.places
        self.nodes = loaded.expansion[0]
        self.by_id = {flat.id: flat for flat in self.nodes}
        self._conditions: dict[tuple[int, str], Expr | None] = {}
        self._asked: dict[tuple[int, str], frozenset[Ref] | None] = {}
        self._effects: dict[tuple[int, str], Effect | None] = {}
        self._scopes: dict[int, Scope] = {}
        self.effort = Effort(_EFFORT)
        self.scenario = scenario
        self._targets: dict[tuple[str, str], str] = {}
        if scenario is not None and self.nodes:
            self._adopt(scenario, id(self.nodes[0].group))

    def _adopt(self, scenario: Scenario, root: int) -> None:
        """What was parsed of the scenario's own nodes; that of parts was parsed with the arguments of one call, and so is not taken."""
        conditions, effects = scenario.parsed()
        self._conditions = {(root, text): expr for text, expr in conditions.items()}
        self._effects = {(root, text): effect for text, effect in effects.items()}

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

    def open_when(self, choice: AuthoredChoice, group: Group) -> Expr | None:
        """When the choice is open; None where it always is, or nobody can tell."""
        when = None if choice.when is None else self.condition(choice.when, group)
        lock = None if choice.locked_when is None else self.condition(choice.locked_when.when, group)
        if when is not None and lock is not None:
            return All((when, Not(lock)))
        return when if lock is None else Not(lock)

    @cached_property
    def sites(self) -> list[Site]:
        """Every condition, in the order of the nodes."""
        found: list[Site] = []
        for flat in self.written:
            sites_of(flat, found)
        return found

    def having(self, *roles: str) -> list[FlatNode]:
        """The nodes with a condition of one of these roles, in order."""
        return list({id(site.flat): site.flat for site in self.sites if site.role in roles}.values())

    @cached_property
    def said(self) -> list[Said]:
        """Every text that is said or shown, in the order of the nodes, lines before replies."""
        found: list[Said] = []
        for flat in self.written:
            for number, line in enumerate(flat.authored.lines):
                told = vars(line)
                found += [Said(text, flat, ("lines", number, name)) for name in SPEAKERS if (text := told[name]) is not None]
            found += [Said(choice.say, flat, ("choices", number, "say")) for number, choice in enumerate(flat.authored.choices)]
        return found

    @cached_property
    def rated(self) -> list[tuple[FlatNode, list[float | None]]]:
        """Every node with choices, and the e of each of them: None where it is unrated."""
        return [(flat, [empathy_of(choice) for choice in flat.authored.choices]) for flat in self.written if flat.authored.choices]

    @cached_property
    def deeds(self) -> list[tuple[Deed, AuthoredChoice, FlatNode, Path]]:
        """Everything that replies carry out, with its place."""
        return [
            (deed(entry), choice, flat, (*flat.path, "choices", number, "does", place))
            for flat in self.written
            for number, choice in enumerate(flat.authored.choices)
            if choice.does
            for place, entry in enumerate(choice.does)
        ]

    @cached_property
    def ways(self) -> dict[str, tuple[Way, ...]]:
        """The ways out of each node, by full id; a misspelt target counts as the one that was probably meant."""
        return {flat.id: tuple(self._ways(flat)) for flat in self.nodes}

    @cached_property
    def start(self) -> str:
        """The full id of the first node, or empty where none can be meant."""
        return self._target(self.authored.start, Group(self.places))

    def _ways(self, flat: FlatNode) -> list[Way]:
        if flat.leads_to:
            return [Way(flat.leads_to)]
        node, group = flat.authored, flat.group
        found: list[Way] = []
        if node.go is not None:
            self._lead("", node.go, group, found)
        for branch in node.chance:
            self._lead("", branch.go, group, found)
        if node.timeout is not None:
            self._lead("", node.timeout.go, group, found)
        for choice in node.choices:
            self._lead(choice.id, choice.go, group, found)
        return found

    def _lead(self, choice: str, go: str | Sequence[AuthoredTarget], group: Group, found: list[Way]) -> None:
        """Adds the ways of one `go`."""
        if isinstance(go, str):
            if target := self._target(go, group):
                found.append(Way(target, choice))
        else:
            found += [Way(target, choice) for each in go if (target := self._target(each.go, group))]

    def _target(self, name: str, group: Group) -> str:
        key = (group.prefix, name)
        found = self._targets.get(key)
        if found is None:
            found = self._targets[key] = self._meant(name, group)
        return found

    def _meant(self, name: str, group: Group) -> str:
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
