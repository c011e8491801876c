"""Graphs that rules walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.authoring.check.reaching import circles, reach
from branchline.authoring.check.subject import Subject
from branchline.content.compile import compile_scenario
from branchline.content.findings import Findings
from branchline.content.load import gather
from branchline.content.workspace import bundled_root

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize("path", sorted((bundled_root() / "scenarios" / "conversations").glob("*.yaml")), ids=lambda path: path.stem)
def test_what_was_compiled_is_what_would_be_parsed(path: Path) -> None:
    loaded = gather(path, None, bundled_root(), Findings())
    assert loaded is not None
    adopted, parsed = Subject(loaded, compile_scenario(loaded, Findings())), Subject(loaded)
    assert adopted._conditions
    assert not parsed._conditions
    for one, other in zip(adopted.sites, parsed.sites, strict=True):
        assert adopted.condition(one.text, one.flat.group) == parsed.condition(other.text, other.flat.group)
    assert adopted._effects
    group = adopted.nodes[0].group
    for (_, text), effect in adopted._effects.items():
        assert effect == parsed.effect(text, group)
