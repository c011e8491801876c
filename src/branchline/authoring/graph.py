"""A scenario as a graph: nodes and endings, and the ways between them with their guards and how many sessions took them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from branchline.authoring.flat import Way, flat_nodes, ways, ways_by_itself
from branchline.engine.events import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from branchline.authoring.traffic import Traffic
    from branchline.content.compiled import Scenario
    from branchline.content.expand import FlatNode
    from branchline.content.scenario import AuthoredChoice


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from a node."""

    source: str
    target: str
    kind: str
    """`choice`, `timeout`, `chance` or `go` (the node leads on by itself)."""
    label: str
    """The choice's id, `!timeout`, `~0` (weight in brackets) or empty."""
    when: str = ""
    """Everything that must hold, as written; empty where nothing must."""
    count: int | None = None
    """How many sessions went this way; None where there are no sessions to count or nobody decides."""
    share: float | None = None
    """That count as part of all decisions at the node."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node or an ending."""

    id: str
    title: str
    """A node's claim, an ending's title."""
    outcome: str = ""
    """Of an ending; empty says that it is a node."""

    @property
    def is_ending(self) -> bool:
        """Whether a conversation stops here."""
        return bool(self.outcome)


@dataclass(frozen=True)
class Graph:
    """Nodes and endings in the order of first visit, breadth first; what no way leads to comes last, in authored order."""

    id: str
    title: str
    start: str
    spots: Mapping[str, Spot]
    edges: tuple[Edge, ...]
    """By source in the order of `spots`, then as authored."""
    parents: Mapping[str, str]
    """For each spot the one from which it is first visited; the start and what is never visited are missing."""
    sessions: int

    def leaving(self, spot: str) -> list[Edge]:
        """The ways from a node."""
        return [edge for edge in self.edges if edge.source == spot]


def graph_of(scenario: Scenario, traffic: Traffic) -> Graph:
    """The graph of a scenario, edges weighted by its sessions."""
    flat = flat_nodes(scenario)
    start = scenario.layout.places[scenario.layout.start].id
    leaving = {node.id: list(_edges(node)) for node in flat}
    order, parents = _visits(start, leaving, [*leaving, *scenario.endings])
    spots = {name: _spot(scenario, name) for name in order}
    weighed = {name: _weighed(edges, traffic, leaving) for name, edges in leaving.items()} if traffic.sessions else leaving
    edges = tuple(edge for name in order for edge in weighed.get(name, ()))
    return Graph(scenario.id, scenario.title, start, spots, edges, parents, traffic.sessions)


def _spot(scenario: Scenario, name: str) -> Spot:
    if name in scenario.endings:
        ending = scenario.endings[name]
        return Spot(name, ending.title, ending.outcome)
    node = scenario.nodes.get(name)
    return Spot(name, node.claim if node is not None else "")


def _edges(flat: FlatNode) -> Iterator[Edge]:
    node = flat.authored
    for choice in node.choices:
        for way in ways(flat, choice.go):
            yield Edge(flat.id, way.target, "choice", choice.id, _guards(choice, way))
    if node.timeout is not None:
        for way in ways(flat, node.timeout.go):
            yield Edge(flat.id, way.target, "timeout", TIMEOUT, way.when)
    for number, branch in enumerate(node.chance):
        yield Edge(flat.id, flat.group.full(branch.go), "chance", f"~{number} ({branch.weight})")
    if not node.choices:
        for way in ways_by_itself(flat):
            yield Edge(flat.id, way.target, "go", "", way.when)


def _guards(choice: AuthoredChoice, way: Way) -> str:
    lock = "" if choice.locked_when is None else f"not ({choice.locked_when.when})"
    return " and ".join(guard for guard in (choice.when or "", lock, way.when) if guard)


def _visits(start: str, leaving: Mapping[str, list[Edge]], known: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Every spot, breadth first from the start, then the rest; and from where each is first visited."""
    order, parents = [start], dict[str, str]()
    seen, waiting = {start}, deque([start])
    while waiting:
        here = waiting.popleft()
        for edge in leaving.get(here, ()):
            if edge.target not in seen:
                seen.add(edge.target)
                parents[edge.target] = here
                order.append(edge.target)
                waiting.append(edge.target)
    return [*order, *(name for name in known if name not in seen)], parents


def _weighed(edges: list[Edge], traffic: Traffic, leaving: Mapping[str, list[Edge]]) -> list[Edge]:
    """The edges of one node with their counts.

    Of several ways that one choice has, a session took the first from which the node where it stood next can be reached without a decision.
    """
    counts = [0] * len(edges)
    for node, choice, landing in traffic.landed:
        if edges and node == edges[0].source:
            number = next((n for n, edge in enumerate(edges) if _word(edge) == choice and landing in _stops(edge.target, leaving)), None)
            if number is not None:
                counts[number] += traffic.landed[node, choice, landing]
    visits = traffic.visits[edges[0].source] if edges else 0
    return [
        edge if edge.kind == "go" else replace(edge, count=count, share=count / visits if visits else None)
        for edge, count in zip(edges, counts, strict=True)
    ]


def _word(edge: Edge) -> str:
    """How sessions call what leads along an edge."""
    return edge.label.partition(" ")[0]


def _stops(target: str, leaving: Mapping[str, list[Edge]]) -> set[str]:
    """Where a conversation can stand when it goes to `target` and nobody decides anything."""
    found, waiting = set[str](), [target]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += [edge.target for edge in leaving.get(here, ()) if edge.kind == "go"]
    return found
