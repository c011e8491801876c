"""C: conditions that say nothing, never hold, or leave a case open; decided by truth tables and by the ways as drawn."""

from __future__ import annotations

from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, NamedTuple

from branchline.authoring.check.reaching import reach
from branchline.content.language import Expr, RefKind, Scope, Truth, analyse, gaps, render, shadowed
from branchline.content.language.analysis import EVERY_CASE
from branchline.content.language.domains import COUNTERS, Range
from branchline.content.language.tree import All, Compare, Literal, Not, Read, Some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.authoring.check.pieces import Site
    from branchline.authoring.check.report import Report
    from branchline.authoring.check.subject import Subject
    from branchline.content.expand import FlatNode
    from branchline.content.findings import Path
    from branchline.content.language import Ref
    from branchline.content.language.analysis import Effort
    from branchline.content.scenario import AuthoredTarget

_ALWAYS = {
    "choice": "The choice is always open: take `when` out.",
    "lock": "The choice can never be taken.",
    "line": "The line is always shown: take `when` out.",
    "target": "Targets below it are never taken.",
}
_NEVER = {
    "choice": "The choice is never open.",
    "lock": "The choice is never locked: take `locked_when` out.",
    "line": "The line is never shown.",
    "target": "This way is never taken.",
}


_MOST_TARGETS = 50
"""Guarded targets beyond which nobody asks which of them cover which."""
_SIGNS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_PAST = frozenset({RefKind.VISITED, RefKind.TIMES, RefKind.CHOSE, RefKind.DONE})


_NEITHER = Truth(always=False, never=False)


def _depends(expr: Expr) -> frozenset[Ref] | None:
    """What the truth of `expr` depends on, where it plainly can be either; None where only a table can tell."""
    match expr:
        case Read(ref=ref):
            return frozenset({ref})
        case Not(operand=operand):
            return _depends(operand)
        case Compare():
            return _compared(expr)
        case All(operands=operands) | Some(operands=operands):
            found = [_depends(operand) for operand in operands]
            seen: set[Ref] = set()
            for one in found:
                if one is None or seen & one:
                    return None
                seen |= one
            return frozenset(seen)
    return None


def _compared(expr: Compare) -> frozenset[Ref] | None:
    """The same of a comparison: of a number with a constant, or of two numbers; two outcomes at some of their values are enough."""
    match expr.operands:
        case (Read(ref=ref, domain=Range(low=low, high=high)), Literal(value=value)):
            refs, pairs = [ref], [(each, value) for each in (low, high, value - 1, value, value + 1) if low <= each <= high]
        case (Read(ref=ref, domain=Range() as one), Read(ref=other, domain=Range() as two)) if ref != other:
            refs, pairs = [ref, other], [(left, right) for left in (one.low, one.high) for right in (two.low, two.high)]
        case _:
            return None
    outcomes = {_SIGNS[expr.operators[0]](left, right) for left, right in pairs}
    return frozenset(refs) if len(outcomes) > 1 and not any(each.kind in COUNTERS for each in refs) else None


class _Known(NamedTuple):
    """What is known of one condition wherever it stands."""

    expr: Expr
    truth: Truth
    waits: tuple[Ref, ...]
    """What it asks about the past."""


class _Conditions:
    """What is known of each condition, worked out once for each text."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._known: dict[tuple[int, str], _Known | None] = {}

    def at(self, site: Site) -> _Known | None:
        """What is known of the condition at `site`; None where it cannot be read."""
        key = (id(site.flat.group), site.text)
        if key not in self._known:
            self._known[key] = self._of(site)
        return self._known[key]

    def _of(self, site: Site) -> _Known | None:
        group = site.flat.group
        expr = self._subject.condition(site.text, group)
        if expr is None:
            return None
        truth = _NEITHER if _depends(expr) is not None else analyse(expr, self._subject.scope(group), self._subject.effort)
        waits = sorted(ref for ref in self._subject.asked(site.text, group) or () if ref.kind in _PAST)
        return _Known(expr, truth, tuple(waits))


def certain(subject: Subject, report: Report) -> None:
    """C101, C102 and C105: conditions that are always true, never true, or wait for what cannot have happened."""
    conditions = _Conditions(subject)
    before: dict[str, set[str]] = {}
    for site in subject.sites:
        known = conditions.at(site)
        if known is None:
            continue
        if known.truth.always:
            report.add("C101", site.span, f"This is always true: {known.truth.reason}.", _ALWAYS[site.role])
        elif known.truth.never:
            near = nearest_miss(known.expr, subject.scope(site.flat.group), subject.effort)
            report.add("C102", site.span, f"This is never true: {known.truth.reason}.", f"{_NEVER[site.role]}{near}")
        elif known.waits and site.flat.id in subject.reached:
            _too_early(site, known.waits, subject, report, before)


def nearest_miss(expr: Expr, scope: Scope, effort: Effort) -> str:
    """What would have to change for a condition that is never true, as a further sentence; empty where nothing small would do."""
    if isinstance(expr, All):
        for index, operand in enumerate(expr.operands):
            rest = tuple(other for place, other in enumerate(expr.operands) if place != index)
            if rest and not analyse(rest[0] if len(rest) == 1 else All(rest), scope, effort).never:
                return f" Without `{render(operand)}` it could be true."
        return ""
    match expr:
        case Compare(operators=(_,), operands=(Read(domain=Range(low=low, high=high)) as read, Literal(value=value))) if read.ref.kind in {
            RefKind.VARIABLE,
            RefKind.TRUST,
            RefKind.HEAT,
        }:
            return f" The nearest that `{read.ref}` can be is {high if value >= high else low}."
    return ""


def _too_early(site: Site, waits: Sequence[Ref], subject: Subject, report: Report, before: dict[str, set[str]]) -> None:
    here = site.flat.id
    if here not in before:
        if not subject.effort.spend(len(subject.nodes), 1):
            return
        before[here] = reach([here], subject.backward)
    for ref in waits:
        if not _can_have_happened(ref, site, subject, before[here]):
            start = max(site.text.find(ref.name) - len(ref.kind) - 1, 0)
            span = site.flat.group.places.at(site.path, start, start + len(str(ref)))
            report.add("C105", span, f"`{ref}` is never true here: {_reason(ref, here)}.", "Is another node, choice or step meant?")


def _reason(ref: Ref, here: str) -> str:
    if ref.kind is RefKind.DONE:
        return f"no reply that carries it out comes before `{here}`"
    return f"no way leads from `{ref.name}` to `{here}`"


def _can_have_happened(ref: Ref, site: Site, subject: Subject, before: set[str]) -> bool:
    group = site.flat.group
    if ref.kind in {RefKind.VISITED, RefKind.TIMES}:
        return group.full(ref.name) in before
    for flat in subject.nodes if ref.kind is RefKind.DONE else _named(ref, group.prefix, subject):
        for choice in flat.authored.choices:
            if ref.kind is RefKind.DONE and not any(
                done == ref.name or (isinstance(done, dict) and done.get("step") == ref.name) for done in choice.does
            ):
                continue
            if ref.kind is RefKind.CHOSE and choice.id != ref.name.rpartition(".")[2]:
                continue
            own = flat.id == site.flat.id and choice.id == site.choice and site.role == "target"
            if own or any(way.to in before for way in subject.ways[flat.id] if way.choice == choice.id):
                return True
    return False


def _named(ref: Ref, prefix: str, subject: Subject) -> list[FlatNode]:
    flat = subject.by_id.get(prefix + ref.name.rpartition(".")[0])
    return [] if flat is None else [flat]


def closed(subject: Subject, report: Report) -> None:
    """C103: a case in which a node has no open choice; C107: a choice whose guard and lock never agree."""
    for flat in subject.having("choice", "lock"):
        choices = flat.authored.choices
        opens = [subject.open_when(choice, flat.group) for choice in choices]
        scope = subject.scope(flat.group)
        for number, (choice, when) in enumerate(zip(choices, opens, strict=True)):
            if (
                choice.when is not None
                and choice.locked_when is not None
                and isinstance(when, All)
                and _contradict(when, scope, subject.effort)
            ):
                span = flat.group.places.span((*flat.path, "choices", number, "locked_when", "when"))
                report.add(
                    "C107", span, f"`{choice.id}` is locked whenever it is there.", "Let guard and lock differ, or keep one of them."
                )
        if flat.authored.timeout is None and all(when is not None for when in opens):
            known = [when for when in opens if when is not None]
            case = gaps(known, scope, subject.effort)
            if case is not None and not all(analyse(when, scope, subject.effort).never for when in known):
                told = "ever" if case == EVERY_CASE else f"when {case}"
                span = flat.group.places.span(flat.path, key=True)
                report.add(
                    "C103",
                    span,
                    f"`{flat.id}` has no open choice {told}.",
                    "Give it a choice without `when`, or guards that cover the case.",
                )


def _contradict(both: All, scope: Scope, effort: Effort) -> bool:
    return analyse(both, scope, effort).never and not any(analyse(one, scope, effort).never for one in both.operands)


def hidden(subject: Subject, report: Report) -> None:
    """C104 and C106: guarded targets that others before them always cover."""
    for flat in subject.having("target"):
        node = flat.authored
        ways: list[tuple[str | Sequence[AuthoredTarget] | None, Path]] = [(node.go, ("go",))]
        if node.timeout is not None:
            ways.append((node.timeout.go, ("timeout", "go")))
        ways += [(choice.go, ("choices", number, "go")) for number, choice in enumerate(node.choices)]
        for go, inside in ways:
            # One guard and the rest: `certain` says all there is to say.
            if go is not None and not isinstance(go, str) and 2 < len(go) <= _MOST_TARGETS:  # noqa: PLR2004
                _covered(go, flat, (*flat.path, *inside), subject, report)


def _covered(go: Sequence[AuthoredTarget], flat: FlatNode, path: Path, subject: Subject, report: Report) -> None:
    group = flat.group
    exprs = [None if target.when is None else subject.condition(target.when, group) for target in go]
    guards = [expr for expr in exprs[:-1] if expr is not None]
    if len(guards) != len(go) - 1:
        return
    scope, places = subject.scope(group), group.places
    for index in shadowed(guards, scope, subject.effort):
        text = go[index].when or ""
        related = ((places.span((*path, 0, "when")), "the guards from here on cover it"),)
        span = places.at((*path, index, "when"), 0, len(text))
        report.add(
            "C104",
            span,
            "This guard is never asked in vain: those before it hold whenever it does.",
            "Move it up, or delete it.",
            related=related,
        )
    every = exprs[-1] is None and analyse(Some(tuple(guards)), scope, subject.effort).always
    if every and not any(analyse(guard, scope, subject.effort).always for guard in guards):
        report.add(
            "C106",
            places.span((*path, len(go) - 1)),
            "The last target is never taken: one of the guards always holds.",
            "Take the guard of the last case away, or the last target.",
        )


RULES = (certain, closed, hidden)
