"""Comments in the app: written and answered on the review screen, waiting at home, and for the learner to take up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.events import Key

from branchline.coaching.thread import ACKNOWLEDGED, DISPUTED, UPHELD
from branchline.practice.coaching import Coaching
from branchline.tui.screens.comments import CommentsScreen
from branchline.tui.screens.desk_dialog import FormDialog, PickDialog
from branchline.tui.screens.home import HomeScreen
from branchline.tui.screens.results import ResultsScreen
from branchline.tui.screens.review import ReviewScreen
from branchline.tui.widgets.menu import Menu
from tui_desk import Workspace, current, show, text, until
from tui_review import panel, reviewing, said_to

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.coaching.thread import Comment
    from branchline.practice import Studio
    from branchline.tui.app import BranchlineApp

SIZES = [(80, 24), (120, 36), (60, 20)]


def coach(workspace: Workspace) -> Studio:
    return workspace.studio(learner="sam", role="coach")


def session(workspace: Workspace) -> str:
    """A session that robin has played."""
    studio = workspace.studio()
    practice = workspace.begin(studio)
    for choice in ("policy", "wait"):
        practice.choose(choice)
    studio.close()
    return practice.session_id


def comments(workspace: Workspace, of: str) -> list[Comment]:
    """Everything that was said of it."""
    studio = coach(workspace)
    found = list(Coaching.of(studio, of).thread.comments)
    studio.close()
    return found


def say(workspace: Workspace, of: str, seq: int, words: str, *, shared: bool = True) -> str:
    """A comment of the coach, from elsewhere; its id."""
    studio = coach(workspace)
    made = Coaching.of(studio, of).comment(seq, words, shared=shared)
    studio.close()
    return made.id


async def write(pilot: Pilot[None], words: str) -> None:
    """Fill in the text of the form that is open, and send it."""
    await pilot.pause()
    assert isinstance(pilot.app.screen, FormDialog)
    for word in words:
        await pilot.press("space" if word == " " else word)
    await pilot.press("ctrl+d")
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_coach_comments_on_the_moment_and_sees_it_there(workspace: Workspace, size: tuple[int, int]) -> None:
    played = session(workspace)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(played)
        await until(pilot, "✖✖ 2")
        await pilot.press("right", "c")
        await until(pilot, "Comment on event 2")
        assert "Parcels may take up to ten days" in text(app)
        assert "the learner and coaches" in text(app)
        await write(pilot, "Say sorry")
        screen = current(app, ReviewScreen)
        told = panel(screen)
        assert "sam, coach" in told
        assert "Say sorry" in told
        assert "r answer" in told
        assert screen.pinned == {2}

    show(coach(workspace), body, size=size)
    (made,) = comments(workspace, played)
    assert (made.seq, made.text, made.shared, made.author) == (2, "Say sorry", True, "sam")


def test_a_private_comment_is_marked_and_can_be_shared_and_resolved(workspace: Workspace) -> None:
    played = session(workspace)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(played)
        await until(pilot, "✖✖ 2")
        await pilot.press("right", "c")
        await pilot.pause()
        dialog = current(app, FormDialog)
        dialog.query_one(Menu).highlight(1)
        await write(pilot, "Look")
        screen = current(app, ReviewScreen)
        assert "⊘ private" in panel(screen)
        await pilot.press("S")
        assert "private" not in panel(screen)
        await pilot.press("R")
        assert "✓ resolved" in panel(screen)
        await pilot.press("R")
        assert "resolved" not in panel(screen)

    show(coach(workspace), body)
    assert [each.shared for each in comments(workspace, played)] == [True]


def test_what_is_put_aside_waits_in_the_form(workspace: Workspace) -> None:
    played = session(workspace)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(played)
        await until(pilot, "✖✖ 2")
        await pilot.press("right", "c")
        await pilot.pause()
        await pilot.press("H", "m", "escape")
        await pilot.pause()
        await pilot.press("c")
        await until(pilot, "Hm")
        await pilot.press("ctrl+d")
        await pilot.pause()
        await pilot.press("c")
        await pilot.pause()
        assert current(app, FormDialog).values()["text"] == ""

    show(coach(workspace), body)
    assert [each.text for each in comments(workspace, played)] == ["Hm"]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_learner_finds_what_is_new_at_home_and_takes_it_up(workspace: Workspace, size: tuple[int, int]) -> None:
    played = session(workspace)
    first = say(workspace, played, 2, "Name the loss first.")
    say(workspace, played, 3, "And then wait for her.")
    say(workspace, played, 2, "Third time this week.", shared=False)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "2 new comments")
        current(app, HomeScreen).action_open("comments")
        await until(pilot, "Name the loss first.")
        assert "Third time" not in text(app)
        assert "Parcels may take up to ten days" in text(app)
        await pilot.press("a")
        await write(pilot, "I will")
        await until(pilot, "1 comment")
        assert "Name the loss first." not in text(app)
        await pilot.press("r")
        await write(pilot, "How long")
        await until(pilot, "Nothing waits for you.")
        await pilot.press("escape")
        await pilot.pause()
        assert "new comment" not in await until(pilot, "Lost order")

    show(workspace.studio(), body, size=size)
    found = comments(workspace, played)
    assert found[0].id == first
    assert (found[0].answered.state, found[0].answered.text) == (ACKNOWLEDGED, "I will")
    assert [each.text for each in found if each.author == "robin"] == ["How long"]


def test_my_results_mark_the_session_and_the_comment_opens_at_its_moment(workspace: Workspace) -> None:
    played = session(workspace)
    say(workspace, played, 3, "And then wait for her.")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "1 new comment")
        await pilot.press("r")
        await until(pilot, "✎ 1 new comment")
        assert isinstance(app.screen, ResultsScreen)
        await pilot.press("escape")
        await pilot.pause()
        current(app, HomeScreen).action_open("comments")
        await until(pilot, "And then wait for her.")
        await pilot.press("enter")
        await until(pilot, "✖✖ 2")
        assert current(app, ReviewScreen).seq == 3
        assert "● new" in panel(current(app, ReviewScreen))

    show(workspace.studio(), body)


def test_a_dispute_goes_from_the_learner_to_the_coach_and_back(workspace: Workspace) -> None:
    played = session(workspace)
    say(workspace, played, 2, "You read out the terms.")

    async def dispute(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(played, 2)
        await until(pilot, "✖✖ 2")
        screen = current(app, ReviewScreen)
        assert "d dispute until" in panel(screen)
        await pilot.press("d")
        await until(pilot, "Why you do not agree")
        await write(pilot, "She asked")
        assert "≠ disputed" in panel(screen)
        assert "She asked" in panel(screen)
        assert "a withdraw" in panel(screen)

    show(workspace.studio(), dispute)
    assert comments(workspace, played)[0].answered.state == DISPUTED

    async def decide(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "1 comment to look at")
        current(app, HomeScreen).action_open("comments")
        await until(pilot, "She asked")
        await pilot.press("d")
        await until(pilot, "the learner is right")
        await pilot.press("tab")
        await write(pilot, "True")
        await until(pilot, "Nothing waits for you.")

    show(coach(workspace), decide)
    assert comments(workspace, played)[0].answered.state == UPHELD

    async def read(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "1 new comment")
        current(app, HomeScreen).action_open("comments")
        assert "dispute upheld" in await until(pilot, "True")
        await pilot.press("a", "enter")
        await until(pilot, "Nothing waits for you.")

    show(workspace.studio(), read)
    assert comments(workspace, played)[0].answered.noted


def test_of_several_comments_one_is_picked_and_what_cannot_be_is_said(workspace: Workspace) -> None:
    played = session(workspace)
    for words in ("One.", "Two."):
        say(workspace, played, 2, words)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(played)
        await until(pilot, "✖✖ 2")
        for key, words in (("r", "no comment here to answer"), ("a", "nothing here"), ("d", "nothing here"), ("R", "no comment")):
            await pilot.press(key)
            await pilot.pause()
            assert words in said_to(app)
            app.clear_notifications()
        await pilot.press("right", "r")
        await until(pilot, "Answer which comment")
        picked = current(app, PickDialog)
        picked.query_one(Menu).highlight(1)
        await pilot.press("enter")
        await write(pilot, "Yes")
        await pilot.press("R")
        await pilot.press("enter")
        await pilot.pause()
        assert "Only its author or a coach" in said_to(app)

    show(workspace.studio(), body)
    found = comments(workspace, played)
    assert found[-1].answers == next(each.id for each in found if each.text == "Two.")


def test_what_comes_from_elsewhere_reaches_the_terminal_clean(workspace: Workspace) -> None:
    played = session(workspace)
    say(workspace, played, 2, "[bold]Bo\x1b[31mld\x07[/bold]")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        current(app, HomeScreen).action_open("comments")
        shown = await until(pilot, "[bold]Bo")
        assert isinstance(app.screen, CommentsScreen)
        assert "\x1b" not in shown
        app.review(played, 2)
        await until(pilot, "✖✖ 2")
        assert "[bold]Bo\ufffd[31mld\ufffd[/bold]" in panel(current(app, ReviewScreen))

    show(workspace.studio(), body)


def test_a_coach_acknowledges_what_was_said_of_their_own_session(workspace: Workspace) -> None:
    played = session(workspace)
    say(workspace, played, 2, "Name the loss.")

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        current(app, HomeScreen).action_open("comments")
        await until(pilot, "Name the loss.")
        await pilot.press("a")
        await pilot.pause()
        current(app, FormDialog)

    show(workspace.studio(role="coach"), body)


def test_keys_that_are_typed_ahead_of_sending_are_in_what_is_sent(workspace: Workspace) -> None:
    played = session(workspace)
    words = r"TWI [b]bold[/b] \[x] <i> ${x}" * 4

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(played)
        await until(pilot, "✖✖ 2")
        await pilot.press("right", "c")
        await until(pilot, "Comment on event 2")
        for word in words:
            app.post_message(Key(word, word))
        app.post_message(Key("ctrl+d", None))
        await until(pilot, "Pinned here")
        assert "Seen by" in said_to(app)

    show(coach(workspace), body)
    (made,) = comments(workspace, played)
    assert made.text == words


def test_a_session_of_a_file_is_to_be_imported_before_anybody_comments_on_it(workspace: Workspace, tmp_path: Path) -> None:
    studio = workspace.studio()
    review = workspace.begin(studio).review()
    studio.close()

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        for key in ("c", "r", "d"):
            app.clear_notifications()
            await pilot.press(key)
            await pilot.pause()
            assert app.screen is screen
            assert "import its file first" in said_to(app)
            assert "branchline sessions import FILE" in said_to(app)

    elsewhere = Workspace(tmp_path / "elsewhere")
    reviewing(coach(elsewhere), review, body)
