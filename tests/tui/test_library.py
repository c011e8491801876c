"""The SOP library: search, filters, what cites an SOP, and notes about it with what became of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from branchline.reports.sop_notes import notes, resolve
from branchline.tui.screens.home import HomeScreen
from branchline.tui.screens.library import LibraryScreen
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper
from tui_desk import SOP, Workspace, current, show, text, until
from tui_ticket import begin, fill, pick, studio_at

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp

OLD = """---
format: 1
id: SOP-OLD
title: Telegrams
version: 1
effective: 2020-01-01
expires: 2021-01-01
owner: Shipping
applies_to: {category: post/telegram, channels: [phone]}
---
Use when somebody sends a telegram.

1. Read it aloud. {#read do=read_aloud}
"""


def listed(app: BranchlineApp) -> list[str]:
    """The SOPs that the list shows."""
    return [block.id for block in app.screen.query_one("#found", Menu).blocks if block.id]


def test_expired_sops_are_flagged_in_the_list_and_on_their_page(workspace: Workspace) -> None:
    (workspace.folder / "sop_library" / "SOP-OLD.md").write_text(OLD, encoding="utf-8")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.push_screen(LibraryScreen())
        assert "✗ expired 2021-01-01" in await until(pilot, "Telegrams")
        await pilot.press("enter")
        assert "✗ expired on 2021-01-01: do not work by it" in await until(pilot, "in force from")
        assert "Nothing that can be played cites it." in text(app)
        await pilot.press("escape", "down", "enter")
        found = await until(pilot, "Lost orders")
        assert "expired" not in found
        assert "Cites version 2" in found
        assert "Lost order scenario" in found

    show(workspace.studio(), body)


def test_category_and_channel_narrow_the_list(workspace: Workspace) -> None:
    (workspace.folder / "sop_library" / "SOP-OLD.md").write_text(OLD, encoding="utf-8")
    chat = SOP.replace("owner: Shipping", "owner: Shipping\napplies_to: {category: orders, channels: [chat]}")
    (workspace.folder / "sop_library" / "SOP-ORD.md").write_text(chat, encoding="utf-8")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.push_screen(LibraryScreen())
        await until(pilot, "2 SOPs")
        await pilot.press("c")
        assert "1 SOP, only orders" in await until(pilot, "only orders")
        assert listed(app) == ["SOP-ORD"]
        await pilot.press("c")
        await until(pilot, "only post/telegram")
        assert listed(app) == ["SOP-OLD"]
        await pilot.press("c", "h")
        await until(pilot, "only chat")
        assert listed(app) == ["SOP-ORD"]
        await pilot.press("h", "h", "slash", *"aloud")
        await until(pilot, "Telegrams")
        assert listed(app) == ["SOP-OLD"]

    show(workspace.studio(), body)


def test_a_note_is_kept_and_its_answer_stands_below_the_page(workspace: Workspace) -> None:
    studio = workspace.studio()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.push_screen(LibraryScreen())
        await until(pilot, "Lost orders")
        await pilot.press("enter")
        await until(pilot, "in force from")
        await pilot.press("exclamation_mark")
        await until(pilot, "SOP-ORD is wrong")
        await pilot.press(*"No list", "escape", "exclamation_mark")
        await until(pilot, "No list")
        await fill(pilot, {"step": "find"})
        found = await until(pilot, "… nobody has answered yet")
        assert "No list" in found
        (kept,) = notes(studio.journal, sop="SOP-ORD")
        assert (kept.text, kept.step, kept.learner, kept.session) == ("No list", "find", "robin", "")
        resolve(studio.journal, kept.id, "[/bold] Mended\x1b[2J.", by="Kim", now=datetime(2026, 11, 1, tzinfo=UTC))
        await pilot.press("escape", "enter")
        await until(pilot, "✓ Kim: [/bold] Mended")
        aside = app.screen.query_one("#aside", Paper).plain
        assert "\x1b" not in aside
        await pilot.press("escape", "q")
        current(app, HomeScreen)

    show(studio, body, size=(100, 36))


def test_a_note_from_a_session_keeps_its_place(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)
    practice.act("look_up_account")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("exclamation_mark")
        await pick(pilot, "SOP-IDV")
        await fill(pilot, {"text": "A callback takes longer."})
        (kept,) = notes(studio.journal)
        assert (kept.sop, kept.session, kept.seq, kept.node) == ("SOP-IDV", practice.session_id, 2, "desk")
        assert "#48213" in text(app)

    show(studio, body, practice=practice)
