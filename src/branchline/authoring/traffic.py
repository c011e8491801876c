"""What sessions in the journal did at each node of a scenario: choices, time to choose, where people stopped."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from branchline.engine.events import TIMEOUT, ChoiceMade, DrawMade, EndingReached, TimedOut
from branchline.engine.standing import standing
from branchline.errors import DamagedData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from branchline.journal.model import Entry
    from branchline.journal.store import Journal


@dataclass
class Traffic:
    """Counts over sessions, by the present ids; what was taken back counts in nothing but time to choose."""

    sessions: int = 0
    unreadable: int = 0
    """Sessions that were left out because their entries are damaged."""
    visits: Counter[str] = field(default_factory=Counter)
    """Decisions and draws made at each node."""
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By node, how often each choice was made; silence is `!timeout`, a draw `~branch`."""
    landed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """The same, with the node or ending where the conversation stood next."""
    offered: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By node, how often each choice was open when a decision was made."""
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By node, the seconds of play that each decision took."""
    stopped: Counter[str] = field(default_factory=Counter)
    """Where sessions that reached no ending stand."""
    endings: Counter[str] = field(default_factory=Counter)

    def share(self, node: str, choice: str) -> float | None:
        """The part of the decisions at a node that made this choice; None where nobody decided there."""
        visits = self.visits[node]
        return self.taken[node, choice] / visits if visits else None


def traffic(journal: Journal | None, scenario: Scenario) -> Traffic:
    """What all sessions of the scenario did, whatever its version was; renamed nodes and choices count under their present ids."""
    found = Traffic()
    if journal is None:
        return found
    for row in journal.sessions(content=scenario.id, kind="scenario"):
        try:
            entries = journal.entries(row.id)
        except DamagedData:
            found.unreadable += 1
            continue
        found.sessions += 1
        _count(found, scenario, [entry.event for entry in entries])
        _time(found, scenario, entries)
    return found


def _count(found: Traffic, scenario: Scenario, events: Sequence[Event]) -> None:
    waiting: tuple[str, str] | None = None
    place = ""
    for _, event in standing(events):
        if isinstance(event, EndingReached):
            place = event.ending
            found.endings[place] += 1
        elif isinstance(event, ChoiceMade | TimedOut | DrawMade):
            place = _node(scenario, event.node)
        else:
            continue
        if waiting is not None:
            found.landed[(*waiting, place)] += 1
            waiting = None
        if isinstance(event, EndingReached):
            return
        waiting = (place, _choice(scenario, event))
        found.visits[place] += 1
        found.taken[waiting] += 1
        if not isinstance(event, DrawMade):
            found.offered.update((place, _present(scenario, event.node, choice)) for choice in event.open)
    found.stopped[place or scenario.layout.places[scenario.layout.start].id] += 1


def _time(found: Traffic, scenario: Scenario, entries: Sequence[Entry]) -> None:
    for before, entry in pairwise(entries):
        if isinstance(entry.event, ChoiceMade):
            found.seconds[_node(scenario, entry.event.node)].append(entry.elapsed - before.elapsed)


def _node(scenario: Scenario, node_id: str) -> str:
    node = scenario.node(node_id)
    return node_id if node is None else node.id


def _choice(scenario: Scenario, event: ChoiceMade | TimedOut | DrawMade) -> str:
    if isinstance(event, ChoiceMade):
        return _present(scenario, event.node, event.choice)
    return TIMEOUT if isinstance(event, TimedOut) else f"~{event.branch}"


def _present(scenario: Scenario, node_id: str, choice_id: str) -> str:
    choice = scenario.choice(node_id, choice_id)
    return choice_id if choice is None else choice.id
