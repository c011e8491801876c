"""A preview on the screen: a save is seen without a key, the place is kept or what was lost is said, values are set by hand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widget import Widget

from branchline.practice import Studio
from branchline.tui.preview import PreviewApp
from branchline.tui.screens.help import HelpScreen
from branchline.tui.screens.preview import PreviewScreen
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper
from tui_desk import current, lines, text, until
from tui_preview import Desk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.authoring.preview import Preview

WIDE = (140, 50)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "content").write()


def show(
    desk: Desk, preview: Preview, body: Callable[[Pilot[None], PreviewApp], Awaitable[None]], size: tuple[int, int] = WIDE
) -> PreviewApp:
    """Run the app on the preview, with a home of the test's own."""
    studio = Studio.open(environ={"BRANCHLINE_HOME": str(desk.folder / "home"), "BRANCHLINE_LRS_ENDPOINT": "http://127.0.0.1:9/xapi/"})
    app = PreviewApp(studio, preview)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await body(pilot, app)

    asyncio.run(run())
    studio.close()
    return app


def at(preview: Preview) -> str:
    return preview.playing.state.node


def panel(app: PreviewApp) -> str:
    return " ".join(app.screen.query_one("#panel", Paper).plain.split())


def test_a_save_is_seen_without_a_key_and_the_place_is_kept(desk: Desk) -> None:
    preview = desk.preview()

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        await pilot.press("1")
        await until(pilot, "And now?")
        desk.edit(("And now?", "And what now?"))
        found = await until(pilot, "And what now?")
        assert "your place is kept" in panel(app)
        assert "I am looking for it now." in found
        assert at(preview) == "news"
        assert "node news" in panel(app)

    show(desk, preview, body)


def test_what_a_save_takes_away_is_said_with_the_reason(desk: Desk) -> None:
    preview = desk.preview("look")

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        desk.edit(("- id: look\n", "- id: search\n"))
        found = await until(pilot, "Given up: hello.look.")
        assert "Reason: The choice is gone." in found
        assert "Where is my parcel?" in found
        assert "And now?" not in app.screen.query_one("#transcript", Paper).plain

    show(desk, preview, body)


def test_a_broken_file_shows_its_diagnostics_and_the_last_version_goes_on(desk: Desk) -> None:
    preview = desk.preview("look")
    whole = desk.file.read_text()

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        desk.edit(("{go: gone}", "{go: nowhere}"))
        await until(pilot, "last version that could be played")
        error = next(each for each in preview.diagnostics if each.severity == "error")
        assert f"{error.span.line}:{error.span.column}" in panel(app)
        assert "nowhere" in panel(app)
        await pilot.press("d")
        assert "nowhere" in await until(pilot, f"{preview.name}:{error.span.line}")
        await pilot.press("escape", "1")
        await until(pilot, "Back to the start.")
        desk.save(whole)
        await until(pilot, "nothing in it differs")
        assert at(preview) == "done"

    show(desk, preview, body)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), WIDE], ids=str)
def test_a_variable_is_set_by_hand_and_opens_what_was_locked(desk: Desk, size: tuple[int, int]) -> None:
    preview = desk.preview()

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        assert "⊘ not now: You have not looked." in text(app)
        await pilot.press("v")
        await until(pilot, "captured | authorised")
        await pilot.press("end", "enter")
        await until(pilot, "verified yes")
        await pilot.press("left", "right", "escape")
        await until(pilot, "I am sending another.")
        assert "not now" not in text(app)
        assert "Set by hand: verified = yes" in app.screen.query_one("#transcript", Paper).plain
        assert "! set by hand · hello" in text(app)
        assert preview.playing.by_hand == ("verified",)
        await pilot.press("u")
        await until(pilot, "⊘ not now")
        await pilot.press("u")
        await pilot.pause()
        assert [note.message for note in app._notifications] == ["There is nothing to take back."]

    show(desk, preview, body, size)


def test_conditions_stand_in_the_panel_with_their_values(desk: Desk) -> None:
    preview = desk.preview("look")

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        await pilot.pause()
        assert "✓ tomorrow go done trust > 40 and case.amount < 100 case.amount 89.00, trust 50" in panel(app)
        assert "✗ refund when offers > 0 offers 0" in panel(app)
        await pilot.press("b")
        await until(pilot, "node hello")
        assert "✓ send-again locked_when not verified verified no ⊘ You have not looked." in panel(app)

    show(desk, preview, body)


def test_a_long_panel_is_scrolled_by_the_arrows_and_digits_go_on_answering(desk: Desk) -> None:
    preview = desk.preview("look")

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        paper = app.screen.query_one("#panel", Paper)
        assert paper.last_top > 0
        await pilot.press("p", "down", "down")
        assert paper.top == 2
        await pilot.press("end")
        assert "refund when" in await until(pilot, "offers 0")
        await pilot.press("p", "down", "1")
        await until(pilot, "Back to the start.")
        assert at(preview) == "done"

    show(desk, preview, body, size=(110, 18))


def test_silence_leads_on_by_a_key(desk: Desk) -> None:
    preview = desk.preview("look")

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        await pilot.press("w")
        await until(pilot, "Hello?")
        assert preview.playing.moves[1].draws  # type: ignore[union-attr]
        current(app, PreviewScreen)

    show(desk, preview, body)


def test_while_nothing_changes_nothing_is_drawn(desk: Desk) -> None:
    preview = desk.preview("look")

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        await pilot.pause()
        screen = current(app, PreviewScreen)
        drawn = [(paper, list(paper._strips)) for paper in screen.query(Paper)]
        screen.look()
        assert not app._notifications
        assert all(before == paper._strips for paper, before in drawn)
        assert not any(widget._repaint_required for widget in screen.query(Widget))
        desk.edit(("And now?", "So?"))
        screen.look()
        await pilot.pause()
        assert [note.message for note in app._notifications] == ["Texts, levels or SOPs changed: your place is kept."]
        desk.edit(("So?", "And then?"))
        screen.look()
        await pilot.pause()
        # An earlier save's word is over, and does not stand on the replies.
        assert len(app._notifications) == 1

    show(desk, preview, body)


def test_what_cannot_be_played_yet_begins_when_it_is_mended(desk: Desk) -> None:
    whole = desk.file.read_text()
    desk.save("format: 1\n")
    preview = desk.preview()

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        assert "The file cannot be played yet." in text(app)
        assert "✗" in text(app)
        await pilot.press("1", "u", "b", "w", "v", "escape", "d", "d")
        desk.save(whole)
        await until(pilot, "Where is my parcel?")
        assert at(preview) == "hello"
        assert "Late parcel" in text(app)

    show(desk, preview, body)


@pytest.mark.parametrize("size", [(30, 8), (60, 20), (80, 24)], ids=str)
def test_the_panel_is_a_key_away_on_narrow_screens(desk: Desk, size: tuple[int, int]) -> None:
    preview = desk.preview()

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        if size[0] < 40:
            assert "Branchline needs" in text(app)
            await pilot.press("1")
            assert at(preview) == "hello"
            return
        assert "send-again locked_when" not in text(app)
        await pilot.press("p")
        await until(pilot, "node hello")
        await pilot.press("p")
        await until(pilot, "Where is my parcel?")
        await pilot.press("question_mark")
        await until(pilot, "Change trust, heat and variables by hand")
        current(app, HelpScreen)

    show(desk, preview, body, size)


def test_hostile_text_reaches_the_screen_as_text(desk: Desk) -> None:
    desk.edit(("Where is my parcel?", "[bold]Where[/x] [@click=app.bell]is[/] it?"), ("title: Late parcel", 'title: "[red]Late"'))
    preview = desk.preview()

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        assert "[bold]Where[/x] [@click=app.bell]is[/] it?" in text(app)
        assert "[red]Late" in text(app)
        desk.save('format: 1\nid: "[/bold]"\nnodes: {"\\u202e[@click=app.bell]x": 1}\n"\\x1b]0;t": 1\n')
        await until(pilot, "cannot be played now")
        await pilot.press("d")
        await pilot.pause()
        seen = "\n".join(lines(app))
        assert not any(char in seen for char in "\x1b\u202e\x07")

    show(desk, preview, body)


def test_nothing_is_recorded_and_nothing_is_sent(desk: Desk) -> None:
    preview = desk.preview()

    async def body(pilot: Pilot[None], app: PreviewApp) -> None:
        await pilot.press("1", "1")
        await until(pilot, "Back to the start.")
        assert app.screen.query_one("#variables", Menu).entry == "trust"
        await pilot.press("q")

    app = show(desk, preview, body)
    assert app.return_code == 0
    assert app._drainer is None
    assert not (desk.folder / "home" / "data").exists()
