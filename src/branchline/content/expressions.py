"""Every condition and effect of a scenario: parsed once, then bound to the places of a Core.

Parsing comes first for all of them, because what they read decides what a state must hold: a counter, a visit, a fact or a choice that no
condition asks about has no place in a state, and so cannot tell two states apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    from branchline.content.compiled import Guard
    from branchline.content.expand import Group
    from branchline.content.findings import Findings, Path
    from branchline.content.language import Domain, Place

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
        self._groups: dict[int, Group] = {}
        self._conditions: dict[tuple[int, str], Expr | None] = {}
        self._effects: dict[tuple[int, str], Effect | None] = {}
        self._guards: dict[tuple[int, str], Guard | None] = {}
        self._moves: dict[tuple[int, tuple[str, ...]], Callable[[list[int]], None]] = {}
        self.place: Callable[[Ref], Place] = lambda _: Constant(0)
        """Where each reference stands in a Core; set once the layout is known."""

    def read_condition(self, text: str | None, group: Group, path: Path) -> None:
        """Parse the condition at `path`; None is no condition."""
        if text is None or (id(group), text) in self._conditions:
            return
        try:
            self._conditions[id(group), text] = parse_condition(text, self._scope(group))
        except LanguageError as error:
            self._conditions[id(group), text] = None
            self._findings.problems(error.problems, group.places, path)

    def read_effects(self, texts: Sequence[str], group: Group, path: Path) -> None:
        """Parse the effects listed at `path`."""
        for number, text in enumerate(texts):
            if (id(group), text) not in self._effects:
                try:
                    self._effects[id(group), text] = parse_effect(text, self._scope(group))
                except LanguageError as error:
                    self._effects[id(group), text] = None
                    self._findings.problems(error.problems, group.places, (*path, number))

    def readable(self, text: str, group: Group) -> bool:
        """Whether `text` is a condition over this scenario's names; if so it is parsed, if not nothing is reported."""
        try:
            self._conditions.setdefault((id(group), text), parse_condition(text, self._scope(group)))
        except LanguageError:
            return False
        return True

    def guard(self, text: str | None, group: Group) -> Guard | None:
        """The compiled condition; None where there is none, or none that could be read."""
        if text is None:
            return None
        key = (id(group), text)
        if key not in self._guards:
            expr = self._conditions[key]
            self._guards[key] = None if expr is None else compile_condition(expr, self._placed(group))
        return self._guards[key]

    def move(self, texts: Sequence[str], group: Group) -> Callable[[list[int]], None] | None:
        """The compiled effects, applied in order; None where there are none."""
        if not texts:
            return None
        key = (id(group), tuple(texts))
        if key not in self._moves:
            known = [effect for text in texts if (effect := self._effects[id(group), text]) is not None]
            self._moves[key] = compile_effects(known, self._placed(group))
        return self._moves[key]

    def reads(self) -> dict[Ref, int]:
        """Everything that some expression reads, with full ids; for counters the largest constant they are compared with."""
        found: dict[Ref, int] = {}
        for (group_id, _), expr in (*self._conditions.items(), *self._effects.items()):
            if expr is None:
                continue
            group = self._groups[group_id]
            for ref in refs(expr):
                full = _full(ref, group)
                limit = compared_limit([expr], ref) if ref.kind in _COUNTERS else 0
                found[full] = max(found.get(full, 0), limit)
        return found

    def _scope(self, group: Group) -> Scope:
        scope = self._scopes.get(id(group))
        if scope is None:
            scope = Scope(self._variables, self._facts, group.nodes, group.choices, self._steps, group.constants)
            self._scopes[id(group)] = scope
            self._groups[id(group)] = group
        return scope

    def _placed(self, group: Group) -> Callable[[Ref], Place]:
        return lambda ref: self.place(_full(ref, group))


def _full(ref: Ref, group: Group) -> Ref:
    return Ref(ref.kind, group.full(ref.name)) if group.prefix and ref.kind in _LOCAL else ref
