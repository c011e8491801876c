"""The desk: a ticket worked with keys: whole drills, refused operations, undo, drafts and macros."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events

from branchline.engine.events import TicketChecked
from branchline.tui.screens.debrief import DebriefScreen
from branchline.tui.screens.desk_dialog import FormDialog, PickDialog
from branchline.tui.screens.desk_ticket import TicketScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper
from tui_desk import current, show, text, until
from tui_ticket import acts, begin, fill, pick, refund, script, stream_of, studio_at, submit, work

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp

SIZES = [(80, 24), (120, 36), (60, 20)]


@pytest.mark.parametrize(
    "name", ["refund-duplicate", "account-takeover", "dns-not-resolving", "hacked-site", "abuse-suspension", "restore-past-retention"]
)
def test_a_drill_worked_through_the_screens_earns_what_it_is_worth(tmp_path: Path, name: str) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio, name)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await work(pilot, practice, script(name))
        await submit(pilot)
        current(app, DebriefScreen)
        found = await until(pilot, "The ticket was submitted.")
        for words in ("100 of 100", "✓ passed", "procedure", "record", "timing", "Outcome", "Nothing was lost"):
            assert words in found
        await pilot.press("escape")
        current(app, HomeScreen)

    show(studio, body, practice=practice, size=(120, 36))
    assert practice.row.passed
    assert practice.score().composite == 100


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_ticket_says_what_it_is_and_how_much_time_is_left(tmp_path: Path, size: tuple[int, int]) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        found = text(app)
        for words in ("#48213", "● new", "Ruben Castellan", "First reply", "40 min left", "r reply", "n note", "a actions"):
            assert words in found
        told = stream_of(app)
        for words in ("· System", "◂ Ruben Castellan wrote", "✎ A colleague internal note", "Nobody"):
            assert words in told
        if size[0] < 100:
            assert "Disposition" not in found
            await pilot.press("c")
        found = await until(pilot, "Disposition")
        assert "✗ is still new; assign, answer or" in found

    show(studio, body, practice=practice, size=size)


def test_a_refused_operation_explains_itself_costs_time_and_keeps_what_was_written(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        before = practice.state
        await refund(pilot, "89.00")
        told = stream_of(app)
        assert "✗ Refund a payment (amount 89.00, method original) – refused" in told
        assert "Refund 89.00 exceeds your limit of 75.00; request approval" in told
        assert practice.state.records == before.records
        assert practice.state.core.clock == before.core.clock + 180
        await pilot.press("a")
        await pick(pilot, "issue_refund")
        assert current(app, FormDialog).values() == {"amount": "89.00", "method": "original"}

    show(studio, body, practice=practice)
    assert acts(practice) == [("issue_refund", False)]


def test_a_field_that_the_desk_refuses_says_so_beside_it(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio, mode="expert")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "✗" not in text(app)
        await pilot.press("o")
        await fill(pilot, {"status": "solved"})
        side = app.screen.query_one("#side", Paper).plain
        rows = [" ".join(row.split()) for row in side.splitlines()]
        assert rows[rows.index("Disposition –") + 1].startswith("✗ is required when solving")
        assert rows[rows.index("Assignee –") + 1].startswith("✗ is required when solving")
        await pilot.press("a")
        await pick(pilot, "look_up_account")
        assert "✗ is required when solving" not in app.screen.query_one("#side", Paper).plain

    show(studio, body, practice=practice, size=(120, 36))


def test_undo_takes_an_act_back_and_its_line_is_gone(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        first = practice.state
        await pilot.press("r")
        await fill(pilot, {"text": "I look at it now."})
        assert "▸ You public reply" in stream_of(app)
        assert "I look at it now." in stream_of(app)
        assert practice.state.ticket["status"] == "open"
        await pilot.press("u")
        await pilot.pause()
        assert practice.state == first
        assert "I look at it now." not in stream_of(app)
        await pilot.press("u")
        await pilot.pause()
        assert [toast.message for toast in app._notifications] == ["There is nothing to take back."]

    show(studio, body, practice=practice)


def test_in_an_exam_nothing_is_taken_back_or_checked(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio, mode="exam")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("a")
        await pick(pilot, "look_up_account")
        await pilot.press("u", "k")
        await pilot.pause()
        current(app, TicketScreen)
        assert "undo" not in text(app)
        assert "check" not in text(app)

    show(studio, body, practice=practice, size=(200, 36))
    assert acts(practice) == [("look_up_account", True)]
    assert not any(isinstance(entry.event, TicketChecked) for entry in practice.entries)


def test_escape_keeps_what_was_written_and_records_nothing(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("r", *"Dear Mr C")
        await pilot.press("escape")
        await pilot.pause()
        current(app, TicketScreen)
        assert acts(practice) == []
        await pilot.press("r")
        await pilot.pause()
        assert current(app, FormDialog).values() == {"text": "Dear Mr C"}
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert acts(practice) == [("public_reply", True)]
        await pilot.press("r")
        await pilot.pause()
        assert current(app, FormDialog).values() == {"text": ""}

    show(studio, body, practice=practice)


def test_an_empty_form_is_not_sent(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("r", "ctrl+d")
        assert "is still empty" in await until(pilot, "is still empty")
        current(app, FormDialog)

    show(studio, body, practice=practice)
    assert acts(practice) == []


def test_keys_typed_before_a_list_stood_there_choose_nothing(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        ahead = events.Key("enter", "\r")
        await pilot.press("a")
        await until(pilot, "Look up the account")
        app.screen.query_one("#entries", Menu).post_message(ahead)
        await pilot.pause()
        current(app, PickDialog)
        assert acts(practice) == []
        await pilot.press("enter")
        await pilot.pause()
        assert acts(practice) == [("look_up_account", True)]

    show(studio, body, practice=practice)


def test_a_macro_is_read_before_it_is_applied_and_waits_in_the_reply(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("m")
        await pick(pilot, "refund-sent")
        assert "The second payment goes back to the card" in await until(pilot, "Apply it")
        assert acts(practice) == []
        await pick(pilot, "go")
        assert acts(practice) == [("apply_macro", True)]
        await pilot.press("r")
        await pilot.pause()
        assert current(app, FormDialog).values()["text"].startswith("The second payment goes back")
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert "refund_days" in practice.state.core.told

    show(studio, body, practice=practice)
