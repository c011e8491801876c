"""The graph of a scenario: every way on, in the order of first visit, weighted by what sessions did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from authored_talk import play, room_of
from branchline.authoring.drawing import dot, mermaid, outline
from branchline.authoring.graph import graph_of
from branchline.authoring.traffic import Traffic, traffic
from branchline.content.workspace import Workspace, bundled_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.authoring.graph import Graph
    from branchline.practice import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = room_of(tmp_path).studio()
    yield opened
    opened.close()


def drawn(studio: Studio) -> Graph:
    scenario = studio.workspace.load("talk")
    return graph_of(scenario, traffic(studio.journal, scenario))


def test_every_way_is_there_with_its_guards(studio: Studio) -> None:
    graph = drawn(studio)
    ways = {(edge.source, edge.label, edge.target): edge for edge in graph.edges}
    assert ways["ask", "kind", "luck"].when == "trust > 20"
    assert ways["ask", "kind", "cold"].when == ""
    assert ways["ask", "cold", "cold"].when == "heat < 90"
    assert ways["ask", "shut", "out"].when == "not (not met)"
    assert ways["ask", "!timeout", "cold"].kind == "timeout"
    assert [(edge.label, edge.target) for edge in graph.leaving("luck")] == [("~0 (3)", "through"), ("~1 (1)", "ask")]
    assert ways["through", "", "close"].kind == "go"
    assert all(edge.count is None for edge in graph.edges)


def test_spots_stand_in_the_order_of_first_visit_and_what_nobody_reaches_last(studio: Studio) -> None:
    graph = drawn(studio)
    assert list(graph.spots) == ["ask", "luck", "cold", "out", "through", "close", "end", "lost"]
    assert "lost" not in graph.parents
    assert [spot.id for spot in graph.spots.values() if spot.is_ending] == ["out", "end"]


def test_sessions_weigh_the_ways(studio: Studio) -> None:
    play(studio, ["kind", "bye"])
    play(studio, ["cold", "<", "kind", "bye"])
    play(studio, ["!", "leave"])
    play(studio, ["cold"])
    graph = drawn(studio)
    counts = {(edge.source, edge.label.partition(" ")[0], edge.target): edge.count for edge in graph.edges}
    assert graph.sessions == 4
    assert counts["ask", "kind", "luck"] == 2
    assert counts["ask", "kind", "cold"] == 0
    assert counts["ask", "cold", "cold"] == 0
    assert counts["ask", "!timeout", "cold"] == 1
    assert counts["luck", "~0", "through"] == 2
    assert counts["cold", "leave", "out"] == 1
    assert counts["through", "", "close"] is None
    shares = [edge.share for edge in graph.leaving("close")]
    assert shares == [1.0, 0.0]
    assert "kind → luck [trust > 20] 50% (2)" in outline(graph)


def test_the_outline_names_each_node_once_and_refers_back(studio: Studio) -> None:
    text = outline(drawn(studio))
    lines = [line.strip() for line in text.splitlines()]
    assert [line for line in lines if line in {"ask", "luck", "cold", "through", "close"}] == ["ask", "luck", "through", "close", "cold"]
    assert "again ↗ ask" in lines
    assert "leave ■ out" in lines
    assert "lost (no way leads here)" in lines
    assert '■ out: Out "there" (lost)' in lines


def test_mermaid_and_dot_escape_what_authors_write(studio: Studio) -> None:
    graph = drawn(studio)
    assert 'n3(["out<br/>Out #quot;there#quot;"]):::lost' in mermaid(graph)
    assert '"kind [trust #gt; 20]"' in mermaid(graph)
    assert '"out" [label="out\\nOut \\"there\\"" style="rounded,filled"' in dot(graph)
    assert dot(graph).count("->") == mermaid(graph).count("-->") == len(graph.edges)


@pytest.mark.parametrize("name", ["charged-twice", "certificate-launch-day", "hacked-wordpress"])
def test_the_graph_of_a_bundled_scenario_is_whole(name: str) -> None:
    scenario = Workspace(bundled_root()).load(name)
    graph = graph_of(scenario, Traffic())
    assert set(graph.spots) == {*scenario.nodes, *scenario.endings}
    assert {edge.target for edge in graph.edges} <= set(graph.spots)
    for node in scenario.nodes.values():
        targets = {scenario.layout.places[target.place].id for choice in node.choices for target in choice.targets}
        assert targets <= {edge.target for edge in graph.leaving(node.id)}
