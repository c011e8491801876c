"""How a session opens: the event that freezes whatever could change later, and the draws before the first decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.desk_types import Drill
from branchline.content.facts import TIER, tier_number
from branchline.engine.actions import Draw
from branchline.engine.conversation import decide, evolve
from branchline.engine.events import EndingReached, SessionStarted

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from branchline.engine.play import Content
    from branchline.engine.state import State


def start_of(
    content: Content, *, mode: str, seed: int, tier: str, untimed: bool = False, timed: bool = False, guided: bool = False
) -> SessionStarted:
    """The event that freezes whatever could change later."""
    return SessionStarted(
        kind="drill" if isinstance(content, Drill) else "scenario",
        id=content.id,
        version=content.version,
        content_hash=content.content_hash,
        logic_hash=content.logic_hash,
        mode=mode,
        seed=seed,
        language=content.language,
        tier=tier,
        facts=tuple(sorted({**content.facts, TIER: tier_number(tier)}.items())),
        weights=content.weights,
        pass_mark=content.pass_mark,
        untimed=untimed,
        timed=timed,
        guided=guided,
    )


def first_draws(scenario: Scenario, state: State, named: tuple[int, ...]) -> list[Event]:
    """What happens before the first decision: the draws, and the ending where the conversation never stops for one."""
    events: list[Event] = []
    while scenario.nodes.get(state.node) is not None and scenario.nodes[state.node].draws:
        new = decide(scenario, state, Draw(named[len(events)] if len(events) < len(named) else None))[:1]
        events += new
        state = evolve(scenario, state, new[0])
    return [*events, EndingReached(state.node)] if state.ended else events
