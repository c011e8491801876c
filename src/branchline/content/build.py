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
from branchline.content.levels import capped, empathy, heat_change, trust_change
from branchline.content.scenario import AuthoredChoice, AuthoredLine, AuthoredTarget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.arrange import Arrangement
    from branchline.content.compiled import Core
    from branchline.content.expand import FlatNode, Group
    from branchline.content.expressions import Expressions
    from branchline.content.findings import Findings, Path
    from branchline.content.language import Domain

_NAME = re.compile(r"\{([A-Za-z][\w.]*)\}")
_PERCENT = Range(0, 100)


class Builder:
    """Makes the nodes of one scenario."""

    def __init__(
        self,
        arrangement: Arrangement,
        expressions: Expressions,
        places: Mapping[str, int],
        values: Mapping[str, object],
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
            claim=authored.claim,
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

    def _value(self, found: re.Match[str], group: Group, path: Path) -> str | tuple[int, Domain]:
        name = found.group(1)
        if name in group.constants:
            return spelled(group.constants[name])
        if name in self._values:
            return spelled(self._values[name])  # type: ignore[arg-type]  # card and facts hold plain values
        if name in self._at.variables:
            return self._at.variables[name]
        if name in {"trust", "heat"}:
            return (TRUST if name == "trust" else HEAT), _PERCENT
        if not self._findings.seen("R007", span := group.places.at(path, found.start(), found.end())):
            self._findings.error("R007", span, f"`{{{name}}}` stands for nothing here.", "Texts may name variables, customer.… and case.… values.")
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
        levels = capped({} if choice.empathy is None else choice.empathy.model_dump(), choice.flags)
        e = empathy(levels)
        trust, trust_hot = trust_change(e, self._volatility, solves=choice.solves)
        does = tuple(deed(entry) for entry in choice.does)
        bit = self._at.made.get(name, 0)
        lock = choice.locked_when
        return Choice(
            id=choice.id,
            name=name,
            say=self.text(choice.say, group, (*path, "say")),
            because=choice.because,
            levels=levels,
            e=None if e is None else float(e),
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
            why_locked="" if lock is None else lock.why,
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
