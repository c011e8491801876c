"""A scenario in numbers: how much there is to read, whether the best reply gives itself away, what sessions did."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING

from branchline.authoring.flat import flat_nodes
from branchline.authoring.reading import PLAYS, minutes, words, words_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.authoring.traffic import Traffic
    from branchline.content.compiled import Choice, Node, Scenario


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, middle and largest of some numbers; 0 where there are none."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Spread:
        """The spread of these numbers."""
        known = sorted(numbers)
        return cls(known[0], median(known), known[-1]) if known else cls(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Giveaway:
    """How often the best reply could be told without reading it."""

    nodes: int
    """Nodes with exactly one best of several rated replies."""
    longest: float
    """Share of them where it is the longest, 0..1."""
    first: float
    """Share where it is written first."""
    chance: float
    """The share that chance would give: the mean of 1 / number of replies."""


@dataclass(frozen=True, slots=True)
class ChoiceStats:
    """One reply."""

    node: str
    choice: str
    words: int
    word: str
    """`empathetic`, `neutral`, `unempathetic` or `unrated`."""
    taken: int
    share: float | None
    """Of the decisions at its node; None where nobody decided there."""
    open_share: float | None
    """Of the decisions at which it was open; None where it never was."""


@dataclass(frozen=True, slots=True)
class NodeStats:
    """One node that asks for a decision."""

    node: str
    decisions: int
    seconds: float | None
    """Median time to choose, in seconds of play; None where nobody chose."""
    stopped: int
    """Sessions that reached no ending and stand here."""


@dataclass(frozen=True, slots=True)
class Stats:
    """A scenario in numbers."""

    id: str
    nodes: int
    choices: int
    endings: int
    words: int
    """Of all lines and replies, written once each (a part counts at every call)."""
    words_read: Spread
    """In one play-through, over seeded random ones."""
    minutes: Spread
    plays: int
    reply_words: Spread
    giveaway: Giveaway
    sessions: int
    early_quits: int
    by_node: tuple[NodeStats, ...]
    by_choice: tuple[ChoiceStats, ...]


def stats_of(scenario: Scenario, traffic: Traffic, plays: int = PLAYS) -> Stats:
    """The numbers of a scenario, with those of its sessions."""
    order = [flat.id for flat in flat_nodes(scenario) if flat.id in scenario.nodes]
    nodes = [scenario.nodes[name] for name in order if scenario.nodes[name].choices]
    replies = [(node, choice) for node in nodes for choice in node.choices]
    read = words_read(scenario, plays)
    blank = scenario.layout.blank
    lines = sum(words(line.text.show(blank)) for name in order for line in scenario.nodes[name].lines)
    sizes = [_size(scenario, choice) for _, choice in replies]
    return Stats(
        id=scenario.id,
        nodes=len(scenario.nodes),
        choices=len(replies),
        endings=len(scenario.endings),
        words=lines + sum(sizes),
        words_read=Spread.of(read),
        minutes=Spread.of(minutes(count) for count in read),
        plays=len(read),
        reply_words=Spread.of(sizes),
        giveaway=_giveaway(scenario, nodes),
        sessions=traffic.sessions,
        early_quits=sum(traffic.stopped.values()),
        by_node=tuple(_node_stats(node, traffic) for node in nodes),
        by_choice=tuple(_choice_stats(scenario, node, choice, traffic) for node, choice in replies),
    )


def _size(scenario: Scenario, choice: Choice) -> int:
    return words(choice.say.show(scenario.layout.blank))


def _giveaway(scenario: Scenario, nodes: Sequence[Node]) -> Giveaway:
    longest, first, chances = [], [], []
    for node in nodes:
        rated = [choice for choice in node.choices if choice.e is not None]
        top = max((choice.e for choice in rated if choice.e is not None), default=None)
        best = [choice for choice in rated if choice.e == top]
        if len(rated) > 1 and len(best) == 1:
            size = _size(scenario, best[0])
            longest.append(all(_size(scenario, other) < size for other in node.choices if other is not best[0]))
            first.append(node.choices[0] is best[0])
            chances.append(1 / len(node.choices))
    if not chances:
        return Giveaway(0, 0.0, 0.0, 0.0)
    return Giveaway(len(chances), mean(longest), mean(first), mean(chances))


def _node_stats(node: Node, traffic: Traffic) -> NodeStats:
    times = traffic.seconds.get(node.id, [])
    return NodeStats(node.id, traffic.visits[node.id], median(times) if times else None, traffic.stopped[node.id])


def _choice_stats(scenario: Scenario, node: Node, choice: Choice, traffic: Traffic) -> ChoiceStats:
    taken, offered = traffic.taken[node.id, choice.id], traffic.offered[node.id, choice.id]
    return ChoiceStats(
        node.id,
        choice.id,
        _size(scenario, choice),
        choice.word,
        taken,
        traffic.share(node.id, choice.id),
        taken / offered if offered else None,
    )
