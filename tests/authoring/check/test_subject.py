"""Graphs that rules walk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchline.authoring.check.subject import circles, reach

GRAPHS = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=3), max_size=8)


@given(GRAPHS)
def test_circles_are_the_nodes_that_reach_each_other(graph: dict[str, list[str]]) -> None:
    found = circles(graph)
    assert sorted(name for circle in found for name in circle) == sorted(graph)
    ways = {name: [target for target in targets if target in graph] for name, targets in graph.items()}
    for circle in found:
        for one in circle:
            assert circle == {other for other in graph if other in reach([one], ways) and one in reach([other], ways)}


@given(GRAPHS)
def test_a_circle_stands_behind_those_that_it_leads_to(graph: dict[str, list[str]]) -> None:
    seen: set[str] = set()
    for circle in circles(graph):
        assert all(target in circle | seen for name in circle for target in graph[name] if target in graph)
        seen |= circle


@given(GRAPHS, st.sampled_from("abcdefgh"))
def test_what_is_reached_leads_nowhere_else(graph: dict[str, list[str]], first: str) -> None:
    found = reach([first], graph)
    assert first in found
    assert all(target in found for name in found for target in graph.get(name, ()))
