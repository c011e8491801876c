"""The layout of states: a place for everything that can make a difference, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.arrange import in_cycles
from branchline.content.expand import start_value
from branchline.content.language import Flag, Range, Words
from strategies import scene


def _reaches(leads: dict[str, list[str]], first: str) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in leads[first] if name in leads]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [after for after in leads[name] if after in leads]
    return found


NAMES = st.sampled_from("abcdefg")


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=3), max_size=7))
def test_what_can_be_met_again_is_what_leads_back_to_itself(leads: dict[str, list[str]]) -> None:
    assert in_cycles(leads) == {name for name in leads if name in _reaches(leads, name)}


def test_a_long_way_is_no_trouble() -> None:
    leads = {f"n{number}": [f"n{number + 1}"] for number in range(5000)}
    assert in_cycles(leads) == frozenset()
    assert len(in_cycles({**leads, "n5000": ["n0"]})) == 5001


def test_a_state_remembers_only_what_conditions_ask() -> None:
    plain = scene("nodes:\n  n: {choices: [{id: a, say: A., go: m}]}\n  m: {choices: [{id: b, say: B., go: done}]}\n").compiled()
    assert len(plain.layout.blank) == 7
    assert plain.layout.choices == ()
    assert not plain.nodes["n"].choices[0].once
    asked = scene(
        "nodes:\n  n: {choices: [{id: a, say: A., go: m}]}\n  m: {choices: [{id: b, say: B., when: chose(n.a), go: done}]}\n"
    ).compiled()
    assert asked.layout.choices == ("n.a",)
    looped = scene(
        "nodes:\n  n: {choices: [{id: a, say: A., go: n}, {id: s, say: S., sticky: true, go: n}, {id: b, say: B., go: done}]}\n"
    ).compiled()
    assert looped.layout.choices == ("n.a", "n.b")
    facts = scene("case: {x: 1, y: 2}\nnodes:\n  n: {choices: [{id: a, say: A., when: case.y > 1, go: done}]}\n").compiled()
    assert list(facts.layout.facts) == ["case.y"]


@pytest.mark.parametrize(
    ("domain", "start", "value"),
    [
        (Flag(), None, 0),
        (Range(0, 5), None, 0),
        (Range(2, 5), None, 2),
        (Range(-5, -2), None, -2),
        (Range(-5, 5), -3, -3),
        (Words(("a", "b")), None, 0),
        (Words(("a", "b")), "b", 1),
    ],
)
def test_a_variable_starts_where_it_says_or_nearest_to_nothing(domain: Flag | Range | Words, start: object, value: int) -> None:
    assert start_value(domain, start) == value


@pytest.mark.parametrize(("domain", "start"), [(Range(0, 5), 6), (Words(("a",)), "b"), (Range(0, 5), "1")])
def test_a_start_outside_the_domain_is_refused(domain: Range | Words, start: object) -> None:
    with pytest.raises(ValueError, match="not"):
        start_value(domain, start)
