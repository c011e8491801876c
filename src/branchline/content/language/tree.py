"""The typed tree of a checked expression, its normal form as text, and what it reads.

Every node says the kind of its value; the checker builds only trees whose kinds fit, so whoever walks one needs no further test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from branchline.content.language.domains import Domain, Ref


class Kind(StrEnum):
    """The type of a value: true or false, a whole number, integer hundredths, an enum's index, a fact's word code."""

    TRUTH = "true or false"
    WHOLE = "a whole number"
    HUNDREDTHS = "an amount"
    WORD = "a word"
    CODE = "a fact's word"


NUMERIC: Final = frozenset({Kind.WHOLE, Kind.HUNDREDTHS})


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; `word` is its spelling where it is a word."""

    value: int
    kind: Kind
    word: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The value of `ref`; `domain` is what a variable, trust or heat can be, and None for counters and facts that are no flags."""

    ref: Ref
    kind: Kind
    domain: Domain | None


@dataclass(frozen=True, slots=True)
class Not:
    """True where `operand` is false."""

    operand: Expr
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class All:
    """`and`: true where each of two or more `operands` is; none of them is an All."""

    operands: tuple[Expr, ...]
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class Some:
    """`or`: true where one of two or more `operands` is; none of them is a Some."""

    operands: tuple[Expr, ...]
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain `operands[0] operators[0] operands[1] …`: true where each neighbouring pair compares so."""

    operators: tuple[str, ...]
    operands: tuple[Expr, ...]
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class Member:
    """`operand in {values}`, or `not in` where `negated`."""

    operand: Expr
    values: tuple[Literal, ...]
    negated: bool
    kind: Kind = Kind.TRUTH


@dataclass(frozen=True, slots=True)
class Negate:
    """The operand with the other sign."""

    operand: Expr
    kind: Kind


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left operator right` with `+`, `-` or `*`."""

    operator: str
    left: Expr
    right: Expr
    kind: Kind


@dataclass(frozen=True, slots=True)
class Extreme:
    """`min` or `max`, the `function`, of two or more operands."""

    function: str
    operands: tuple[Expr, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Scaled:
    """A whole number as hundredths, because it stands beside an amount; it is written as its operand."""

    operand: Expr
    kind: Kind = Kind.HUNDREDTHS


Expr = Literal | Read | Not | All | Some | Compare | Member | Negate | Arithmetic | Extreme | Scaled


class Operation(StrEnum):
    """What an effect does with its value."""

    ASSIGN = "assign"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Effect:
    """The `target` becomes `value`, or itself plus `value`, and never leaves `low`..`high`."""

    target: Ref
    operation: Operation
    value: Expr
    low: int
    high: int


def _none(_: Expr) -> tuple[Expr, ...]:
    return ()


_CHILDREN: Final[Mapping[type, Callable[[Any], tuple[Expr, ...]]]] = {
    Literal: _none,
    Read: _none,
    **dict.fromkeys((Not, Negate, Scaled), lambda expr: (expr.operand,)),
    **dict.fromkeys((All, Some, Compare, Extreme), attrgetter("operands")),
    Member: lambda expr: (expr.operand, *expr.values),
    Arithmetic: attrgetter("left", "right"),
}


def children(expr: Expr) -> tuple[Expr, ...]:
    """The nodes directly under `expr`, in reading order."""
    return _CHILDREN[expr.__class__](expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and every node under it, in reading order."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(children(node))


def refs(subject: Expr | Effect) -> frozenset[Ref]:
    """Everything that evaluating it reads; adding reads the target."""
    if isinstance(subject, Effect):
        own = frozenset({subject.target}) if subject.operation is Operation.ADD else frozenset()
        return own | refs(subject.value)
    return frozenset(node.ref for node in walk(subject) if isinstance(node, Read))


def writes(effect: Effect) -> Ref:
    """What the effect changes."""
    return effect.target


_LEVEL_OR, _LEVEL_AND, _LEVEL_NOT, _LEVEL_COMPARE, _LEVEL_ADD, _LEVEL_MULTIPLY, _LEVEL_SIGN, _LEVEL_ATOM = range(8)


def render(expr: Expr) -> str:
    """The normal form of `expr`; parsing it in the same scope gives the same tree."""
    return _render(expr)[0]


def render_effect(effect: Effect) -> str:
    """The normal form of `effect`; parsing it in the same scope gives the same effect."""
    value = effect.value
    if effect.operation is Operation.ADD:
        if isinstance(value, Literal):
            return f"{effect.target} {'-' if value.value < 0 else '+'}{abs(value.value)}"
        sign, shown = ("-", value.operand) if isinstance(value, Negate) else ("+", value)
        return f"{effect.target} {sign}{_at(shown, _LEVEL_SIGN)}"
    if isinstance(value, Literal) and value.kind is Kind.TRUTH:
        return f"{'set' if value.value else 'clear'} {effect.target}"
    return f"{effect.target} = {render(value)}"


def _at(expr: Expr, level: int) -> str:
    text, own = _render(expr)
    return text if own >= level else f"({text})"


def _render(expr: Expr) -> tuple[str, int]:  # noqa: C901, PLR0911 - one arm for each kind of node
    """The text and how tightly its outermost operator binds."""
    match expr:
        case Literal():
            return _literal(expr), _LEVEL_SIGN if expr.value < 0 else _LEVEL_ATOM
        case Read():
            return str(expr.ref), _LEVEL_ATOM
        case Scaled():
            return _render(expr.operand)
        case Not():
            return f"not {_at(expr.operand, _LEVEL_NOT)}", _LEVEL_NOT
        case All():
            return " and ".join(_at(operand, _LEVEL_NOT) for operand in expr.operands), _LEVEL_AND
        case Some():
            return " or ".join(_at(operand, _LEVEL_AND) for operand in expr.operands), _LEVEL_OR
        case Compare():
            rest = zip(expr.operators, expr.operands[1:], strict=True)
            tail = " ".join(f"{operator} {_at(operand, _LEVEL_ADD)}" for operator, operand in rest)
            return f"{_at(expr.operands[0], _LEVEL_ADD)} {tail}", _LEVEL_COMPARE
        case Member():
            word = "not in" if expr.negated else "in"
            return f"{_at(expr.operand, _LEVEL_ADD)} {word} {{{', '.join(map(render, expr.values))}}}", _LEVEL_COMPARE
        case Negate():
            return f"-{_at(expr.operand, _LEVEL_SIGN)}", _LEVEL_SIGN
        case Arithmetic():
            level = _LEVEL_MULTIPLY if expr.operator == "*" else _LEVEL_ADD
            return f"{_at(expr.left, level)} {expr.operator} {_at(expr.right, level + 1)}", level
        case Extreme():
            return f"{expr.function}({', '.join(map(render, expr.operands))})", _LEVEL_ATOM


def _literal(literal: Literal) -> str:
    match literal.kind:
        case Kind.TRUTH:
            return "true" if literal.value else "false"
        case Kind.WHOLE:
            return str(literal.value)
        case Kind.HUNDREDTHS:
            return amount(literal.value)
        case _:
            return literal.word


def amount(hundredths: int) -> str:
    """Hundredths as a decimal with two places."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"
