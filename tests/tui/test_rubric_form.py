"""Scoring a session in the app: levels, reasons, the cap, calibrations, and reviews to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.practice import calibrating, scoring_desk
from branchline.tui.screens.desk_dialog import PickDialog
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.screens.rubric_doors import ScorecardScreen, open_scoring
from branchline.tui.screens.rubric_form import RubricForm
from branchline.tui.widgets.menu import Menu
from rubrics import TEXT
from scored_room import ScoredRoom, review
from tui_desk import current, show, text, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.practice import Studio
    from branchline.tui.app import BranchlineApp


@pytest.fixture
def room(tmp_path: Path) -> ScoredRoom:
    return ScoredRoom(tmp_path)


def scoring(
    studio: Studio, session: str, body: Callable[[Pilot[None], BranchlineApp], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    """The app with the doors of that session open."""

    async def begin(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Tiny")
        home: object = app.screen
        assert isinstance(home, DeskScreen)
        open_scoring(home, review(studio, session))
        await until(pilot, "Score this session, or read its reviews")
        await body(pilot, app)

    show(studio, begin, size=size)


def told(app: BranchlineApp) -> str:
    """What the app has said beside its screens."""
    return " ".join(toast.message for toast in app._notifications)


async def choose(pilot: Pilot[None], app: BranchlineApp, entry: str) -> None:
    menu = current(app, PickDialog).query_one(Menu)
    menu.highlight(next(index for index, block in enumerate(menu.blocks) if block.id.startswith(entry)))
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=str)
def test_items_stand_with_their_anchors_and_the_machine_beside_the_coach(room: ScoredRoom, size: tuple[int, int]) -> None:
    session, studio = room.play(), room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await choose(pilot, app, "rubric card")
        found = await until(pilot, "Was the loss named?")
        assert "machine 100 → 2 ?" in found
        assert "1 A formula." in found
        assert "n na: It does not apply" in found
        await pilot.press("right")
        assert "machine 100 → 2 2" in await until(pilot, "50.0 of 50.0 so far")
        await pilot.press("down")
        assert "2 yes: Yes." in await until(pilot, "1 no: No.")

    scoring(studio, session, body, size)


def test_another_level_needs_a_reason_before_anything_is_recorded(room: ScoredRoom) -> None:
    session, studio = room.play(), room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await choose(pilot, app, "rubric card")
        await pilot.press("1", "down", "2", "down", "3")
        assert "75.0 of 100" in await until(pilot, "not what the machine suggests: enter a reason")
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert "It needs a reason" in told(app)
        assert current(app, RubricForm).item.id == "loss"
        assert scoring_desk.reviews_of(studio, session) == ()
        await pilot.press("enter")
        await until(pilot, "Why this level")
        await pilot.press(*"Late.", "enter")
        await until(pilot, "because: Late.")
        await pilot.press("ctrl+d")
        await until(pilot, "Look up")
        assert "75.0 of 100." in told(app)
        current(app, HomeScreen)
        (made,) = scoring_desk.reviews_of(studio, session)
        assert (made.event.total, made.event.shared, made.event.marks[0]) == (75.0, True, ("loss", "1", "Late."))

    scoring(studio, session, body)


def test_the_cap_is_shown_and_an_item_may_be_left_out(room: ScoredRoom) -> None:
    session, studio = room.play(), room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await choose(pilot, app, "rubric card")
        await pilot.press("2", "down", "n", "down", "1", "n")
        assert "40.0 of 100" in await until(pilot, "capped at 40: verified")
        assert told(app) == "This item always applies."

    scoring(studio, session, body)


def test_what_is_put_aside_is_there_again_and_can_be_private_with_a_word(room: ScoredRoom) -> None:
    session, studio = room.play(), room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await choose(pilot, app, "rubric card")
        await pilot.press("2", "down", "2", "t")
        await until(pilot, "To the whole session")
        await pilot.press(*"Well", "ctrl+d")
        await until(pilot, "1 open, shared")
        await pilot.press("p", "escape")
        home = current(app, HomeScreen)
        open_scoring(home, review(studio, session))
        await until(pilot, "Score this session")
        await choose(pilot, app, "rubric card")
        await until(pilot, "1 open, private")
        await pilot.press("end", "3", "ctrl+d")
        await until(pilot, "Look up")
        (made,) = scoring_desk.reviews_of(studio, session)
        assert (made.event.text, made.event.shared) == ("Well", False)

    scoring(studio, session, body)


def test_a_rater_scores_a_calibration_without_the_machine_and_sees_nobody_s_marks(room: ScoredRoom) -> None:
    session, lead, ada = room.play(), room.person("lead"), room.person("ada")
    opened = calibrating.open_for_session(lead, review(lead, session), lead.workspace.rubric("card"), ["ada", "bo"])
    given = [
        scoring_desk.Marked("loss", "0", "HERS-ALONE"),
        scoring_desk.Marked("next-step", "no"),
        scoring_desk.Marked("verified", "late"),
    ]
    calibrating.score_blind(ada, opened, review(ada, session), given)
    studio = room.person("bo")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "1 of 2 are in" in await until(pilot, "Calibrations that wait for you")
        await choose(pilot, app, "panel")
        found = await until(pilot, "Was the loss named?")
        assert "machine" not in found
        await pilot.press("2", "down", "2", "down", "2", "p")
        assert "blind" in await until(pilot, "90.0 of 100")
        assert "HERS-ALONE" not in text(app)
        await pilot.press("ctrl+d")
        await until(pilot, "Look up")
        assert told(app) == "All raters are in."
        assert calibrating.calibration_named(studio, opened.id).complete
        assert scoring_desk.reviews_of(studio, session) == ()

    scoring(studio, session, body)


def test_home_leads_a_rater_to_what_waits_and_says_nothing_once_it_is_done(room: ScoredRoom) -> None:
    session, lead, studio = room.play(), room.person("lead"), room.person("bo")
    calibrating.open_for_session(lead, review(lead, session), lead.workspace.rubric("card"), ["ada", "bo"])

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "1 calibration to score")
        menu = app.screen.query_one(Menu)
        menu.highlight(next(index for index, block in enumerate(menu.blocks) if block.id == "calibrations"))
        await pilot.press("enter")
        await until(pilot, "card, opened by lead")
        await choose(pilot, app, "panel")
        await pilot.press("2", "down", "2", "down", "3", "ctrl+d")
        await until(pilot, "Look up")
        assert told(app) == "Still missing: ada."
        assert "to score" not in text(app)

    show(studio, body)


def test_a_learner_reads_a_review_and_cannot_score(room: ScoredRoom) -> None:
    session, coach = room.play(), room.person("coach-1")
    marks = [
        scoring_desk.Marked("loss", "1", "[b]Late[/b] \x1b[31m"),
        scoring_desk.Marked("next-step", "na"),
        scoring_desk.Marked("verified", "kept"),
    ]
    scoring_desk.review_with(coach, review(coach, session), coach.workspace.rubric("card"), marks, text="Good end.")
    room.rubric_file.write_text(TEXT.replace("A formula.", "Something else."))

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "Score with" not in text(app)
        await choose(pilot, app, "review")
        found = await until(pilot, "Good end.")
        assert "not as the machine: [b]Late[/b]" in found
        assert "1: A formula." in found
        current(app, ScorecardScreen)
        await pilot.press("escape")
        current(app, HomeScreen)

    scoring(room.person("robin", "learner"), session, body)


def test_a_draft_is_kept_where_it_cannot_be_recorded(room: ScoredRoom) -> None:
    session, studio = room.play(), room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await choose(pilot, app, "rubric card")
        await pilot.press("2", "down", "2", "down", "3")
        for disk in room.disks:
            disk.full = True
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert [toast.severity for toast in app._notifications] == ["error"]
        assert current(app, RubricForm).draft.levels == {"loss": "2", "next-step": "yes", "verified": "kept"}
        for disk in room.disks:
            disk.full = False
        await pilot.press("ctrl+d")
        await until(pilot, "Look up")
        assert len(scoring_desk.reviews_of(studio, session)) == 1

    scoring(studio, session, body)


def test_s_on_the_review_opens_the_rubrics(room: ScoredRoom) -> None:
    session, studio = room.play(), room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Review: Tiny")
        await pilot.press("s")
        await until(pilot, "Score this session, or read its reviews")
        await choose(pilot, app, "rubric card")
        await pilot.press("2", "down", "2", "down", "3", "ctrl+d")
        await until(pilot, "Review: Tiny")
        assert [each.event.total for each in scoring_desk.reviews_of(studio, session)] == [100.0]

    async def opened(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Look up")
        app.review(session)
        await body(pilot, app)

    show(studio, opened)
