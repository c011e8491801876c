"""Best line and what if: what stands beside what happened, and a hypothetical play that leaves no trace."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from branchline.coaching.review import Review
from branchline.journal.store import FLAGGED_NOTE
from branchline.tui.screens.best_line import BestLineScreen
from branchline.tui.screens.review import ReviewScreen
from branchline.tui.screens.what_if_desk import WhatIfTicketScreen
from branchline.tui.widgets.paper import Paper
from tui_desk import Workspace, current, lines, show, text, until
from tui_review import judged, panel, play, reviewing, said_to
from tui_ticket import begin, carry_out, script, studio_at

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchline.practice import DeskPractice, Studio
    from branchline.tui.app import BranchlineApp


def rows(studio: Studio) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the journal; what home notes of sessions that it judged can be thrown away, and is left out."""
    with sqlite3.connect(studio.paths.database) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found = {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}  # noqa: S608  # its own names
    found["note"] = [row for row in found["note"] if not str(row[0]).startswith(FLAGGED_NOTE)]
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)], ids=str)
def test_b_sets_the_best_line_beside_what_happened(workspace: Workspace, size: tuple[int, int]) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio, ("policy", "wait"))

    async def body(pilot: Pilot[None], app: BranchlineApp, _: ReviewScreen) -> None:
        await pilot.press("n", "b")
        await until(pilot, "≠ ▸ That wait is on us")
        assert current(app, BestLineScreen)
        shown = lines(app)
        assert any(row.startswith(" ▸ Parcels may take") for row in shown)
        same = next(row for row in shown if "And now?" in row)
        assert same.count("And now?") == 2
        assert " = " in same
        assert "What happened" in text(app)
        await pilot.press("b")
        await pilot.pause()
        assert current(app, ReviewScreen)

    reviewing(studio, practice.review(), body, size)


def test_after_the_end_there_is_neither_best_line_nor_what_if(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio, ("policy", "wait"))

    async def body(pilot: Pilot[None], app: BranchlineApp, _: ReviewScreen) -> None:
        await pilot.press("end", "b", "w")
        assert current(app, ReviewScreen)
        assert [note.message for note in app._notifications] == ["Nothing comes after this."] * 2

    reviewing(studio, practice.review(), body)


def test_w_plays_on_with_the_engine_marked_as_hypothetical(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio, ("policy", "wait"))

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        await pilot.press("n", "w")
        shown = await until(pilot, "HYPOTHETICAL")
        assert "not scored, not kept, not sent" in shown
        assert "1 That wait is on us" in shown
        await pilot.press("1")
        shown = await until(pilot, "2 Please wait a little longer.")
        assert "“That wait is on us, and I am looking for your parcel now.”" in shown
        assert "▲ empathetic" in shown
        await pilot.press("u")
        await until(pilot, "1 That wait is on us")
        await pilot.press("u")
        assert [note.message for note in app._notifications] == ["This is where the session was left."]
        await pilot.press("1", "1")
        await until(pilot, "Back to the session.")
        assert "End: On its way" in text(app)
        await pilot.press("1")
        await pilot.pause()
        assert current(app, ReviewScreen).seq == screen.board.flagged[0]

    reviewing(studio, practice.review(), body)


def test_silence_is_possible_where_there_is_a_limit(workspace: Workspace) -> None:
    workspace.write(seconds=30)
    studio = workspace.studio()
    practice = play(workspace, studio, ("policy", "wait"))

    async def body(pilot: Pilot[None], app: BranchlineApp, _: ReviewScreen) -> None:
        await pilot.press("w", "t")
        await until(pilot, "Are you there?")
        await pilot.press("t")
        await pilot.press("escape")
        await pilot.pause()
        assert current(app, ReviewScreen)

    reviewing(studio, practice.review(), body)


def test_nothing_of_what_if_is_kept_or_sent(workspace: Workspace) -> None:
    studio = workspace.studio()
    practice = play(workspace, studio, ("policy", "wait"))
    before = rows(studio)
    after: list[object] = []

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(practice.session_id)
        await pilot.pause()
        await judged(pilot, current(app, ReviewScreen))
        await pilot.press("n", "b")
        await until(pilot, "≠ ▸ That wait is on us")
        await pilot.press("w")
        await until(pilot, "HYPOTHETICAL")
        await pilot.press("1", "1")
        await until(pilot, "Back to the session.")
        await pilot.press("u", "2", "escape")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        after.append(rows(studio))

    show(studio, body)
    assert before["event"]
    assert before["statement"]
    assert after == [before]


def test_nothing_of_a_hypothetical_ticket_is_kept_or_sent(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = _worked(studio)
    before = rows(studio)
    after: list[object] = []

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        app.review(practice.session_id)
        await pilot.pause()
        screen = current(app, ReviewScreen)
        await judged(pilot, screen)
        await pilot.press("right", "w")
        await until(pilot, "HYPOTHETICAL")
        desk = current(app, WhatIfTicketScreen)
        acts = script("refund-duplicate")
        await carry_out(pilot, acts[0])
        await carry_out(pilot, acts[1])
        assert desk.practice.can_undo
        assert desk.practice.state != screen.review.step(screen.seq).before
        await pilot.press("u", "u")
        assert desk.practice.state == screen.review.step(screen.seq).before
        assert not desk.practice.can_undo
        await pilot.press("u")
        await pilot.press("q")
        await pilot.pause()
        assert current(app, ReviewScreen)
        after.append(rows(studio))

    show(studio, body, size=(120, 36))
    assert after == [before]


def test_a_drill_s_best_line_is_what_the_sops_still_asked_for(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = _worked(studio)
    review = practice.review()

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        assert "✖" in text(app) or "●" in text(app)
        await pilot.press("right")
        told = panel(screen)
        assert "▸ " in told
        assert "of 100 left" in told
        await pilot.press("b")
        first = await until(pilot, "What the SOPs still ask for here")
        steps = " ".join(app.screen.query_one("#lines", Paper).plain.split())
        assert "to go." in steps
        assert "SOP-" in first
        await pilot.press("escape", "end")
        await pilot.pause()
        assert "What never happened is counted here." in panel(screen)
        for each in review.deductions(None):
            assert f"−{each.lost:.1f}" in panel(screen)

    reviewing(studio, review, body)


def test_a_drill_that_was_not_submitted_says_why_it_is_not_judged(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = begin(studio)
    practice.act("internal_note", {}, "I look into it.")

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        assert "◌ The ticket has not been submitted" in text(app)
        await pilot.press("right")
        assert "◌ not judged" in panel(screen)
        await pilot.press("n")
        assert "has not been submitted" in said_to(app)

    reviewing(studio, practice.review(), body)


def _worked(studio: Studio) -> DeskPractice:
    """A drill worked by its script, one act left out."""
    practice = begin(studio)
    for action in script("refund-duplicate")[:-1]:
        given = {name: value for name, value in action.items() if name not in {"do", "text"}}
        practice.act(str(action["do"]), given, str(action.get("text", "")))
    practice.submit()
    return practice


def test_a_drill_as_an_lrs_tells_it_is_gone_through_and_not_gone_on_from(tmp_path: Path) -> None:
    studio = studio_at(tmp_path)
    practice = _worked(studio)
    review = Review.told(practice.row, practice.entries, practice.drill, practice.score())

    async def body(pilot: Pilot[None], app: BranchlineApp, screen: ReviewScreen) -> None:
        for _ in range(screen.board.last):
            await pilot.press("right")
        assert "What never happened is counted here." in panel(screen)
        await pilot.press("home", "right", "b", "w")
        assert current(app, ReviewScreen)
        assert said_to(app).count("What was written at this desk is not here") == 2

    reviewing(studio, review, body)
