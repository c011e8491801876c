from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.compiled import DIMENSIONS
from branchline.scoring import score
from tiny import BAD, FAIR, GOOD, adds_up, choice, compiled, losses, node, played

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario

LEVELS = st.fixed_dictionaries({name: st.sampled_from([0, 1, 2, "na"]) for name in DIMENSIONS})
CHOICES = st.lists(st.one_of(st.none(), LEVELS), min_size=1, max_size=4)
"""The levels of each choice of a node, None for an unrated one."""


def chain(nodes: list[list[dict[str, Any] | None]]) -> Scenario:
    """Node after node: whatever is said leads to the next one."""
    names = [*(f"n{number}" for number in range(len(nodes))), "end"]
    return compiled(
        {
            names[number]: node(*(choice(f"c{index}", levels, go=names[number + 1]) for index, levels in enumerate(choices)))
            for number, choices in enumerate(nodes)
        }
    )


def extreme(scenario: Scenario, sign: int) -> list[str]:
    """At each node the rated choice of highest (sign 1) or lowest (-1) empathy, an unrated one where none is rated."""
    found = []
    for name in sorted(scenario.nodes, key=lambda node: int(node[1:])):
        choices = scenario.nodes[name].choices
        found.append(max(choices, key=lambda each: float("-inf") if each.e is None else sign * each.e).id)
    return found


@given(st.lists(CHOICES, min_size=1, max_size=5))
def test_the_best_replies_score_100_and_the_worst_0_where_anything_is_said(nodes: list[list[dict[str, Any] | None]]) -> None:
    scenario = chain(nodes)
    best, worst = (score(scenario, played(scenario, extreme(scenario, sign))) for sign in (1, -1))
    assert (best.empathy is None) == (worst.empathy is None)
    if best.empathy is not None and worst.empathy is not None:
        assert best.empathy == 100
        assert worst.empathy == pytest.approx(0, abs=1e-9)
    assert losses(best, "empathy") == []


@given(st.lists(CHOICES, min_size=1, max_size=5), st.data())
def test_deductions_add_up_and_point_at_the_replies_that_lost(nodes: list[list[dict[str, Any] | None]], data: st.DataObject) -> None:
    scenario = chain(nodes)
    words = [f"c{data.draw(st.integers(0, len(choices) - 1))}" for choices in nodes]
    events = played(scenario, words)
    found = score(scenario, events)
    assert adds_up(found)
    for lost in losses(found, "empathy"):
        assert lost.seq is not None
        assert type(events[lost.seq - 1]).__name__ == "ChoiceMade"
        assert lost.dimension in DIMENSIONS
        assert lost.lost > 0
    assert all(value is None or -1e-9 <= value <= 100 for value in found.profile.values())


@given(st.lists(CHOICES, min_size=1, max_size=3), LEVELS, st.integers(0, 3), st.data())
def test_a_node_with_one_choice_changes_nothing(
    nodes: list[list[dict[str, Any] | None]], only: dict[str, Any], place: int, data: st.DataObject
) -> None:
    place = min(place, len(nodes))
    words = [f"c{data.draw(st.integers(0, len(choices) - 1))}" for choices in nodes]
    short, long = chain(nodes), chain([*nodes[:place], [only], *nodes[place:]])
    before = score(short, played(short, words))
    after = score(long, played(long, [*words[:place], "c0", *words[place:]]))
    assert after.empathy == before.empathy
    assert after.profile == before.profile


@given(st.lists(CHOICES, min_size=1, max_size=4), st.data())
def test_what_was_taken_back_does_not_count(nodes: list[list[dict[str, Any] | None]], data: st.DataObject) -> None:
    scenario = chain(nodes)
    words = [f"c{data.draw(st.integers(0, len(choices) - 1))}" for choices in nodes]
    place = data.draw(st.integers(0, len(words) - 1))
    slip = f"c{data.draw(st.integers(0, len(nodes[place]) - 1))}"
    straight = score(scenario, played(scenario, words))
    round_about = score(scenario, played(scenario, [*words[:place], slip, "<", *words[place:]]))
    assert round_about.empathy == straight.empathy
    assert round_about.composite == straight.composite
    assert (round_about.trust, round_about.heat, round_about.profile) == (straight.trust, straight.heat, straight.profile)


def test_an_unrated_reply_loses_nothing() -> None:
    scenario = compiled(
        {"a": node(choice("good", GOOD, go="b"), choice("bad", BAD, go="b"), choice("plain", go="b")), "b": node(choice("x"))}
    )
    found = score(scenario, played(scenario, ["plain", "x"]))
    assert found.empathy == 100
    assert found.deductions == ()


def test_a_decision_whose_best_equals_its_worst_says_nothing() -> None:
    scenario = compiled({"a": node(choice("one", FAIR), choice("two", FAIR))})
    found = score(scenario, played(scenario, ["two"]))
    assert found.empathy is None
    assert set(found.profile.values()) == {None}


def test_branches_of_different_length_played_best_both_score_100() -> None:
    scenario = compiled(
        {
            "fork": node(choice("short", FAIR), choice("long", FAIR, go="more"), choice("rude", BAD)),
            "more": node(choice("good", GOOD, go="last"), choice("bad", BAD)),
            "last": node(choice("good", FAIR), choice("bad", BAD)),
        }
    )
    assert score(scenario, played(scenario, ["short"])).empathy == 100
    assert score(scenario, played(scenario, ["long", "good", "good"])).empathy == 100


def test_recovery_earns_credit() -> None:
    scenario = compiled(
        {
            "first": node(choice("good", GOOD, go="second"), choice("bad", BAD, go="second")),
            "second": node(choice("good", GOOD), choice("fair", FAIR), choice("bad", BAD)),
        }
    )
    scores = [score(scenario, played(scenario, ["bad", word])).empathy for word in ("bad", "fair", "good")]
    assert scores == [0, 25, 50]


def test_a_loss_is_told_in_its_heaviest_dimension_with_the_levels() -> None:
    weak = {**GOOD, "acknowledge": 1, "tone": 0}
    scenario = compiled({"a": node(choice("good", GOOD), choice("weak", weak), choice("bad", BAD))})
    found = score(scenario, played(scenario, ["weak"]))
    # 0.25·1/2 for acknowledge and 0.05 for tone are missing from e = 1; the worst reply has e = 0.
    assert found.empathy == pytest.approx(82.5)
    (lost,) = losses(found, "empathy")
    assert (lost.dimension, lost.seq) == ("acknowledge", 2)
    assert lost.reason == "Because of weak. (acknowledge: 1 of 2)"


def test_fake_empathy_caps_acknowledging_at_one() -> None:
    scenario = compiled({"a": node(choice("true", GOOD), choice("fake", GOOD, flags=["fake_empathy"]), choice("bad", BAD))})
    fake = scenario.nodes["a"].choices[1]
    assert fake.levels["acknowledge"] == 1
    assert fake.e == pytest.approx(0.875)
    found = score(scenario, played(scenario, ["fake"]))
    assert found.empathy == pytest.approx(87.5)
    assert found.profile["acknowledge"] == 50
    assert found.flags == (("fake_empathy", 2),)


def test_e_is_the_weighted_share_of_the_dimensions_that_apply() -> None:
    partial = {"acknowledge": 2, "understand": 1, "tone": "na", "explore": "na", "clarity": 0, "ownership": "na"}
    scenario = compiled({"a": node(choice("x", partial))})
    # (0.25·2 + 0.20·1 + 0.15·0) / (2·(0.25 + 0.20 + 0.15))
    assert scenario.nodes["a"].choices[0].e == pytest.approx(0.7 / 1.2)


def test_each_dimension_of_the_profile_has_the_formula_of_the_score() -> None:
    scenario = compiled(
        {
            "first": node(
                choice("one", {**FAIR, "explore": "na", "tone": 2}, go="second"),
                choice("two", {**GOOD, "tone": 2}, go="second"),
                choice("three", {**BAD, "tone": 2}, go="second"),
            ),
            "second": node(choice("one", {**GOOD, "clarity": 0}), choice("two", {**GOOD, "ownership": 0})),
        }
    )
    profile = score(scenario, played(scenario, ["one", "one"])).profile
    assert profile == {
        "acknowledge": 50,
        "understand": 50,
        "ownership": 75,
        "explore": 100,
        "clarity": pytest.approx(100 * (1 - 3 / 4)),
        "tone": None,
    }


def test_silence_is_no_reply() -> None:
    quiet = {"after": 10, "go": "end"}
    scenario = compiled({"a": {**node(choice("good", GOOD), choice("bad", BAD)), "timeout": quiet}})
    found = score(scenario, played(scenario, ["!"]))
    assert found.empathy is None
    assert found.effort == 1


@pytest.mark.parametrize(("levels", "word"), [(GOOD, "empathetic"), (FAIR, "neutral"), (BAD, "unempathetic"), (None, "unrated")])
def test_the_word_for_a_reply_follows_its_empathy(levels: dict[str, int] | None, word: str) -> None:
    assert compiled({"a": node(choice("x", levels))}).nodes["a"].choices[0].word == word
