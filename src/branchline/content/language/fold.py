"""Constant folding: a tree in which some references are known, computed as far as it goes."""

from __future__ import annotations

import operator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from branchline.content.language.tree import (
    All,
    Arithmetic,
    Compare,
    Expr,
    Extreme,
    Kind,
    Literal,
    Member,
    Negate,
    Not,
    Read,
    Scaled,
    Some,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.content.language.domains import Ref

HUNDRED: Final = 100
COMPARE: Final[dict[str, Callable[[int, int], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TRUE: Final = Literal(1, Kind.TRUTH)
FALSE: Final = Literal(0, Kind.TRUTH)


def fold(expr: Expr, known: Callable[[Ref], int | None]) -> Expr:
    """`expr` with every reference that `known` gives a value for replaced by it, and everything constant computed."""
    match expr:
        case Literal():
            return expr
        case Read():
            value = known(expr.ref)
            return expr if value is None else Literal(value, expr.kind)
        case All() | Some():
            return _junction(expr, known)
    whole = rebuilt(expr, [fold(child, known) for child in children(expr)])
    parts = [part.value for part in children(whole) if isinstance(part, Literal)]
    if len(parts) < len(children(whole)):
        return whole
    return Literal(_value(whole, parts), whole.kind)


def _junction(expr: All | Some, known: Callable[[Ref], int | None]) -> Expr:
    decisive = isinstance(expr, Some)
    left: list[Expr] = []
    for operand in expr.operands:
        folded = fold(operand, known)
        if not isinstance(folded, Literal):
            left.append(folded)
        elif bool(folded.value) is decisive:
            return TRUE if decisive else FALSE
    if len(left) > 1:
        return type(expr)(tuple(left))
    return left[0] if left else (FALSE if decisive else TRUE)


def rebuilt(expr: Expr, parts: list[Expr]) -> Expr:  # noqa: PLR0911 - one arm for each kind of node
    """`expr` with `parts` for its children, as many as it has."""
    match expr:
        case Not():
            return Not(parts[0])
        case All() | Some():
            return type(expr)(tuple(parts))
        case Negate():
            return Negate(parts[0], expr.kind)
        case Scaled():
            return Scaled(parts[0])
        case Compare():
            return Compare(expr.operators, tuple(parts))
        case Member():
            return Member(parts[0], expr.values, expr.negated)
        case Arithmetic():
            return Arithmetic(expr.operator, parts[0], parts[1], expr.kind)
        case Extreme():
            return Extreme(expr.function, tuple(parts), expr.kind)
        case _:
            return expr


def _value(expr: Expr, parts: list[int]) -> int:  # noqa: PLR0911 - one arm for each kind of node
    match expr:
        case Not():
            return int(not parts[0])
        case Negate():
            return -parts[0]
        case Scaled():
            return parts[0] * HUNDRED
        case Compare():
            return int(all(COMPARE[sign](*pair) for sign, pair in zip(expr.operators, pairwise(parts), strict=True)))
        case Member():
            return int((parts[0] in parts[1:]) is not expr.negated)
        case Arithmetic("+"):
            return parts[0] + parts[1]
        case Arithmetic("-"):
            return parts[0] - parts[1]
        case Arithmetic():
            return parts[0] * parts[1]
        case Extreme("min"):
            return min(parts)
        case _:
            return max(parts)
