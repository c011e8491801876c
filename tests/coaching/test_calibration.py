"""Several coaches and one rubric: agreement per item and over everything. The coaches are made up."""

from __future__ import annotations

import pytest

from branchline.coaching.agreement import krippendorff_alpha, ordinal, weighted_kappa
from branchline.coaching.calibration import calibration
from branchline.errors import UsageError
from rubrics import item, rubric

CARD = rubric(item("loss", 40, levels=3, na=True), item("step", 30, levels=2), item("tone", 30, levels=5))

SHEETS = {
    "s1": {"ann": {"loss": "2", "step": "1", "tone": "4"}, "ben": {"loss": "2", "step": "0", "tone": "4"}},
    "s2": {"ann": {"loss": "0", "step": "0", "tone": "1"}, "ben": {"loss": "0", "step": "1", "tone": "2"}},
    "s3": {"ann": {"loss": "1", "step": "1", "tone": "0"}, "ben": {"loss": "na", "step": "1"}},
}


def test_two_coaches_are_compared_by_weighted_kappa_with_the_worst_item_first() -> None:
    found = calibration(CARD, SHEETS)
    assert [each.item for each in found.items] == ["step", "tone", "loss"]
    step, tone, loss = found.items
    assert step.kappa == weighted_kappa([(1, 0), (0, 1), (1, 1)])
    assert tone.kappa == weighted_kappa([(4, 4), (1, 2)])
    assert (loss.kappa, loss.raw, loss.units) == (1.0, pytest.approx(2 / 3), 3)
    assert (found.overall.raters, found.overall.units) == (2, 8)


def test_more_coaches_with_gaps_are_compared_by_alpha() -> None:
    sheets = {session: {**given, "cat": {"loss": "1", "step": "1"}} for session, given in SHEETS.items()}
    found = {each.item: each for each in calibration(CARD, sheets).items}
    assert found["step"].kappa is None
    assert found["step"].coefficient == krippendorff_alpha([[1, 0, 1], [0, 1, 1], [1, 1, 1]], ordinal)
    assert found["tone"].raters == 2


def test_all_items_stand_on_one_scale() -> None:
    sheets = {"s": {"ann": {"loss": "2", "step": "1", "tone": "0"}, "ben": {"loss": "2", "step": "1", "tone": "0"}}}
    found = calibration(CARD, sheets)
    assert [each.coefficient for each in found.items] == [None, None, None]
    assert found.overall.kappa == 1.0


def test_what_nobody_or_one_coach_has_scored_says_nothing() -> None:
    found = calibration(CARD, {"s1": {"ann": SHEETS["s1"]["ann"]}})
    assert {(each.raters, each.units, each.raw, each.coefficient) for each in found.items} == {(1, 0, None, None)}
    assert calibration(CARD, {}).overall.coefficient is None


def test_a_level_that_the_rubric_does_not_have_is_refused() -> None:
    with pytest.raises(UsageError):
        calibration(CARD, {"s": {"ann": {"step": "7"}}})
