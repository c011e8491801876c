"""The desk: a ticket worked with keys, refused operations, undo, drafts, and what stands where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from textual import events
from textual.widgets import Input, TextArea

from branchline.engine.events import DeskActed, SopOpened, TicketChecked
from branchline.practice import DeskPractice, Studio
from branchline.tui.screens.debrief import DebriefScreen
from branchline.tui.screens.desk_dialog import FormDialog, PickDialog
from branchline.tui.screens.desk_keys import COMMANDS
from branchline.tui.screens.desk_ticket import TicketScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper
from tui_desk import current, show, text, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp

SCRIPTS = Path(__file__).parents[1] / "stories" / "drills"
SIZES = [(80, 24), (120, 36), (60, 20)]
KEYS = {
    "public_reply": "r", "internal_note": "n", "set_field": "f", "set_status": "o", "apply_macro": "m", "log_exception": "x", "wait": "w",
    "escalate": "e",
}  # fmt: skip


def studio_at(folder: Path, **more: str) -> Studio:
    """A studio over the bundled content, with a home of the test's own."""
    environ = {"BRANCHLINE_HOME": str(folder / "home"), "BRANCHLINE_LEARNER": "robin"}
    return Studio.open(environ={**environ, **{f"BRANCHLINE_{name.upper()}": value for name, value in more.items()}})


def begin(studio: Studio, drill: str = "refund-duplicate", **more: Any) -> DeskPractice:
    """A session of a drill."""
    return DeskPractice.begin(studio, studio.workspace.load_drill(drill), seed=1, **more)


def acts(practice: DeskPractice) -> list[tuple[str, bool]]:
    """Everything tried so far, and whether it was done."""
    return [(entry.event.verb, entry.event.ok) for entry in practice.entries if isinstance(entry.event, DeskActed)]


async def pick(pilot: Pilot[None], entry: str) -> None:
    """Choose an entry of the list that is open."""
    await pilot.pause()
    menu = current(pilot.app, PickDialog).query_one("#entries", Menu)  # type: ignore[arg-type]
    place = next(index for index, block in enumerate(menu.blocks) if block.id == entry)
    menu.highlight(place)
    await pilot.press("enter")
    await pilot.pause()


async def fill(pilot: Pilot[None], values: dict[str, str]) -> None:
    """Write into the form that is open, and send it."""
    await pilot.pause()
    form = current(pilot.app, FormDialog)  # type: ignore[arg-type]
    for name, value in values.items():
        field = form.query_one(f"#{form._ids[name if name in form._ids else 'text']}")
        if isinstance(field, Menu):
            field.highlight(next(index for index, block in enumerate(field.blocks) if block.id == f"={value}"))
        elif isinstance(field, TextArea):
            field.text = value
        elif isinstance(field, Input):
            field.value = value
    await pilot.press("ctrl+d")
    await pilot.pause()


async def carry_out(pilot: Pilot[None], action: dict[str, Any]) -> None:
    """One act of a script, through the keys of the screen."""
    given = {name: str(value) for name, value in action.items() if name != "do"}
    verb = str(action["do"])
    await pilot.press(KEYS.get(verb, "a"))
    if verb == "set_field":
        await pick(pilot, given.pop("field"))
    elif verb == "escalate":
        await pick(pilot, f"to {given.pop('to')}")
    elif verb == "apply_macro":
        await pick(pilot, given.pop("macro"))
        await pick(pilot, "go")
    elif verb not in KEYS:
        await pick(pilot, verb)
    if verb == "assign":
        given = {}
        await pilot.press("ctrl+d")
        await pilot.pause()
    elif isinstance(pilot.app.screen, FormDialog):
        await fill(pilot, given)


async def work(pilot: Pilot[None], practice: DeskPractice, actions: list[dict[str, Any]]) -> None:
    """A whole script, each act recorded before the next."""
    for action in actions:
        before = len(acts(practice))
        await carry_out(pilot, action)
        assert len(acts(practice)) == before + 1, action


def script(name: str) -> list[dict[str, Any]]:
    """The acts of a script, without the last one, which submits."""
    actions = yaml.safe_load((SCRIPTS / f"{name}.yaml").read_text(encoding="utf-8"))["actions"]
    return [action for action in actions if action["do"] != "submit"]


async def submit(pilot: Pilot[None]) -> None:
    """Submit, and say so again."""
    await pilot.press("ctrl+d")
    await pick(pilot, "go")
    await pilot.pause()


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


def stream_of(app: BranchlineApp) -> str:
    """The ticket's stream on one line."""
    return " ".join(app.screen.query_one("#stream", Paper).plain.split())


async def refund(pilot: Pilot[None], amount: str) -> None:
    """Try to refund."""
    await pilot.press("a")
    await pick(pilot, "issue_refund")
    await fill(pilot, {"amount": amount, "method": "original"})


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
