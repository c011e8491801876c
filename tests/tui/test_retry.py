"""Learn from your mistakes: the position before each, digits as the only answers, and nothing of the solution before it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.events import Key

from branchline.journal.streams import RETRY
from branchline.practice import Retries, Studio
from branchline.practice.retry import Retry
from branchline.tui.screens.debrief import DebriefScreen
from branchline.tui.screens.desk_ticket import TicketScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.screens.retry import RetryScreen
from branchline.tui.screens.what_if_desk import WhatIfTicketScreen
from branchline.tui.widgets.paper import Paper
from desk_again import STORY, worked
from tui_desk import Workspace, current, show, text, until
from tui_ticket import studio_at

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.practice import Practice
    from branchline.tui.app import BranchlineApp

SIZES = [(80, 24), (120, 36), (60, 20)]
BECAUSE = {"sorry": "It names the wait and takes it over.", "policy": "The terms answer a question that nobody asked."}


def played(workspace: Workspace, studio: Studio, *choices: str) -> Practice:
    """A session with these replies."""
    practice = workspace.begin(studio)
    for choice in choices:
        practice.choose(choice)
    return practice


def met(app: BranchlineApp) -> Retry:
    """What is met now."""
    found = current(app, RetryScreen)._met
    assert isinstance(found, Retry)
    return found


def digit(app: BranchlineApp, choice: str) -> str:
    """The digit of that reply."""
    return next(str(each.number) for each in met(app).offered() if each.id == choice)


def papers(app: BranchlineApp) -> str:
    """Everything that is written on the screen, also what would have to be scrolled to."""
    return " ".join(" ".join(paper.plain for paper in app.screen.query(Paper)).split())


def outcomes(studio: Studio) -> list[str]:
    """How each meeting ended."""
    return [remark.event.outcome for remark in studio.journal.streams.remarks(RETRY) if hasattr(remark.event, "outcome")]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_position_before_the_mistake_stands_there_and_nothing_of_what_came_later(workspace: Workspace, size: tuple[int, int]) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "wait")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).queue())
        await until(pilot, "What would have been better?")
        told = papers(app)
        assert "Where is it?" in told
        assert "Then you said “Parcels may take up to ten days" in told
        assert "1 of 2" in text(app)
        for later in ("And now?", "Please wait a little longer.", "She cancelled", "●", "✓", "best", *BECAUSE.values()):
            assert later not in told

    show(studio, body, size=size)


@pytest.mark.parametrize(
    "key", ["up", "down", "left", "right", "enter", "space", "tab", "pageup", "pagedown", "home", "end", "n", "j", "9", "0"]
)
def test_no_key_but_the_digits_answers(workspace: Workspace, key: str) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "tomorrow")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).queue())
        await until(pilot, "What would have been better?")
        before = papers(app)
        await pilot.press(key, key)
        await pilot.pause()
        assert met(app).tried == []
        assert met(app).outcome == ""
        assert papers(app) == before
        assert outcomes(studio) == []

    show(studio, body)


def test_a_wrong_try_is_explained_without_the_better_one_and_a_right_one_with_it(workspace: Workspace) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "tomorrow")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).queue())
        await until(pilot, "What would have been better?")
        sorry = digit(app, "sorry")
        await pilot.press(digit(app, "policy"))
        told = await until(pilot, "✗ Not that")
        assert BECAUSE["policy"] in papers(app)
        assert "points of 100 (blunder)" in told
        assert "policy shield" in papers(app)
        for better in (BECAUSE["sorry"], "● best", "(best", "Best"):
            assert better not in papers(app)
        await pilot.press(digit(app, "policy"))
        assert len(met(app).tried) == 1
        await pilot.press(sorry)
        await until(pilot, "✓ Accepted: gives nothing away (best)")
        told = papers(app)
        assert BECAUSE["sorry"] in told
        assert "No other reply is acceptable here" in told
        assert "✖✖ blunder −" in told
        assert outcomes(studio) == ["solved"]
        await pilot.press("n")
        assert "1 solved" in await until(pilot, "That was all for now")
        assert "comes due on" in papers(app)
        await pilot.press("enter")
        await until(pilot, "Conversations")
        current(app, HomeScreen)

    show(studio, body)


def test_type_ahead_never_answers_the_next_question(workspace: Workspace) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "wait")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).to_meet())
        await until(pilot, "What would have been better?")
        await pilot.press(digit(app, "sorry"))
        await until(pilot, "Accepted")
        screen = current(app, RetryScreen)
        screen.action_next()
        for key in "12":
            screen.post_message(Key(key, key))
        await until(pilot, "2 of 2")
        assert met(app).tried == []
        assert outcomes(studio) == ["solved"]

    show(studio, body)


def test_v_shows_the_solution_and_k_skips(workspace: Workspace) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "wait")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).queue())
        await until(pilot, "What would have been better?")
        await pilot.press("v")
        await until(pilot, "The solution")
        assert "● best" in papers(app)
        await pilot.press("1", "v", "k")
        assert outcomes(studio) == ["shown"]
        await pilot.press("enter")
        await until(pilot, "2 of 2")
        assert "And now?" in papers(app)
        await pilot.press("k")
        await until(pilot, "1 skipped")
        assert outcomes(studio) == ["shown", "skipped"]

    show(studio, body)


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+q"])
def test_leaving_keeps_what_was_tried(workspace: Workspace, key: str) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "tomorrow")
    seen: list[str] = []

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).queue())
        await until(pilot, "What would have been better?")
        await pilot.press(digit(app, "policy"))
        await until(pilot, "✗ Not that")
        await pilot.press(key)
        await pilot.pause()

    show(studio, body)
    after = workspace.studio()
    seen += outcomes(after)
    after.close()
    assert seen == ["skipped"]


def test_the_debrief_leads_there_with_one_key_and_names_the_number(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "policy", "wait")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await until(pilot, "2 moments to try again")
        await pilot.press("l")
        await until(pilot, "What would have been better?")
        await pilot.press(digit(app, "sorry"))
        await until(pilot, "Accepted")
        await pilot.press("escape")
        await pilot.pause()
        current(app, DebriefScreen)

    show(studio, body, practice=practice)


def test_a_debrief_without_mistakes_offers_none(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "sorry", "tomorrow")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await until(pilot, "✓ passed")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("l")
        current(app, DebriefScreen)
        assert "try again" not in papers(app)
        assert "learn" not in text(app)

    show(studio, body, practice=practice)


def test_home_has_a_door_while_something_is_due_and_none_else(workspace: Workspace) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "tomorrow")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "Learn from my mistakes 1 due" in await until(pilot, "1 due")
        await pilot.press("l")
        await until(pilot, "What would have been better?")
        await pilot.press(digit(app, "sorry"))
        await until(pilot, "Accepted")
        await pilot.press("n", "n")
        await until(pilot, "Conversations")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Learn" not in papers(app)
        await pilot.press("l")
        current(app, HomeScreen)

    show(studio, body)


def test_a_moment_that_an_edit_took_away_is_said_to_be_retired(workspace: Workspace) -> None:
    studio = workspace.studio()
    played(workspace, studio, "policy", "tomorrow")
    file = workspace.folder / "scenarios" / "conversations" / "lost-order.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("id: policy", "id: terms").replace("id: sorry", "id: regret"), encoding="utf-8"
    )

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).queue())
        await until(pilot, "That was all for now")
        assert "Retired: Lost order." in papers(app)

    show(studio, body)


def test_a_drill_is_met_again_by_working_it_once_more(workspace: Workspace) -> None:
    studio = Studio.open(environ={"BRANCHLINE_HOME": str(workspace.folder / "home"), "BRANCHLINE_LEARNER": "robin"})
    worked(studio, "verify_identity")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).queue())
        told = await until(pilot, "Play on from before it")
        assert "You submitted the ticket." in told
        assert "w plays on from before it" in told
        assert "SOP" not in papers(app)
        await pilot.press("1", "2")
        assert outcomes(studio) == []
        await pilot.press("p")
        await until(pilot, "Two charges, one invoice")
        drill = current(app, TicketScreen).practice
        assert drill.row.content == STORY["drill"]
        assert not drill.finished
        await pilot.press("escape")
        await until(pilot, "Play on from before it")
        await pilot.press("v")
        await until(pilot, "What was lost there")
        assert "verify" in papers(app).casefold().partition("what was lost there")[2]
        assert outcomes(studio) == ["shown"]
        await pilot.press("n")
        await until(pilot, "1 shown")

    show(studio, body)


def test_a_drill_is_played_on_from_before_the_mistake_and_judged_when_it_is_submitted(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    worked(studio, "verify_identity")
    sessions = studio.journal.sessions()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_mistakes(Retries(studio).to_meet())
        await until(pilot, "Play on from before it")
        for acts, verdict in (([], "✗ Not that"), (["verify_identity"], "✓ Accepted")):
            await pilot.press("w")
            await until(pilot, "HYPOTHETICAL")
            desk = current(app, WhatIfTicketScreen).practice
            for verb in acts:
                desk.act(verb, {"level": 2, "method": "code"})
            desk.submit()
            await pilot.press("q")
            await until(pilot, verdict)
        assert outcomes(studio) == ["solved"]
        assert studio.journal.sessions() == sessions
        await pilot.press("n")
        await until(pilot, "1 solved")

    show(studio, body)
