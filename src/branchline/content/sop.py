"""SOP: a standard operating procedure, written in Markdown that people read as a card and the program reads as a model.

A numbered line with a brace block is a Step; one without is advice: shown, never scored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from branchline.content.diagnostic import Diagnostic, Severity, Span
from branchline.content.markdown import RawStep, numbered_steps, split_front_matter
from branchline.content.scenario import Authored, Expression
from branchline.content.shape import shape_diagnostics
from branchline.content.source import Source, decode, read_text
from branchline.text import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES = {
    "P101": "an SOP without front matter",
    "P102": "two steps with the same id",
    "P103": "no such step",
    "P104": "steps that wait for each other",
    "P105": "an attribute of a step that is not one",
    "P106": "a value that does not fit its attribute",
}
"""What can be wrong with an SOP's meaning; its shape has S, its braces P2xx."""

Severities = Literal["critical", "major", "minor"]
_ATTRIBUTES = frozenset(
    {
        "id",
        "do",
        "weight",
        "after",
        "when",
        "optional",
        "repeat",
        "max",
        "expect",
        "tell",
        "fields",
        "level",
        "severity",
        "ordered",
        "wasteful",
        "allow",
    }
)


def _tier(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _date(value: object) -> object:
    return value if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None if value == "" else value


class AuthoredOutcome(Authored):
    """One legitimate way to end the SOP; `requires` lists step ids."""

    when: Expression | None = None
    requires: list[str]
    title: str = ""


class AuthoredNever(Authored):
    """An act that must not happen, at all or before a step."""

    do: str
    before: str | None = None
    when: Expression | None = None
    severity: Severities = "major"
    because: str = ""


class AuthoredFact(Authored):
    """A fact that customers must be told, with the forms that count as having said it."""

    value: int | float | str
    say: list[str] = Field(default=[])


class AuthoredLimit(Authored):
    """How much a tier may do on its own."""

    tier: Annotated[str, BeforeValidator(_tier)]
    max: int | float


class AuthoredApplies(Authored):
    """What the SOP is for."""

    category: str = ""
    channels: list[Literal["phone", "chat", "email", "ticket"]] = Field(default=[])


class AuthoredSop(Authored):
    """The front matter of an SOP."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
    title: str
    version: Annotated[int, Field(ge=1)] = 1
    effective: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] = "1970-01-01"
    expires: Annotated[str | None, Field(pattern=r"^\d{4}-\d\d-\d\d$")] = None
    owner: str = ""
    applies_to: AuthoredApplies = AuthoredApplies()
    sla: dict[str, Any] = Field(default={})
    limits: dict[str, list[AuthoredLimit] | str] = Field(default={})
    facts: dict[str, AuthoredFact] = Field(default={})
    groups: list[dict[str, Any]] = Field(default=[])
    outcomes: dict[str, AuthoredOutcome] = Field(default={})
    never: list[AuthoredNever] = Field(default=[])
    must_escalate: list[dict[str, Any]] = Field(default=[])
    must_not_escalate: list[dict[str, Any]] = Field(default=[])
    verbs: list[str] | dict[str, str] = Field(default=[])


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered line; advice has no id and is never scored."""

    number: int
    text: str
    """The line as people read it, with its Markdown."""
    id: str = ""
    do: str = ""
    """The act that carries the step out."""
    weight: float = 1.0
    after: tuple[str, ...] = ()
    """Ids of the steps that must come before."""
    when: str = ""
    optional: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    """All of the brace block, as written."""
    line: int = 0
    """Where it stands in its file, from 1."""


@dataclass(frozen=True, slots=True)
class SopOutcome:
    """One legitimate way to end the SOP."""

    id: str
    when: str
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Never:
    """An act that must not happen: at all, or (`before`) until that step is done."""

    do: str
    before: str
    severity: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Steps of which some must be done, none by itself."""

    id: str
    members: tuple[str, ...]
    """Step ids."""
    need: int
    """How many of them."""
    weight: float
    """Of each that is needed."""
    after: tuple[str, ...]
    """Ids of the steps that must come before."""


@dataclass(frozen=True, slots=True)
class Sop:
    """A standard operating procedure."""

    id: str
    title: str
    version: int
    effective: str
    """The ISO date from which it holds."""
    expires: str
    """The ISO date after which it no longer holds, or empty."""
    owner: str
    category: str
    channels: tuple[str, ...]
    intro: str
    steps: tuple[Step, ...]
    """Every numbered line in order, advice among them."""
    rest: str
    """What follows the steps: exceptions and notes, Markdown."""
    outcomes: tuple[SopOutcome, ...]
    never: tuple[Never, ...]
    limits: Mapping[str, tuple[tuple[str, float], ...]]
    """Largest amount by tier of each limited act."""
    body: str
    """The Markdown below the front matter, brace blocks left out: the card people read."""
    text: str = field(repr=False)
    """The whole file."""
    file: str = ""
    groups: tuple[Group, ...] = ()

    @property
    def required(self) -> tuple[Step, ...]:
        """The steps that can be scored, are not optional and belong to no group."""
        grouped = {member for group in self.groups for member in group.members}
        return tuple(step for step in self.steps if step.id and not step.optional and step.id not in grouped)

    def group(self, group_id: str) -> Group | None:
        """The group with that id, or None."""
        return next((group for group in self.groups if group.id == group_id), None) if group_id else None

    def step(self, step_id: str) -> Step | None:
        """The step with that id, or None."""
        return next((step for step in self.steps if step.id == step_id), None) if step_id else None

    def expired(self, today: str) -> bool:
        """Whether it no longer holds on that ISO date."""
        return bool(self.expires) and today > self.expires

    def mentions(self, words: str) -> bool:
        """Whether every word stands in its id, title, category or text, case ignored."""
        hay = f"{self.id} {self.title} {self.category} {self.body}".casefold()
        return all(word in hay for word in words.casefold().split())


def read_sop(text: str | bytes, file: str) -> tuple[Sop | None, list[Diagnostic]]:
    """The SOP in one file, or None, and what is wrong with it."""
    whole = decode(text, file)
    if whole.diagnostics:
        return None, whole.diagnostics
    front, front_line, body, body_line = split_front_matter(whole.text)
    if not front.strip():
        hint = "Begin the file with `---`, the keys, and `---` again."
        return None, [Diagnostic("P101", Severity.ERROR, whole.stretch(0, 0), "The SOP has no front matter.", hint)]
    source = read_text(front, file, first_line=front_line)
    if source.data is None or source.diagnostics:
        return None, source.diagnostics
    try:
        authored = AuthoredSop.model_validate(source.data)
    except ValidationError as error:
        return None, shape_diagnostics(error, source, AuthoredSop)
    intro, raw, rest, found = numbered_steps(body, body_line, file)
    findings = [*source.diagnostics, *found]
    steps = tuple(_step(line, findings) for line in raw)
    _check_steps(raw, steps, findings)
    _check_names(authored, raw, steps, source, findings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return None, findings
    return _sop(authored, steps, intro, rest, whole.text, file), findings


def _sop(authored: AuthoredSop, steps: tuple[Step, ...], intro: str, rest: str, text: str, file: str) -> Sop:
    numbered = "\n".join(f"{step.number}. {step.text}" for step in steps)
    return Sop(
        id=authored.id,
        title=authored.title,
        version=authored.version,
        effective=authored.effective,
        expires=authored.expires or "",
        owner=authored.owner,
        category=authored.applies_to.category,
        channels=tuple(authored.applies_to.channels),
        intro=intro,
        steps=steps,
        rest=rest,
        outcomes=tuple(SopOutcome(name, outcome.when or "", tuple(outcome.requires)) for name, outcome in authored.outcomes.items()),
        never=tuple(Never(act.do, act.before or "", act.severity, act.when or "") for act in authored.never),
        limits={
            act: tuple((limit.tier, float(limit.max)) for limit in limits)
            for act, limits in authored.limits.items()
            if not isinstance(limits, str)
        },
        body="\n\n".join(part for part in (intro, numbered, rest) if part),
        text=text,
        file=file,
        groups=tuple(_group(group, steps) for group in authored.groups),
    )


def _group(written: Mapping[str, Any], steps: tuple[Step, ...]) -> Group:
    """A group as its mapping says it; what is no step of this SOP is left out."""
    known = {step.id for step in steps if step.id}
    every = written.get("all_of")
    members = tuple(str(name) for name in _listed(every if every is not None else written.get("any_of")) if str(name) in known)
    need = len(members) if every is not None else _number(written.get("need"), 1)
    weight = _number(written.get("weight"), 1)
    return Group(str(written.get("id", "")), members, int(need), float(weight), tuple(str(name) for name in _listed(written.get("after"))))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object, default: int) -> int | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else default


def _step(raw: RawStep, findings: list[Diagnostic]) -> Step:
    for name, value in raw.attributes.items():
        near = nearest(name, _ATTRIBUTES) if name not in _ATTRIBUTES else None
        if near or (name not in _ATTRIBUTES and not value):  # any other name is an argument of the act
            hint = did_you_mean(name, _ATTRIBUTES)
            findings.append(_error("P105", raw.places.get(name, raw.block), f"A step has no attribute `{name}`.", hint))
    weight = raw.attributes.get("weight", "1")
    if not re.fullmatch(r"\d+(\.\d+)?", weight) or float(weight) <= 0:
        place = raw.places.get("weight", raw.block)
        findings.append(_error("P106", place, f"`weight={weight}` is no weight.", "Write a number above 0."))
        weight = "1"
    return Step(
        number=raw.number,
        text=raw.text,
        id=raw.id,
        do=raw.attributes.get("do", ""),
        weight=float(weight),
        after=tuple(part.strip() for part in raw.attributes.get("after", "").split(",") if part.strip()),
        when=raw.attributes.get("when", ""),
        optional="optional" in raw.attributes,
        attributes=dict(raw.attributes),
        line=raw.line,
    )


def _check_steps(raw: list[RawStep], steps: tuple[Step, ...], findings: list[Diagnostic]) -> None:
    """P102: no two steps with one id; P104: none that waits for itself."""
    places: dict[str, RawStep] = {}
    for line in raw:
        if line.id in places:
            first = places[line.id]
            hint = f"The other stands on line {first.line}; rename one of them."
            message = f"Two steps are called `{line.id}`."
            findings.append(_error("P102", line.block, message, hint, related=((first.block, "the first one"),)))
        elif line.id:
            places[line.id] = line
    if looping := _loop({step.id: step for step in steps if step.id}):
        place = places[looping].places.get("after", places[looping].block)
        hint = "Take one `after` of the circle away."
        findings.append(_error("P104", place, f"`{looping}` waits for itself through its `after`.", hint))


def _check_names(authored: AuthoredSop, raw: list[RawStep], steps: tuple[Step, ...], source: Source, findings: list[Diagnostic]) -> None:
    """P103: every step that is named is there, or a group has the name."""
    known = {step.id for step in steps if step.id} | {str(group.get("id", "")) for group in authored.groups}
    named = [(name, line.places.get("after", line.block)) for line, step in zip(raw, steps, strict=True) for name in step.after]
    named += [
        (name, source.span(("outcomes", outcome_id, "requires", number)))
        for outcome_id, outcome in authored.outcomes.items()
        for number, name in enumerate(outcome.requires)
    ]
    named += [(act.before, source.span(("never", number, "before"))) for number, act in enumerate(authored.never) if act.before]
    findings.extend(
        _error("P103", place, f"There is no step `{name}`.", did_you_mean(name, known)) for name, place in named if name not in known
    )


def _error(code: str, span: Span, message: str, hint: str, related: tuple[tuple[Span, str], ...] = ()) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, span, message, hint, related=related)


def _loop(known: Mapping[str, Step]) -> str:
    """A step that comes after itself, or empty."""
    done: set[str] = set()
    for first in known:
        above: dict[str, None] = {}
        stack = [first]
        while stack:
            name = stack[-1]
            if name in done or name not in known:
                stack.pop()
            elif name in above:
                above.pop(name)
                done.add(name)
                stack.pop()
            else:
                above[name] = None
                waiting = [before for before in known[name].after if before not in done]
                if any(before in above for before in waiting):
                    return name
                stack.extend(waiting)
    return ""
