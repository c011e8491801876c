"""Calibrations from their opening to their end, on one machine and on several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.coaching.panel import agreed, ratings_of
from branchline.coaching.rubric import Marked
from branchline.content.marks import Mark
from branchline.errors import UnknownId, UsageError
from branchline.journal.exchange import export_session, import_session
from branchline.practice import calibrating, scoring_desk
from rooms import Room
from scored_room import ScoredRoom, review

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.coaching.panel import Panel
    from branchline.practice import Studio

MARKS = [Marked("loss", "0"), Marked("next-step", "yes"), Marked("verified", "late")]


@pytest.fixture
def room(tmp_path: Path) -> ScoredRoom:
    return ScoredRoom(tmp_path)


@pytest.fixture
def panel(room: ScoredRoom) -> Panel:
    session, lead = room.play(), room.person("lead")
    return calibrating.open_for_session(lead, review(lead, session), lead.workspace.rubric("card"), ["ada", "bo"])


def give(studio: Studio, panel: Panel, marks: list[Marked] | None = None) -> Panel:
    return calibrating.score_blind(studio, panel, review(studio, panel.opened.subject), marks or MARKS)


def test_raters_score_blind_and_are_compared_once_all_are_in(room: ScoredRoom, panel: Panel) -> None:
    assert (panel.came, panel.missing) == ((), ("ada", "bo"))
    give(room.person("ada"), panel)
    (bo_s,) = calibrating.calibrations(room.person("bo"))
    assert (bo_s.came, bo_s.sheets) == (("ada",), ())
    bo = room.person("bo")
    found = give(bo, panel, [Marked("loss", "2"), *MARKS[1:]])
    assert found.complete
    calibration = agreed([found], calibrating.rubric_of(bo, found))
    assert calibration is not None
    assert calibration.items[0].item == "loss"


def test_the_machine_s_figures_ask_no_rater_for_a_reason(room: ScoredRoom, panel: Panel) -> None:
    session = panel.opened.subject
    figures = scoring_desk.figures(review(room.person("ada"), session), room.person("ada").workspace.rubric("card"))
    assert figures["loss"] == 100
    assert give(room.person("ada"), panel).came == ("ada",)


def test_marks_of_a_calibration_are_no_review_of_the_session(room: ScoredRoom, panel: Panel) -> None:
    give(room.person("ada"), panel)
    assert scoring_desk.reviews_of(room.person("bo"), panel.opened.subject) == ()


def test_who_is_no_rater_and_who_comes_after_the_end_is_refused(room: ScoredRoom, panel: Panel) -> None:
    with pytest.raises(UsageError) as refused:
        give(room.person("robin"), panel)
    assert refused.value.code == "not-a-rater"
    for rater in ("ada", "bo"):
        give(room.person(rater), panel)
        closed = calibrating.calibration_named(room.person("ada"), panel.id)
    with pytest.raises(UsageError) as refused:
        give(room.person("ada"), closed)
    assert refused.value.code == "calibration-closed"


@pytest.mark.parametrize(
    ("raters", "code"),
    [(["ada"], "too-few-raters"), (["ada", " ada"], "rater-twice"), (["ada", ""], "too-few-raters"), (["ada", "robin"], "own-session")],
)
def test_two_different_raters_are_needed(room: ScoredRoom, raters: list[str], code: str) -> None:
    session, lead = room.play(), room.person("lead")
    with pytest.raises(UsageError) as refused:
        calibrating.open_for_session(lead, review(lead, session), lead.workspace.rubric("card"), raters)
    assert refused.value.code == code
    assert calibrating.calibrations(lead) == []


def test_a_calibration_is_named_by_the_beginning_of_its_id(room: ScoredRoom, panel: Panel) -> None:
    lead = room.person("lead")
    assert calibrating.calibration_named(lead, panel.id[:6]) == panel
    assert calibrating.calibration_named(lead, f"{panel.id[:8]}:1") == panel
    for wrong in ("zzzz", panel.id[:3], f"{panel.id[:8]}:2"):
        with pytest.raises(UnknownId):
            calibrating.calibration_named(lead, wrong)


def test_it_travels_with_its_session_and_back(room: ScoredRoom, panel: Panel, tmp_path: Path) -> None:
    session = panel.opened.subject
    first = export_session(room.person("lead").journal, session)
    there = Room(tmp_path / "elsewhere", {"id": "other"}).studio(BRANCHLINE_LEARNER="ada", BRANCHLINE_ROLE="coach")
    import_session(there.journal, first)
    give(there, calibrating.calibration_named(there, panel.id))
    back = export_session(there.journal, session)
    bo = room.person("bo")
    import_session(bo.journal, back)
    waiting = calibrating.calibration_named(bo, panel.id)
    assert (waiting.came, waiting.sheets) == (("ada",), ())
    assert give(bo, waiting).complete


def choices(room: ScoredRoom) -> Panel:
    designer = room.person("lead", "designer")
    return calibrating.open_for_choices(designer, designer.workspace.load(room.name), ["ada", "bo"])


def rates(level: str, *, gaps: tuple[str, ...] = ()) -> list[Mark]:
    names = ("hello.kind", "hello.fair", "hello.rude", "middle.explain", "middle.mumble", "middle.refund")
    dimensions = ("acknowledge", "understand", "ownership", "explore", "clarity", "tone")
    found = [f"{name}.{dimension}" for name in names for dimension in dimensions]
    return [Mark(name, level) for name in found if name not in gaps]


def test_experts_rate_every_reply_and_gaps_are_left_only_on_purpose(room: ScoredRoom) -> None:
    panel, ada = choices(room), room.person("ada", "designer")
    with pytest.raises(UsageError) as refused:
        calibrating.rate_choices(ada, panel, rates("2", gaps=("hello.kind.tone",)))
    assert refused.value.code == "replies-missing"
    assert "`hello.kind.tone`" in str(refused.value)
    found = calibrating.rate_choices(ada, panel, rates("2", gaps=("hello.kind.tone",)), partial=True)
    assert found.came == ("ada",)
    done = calibrating.rate_choices(room.person("bo", "designer"), panel, rates("na"))
    assert ratings_of(done)["hello.kind"]["acknowledge"] == (2, -1)
    assert ratings_of(done)["hello.kind"]["tone"] == (None, -1)


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([Mark("hello.knd.tone", "1")], "unknown-reply"),
        ([Mark("hello.kind.charm", "1")], "unknown-reply"),
        ([Mark("hello.kind.tone", "3")], "unknown-level"),
        ([Mark("hello.kind.tone", "1"), Mark("hello.kind.tone", "2")], "item-twice"),
        ([], "replies-missing"),
    ],
)
def test_what_cannot_be_a_rating_is_refused(room: ScoredRoom, marks: list[Mark], code: str) -> None:
    panel, ada = choices(room), room.person("ada", "designer")
    with pytest.raises(UsageError) as refused:
        calibrating.rate_choices(ada, panel, marks, partial=True)
    assert refused.value.code == code
    assert calibrating.calibration_named(ada, panel.id).came == ()


def test_choices_are_rated_as_they_were_when_the_calibration_was_opened(room: ScoredRoom) -> None:
    panel = choices(room)
    room.edit(room.file.read_text().replace("kind", "warm"))
    ada = room.person("ada", "designer")
    assert "hello.kind" in calibrating.replies(calibrating.scenario_of(ada, panel))
    with pytest.raises(UsageError):
        calibrating.may_rate(ada, panel, "session")
