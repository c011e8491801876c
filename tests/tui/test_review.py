"""The review screen: what it shows of a session, and each of its keys."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from branchline.errors import DamagedData
from branchline.tui.screens.debrief import DebriefScreen
from branchline.tui.screens.help import HelpScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.screens.results import ResultsScreen
from branchline.tui.screens.review import ReviewScreen
from branchline.tui.screens.review_reading import Given
from branchline.tui.widgets.reel import Reel
from tui_desk import Workspace, current, lines, show, text, until
from tui_review import judged, panel, play, reviewing, said_to, timed

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchline.coaching.review import Review
    from branchline.tui.app import BranchlineApp

SIZES = [(80, 24), (120, 36), (60, 20)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_curve_timeline_transcript_and_moment_stand_on_the_screen(workspace: Workspace, size: tuple[int, int]) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        shown = text(app)
        assert "Review: Lost order" in shown
        assert "Where is it?" in shown
        rows = lines(app)
        timeline = next(row for row in rows if "↶" in row and "─" in row)
        assert [sign for sign in timeline.split("─") if sign][:2] == ["      ↶", "▲"]
        assert timeline.count("✖✖") == 2
        assert "■" in timeline
        assert any("█" in row for row in rows)
        assert "✖✖ 2" in shown
        await pilot.press("n")
        assert screen.seq == screen.board.flagged[0]
        assert "blunder" in text(app)

    reviewing(studio, practice.review(), body, size)


def test_the_moment_tells_word_loss_skills_reason_deductions_and_the_best_reply(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)
    review = practice.review()
    moment = review.judgement.flagged[0]

    async def body(pilot: Pilot[None], _: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("1")
        told = panel(screen)
        assert f"✖✖ blunder −{moment.regret:.1f}" in told
        assert "far better was open" in told
        assert "▸ “Parcels may take up to ten days, please read our terms.”" in told
        assert "acknowledge ○○ best ●●" in told
        assert "policy shield" in told
        assert "The terms answer a question that nobody asked." in told
        assert "“That wait is on us, and I am looking for your parcel now.”" in told
        for each in review.deductions(moment.seq):
            assert f"−{each.lost:.1f}" in told
        changed = {change.name: f"{change.old} → {change.new}" for change in review.changes(moment.seq)}
        assert changed["trust"] in told
        assert changed["heat"] in told

    reviewing(studio, review, body)


def test_what_a_reply_did_is_told_as_steps_and_variables(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio, ("sorry", "tomorrow"))

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("right")
        told = panel(screen)
        assert "● best" in told
        assert "Nothing better was open." in told
        assert "✓ did SOP-ORD/find" in told
        assert "verified no → yes" in told
        await pilot.press("n")
        assert "There is no mistake here." in said_to(app)

    reviewing(studio, practice.review(), body)


def test_events_marks_and_mistakes_are_gone_through_with_keys(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)
    first, second = (moment.seq for moment in practice.review().judgement.flagged)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        seen = []
        for key in ("right", "right", "left", "home", "left", "end", "right", "N", "N", "N", "n", "n", "home", "2"):
            await pilot.press(key)
            seen.append(screen.seq)
        last = screen.board.last
        assert seen == [2, 3, 2, 1, 1, last, last, second, first, second, first, second, 1, second]
        await pilot.press("9")
        assert "There is no mistake number 9." in said_to(app)
        marks = screen.board.marked
        assert [screen.board.mark(seq).kind for seq in marks] == ["look", "blunder", "blunder"]  # type: ignore[union-attr]
        await pilot.press("home")
        seen = []
        for key in ("right_square_bracket", "right_square_bracket", "right_square_bracket", "right_square_bracket", "left_square_bracket"):
            await pilot.press(key)
            seen.append(screen.seq)
        assert seen == [*marks, marks[-1], marks[-2]]

    reviewing(studio, practice.review(), body)


def test_the_marked_line_is_the_moment_s_and_stays_in_view(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        for seq in range(1, screen.board.last + 1):
            await pilot.pause()
            number = screen.board.line_index(seq) + 1
            assert any(row.startswith(f" ▸{number:>2}") for row in lines(app)), seq
            await pilot.press("right")

    reviewing(studio, practice.review(), body, (60, 20))


def test_what_was_taken_back_is_told_apart(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("right")
        assert "blunder, taken back" in panel(screen)
        assert any("↶" in row and "taken back" in row for row in lines(app))

    reviewing(studio, practice.review(), body)


def test_search_goes_to_each_match_round_and_round(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        found = [index for index, line in enumerate(screen.board.lines) if "parcel" in line.text.lower()]
        assert len(found) > 1
        await pilot.press("slash", *"PARCEL", "enter")
        seen = [screen.line]
        for _ in found[1:]:
            await pilot.press("enter")
            seen.append(screen.line)
        after = [*(index for index in found if index > 0), *(index for index in found if index == 0)]
        assert seen == after
        await pilot.press("enter", "backspace")
        assert screen.line == after[-1]
        assert screen.seq == screen.board.lines[screen.line].seq
        await pilot.press("slash", *"nowhere", "enter")
        assert "is not in the transcript" in said_to(app)
        await pilot.press("slash", "escape", "right")
        assert current(app, ReviewScreen)

    reviewing(studio, practice.review(), body)


def test_g_goes_to_a_line_an_event_or_a_time(workspace: Workspace) -> None:
    studio = workspace.studio()
    review = timed(play(workspace, studio).review(), lambda seq: 30.0 * seq)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("g", "3", "enter")
        assert screen.line == 2
        await pilot.press("g", "number_sign", "4", "enter")
        assert screen.seq == 4
        await pilot.press("g", *"1:05", "enter")
        assert screen.seq == 2
        await pilot.press("g", *"999", "enter")
        assert "is none of them" in said_to(app)

    reviewing(studio, review, body)


def test_space_plays_to_the_end_and_skips_idle_time_with_a_word(workspace: Workspace) -> None:
    studio = workspace.studio()
    review = timed(play(workspace, studio).review(), lambda seq: 0.1 * seq + (3600.0 if seq > 2 else 0.0))

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("right", "less_than_sign", "space")
        assert screen.playing
        assert "60:01 idle skipped" in text(app)
        for _ in range(6):
            await pilot.press("greater_than_sign")
        for _ in range(400):
            if not screen.playing:
                break
            await pilot.pause(0.01)
        assert screen.seq == screen.board.last
        assert "16× idle skipped" in text(app)

    reviewing(studio, review, body)


def test_idle_time_can_be_waited_for_and_any_step_pauses(workspace: Workspace) -> None:
    studio = workspace.studio()
    review = timed(play(workspace, studio).review(), lambda seq: 3600.0 * seq)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        assert "░" in next(row for row in lines(app) if "↶" in row)
        await pilot.press("full_stop", "less_than_sign", "space")
        assert "▶ 0.5× idle played" in text(app)
        assert screen.playing
        await pilot.press("space")
        assert not screen.playing
        await pilot.press("space", "right")
        assert not screen.playing
        assert screen.seq == 2
        assert "60:00 idle before it" in panel(screen)

    reviewing(studio, review, body)


def test_p_gives_the_moment_the_width_and_escape_takes_it_back(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("n", "p")
        await pilot.pause()
        assert screen.query_one(Reel).size.height == 0
        assert "Skills" in text(app)
        await pilot.press("down", "pagedown")
        await pilot.press("escape")
        await pilot.pause()
        assert screen.query_one(Reel).size.height > 0
        await pilot.press("escape")
        await pilot.pause()
        assert current(app, HomeScreen)

    reviewing(studio, practice.review(), body, (80, 24))


def test_help_names_every_key_and_keys_can_be_changed(workspace: Workspace) -> None:
    studio = workspace.studio(keys="mistake-after=m")
    practice = play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("m")
        assert screen.seq == screen.board.flagged[0]
        await pilot.press("question_mark")
        await pilot.pause()
        keys = current(app, HelpScreen)
        assert "Go to the first … ninth" in text(app)
        assert keys

    reviewing(studio, practice.review(), body)


def test_the_debrief_and_my_results_lead_here_and_back(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_debrief(practice)
        await until(pilot, "not passed")
        await pilot.press("v")
        await pilot.pause()
        await judged(pilot, current(app, ReviewScreen))
        await pilot.press("escape")
        await pilot.pause()
        assert current(app, DebriefScreen)
        await pilot.press("escape")
        await until(pilot, "My results")
        await pilot.press("r")
        await pilot.pause()
        assert current(app, ResultsScreen)
        await pilot.press("v")
        await pilot.pause()
        assert current(app, ReviewScreen).review.row.id == practice.session_id

    show(studio, body, practice=practice)


def test_a_coach_finds_the_sessions_of_every_learner(workspace: Workspace) -> None:
    other = Workspace(workspace.folder).studio(learner="sam")
    play(workspace, other, ("sorry", "tomorrow"))
    other.close()
    studio = workspace.studio(role="coach")
    play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Review sessions")
        await pilot.press("enter")
        shown = await until(pilot, "2 sessions, 2 learners")
        assert "robin" in shown
        assert "sam" in shown
        await pilot.press("slash", *"sam", "enter")
        await until(pilot, "1 session, 1 learner")
        await pilot.press("enter")
        await pilot.pause()
        assert current(app, ReviewScreen).review.row.learner == "sam"
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("escape")
        await until(pilot, "2 sessions")
        await pilot.press("escape")
        await pilot.pause()
        assert current(app, HomeScreen)

    show(studio, body)


def test_until_it_is_read_and_judged_it_says_so(workspace: Workspace) -> None:
    studio = workspace.studio()
    review = play(workspace, studio).review()
    go_on = threading.Event()

    class Slow(Given):
        def whole(self) -> Review:
            go_on.wait(30)
            return super().whole()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_review(Slow(review))
        await until(pilot, "… being read")
        screen = current(app, ReviewScreen)
        await pilot.press("n", "1", "g", *"999", "enter", "slash", *"nowhere", "enter", "right")
        assert screen.seq == 2
        told = said_to(app)
        assert told.count("The session is still being judged.") == 2
        assert told.count("The session is still being read.") == 2
        assert "↶ taken back judging …" in panel(screen)
        go_on.set()
        await judged(pilot, screen)
        assert screen.seq == 2
        await until(pilot, "✖✖ 2")

    show(studio, body)


def test_what_stands_in_the_way_of_reading_is_said(workspace: Workspace) -> None:
    studio = workspace.studio()
    review = play(workspace, studio).review()

    class Torn(Given):
        def whole(self) -> Review:
            raise DamagedData("An entry is missing.", where="entry 5")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.open_review(Torn(review))
        await until(pilot, "✗ An entry is missing.")
        assert "An entry is missing." in said_to(app)
        await pilot.press("right")
        assert current(app, ReviewScreen).seq == 2

    show(studio, body, size=(120, 36))


def test_a_learner_has_no_door_to_others(workspace: Workspace) -> None:
    studio = workspace.studio()

    async def body(pilot: Pilot[None], _: BranchlineApp) -> None:
        assert "Review sessions" not in await until(pilot, "SOP library")

    show(studio, body)


def test_a_session_that_is_not_there_is_said(workspace: Workspace) -> None:
    studio = workspace.studio()
    play(workspace, studio)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review("no-such-session")
        await pilot.pause()
        assert "There is no session" in said_to(app)
        assert current(app, HomeScreen)

    show(studio, body)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=str)
def test_the_panel_takes_the_place_of_the_transcript_on_a_small_screen(workspace: Workspace, size: tuple[int, int]) -> None:
    studio = workspace.studio()

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("n", "p")
        await until(pilot, "hello.policy")
        room = sum(screen.query_one(name).outer_size.height for name in ("#title", "#chart", "#state", "#rule"))
        assert screen.query_one("#moment").outer_size.height == size[1] - room - 1
        assert "Where is it?" not in text(app)

    reviewing(studio, play(workspace, studio).review(), body, size)
