"""Reading lines: from pipes without a clock, from a terminal with one."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, TextIO

import pytest

from branchline.plain.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    """Where a person types, and what the program reads."""
    hand, screen = os.openpty()
    with os.fdopen(screen, encoding="utf-8") as stream:
        yield hand, stream
    os.close(hand)


def test_a_pipe_keeps_no_time_and_ends_with_eof() -> None:
    reader = Reader(io.StringIO("  1 \n\n2"))
    assert not reader.keeps_time
    assert [reader.line(), reader.line(), reader.line()] == ["1", "", "2"]
    with pytest.raises(EOFError):
        reader.line()


def test_bytes_that_are_no_text_are_an_unknown_command() -> None:
    assert Reader(io.TextIOWrapper(io.BytesIO(b"\xff\n"), encoding="utf-8")).line() == "\N{REPLACEMENT CHARACTER}"


def test_a_terminal_s_silence_ends_at_the_deadline(terminal: tuple[int, TextIO]) -> None:
    _, stream = terminal
    reader = Reader(stream, clock=lambda: 100.0)
    assert reader.keeps_time
    assert reader.line(deadline=99.0) is None


def test_what_was_typed_in_time_is_read(terminal: tuple[int, TextIO]) -> None:
    hand, stream = terminal
    os.write(hand, b"3\n")
    assert Reader(stream, clock=lambda: 100.0).line(deadline=160.0) == "3"
