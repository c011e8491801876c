"""Coaching plans in the app: the door, the list, one plan with its actions and signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.practice import plans
from branchline.tui.screens.desk_dialog import FormDialog, PickDialog
from branchline.tui.screens.home import HomeScreen
from branchline.tui.screens.plans import PlanScreen, PlansScreen
from branchline.tui.screens.review import ReviewScreen
from branchline.tui.widgets.menu import Menu
from scored_room import ScoredRoom
from tui_desk import current, show, text, until

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.coaching.plan import Plan
    from branchline.tui.app import BranchlineApp


@pytest.fixture
def room(tmp_path: Path) -> ScoredRoom:
    return ScoredRoom(tmp_path)


@pytest.fixture
def plan(room: ScoredRoom) -> Plan:
    session, coach = room.play(("rude", "mumble")), room.person("coach-1")
    held = plans.hold(coach, "robin", ["Name the [b]loss[/b]"], moments=[(session, 2)], text="We looked at it.")
    return plans.agree(coach, held, "Play it again.", due="2026-03-02", practise=[room.name])


async def through_the_door(pilot: Pilot[None], app: BranchlineApp) -> None:
    """To the list of plans."""
    await until(pilot, "Coaching plans")
    menu = app.screen.query_one(Menu)
    menu.highlight(next(index for index, block in enumerate(menu.blocks) if block.id == "plans"))
    await pilot.press("enter")
    await pilot.pause()
    current(app, PlansScreen)


async def pick(pilot: Pilot[None], app: BranchlineApp, entry: str) -> None:
    menu = app.screen.query_one(Menu)
    menu.highlight(next(index for index, block in enumerate(menu.blocks) if block.id.startswith(entry)))
    await pilot.press("enter")
    await pilot.pause()


def test_a_learner_without_a_plan_has_no_door(room: ScoredRoom) -> None:
    room.play()

    async def body(pilot: Pilot[None], _: BranchlineApp) -> None:
        assert "Coaching" not in await until(pilot, "Look up")

    show(room.person("robin", "learner"), body)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=str)
def test_a_learner_reads_a_plan_signs_it_and_closes_what_is_done(room: ScoredRoom, plan: Plan, size: tuple[int, int]) -> None:
    room.clock.move(3 * 86_400)
    studio = room.person("robin", "learner")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "1 plan, 1 to sign, 1 overdue" in await until(pilot, "Coaching plans")
        await through_the_door(pilot, app)
        assert "new" not in text(app).split("enter open")[1]
        assert "coach-1" in await until(pilot, "1 overdue, sign it")
        await pilot.press("enter")
        found = await until(pilot, "Name the [b]loss[/b]")
        assert "due 2026-03-02, overdue" in found
        current(app, PlanScreen)
        await pilot.press("s")
        await pilot.pause()
        assert [name for name, _ in plans.plan_named(studio, plan.id).signatures] == ["robin"]
        await pick(pilot, app, "action")
        current(app, FormDialog)
        await pilot.press("enter", *"Well.", "enter")
        await pilot.pause()
        closed = plans.plan_named(studio, plan.id).actions[0]
        assert (closed.state, closed.said, closed.closed_by) == ("done", "Well.", "robin")
        await pilot.press("s")
        await pilot.pause()
        assert "You have signed it as it stands." in [toast.message for toast in app._notifications][-1]
        await pilot.press("escape", "escape")
        current(app, HomeScreen)

    show(studio, body, size=size)


def test_a_coach_agrees_on_more_and_both_have_to_sign_again(room: ScoredRoom, plan: Plan) -> None:
    plans.sign(room.person("robin", "learner"), plan)
    studio = room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await through_the_door(pilot, app)
        await pilot.press("enter")
        await until(pilot, "coach-1: not signed yet")
        await pilot.press("a")
        await until(pilot, "What is to be done")
        await pilot.press(*"Read", "tab", *"yesterday", "tab", *"SOP-T", "ctrl+d")
        await pilot.pause()
        assert len(plans.plan_named(studio, plan.id).actions) == 1
        await pilot.press("a")
        await until(pilot, "What is to be done")
        await pilot.press(*"Read", "tab", *"2026-05-01", "tab", *"SOP-T", "ctrl+d")
        found = await until(pilot, "due 2026-05-01")
        assert "practise SOP-T" in found
        assert plans.plan_named(studio, plan.id).missing == ("coach-1", "robin")

    show(studio, body)


def test_a_moment_of_a_plan_leads_to_its_review(room: ScoredRoom, plan: Plan) -> None:
    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await through_the_door(pilot, app)
        await pilot.press("enter")
        await until(pilot, "Moments")
        await pick(pilot, app, "moment")
        await until(pilot, "Review: Tiny")
        assert current(app, ReviewScreen).review.row.id == plan.moments[0][0]

    show(room.person("coach-1"), body)


def test_a_coach_holds_a_session_with_what_the_learner_s_sessions_show(room: ScoredRoom) -> None:
    session, studio = room.play(("rude", "mumble")), room.person("coach-1")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await through_the_door(pilot, app)
        await until(pilot, "No coaching session has been held.")
        await pilot.press("n")
        await until(pilot, "With whom")
        current(app, PickDialog)
        await pilot.press("enter")
        assert "Raise acknowledge from 0 of 100." in await until(pilot, "Goals, one on each line")
        await pilot.press("ctrl+d")
        await until(pilot, "None agreed yet.")
        current(app, PlanScreen)
        (held,) = plans.plans_of(studio)
        assert held.learner == "robin"
        assert {found for found, _ in held.moments} == {session}

    show(studio, body)
