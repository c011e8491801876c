"""The debrief: the score card, every Deduction with its line and step, and the transcript."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchline.journal.received import Activity
from branchline.tui.screens.conversation import ConversationScreen
from branchline.tui.screens.debrief import DebriefScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.screens.results import ResultsScreen
from branchline.tui.widgets.paper import Paper
from other_tools import a_course
from tui_desk import Workspace, current, show, text, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchline.practice import Practice, Studio
    from branchline.tui.app import BranchlineApp


def played(workspace: Workspace, studio: Studio, *choices: str, mode: str = "practice") -> Practice:
    """A session with these replies."""
    practice = workspace.begin(studio, mode)
    for choice in choices:
        practice.choose(choice)
    return practice


def sheets(app: BranchlineApp) -> str:
    """Both sheets as one text."""
    return " ".join(" ".join(paper.plain for paper in app.screen.query(Paper)).split())


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=str)
def test_everything_that_was_lost_is_told_with_its_line(workspace: Workspace, size: tuple[int, int]) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "policy", "wait")
    score = practice.score()

    async def body(_: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await _.pause()
        await until(_, "not passed")
        told = sheets(app)
        assert "She cancelled" in told
        assert "(lost)" in told
        assert f"{score.composite:.0f} of 100" in told
        assert "Simulated, not measured" in told
        assert "policy shield" in told
        transcript = practice.transcript()
        for each in score.deductions:
            assert " ".join(each.reason.split()) in told
            if line := transcript.line_of(each.seq):
                assert f"line {line}" in told
        assert any(each.step == "find" for each in score.deductions)
        assert "SOP-ORD: step 1 (find)" in told
        for spoken in transcript.lines:
            assert f"{spoken.number} " in told

    show(studio, body, practice=practice, size=size)


def test_a_session_without_loss_says_so_and_passes(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "sorry", "tomorrow")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await until(pilot, "✓ passed")
        assert "Nothing was lost" in sheets(app)

    show(studio, body, practice=practice)


def test_formulas_are_shown_on_demand(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "sorry", "tomorrow")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await until(pilot, "passed")
        assert "0.6·trust/100" not in sheets(app)
        await pilot.press("f")
        assert "0.6·trust/100" in sheets(app)
        await pilot.press("f")
        assert "0.6·trust/100" not in sheets(app)

    show(studio, body, practice=practice)


def test_t_jumps_to_the_transcript_and_back(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "policy", "wait")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await until(pilot, "not passed")
        await pilot.press("t")
        assert "not passed" not in text(app)
        assert "Where is it?" in text(app)
        await pilot.press("t")
        await until(pilot, "not passed")

    show(studio, body, practice=practice)


def test_a_plays_again_and_escape_goes_home(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = workspace.begin(studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        for choice in ("sorry", "tomorrow"):
            await pilot.press(str(next(each.number for each in practice.offered() if each.id == choice)))
        await until(pilot, "See how it went.")
        await pilot.press("1")
        await until(pilot, "✓ passed")
        current(app, DebriefScreen)
        await pilot.press("a")
        await until(pilot, "Where is it?")
        assert current(app, ConversationScreen).practice.session_id != practice.session_id
        await pilot.press("escape")
        await until(pilot, "Continue")
        current(app, HomeScreen)
        assert len(app.screen_stack) == 1

    show(studio, body, practice=practice)


def test_my_results_open_old_sessions_from_the_journal_alone(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "policy", "wait", mode="expert")
    (workspace.folder / "scenarios" / "conversations" / "lost-order.yaml").unlink()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "My results")
        await pilot.press("r")
        found = await until(pilot, "not passed")
        current(app, ResultsScreen)
        assert "expert" in found
        await pilot.press("enter")
        await until(pilot, "She cancelled")
        assert current(app, DebriefScreen).played.score == practice.score()
        assert current(app, DebriefScreen).played.transcript == practice.transcript()
        await pilot.press("escape")
        await pilot.pause()
        current(app, ResultsScreen)

    show(studio, body)


def test_what_other_tools_recorded_stands_with_my_results(workspace: Workspace) -> None:
    studio = workspace.studio(other_names="mailto:robin@x.example")
    kept = [Activity(each["id"], "", "", json.dumps(each), "robin") for each in a_course()]
    kept[1] = kept[1]._replace(learner="mailto:robin@x.example")
    studio.journal.received().keep([*kept, kept[0]._replace(id="other", learner="somebody else")], {})

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        assert "5 from other tools" in await until(pilot, "My results")
        await pilot.press("r")
        found = await until(pilot, "From other tools")
        assert "No session has been played yet." in found
        assert "passed Empathy basics Storyline 80 %" in found
        assert found.count("experienced") == 1
        assert not {"\x1b", "\u202e"} & set(found)
        current(app, ResultsScreen)
        await pilot.press("enter", "down", "escape")
        await until(pilot, "Conversations")

    show(studio, body)


def test_the_library_shows_and_searches_every_sop(workspace: Workspace) -> None:
    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "SOP library")
        await pilot.press("s")
        assert "1 SOP" in await until(pilot, "Lost orders")
        await pilot.press("enter")
        assert "our map (https://example.org)" in await until(pilot, "Say the day it arrives")
        styles = [part.style for row in app.screen._compositor.render_strips() for part in row if part.style]
        assert not any(style.link or "@click" in style.meta for style in styles)
        await pilot.press("escape", "escape")
        await until(pilot, "Conversations")

    show(workspace.studio(), body)


def test_the_moments_that_mattered_are_told_without_what_would_have_been_better(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = played(workspace, studio, "policy", "wait")
    judged = practice.review().judgement
    assert judged.flagged

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await until(pilot, "Moments that mattered")
        told = sheets(app).partition("Moments that mattered")[2].partition("Deductions")[0].partition("Transcript")[0]
        for moment in judged.flagged:
            line = practice.transcript().line_of(moment.seq)
            assert f"{moment.word}, " in told
            assert f"(line {line})" in told
        better = [name for moment in judged.flagged for name in moment.best if name != moment.choice]
        says = [
            choice.say.show(practice.state.core)
            for node in practice.scenario.nodes.values()
            for choice in node.choices
            if choice.id in better
        ]
        assert says
        assert not any(" ".join(say.split())[:30] in told for say in says)

    show(studio, body, practice=practice, size=(120, 50))
