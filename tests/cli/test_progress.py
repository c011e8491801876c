from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from branchline.cli.progress import LONG, Progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def audited(things: int) -> None:
    with Progress(10, reading="Reading", working="Judging") as bar:
        found = list(bar.counted(range(things)))
        bar.read(10)
        for _ in found:
            bar.worked(1)


def test_a_terminal_sees_bytes_read_and_then_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    audited(LONG + 1)
    assert terminal.getvalue().index("Reading") < terminal.getvalue().index("Judging")
    assert "100%" in terminal.getvalue()


def test_little_that_is_left_needs_no_second_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    audited(5)
    assert "Judging" not in terminal.getvalue()


def test_what_is_no_terminal_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    audited(5)
    assert stream.getvalue() == ""
