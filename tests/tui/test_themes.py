"""Every text colour can be read on every ground, and without any colour."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import branchline.tui
from branchline.tui.themes import GROUNDS, INKS, PALETTES, Palette, contrast, theme_named
from tui_desk import Workspace, show

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp

SOURCES = sorted(Path(branchline.tui.__path__[0]).rglob("*.py")) + sorted(Path(branchline.tui.__path__[0]).rglob("*.tcss"))


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_every_ink_is_readable_on_every_ground(palette: Palette, ground: str, ink: str) -> None:
    assert contrast(palette.colour(ink), palette.colour(ground)) >= palette.contrast


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == pytest.approx(1)


def test_the_contrast_theme_asks_for_more() -> None:
    assert {palette.name: palette.contrast for palette in PALETTES} == {"desk-dark": 4.5, "desk-light": 4.5, "desk-contrast": 7.0}


def test_no_screen_uses_a_colour_outside_the_palettes() -> None:
    known = {f"$desk-{role}" for role in (*GROUNDS, *INKS, "rule")}
    used = {name for path in SOURCES for name in re.findall(r"\$[a-z][a-z-]+", path.read_text(encoding="utf-8"))}
    assert used <= known
    assert {"$desk-ink", "$desk-panel", "$desk-bad"} <= used


def test_an_unknown_theme_is_the_dark_one() -> None:
    assert theme_named("light") == "desk-light"
    assert theme_named("plaid") == "desk-dark"


def test_the_theme_key_goes_round(workspace: Workspace) -> None:
    seen: list[str] = []

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        for _ in PALETTES:
            seen.append(app.theme)
            await pilot.press("ctrl+t")
        assert app.theme == seen[0]

    show(workspace.studio(theme="light"), body)
    assert seen == ["desk-light", "desk-contrast", "desk-dark"]


def test_without_colour_nothing_is_coloured_and_the_highlight_is_still_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    studio = workspace.studio()

    async def body(_: Pilot[None], app: BranchlineApp) -> None:
        rows = app.screen._compositor.render_strips()
        styles = [segment.style for row in rows for segment in row if segment.style is not None]
        assert styles
        for style in styles:
            assert style.color is None or style.color.is_default
            assert style.bgcolor is None or style.bgcolor.is_default
        assert any(row_text.strip().startswith("▸1") for row_text in ("".join(part.text for part in row) for row in rows))

    show(studio, body, practice=workspace.begin(studio))
