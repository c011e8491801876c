"""What a reply is worth, against a table reckoned by hand from the scoring page."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.compiled import DIMENSIONS
from branchline.content.levels import VOLATILITY, capped, empathy, heat_change, rounded, trust_change
from branchline.engine import Choose, start
from branchline.engine.transition import after_reply
from strategies import acted, begun, scene


@pytest.mark.parametrize(
    ("levels", "e"),
    [
        ({}, None),
        ({"acknowledge": 2, "understand": 2, "ownership": 2, "explore": 2, "clarity": 2, "tone": 2}, Fraction(1)),
        ({"acknowledge": 0, "tone": 0}, Fraction(0)),
        ({"acknowledge": 1}, Fraction(1, 2)),
        ({"acknowledge": 2, "tone": 0}, Fraction(25, 30)),
        ({"acknowledge": 0, "understand": 0, "ownership": 0, "clarity": 1, "tone": 0}, Fraction(15, 170)),
    ],
)
def test_empathy_is_the_weighted_share_of_the_levels_that_apply(levels: dict[str, int], e: Fraction | None) -> None:
    assert empathy(levels) == e


def test_the_weights_of_the_dimensions_are_a_whole() -> None:
    assert sum(DIMENSIONS.values()) == 100
    assert DIMENSIONS["acknowledge"] == 25
    assert DIMENSIONS["understand"] == DIMENSIONS["ownership"] == 20
    assert DIMENSIONS["explore"] == DIMENSIONS["clarity"] == 15
    assert DIMENSIONS["tone"] == 5


def test_fake_empathy_caps_acknowledge_and_na_does_not_apply() -> None:
    assert capped({"acknowledge": 2, "tone": "na"}, ["fake_empathy"]) == {"acknowledge": 1}
    assert capped({"acknowledge": 0, "tone": 2}, ["fake_empathy"]) == {"acknowledge": 0, "tone": 2}
    assert capped({"tone": 2}, ["fake_empathy"]) == {"tone": 2}
    assert capped({"acknowledge": 2}, ["policy_shield"]) == {"acknowledge": 2}


@pytest.mark.parametrize(
    ("e", "volatility", "solves", "trust", "hot"),
    [
        # 20 · v · (e − ½), a loss doubled; while hot a solving reply's gain is halved; halves go away from zero
        (Fraction(1), "calm", False, 5, 5),
        (Fraction(1), "normal", False, 10, 10),
        (Fraction(1), "quick", False, 15, 15),
        (Fraction(1), "calm", True, 5, 3),  # 2.5
        (Fraction(1), "normal", True, 10, 5),
        (Fraction(1), "quick", True, 15, 8),  # 7.5
        (Fraction(0), "calm", False, -10, -10),
        (Fraction(0), "normal", False, -20, -20),
        (Fraction(0), "quick", True, -30, -30),
        (Fraction(1, 2), "quick", True, 0, 0),
        (Fraction(3, 4), "normal", True, 5, 3),  # 2.5
        (Fraction(5, 8), "normal", False, 3, 3),  # 2.5
        (Fraction(7, 16), "normal", False, -3, -3),  # −2.5
        (Fraction(15, 170), "normal", False, -16, -16),  # −16.47
    ],
)
def test_trust_moves_as_the_table_says(e: Fraction, volatility: str, *, solves: bool, trust: int, hot: int) -> None:
    assert trust_change(e, volatility, solves=solves) == (trust, hot)


def test_an_unrated_reply_moves_no_trust() -> None:
    assert trust_change(None, "quick", solves=True) == (0, 0)


@pytest.mark.parametrize(
    ("causes", "volatility", "heat"),
    [(0, "calm", -5), (0, "quick", -5), (1, "calm", 0), (1, "normal", 5), (1, "quick", 10), (2, "normal", 15), (3, "quick", 40)],
)
def test_heat_moves_as_the_table_says(causes: int, volatility: str, heat: int) -> None:
    assert heat_change(causes, volatility) == heat


@given(st.fractions(-100, 100))
def test_rounding_takes_the_nearest_and_halves_away_from_zero(value: Fraction) -> None:
    assert abs(rounded(value) - value) <= Fraction(1, 2)
    assert rounded(-value) == -rounded(value)
    assert rounded(Fraction(1, 2)) == 1


@given(st.fractions(0, 1), st.sampled_from(sorted(VOLATILITY)), st.booleans())
def test_a_loss_weighs_twice_as_much_as_the_same_gain(e: Fraction, volatility: str, solves: bool) -> None:  # noqa: FBT001 - drawn by name
    gain, _ = trust_change(max(e, 1 - e), volatility, solves=solves)
    loss, hot = trust_change(min(e, 1 - e), volatility, solves=solves)
    assert abs(-loss - 2 * gain) <= 1
    assert hot == loss or e == Fraction(1, 2)


@pytest.mark.parametrize(
    ("start_heat", "volatility", "trust", "heat"),
    [(60, "normal", 60, 55), (61, "normal", 55, 56), (61, "quick", 58, 56), (100, "calm", 53, 95)],
)
def test_solving_earns_half_only_above_sixty_degrees(start_heat: int, volatility: str, trust: int, heat: int) -> None:
    scenario = scene(f"""
customer: {{name: Dana Okafor, trust: 50, heat: {start_heat}, volatility: {volatility}}}
nodes:
  n: {{choices: [{{id: fix, say: Done., empathy: {{acknowledge: 2}}, solves: true, go: end}}]}}
  end: {{choices: [{{id: bye, say: Bye., go: done}}]}}
""").compiled()
    core = after_reply(scenario, start(scenario, 1).core, scenario.nodes["n"].choices[0])
    assert (core[1], core[2]) == (trust, heat)


def test_each_flag_repeat_and_transfer_heats_and_gauges_stop_at_their_ends() -> None:
    scenario = scene("""
customer: {name: Dana Okafor, trust: 5, heat: 80}
nodes:
  n:
    choices:
      - id: rude
        say: No.
        empathy: {acknowledge: 0}
        flags: [policy_shield, blame_customer]
        repeats: true
        transfers: true
        effects: [heat -10, trust +4]
        go: end
  end: {choices: [{id: bye, say: Bye., go: done}]}
""").compiled()
    state = acted(begun(scenario), Choose("rude")).state
    assert (state.trust, state.heat) == (4, 90)


@pytest.mark.parametrize(
    ("levels", "word"),
    [("{acknowledge: 2, tone: 0}", "empathetic"), ("{acknowledge: 1}", "neutral"), ("{tone: 0}", "unempathetic"), ("{}", "unrated")],
)
def test_a_reply_is_called_by_its_empathy(levels: str, word: str) -> None:
    scenario = scene(f"nodes:\n  n: {{choices: [{{id: a, say: A., empathy: {levels}, go: done}}]}}\n").compiled()
    assert scenario.nodes["n"].choices[0].word == word
