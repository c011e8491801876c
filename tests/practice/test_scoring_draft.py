"""A scorecard while it is filled in."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from branchline.coaching.rubric import evaluate, score_rubric
from branchline.content.rubric import NA
from branchline.content.rubric_files import rubric_from_bundle
from branchline.content.source import read_text
from branchline.practice.scoring_draft import ScoringDraft
from rubrics import TEXT, item, rubric

CARD = rubric_from_bundle({"format": 1, "rubric": read_text(TEXT, "card.yaml").data})
LOSS, NEXT, VERIFIED = CARD.items


def test_the_first_step_takes_the_machine_s_level_where_there_is_one() -> None:
    draft = ScoringDraft(CARD, {"loss": 60.0})
    for each in CARD.items:
        draft.move(each, 1)
    assert draft.levels == {"loss": "1", "next-step": "no", "verified": "broken"}
    draft.move(LOSS, 1)
    draft.move(LOSS, 1)
    draft.move(NEXT, -1)
    assert draft.levels == {"loss": "2", "next-step": "no", "verified": "broken"}


def test_it_is_unfinished_until_every_level_and_every_reason_is_there() -> None:
    draft = ScoringDraft(CARD, {"loss": 100.0})
    assert draft.unfinished() == LOSS
    draft.give(LOSS, 1)
    assert (draft.needs_reason(LOSS), draft.unfinished()) == (True, LOSS)
    draft.reasons["loss"] = "Late."
    assert draft.unfinished() == NEXT
    assert draft.leave_out(NEXT)
    assert not draft.leave_out(VERIFIED)
    draft.give(VERIFIED, 2)
    assert draft.unfinished() is None
    assert evaluate(CARD, draft.marks(), draft.figures).total == draft.total == Fraction(450, 7)


def test_the_total_grows_and_the_cap_shows() -> None:
    draft = ScoringDraft(CARD, {})
    assert (draft.total, draft.possible) == (0, 0)
    draft.give(LOSS, 2)
    assert (draft.total, draft.possible) == (50, 50)
    draft.give(NEXT, 1)
    draft.give(VERIFIED, 0)
    assert (draft.earned, draft.total, draft.possible, draft.critical) == (80, 40, 100, ("verified",))
    draft.give(VERIFIED, 7)
    assert draft.levels["verified"] == "broken"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 4)), max_size=20))
def test_whatever_is_given_a_whole_draft_is_worth_what_is_recorded(moves: list[tuple[int, int]]) -> None:
    card = rubric(item("a", 40, na=True), item("b", 30, critical=True), item("c", 20, na=True, levels=5), item("d", 10), cap=33)
    draft = ScoringDraft(card, {})
    for place, level in moves:
        if level < 0:
            draft.leave_out(card.items[place])
        else:
            draft.give(card.items[place], level)
        assert 0 <= draft.earned <= draft.possible <= 100
    if draft.unfinished() is None:
        found = score_rubric(card, draft.levels)
        assert (found.total, found.critical, draft.possible) == (draft.total, draft.critical, 100)
    assert {mark.item for mark in draft.marks() if mark.level == NA} <= {"a", "c"}
