"""Around the desk: submitting, guidance, the audit trail, records, SOPs, home, small terminals and hostile text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.engine.events import DeskActed, SopOpened, TicketChecked
from branchline.tui.screens.desk_dialog import FormDialog
from branchline.tui.screens.desk_keys import COMMANDS
from branchline.tui.screens.desk_ticket import TicketScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.widgets.paper import Paper
from tui_desk import current, show, text, until
from tui_ticket import acts, begin, fill, pick, stream_of, studio_at

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp


def test_submitting_says_what_is_missing_first(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("ctrl+d")
        found = await until(pilot, "Submit the ticket?")
        for words in ("✗ Status: is still new", "✗ Assignee: is required", "✗ Not told yet: refund amount"):
            assert words in found
        assert "Submit the ticket Go on" not in found
        await pilot.press("enter")
        await pilot.pause()
        current(app, TicketScreen)
        assert not practice.finished
        await pilot.press("k")
        assert "✗ Not told yet: refund days" in await until(pilot, "Check before you submit")
        assert any(isinstance(entry.event, TicketChecked) for entry in practice.entries)

    show(studio, body, practice=practice)


def test_a_guided_drill_names_the_next_step(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio, guided=True)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        step = practice.next_step
        assert step is not None
        assert f"Next, {step.sop}: {step.do.replace('_', ' ')}" in text(app)
        await pilot.press("a")
        await pick(pilot, "verify_identity")
        await fill(pilot, {"level": "2", "method": "code"})
        after = practice.next_step
        assert after is not None
        assert after.step != step.step
        assert f"Next, {after.sop}: {after.do.replace('_', ' ')}" in text(app)

    show(studio, body, practice=practice)


def test_the_audit_trail_comes_and_goes(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("e")
        await pick(pilot, "me")
        assert "⋮ audit" not in stream_of(app)
        await pilot.press("t")
        await pilot.pause()
        assert "⋮ audit Change status new → open" in stream_of(app)
        await pilot.press("t")
        await pilot.pause()
        assert "⋮ audit" not in stream_of(app)

    show(studio, body, practice=practice)


def test_what_a_tool_shows_is_in_the_records_only_after_it_was_used(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        side = app.screen.query_one("#side", Paper)
        assert "Business Cloud" not in side.plain
        assert "not looked up: plan" in side.plain
        await pilot.press("a")
        await pick(pilot, "look_up_account")
        assert "Business Cloud" in side.plain
        assert "proof" not in side.plain.casefold()

    show(studio, body, practice=practice, size=(120, 36))


def test_an_approval_stands_at_the_side_with_its_answer(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        side = app.screen.query_one("#side", Paper)
        await pilot.press("a")
        await pick(pilot, "request_approval")
        await fill(pilot, {"for": "refund", "amount": "89.00", "reason": "Two captures."})
        assert "Refund 89.00 … no answer yet" in " ".join(side.plain.split())
        await pilot.press("w")
        await fill(pilot, {})
        assert "Refund 89.00 ✓ granted" in " ".join(side.plain.split())
        assert "✎ Shift lead internal note" in stream_of(app)

    show(studio, body, practice=practice, size=(120, 36))


def test_looking_into_an_sop_is_an_event_and_escape_leads_back_step_by_step(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("s")
        await until(pilot, "Duplicate charge and refund")
        await pilot.press("enter")
        await until(pilot, "in force from")
        assert [entry.event.sop for entry in practice.entries if isinstance(entry.event, SopOpened)] == ["SOP-BIL-02"]
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert "◂ Ruben Castellan wrote" in await until(pilot, "wrote")
        await pilot.press("escape")
        await until(pilot, "Continue")
        current(app, HomeScreen)

    show(studio, body, practice=practice)
    assert practice.row.status == "suspended"


def test_home_lists_drills_and_goes_on_with_either_kind(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    begun = begin(studio)
    begun.act("look_up_account")
    begun.suspend()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        found = await until(pilot, "Drills")
        assert found.index("Continue") < found.index("Conversations") < found.index("Drills")
        assert "email, level 2, 10 min" in found
        await pilot.press("enter")
        assert "▪ Look up the account" in await until(pilot, "#48213")
        assert current(app, TicketScreen).practice.session_id == begun.session_id
        await pilot.press("escape")
        await until(pilot, "Drills")
        await pilot.press("g")
        assert "guided drills" in await until(pilot, "guided drills")
        app.play("dns-not-resolving")
        await until(pilot, "drill · ticket · guided")
        assert current(app, TicketScreen).practice.guided

    show(studio, body, size=(120, 50))


def test_giving_up_asks_once_more_and_leads_to_the_debrief(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("g")
        assert not practice.finished
        await pilot.press("g")
        await until(pilot, "You ended the session before the ticket was submitted.")
        await pilot.press("escape")
        await until(pilot, "Drills")
        await pilot.press("r")
        await until(pilot, "⊘ given up")
        await pilot.press("enter")
        await until(pilot, "You ended the session before the ticket was submitted.")
        await pilot.press("a")
        await until(pilot, "#48213")
        assert current(app, TicketScreen).practice.session_id != practice.session_id

    show(studio, body, practice=practice)
    assert practice.row.status == "abandoned"


def test_escapes_and_markup_in_what_is_written_are_harmless_text(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)
    hostile = "[/bold] [@click=app.quit]x[/]\x1b[2J\x9b31m\u202eabc\x07"
    practice.act("public_reply", {}, hostile)
    practice.act("internal_note", {"reason": hostile}, hostile)
    practice.act("log_exception", {"code": "frozen_account", "reason": hostile})
    practice.act("set_field", {"field": "subject", "value": hostile})
    practice.act("set_field", {"field": "tags", "value": hostile})
    practice.act("set_field", {"field": "disposition", "value": hostile})

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("t")
        await pilot.pause()
        for name in ("#ticket", "#stream", "#side"):
            plain = app.screen.query_one(name, Paper).plain
            assert "[/bold]" in plain
            assert not set(plain) & {"\x1b", "\x9b", "\u202e", "\x07"}
        await pilot.press("f")
        await pick(pilot, "subject")
        assert "\x1b" not in current(app, FormDialog).values()["value"]

    show(studio, body, practice=practice, size=(120, 36))


def test_too_small_a_terminal_does_nothing_and_keeps_everything(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("r", *"Dear")
        await pilot.resize_terminal(20, 10)
        assert "nothing is lost" in await until(pilot, "Branchline needs")
        await pilot.resize_terminal(80, 24)
        await until(pilot, "Public reply")
        assert current(app, FormDialog).values() == {"text": "Dear"}
        await pilot.press("escape")
        await pilot.resize_terminal(20, 10)
        await until(pilot, "Branchline needs")
        await pilot.press("a", "r", "ctrl+d")
        await pilot.pause()
        current(app, TicketScreen)

    show(studio, body, practice=practice)
    assert acts(practice) == []


def test_help_names_every_command_of_the_desk(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("question_mark")
        await until(pilot, "On this screen")
        told = " ".join(app.screen.query_one(Paper).plain.split())
        for command in COMMANDS:
            assert command.help.split(";")[0][:40] in told

    show(studio, body, practice=practice, size=(120, 36))


def test_by_the_real_clock_an_act_takes_as_long_as_it_took(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio, timed=True)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "timed" in text(app)
        await pilot.press("a")
        await pick(pilot, "look_up_account")

    show(studio, body, practice=practice)
    (done,) = [entry.event for entry in practice.entries if isinstance(entry.event, DeskActed)]
    assert 0 <= done.minutes < 0.9
