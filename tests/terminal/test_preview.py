"""The preview on a real terminal: silent until a file is saved, and nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal_probe import Terminal
from tui_preview import Desk

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_silent_until_a_save_and_shows_that_by_itself(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "content").write()
    environ = {"BRANCHLINE_HOME": str(tmp_path / "home")}
    with Terminal(["preview", str(desk.file), "--path", "look"], environ) as terminal:
        terminal.wait_for("And now?")
        terminal.read(1.0)
        assert terminal.read(1.5) == b""
        desk.edit(("And now?", "So?"))
        terminal.wait_for("So?")
        terminal.type("q")
        assert terminal.ended() == 0
        assert terminal.left_on() == set()
        assert terminal.attributes_kept
    assert not (tmp_path / "home" / "data").exists()
