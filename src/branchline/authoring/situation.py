"""How things stand at a position, for whoever writes the scenario: variables by name, and the conditions of a node with their values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from branchline.authoring.flat import flat_nodes, ways
from branchline.content.compiled import HEAT, MADE, NODE, TRUST, Node
from branchline.content.facts import shown, spelled
from branchline.content.language import Bit, Constant, Flag, RefKind, Words, refs
from branchline.content.language.domains import GAUGE
from branchline.engine.state import State
from branchline.errors import ActionRefused, UnknownId
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from branchline.authoring.flat import Way
    from branchline.content.compiled import Choice, Core, Guard, Layout, Scenario, Target, Tree
    from branchline.content.expand import FlatNode
    from branchline.content.language import Domain, Ref
    from branchline.content.scenario import AuthoredChoice
    from branchline.engine.events import Value

GAUGES = {"trust": TRUST, "heat": HEAT}
GAUGE_STEP = 10
"""How far trust and heat go when they are moved by hand."""
_TRUTHS = {"true": 1, "yes": 1, "false": 0, "no": 0}
_TRUE_OR_FALSE = frozenset({RefKind.VISITED, RefKind.CHOSE, RefKind.DONE})


@dataclass(frozen=True, slots=True)
class Variable:
    """Trust, heat or a declared variable, with its value."""

    name: str
    value: Value
    may: str
    """What it can be: `yes | no`, `0..3`, `captured | authorised`."""
    by_hand: bool = False
    """Whether somebody has set it since the start."""

    @property
    def said(self) -> str:
        """The value as people read it."""
        return spelled(self.value)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the present node, and whether it holds as things stand.

    Ways on are read after the reply has had its effects; here they are told as they are before.
    """

    of: str
    """The choice's id; empty for the node's own."""
    part: str
    """`when`, `locked_when`, `once`, `line 2`, `go refunded`, `timeout go silence`."""
    text: str
    """As authored."""
    holds: bool
    reads: tuple[tuple[str, str], ...] = ()
    """Name and present value of everything it reads, by name."""
    says: str = ""
    """Of a lock, the reason that the learner is told."""


def variables(state: State, by_hand: Iterable[str] = ()) -> tuple[Variable, ...]:
    """Trust, heat, then the declared variables by name."""
    layout, touched = state.layout, frozenset(by_hand)
    names = (*GAUGES, *layout.variables)
    found = ((name, *_slot(layout, name)) for name in names)
    return tuple(Variable(name, shown(domain, state.core[index]), allowed(domain), name in touched) for name, index, domain in found)


def with_value(state: State, name: str, value: Value) -> State:
    """The same position with another value of trust, heat or a variable; text stands for the value it spells.

    Raises UnknownId, or ActionRefused with code `not-in-domain`.
    """
    index, domain = _slot(state.layout, name)
    number = _number(domain, value)
    if number is None:
        what = f"`{clean_line(name)}` cannot be `{clean_line(str(value))}`."
        raise ActionRefused(what, hint=f"It can be {allowed(domain)}.", code="not-in-domain")
    core = (*state.core[:index], number, *state.core[index + 1 :])
    return State(state.frame, core, state.previous, state.decision)


def value_of(state: State, name: str) -> Value:
    """The present value of trust, heat or a variable; UnknownId."""
    index, domain = _slot(state.layout, name)
    return shown(domain, state.core[index])


def next_value(state: State, name: str, by: int = 1) -> Value:
    """The value after the present one (before it, where `by` is negative), the last followed by the first; UnknownId."""
    index, domain = _slot(state.layout, name)
    now = state.core[index]
    if name in GAUGES:
        return max(domain.low, min(domain.high, now + by * GAUGE_STEP))
    return shown(domain, domain.low + (now - domain.low + by) % (domain.high - domain.low + 1))


def allowed(domain: Domain) -> str:
    """What a variable can be, in words."""
    if isinstance(domain, Flag):
        return "yes | no"
    return " | ".join(map(clean_line, domain.words)) if isinstance(domain, Words) else f"{domain.low}..{domain.high}"


def _slot(layout: Layout, name: str) -> tuple[int, Domain]:
    if name in layout.variables:
        return layout.variables[name]
    if name in GAUGES:
        return GAUGES[name], GAUGE
    raise UnknownId(f"There is no variable `{clean_line(name)}`.", hint=did_you_mean(name, (*layout.variables, *GAUGES)))


def _number(domain: Domain, value: Value) -> int | None:
    """The integer that stands for the value, None where the domain does not have it."""
    if isinstance(domain, Words):
        return domain.words.index(str(value)) if str(value) in domain.words else None
    if isinstance(domain, Flag):
        return int(value) if isinstance(value, bool) else _TRUTHS.get(str(value).casefold())
    try:
        number = None if isinstance(value, bool | float) else int(value)
    except ValueError:
        return None
    return number if number is not None and domain.low <= number <= domain.high else None


class Conditions:
    """The conditions of one version of a scenario, as they were written."""

    def __init__(self, scenario: Scenario) -> None:
        """What was written is read from the scenario's own bundle, when it is first asked for."""
        self._scenario = scenario

    @cached_property
    def _written(self) -> Mapping[str, FlatNode]:
        return {flat.id: flat for flat in flat_nodes(self._scenario)}

    @cached_property
    def _trees(self) -> Mapping[Callable[..., bool], Tree]:
        return self._scenario.trees()

    def at(self, state: State) -> tuple[Condition, ...]:
        """Every condition of the node where the conversation stands, in authored order; none at an ending."""
        place = state.layout.places[state.core[NODE]]
        return tuple(self._all(place, self._written[place.id], state)) if isinstance(place, Node) else ()

    def _all(self, node: Node, flat: FlatNode, state: State) -> Iterator[Condition]:
        for number, (line, written) in enumerate(zip(node.lines, flat.authored.lines, strict=True), 1):
            if line.when is not None:
                yield self._condition("", f"line {number}", written.when or "", line.when, state)
        for choice, authored in zip(node.choices, flat.authored.choices, strict=True):
            yield from self._of_choice(choice, authored, flat, state)
        limit, silence = node.timeout, flat.authored.timeout
        if limit is not None and silence is not None:
            yield from self._of_ways("", "timeout go", limit.targets, ways(flat, silence.go), state)

    def _of_choice(self, choice: Choice, written: AuthoredChoice, flat: FlatNode, state: State) -> Iterator[Condition]:
        if choice.once and state.core[MADE] & choice.bit:
            yield Condition(choice.id, "once", "not said before", holds=False)
        if choice.when is not None:
            yield self._condition(choice.id, "when", written.when or "", choice.when, state)
        if choice.locked is not None and written.locked_when is not None:
            yield self._condition(choice.id, "locked_when", written.locked_when.when, choice.locked, state, choice.why_locked)
        yield from self._of_ways(choice.id, "go", choice.targets, ways(flat, written.go), state)

    def _of_ways(self, of: str, part: str, targets: Sequence[Target], written: Sequence[Way], state: State) -> Iterator[Condition]:
        for target, way in zip(targets, written, strict=True):
            if target.when is not None:
                yield self._condition(of, f"{part} {state.layout.places[target.place].id}", way.when, target.when, state)

    def _condition(self, of: str, part: str, text: str, guard: Guard, state: State, says: str = "") -> Condition:
        return Condition(of, part, text, bool(guard(state.core)), self._read_by(guard, state), says)

    def _read_by(self, guard: Guard, state: State) -> tuple[tuple[str, str], ...]:
        tree = self._trees[guard]
        named = {str(ref): _value(ref, tree, state) for part in tree.parts for ref in refs(part)}
        return tuple(sorted(named.items()))


def _value(ref: Ref, tree: Tree, state: State) -> str:
    """The present value of what a condition reads, as people read it."""
    if ref.kind is RefKind.FACT:
        return spelled(dict(state.frame.facts).get(ref.name, "not given"))
    number = _at(tree, ref, state.core)
    if ref.kind is RefKind.VARIABLE:
        return spelled(shown(state.layout.variables[ref.name][1], number))
    return spelled(bool(number)) if ref.kind in _TRUE_OR_FALSE else str(number)


def _at(tree: Tree, ref: Ref, core: Core) -> int:
    place = tree.place(ref)
    if isinstance(place, Constant):
        return place.value
    return core[place.index] >> place.bit & 1 if isinstance(place, Bit) else core[place.index]
