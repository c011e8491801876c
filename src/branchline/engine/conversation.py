"""Conversations: `decide` turns an action into events, `evolve` an event into the next state. Both are pure.

A reply first marks its choice as made and its SOP steps as carried out, then moves trust and heat by what it said, then applies
its effects, then reads the guards of its targets. Entering a node counts the visit, applies `on_enter`, and goes straight on where
the node has no decision of its own.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from branchline.content.compiled import DONE, HEAT, MADE, NODE, SEEN, TRUST, TURNS, Choice, Core, Ending, Line, Node, Opening, Scenario, Target
from branchline.content.facts import held
from branchline.engine.actions import Action, Choose, Draw, GiveUp, OpenSop, Resume, Suspend, TimeOut, Undo
from branchline.engine.events import (
    TIMEOUT,
    ChoiceMade,
    DrawMade,
    EndingReached,
    Event,
    SessionGivenUp,
    SessionResumed,
    SessionStarted,
    SessionSuspended,
    SopOpened,
    TimedOut,
    Undone,
    Value,
)
from branchline.engine.state import Decision, Frame, State
from branchline.errors import ActionRefused
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HOT = 60
"""Heat above which solving before acknowledging earns half the trust (scoring page, "Trust, heat, effort")."""

Heard = list[tuple[Line, Core]]


# ------------------------------------------------------------------------------------------------ transitions


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
        work[TRUST] = 0 if trust < 0 else 100 if trust > 100 else trust  # noqa: FURB136, PLR2004, PLR1730  # the hot path
    heat += choice.heat
    work[HEAT] = 0 if heat < 0 else 100 if heat > 100 else heat  # noqa: FURB136, PLR2004, PLR1730  # the hot path
    if choice.effects is not None:
        choice.effects(work)
    targets = choice.targets
    _enter(layout.places, work, targets[0].place if targets[0].when is None else _first(targets, work), heard)
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


def _after_start(scenario: Scenario, facts: Sequence[tuple[str, Value]], heard: Heard | None = None) -> Core:
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


# ------------------------------------------------------------------------------------------------ what is open


def opening_of(node: Node, core: Sequence[int]) -> Opening:
    """The choices of `node` that are open at this position, with the best and worst empathy among them."""
    if node.guarded:
        made = core[MADE]
        key = 0
        bit = 1
        for choice in node.choices:
            if (
                not (choice.once and made & choice.bit)
                and (choice.when is None or choice.when(core))
                and not (choice.locked is not None and choice.locked(core))
            ):
                key |= bit
            bit <<= 1
    else:
        key = core[MADE] & node.once
    found = node.openings.get(key)
    return found if found is not None else _remember(node, key)


def _remember(node: Node, key: int) -> Opening:
    if node.guarded:
        choices = {choice.id: choice for bit, choice in enumerate(node.choices) if key >> bit & 1}
    else:
        choices = {choice.id: choice for choice in node.choices if not (choice.once and key & choice.bit)}
    rated = [choice.e for choice in choices.values() if choice.e is not None]
    found = Opening(tuple(choices), choices, max(rated, default=None), min(rated, default=None))
    node.openings[key] = found
    return found


def open_choices(scenario: Scenario, state: State) -> tuple[Choice, ...]:
    """What the learner may say now, in authored order; empty at an ending or where chance decides."""
    place = scenario.layout.places[state.core[NODE]]
    return () if isinstance(place, Ending) else tuple(opening_of(place, state.core).choices.values())


def locked_choices(scenario: Scenario, state: State) -> tuple[Choice, ...]:
    """What is shown but not open, in authored order; each says why in `why_locked`."""
    place = scenario.layout.places[state.core[NODE]]
    if isinstance(place, Ending):
        return ()
    core = state.core
    return tuple(
        choice
        for choice in place.choices
        if choice.locked is not None
        and not (choice.once and core[MADE] & choice.bit)
        and (choice.when is None or choice.when(core))
        and choice.locked(core)
    )


# ------------------------------------------------------------------------------------------------ start, decide, evolve


def start(scenario: Scenario, seed: int, facts: Mapping[str, Value] | None = None) -> State:
    """The first position: `facts` override those the scenario gives; draws before the first decision follow the seed.

    Raises UnknownId for a fact the scenario does not have.
    """
    given = dict(scenario.facts)
    for name, value in (facts or {}).items():
        if name not in given and name not in scenario.layout.facts:
            raise ActionRefused(f"The scenario has no fact `{name}`.", hint=did_you_mean(name, given), code="unknown-fact")
        given[name] = value
    frame = Frame(scenario.layout, seed, tuple(sorted(given.items())))
    state = State(frame, _after_start(scenario, frame.facts))
    for event in _draws(scenario, state, ()):
        state = evolve(scenario, state, event)
    return state


def decide(scenario: Scenario, state: State, action: Action) -> tuple[Event, ...]:
    """The events that `action` brings about at `state`: the decision, the draws that follow, the ending where one is reached.

    Raises ActionRefused (codes `choice-not-open`, `choice-locked`, `unknown-choice`, `session-over`, `waits-for-chance`,
    `no-time-limit`, `nothing-to-undo`, `no-draw-here`, `unknown-sop`); then nothing has happened.
    """
    if action.__class__ is Choose:
        return _decide_reply(scenario, state, action)  # type: ignore[arg-type]  # the class was just compared
    match action:
        case TimeOut(draws):
            node = _decision_node(scenario, state)
            event = TimedOut(node.id, opening_of(node, state.core).ids)
            if node.timeout is None:
                raise ActionRefused("There is no time limit here.", where=node.id, code="no-time-limit")
            return (event, *_follow(scenario, evolve(scenario, state, event), draws))
        case Draw(branch):
            if not _awaits_draw(state):
                raise ActionRefused("Nothing is left to chance here.", where=state.node, code="no-draw-here")
            return _follow(scenario, state, () if branch is None else (branch,))
        case Undo():
            if state.previous is None or state.decision is None:
                raise ActionRefused("There is nothing to take back.", where=state.node, code="nothing-to-undo")
            return (Undone(state.decision.node, state.decision.choice),)
        case OpenSop(sop):
            if sop not in scenario.sops:
                raise ActionRefused(f"This scenario cites no SOP `{sop}`.", hint=did_you_mean(sop, scenario.sops), code="unknown-sop")
            return (SopOpened(sop, state.node),)
        case Suspend():
            return (SessionSuspended(),)
        case Resume(notices, kept):
            return (SessionResumed(scenario.content_hash, notices, kept),)
        case GiveUp():
            return (SessionGivenUp(),)
        case _:
            raise ActionRefused(f"Unknown action {type(action).__name__}.", code="unknown-action")


def evolve(scenario: Scenario, state: State | None, event: Event) -> State:
    """The state after `event`; a session is the fold of this over its events, from None.

    `scenario` is the content the event was played with; only a SessionResumed may change it, and then the decisions that
    were kept are replayed by id. Raises ActionRefused where the event cannot have happened here.
    """
    if state is not None:
        ahead = scenario.layout.ahead[0]
        if ahead is not None and ahead[1] is event and ahead[0] is state:
            return ahead[2]  # type: ignore[no-any-return]  # the cache holds (state, event, next state)
    match event:
        case SessionStarted():
            frame = Frame(scenario.layout, event.seed, event.facts)
            return State(frame, _after_start(scenario, event.facts))
        case ChoiceMade(node, choice, _):
            state = _present(state)
            return State(state.frame, after_reply(scenario, state.core, _open(scenario, state, choice)), state, Decision(node, choice))
        case TimedOut(node, _):
            state = _present(state)
            core = after_silence(scenario, state.core, _decision_node(scenario, state))
            return State(state.frame, core, state, Decision(node, TIMEOUT))
        case DrawMade(_, branch, _):
            state = _present(state)
            last = state.decision or Decision("", "")
            core = after_draw(scenario, state.core, _draw_node(scenario, state, branch), branch)
            return State(state.frame, core, state.previous, last._replace(draws=(*last.draws, branch)))
        case Undone():
            state = _present(state)
            if state.previous is None:
                raise ActionRefused("There is nothing to take back.", where=state.node, code="nothing-to-undo")
            return state.previous
        case SessionResumed(_, _, kept):
            state = _present(state)
            return state if state.layout is scenario.layout and kept < 0 else replay(scenario, state, kept)
        case _:
            return _present(state)


def replay(scenario: Scenario, state: State, kept: int = -1) -> State:
    """The first `kept` decisions of `state` (-1: all) made again, by id, in another version of its scenario.

    Raises ActionRefused, code `cannot-replay`, with the first decision that is no longer possible as its place.
    """
    decisions = state.decisions
    early = decisions[:1] if decisions and not decisions[0].choice else ()
    made = decisions[len(early) :]
    return replayed(scenario, state.frame, (*early, *(made if kept < 0 else made[:kept])))


def replayed(scenario: Scenario, frame: Frame, decisions: Sequence[Decision]) -> State:
    """The state that these decisions lead to from the start, by id; raises ActionRefused, code `cannot-replay`, as `replay` does.

    Draws before the first decision that this content does not have are made anew from the seed.
    """
    frame = Frame(scenario.layout, frame.seed, frame.facts)
    again = State(frame, _after_start(scenario, frame.facts))
    early = decisions[0].draws if decisions and not decisions[0].choice else ()
    for event in _draws(scenario, again, early if early in first_draws(scenario, frame) else ()):
        again = evolve(scenario, again, event)
    for decision in decisions[1:] if decisions and not decisions[0].choice else decisions:
        node = scenario.node(decision.node)
        if node is None or node.id != again.node:
            raise ActionRefused("The decision's node is no longer reached here.", where=decision.node, code="cannot-replay")
        action: Action = TimeOut(decision.draws)
        if decision.choice != TIMEOUT:
            choice = scenario.choice(decision.node, decision.choice)
            if choice is None:
                raise ActionRefused("The choice is gone.", where=f"{decision.node}.{decision.choice}", code="cannot-replay")
            action = Choose(choice.id, decision.draws)
        try:
            for event in decide(scenario, again, action):
                again = evolve(scenario, again, event)
        except ActionRefused as refused:
            raise ActionRefused(refused.what, where=f"{decision.node}.{decision.choice}", code="cannot-replay") from refused
    return again


def first_draws(scenario: Scenario, frame: Frame) -> list[tuple[int, ...]]:
    """Every way that chance can go before the first decision; one empty way where it has no say."""
    ways: list[tuple[int, ...]] = []
    waiting: list[tuple[tuple[int, ...], Core]] = [((), _after_start(scenario, frame.facts))]
    while waiting:
        draws, core = waiting.pop()
        place = scenario.layout.places[core[NODE]]
        if isinstance(place, Node) and place.draws:
            waiting += [((*draws, branch), after_draw(scenario, core, place, branch)) for branch in range(len(place.draws))]
        else:
            ways.append(draws)
    return ways


def narrate(scenario: Scenario, before: State | None, event: Event) -> tuple[tuple[str, str], ...]:
    """What the learner reads because of `event`: speaker and text of each line, guards and names resolved."""
    heard: Heard = []
    match event:
        case SessionStarted():
            _after_start(scenario, event.facts, heard)
        case ChoiceMade(_, choice, _) if before is not None:
            after_reply(scenario, before.core, _open(scenario, before, choice), heard)
        case TimedOut() if before is not None:
            after_silence(scenario, before.core, _decision_node(scenario, before), heard)
        case DrawMade(_, branch, _) if before is not None:
            after_draw(scenario, before.core, _draw_node(scenario, before, branch), branch, heard)
        case _:
            pass
    return tuple((line.speaker, line.text.show(core)) for line, core in heard)


# ------------------------------------------------------------------------------------------------ parts of deciding


def _decide_reply(scenario: Scenario, state: State, action: Choose) -> tuple[Event, ...]:
    node = scenario.layout.places[state.core[NODE]]
    if node.__class__ is Ending:
        raise ActionRefused("The conversation is over.", where=node.id, code="session-over")
    opening = opening_of(node, state.core)  # type: ignore[arg-type]  # not an Ending
    choice = opening.choices.get(action.choice)
    if choice is None:
        raise _not_open(scenario, state, action.choice)
    event = ChoiceMade(node.id, choice.id, opening.ids)
    after = State(state.frame, after_reply(scenario, state.core, choice), state, Decision(node.id, choice.id))
    scenario.layout.ahead[0] = (state, event, after)
    place = scenario.layout.places[after.core[NODE]]
    if place.__class__ is Ending or place.draws:  # type: ignore[union-attr]  # only a Node has draws
        return (event, *_follow(scenario, after, action.draws))
    return (event,)


def _follow(scenario: Scenario, state: State, named: tuple[int, ...]) -> tuple[Event, ...]:
    events: list[Event] = list(_draws(scenario, state, named))
    for event in events:
        state = evolve(scenario, state, event)
    place = state.place
    if isinstance(place, Ending):
        events.append(EndingReached(place.id))
    return tuple(events)


def _draws(scenario: Scenario, state: State, named: tuple[int, ...]) -> list[DrawMade]:
    events: list[DrawMade] = []
    while _awaits_draw(state):
        node = _draw_node(scenario, state, 0)
        if len(events) < len(named):
            branch = named[len(events)]
            _draw_node(scenario, state, branch)
            event = DrawMade(node.id, branch, named=True)
        else:
            event = DrawMade(node.id, seeded_branch(state.frame.seed, node, state.core[node.drawn]))
        events.append(event)
        state = evolve(scenario, state, event)
    return events


def _present(state: State | None) -> State:
    if state is None:
        raise ActionRefused("The session has not started.", code="not-started")
    return state


def _awaits_draw(state: State) -> bool:
    place = state.place
    return isinstance(place, Node) and bool(place.draws)


def _draw_node(scenario: Scenario, state: State, branch: int) -> Node:
    place = scenario.layout.places[state.core[NODE]]
    if not isinstance(place, Node) or not place.draws:
        raise ActionRefused("Nothing is left to chance here.", where=place.id, code="no-draw-here")
    if not 0 <= branch < len(place.draws):
        raise ActionRefused(f"The draw has branches 0 to {len(place.draws) - 1}.", where=f"{place.id}~{branch}", code="no-draw-here")
    return place


def _decision_node(scenario: Scenario, state: State) -> Node:
    place = scenario.layout.places[state.core[NODE]]
    if isinstance(place, Ending):
        raise ActionRefused("The conversation is over.", where=place.id, code="session-over")
    if place.draws:
        raise ActionRefused("Chance decides here.", where=place.id, code="waits-for-chance")
    return place


def _open(scenario: Scenario, state: State, choice_id: str) -> Choice:
    choice = opening_of(_decision_node(scenario, state), state.core).choices.get(choice_id)
    if choice is None:
        raise _not_open(scenario, state, choice_id)
    return choice


def _not_open(scenario: Scenario, state: State, choice_id: str) -> ActionRefused:
    node = _decision_node(scenario, state)
    name = f"{node.id}.{choice_id}"
    choice = node.choice(choice_id)
    if choice is None:
        return ActionRefused(f"`{node.id}` has no choice `{choice_id}`.", where=name, hint=did_you_mean(choice_id, (c.id for c in node.choices)), code="unknown-choice")
    if choice in locked_choices(scenario, state):
        return ActionRefused(choice.why_locked, where=name, code="choice-locked")
    return ActionRefused(f"`{choice_id}` is not open here now.", where=name, hint=did_you_mean("", opening_of(node, state.core).ids), code="choice-not-open")
