"""Export from the review screen: every format, names or none, the file that is meant, and nothing overwritten unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.coaching.exports.export import export_kept
from branchline.coaching.review import Review
from branchline.journal.exchange import export_session
from branchline.settings import pseudonym_key
from branchline.tui.screens.desk_dialog import FormDialog, PickDialog
from branchline.tui.screens.review_export import ENDINGS, FORMATS
from branchline.tui.screens.review_reading import Given
from branchline.tui.widgets.menu import Menu
from tui_desk import Workspace, current, show, until
from tui_review import play, reviewing, said_to

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp
    from branchline.tui.screens.review import ReviewScreen


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder."""
    found = tmp_path / "here"
    found.mkdir()
    monkeypatch.chdir(found)
    return found


async def choose(pilot: Pilot[None], field: int, down: int) -> None:
    """That entry of a list of the form, counted from the one that is highlighted."""
    menu = pilot.app.screen.query_one(f"#part-{field}", Menu)
    menu.focus()
    await pilot.press(*["down"] * down)


@pytest.mark.parametrize("number", range(len(FORMATS)), ids=[name for name, _ in FORMATS])
def test_each_format_is_written_into_the_present_folder_with_names_replaced(workspace: Workspace, folder: Path, number: int) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)
    form = FORMATS[number][0]
    expected = export_kept(studio.journal, practice.session_id, form, pseudonym_key(studio.paths), reader="robin")
    file = folder / f"session-{practice.session_id[:8]}.{ENDINGS[form]}"

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("x")
        await until(pilot, "Export the session")
        await choose(pilot, 0, number)
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert app.screen is screen
        assert f"Wrote {file}" in said_to(app)

    reviewing(studio, practice.review(), body, (80, 24))
    assert file.read_bytes().decode() == expected
    assert "robin" not in expected


def test_names_are_kept_where_that_is_chosen_and_nothing_is_overwritten_unasked(workspace: Workspace, folder: Path) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)
    file = folder / "mine.md"
    file.write_text("mine")

    async def body(pilot: Pilot[None], app: BranchlineApp, _: ReviewScreen) -> None:
        for answer, held in (("leave", "mine"), ("overwrite", "robin")):
            await pilot.press("x")
            await until(pilot, "Export the session")
            await choose(pilot, 1, 1)
            app.screen.query_one("#part-2").focus()
            if answer == "leave":
                await pilot.press(*"mine", "full_stop", *"md")
            await pilot.press("ctrl+d")
            await until(pilot, "is there already")
            menu = current(app, PickDialog).query_one(Menu)
            menu.highlight(next(index for index, block in enumerate(menu.blocks) if block.id == answer))
            await pilot.press("enter")
            await pilot.pause()
            assert held in file.read_text(encoding="utf-8")

    reviewing(studio, practice.review(), body)


def test_a_session_of_a_file_is_exported_from_the_file(workspace: Workspace, tmp_path: Path, folder: Path) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)
    text = export_session(studio.journal, practice.session_id)
    studio.close()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_review(Given(Review.exported(text), text))
        await until(pilot, "✖✖ 2")
        await pilot.press("x")
        await until(pilot, "Export the session")
        current(app, FormDialog)
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert "Wrote" in said_to(app)

    show(Workspace(tmp_path / "elsewhere").studio(), body)
    (file,) = folder.iterdir()
    assert "Lost order" in file.read_text(encoding="utf-8")
