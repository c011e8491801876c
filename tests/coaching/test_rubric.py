"""Scoring with a rubric: weights, what does not apply, the cap, the machine beside the coach, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from branchline.coaching.rubric import Marked, beside, evaluate, overridden, score_rubric, share, suggested
from branchline.content.rubric import NA
from branchline.content.rubric_files import rubric_from_bundle
from branchline.content.source import read_text
from branchline.errors import UsageError
from branchline.scoring.model import Score
from rubrics import TEXT, item, rubric

if TYPE_CHECKING:
    from branchline.content.rubric import Rubric

CARD = rubric_from_bundle({"format": 1, "rubric": read_text(TEXT, "card.yaml").data})
BEST = {"loss": "2", "next-step": "yes", "verified": "kept"}
NOTHING = Score(
    None, None, None, None, passed=False, profile={}, critical=(), deductions=(), flags=(), trust=50, heat=30, effort=0, ended=True,
    csat_proxy=None, fcr_proxy=None, escalation_proxy=None,
)  # fmt: skip


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    """Any rubric of up to six items whose weights sum to 100."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=5)))
    weights = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    items = [
        item(f"i{number}", weight, levels=draw(st.integers(2, 5)), na=draw(st.booleans()), critical=draw(st.booleans()))
        for number, weight in enumerate(weights)
    ]
    return rubric(*items, cap=draw(st.integers(0, 100)))


@st.composite
def scored(draw: st.DrawFn) -> tuple[Rubric, dict[str, str]]:
    """A rubric and legal levels for it."""
    card = draw(rubrics())
    levels = {one.id: draw(st.sampled_from([*(level.name for level in one.levels), *([NA] if one.na else [])])) for one in card.items}
    return card, levels


@given(scored())
def test_a_total_is_what_is_left_of_100_after_its_deductions(case: tuple[Rubric, dict[str, str]]) -> None:
    found = score_rubric(*case)
    if found.total is None:
        assert set(case[1].values()) == {NA}
        assert (found.deductions, found.critical) == ((), ())
        return
    assert 0 <= found.total <= 100
    assert found.total == 100 - sum(lost.lost for lost in found.deductions)
    assert sum(one.weight for one in found.items) == 100
    assert all(lost.lost > 0 and lost.reason for lost in found.deductions)


@given(rubrics())
def test_all_at_the_top_is_100_and_all_at_the_bottom_is_0(card: Rubric) -> None:
    assert score_rubric(card, {one.id: one.levels[-1].name for one in card.items}).total == 100
    assert score_rubric(card, {one.id: one.levels[0].name for one in card.items}).total == 0


@given(scored(), st.data())
def test_what_does_not_apply_leaves_the_ratio_of_the_others_as_it_was(case: tuple[Rubric, dict[str, str]], data: st.DataObject) -> None:
    card, levels = case
    may = [one.id for one in card.items if one.na and levels[one.id] != NA]
    assume(may)
    gone = data.draw(st.sampled_from(may))
    before, after = score_rubric(card, levels), score_rubric(card, {**levels, gone: NA})
    rest = [(one, other) for one, other in zip(before.items, after.items, strict=True) if one.item != gone and one.level != NA]
    weight = next(one.weight for one in before.items if one.item == gone)
    for one, other in rest:
        assert other.weight == one.weight * 100 / (100 - weight)
        assert other.earned * one.weight == one.earned * other.weight


@given(scored())
def test_the_cap_holds_exactly_where_a_critical_item_is_at_its_lowest(case: tuple[Rubric, dict[str, str]]) -> None:
    card, levels = case
    found = score_rubric(card, levels)
    lowest = [one.id for one in card.items if one.critical and levels[one.id] == one.levels[0].name]
    earned = sum(one.earned for one in found.items)
    assert list(found.critical) == lowest
    if found.total is not None:
        assert found.total == (min(earned, card.cap) if lowest else earned)


@given(scored(), st.data())
def test_a_higher_level_never_lowers_a_total(case: tuple[Rubric, dict[str, str]], data: st.DataObject) -> None:
    card, levels = case
    one = data.draw(st.sampled_from(card.items))
    place = one.place(levels[one.id])
    assume(place is not None and place + 1 < len(one.levels))
    assert place is not None
    before, after = score_rubric(card, levels).total, score_rubric(card, {**levels, one.id: one.levels[place + 1].name}).total
    assert before is not None
    assert after is not None
    assert after >= before


def test_each_item_earns_its_part_of_its_weight() -> None:
    found = score_rubric(CARD, {**BEST, "loss": "1"})
    assert found.total == 75
    assert [(one.weight, one.earned, one.lost) for one in found.items] == [(50, 25, 25), (30, 30, 0), (20, 20, 0)]
    assert [(lost.item, lost.lost, lost.reason) for lost in found.deductions] == [("loss", 25, "A formula.")]
    assert (found.rubric, found.version, found.content_hash) == ("card", 3, CARD.content_hash)


def test_weights_are_given_away_exactly() -> None:
    found = score_rubric(CARD, {**BEST, "next-step": NA, "verified": "late"})
    assert [one.weight for one in found.items] == [Fraction(500, 7), 0, Fraction(200, 7)]
    assert found.total == Fraction(600, 7)


def test_a_critical_item_caps_a_good_session_and_takes_nothing_more_from_a_poor_one() -> None:
    good = score_rubric(CARD, {**BEST, "verified": "broken"})
    assert (good.total, good.critical) == (40, ("verified",))
    assert [(lost.item, lost.lost, lost.capped) for lost in good.deductions] == [("verified", 20, False), ("verified", 40, True)]
    poor = score_rubric(CARD, {"loss": "1", "next-step": "no", "verified": "broken"})
    assert (poor.total, poor.critical) == (25, ("verified",))
    assert not any(lost.capped for lost in poor.deductions)


def test_where_nothing_applies_there_is_no_total() -> None:
    card = rubric(item("a", 100, na=True))
    assert score_rubric(card, {"a": NA}).total is None


@pytest.mark.parametrize(
    ("levels", "code", "words"),
    [
        ({**BEST, "lost": "1"}, "unknown-item", "Did you mean `loss`?"),
        ({"loss": "2"}, "missing-item", "`next-step`, `verified`"),
        ({**BEST, "loss": "3"}, "unknown-level", "0, 1, 2, na"),
        ({**BEST, "loss": ""}, "unknown-level", "0, 1, 2, na"),
        ({**BEST, "verified": NA}, "not-applicable", "broken, late, kept"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_what_could(levels: dict[str, str], code: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        score_rubric(CARD, levels)
    assert refused.value.code == code
    assert words in str(refused.value)


def test_what_is_refused_cannot_reach_a_terminal() -> None:
    with pytest.raises(UsageError) as refused:
        score_rubric(CARD, {**BEST, "loss\x1b[31m": "1"})
    assert "\x1b" not in str(refused.value)


def test_the_machine_s_figures_stand_beside_the_items_that_name_them() -> None:
    found = replace(NOTHING, sop=59.0, profile={"acknowledge": 75.0, "tone": None})
    assert beside(CARD, found) == {"loss": 75.0, "next-step": None, "verified": 59.0}
    assert beside(CARD, NOTHING) == {"loss": None, "next-step": None, "verified": None}


@pytest.mark.parametrize("part", ["empathy", "sop", "outcome", "composite", "procedure", "record", "timing"])
def test_every_part_of_a_score_can_stand_beside_an_item(part: str) -> None:
    card = rubric(item("a", 100, machine=part))
    assert beside(card, replace(NOTHING, **{part: 61.5})) == {"a": 61.5}


@pytest.mark.parametrize(
    ("figure", "level"), [(None, None), (0.0, "0"), (24.9, "0"), (25.0, "1"), (50.0, "1"), (74.9, "1"), (75.0, "2"), (100.0, "2")]
)
def test_a_figure_suggests_the_nearest_level_and_of_two_the_higher(figure: float | None, level: str | None) -> None:
    assert suggested(CARD.items[0], figure) == level


@given(rubrics())
def test_each_level_suggests_itself(card: Rubric) -> None:
    for one in card.items:
        for level in one.levels:
            part = share(one, level.name)
            assert part is not None
            assert suggested(one, float(100 * part)) == level.name


def marks(reason: str = "", **levels: str) -> list[Marked]:
    given_levels = {**BEST, **levels}
    return [Marked(name, level, reason if name in levels else "") for name, level in given_levels.items()]


FIGURES = {"loss": 100.0, "next-step": None, "verified": 90.0}


def test_what_the_machine_suggests_needs_no_reason_nor_does_what_it_cannot_see() -> None:
    assert evaluate(CARD, marks(), FIGURES).total == 100
    no_step = [Marked("loss", "2"), Marked("next-step", "no"), Marked("verified", "kept")]
    assert evaluate(CARD, no_step, FIGURES).total == 70
    assert evaluate(CARD, marks(loss="0"), {}).total == 50


@pytest.mark.parametrize("level", ["1", NA])
@pytest.mark.parametrize("reason", ["", "  "])
def test_another_level_or_na_without_a_reason_is_refused(level: str, reason: str) -> None:
    given_marks = marks(reason, loss=level)
    assert overridden(CARD, given_marks, FIGURES) == (given_marks[0],)
    with pytest.raises(UsageError, match="`loss`") as refused:
        evaluate(CARD, given_marks, FIGURES)
    assert refused.value.code == "reason-missing"


def test_another_level_with_a_reason_counts() -> None:
    assert evaluate(CARD, marks("He said it twice.", loss="1"), FIGURES).total == 75


def test_an_item_that_is_marked_twice_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        evaluate(CARD, [*marks(), Marked("loss", "1", "Again.")], FIGURES)
    assert refused.value.code == "item-twice"
