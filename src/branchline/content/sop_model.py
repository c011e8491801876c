"""What an SOP is once it has been read, the same from Markdown and from pure YAML: frozen facts, no positions but the line of each step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from branchline.content.facts import Value


@dataclass(frozen=True, slots=True)
class Expected:
    """What one argument of a step's act should be."""

    field: str
    kind: str
    """`equal`, `in`, `pattern`, or `text` (equal once case, spaces and punctuation are levelled)."""
    values: tuple[Value, ...] = ()
    """What is compared with: one value, the words of `in`, or the pattern; empty where it is a fact."""
    fact: str = ""
    """The case's fact that is compared with, or empty."""
    tolerance: float = 0.0
    """How far a number may be off."""

    @property
    def written(self) -> str:
        """As people read it."""
        told = self.fact or ", ".join(str(value) for value in self.values)
        if self.tolerance:
            return f"{told} ± {self.tolerance:g}"
        return f"one of {told}" if self.kind == "in" and len(self.values) > 1 else told


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
    """Ids of the steps or groups that must come before."""
    when: str = ""
    optional: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    """All of the brace block, as written."""
    line: int = field(default=0, compare=False)
    """Where it stands in its file, from 1."""
    repeat: bool = False
    """Whether the card itself says that it may be done again; repeats are free in any case, unless `most` says otherwise."""
    most: int | None = None
    """How often it may be done (`max`); None without a limit."""
    wasteful: bool = False
    """Whether doing it costs: it is never required."""
    forbidden: bool = False
    """Whether it must not be done: it is a `never` rule at the same time."""
    expect: tuple[Expected, ...] = ()
    tells: tuple[str, ...] = ()
    """Facts that the customer must hear."""
    fields: tuple[str, ...] = ()
    """What its note or form must hold."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """What tells its act from others of the same name; `level` is a least level."""


@dataclass(frozen=True, slots=True)
class SopOutcome:
    """One legitimate way to end the SOP; `requires` names steps and groups."""

    id: str
    when: str
    requires: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Never:
    """An act that must not happen: at all, or (`before`) until that step or group is done."""

    do: str
    before: str
    severity: str
    when: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Steps or groups of which some must be done, none by itself."""

    id: str
    members: tuple[str, ...]
    """Ids of steps and of other groups."""
    need: int
    """How many of them."""
    weight: float
    """Of each that is needed: the whole group weighs `need` times as much."""
    after: tuple[str, ...] = ()
    """Ids of the steps or groups that must come before all of it."""
    ordered: bool = False
    """Whether the members come in the order in which they are listed."""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case that must, or must not, be handed on."""

    when: str
    to: str
    """The tier or team; empty is any."""
    severity: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """An exception that may be made when its reason is logged."""

    code: str
    text: str = ""
    names: tuple[str, ...] = ()
    """Steps, groups and acts that it excuses; empty excuses values of any step."""
    kinds: tuple[str, ...] = ()
    """Kinds of deviation that it excuses; empty is any kind where names are given, and values where none are."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What customers must be told, and the forms that count as having said it."""

    value: Value
    say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raised:
    """A limit of a tier that holds only in some cases, and then instead of the plain one."""

    act: str
    tier: str
    most: float
    when: str


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
    """Every group; one that stands inside another follows it."""
    over: str = ""
    """What lets an act go beyond a limit: `approval`, or the id of a step; empty: nothing does."""
    raised: tuple[Raised, ...] = ()
    must_escalate: tuple[Escalation, ...] = ()
    must_not_escalate: tuple[Escalation, ...] = ()
    sla: Mapping[str, float] = field(default_factory=dict)
    """Minutes by clock (`first_reply`, `resolve`, …)."""
    pauses: tuple[str, ...] = ()
    """Ticket states in which its clocks stand still."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    allows: tuple[Allowance, ...] = ()
    verbs: Mapping[str, str] = field(default_factory=dict)
    """Names and titles of the actions of another system's log; empty where the desk's own verbs are meant."""

    @property
    def required(self) -> tuple[Step, ...]:
        """The steps that can be scored, and are required where no outcome says otherwise."""
        grouped = {member for group in self.groups for member in group.members}
        return tuple(
            step
            for step in self.steps
            if step.id and not step.optional and not step.wasteful and not step.forbidden and step.id not in grouped
        )

    @property
    def advice(self) -> tuple[Step, ...]:
        """The numbered lines that nothing checks."""
        return tuple(step for step in self.steps if not step.id)

    def group(self, group_id: str) -> Group | None:
        """The group with that id, or None."""
        return next((group for group in self.groups if group.id == group_id), None) if group_id else None

    def step(self, step_id: str) -> Step | None:
        """The step with that id, or None."""
        return next((step for step in self.steps if step.id == step_id), None) if step_id else None

    def members(self, name: str) -> tuple[str, ...]:
        """The ids of the steps in a group, nested ones too, in order; the name itself where it is no group."""
        group = self.group(name)
        return tuple(step for member in group.members for step in self.members(member)) if group is not None else (name,) if name else ()

    def complete(self, name: str, done: Collection[str]) -> bool:
        """Whether the step is among those done, or enough members of the group are."""
        group = self.group(name)
        if group is None:
            return name in done
        return sum(self.complete(member, done) for member in group.members) >= group.need

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Part and text of each condition in it.

        A part is an outcome's id, `#` and a step's id, or a number behind `!` (never), `>` (must escalate), `<` (must not escalate) or
        `^` (a raised limit).
        """
        found = [(outcome.id, outcome.when) for outcome in self.outcomes]
        found += [(f"#{step.id}", step.when) for step in self.steps if step.id]
        found += [(f"!{number}", rule.when) for number, rule in enumerate(self.never)]
        found += [(f">{number}", rule.when) for number, rule in enumerate(self.must_escalate)]
        found += [(f"<{number}", rule.when) for number, rule in enumerate(self.must_not_escalate)]
        found += [(f"^{number}", limit.when) for number, limit in enumerate(self.raised)]
        return tuple((part, text) for part, text in found if text)

    def expired(self, today: str) -> bool:
        """Whether it no longer holds on that ISO date."""
        return bool(self.expires) and today > self.expires

    def mentions(self, words: str) -> bool:
        """Whether every word stands in its id, title, category or text, case ignored."""
        hay = f"{self.id} {self.title} {self.category} {self.body}".casefold()
        return all(word in hay for word in words.casefold().split())
