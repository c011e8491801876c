"""What can be decided about conditions before anybody plays: always true, never true, and what a set of guards leaves open.

Every variable has a small declared domain, so a truth table decides. Of a number that is only compared with constants, one value for
each stretch between them stands for all; a counter needs no value above one more than what it is compared with. A comparison of facts
with each other is an atom that may be true or false on its own. Beyond 50,000 rows nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Final

from branchline.content.language.bounds import compared_limit
from branchline.content.language.closures import compile_condition
from branchline.content.language.domains import COUNTERS, Domain, Flag, Range, Ref, RefKind, Scope, Words
from branchline.content.language.fold import fold, rebuilt
from branchline.content.language.places import Slot
from branchline.content.language.tree import All, Compare, Expr, Kind, Literal, Member, Not, Read, Some, amount, children, render, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MAXIMUM_ROWS: Final = 50_000
EVERY_CASE: Final = "in every case"
_NEGATED: Final = {"!=": "==", ">=": "<", ">": "<="}
_ANOTHER_WORD: Final = -1


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether a condition is true in `always` every case or `never` in any, and why; neither where it depends or cannot be told."""

    always: bool
    never: bool
    reason: str = ""


@dataclass(slots=True)
class Effort:
    """How much may still be worked out: rows of truth tables, each as often as its expressions have parts; then nothing is claimed."""

    left: int

    def spend(self, rows: int, parts: int) -> bool:
        """Whether there is enough left for that; what is spent is gone."""
        if rows * parts > self.left:
            return False
        self.left -= rows * parts
        return True


def analyse(expr: Expr, scope: Scope, effort: Effort | None = None) -> Truth:
    """What is certain about `expr` over the domains that `scope` declares."""
    decided = _decide(expr, scope, effort)
    if decided is None:
        return Truth(always=False, never=False)
    return Truth(always=decided, never=not decided, reason=_reason(expr, scope, truth=decided))


def gaps(exprs: Sequence[Expr], scope: Scope, effort: Effort | None = None) -> str | None:
    """A readable case in which none of `exprs` is true, such as "mood is calm and patience is 0"; None where none is known."""
    table = _tabulate(exprs, scope, effort)
    if table is None:
        return None
    row = next((row for row in product(*table.values) if not any(test(row) for test in table.tests)), None)
    if row is None:
        return None
    kept = _needed(table, row)
    told = [table.describe(index, row[index]) for index in kept]
    return " and ".join(told) if told else EVERY_CASE


def shadowed(exprs: Sequence[Expr], scope: Scope, effort: Effort | None = None) -> tuple[int, ...]:
    """The positions of those `exprs` that are true only where one before them is; what is never true by itself is not among them."""
    found = []
    for index, expr in enumerate(exprs[1:], start=1):
        alone = All((expr, *(Not(before) for before in exprs[:index])))
        if _decide(alone, scope, effort) is False and _decide(expr, scope, effort) is not False:
            found.append(index)
    return tuple(found)


@dataclass(slots=True)
class _Usage:
    """How expressions read each reference: the constants it is compared with, and which are `mixed` into other arithmetic."""

    reads: dict[Ref, Read] = field(default_factory=dict)
    points: dict[Ref, set[int]] = field(default_factory=dict)
    mixed: set[Ref] = field(default_factory=set)
    words: dict[int, str] = field(default_factory=dict)
    parts: int = 0

    def collect(self, expr: Expr) -> None:
        for node in walk(expr):
            self.parts += 1
            if isinstance(node, Read):
                self.reads.setdefault(node.ref, node)
            elif isinstance(node, Literal) and node.kind is Kind.CODE:
                self.words[node.value] = node.word
            elif isinstance(node, Compare | Member):
                self.note(node)

    def note(self, node: Compare | Member) -> None:
        for left, right in _pairs(node):
            if left.kind is Kind.TRUTH:
                continue
            simple = _simple(left, right)
            if simple:
                self.points.setdefault(simple[0].ref, set()).add(simple[1].value)
            else:
                self.mixed |= {read.ref for side in (left, right) for read in walk(side) if isinstance(read, Read)}

    def domain(self, ref: Ref, scope: Scope) -> Domain | None:
        declared = scope.variables.get(ref.name) if ref.kind is RefKind.VARIABLE else None
        return declared or self.reads[ref].domain

    def values(self, ref: Ref, exprs: Sequence[Expr], scope: Scope) -> Sequence[int]:
        """Values of `ref` of which one stands for each that any of `exprs` could tell apart."""
        domain, points = self.domain(ref, scope), self.points.get(ref, set())
        if ref.kind in COUNTERS:
            domain = Range(0, compared_limit(exprs, ref) + 1)
        if domain is None:
            if self.reads[ref].kind is Kind.CODE:
                return [*sorted(points), _ANOTHER_WORD]
            return sorted({min(points, default=0) - 1} | _edges(points))
        if ref in self.mixed or isinstance(domain, Flag):
            return range(domain.low, domain.high + 1)
        if isinstance(domain, Words):
            others = [index for index in range(len(domain.words)) if index not in points]
            return sorted({*(point for point in points if point <= domain.high), *others[:1]})
        return sorted({domain.low} | {edge for edge in _edges(points) if domain.low <= edge <= domain.high})


def _edges(points: Iterable[int]) -> set[int]:
    return {edge for point in points for edge in (point, point + 1)}


def _pairs(node: Compare | Member) -> Iterator[tuple[Expr, Expr]]:
    if isinstance(node, Member):
        return ((node.operand, value) for value in node.values)
    return ((left, right) for left, right in zip(node.operands, node.operands[1:], strict=False))


def _simple(left: Expr, right: Expr) -> tuple[Read, Literal] | None:
    """The reference and the constant of a comparison that has nothing else."""
    match left, right:
        case (Read() as read, Literal() as literal) | (Literal() as literal, Read() as read):
            return read, literal
    return None


@dataclass(frozen=True, slots=True)
class _Table:
    """The references, their values, and one test for each expression over a row of those values."""

    refs: tuple[Ref, ...]
    values: tuple[Sequence[int], ...]
    tests: tuple[Callable[[tuple[int, ...]], bool], ...]
    usage: _Usage
    scope: Scope

    def describe(self, index: int, value: int) -> str:
        """What the value says, in words."""
        ref = self.refs[index]
        read, domain = self.usage.reads[ref], self.usage.domain(ref, self.scope)
        if read.kind is Kind.TRUTH:
            return f"{ref} is {'true' if value else 'false'}"
        if read.kind is Kind.CODE:
            return f"{ref} is {self.usage.words.get(value, 'another word')}"
        if isinstance(domain, Words):
            return f"{ref} is {domain.words[value]}"
        return f"{ref} is {amount(value) if read.kind is Kind.HUNDREDTHS else value}"


def _tabulate(exprs: Sequence[Expr], scope: Scope, effort: Effort | None = None) -> _Table | None:
    """The truth table of `exprs`, or None where it has too many rows."""
    plain = [_opaque(fold(expr, lambda _: None)) for expr in exprs]
    usage = _Usage()
    for expr in plain:
        usage.collect(expr)
    refs = tuple(sorted(usage.reads))
    values = tuple(usage.values(ref, plain, scope) for ref in refs)
    rows = prod(len(column) for column in values)
    if not 0 < rows <= MAXIMUM_ROWS or not (effort is None or effort.spend(rows, usage.parts)):
        return None
    slots = {ref: Slot(index) for index, ref in enumerate(refs)}
    tests = tuple(compile_condition(expr, slots.__getitem__) for expr in plain)
    return _Table(refs, values, tests, usage, scope)


def _opaque(expr: Expr) -> Expr:
    """`expr` with each comparison of facts with anything but constants as one reference, named by its text."""
    if isinstance(expr, Compare | Member) and expr.kind is Kind.TRUTH and _mixes_facts(expr):
        if isinstance(expr, Compare) and len(expr.operands) > 2:  # noqa: PLR2004 - a chain is the conjunction of its links
            links = zip(expr.operators, expr.operands, expr.operands[1:], strict=False)
            return All(tuple(_opaque(Compare((sign,), (left, right))) for sign, left, right in links))
        return _atom(expr)
    parts = children(expr)
    return rebuilt(expr, [_opaque(part) for part in parts]) if parts else expr


def _mixes_facts(node: Compare | Member) -> bool:
    return any(
        not _simple(left, right)
        and any(isinstance(read, Read) and read.domain is None and read.ref.kind is RefKind.FACT for read in walk(side))
        for left, right in _pairs(node)
        for side in (left, right)
        if side.kind is not Kind.TRUTH
    )


def _atom(expr: Compare | Member) -> Expr:
    """The comparison as a free reference, so that one and its negation share it."""
    if isinstance(expr, Member):
        positive, negated = Member(expr.operand, expr.values, negated=False), expr.negated
        read = Read(Ref(RefKind.FACT, render(positive)), Kind.TRUTH, Flag())
        return Not(read) if negated else read
    sign = expr.operators[0]
    if sign in _NEGATED:
        return Not(_atom(Compare((_NEGATED[sign],), expr.operands)))
    return Read(Ref(RefKind.FACT, render(expr)), Kind.TRUTH, Flag())


def _needed(table: _Table, row: tuple[int, ...]) -> list[int]:
    """The columns without which `row` would not always be a gap; the others may have any of their values."""
    columns: list[Sequence[int]] = [[value] for value in row]
    kept = []
    for index, every in enumerate(table.values):
        columns[index] = every
        if any(test(case) for case in product(*columns) for test in table.tests):
            columns[index] = [row[index]]
            kept.append(index)
    return kept


def _decide(expr: Expr, scope: Scope, effort: Effort | None = None) -> bool | None:
    """True or false where `expr` always is, else None."""
    table = _tabulate([expr], scope, effort)
    if table is None:
        return None
    test, rows = table.tests[0], product(*table.values)
    first = test(next(rows))
    return None if any(test(row) is not first for row in rows) else first


def _reason(expr: Expr, scope: Scope, *, truth: bool) -> str:
    """Why `expr` is always or never true, told of the smallest part that decides it."""
    if isinstance(expr, Not):
        return _reason(expr.operand, scope, truth=not truth)
    sort = Some if truth else All
    if isinstance(expr, sort):
        for operand in expr.operands:
            if _decide(operand, scope) is truth:
                return _reason(operand, scope, truth=truth)
        for pair in combinations(expr.operands, 2):
            if _decide(sort(pair), scope) is truth:
                first, second = map(render, pair)
                return f"one of `{first}` and `{second}` is always true" if truth else f"`{first}` and `{second}` are never true together"
    if domains := _domains(expr, scope):
        return f"`{render(expr)}`, {'and' if truth else 'but'} {domains}"
    return f"`{render(expr)}` is {'always' if truth else 'never'} true"


def _domains(expr: Expr, scope: Scope) -> str:
    """What the numbers and words in `expr` can be."""
    usage = _Usage()
    usage.collect(expr)
    told = []
    for ref in sorted(usage.reads):
        domain = usage.domain(ref, scope)
        if ref.kind in COUNTERS:
            told.append(f"{ref} is 0 or more")
        elif isinstance(domain, Range):
            told.append(f"{ref} is {domain.low}..{domain.high}")
        elif isinstance(domain, Words):
            told.append(f"{ref} is {' or '.join(domain.words)}")
    return " and ".join(told)
