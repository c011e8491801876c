"""Experts' ratings of replies: carried by a scenario, agreed on or not. Every rating here is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.coaching.agreement import krippendorff_alpha, ordinal
from branchline.coaching.ratings import ENOUGH, Standing, rated
from branchline.content.compile import scenario_from_bundle
from branchline.content.compiled import DIMENSIONS, NA_LEVEL
from branchline.content.workspace import Workspace, bundled_root
from strategies import Written
from tiny import authored, choice, compiled, node

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario

AGREED = {"ask.kind": {"acknowledge": [2, 2, 2], "tone": [2, 2, 1]}, "ask.cold": {"acknowledge": [0, 0, 0], "tone": [0, 0, 0]}}
APART = {"ask.kind": {"acknowledge": [2, 0], "tone": [2, 2]}, "ask.cold": {"acknowledge": [1, 2], "tone": [0, 0]}}
ALIKE = {"ask.kind": {"acknowledge": [2, 2], "tone": [2, 2]}, "ask.cold": {"acknowledge": [2, 2], "tone": [2, 2]}}
ASKED = node(choice("kind", {"acknowledge": 2, "tone": 2}), choice("cold", {"acknowledge": 0, "tone": 0}), choice("fair"))


def talk(raters: dict[str, Any], **more: Any) -> Scenario:
    return compiled({"ask": ASKED}, review={"raters": raters}, **more)


def test_a_scenario_carries_the_ratings_of_its_own_replies_and_dimensions() -> None:
    given_ratings = {**AGREED, "ask.gone": {"tone": [1, 1]}, "ask.fair": {"tune": [1, 1], "tone": [1, 7], "clarity": [1, "na", "gap"]}}
    carried = talk(given_ratings).raters
    assert carried["ask.kind"] == {"acknowledge": (2, 2, 2), "tone": (2, 2, 1)}
    assert carried["ask.fair"] == {"clarity": (1, NA_LEVEL, None)}
    assert set(carried) == {"ask.kind", "ask.cold", "ask.fair"}


def test_ratings_are_kept_with_what_was_played_and_decide_nothing_in_it() -> None:
    plain, with_ratings = talk({}), talk(AGREED)
    assert scenario_from_bundle(with_ratings.bundle).raters == with_ratings.raters
    assert with_ratings.logic_hash == plain.logic_hash
    assert with_ratings.content_hash != plain.content_hash


@pytest.mark.parametrize(
    "raters", [{}, {"ask.kind": {}}, {"ask.kind": {"tone": [2]}, "ask.cold": {"tone": [0]}}, {"ask.kind": {"tone": [2, "na"]}}]
)
def test_without_two_ratings_of_one_thing_a_scenario_is_not_yet_rated_and_counts(raters: dict[str, Any]) -> None:
    found = rated(talk(raters))
    assert (found.standing, found.mark, found.counts, found.replies) == (Standing.NOT_YET, "not yet rated", True, 0)
    assert found.overall.alpha is None


def test_experts_who_agree_make_it_count() -> None:
    found = rated(talk(AGREED))
    assert (found.standing, found.counts, found.replies) == (Standing.ENOUGH, True, 2)
    alphas = {each.item: each.alpha for each in found.dimensions}
    assert alphas["acknowledge"] == 1.0
    assert alphas["tone"] == krippendorff_alpha([[2, 2, 1], [0, 0, 0]], ordinal)
    assert [each.item for each in found.dimensions] == ["tone", "acknowledge"]
    assert found.overall.alpha == krippendorff_alpha([[2, 2, 2], [0, 0, 0], [2, 2, 1], [0, 0, 0]], ordinal)
    assert found.mark == "rated, alpha 0.92"


def test_experts_who_do_not_agree_keep_it_from_certificates() -> None:
    found = rated(talk(APART))
    assert (found.standing, found.counts) == (Standing.BELOW, False)
    assert found.mark.endswith("below 0.67, not for certificates")
    assert found.dimensions[0].item == "acknowledge"


def test_ratings_that_are_all_alike_show_no_agreement() -> None:
    found = rated(talk(ALIKE))
    assert (found.standing, found.counts, found.overall.alpha, found.overall.raw) == (Standing.BELOW, False, None, 1.0)
    assert found.mark == "rated, agreement unknown: all levels are the same"


def test_ratings_inside_a_part_are_found_by_their_full_name() -> None:
    part = {"format": 1, "id": "aside", "start": "in", "nodes": {"in": node(choice("yes", go="return"), choice("no", go="return"))}}
    raters = {"go/in.yes": {"tone": [2, 2]}, "go/in.no": {"tone": [0, 0]}}
    data = authored({"go": {"call": "aside", "go": "end"}}, review={"raters": raters})
    assert rated(Written(data, {"aside": part}).compiled()).standing is Standing.ENOUGH


@pytest.mark.parametrize(
    ("raters", "whole"),
    [
        ({"ask.kind": AGREED["ask.kind"]}, 1),
        ({"ask.kind": {"tone": [2, 2]}, "ask.cold": {"tone": [0, 0]}}, 0),
        ({**AGREED, "ask.cold": {"acknowledge": [0, 0, 0], "tone": ["gap", 0, "gap"]}}, 1),
        ({**AGREED, "ask.cold": {"acknowledge": [0, 0, 0], "tone": ["na", 0, "gap"]}}, 1),
        ({**AGREED, "ask.cold": {"acknowledge": ["na", "na"], "tone": ["na", "na"]}}, 1),
    ],
)
def test_a_few_ratings_are_no_rating_of_the_scenario(raters: dict[str, Any], whole: int) -> None:
    found = rated(talk(raters))
    assert (found.standing, found.counts, found.mark) == (Standing.PARTLY, False, f"not yet rated ({whole} of 2 replies)")


def test_a_dimension_that_two_experts_say_does_not_apply_is_no_gap() -> None:
    assert rated(talk({**AGREED, "ask.cold": {"acknowledge": [0, 0, 0], "tone": ["na", "gap", "na"]}})).standing is Standing.ENOUGH


def test_a_gap_is_no_disagreement() -> None:
    gaps = {
        "ask.kind": {"acknowledge": [2, "gap", 2], "tone": [2, 2, "gap"]},
        "ask.cold": {"acknowledge": [0, 0, 0], "tone": ["gap", 0, 0]},
    }
    found = rated(talk(gaps))
    assert (found.overall.alpha, found.overall.raw, found.standing) == (1.0, 1.0, Standing.ENOUGH)


levels = st.lists(st.sampled_from([0, 1, 2, "na", "gap"]), max_size=4)
replies = st.dictionaries(st.sampled_from(["ask.kind", "ask.cold", "ask.fair"]), st.dictionaries(st.sampled_from(list(DIMENSIONS)), levels))


@given(replies)
def test_a_mark_says_enough_exactly_from_067(raters: dict[str, Any]) -> None:
    found = rated(talk(raters))
    units = [[level for level in given_levels if isinstance(level, int)] for rows in raters.values() for given_levels in rows.values()]
    assert found.overall.alpha == krippendorff_alpha(units, ordinal)
    assert (found.standing is Standing.NOT_YET) == all(len(unit) < 2 for unit in units)
    enough = found.overall.alpha is not None and found.overall.alpha >= ENOUGH
    assert (found.standing is Standing.ENOUGH) == (enough and found.whole == 2)
    assert "0.67" not in found.mark or not found.counts or found.mark == "rated, alpha 0.67"


def test_a_listing_carries_them_too(tmp_path: Path) -> None:
    data = authored({"ask": ASKED}, review={"raters": AGREED})
    Written(data).write(tmp_path)
    (listing,) = Workspace(tmp_path).listings()
    assert rated(listing) == rated(talk(AGREED))


def test_nobody_has_invented_ratings_for_the_bundled_scenarios() -> None:
    assert {rated(listing).standing for listing in Workspace(bundled_root()).listings()} == {Standing.NOT_YET}
