"""Flat authored nodes → the engine's nodes: guards and effects bound to the layout, targets to places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.content.compiled import (
    HEAT,
    TRUST,
    Choice,
    Deed,
    Ending,
    Layout,
    Line,
    Node,
    Target,
    Text,
    TimeLimit,
)
from branchline.content.facts import spelled
from branchline.content.language import Range
from branchline.content.levels import capped, heat_change, worth
from branchline.text import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.arrange import Arrangement
    from branchline.content.compiled import Core
    from branchline.content.expand import FlatNode, Group
    from branchline.content.expressions import Expressions
    from branchline.content.facts import Value
    from branchline.content.findings import Findings, Path
    from branchline.content.language import Domain
    from branchline.content.scenario import AuthoredChoice, AuthoredEnding, AuthoredLine, AuthoredTarget

_NAME = re.compile(r"\{([A-Za-z][\w.]*)\}")
_PERCENT = Range(0, 100)


class Builder:
    """Makes the nodes of one scenario."""

    def __init__(
        self,
        arrangement: Arrangement,
        expressions: Expressions,
        places: Mapping[str, int],
        values: Mapping[str, Value],
        volatility: str,
        findings: Findings,
    ) -> None:
        """`places` numbers nodes and endings; `values` are what texts may name: customer card and case facts."""
        self._at = arrangement
        self._expressions = expressions
        self._places = places
        self._values = values
        self._volatility = volatility
        self._findings = findings
        self._steps = {name: 1 << bit for bit, name in enumerate(arrangement.steps)}

    def node(self, flat: FlatNode) -> Node:
        """The engine's node; its references have been checked before."""
        authored, group = flat.authored, flat.group
        choices = tuple(self._choice(flat, number, choice) for number, choice in enumerate(authored.choices))
        times, limit = self._at.times.get(flat.id, (0, 0))
        targets, seen = self._way_on(flat), self._at.seen.get(flat.id, 0)
        return Node(
            id=flat.id,
            index=self._places[flat.id],
            claim=self.fixed(authored.claim, group, (*flat.path, "claim")),
            lines=tuple(self._line(line, group, (*flat.path, "lines", n)) for n, line in enumerate(authored.lines)),
            choices=choices,
            timeout=self._timeout(flat),
            targets=targets,
            draws=tuple(self._places[group.full(branch.go)] for branch in authored.chance),
            weights=tuple(branch.weight for branch in authored.chance),
            on_enter=self._expressions.move(authored.on_enter, group),
            seen=seen,
            times=times,
            times_limit=limit,
            drawn=self._at.drawn.get(flat.id, 0),
            gates=tuple(test for choice in choices for test in (choice.when, choice.locked) if test is not None),
            once=sum(choice.bit for choice in choices if choice.once),
            quiet=not (targets or seen or times or authored.on_enter),
        )

    def targets(self, go: str | Sequence[AuthoredTarget], group: Group) -> tuple[Target, ...]:
        """Where `go` leads, guards compiled."""
        if isinstance(go, str):
            return (Target(self._place(go, group)),)
        return tuple(Target(self._place(target.go, group), self._expressions.guard(target.when, group)) for target in go)

    def text(self, text: str, group: Group, path: Path) -> Text:
        """The text with its names bound: constants now, variables when it is shown."""
        if "{" not in text:
            return Text((text,))
        pieces: list[str | tuple[int, Domain]] = []
        end = 0
        for found in _NAME.finditer(text):
            pieces += [text[end : found.start()], self._value(found, group, path)]
            end = found.end()
        return Text((*pieces, text[end:]))

    def fixed(self, text: str, group: Group, path: Path) -> str:
        """The same of a text that is not shown at one moment of play, and so can name constants alone."""

        def known(found: re.Match[str]) -> str:
            value = self._constant(found.group(1), group)
            return self._nothing(found, group, path, "This text may name customer.… and case.… values.") if value is None else value

        return _NAME.sub(known, text) if "{" in text else text

    def ending(self, name: str, ending: AuthoredEnding, group: Group) -> Ending:
        """The engine's ending."""
        title = self.fixed(ending.title, group, ("endings", name, "title"))
        return Ending(name, self._places[name], title, ending.outcome, ending.value)

    def _constant(self, name: str, group: Group) -> str | None:
        if name in group.constants:
            return spelled(group.constants[name])
        return spelled(self._values[name]) if name in self._values else None

    def _value(self, found: re.Match[str], group: Group, path: Path) -> str | tuple[int, Domain]:
        name = found.group(1)
        value = self._constant(name, group)
        if value is not None:
            return value
        if name in self._at.variables:
            return self._at.variables[name]
        if name in {"trust", "heat"}:
            return (TRUST if name == "trust" else HEAT), _PERCENT
        return self._nothing(found, group, path, "Texts may name variables, customer.… and case.… values.")

    def _nothing(self, found: re.Match[str], group: Group, path: Path, hint: str) -> str:
        span = group.places.at(path, found.start(), found.end())
        if not self._findings.seen("R007", span):
            names = [*group.constants, *self._values, *self._at.variables]
            near = did_you_mean(found.group(1), names) if nearest(found.group(1), names) else hint
            self._findings.error("R007", span, f"`{found.group()}` stands for nothing here.", near)
        return found.group()

    def _place(self, name: str, group: Group) -> int:
        full = group.full(name)
        return self._places[full] if full in self._places else self._places[name]

    def _way_on(self, flat: FlatNode) -> tuple[Target, ...]:
        if flat.leads_to:
            return (Target(self._places[flat.leads_to]),)
        return () if flat.authored.go is None else self.targets(flat.authored.go, flat.group)

    def _timeout(self, flat: FlatNode) -> TimeLimit | None:
        limit = flat.authored.timeout
        if limit is None:
            return None
        return TimeLimit(limit.after, self.targets(limit.go, flat.group), heat_change(1, self._volatility))

    def _line(self, line: AuthoredLine, group: Group, path: Path) -> Line:
        speaker = "customer" if line.customer is not None else "desk" if line.desk is not None else "narrator"
        text = line.customer or line.desk or line.narrator or ""
        return Line(speaker, self.text(text, group, (*path, speaker)), self._expressions.guard(line.when, group))

    def _choice(self, flat: FlatNode, number: int, choice: AuthoredChoice) -> Choice:
        group, path = flat.group, (*flat.path, "choices", number)
        name = f"{flat.id}.{choice.id}"
        levels = capped({} if choice.empathy is None else vars(choice.empathy), choice.flags)
        e, trust, trust_hot = worth(levels, self._volatility, solves=choice.solves)
        does = tuple(deed(entry) for entry in choice.does)
        bit = self._at.made.get(name, 0)
        lock = choice.locked_when
        return Choice(
            id=choice.id,
            name=name,
            say=self.text(choice.say, group, (*path, "say")),
            because=self.fixed(choice.because, group, (*path, "because")),
            levels=levels,
            e=e,
            flags=tuple(choice.flags),
            critical=choice.critical or "",
            does=does,
            solves=choice.solves,
            repeats=choice.repeats,
            transfers=choice.transfers,
            sticky=choice.sticky,
            bit=bit,
            once=not choice.sticky and bit > 0,
            when=self._expressions.guard(choice.when, group),
            locked=None if lock is None else self._expressions.guard(lock.when, group),
            why_locked="" if lock is None else self.fixed(lock.why, group, (*path, "locked_when", "why")),
            targets=self.targets(choice.go, group),
            effects=self._expressions.move(choice.effects, group),
            steps=sum({self._steps[done.name] for done in does if done.step}),
            trust=trust,
            trust_hot=trust_hot,
            heat=heat_change(len(choice.flags) + choice.repeats + choice.transfers, self._volatility),
        )


def deed(entry: str | Mapping[str, object]) -> Deed:
    """One `does` entry: `SOP/step`, `{step: SOP/step, …}` or `{do: act, …}`."""
    if isinstance(entry, str):
        sop, _, step = entry.partition("/")
        return Deed(sop, step)
    arguments = tuple((key, value) for key, value in entry.items() if key not in {"step", "do"})
    if "step" in entry:
        sop, _, step = str(entry["step"]).partition("/")
        return Deed(sop, step, arguments=arguments)
    return Deed(do=str(entry.get("do", "")), arguments=arguments)


def layout_of(arrangement: Arrangement, spots: Sequence[Node | Ending], blank: Core, start: int) -> Layout:
    """The layout with its compiled places."""
    return Layout(
        places=tuple(spots),
        variables=arrangement.variables,
        facts=arrangement.facts,
        steps=arrangement.steps,
        choices=tuple(arrangement.made),
        turns_limit=arrangement.turns_limit,
        blank=blank,
        start=start,
    )
