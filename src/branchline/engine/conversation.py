"""Conversations: `decide` turns an action into events, `evolve` an event into the next state. Both are pure.

What a move does to a position stands in `transition`; here it becomes events, states with their links, and lines that people read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.content.compiled import MADE, NODE, Choice, Core, Ending, Node, Scenario
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
from branchline.engine.transition import Heard, after_draw, after_reply, after_silence, after_start, opening_of, seeded_branch
from branchline.errors import ActionRefused
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.content.compiled import Opening

_new = tuple.__new__
"""Makes a State in a third of the time that calling its class takes; for the hot path alone."""


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
    state = State(frame, after_start(scenario, frame.facts))
    for event in _draws(scenario, state, ()):
        state = evolve(scenario, state, event)
    return state


def decide(scenario: Scenario, state: State, action: Action) -> tuple[Event, ...]:
    """The events that `action` brings about at `state`: the decision, the draws that follow, the ending where one is reached.

    Raises ActionRefused (codes `choice-not-open`, `choice-locked`, `unknown-choice`, `session-over`, `waits-for-chance`,
    `no-time-limit`, `nothing-to-undo`, `no-draw-here`, `unknown-sop`); then nothing has happened.
    """
    if action.__class__ is Choose:
        return _decide_reply(scenario, state, action)
    decider = _DECIDERS.get(action.__class__)
    if decider is None:
        raise ActionRefused(f"Unknown action {type(action).__name__}.", code="unknown-action")
    return decider(scenario, state, action)


def evolve(scenario: Scenario, state: State | None, event: Event) -> State:
    """The state after `event`; a session is the fold of this over its events, from None.

    `scenario` is the content the event was played with; only a SessionResumed may change it, and then the decisions that
    were kept are replayed by id. Raises ActionRefused where the event cannot have happened here.
    """
    if state is None:
        if event.__class__ is SessionStarted:
            return _begin(scenario, event)
        raise ActionRefused("The session has not started.", code="not-started")
    ahead = scenario.layout.ahead[0]
    if ahead is not None and ahead[1] is event and ahead[0] is state:
        known: State = ahead[2]
        return known
    follower = _FOLLOWERS.get(event.__class__)
    return state if follower is None else follower(scenario, state, event)


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
    again = State(frame, after_start(scenario, frame.facts))
    early = decisions[0].draws if decisions and not decisions[0].choice else ()
    for drawn in _draws(scenario, again, early if early in first_draws(scenario, frame) else ()):
        again = evolve(scenario, again, drawn)
    for decision in decisions[1:] if decisions and not decisions[0].choice else decisions:
        for event in made_again(scenario, again, decision):
            again = evolve(scenario, again, event)
    return again


def made_again(scenario: Scenario, state: State, decision: Decision) -> tuple[Event, ...]:
    """The events of making `decision` at `state`, by present or former ids.

    Raises ActionRefused, code `cannot-replay`, as `replay` does; its cause, where it has one, says why the engine refused.
    """
    node = scenario.node(decision.node)
    if node is None or node.id != state.node:
        raise ActionRefused("The decision's node is no longer reached here.", where=decision.node, code="cannot-replay")
    action: Action = TimeOut(decision.draws)
    if decision.choice != TIMEOUT:
        choice = scenario.choice(decision.node, decision.choice)
        if choice is None:
            raise ActionRefused("The choice is gone.", where=f"{decision.node}.{decision.choice}", code="cannot-replay")
        action = Choose(choice.id, decision.draws)
    try:
        return decide(scenario, state, action)
    except ActionRefused as refused:
        raise ActionRefused(refused.what, where=f"{decision.node}.{decision.choice}", code="cannot-replay") from refused


def first_draws(scenario: Scenario, frame: Frame) -> list[tuple[int, ...]]:
    """Every way that chance can go before the first decision; one empty way where it has no say."""
    ways: list[tuple[int, ...]] = []
    waiting: list[tuple[tuple[int, ...], Core]] = [((), after_start(scenario, frame.facts))]
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
            after_start(scenario, event.facts, heard)
        case ChoiceMade(_, choice, _) if before is not None:
            after_reply(scenario, before.core, _open(scenario, before, choice), heard)
        case TimedOut() if before is not None:
            after_silence(scenario, before.core, _decision_node(scenario, before), heard)
        case DrawMade(_, branch, _) if before is not None:
            after_draw(scenario, before.core, _draw_node(scenario, before, branch), branch, heard)
        case _:
            pass
    return tuple((line.speaker, line.text.show(core)) for line, core in heard)


def _decide_reply(scenario: Scenario, state: State, action: Choose) -> tuple[Event, ...]:
    layout, core = scenario.layout, state.core
    node = layout.places[core[NODE]]
    if node.__class__ is Ending:
        raise ActionRefused("The conversation is over.", where=node.id, code="session-over")
    opening = opening_of(node, core)  # type: ignore[arg-type]  # not an Ending
    told = opening.told.get(action.choice)
    if told is None:
        if action.choice not in opening.choices:
            raise _not_open(scenario, state, action.choice)
        told = opening.told[action.choice] = _tell(node.id, opening, action.choice)
    choice, events, decision = told
    after = _new(State, (state.frame, after_reply(scenario, core, choice), state, decision))
    layout.ahead[0] = (state, events[0], after)
    place = layout.places[after.core[NODE]]
    if place.__class__ is Ending or place.draws:  # type: ignore[union-attr]  # only a Node has draws
        return (*events, *_follow(scenario, after, action.draws))
    return events


def _tell(node: str, opening: Opening, choice: str) -> tuple[Choice, tuple[Event, ...], Decision]:
    """The choice, the event of saying it, and the link that the next state keeps: the same however often it is said."""
    return opening.choices[choice], (ChoiceMade(node, choice, opening.ids),), Decision(node, choice)


def _decide_silence(scenario: Scenario, state: State, action: TimeOut) -> tuple[Event, ...]:
    node = _decision_node(scenario, state)
    event = TimedOut(node.id, opening_of(node, state.core).ids)
    return (event, *_follow(scenario, evolve(scenario, state, event), action.draws))


def _decide_draw(scenario: Scenario, state: State, action: Draw) -> tuple[Event, ...]:
    _draw_node(scenario, state, 0)
    return _follow(scenario, state, () if action.branch is None else (action.branch,))


def _decide_undo(_scenario: Scenario, state: State, _action: Undo) -> tuple[Event, ...]:
    if state.previous is None or state.decision is None:
        raise ActionRefused("There is nothing to take back.", where=state.node, code="nothing-to-undo")
    return (Undone(state.decision.node, state.decision.choice),)


def _decide_sop(scenario: Scenario, state: State, action: OpenSop) -> tuple[Event, ...]:
    if action.sop not in scenario.sops:
        hint = did_you_mean(action.sop, scenario.sops)
        raise ActionRefused(f"This scenario cites no SOP `{action.sop}`.", hint=hint, code="unknown-sop")
    return (SopOpened(action.sop, state.node),)


_DECIDERS: Mapping[type[Action], Callable[[Scenario, State, Any], tuple[Event, ...]]] = {
    Choose: _decide_reply,
    TimeOut: _decide_silence,
    Draw: _decide_draw,
    Undo: _decide_undo,
    OpenSop: _decide_sop,
    Suspend: lambda _scenario, _state, _action: (SessionSuspended(),),
    Resume: lambda scenario, _state, action: (SessionResumed(scenario.content_hash, action.notices, action.kept),),
    GiveUp: lambda _scenario, _state, _action: (SessionGivenUp(),),
}


def _begin(scenario: Scenario, event: SessionStarted) -> State:
    return State(Frame(scenario.layout, event.seed, event.facts), after_start(scenario, event.facts))


def _replied(scenario: Scenario, state: State, event: ChoiceMade) -> State:
    _check_place(state, event.node)
    core = after_reply(scenario, state.core, _open(scenario, state, event.choice))
    return State(state.frame, core, state, Decision(event.node, event.choice))


def _silent(scenario: Scenario, state: State, event: TimedOut) -> State:
    _check_place(state, event.node)
    core = after_silence(scenario, state.core, _decision_node(scenario, state))
    return State(state.frame, core, state, Decision(event.node, TIMEOUT))


def _drawn(scenario: Scenario, state: State, event: DrawMade) -> State:
    _check_place(state, event.node)
    last = state.decision or Decision("", "")
    core = after_draw(scenario, state.core, _draw_node(scenario, state, event.branch), event.branch)
    return State(state.frame, core, state.previous, last._replace(draws=(*last.draws, event.branch)))


def _undone(_scenario: Scenario, state: State, _event: Undone) -> State:
    if state.previous is None:
        raise ActionRefused("There is nothing to take back.", where=state.node, code="nothing-to-undo")
    return state.previous


def _resumed(scenario: Scenario, state: State, event: SessionResumed) -> State:
    return state if state.layout is scenario.layout and event.kept < 0 else replay(scenario, state, event.kept)


_FOLLOWERS: Mapping[type[Event], Callable[[Scenario, State, Any], State]] = {
    SessionStarted: lambda scenario, _state, event: _begin(scenario, event),
    ChoiceMade: _replied,
    TimedOut: _silent,
    DrawMade: _drawn,
    Undone: _undone,
    SessionResumed: _resumed,
}
"""What each kind of event does to a state; every other kind changes nothing."""


def _follow(scenario: Scenario, state: State, named: tuple[int, ...]) -> tuple[Event, ...]:
    draws = _draws(scenario, state, named)
    for event in draws:
        state = evolve(scenario, state, event)
    place = state.place
    return (*draws, EndingReached(place.id)) if isinstance(place, Ending) else tuple(draws)


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


def _check_place(state: State, node_id: str) -> None:
    if node_id != state.node:
        raise ActionRefused(f"The conversation stands at `{state.node}`.", where=node_id, code="wrong-place")


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
        hint = did_you_mean(choice_id, (known.id for known in node.choices))
        return ActionRefused(f"`{node.id}` has no choice `{choice_id}`.", where=name, hint=hint, code="unknown-choice")
    if choice in locked_choices(scenario, state):
        return ActionRefused(choice.why_locked, where=name, code="choice-locked")
    hint = did_you_mean("", opening_of(node, state.core).ids)
    return ActionRefused(f"`{choice_id}` is not open here now.", where=name, hint=hint, code="choice-not-open")
