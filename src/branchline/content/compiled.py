"""What the engine runs: a checked Scenario with its guards and effects compiled, every reference resolved, parts expanded.

Made by `compile.py` from the authored models; frozen. Nodes and endings share one numbering (by sorted id), so that a state is a
flat tuple of integers: see `Layout`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from branchline.content.facts import shown, spelled
from branchline.content.hashes import canonical_hash, logic_of

if TYPE_CHECKING:
    from branchline.content.language import Domain, Effect, Expr, FactType, Place, Ref
    from branchline.content.sop import Sop

Core = tuple[int, ...]
"""A state's integers: NODE, TRUST, HEAT, MADE, DONE, SEEN, TURNS, then counters, variables, draws and facts."""

Guard = Callable[[Sequence[int]], bool]
"""A compiled condition over a Core (or the list that is becoming one)."""

NODE, TRUST, HEAT, MADE, DONE, SEEN, TURNS = range(7)
"""Places in a Core: index of the node or ending; 0..100; 0..100; bit masks of choices made, SOP steps carried out, nodes
that a condition asks about; turns, saturating one above the largest constant they are compared with (0 where nobody asks)."""

DIMENSIONS: Mapping[str, int] = {"acknowledge": 25, "understand": 20, "ownership": 20, "explore": 15, "clarity": 15, "tone": 5}
"""The six dimensions of empathy with their weights in hundredths (scoring page, "Empathy")."""

EMPATHETIC, NEUTRAL = 0.75, 0.4
"""The lowest e of a reply that is called so (scoring page, "Empathy")."""


NA_LEVEL = -1
"""What stands for a level where a rater said that the dimension does not apply (`na`)."""
Ratings = Mapping[str, Mapping[str, tuple[int | None, ...]]]
"""By `node.choice` and dimension the levels 0, 1, 2 or NA_LEVEL that experts gave, each in the place of its rater; None is a gap."""


@dataclass(frozen=True, slots=True)
class Text:
    """Authored text in which names stand for values that play decides: `pieces` alternate literal text and values."""

    pieces: tuple[str | tuple[int, Domain], ...]
    """Literal text, or the place in a Core and the domain that shows its value."""

    def show(self, core: Sequence[int]) -> str:
        """The text at this position."""
        return "".join(piece if isinstance(piece, str) else spelled(shown(piece[1], core[piece[0]])) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Line:
    """Something the learner reads on entering a node, when its guard holds."""

    speaker: str
    """`customer`, `desk` (what the learner's tools show) or `narrator`."""
    text: Text
    when: Guard | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What a reply carries out: a step of an SOP, or an act (`do`) that is no step, with its arguments."""

    sop: str = ""
    step: str = ""
    do: str = ""
    arguments: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """`SOP/step` of a step, else the act."""
        return f"{self.sop}/{self.step}" if self.step else self.do


@dataclass(frozen=True, slots=True)
class Target:
    """Where a choice or node leads when its guard holds (None: always)."""

    place: int
    """Index of the node or ending."""
    when: Guard | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the learner may say."""

    id: str
    name: str
    """`node.choice`, as it is named everywhere else."""
    say: Text
    because: str
    levels: Mapping[str, int]
    """Authored level (0, 1, 2) of each dimension that applies, `fake_empathy` already capped; empty where unrated."""
    e: float | None
    """Empathy 0..1 as weighted share of the levels, None where unrated."""
    flags: tuple[str, ...]
    critical: str
    """`customer`, `business`, `compliance`, or empty."""
    does: tuple[Deed, ...]
    solves: bool
    repeats: bool
    transfers: bool
    sticky: bool
    bit: int
    """This choice's bit in MADE; 0 where neither once-only nor asked about."""
    once: bool
    when: Guard | None
    locked: Guard | None
    why_locked: str
    targets: tuple[Target, ...]
    effects: Callable[[list[int]], None] | None
    steps: int
    """Bits that `does` sets in DONE."""
    trust: int
    """Change of trust that this reply's empathy brings."""
    trust_hot: int
    """The same while heat is above 60 (halved gain where the reply solves)."""
    heat: int
    """Change of heat that this reply brings."""

    @property
    def word(self) -> str:
        """`empathetic` at e ≥ 0.75, `neutral` at ≥ 0.4, else `unempathetic`; `unrated` where no level is given."""
        if self.e is None:
            return "unrated"
        return "empathetic" if self.e >= EMPATHETIC else "neutral" if self.e >= NEUTRAL else "unempathetic"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """What happens when the learner stays silent."""

    seconds: float
    targets: tuple[Target, ...]
    heat: int
    """Change of heat that the silence brings."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One set of open choices of a node, with what scoring needs to know of it."""

    ids: tuple[str, ...]
    choices: Mapping[str, Choice]
    best: float | None
    """Highest e among the open rated choices; None where none is rated."""
    worst: float | None
    told: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Filled by the engine: a cache of what saying each choice is, as events and links tell it."""


@dataclass(frozen=True, slots=True)
class Node:
    """One moment: it has choices, or it leads on by itself (`targets`), or chance decides (`draws` with `weights`)."""

    id: str
    index: int
    claim: str
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]
    timeout: TimeLimit | None
    targets: tuple[Target, ...]
    draws: tuple[int, ...]
    weights: tuple[int, ...]
    on_enter: Callable[[list[int]], None] | None
    seen: int
    """This node's bit in SEEN; 0 where no condition asks."""
    times: int
    """Place in a Core that counts visits; 0 where no condition asks."""
    times_limit: int
    drawn: int
    """Place in a Core that counts this node's draws; 0 where it has none."""
    gates: tuple[Guard, ...] = ()
    """The guards and locks of its choices, in order: with `once`, all that what is open depends on."""
    once: int = 0
    """The MADE bits of this node's once-only choices."""
    quiet: bool = False
    """Whether entering it changes nothing but the place."""
    openings: dict[int, Opening] = field(default_factory=dict, compare=False, repr=False)
    """Filled by the engine: a cache of pure facts, by once-only choices made and the answers of `gates`."""
    latest: list[Any] = field(default_factory=lambda: [None, None], compare=False, repr=False)
    """Two places for the engine: the last position that was asked about, and its opening."""

    @property
    def waits(self) -> bool:
        """Whether a conversation stops here for a decision or a draw."""
        return not self.targets

    def choice(self, choice_id: str) -> Choice | None:
        """The choice with that id, or None."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a conversation stops."""

    id: str
    index: int
    title: str
    outcome: str
    """`resolved`, `pending`, `escalated`, `refused` or `lost`."""
    value: int | None
    """0..100 by the designer, None where endings carry no value."""
    quiet: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is on the other side: the customer card."""

    name: str
    account: str
    plan: str
    tenure_months: int | None
    trust: int
    heat: int
    volatility: str
    needs: tuple[str, ...]
    history: tuple[tuple[str, str, str], ...]
    """When, channel and text of each earlier contact."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What each integer of a Core means."""

    places: tuple[Node | Ending, ...]
    variables: Mapping[str, tuple[int, Domain]]
    """Place in a Core and domain of each declared variable."""
    facts: Mapping[str, tuple[int, FactType]]
    """Place in a Core of each fact that a condition reads, and its type."""
    steps: tuple[str, ...]
    """`SOP/step` by bit of DONE."""
    choices: tuple[str, ...]
    """`node.choice` by bit of MADE."""
    turns_limit: int
    """Where TURNS stops counting; 0 where nobody asks."""
    blank: Core
    """The integers before the start node is entered, facts at 0."""
    start: int
    """Index of the start node."""
    ahead: list[Any] = field(default_factory=lambda: [None], compare=False, repr=False)
    """One place for the engine: the last decided event and the state it leads to, so that `evolve` need not work it out again."""


class Tree(NamedTuple):
    """What a compiled condition or list of effects was made of: what can be known about it without asking it."""

    parts: tuple[Expr | Effect, ...]
    """The one condition, or the effects in order."""
    place: Callable[[Ref], Place]
    """Where each of its references stands in a Core."""


Parsed = tuple["Mapping[str, Expr]", "Mapping[str, Effect]"]
"""Conditions and effects by their texts."""


@dataclass(frozen=True)
class Scenario:
    """An authored branching conversation, ready to be played."""

    id: str
    version: int
    title: str
    summary: str
    channel: str
    """`phone`, `chat`, `email` or `ticket`."""
    language: str
    level: int
    minutes: int
    skills: tuple[str, ...]
    customer: Customer
    facts: Mapping[str, int | float | bool | str]
    """What guards and SOPs may read beside variables, as authored: `case.…`, `customer.…`, `tier`."""
    sops: Mapping[str, Sop]
    """The cited SOPs by id."""
    guards: Mapping[tuple[str, str], Guard | None]
    """The guards in cited SOPs that this scenario's variables and facts decide, by SOP id and part: an outcome's id, `#` and a step's id,
    `!` and the number (from 0) of a `never` rule."""
    nodes: Mapping[str, Node]
    endings: Mapping[str, Ending]
    layout: Layout
    weights: tuple[int, int, int]
    """Empathy, SOP, outcome: integers out of 100."""
    pass_mark: int
    review_status: str
    raters: Ratings
    renamed: Mapping[str, str]
    """Present id by former id, for nodes (`old`) and choices (`old-node.old-choice`)."""
    bundle: Mapping[str, Any] = field(compare=False, repr=False, hash=False)
    """The authored data that the content hash is of: enough to compile this Scenario again, for ever."""
    trees: Callable[[], Mapping[Callable[..., Any], Tree]] = field(default=dict, compare=False, repr=False, hash=False)
    """The Tree of each guard and each list of effects, by the function that was compiled from it."""
    parsed: Callable[[], Parsed] = field(default=lambda: ({}, {}), compare=False, repr=False, hash=False)
    """What was parsed of the scenario's own nodes; of parts nothing, for their texts mean something else in each call."""

    @property
    def asked(self) -> dict[str, frozenset[str]]:
        """What experts are to rate: the dimensions of each reply that has authored levels, by `node.choice`."""
        return {choice.name: frozenset(choice.levels) for node in self.nodes.values() for choice in node.choices if choice.levels}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of everything that was loaded: scenario, parts, translation and cited SOPs, canonical."""
        return canonical_hash(self.bundle)

    @cached_property
    def logic_hash(self) -> str:
        """The same without texts, empathy levels, translation and SOPs: what decides where a reply leads."""
        return canonical_hash(logic_of(self.bundle))

    def node(self, node_id: str) -> Node | None:
        """The node with that present or former id, or None."""
        return self.nodes.get(node_id) or self.nodes.get(self.renamed.get(node_id, ""))

    def choice(self, node_id: str, choice_id: str) -> Choice | None:
        """The choice with those present or former ids, or None."""
        node = self.node(node_id)
        if node is None:
            return None
        return node.choice(choice_id) or node.choice(self.renamed.get(f"{node_id}.{choice_id}", ""))
