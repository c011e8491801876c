"""The review on a real terminal: opened from the shell by id or file, silent at rest, and left as it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.journal.exchange import export_session
from terminal_probe import Terminal
from tui_desk import Workspace
from tui_review import play

if TYPE_CHECKING:
    from pathlib import Path


def test_a_session_is_opened_by_the_beginning_of_its_id_and_left_with_nothing_changed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).write()
    studio = workspace.studio()
    session = play(workspace, studio).session_id
    studio.close()
    with Terminal(["review", session[:8]], workspace.environ) as terminal:
        terminal.wait_for("✖✖ 2")
        terminal.type("n")
        terminal.wait_for("blunder")
        terminal.read(1.0)
        assert terminal.read(1.0) == b""
        terminal.type("q")
        terminal.wait_for("SOP library")
        terminal.type("q")
        assert terminal.ended() == 0
        assert terminal.left_on() == set()
        assert terminal.attributes_kept


def test_a_file_is_opened_too(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).write()
    studio = workspace.studio()
    practice = play(workspace, studio)
    file = tmp_path / "session.jsonl"
    file.write_text(export_session(studio.journal, practice.session_id), encoding="utf-8")
    studio.close()
    elsewhere = {**workspace.environ, "BRANCHLINE_HOME": str(tmp_path / "elsewhere")}
    with Terminal(["review", str(file)], elsewhere) as terminal:
        terminal.wait_for("✖✖ 2")
        terminal.type("\x11")
        assert terminal.ended() == 0
