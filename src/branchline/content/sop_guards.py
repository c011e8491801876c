"""Conditions in SOPs, which name facts that nobody has declared: what each must be follows from what it stands beside."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from branchline.content.language import FactType, LanguageError, Scope, parse_condition
from branchline.content.language.domains import GAUGES
from branchline.content.language.parser import Form, Syntax, read_condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from branchline.content.language import Expr

_NUMERIC = frozenset({Form.NUMBER, Form.ARITHMETIC, Form.NEGATE, Form.EXTREME})
_TRUTHS = frozenset({Form.TRUTH, Form.NOT, Form.ALL, Form.SOME, Form.COMPARE, Form.MEMBER})
_ORDERS = frozenset({"<", "<=", ">", ">="})
_BARE = Scope({}, {})


@lru_cache(maxsize=4096)
def names_in(text: str) -> tuple[tuple[str, FactType], ...]:
    """Each fact that the condition reads and what it must be, sorted; empty where it is no condition."""
    try:
        syntax, _ = read_condition(text, _BARE)
    except LanguageError:
        return ()
    found: dict[str, FactType] = {}
    for name, kind in _truth(syntax):
        if name not in GAUGES:
            found.setdefault(name, kind)
    return tuple(sorted(found.items()))


def scope_of(texts: Iterable[str], known: Mapping[str, FactType] | None = None) -> Scope:
    """The names of all the conditions, with the types of `known` facts where they are given."""
    kinds: dict[str, FactType] = {}
    for text in texts:
        for name, kind in names_in(text):
            kinds.setdefault(name, kind)
    return Scope({}, {**kinds, **{name: kind for name, kind in (known or {}).items() if name in kinds}})


def parsed(text: str, scope: Scope) -> Expr:
    """The condition's tree; raises LanguageError."""
    return parse_condition(text, scope)


def _truth(syntax: Syntax) -> Iterator[tuple[str, FactType]]:
    match syntax.form:
        case Form.NAME:
            yield syntax.text, FactType.FLAG
        case Form.COMPARE:
            yield from _compared(syntax)
        case Form.MEMBER:
            numbers = all(part.form in _NUMERIC for part in syntax.parts[1:])
            yield from _valued(syntax.parts[0], FactType.NUMBER if numbers else FactType.WORD)
        case Form.ALL | Form.SOME | Form.NOT:
            for part in syntax.parts:
                yield from _truth(part)
        case _:
            return


def _compared(syntax: Syntax) -> Iterator[tuple[str, FactType]]:
    """A lone name on the right of `==` is a word, a dotted one another fact; beside an order everything is a number."""
    first, *others = syntax.parts
    forms = {part.form for part in syntax.parts}
    if forms & _TRUTHS:
        for part in syntax.parts:
            yield from _truth(part)
        return
    if forms & _NUMERIC or _ORDERS & set(syntax.operators) or any(part.text in GAUGES for part in syntax.parts):
        kind, also = FactType.NUMBER, True
    else:
        also = any("." in part.text for part in others)
        kind = FactType.NUMBER if also else FactType.WORD
    for part in syntax.parts if also else (first,):
        yield from _valued(part, kind)


def _valued(syntax: Syntax, kind: FactType) -> Iterator[tuple[str, FactType]]:
    if syntax.form is Form.NAME:
        yield syntax.text, kind
    elif syntax.form in _NUMERIC:
        for part in syntax.parts:
            yield from _valued(part, FactType.NUMBER)
