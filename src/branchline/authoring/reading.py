"""How much there is to read: words of one play-through, over many seeded ones."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from branchline.authoring.playing import TIER
from branchline.engine.actions import Choose, TimeOut
from branchline.engine.conversation import decide, evolve, narrate, open_choices
from branchline.engine.opening import first_draws, start_of

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from branchline.engine.state import State

WORDS_PER_MINUTE = 238
"""Silent reading of English by adults (Brysbaert 2019, a meta-analysis of 190 studies)."""
PLAYS = 200
LONGEST = 400
"""Decisions after which a play-through counts as endless and stops."""


def words(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def minutes(count: float) -> float:
    """Minutes to read so many words."""
    return count / WORDS_PER_MINUTE


def words_read(scenario: Scenario, plays: int = PLAYS) -> list[int]:
    """The words that a learner reads in each of so many play-throughs with seeds from 0: lines, and every open reply at each decision."""
    return sorted(_one(scenario, seed) for seed in range(plays))


def _one(scenario: Scenario, seed: int) -> int:
    started = start_of(scenario, mode="practice", seed=seed, tier=TIER)
    state = evolve(scenario, None, started)
    count = _heard(scenario, None, started)
    events: tuple[Event, ...] = tuple(first_draws(scenario, state, ()))
    for turn in range(LONGEST):
        for event in events:
            count += _heard(scenario, state, event)
            state = evolve(scenario, state, event)
        if state.ended:
            break
        offered = open_choices(scenario, state)
        count += sum(words(choice.say.show(state.core)) for choice in offered)
        if offered:
            events = decide(scenario, state, Choose(offered[_number(seed, turn) % len(offered)].id))
        elif scenario.nodes[state.node].timeout is not None:
            events = decide(scenario, state, TimeOut())
        else:
            break
    return count


def _heard(scenario: Scenario, before: State | None, event: Event) -> int:
    return sum(words(text) for _, text in narrate(scenario, before, event))


def _number(seed: int, turn: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}:{turn}".encode(), digest_size=8).digest(), "big")
