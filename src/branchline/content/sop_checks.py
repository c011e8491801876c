"""What an SOP's shape cannot say: names that stand for nothing, circles, groups and conditions that cannot be, acts that nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.content.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from branchline.content.language import LanguageError, analyse
from branchline.content.language.tree import All
from branchline.content.sop_guards import parsed, scope_of
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from branchline.content.language import Expr, Problem, Scope
    from branchline.content.markdown import RawStep
    from branchline.content.sop_model import Sop
    from branchline.content.source import Source

    At = Callable[[int, int], Span]


@dataclass(slots=True)
class Guard:
    """A condition of the SOP: its text, where characters of it stand, and what it decides."""

    text: str
    at: At
    what: str
    owner: str = ""
    """The id of its outcome or step."""


@dataclass(slots=True)
class Checked:
    """One SOP with its places, and what has been found."""

    sop: Sop
    raw: Sequence[RawStep]
    source: Source
    findings: list[Diagnostic] = field(default_factory=list)
    group_places: Mapping[str, Span] = field(default_factory=dict)

    def error(self, code: str, span: Span, message: str, hint: str = "", related: tuple[tuple[Span, str], ...] = ()) -> None:
        """One more error."""
        self.findings.append(Diagnostic(code, Severity.ERROR, span, message, hint, related=related))

    def warning(self, code: str, span: Span, message: str, hint: str = "") -> None:
        """Something that the designer should know."""
        self.findings.append(Diagnostic(code, Severity.WARNING, span, message, hint))

    def place(self, name: str, attribute: str = "after") -> Span:
        """Where a step's attribute stands, else its block, or the group."""
        line = next((line for line in self.raw if line.id == name), None)
        if line is not None:
            return line.places.get(attribute, line.block)
        return self.group_places.get(name, self.source.span(()))


def check(checked: Checked, verbs: Collection[str] | None) -> None:
    """Everything: ids, groups, names, circles, acts (where `verbs` or the SOP's own are known), conditions."""
    if _ids(checked) and _groups(checked):
        _names(checked)
        _circles(checked)
    _acts(checked, verbs)
    _conditions(checked)


def _ids(checked: Checked) -> bool:
    """P102: no two steps or groups with one id."""
    places: dict[str, Span] = {}
    found = [(line.id, line.block) for line in checked.raw if line.id]
    found += [(group.id, checked.place(group.id)) for group in checked.sop.groups]
    fine = True
    for name, span in found:
        if name in places:
            hint = f"The other stands on line {places[name].line}; rename one of them."
            checked.error("P102", span, f"Two steps are called `{name}`.", hint, ((places[name], "the first one"),))
            fine = False
        places.setdefault(name, span)
    return fine


def _groups(checked: Checked) -> bool:
    """P107: every group can be completed, none stands in itself, and no step in two."""
    owner: dict[str, str] = {}
    before = len(checked.findings)
    for group in checked.sop.groups:
        span = checked.place(group.id)
        if group.need > len(group.members):
            checked.error("P107", span, f"`{group.id}` needs {group.need} of {len(group.members)}.", "Lower `need`, or add members.")
        for member in group.members:
            if member in owner:
                checked.error("P107", span, f"`{member}` stands in `{owner[member]}` and here.", "A step belongs to one group at most.")
            owner.setdefault(member, group.id)
    for group in checked.sop.groups:
        name, seen = group.id, {group.id}
        while (name := owner.get(name, "")) and name not in seen:
            seen.add(name)
        if name == group.id:
            checked.error("P107", checked.place(group.id), f"`{group.id}` stands in itself.", "Take it out of its own members.")
    return len(checked.findings) == before


def _names(checked: Checked) -> None:
    """P103: every step or group that is named is there."""
    sop, source = checked.sop, checked.source
    known = {step.id for step in sop.steps if step.id} | {group.id for group in sop.groups}
    named = [(name, checked.place(step.id)) for step in sop.steps for name in step.after]
    named += [(name, checked.place(group.id)) for group in sop.groups for name in (*group.members, *group.after)]
    for outcome in sop.outcomes:
        named += [(name, source.span(("outcomes", outcome.id, "requires", at))) for at, name in enumerate(outcome.requires)]
    named += [(rule.before, source.span(("never", at, "before"))) for at, rule in enumerate(sop.never) if rule.before]
    for name, span in named:
        if name not in known:
            checked.error("P103", span, f"There is no step `{name}`.", did_you_mean(name, known))


def _circles(checked: Checked) -> None:
    """P104: nothing waits for itself, through groups either."""
    sop = checked.sop
    waits: dict[str, set[str]] = {step.id: {real for name in step.after for real in sop.members(name)} for step in sop.steps if step.id}
    for group in sop.groups:
        earlier = {real for name in group.after for real in sop.members(name)}
        for member in group.members:
            own = set(sop.members(member))
            for name in own & waits.keys():
                waits[name] |= earlier
            if group.ordered:
                earlier = earlier | own
    if looping := _loop(waits):
        line = next((line for line in checked.raw if line.id == looping and "after" in line.places), None)
        owner = next((known.id for known in sop.groups if looping in sop.members(known.id)), "")
        span = checked.place(owner if line is None and owner else looping)
        checked.error("P104", span, f"`{looping}` waits for itself through its `after`.", "Take one `after` of the circle away.")


def _loop(waits: Mapping[str, set[str]]) -> str:
    """A step that comes after itself, or empty."""
    done: set[str] = set()
    for first in waits:
        above: dict[str, None] = {}
        stack = [first]
        while stack:
            name = stack[-1]
            if name in done or name not in waits:
                stack.pop()
            elif name in above:
                above.pop(name)
                done.add(name)
                stack.pop()
            else:
                above[name] = None
                waiting = sorted(waits[name] - done)
                if any(before in above for before in waiting):
                    return name
                stack.extend(waiting)
    return ""


def _acts(checked: Checked, verbs: Collection[str] | None) -> None:
    """P108: the acts of steps are among the SOP's own verbs, or else among those of the desk."""
    known = set(checked.sop.verbs) or (None if verbs is None else set(verbs))
    if known is None:
        return
    for step in checked.sop.steps:
        if step.do and step.do not in known:
            checked.error("P108", checked.place(step.id, "do"), f"There is no act `{step.do}`.", did_you_mean(step.do, known))


def _conditions(checked: Checked) -> None:
    """Conditions that cannot be read (C0xx), are never true (P109 of outcomes, P110), or never let a required step apply (P110)."""
    guards = _guards(checked)
    scope = scope_of(guard.text for guard in guards)
    trees: dict[str, Expr] = {}
    for guard in guards:
        try:
            tree = parsed(guard.text, scope)
        except LanguageError as error:
            for problem in error.problems:
                checked.findings.append(_problem(problem, guard.at))
            continue
        truth = analyse(tree, scope)
        if truth.never:
            code = "P109" if guard.what == "outcome" else "P110"
            told = f"The outcome `{guard.owner}` is never reached" if code == "P109" else "This is never true"
            checked.warning(code, guard.at(0, len(guard.text)), f"{told}: {truth.reason}.", "Change the condition.")
        elif guard.owner:
            trees[guard.owner] = tree
    _applying(checked, trees, scope)


def _applying(checked: Checked, trees: Mapping[str, Expr], scope: Scope) -> None:
    for outcome in checked.sop.outcomes:
        for at, name in enumerate(outcome.requires):
            if outcome.id in trees and f"#{name}" in trees and analyse(All((trees[outcome.id], trees[f"#{name}"])), scope).never:
                span = checked.source.span(("outcomes", outcome.id, "requires", at))
                message = f"`{name}` never applies where the outcome `{outcome.id}` does."
                checked.warning("P110", span, message, "Take it out, or change one of the two conditions.")


def _problem(problem: Problem, at: At) -> Diagnostic:
    span = at(problem.start, problem.end)
    edits = () if problem.fix is None else (Edit(span.line, span.column, span.end_line, span.end_column, problem.fix),)
    return Diagnostic(problem.code, Severity.ERROR, span, problem.message, problem.hint, Fix(safe=False, edits=edits) if edits else None)


def _guards(checked: Checked) -> list[Guard]:
    """Every condition of the SOP."""
    sop, source = checked.sop, checked.source

    def inside(*path: str | int) -> At:
        return lambda start, end: source.at(path, start, end)

    found = [Guard(known.when, inside("outcomes", known.id, "when"), "outcome", known.id) for known in sop.outcomes]
    for line in checked.raw:
        text = line.attributes.get("when", "")
        found.append(Guard(text, at_of(line.places.get("when", line.block), text), "step", f"#{line.id}"))
    found += [Guard(rule.when, inside("never", at, "when"), "rule") for at, rule in enumerate(sop.never) if not _from_step(sop, at)]
    for key, rules in (("must_escalate", sop.must_escalate), ("must_not_escalate", sop.must_not_escalate)):
        found += [Guard(rule.when, inside(key, at, "when"), "rule") for at, rule in enumerate(rules)]
    for act, limits in (source.data.get("limits") or {}).items():
        if isinstance(limits, list):
            found += [Guard(str(limit.get("when", "")), inside("limits", act, at, "when"), "limit") for at, limit in enumerate(limits)]
    return [guard for guard in found if guard.text]


def _from_step(sop: Sop, at: int) -> bool:
    """Whether a rule comes from a forbidden step: those stand behind the others."""
    return at >= len(sop.never) - sum(step.forbidden for step in sop.steps)


def at_of(span: Span, text: str) -> At:
    """Where characters of a value on one line stand, as long as it is written as it reads."""

    def at(start: int, end: int) -> Span:
        if span.line != span.end_line or span.end_column - span.column != len(text):
            return span
        return Span(span.file, span.line, span.column + start, span.line, span.column + min(max(end, start), len(text)))

    return at
