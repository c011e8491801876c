"""What the desk runs: a checked Drill with the catalogue's verbs bound to its records. Made by `compile_drill.py`; frozen.

Record fields stand in one numbering, `record.field`, so that a position at the desk is a flat tuple of values. Conditions read a row of
integers in the order of `Drill.names`, the arguments of the verb behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.content.hashes import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.language import FactType
    from branchline.content.sop import Sop

Value = int | float | bool | str
Test = Callable[[tuple[int, ...]], bool]
"""A compiled condition over a row of facts."""

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TICKET_NUMBERS = ("impact", "urgency", "reopens", "reassignments")
"""The ticket fields that hold whole numbers; every other holds text."""
TICKET_FIELDS = (
    "id", "subject", "description", "requester", "channel", "type", "status", "impact", "urgency", "priority", "group", "assignee", "tier",
    "category", "subcategory", "disposition", "resolution_code", "service", "problem", "merged_into", "followup_of", "reopens",
    "reassignments",
)  # fmt: skip
"""The fields that every ticket has, in the order in which a help desk shows them; a drill may add its own behind them."""
TICKET_VERBS = {
    "public_reply": 3.0, "internal_note": 2.0, "set_field": 0.5, "set_status": 0.5, "assign": 0.5, "escalate": 2.0, "merge": 1.0,
    "link_incident": 1.0, "request_approval": 1.0, "log_exception": 1.0, "apply_macro": 0.5, "wait": 0.0, "submit": 0.0,
}  # fmt: skip
"""What the engine itself can do with a ticket, and the minutes each takes where neither catalogue nor drill reprices it."""
METRICS = ("first_reply", "next_reply", "resolve", "agent_work")
"""What an SLA can measure: until the first public reply; until the reply to a later message; until solved without the time on pending;
the same without the time on hold either."""
_MATRIX = {2: "urgent", 3: "high"}


def priority_of(impact: int, urgency: int) -> str:
    """Priority by impact × urgency (1 high … 3 low), as measured on real tickets: 1×1 urgent, 1×2 high, 2×2 1×3 3×1 normal, else low."""
    return _MATRIX.get(impact + urgency, "normal" if impact + urgency == 4 else "low")  # noqa: PLR2004  # the matrix's anti-diagonal


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that a company verb has to be told."""

    name: str
    kind: str
    """`range`, `words`, `money`, `number`, `text` or `flag`."""
    low: int = 0
    high: int = 0
    words: tuple[str, ...] = ()
    optional: bool = False


class Barrier(NamedTuple):
    """A condition without which the company's tool says no."""

    holds: Test
    refuse: str


class Term(NamedTuple):
    """The value of an effect: a constant, or what an argument or a record field holds."""

    value: Value = 0
    argument: str = ""
    place: int = -1
    """Index among the drill's record fields; -1 where it is none."""


class RecordEffect(NamedTuple):
    """What a verb or an event does to one record field."""

    place: int
    operator: str
    """`=`, `+` or `-`."""
    term: Term


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that the company's tools can do, bound to a drill's records."""

    id: str
    title: str
    arguments: tuple[Argument, ...]
    minutes: float
    authority: str
    """The limited act it counts as; empty where everybody may."""
    barriers: tuple[Barrier, ...]
    effects: tuple[RecordEffect, ...]
    shows: str
    """What the tool displays afterwards; `{record.field}` stands for a value."""

    @property
    def amount(self) -> str | None:
        """The name of the argument that its authority measures, or None."""
        return next((argument.name for argument in self.arguments if argument.kind == "money"), None)


@dataclass(frozen=True, slots=True)
class Macro:
    """A prepared reply with the tags and fields that go with it."""

    id: str
    title: str
    reply: str
    tags: tuple[str, ...]
    fields: tuple[tuple[str, Value], ...]
    tells: tuple[str, ...]
    acts: tuple[str, ...]
    """Acts that sending it carries out."""
    status: str
    """The status it sets when it is sent; empty: none."""
    asks: bool
    wrong: str
    """Why it is a trap, for the debrief; empty where it is none."""


class SlaPolicy(NamedTuple):
    """Targets in minutes by metric (`first_reply`, `next_reply`, `resolve`, `agent_work`) for tickets on which `when` holds."""

    name: str
    when: Test | None
    targets: tuple[tuple[str, float], ...]


class ApprovalRule(NamedTuple):
    """How a request for approval of an act is answered, where `when` holds."""

    act: str
    """The authority; empty for every one."""
    when: Test | None
    grant: bool | None
    """None: up to the approver's limit."""
    after: float | None
    """Minutes until the answer comes; None: as the catalogue says."""
    text: str


class Message(NamedTuple):
    """A comment that stands in the ticket when the drill begins."""

    at: int
    """Seconds on the desk clock."""
    author: str
    """`customer`, `agent`, `system`, or a tier or team."""
    public: bool
    text: str


@dataclass(frozen=True, slots=True)
class DrillEvent:
    """Something that happens once: `delay` after an act of that name has succeeded, or when the clock gets there."""

    after: str
    then: str
    """An act that must succeed behind `after`; empty: none."""
    delay: int
    """Seconds."""
    at: int | None
    """Seconds on the desk clock."""
    when: Test | None
    author: str
    public: bool
    text: str
    status: str
    effects: tuple[RecordEffect, ...]
    approve: bool | None
    """The answer to what was asked for approval; None: no answer."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a company's desk knows beside its verbs."""

    title: str
    verbs: Mapping[str, str]
    """Title of each company verb by its name, whether or not this drill can use it."""
    macros: Mapping[str, Macro]
    categories: Mapping[str, str]
    """Title of each legal category, `area/kind`; empty: any."""
    dispositions: Mapping[str, Mapping[str, str]]
    """Legal dispositions with their titles by category or area; `any` holds those that go with every category. Empty: any."""
    tiers: Mapping[str, str]
    """Title of each tier and team, lowest tier first."""
    exceptions: Mapping[str, str]
    """Reason codes of exceptions with their titles; empty: any."""
    sla: tuple[SlaPolicy, ...]
    approver: str
    approval_minutes: float
    texts: Mapping[str, str]

    def dispositions_of(self, category: str) -> dict[str, str]:
        """The dispositions that are legal for a category, with their titles."""
        keys = dict.fromkeys(("any", category.partition("/")[0], category))
        return {name: title for key in keys for name, title in self.dispositions.get(key, {}).items()}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What holds at the end of a drill that was done well."""

    records: Mapping[str, Value]
    ticket: Mapping[str, tuple[Value, ...]]
    """The values, any of which is right."""
    told: tuple[str, ...]
    untouched: tuple[str, ...]
    """`record.field` or `ticket.field`."""
    note: tuple[str, ...]
    """Fields that an internal note must hold."""
    exceptions: tuple[str, ...]


@dataclass(frozen=True)
class Drill:
    """A CRM exercise, ready to be worked."""

    id: str
    version: int
    title: str
    summary: str
    channel: str
    language: str
    level: int
    minutes: int
    tier: str
    skills: tuple[str, ...]
    sops: Mapping[str, Sop]
    catalogue: Catalogue
    facts: Mapping[str, Value]
    """What SOP guards read: `case.…`, `record.field` and `ticket.…` as they are at the start, and `tier`."""
    ticket: Mapping[str, Value]
    tags: tuple[str, ...]
    conversation: tuple[Message, ...]
    starts: int
    """Seconds on the desk clock at which the learner takes over; the first message may be earlier."""
    fields: tuple[str, ...]
    values: tuple[Value, ...]
    """Of each record field, at the start."""
    lists: Mapping[str, tuple[Mapping[str, Value], ...]]
    """Records of which there are several (`tickets`, `incidents`, `services`, …): shown, and named by merge and link."""
    verbs: Mapping[str, Verb]
    """The company verbs that this drill allows."""
    ticket_minutes: Mapping[str, float]
    """What each ticket verb takes; a verb that the drill does not allow is missing."""
    names: tuple[str, ...]
    """Facts in the order of a row: record fields, ticket fields, then the others."""
    kinds: Mapping[str, FactType]
    guards: Mapping[tuple[str, str], Test]
    """Guards in cited SOPs that this drill's facts decide: by SOP id and outcome id, `#` and step id, or `^` and the number (from 0) of a
    raised limit."""
    events: tuple[DrillEvent, ...]
    approvals: tuple[ApprovalRule, ...]
    forms: Mapping[str, tuple[tuple[str, ...], ...]]
    """By fact: the forms, as normalised words, any of which counts as having told it."""
    sop_sla: Mapping[str, float]
    """The strictest target in minutes of each metric that a cited SOP sets."""
    expect: Expectation
    do_nothing: bool
    weights: tuple[int, int, int]
    pass_mark: int
    review_status: str
    bundle: Mapping[str, Any] = field(compare=False, repr=False, hash=False)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of everything that was loaded: drill, catalogue and cited SOPs, canonical."""
        return canonical_hash(self.bundle)

    @cached_property
    def logic_hash(self) -> str:
        """The same without the texts that decide nothing, and without the SOPs' files."""
        return canonical_hash(drill_logic(self.bundle))

    @cached_property
    def ticket_names(self) -> tuple[str, ...]:
        """The ticket's fields, in order."""
        return tuple(self.ticket)

    @cached_property
    def records(self) -> Mapping[str, tuple[str, ...]]:
        """The record fields by record."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.fields:
            record = name.partition(".")[0]
            found[record] = (*found.get(record, ()), name)
        return found

    def place(self, name: str) -> int:
        """The index of a record field; ValueError where there is none."""
        return self.fields.index(name)


_SHOWN = frozenset({"title", "summary", "review", "level", "minutes", "skills", "version", "pass_mark", "format"})
_SAID = frozenset({"title", "refuse", "shows", "texts"})


def drill_logic(bundle: Mapping[str, Any]) -> object:
    """The part of a bundle that decides what an act leads to."""
    drill = {key: value for key, value in bundle["drill"].items() if key not in _SHOWN}
    return {"drill": drill, "desk": _without(bundle["desk"])}


def _without(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without(value) for key, value in data.items() if key not in _SAID}
    return [_without(item) for item in data] if isinstance(data, list) else data
