"""Where the statements stand, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.tui.app import Delivered
from branchline.tui.lrs_line import lrs_line
from branchline.xapi.outbox import Delivery
from tui_desk import Workspace, show, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchline.tui.app import BranchlineApp

NOWHERE = "http://127.0.0.1:9/xapi"


def test_without_an_lrs_statements_are_kept_and_counted(workspace: Workspace) -> None:
    studio = workspace.studio()
    assert lrs_line(studio) == (True, "No LRS configured; statements are kept here.")
    workspace.begin(studio).choose("sorry")
    waiting = studio.journal.counts()["waiting"]
    assert waiting > 0
    assert lrs_line(studio) == (True, f"No LRS configured; statements are kept here ({waiting}).")
    studio.close()


def test_an_lrs_that_does_not_answer_is_named_with_the_time(workspace: Workspace) -> None:
    studio = workspace.studio(lrs_endpoint=NOWHERE)
    workspace.begin(studio)
    waiting = studio.journal.counts()["waiting"]
    words = f"{waiting} statement{'s' if waiting != 1 else ''} waiting, LRS unreachable since 14:02"
    assert lrs_line(studio, "14:02") == (False, words)
    studio.journal.set_note("paused", "The LRS refused the credentials (401).")
    well, words = lrs_line(studio)
    assert not well
    assert "delivery paused: The LRS refused the credentials (401)." in words
    studio.close()


def test_all_delivered_is_said(workspace: Workspace) -> None:
    studio = workspace.studio(lrs_endpoint=NOWHERE)
    practice = workspace.begin(studio)
    statements = studio.journal.statements(practice.session_id)
    studio.journal.settle([each.id for each in statements], "delivered")
    assert lrs_line(studio) == (True, f"All statements delivered ({len(statements)}).")
    studio.close()


def test_home_says_it_when_delivery_fails(workspace: Workspace) -> None:
    studio = workspace.studio(lrs_endpoint=NOWHERE)
    workspace.begin(studio).suspend()

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Lost order")
        app.post_message(Delivered(Delivery(waiting=1, error="The LRS did not answer.")))
        assert "waiting, LRS unreachable since" in await until(pilot, "unreachable")

    show(studio, body)


def test_whatever_is_pressed_goes_before_delivery(workspace: Workspace) -> None:
    studio = workspace.studio(lrs_endpoint=NOWHERE)

    async def body(pilot: Pilot[None], app: BranchlineApp) -> None:
        await until(pilot, "Lost order")
        assert app._drainer is not None
        held = app._drainer._held_until
        await pilot.press("down")
        assert app._drainer._held_until > held

    show(studio, body)
