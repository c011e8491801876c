"""Words of a witness as play: the events they bring about and the position they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.facts import LEAD, TIER
from branchline.engine.actions import Choose, TimeOut
from branchline.engine.conversation import decide, evolve
from branchline.engine.events import SessionStarted
from branchline.engine.opening import first_draws
from branchline.explore.graph import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.compiled import Scenario
    from branchline.content.facts import Value
    from branchline.engine.actions import Action
    from branchline.engine.events import Event
    from branchline.engine.state import State


class Told(NamedTuple):
    """A play from its start: `states[i]` stands after `events[i]`."""

    events: tuple[Event, ...]
    states: tuple[State, ...]


def told(scenario: Scenario, words: Sequence[str], facts: Mapping[str, Value] | None = None) -> Told:
    """The play that the words tell; raises ActionRefused where one of them is not possible.

    Draws that no word names follow seed 0.
    """
    given = {**scenario.facts, **(facts or {})}
    events: list[Event] = [_started(scenario, given)]
    states = [evolve(scenario, None, events[0])]
    early, actions = _read(words)
    for event in first_draws(scenario, states[0], early):
        events.append(event)
        states.append(evolve(scenario, states[-1], event))
    for action in actions:
        for event in decide(scenario, states[-1], action):
            events.append(event)
            states.append(evolve(scenario, states[-1], event))
    return Told(tuple(events), tuple(states))


def _read(words: Sequence[str]) -> tuple[tuple[int, ...], list[Action]]:
    """The branches that are drawn before the first decision, and the decisions, each with the draws named after it."""
    early: list[int] = []
    actions: list[Choose | TimeOut] = []
    for word in words:
        _, drawn, branch = word.rpartition("~")
        if not drawn:
            actions.append(TimeOut() if word.endswith(TIMEOUT) else Choose(word.rpartition(".")[2]))
        elif actions:
            actions[-1] = actions[-1]._replace(draws=(*actions[-1].draws, int(branch)))
        else:
            early.append(int(branch))
    return tuple(early), list(actions)


def _started(scenario: Scenario, facts: Mapping[str, Value]) -> SessionStarted:
    tier = facts.get(TIER, 1)
    return SessionStarted(
        kind="scenario",
        id=scenario.id,
        version=scenario.version,
        content_hash=scenario.content_hash,
        logic_hash=scenario.logic_hash,
        mode="practice",
        seed=0,
        language=scenario.language,
        tier="lead" if tier == LEAD else str(tier),
        facts=tuple(sorted(facts.items())),
        weights=scenario.weights,
        pass_mark=scenario.pass_mark,
    )
