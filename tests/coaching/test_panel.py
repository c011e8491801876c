"""Panels: who is in, what a reader may see, and how far raters agree."""

from __future__ import annotations

from dataclasses import asdict, replace

from hypothesis import given
from hypothesis import strategies as st

from branchline.cli.calibrate_output import choices_json, page, session_json
from branchline.coaching.panel import Panel, agreed, blind, panels, rating, ratings_of, withheld, written
from branchline.coaching.ratings import Standing
from branchline.journal.coaching_events import CalibrationOpened, ChoicesRated, CoachingEvent, Disputed, SessionReviewed
from branchline.journal.streams import Remark
from rubrics import item, rubric

CARD = rubric(item("loss", 60, levels=5), item("next", 40, levels=5))
RATERS = ("ada", "bo", "cy")
OPENED = CalibrationOpened("session", "s-1", "c" * 64, CARD.id, CARD.content_hash, RATERS)
ASKED = CalibrationOpened("choices", "talk", "c" * 64, "", "", RATERS)


def remark(number: int, event: CoachingEvent, author: str) -> Remark:
    return Remark(f"st:{number}", author, "coach", f"2026-03-02T09:00:{number:02}.000Z", event, shared=True)


def sheet(loss: int, following: int, text: str = "") -> SessionReviewed:
    marks = (("loss", str(loss), ""), ("next", str(following), ""))
    return SessionReviewed("s-1", CARD.id, 1, CARD.content_hash, marks, 50.0, text, shared=True, calibration="st:1")


def rates(level: int, name: str = "ask.kind") -> ChoicesRated:
    return ChoicesRated("st:1", ((name, "tone", level), (name, "clarity", 2)))


def opened(*said: tuple[str, CoachingEvent], what: CalibrationOpened = OPENED) -> list[Remark]:
    return [remark(1, what, "lead"), *(remark(number, event, author) for number, (author, event) in enumerate(said, 2))]


def one(remarks: list[Remark], reader: str) -> Panel:
    (found,) = panels(remarks, reader)
    return found


# What each rater writes is found nowhere else, so that a search for it tells whether anything of it leaked.
SECRETS = {"ada": "SECRET-OF-ADA", "bo": "SECRET-OF-BO", "cy": "SECRET-OF-CY"}


@given(st.permutations(RATERS), st.integers(0, 2), st.sampled_from([*RATERS, "lead", "robin"]))
def test_until_all_are_in_nobody_sees_what_others_gave_in_any_form(order: list[str], here: int, reader: str) -> None:
    remarks = opened(*((rater, sheet(1, 3, SECRETS[rater])) for rater in order[:here]))
    panel = one(remarks, reader)
    told = f"{panel!r}{asdict(panel)}{session_json([panel], CARD)}{page([panel], CARD, reader, {})}"
    assert {rater for rater, secret in SECRETS.items() if secret in told} <= {reader}
    assert (SECRETS.get(reader, "nobody said that") in told) == (reader in order[:here])
    assert [each.rater for each in panel.sheets] == [rater for rater in order[:here] if rater == reader]
    assert panel.came == tuple(rater for rater in RATERS if rater in order[:here])
    assert agreed([panel], CARD) is None
    assert session_json([panel], CARD)["overall"] is None


@given(st.permutations(RATERS), st.sampled_from([*RATERS, "robin"]))
def test_once_all_are_in_everybody_sees_everything(order: list[str], reader: str) -> None:
    panel = one(opened(*((rater, sheet(1, 3, SECRETS[rater])) for rater in order)), reader)
    assert panel.complete
    assert [each.rater for each in panel.sheets] == list(RATERS)
    assert all(secret in str(session_json([panel], CARD)) for secret in SECRETS.values())


@given(st.integers(0, 2), st.sampled_from([*RATERS, "robin"]))
def test_ratings_of_choices_are_blind_too(here: int, reader: str) -> None:
    levels = dict(zip(RATERS, ("leak-0.no", "leak-1.no", "leak-2.no"), strict=True))
    remarks = opened(*((rater, rates(1, levels[rater])) for rater in RATERS[:here]), what=ASKED)
    panel = one(remarks, reader)
    told = f"{panel!r}{choices_json(panel, {})}{page([panel], None, reader, {})}"
    assert {rater for rater in RATERS if levels[rater] in told} == {reader} & set(RATERS[:here])
    assert ratings_of(panel) == {}
    assert choices_json(panel, {})["ratings"] is None


@given(st.permutations(RATERS), st.integers(0, 3), st.sampled_from([*RATERS, "lead", "robin"]))
def test_an_export_leaves_out_what_its_reader_may_not_see_yet(order: list[str], here: int, reader: str) -> None:
    said = opened(*((rater, sheet(1, 3)) for rater in order[:here]))
    # Every sitting writes into a stream of its own.
    remarks = [replace(each, id=f"st-{number}:1") if number > 1 else each for number, each in enumerate(said, 1)]
    kept = {f"st-{number}": each.author for number, each in enumerate(remarks, 1) if number > 1}
    expected = {stream for stream, author in kept.items() if author != reader} if here < 3 else set()
    assert withheld(remarks, reader) == expected


@given(st.permutations(RATERS), st.integers(0, 3), st.sampled_from([*RATERS, "lead", "robin"]), st.sampled_from([*RATERS, "lead"]))
def test_a_rater_sees_no_review_of_others_with_that_rubric_before_all_are_in(order: list[str], here: int, reader: str, scorer: str) -> None:
    calibrations = opened(*((rater, sheet(1, 3)) for rater in order[:here]))
    alone, other = sheet(1, 1)._replace(calibration=""), sheet(1, 1)._replace(calibration="", rubric="other")
    said = [remark(21, alone, scorer), remark(22, other, scorer), remark(23, Disputed("st:21", "why"), "robin")]
    sees = here == 3 or reader not in RATERS or reader == scorer
    assert blind(said, calibrations, reader) == (said if sees else [said[1]])


def test_of_two_sheets_of_one_rater_the_later_counts_as_long_as_somebody_is_missing() -> None:
    remarks = opened(("ada", sheet(0, 0)), ("bo", sheet(1, 1)), ("ada", sheet(2, 2)), ("cy", sheet(3, 3)), ("bo", sheet(4, 4)))
    panel = one(remarks, "robin")
    assert [each.event.marks[0][1] for each in panel.sheets if isinstance(each.event, SessionReviewed)] == ["2", "1", "3"]


def test_a_sheet_of_somebody_else_of_another_session_rubric_or_kind_counts_for_nothing() -> None:
    mine = sheet(1, 1)
    others = [
        ("robin", mine), ("ada", mine._replace(session="s-2")), ("ada", mine._replace(rubric_hash="f" * 64)),
        ("ada", mine._replace(calibration="st:9")), ("ada", rates(2)),
    ]  # fmt: skip
    assert one(opened(*others), "ada").came == ()
    assert one(opened(("ada", mine), what=ASKED), "ada").came == ()


def test_raters_are_compared_item_by_item_over_all_complete_sessions() -> None:
    first = one(opened(("ada", sheet(0, 0)), ("bo", sheet(0, 0)), ("cy", sheet(4, 0))), "ada")
    waiting = one(opened(("ada", sheet(1, 1))), "ada")
    second = Panel(
        "st:9", "lead", first.at, OPENED._replace(subject="s-2"), RATERS, one(opened(*((r, sheet(4, 4)) for r in RATERS)), "ada").sheets
    )
    found = agreed([first, waiting, second], CARD)
    assert found is not None
    assert [each.item for each in found.items] == ["loss", "next"]
    assert found.items[1].alpha == 1.0
    assert found.items[0].units == 2
    assert agreed([waiting], CARD) is None


def test_ratings_stand_in_the_place_of_their_rater_with_gaps_as_none() -> None:
    remarks = opened(("cy", rates(2)), ("ada", rates(-1)), ("bo", ChoicesRated("st:1", (("ask.cold", "tone", 0),))), what=ASKED)
    assert ratings_of(one(remarks, "robin")) == {
        "ask.kind": {"tone": (-1, None, 2), "clarity": (2, None, 2)},
        "ask.cold": {"tone": (None, 0, None)},
    }


def test_experts_who_agree_are_enough() -> None:
    assert rating({"a.b": {"tone": (2, 2)}, "a.c": {"tone": (0, 0)}}, {"a.b": frozenset({"tone"})}).standing is Standing.ENOUGH


def test_a_gap_is_written_as_a_gap_and_na_as_na() -> None:
    assert written({"a.b": {"tone": (-1, None, 2)}}) == {"a.b": {"tone": ["na", "gap", 2]}}
