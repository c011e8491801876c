"""The real program on a pseudo-terminal: plays, is silent when idle, and leaves the terminal as it found it."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from branchline.engine.events import ChoiceMade
from branchline.tui.hangup import ENDED
from terminal_probe import Terminal
from tui_desk import Workspace

if TYPE_CHECKING:
    from pathlib import Path

COLOUR = re.compile(rb"\x1b\[(?:[\d;:]*;)?(?:3[0-8]|4[0-8]|9\d|10[0-7])(?:[;:][\d;:]*)?m")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one scenario."""
    return Workspace(tmp_path).write()


def test_a_session_is_played_and_the_terminal_is_as_it_was(workspace: Workspace) -> None:
    with Terminal(["play", "lost-order", "--seed", "7"], workspace.environ) as terminal:
        terminal.wait_for("Where is it?")
        terminal.read(0.5)
        key = next(number for number in "123" if f"{number} That wait is on us" in terminal.text())
        terminal.type(key)
        terminal.wait_for("And now?")
        assert terminal.read(1.0) is not None
        assert terminal.read(1.5) == b""
        terminal.type("q")
        assert terminal.ended() == 0
        assert "1049" in {mode.decode() for mode in re.findall(rb"\x1b\[\?(\d+)h", terminal.output)}
        assert terminal.left_on() == set()
        assert terminal.attributes_kept
    studio = workspace.studio()
    (row,) = studio.journal.sessions()
    made = [entry.event.choice for entry in studio.journal.entries(row.id) if isinstance(entry.event, ChoiceMade)]
    studio.close()
    assert row.status == "suspended"
    assert made == ["sorry"]


@pytest.mark.parametrize("keys", ["\x11", "\x03"], ids=["ctrl+q", "ctrl+c"])
def test_home_can_be_left_and_the_terminal_is_as_it_was(workspace: Workspace, keys: str) -> None:
    with Terminal([], workspace.environ) as terminal:
        terminal.wait_for("Lost order")
        terminal.type(keys)
        assert terminal.ended() == 0
        assert terminal.left_on() == set()
        assert terminal.attributes_kept


def test_a_killed_program_has_kept_every_reply_that_was_shown(workspace: Workspace) -> None:
    with Terminal(["play", "lost-order", "--seed", "7"], workspace.environ) as terminal:
        terminal.wait_for("Where is it?")
        terminal.read(0.5)
        terminal.type(next(number for number in "123" if f"{number} That wait is on us" in terminal.text()))
        terminal.wait_for("And now?")
        terminal.process.send_signal(signal.SIGKILL)
        terminal.process.wait()
    with Terminal(["resume"], workspace.environ) as terminal:
        terminal.wait_for("And now?")
        assert "That wait is on us" in terminal.text()
        terminal.type("q")
        assert terminal.ended() == 0


@pytest.mark.parametrize(("wish", "coloured"), [({"NO_COLOR": "1"}, False), ({}, True)], ids=["NO_COLOR", "as usual"])
def test_colour_is_sent_unless_no_color_is_set(workspace: Workspace, wish: dict[str, str], coloured: bool) -> None:  # noqa: FBT001
    with Terminal([], {**workspace.environ, **wish}) as terminal:
        terminal.wait_for("Lost order")
        terminal.read(0.5)
        terminal.type("q")
        assert terminal.ended() == 0
        assert bool(COLOUR.findall(terminal.output)) is coloured


def test_a_tiny_terminal_gets_one_sentence(workspace: Workspace) -> None:
    with Terminal([], workspace.environ, size=(20, 10)) as terminal:
        terminal.wait_for("nothing")
        terminal.read(0.5)
        assert "Branchline" in terminal.text()
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert terminal.left_on() == set()


def test_a_terminal_that_vanishes_without_a_signal_ends_the_program_with_the_session_suspended(workspace: Workspace) -> None:
    with Terminal(["play", "lost-order", "--seed", "7"], workspace.environ) as terminal:
        terminal.wait_for("Where is it?")
        terminal.read(0.5)
        terminal.vanish()
        assert terminal.process.wait(30) == ENDED
    studio = workspace.studio()
    (row,) = studio.journal.sessions()
    studio.close()
    assert row.status == "suspended"
