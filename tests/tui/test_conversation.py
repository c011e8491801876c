"""A conversation on the screen: what was said, what can be said, and what keys do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual import events

from branchline.engine.events import ChoiceMade, SessionSuspended, SopOpened, TimedOut, Undone
from branchline.tui.screens.conversation import ConversationScreen
from branchline.tui.screens.debrief import DebriefScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.widgets.choices import Choices
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.said import said as drawn
from tui_desk import Workspace, current, lines, show, text, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchline.practice import Practice
    from branchline.tui.app import BranchlineApp


def digit(practice: Practice, choice: str) -> str:
    """The key of that choice."""
    return str(next(each.number for each in practice.offered() if each.id == choice))


def made(practice: Practice) -> list[str]:
    """The choices said so far, also those taken back."""
    return [entry.event.choice for entry in practice.entries if isinstance(entry.event, ChoiceMade)]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=str)
@pytest.mark.parametrize("channel", ["phone", "chat", "email", "ticket"])
def test_what_was_said_and_what_can_be_said_are_on_the_screen_whole(workspace: Workspace, size: tuple[int, int], channel: str) -> None:
    studio = workspace.write(channel=channel).studio()
    practice = workspace.begin(studio)

    async def body(_: Pilot[None], app: BranchlineApp) -> None:
        found = text(app)
        assert "Parcel 77 stands in the depot." in found
        assert "Where is it?" in found
        assert "Alex" in found
        left = " ".join(" ".join(line[: 82 if size[0] > 100 else None] for line in lines(app)).split())
        for each in practice.offered():
            assert each.say in left
        assert "⊘ not now: You have not looked for the parcel." in left

    show(studio, body, practice=practice, size=size)


def test_channels_look_different(workspace: Workspace) -> None:
    seen = set()
    for channel in ("phone", "chat", "email", "ticket"):
        studio = workspace.write(channel=channel).studio()
        practice = workspace.begin(studio)

        async def body(_: Pilot[None], app: BranchlineApp) -> None:
            seen.add(app.screen.query_one("#transcript", Paper).plain)

        show(studio, body, practice=practice)
    assert len(seen) == 4


def test_a_digit_answers_and_the_feedback_says_what_it_earned(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press(digit(practice, "policy"))
        await until(pilot, "And now?")
        told = " ".join(app.screen.query_one("#transcript", Paper).plain.split())
        assert "▼ unempathetic" in told
        assert "The terms answer a question" in told
        assert "policy shield" in told
        assert "acknowledge ○○ (best ●●)" in told
        assert "That wait is on us" in " ".join(told.replace("▏", " ").split())
        assert made(practice) == ["policy"]

    show(studio, body, practice=practice, size=(120, 36))


def test_how_far_it_is_to_an_end_is_shown_where_somebody_asks(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "to an end" not in text(app)
        await pilot.press("w")
        await until(pilot, "2 replies to an end")
        await pilot.press(digit(practice, "policy"))
        await until(pilot, "1 reply to an end")
        await pilot.press("w")
        await pilot.pause()
        assert "to an end" not in text(app)

    show(studio, body, practice=practice)


def test_expert_mode_keeps_feedback_and_moods_for_the_debrief(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio, mode="expert")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press(digit(practice, "policy"))
        found = await until(pilot, "And now?")
        assert "unempathetic" not in found
        assert "trust" not in found.casefold()
        assert "undo" not in found
        await pilot.press("u")
        assert made(practice) == ["policy"]
        assert not any(isinstance(entry.event, Undone) for entry in practice.entries)
        assert "And now?" in text(app)

    show(studio, body, practice=practice, size=(120, 36))


def test_arrows_and_enter_answer_too(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        second = practice.offered()[1]
        await pilot.press("down")
        assert app.screen.query_one(Choices).at == 1
        await pilot.press("enter")
        await pilot.pause()
        assert made(practice) == ([second.id] if second.open else [])

    show(studio, body, practice=practice)


def test_a_locked_choice_says_why_and_nothing_happens(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press(digit(practice, "send-again"))
        await pilot.pause()
        assert made(practice) == []
        assert [toast.message for toast in app._notifications] == ["You have not looked for the parcel."]

    show(studio, body, practice=practice)


def test_undo_takes_the_last_reply_back_and_says_so(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press(digit(practice, "policy"))
        await until(pilot, "And now?")
        await pilot.press("u")
        found = await until(pilot, "The last reply was taken back.")
        assert "taken back" in found
        assert practice.state.node == "hello"
        assert "unempathetic" not in app.screen.query_one("#transcript", Paper).plain
        await pilot.press(digit(practice, "sorry"))
        await until(pilot, "▲ empathetic")

    show(studio, body, practice=practice)


def test_keys_typed_before_the_question_stood_there_answer_nothing(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        ahead = [events.Key(key, key if len(key) == 1 else None) for key in ("1", "enter", "2")]
        await pilot.press(digit(practice, "sorry"))
        await until(pilot, "And now?")
        for key in ahead:
            app.screen.query_one(Choices).post_message(key)
        await pilot.pause()
        assert made(practice) == ["sorry"]
        await pilot.press(digit(practice, "tomorrow"))
        await pilot.pause()
        assert made(practice) == ["sorry", "tomorrow"]

    show(studio, body, practice=practice)


def test_a_burst_of_digits_answers_one_question(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        key = digit(practice, "sorry")
        for _ in range(5):
            app.post_message(events.Key(key, key))
        await until(pilot, "And now?")
        assert made(practice) == ["sorry"]

    show(studio, body, practice=practice)


def test_the_sops_open_in_place_and_looking_is_an_event(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("s")
        await until(pilot, "Use when a parcel is late.")
        await pilot.press("slash", *"nowhere")
        await until(pilot, "No SOP has all of these words.")
        await pilot.press("escape")
        await until(pilot, "Lost orders")
        await pilot.press("enter")
        found = await until(pilot, "Find the parcel in the depot list.")
        assert "version 2" in found
        assert "our map" in found
        assert [entry.event.sop for entry in practice.entries if isinstance(entry.event, SopOpened)] == ["SOP-ORD"]
        assert made(practice) == []
        await pilot.press("escape", "escape")
        assert "You looked into SOP-ORD." in await until(pilot, "Where is it?")
        current(app, ConversationScreen)

    show(studio, body, practice=practice)


def test_digits_written_into_the_search_are_no_answers(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], _: BranchlineApp) -> None:
        await pilot.press("s")
        await until(pilot, "Lost orders")
        await pilot.press("slash", "1", "2")
        await pilot.pause()
        assert made(practice) == []

    show(studio, body, practice=practice, size=(120, 36))


def test_the_card_stands_at_the_side_or_a_key_away(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "AC-1" not in text(app)
        await pilot.press("c")
        found = await until(pilot, "AC-1")
        for words in ("Alex Moor", "Basic", "2 years 6 m", "a straight answer", "yesterday, chat", "SOP-ORD", "50 wary", "40 annoyed"):
            assert words in found
        await pilot.press("1")
        assert made(practice) == []
        await pilot.press("escape")
        assert "AC-1" not in await until(pilot, "Where is it?")
        await pilot.resize_terminal(120, 36)
        found = await until(pilot, "AC-1")
        assert "Where is it?" in found

    show(studio, body, practice=practice)


def test_the_time_limit_counts_down_and_silence_is_an_answer(workspace: Workspace) -> None:
    studio = workspace.write(seconds=1).studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "answer within 0:01" in text(app)
        await until(pilot, "Are you there?")
        assert any(isinstance(entry.event, TimedOut) for entry in practice.entries)
        assert "answer within" not in text(app)

    show(studio, body, practice=practice)


def test_untimed_there_is_no_clock(workspace: Workspace) -> None:
    studio = workspace.write(seconds=1).studio(untimed="true")
    practice = workspace.begin(studio)

    async def body(_: Pilot[None], app: BranchlineApp) -> None:
        assert "answer within" not in text(app)

    show(studio, body, practice=practice)


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
def test_leaving_suspends_the_session_and_ends_with_zero(workspace: Workspace, key: str) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], _: BranchlineApp) -> None:
        await pilot.press(digit(practice, "sorry"), key)

    assert show(studio, body, practice=practice).return_code == 0
    again = workspace.studio()
    assert [row.status for row in again.journal.sessions()] == ["suspended"]
    assert isinstance(again.journal.entries(practice.session_id)[-1].event, SessionSuspended)
    assert made(practice) == ["sorry"]
    again.close()


def test_escape_goes_home_where_the_session_waits(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("escape")
        await until(pilot, "Continue")
        current(app, HomeScreen)

    show(studio, body, practice=practice)
    assert practice.row.status == "suspended"


def test_a_resumed_session_shows_what_was_said(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)
    practice.choose("sorry")
    practice.suspend()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.resume(practice.session_id)
        found = await until(pilot, "And now?")
        assert "That wait is on us" in found

    show(studio, body)


def test_too_small_a_terminal_answers_nothing_and_keeps_everything(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.resize_terminal(20, 10)
        assert "nothing is lost" in await until(pilot, "Branchline needs")
        await pilot.press("1", "2", "enter")
        assert made(practice) == []
        await pilot.resize_terminal(80, 24)
        await until(pilot, "Where is it?")
        await pilot.press(digit(practice, "sorry"))
        await until(pilot, "And now?")
        assert made(practice) == ["sorry"]
        current(app, ConversationScreen)

    show(studio, body, practice=practice)


def test_escapes_from_data_reach_the_screen_as_replacements(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)
    said = practice.transcript().lines[-1]
    assert said.text == "Where is it?"

    async def body(_: Pilot[None], app: BranchlineApp) -> None:
        hostile = replace(said, text="[/bold] [@click=app.quit]x[/]\x1b[2J\x9b31m\u202eabc\x07")
        paper = app.screen.query_one("#transcript", Paper)
        paper.add([drawn(hostile, practice.scenario)])
        assert "[/bold] [@click=app.quit]x[/]" in paper.plain
        assert not set(paper.plain) & {"\x1b", "\x9b", "\u202e", "\x07"}

    show(studio, body, practice=practice)


def test_a_journal_that_cannot_be_written_stops_nothing_but_the_reply(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)
    other = workspace.studio()
    other.journal.delete(practice.session_id)
    other.close()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press(digit(practice, "sorry"))
        await pilot.pause()
        assert len(app._notifications) == 1
        assert made(practice) == []
        current(app, ConversationScreen)

    show(studio, body, practice=practice)


def test_giving_up_asks_once_more(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("g")
        assert not practice.finished
        await pilot.press("g")
        await until(pilot, "You ended the session before any ending.")
        current(app, DebriefScreen)

    show(studio, body, practice=practice)
    assert practice.row.status == "abandoned"


def test_help_names_every_command_of_the_screen(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await pilot.press("question_mark")
        await until(pilot, "On this screen")
        told = " ".join(app.screen.query_one(Paper).plain.split())
        screen = app.screen_stack[-2]
        assert isinstance(screen, ConversationScreen)
        for command in screen.commands():
            assert command.help in told
        await pilot.press("escape")
        await until(pilot, "Where is it?")
        await pilot.press(digit(practice, "sorry"))
        await until(pilot, "And now?")

    show(studio, body, practice=practice)


def test_the_palette_offers_every_command(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(_: Pilot[None], app: BranchlineApp) -> None:
        screen = current(app, ConversationScreen)
        offered = {command.help for command in app.get_system_commands(screen)}
        assert {command.help for command in screen.commands() if command.id != "palette"} <= offered

    show(studio, body, practice=practice)
