"""Moves on the bare integers of a state: what a reply, silence, or chance makes of a position, and what is open at one.

A reply first marks its choice as made and its SOP steps as carried out, then moves trust and heat by what it said, then applies
its effects, then reads the guards of its targets. Entering a node counts the visit, applies `on_enter`, and goes straight on where
the node has no decision of its own. Exploration uses these without events and links.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from branchline.content.compiled import DONE, HEAT, MADE, NODE, SEEN, TRUST, TURNS, Core, Ending, Line, Opening
from branchline.content.facts import held
from branchline.errors import ActionRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Choice, Node, Scenario, Target
    from branchline.engine.events import Value

HOT = 60
"""Heat above which solving before acknowledging earns half the trust (scoring page, "Trust, heat, effort")."""

Heard = list[tuple[Line, Core]]
"""Lines that were read, each with the position at which it was."""


def _first(targets: tuple[Target, ...], work: Sequence[int]) -> int:
    for target in targets:
        if target.when is None or target.when(work):
            return target.place
    return targets[-1].place


def _enter(state_layout: tuple[Node | Ending, ...], work: list[int], place: int, heard: Heard | None = None) -> None:
    while True:
        work[NODE] = place
        spot = state_layout[place]
        if spot.__class__ is Ending:
            return
        node: Node = spot  # type: ignore[assignment]  # a place is a Node or an Ending
        if node.seen:
            work[SEEN] |= node.seen
        if node.times and work[node.times] < node.times_limit:
            work[node.times] += 1
        if node.on_enter is not None:
            node.on_enter(work)
        if heard is not None:
            core = tuple(work)
            heard.extend((line, core) for line in node.lines if line.when is None or line.when(core))
        if not node.targets:
            return
        place = _first(node.targets, work)


def after_reply(scenario: Scenario, core: Core, choice: Choice, heard: Heard | None = None) -> Core:
    """The position that saying `choice` leads to; exploration uses this, without events and links."""
    work = list(core)
    layout = scenario.layout
    if choice.bit:
        work[MADE] |= choice.bit
    if choice.steps:
        work[DONE] |= choice.steps
    if work[TURNS] < layout.turns_limit:
        work[TURNS] += 1
    heat = work[HEAT]
    moved = choice.trust_hot if heat > HOT else choice.trust
    if moved:
        trust = work[TRUST] + moved
        work[TRUST] = 0 if trust < 0 else 100 if trust > 100 else trust  # noqa: FURB136, PLR2004  # the hot path
    heat += choice.heat
    work[HEAT] = 0 if heat < 0 else 100 if heat > 100 else heat  # noqa: FURB136, PLR2004  # the hot path
    if choice.effects is not None:
        choice.effects(work)
    target = choice.targets[0]
    place = target.place if target.when is None else _first(choice.targets, work)
    if heard is None and layout.places[place].quiet:
        work[NODE] = place
    else:
        _enter(layout.places, work, place, heard)
    return tuple(work)


def after_silence(scenario: Scenario, core: Core, node: Node, heard: Heard | None = None) -> Core:
    """The position that saying nothing leads to; ActionRefused where the node waits for ever."""
    if node.timeout is None:
        raise ActionRefused("There is no time limit here.", where=node.id, code="no-time-limit")
    work = list(core)
    if work[TURNS] < scenario.layout.turns_limit:
        work[TURNS] += 1
    work[HEAT] = max(0, min(100, work[HEAT] + node.timeout.heat))
    _enter(scenario.layout.places, work, _first(node.timeout.targets, work), heard)
    return tuple(work)


def after_draw(scenario: Scenario, core: Core, node: Node, branch: int, heard: Heard | None = None) -> Core:
    """The position that chance leads to when it takes `branch`."""
    work = list(core)
    work[node.drawn] += 1
    _enter(scenario.layout.places, work, node.draws[branch], heard)
    return tuple(work)


def after_start(scenario: Scenario, facts: Sequence[tuple[str, Value]], heard: Heard | None = None) -> Core:
    """The first position, with these case facts; a fact that is not given counts as 0, false, or no word."""
    layout = scenario.layout
    work = list(layout.blank)
    given = dict(facts)
    for name, (index, kind) in layout.facts.items():
        work[index] = held(kind, given.get(name, 0))
    _enter(layout.places, work, layout.start, heard)
    return tuple(work)


def seeded_branch(seed: int, node: Node, count: int) -> int:
    """The branch that this seed takes at the `count`-th draw (from 0) of the node.

    Counter-based: the number comes from a hash of seed, node id and count, so that a draw added elsewhere shifts nothing.
    """
    number = int.from_bytes(hashlib.blake2b(f"{seed}:{node.id}:{count}".encode(), digest_size=8).digest(), "big")
    number %= sum(node.weights)
    for branch, weight in enumerate(node.weights):
        number -= weight
        if number < 0:
            return branch
    raise AssertionError(node.id)  # pragma: no cover  # the weights sum to more than the number


def opening_of(node: Node, core: Sequence[int]) -> Opening:
    """The choices of `node` that are open at this position, with the best and worst empathy among them."""
    latest = node.latest
    if latest[0] is core:
        known: Opening = latest[1]
        return known
    key = core[MADE] & node.once
    for holds in node.gates:
        key = key << 1 | holds(core)
    found = node.openings.get(key)
    if found is None:
        found = node.openings[key] = _opening(node, core)
    latest[:] = core, found
    return found


def _opening(node: Node, core: Sequence[int]) -> Opening:
    made = core[MADE]
    choices = {
        choice.id: choice
        for choice in node.choices
        if not (choice.once and made & choice.bit)
        and (choice.when is None or choice.when(core))
        and not (choice.locked is not None and choice.locked(core))
    }
    rated = [choice.e for choice in choices.values() if choice.e is not None]
    return Opening(tuple(choices), choices, max(rated, default=None), min(rated, default=None))
