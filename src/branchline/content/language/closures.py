"""Typed trees → closures over the engine's flat state.

`place` says where each reference lives: in a slot, as one bit of a slot, or as a constant of this session. Constants are folded
first; the common shapes of guards have closures of their own, because exploration evaluates them millions of times.
"""

from __future__ import annotations

import operator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from branchline.content.language.fold import COMPARE, HUNDRED, fold
from branchline.content.language.places import Bit, Constant, Core, Number, Place, Placing, Slot, State, Test
from branchline.content.language.shapes import Shape, also, both, either, merged, otherwise, shape, single
from branchline.content.language.tree import (
    All,
    Arithmetic,
    Compare,
    Effect,
    Expr,
    Extreme,
    Literal,
    Member,
    Negate,
    Not,
    Operation,
    Read,
    Scaled,
    Some,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.content.language.domains import Ref

_ARITHMETIC: Final[dict[str, Callable[[int, int], int]]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def compile_condition(expr: Expr, place: Placing) -> Callable[[Core], bool]:
    """A function that tells whether `expr` is true in a state."""
    return _truth(_bound(expr, place), place)


def compile_effect(effect: Effect, place: Placing) -> Callable[[Core], int]:
    """A function that gives the new value of the effect's target, saturated in its domain."""
    return _result(effect, place)


def compile_effects(effects: Sequence[Effect], place: Placing) -> Callable[[list[int]], None]:
    """A function that applies `effects` in order to a state held as a list; ValueError where a target is a Constant."""
    steps = tuple(_step(effect, place) for effect in effects)
    if len(steps) == 1:
        return steps[0]
    if len(steps) == 2:  # noqa: PLR2004 - replies have one or two effects
        first, second = steps

        def apply_both(core: list[int]) -> None:
            first(core)
            second(core)

        return apply_both

    def apply(core: list[int]) -> None:
        for step in steps:
            step(core)

    return apply


def _bound(expr: Expr, place: Placing) -> Expr:
    def known(ref: Ref) -> int | None:
        where = place(ref)
        return where.value if isinstance(where, Constant) else None

    return fold(expr, known)


def _truth(expr: Expr, place: Placing) -> Test:  # noqa: PLR0911 - one arm for each kind of node
    if (found := shape(expr, place)) is not None:
        return single(found)
    match expr:
        case Literal():
            return _always if expr.value else _never
        case Not():
            inner = _truth(expr.operand, place)
            return lambda core: not inner(core)
        case All():
            return _all(expr.operands, place)
        case Some():
            return _some(expr.operands, place)
        case Member():
            return _member(expr, place)
        case Compare():
            return _compare(expr, place)
        case _:
            raise TypeError(expr)


def _always(_core: State) -> bool:
    return True


def _never(_core: State) -> bool:
    return False


def _sorted(operands: Sequence[Expr], place: Placing) -> tuple[list[Shape], list[Expr]]:
    """The operands that have a shape, and the others."""
    found = [(operand, shape(operand, place)) for operand in operands]
    return [one for _, one in found if one is not None], [operand for operand, one in found if one is None]


def _all(operands: Sequence[Expr], place: Placing) -> Test:
    shapes, others = _sorted(operands, place)
    fewer = merged(shapes)
    if fewer is None:
        return _never
    tests = [_truth(other, place) for other in others]
    if not tests:
        tests = [both(fewer.pop(-2), fewer.pop()) if len(fewer) > 1 else single(fewer.pop())]
    whole = _every(tests)
    for one in reversed(fewer):
        whole = also(one, whole)
    return whole


def _every(tests: list[Test]) -> Test:
    whole = tests[-1]
    for test in reversed(tests[:-1]):
        whole = _and(test, whole)
    return whole


def _and(first: Test, second: Test) -> Test:
    return lambda core: first(core) and second(core)


def _some(operands: Sequence[Expr], place: Placing) -> Test:
    shapes, others = _sorted(operands, place)
    tests = [_truth(other, place) for other in others]
    if not tests:
        tests = [either(shapes.pop(-2), shapes.pop()) if len(shapes) > 1 else single(shapes.pop())]
    whole = tests[-1]
    for test in reversed(tests[:-1]):
        whole = _or(test, whole)
    for one in reversed(shapes):
        whole = otherwise(one, whole)
    return whole


def _or(first: Test, second: Test) -> Test:
    return lambda core: first(core) or second(core)


def _member(expr: Member, place: Placing) -> Test:
    values = frozenset(value.value for value in expr.values)
    where = place(expr.operand.ref) if isinstance(expr.operand, Read) else None
    if isinstance(where, Slot):
        index = where.index
        if expr.negated:
            return lambda core: core[index] not in values
        return lambda core: core[index] in values
    inner = _number(expr.operand, place)
    if expr.negated:
        return lambda core: inner(core) not in values
    return lambda core: inner(core) in values


def _compare(expr: Compare, place: Placing) -> Test:
    operands = expr.operands
    if len(expr.operators) == 1:
        return _pair(expr.operators[0], operands[0], operands[1], place)
    if all(isinstance(operand, Read | Literal) for operand in operands[1:-1]):
        links = [fold(Compare((sign,), pair), lambda _: None) for sign, pair in zip(expr.operators, pairwise(operands), strict=True)]
        return _all(links, place)
    first = _number(operands[0], place)
    steps = tuple((COMPARE[sign], _number(operand, place)) for sign, operand in zip(expr.operators, operands[1:], strict=True))

    def chain(core: State) -> bool:
        left = first(core)
        for holds, number in steps:
            right = number(core)
            if not holds(left, right):
                return False
            left = right
        return True

    return chain


def _pair(sign: str, left: Expr, right: Expr, place: Placing) -> Test:
    where = place(left.ref) if isinstance(left, Read) else None
    if sign == "!=" and isinstance(where, Slot) and isinstance(right, Literal):
        index, other = where.index, right.value
        return lambda core: core[index] != other
    holds, first = COMPARE[sign], _number(left, place)
    if isinstance(right, Literal):
        value = right.value
        return lambda core: holds(first(core), value)
    second = _number(right, place)
    return lambda core: holds(first(core), second(core))


def _number(expr: Expr, place: Placing) -> Number:  # noqa: PLR0911 - one arm for each kind of node
    match expr:
        case Literal(value):
            return lambda _core: value
        case Read():
            return _stored(place(expr.ref))
        case Negate():
            inner = _number(expr.operand, place)
            return lambda core: -inner(core)
        case Scaled():
            inner = _number(expr.operand, place)
            return lambda core: inner(core) * HUNDRED
        case Arithmetic():
            combine, left, right = _ARITHMETIC[expr.operator], _number(expr.left, place), _number(expr.right, place)
            return lambda core: combine(left(core), right(core))
        case Extreme():
            pick, parts = (min if expr.function == "min" else max), tuple(_number(part, place) for part in expr.operands)
            return lambda core: pick([part(core) for part in parts])
        case _:
            return _truth(expr, place)


def _stored(where: Place) -> Number:
    match where:
        case Slot(index):
            return operator.itemgetter(index)
        case Bit(index, bit):
            return lambda core: core[index] >> bit & 1
        case Constant(value):
            return lambda _core: value


def _result(effect: Effect, place: Placing) -> Number:
    low, high, value = effect.low, effect.high, _bound(effect.value, place)
    if effect.operation is Operation.ASSIGN:
        if isinstance(value, Literal):
            fixed = min(max(value.value, low), high)
            return lambda _core: fixed
        new = _number(value, place)
        return lambda core: low if (found := int(new(core))) < low else min(found, high)
    where = place(effect.target)
    if isinstance(where, Slot) and isinstance(value, Literal):
        index, change = where.index, value.value
        return lambda core: low if (found := core[index] + change) < low else min(found, high)
    old, change_of = _stored(where), _number(value, place)
    return lambda core: low if (found := old(core) + change_of(core)) < low else min(found, high)


def _step(effect: Effect, place: Placing) -> Callable[[list[int]], None]:
    where, result = place(effect.target), _result(effect, place)
    match where:
        case Constant():
            raise ValueError(f"{effect.target} never changes here")
        case Bit(index, bit):

            def put(core: list[int]) -> None:
                core[index] = core[index] & ~(1 << bit) | result(core) << bit

            return put
        case Slot(index):
            value = _bound(effect.value, place)
            if isinstance(value, Literal) and effect.operation is Operation.ADD:
                return _shift(index, value.value, effect.low, effect.high)

            def store(core: list[int]) -> None:
                core[index] = result(core)

            return store


def _shift(index: int, change: int, low: int, high: int) -> Callable[[list[int]], None]:
    """Adds the constant `change`, which can leave the domain on one side only."""

    def rise(core: list[int]) -> None:
        found = core[index] + change
        core[index] = found if found < high else high  # noqa: FURB136 - a call of min costs more than the rest

    def fall(core: list[int]) -> None:
        found = core[index] + change
        core[index] = found if found > low else low  # noqa: FURB136 - as above

    return rise if change > 0 else fall
