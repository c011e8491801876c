"""Every condition and effect of a scenario: parsed once, then bound to the places of a Core.

Parsing comes first for all of them, because what they read decides what a state must hold: a counter, a visit, a fact or a choice that no
condition asks about has no place in a state, and so cannot tell two states apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.content.compiled import Tree
from branchline.content.language import (
    Constant,
    Effect,
    Expr,
    FactType,
    LanguageError,
    Ref,
    RefKind,
    Scope,
    compared_limit,
    compile_condition,
    compile_effects,
    parse_condition,
    parse_effect,
    refs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.content.compiled import Guard, Parsed
    from branchline.content.expand import Group
    from branchline.content.findings import Findings, Path
    from branchline.content.language import Domain, Place, Problem

_COUNTERS = frozenset({RefKind.TURNS, RefKind.TIMES})
_LOCAL = frozenset({RefKind.VISITED, RefKind.TIMES, RefKind.CHOSE})


class Expressions:
    """The conditions and effects of one scenario."""

    def __init__(self, variables: Mapping[str, Domain], facts: Mapping[str, FactType], steps: frozenset[str], findings: Findings) -> None:
        """`steps` are all `SOP/step` of the cited SOPs; what is wrong in an expression goes to `findings`."""
        self._variables = variables
        self._facts = facts
        self._steps = steps
        self._findings = findings
        self._scopes: dict[int, Scope] = {}
        # Of a group only its prefix is kept: the group knows its file with every place in it, which play does not need.
        self._prefixes: dict[int, str] = {}
        self._conditions: dict[tuple[int, str], Expr] = {}
        self._effects: dict[tuple[int, str], Effect] = {}
        self._wrong: dict[tuple[int, str], tuple[Problem, ...]] = {}
        self._wrong_effects: dict[tuple[int, str], tuple[Problem, ...]] = {}
        self._guards: dict[tuple[int, str], Callable[[Any], bool]] = {}
        self._moves: dict[tuple[int, tuple[str, ...]], Callable[[list[int]], None]] = {}
        self.place: Callable[[Ref], Place] = lambda _: Constant(0)
        """Where each reference stands in a Core; set once the layout is known."""

    def read_condition(self, text: str | None, group: Group, path: Path) -> None:
        """Parse the condition at `path`; None is no condition."""
        if text is not None and (problems := self._condition(text, group)):
            self._findings.problems(problems, group.places, path)

    def read_effects(self, texts: Sequence[str], group: Group, path: Path) -> None:
        """Parse the effects listed at `path`."""
        for number, text in enumerate(texts):
            if problems := self._effect(text, group):
                self._findings.problems(problems, group.places, (*path, number))

    def unreadable(self, text: str, group: Group) -> Problem | None:
        """Why `text` is no condition over this scenario's names, or None where it is one; nothing is reported."""
        problems = self._condition(text, group)
        return problems[0] if problems else None

    def _condition(self, text: str, group: Group) -> tuple[Problem, ...]:
        key = (id(group), text)
        if key not in self._conditions and key not in self._wrong:
            try:
                self._conditions[key] = parse_condition(text, self._scope(group))
            except LanguageError as error:
                self._wrong[key] = error.problems
        return self._wrong.get(key, ())

    def _effect(self, text: str, group: Group) -> tuple[Problem, ...]:
        key = (id(group), text)
        if key not in self._effects and key not in self._wrong_effects:
            try:
                self._effects[key] = parse_effect(text, self._scope(group))
            except LanguageError as error:
                self._wrong_effects[key] = error.problems
        return self._wrong_effects.get(key, ())

    def guard(self, text: str | None, group: Group) -> Guard | None:
        """The compiled condition; None where there is none."""
        if text is None:
            return None
        key = (id(group), text)
        if key not in self._guards:
            self._guards[key] = compile_condition(self._conditions[key], self._placed(group.prefix))
        return self._guards[key]

    def move(self, texts: Sequence[str], group: Group) -> Callable[[list[int]], None] | None:
        """The compiled effects, applied in order; None where there are none."""
        if not texts:
            return None
        key = (id(group), tuple(texts))
        if key not in self._moves:
            self._moves[key] = compile_effects([self._effects[id(group), text] for text in texts], self._placed(group.prefix))
        return self._moves[key]

    def reads(self) -> dict[Ref, int]:
        """Everything that some expression reads, with full ids; for counters the largest constant they are compared with."""
        found: dict[Ref, int] = {}
        for (group_id, _), expr in (*self._conditions.items(), *self._effects.items()):
            prefix = self._prefixes[group_id]
            for ref in refs(expr):
                full = _full(ref, prefix)
                limit = compared_limit([expr], ref) if ref.kind in _COUNTERS else 0
                found[full] = max(found.get(full, 0), limit)
        return found

    def trees(self) -> dict[Callable[..., Any], Tree]:
        """What each compiled condition and list of effects was made of, once all are made."""
        found: dict[Callable[..., Any], Tree] = {}
        for key, test in self._guards.items():
            found[test] = Tree((self._conditions[key],), self._placed(self._prefixes[key[0]]))
        for (group_id, texts), move in self._moves.items():
            effects = tuple(self._effects[group_id, text] for text in texts)
            found[move] = Tree(effects, self._placed(self._prefixes[group_id]))
        return found

    def parsed(self) -> Parsed:
        """Every condition and effect of the scenario's own nodes, by its text."""
        conditions = {text: expr for (group, text), expr in self._conditions.items() if not self._prefixes[group]}
        return conditions, {text: effect for (group, text), effect in self._effects.items() if not self._prefixes[group]}

    def _scope(self, group: Group) -> Scope:
        scope = self._scopes.get(id(group))
        if scope is None:
            scope = Scope(self._variables, self._facts, group.nodes, group.choices, self._steps, group.constants)
            self._scopes[id(group)] = scope
            self._prefixes[id(group)] = group.prefix
        return scope

    def _placed(self, prefix: str) -> Callable[[Ref], Place]:
        return lambda ref: self.place(_full(ref, prefix))


def _full(ref: Ref, prefix: str) -> Ref:
    return Ref(ref.kind, prefix + ref.name) if prefix and ref.kind in _LOCAL else ref
