"""The two shapes that most guards are made of, and closures in which several of them cost one call.

A flag, an enum word and a number beside a constant are each a slot within an interval; what was visited, chosen or done is a masked
bitmask. Tests of one slot that must all hold become one test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from branchline.content.language.places import Bit, Slot
from branchline.content.language.tree import Compare, Expr, Kind, Literal, Not, Read

if TYPE_CHECKING:
    from branchline.content.language.places import Place, Placing, Test

HIGHEST: Final = 1 << 200
"""Above every number that a state holds; an interval without an end ends here."""
MIRROR: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Within:
    """True where `low <= core[index] <= high`."""

    index: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Masked:
    """True where the bits `mask` of `core[index]` are exactly `want`."""

    index: int
    mask: int
    want: int


Shape = Within | Masked


def shape(expr: Expr, place: Placing) -> Shape | None:
    """The shape of `expr`, where it has one."""
    match expr:
        case Read():
            return _flag(place(expr.ref), wanted=True)
        case Not(operand=Read(ref=ref)):
            return _flag(place(ref), wanted=False)
        case Compare(operators=(sign,), operands=(Read(ref=ref), Literal(value=value))):
            return _interval(sign, place(ref), value, flag=expr.operands[0].kind is Kind.TRUTH)
        case Compare(operators=(sign,), operands=(Literal(value=value), Read(ref=ref))):
            return _interval(MIRROR[sign], place(ref), value, flag=expr.operands[1].kind is Kind.TRUTH)
    return None


def _flag(where: Place, *, wanted: bool) -> Shape | None:
    match where:
        case Slot(index):
            return Within(index, int(wanted), int(wanted))
        case Bit(index, bit):
            return Masked(index, 1 << bit, int(wanted) << bit)
    return None


def _interval(sign: str, where: Place, value: int, *, flag: bool) -> Shape | None:
    if flag and sign in {"==", "!="}:
        return _flag(where, wanted=bool(value) is (sign == "=="))
    if not isinstance(where, Slot):
        return None
    match sign:
        case "==":
            return Within(where.index, value, value)
        case "<" | "<=":
            return Within(where.index, -HIGHEST, value - (sign == "<"))
        case ">" | ">=":
            return Within(where.index, value + (sign == ">"), HIGHEST)
    return None


def merged(shapes: list[Shape]) -> list[Shape] | None:
    """Shapes that all hold exactly where all of `shapes` do, one for each slot and sort; None where they exclude each other."""
    found: dict[tuple[type[Shape], int], Shape] = {}
    for new in shapes:
        key = type(new), new.index
        old = found.get(key)
        if isinstance(old, Within) and isinstance(new, Within):
            found[key] = Within(new.index, max(old.low, new.low), min(old.high, new.high))
        elif isinstance(old, Masked) and isinstance(new, Masked):
            if (old.want ^ new.want) & old.mask & new.mask:
                return None
            found[key] = Masked(new.index, old.mask | new.mask, old.want | new.want)
        else:
            found[key] = new
    return list(found.values())


def single(one: Shape) -> Test:
    """The test of one shape."""
    match one:
        case Within(index, low, high) if low == high:
            return lambda core: core[index] == low
        case Within(index, low, high) if high == HIGHEST:
            return lambda core: core[index] >= low
        case Within(index, low, high) if low == -HIGHEST:
            return lambda core: core[index] <= high
        case Within(index, low, high):
            return lambda core: low <= core[index] <= high
        case Masked(index, mask, want):
            return lambda core: core[index] & mask == want


def both(one: Shape, two: Shape) -> Test:
    """True where both shapes hold."""
    match one, two:
        case Within(i, low, high), Within(j, least, most):
            return lambda core: low <= core[i] <= high and least <= core[j] <= most
        case (Within(i, low, high), Masked(j, mask, want)) | (Masked(j, mask, want), Within(i, low, high)):
            return lambda core: low <= core[i] <= high and core[j] & mask == want
        case Masked(i, mask, want), Masked(j, veil, wish):
            return lambda core: core[i] & mask == want and core[j] & veil == wish
    raise TypeError(one, two)


def either(one: Shape, two: Shape) -> Test:
    """True where one of the shapes holds."""
    match one, two:
        case Within(i, low, high), Within(j, least, most):
            return lambda core: low <= core[i] <= high or least <= core[j] <= most
        case (Within(i, low, high), Masked(j, mask, want)) | (Masked(j, mask, want), Within(i, low, high)):
            return lambda core: low <= core[i] <= high or core[j] & mask == want
        case Masked(i, mask, want), Masked(j, veil, wish):
            return lambda core: core[i] & mask == want or core[j] & veil == wish
    raise TypeError(one, two)


def also(one: Shape, rest: Test) -> Test:
    """True where the shape and `rest` hold."""
    match one:
        case Within(index, low, high):
            return lambda core: low <= core[index] <= high and rest(core)
        case Masked(index, mask, want):
            return lambda core: core[index] & mask == want and rest(core)


def otherwise(one: Shape, rest: Test) -> Test:
    """True where the shape or `rest` holds."""
    match one:
        case Within(index, low, high):
            return lambda core: low <= core[index] <= high or rest(core)
        case Masked(index, mask, want):
            return lambda core: core[index] & mask == want or rest(core)
