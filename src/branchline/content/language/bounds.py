"""How small and large a numeric expression can be, and how far counters must be counted.

`turns` and `times(…)` only grow. A state holds them no further than one above a limit, so that the number of states stays finite;
`limits` gives, for one comparison or effect, a limit from which on its result no longer depends on the counter.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from branchline.content.language.domains import COUNTERS, Ref
from branchline.content.language.tree import (
    Arithmetic,
    Compare,
    Effect,
    Expr,
    Extreme,
    Kind,
    Literal,
    Member,
    Negate,
    Operation,
    Read,
    Scaled,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HUNDRED: Final = 100
LARGEST: Final = 10**15


class UnboundedCounter(Exception):
    """The result depends on a counter however far it has counted, or the limit cannot be told."""


def bounds(expr: Expr) -> tuple[float, float]:  # noqa: PLR0911 - one arm for each kind of node
    """The least and the greatest value that numeric `expr` can have, infinite for facts and counters; never too narrow."""
    match expr:
        case Literal():
            return _capped(expr.value), _capped(expr.value)
        case Read():
            if expr.domain is not None:
                return _capped(expr.domain.low), _capped(expr.domain.high)
            return (0 if expr.ref.kind in COUNTERS else -inf), inf
        case Scaled():
            low, high = bounds(expr.operand)
            return low * HUNDRED, high * HUNDRED
        case Negate():
            low, high = bounds(expr.operand)
            return -high, -low
        case Extreme():
            pick = min if expr.function == "min" else max
            pairs = [bounds(operand) for operand in expr.operands]
            return pick(low for low, _ in pairs), pick(high for _, high in pairs)
        case Arithmetic():
            return _arithmetic(expr.operator, bounds(expr.left), bounds(expr.right))
        case _:
            return 0, 1


def _capped(value: int) -> float:
    """`value`, or infinity where it is too large to reckon with."""
    return value if abs(value) < LARGEST else inf if value > 0 else -inf


def _arithmetic(operator: str, left: tuple[float, float], right: tuple[float, float]) -> tuple[float, float]:
    if operator == "+":
        return left[0] + right[0], left[1] + right[1]
    if operator == "-":
        return left[0] - right[1], left[1] - right[0]
    corners = [a * b if a and b else 0 for a in left for b in right]
    return min(corners), max(corners)


def counts(expr: Expr) -> bool:
    """Whether `expr` itself reads a counter."""
    return any(isinstance(node, Read) and node.ref.kind in COUNTERS for node in walk(expr))


def limits(subject: Expr | Effect) -> Iterator[tuple[Ref, int]]:
    """Each counter that one Compare, Member or Effect reads with its limit; raises UnboundedCounter where it has none."""
    if isinstance(subject, Effect):
        if counts_directly(subject.value):
            room = subject.high if subject.operation is Operation.ASSIGN else subject.high - subject.low
            yield from _needed(subject.value, room)
    elif isinstance(subject, Compare):
        for left, right in zip(subject.operands, subject.operands[1:], strict=False):
            yield from _pair(left, right)
    elif isinstance(subject, Member) and counts(subject.operand):
        yield from _needed(subject.operand, max(value.value for value in subject.values))


def counts_directly(value: Expr) -> bool:
    """Whether `value` is a number that reads a counter."""
    return value.kind is not Kind.TRUTH and counts(value)


def _pair(left: Expr, right: Expr) -> Iterator[tuple[Ref, int]]:
    if left.kind is Kind.TRUTH:
        return
    match counts(left), counts(right):
        case True, True:
            raise UnboundedCounter
        case True, False:
            yield from _needed(left, bounds(right)[1])
        case False, True:
            yield from _needed(right, bounds(left)[1])


def _needed(expr: Expr, ceiling: float) -> Iterator[tuple[Ref, int]]:  # noqa: C901 - one arm for each kind of node
    """Limits from which on `expr` either is unchanged or lies above `ceiling`."""
    if not counts(expr):
        return
    if ceiling == inf:
        raise UnboundedCounter
    match expr:
        case Read():
            yield expr.ref, int(max(ceiling, 0))
        case Scaled():
            yield from _needed(expr.operand, max(ceiling, 0) // HUNDRED)
        case Extreme():
            for operand in expr.operands:
                yield from _needed(operand, ceiling)
        case Arithmetic(operator="+"):
            yield from _needed(expr.left, ceiling - bounds(expr.right)[0])
            yield from _needed(expr.right, ceiling - bounds(expr.left)[0])
        case Arithmetic(operator="-") if not counts(expr.right):
            yield from _needed(expr.left, ceiling + bounds(expr.right)[1])
        case Arithmetic(operator="*") if counts(expr.left) != counts(expr.right):
            growing, factor = (expr.left, expr.right) if counts(expr.left) else (expr.right, expr.left)
            if bounds(factor)[0] < 0:
                raise UnboundedCounter
            yield from _needed(growing, max(ceiling, 0))
        case _:
            raise UnboundedCounter


def compared_limit(subjects: Iterable[Expr | Effect], ref: Ref) -> int:
    """The largest whole number that the counter `ref` is compared with in `subjects`, 0 where it is never read.

    A counter held at one above this number answers every one of them as any larger value would.
    """
    found = [
        limit
        for subject in subjects
        for node in (subject, *walk(subject.value if isinstance(subject, Effect) else subject))
        for counter, limit in limits(node)
        if counter == ref
    ]
    return max(found, default=0)
