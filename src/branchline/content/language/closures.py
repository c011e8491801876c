"""Typed trees → closures over the engine's flat state.

`place` says where each reference lives: in a slot, as one bit of a slot, or as a constant of this session. Constants are folded
first; the common shapes of guards have closures of their own, because exploration evaluates them millions of times.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from branchline.content.language.fold import COMPARE, HUNDRED, fold
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
    from branchline.content.language.domains import Ref


@dataclass(frozen=True, slots=True)
class Slot:
    """The value is `core[index]`."""

    index: int


@dataclass(frozen=True, slots=True)
class Bit:
    """The value is the bit `bit` of `core[index]`."""

    index: int
    bit: int


@dataclass(frozen=True, slots=True)
class Constant:
    """The value never changes."""

    value: int


Core = tuple[int, ...]
Place = Slot | Bit | Constant
Placing = Callable[["Ref"], Place]
_State = Sequence[int]
_Truth = Callable[[_State], bool]
_Number = Callable[[_State], int]
_ARITHMETIC: Final[dict[str, Callable[[int, int], int]]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_MIRROR: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


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

    def apply(core: list[int]) -> None:
        for step in steps:
            step(core)

    return apply


def _bound(expr: Expr, place: Placing) -> Expr:
    def known(ref: Ref) -> int | None:
        where = place(ref)
        return where.value if isinstance(where, Constant) else None

    return fold(expr, known)


def _truth(expr: Expr, place: Placing) -> _Truth:  # noqa: PLR0911 - one arm for each kind of node
    match expr:
        case Literal():
            return _always if expr.value else _never
        case Read():
            return _flag(place(expr.ref))
        case Not():
            return _not(expr.operand, place)
        case All():
            return _all([_truth(operand, place) for operand in expr.operands])
        case Some():
            return _some([_truth(operand, place) for operand in expr.operands])
        case Member():
            return _member(expr, place)
        case Compare():
            return _compare(expr, place)
        case _:
            raise TypeError(expr)


def _always(_core: _State) -> bool:
    return True


def _never(_core: _State) -> bool:
    return False


def _flag(where: Place) -> _Truth:
    match where:
        case Slot(index):
            return lambda core: core[index] != 0
        case Bit(index, bit):
            mask = 1 << bit
            return lambda core: core[index] & mask != 0
        case Constant(value):
            return _always if value else _never


def _not(operand: Expr, place: Placing) -> _Truth:
    match operand, place(operand.ref) if isinstance(operand, Read) else None:
        case _, Slot(index):
            return lambda core: core[index] == 0
        case _, Bit(index, bit):
            mask = 1 << bit
            return lambda core: core[index] & mask == 0
    inner = _truth(operand, place)
    return lambda core: not inner(core)


def _all(tests: list[_Truth]) -> _Truth:
    if len(tests) == 2:  # noqa: PLR2004 - two operands are by far the most common
        first, second = tests
        return lambda core: first(core) and second(core)
    if len(tests) == 3:  # noqa: PLR2004 - three are the next
        first, second, third = tests
        return lambda core: first(core) and second(core) and third(core)
    fixed = tuple(tests)

    def every(core: _State) -> bool:
        for test in fixed:  # noqa: SIM110 - a generator costs more than the tests
            if not test(core):
                return False
        return True

    return every


def _some(tests: list[_Truth]) -> _Truth:
    if len(tests) == 2:  # noqa: PLR2004 - as above
        first, second = tests
        return lambda core: first(core) or second(core)
    fixed = tuple(tests)

    def some(core: _State) -> bool:
        for test in fixed:  # noqa: SIM110 - as above
            if test(core):
                return True
        return False

    return some


def _member(expr: Member, place: Placing) -> _Truth:
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


def _compare(expr: Compare, place: Placing) -> _Truth:
    operands = expr.operands
    if len(operands) == 2:  # noqa: PLR2004 - no chain
        return _pair(expr.operators[0], operands[0], operands[1], place)
    if all(isinstance(operand, Read | Literal) for operand in operands[1:-1]):
        pairs = zip(expr.operators, operands, operands[1:], strict=False)
        return _all([_pair(sign, left, right, place) for sign, left, right in pairs])
    first = _number(operands[0], place)
    links = tuple((COMPARE[sign], _number(operand, place)) for sign, operand in zip(expr.operators, operands[1:], strict=True))

    def chain(core: _State) -> bool:
        left = first(core)
        for holds, number in links:
            right = number(core)
            if not holds(left, right):
                return False
            left = right
        return True

    return chain


def _pair(sign: str, left: Expr, right: Expr, place: Placing) -> _Truth:
    if isinstance(left, Literal):
        sign, left, right = _MIRROR[sign], right, left
    where = place(left.ref) if isinstance(left, Read) else None
    if isinstance(where, Slot) and isinstance(right, Literal):
        return _slot_test(sign, where.index, right.value)
    holds, first = COMPARE[sign], _number(left, place)
    if isinstance(right, Literal):
        value = right.value
        return lambda core: holds(first(core), value)
    second = _number(right, place)
    return lambda core: holds(first(core), second(core))


def _slot_test(sign: str, index: int, value: int) -> _Truth:
    match sign:
        case "==":
            return lambda core: core[index] == value
        case "!=":
            return lambda core: core[index] != value
        case "<":
            return lambda core: core[index] < value
        case "<=":
            return lambda core: core[index] <= value
        case ">":
            return lambda core: core[index] > value
        case _:
            return lambda core: core[index] >= value


def _number(expr: Expr, place: Placing) -> _Number:  # noqa: PLR0911 - one arm for each kind of node
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


def _stored(where: Place) -> _Number:
    match where:
        case Slot(index):
            return operator.itemgetter(index)
        case Bit(index, bit):
            return lambda core: core[index] >> bit & 1
        case Constant(value):
            return lambda _core: value


def _result(effect: Effect, place: Placing) -> _Number:
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

            def store(core: list[int]) -> None:
                core[index] = result(core)

            return store
