"""Home: what is first, what can be played, what cannot and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.tui.screens.conversation import ConversationScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.widgets.menu import Menu
from tui_desk import Workspace, current, lines, show, text, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp

SIZES = [(80, 24), (120, 36), (60, 20)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_can_be_played_is_listed_with_its_facts(workspace: Workspace, size: tuple[int, int]) -> None:
    async def body(pilot: Pilot[None], _: BranchlineApp) -> None:
        found = await until(pilot, "Lost order")
        assert "phone, level 1, 3 min" in found
        assert "A parcel is late, and the caller has heard nothing." in found
        assert "SOP library" in found
        assert "No LRS configured; statements are kept here." in found
        assert "Continue" not in found

    show(workspace.studio(), body, size=size)


def test_the_last_session_is_the_first_door(workspace: Workspace) -> None:
    studio = workspace.studio()
    begun = workspace.begin(studio)
    begun.suspend()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        found = await until(pilot, "Continue")
        assert found.index("Continue") < found.index("Conversations")
        await pilot.press("enter")
        await until(pilot, "Where is it?")
        assert current(app, ConversationScreen).practice.session_id == begun.session_id

    show(studio, body)


def test_a_broken_scenario_is_listed_and_explains_itself(workspace: Workspace) -> None:
    workspace.break_one()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        found = await until(pilot, "A torn scenario")
        assert "✗ cannot be played" in found
        menu = app.screen.query_one(Menu)
        menu.highlight(next(index for index, block in enumerate(menu.blocks) if block.id == "broken torn"))
        await pilot.press("enter")
        found = await until(pilot, "torn.yaml:")
        assert "✗ error" in found
        assert "telepathy" in found
        await pilot.press("escape")
        current(app, HomeScreen)
        assert app.studio.paths.database.exists() is False

    show(workspace.studio(), body)


def test_a_workspace_that_is_none_is_said_and_nothing_breaks(workspace: Workspace) -> None:
    async def body(pilot: Pilot[None], _: BranchlineApp) -> None:
        assert "✗ The workspace has no `scenarios` folder." in await until(pilot, "scenarios")

    show(workspace.studio(workspace=str(workspace.folder / "nowhere")), body)


def test_a_damaged_journal_is_said_and_the_list_still_stands(workspace: Workspace) -> None:
    studio = workspace.studio()
    studio.paths.database.parent.mkdir(parents=True)
    studio.paths.database.write_text("this is no database", encoding="utf-8")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        found = await until(pilot, "Lost order")
        assert "✗" in found
        await pilot.press("enter")
        await pilot.pause()
        current(app, HomeScreen)

    show(studio, body)


def test_titles_with_markup_and_escapes_are_harmless_text(workspace: Workspace) -> None:
    workspace.write(title="Lost [/bold] [@click=app.quit]order[/]", name="[red]Alex[/] Moor")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "Lost [/bold] [@click=app.quit]order[/]" in await until(pilot, "Lost [/bold]")
        await pilot.press("enter")
        await until(pilot, "Where is it?")
        assert "[red]Alex" in text(app)

    show(workspace.studio(), body)


def test_the_mode_of_the_next_session_is_chosen_here(workspace: Workspace) -> None:
    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Lost order")
        await pilot.press("m")
        await until(pilot, "expert mode")
        await pilot.press("enter")
        await until(pilot, "Where is it?")
        assert current(app, ConversationScreen).practice.mode == "expert"

    show(workspace.studio(), body)


@pytest.mark.parametrize("size", [(20, 10), (39, 24), (80, 11)], ids=str)
def test_a_terminal_that_is_too_small_says_so_and_loses_nothing(workspace: Workspace, size: tuple[int, int]) -> None:
    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert text(app).startswith("Branchline needs 40 columns and 12 lines.")
        assert "nothing is lost" in text(app)
        assert not any("Conversations" in line for line in lines(app))
        await pilot.resize_terminal(80, 24)
        await until(pilot, "Lost order")
        await pilot.press("enter")
        await until(pilot, "Where is it?")

    show(workspace.studio(), body, size=size)


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
def test_leaving_is_zero(workspace: Workspace, key: str) -> None:
    async def body(pilot: Pilot[None], _: BranchlineApp) -> None:
        await pilot.press(key)

    assert show(workspace.studio(), body).return_code == 0


def test_a_key_can_be_changed_in_the_settings(workspace: Workspace) -> None:
    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Lost order")
        assert "x mode" in text(app)
        await pilot.press("x")
        await until(pilot, "expert mode")

    show(workspace.studio(keys="mode=x"), body)


def test_an_app_that_opens_on_a_session_reads_home_only_when_that_is_left(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio, "practice")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "u undo")
        home = app.screen_stack[0]
        assert isinstance(home, HomeScreen)
        assert home._listings is None
        app.leave_session()
        app.pop_screen()
        await until(pilot, "Conversations")
        assert home._listings

    show(studio, body, practice=practice)
