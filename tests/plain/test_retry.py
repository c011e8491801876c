"""Mistakes met again, line by line."""

from __future__ import annotations

import io
from contextlib import closing
from typing import TYPE_CHECKING, TextIO

import pytest

from branchline.journal.streams import RETRY
from branchline.plain.reader import Reader
from branchline.plain.retry import MeetAgain
from branchline.practice import Retries, Studio
from branchline.practice.retry import Retry
from branchline.text import width
from desk_again import STORY, worked
from retry_talk import play, talk
from rooms import Room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, talk())


@pytest.fixture
def studio(room: Room) -> Iterator[Studio]:
    opened = room.studio()
    yield opened
    opened.close()


def met(studio: Studio, typed: str | TextIO, columns: int = 80) -> str:
    """What is written while that is typed."""
    said: list[str] = []
    retries = Retries(studio)
    stream = io.StringIO(typed) if isinstance(typed, str) else typed
    MeetAgain(retries, retries.queue(), Reader(stream), said.append, lambda: columns).run()
    return "\n".join(said)


def number(studio: Studio, choice: str) -> str:
    """The number of that reply at the first moment."""
    retries = Retries(studio)
    first = retries.open(retries.queue()[0])
    assert isinstance(first, Retry)
    return next(str(each.number) for each in first.offered() if each.id == choice)


def outcomes(studio: Studio) -> list[str]:
    return [getattr(remark.event, "outcome", "retired") for remark in studio.journal.streams.remarks(RETRY)]


def test_before_it_is_over_nothing_of_what_came_later_or_is_better_is_written(studio: Studio) -> None:
    play(studio, "rude", "shrug")
    said = met(studio, f"{number(studio, 'fair')}\n")
    assert "You charged me twice." in said
    assert "Not that: it gives away" in said
    assert "Because of fair." in said
    for later in ("And now?", "I say shrug.", "Because of kind.", "best", "was possible"):
        assert later not in said
    assert outcomes(studio) == ["skipped"]


def test_a_right_answer_is_explained_with_what_else_would_do(studio: Studio) -> None:
    play(studio, "rude", "mend")
    said = met(studio, f"{number(studio, 'near')}\n")
    assert "Yes: it gives away" in said
    assert "Because of near." in said
    assert 'best: "I say kind." Because of kind.' in said
    assert "Met again: 1 solved. 0 still due." in said


def test_v_shows_k_skips_and_q_stops(studio: Studio) -> None:
    play(studio, "rude", "shrug")
    play(studio, "rude", "mend")
    said = met(studio, "v\nk\nq\n")
    assert "The solution:" in said
    assert "Skipped; it comes back tomorrow." in said
    assert "1 of 3" in said
    assert outcomes(studio) == ["shown", "skipped"]


@pytest.mark.parametrize("typed", ["9", "0", "-1", "kind", "\x1b[A", "٣", "n"])
def test_what_is_no_number_above_is_no_answer(studio: Studio, typed: str) -> None:
    play(studio, "rude", "mend")
    said = met(studio, f"{typed}\n?\nr\n\n")
    assert "is not one of the numbers above" in said
    assert "view the solution" in said
    assert said.count("You charged me twice.") == 2
    assert outcomes(studio) == []


def test_what_was_retired_is_said(studio: Studio, room: Room) -> None:
    play(studio, "kind", "shrug")
    room.edit(talk(again=None, hello=talk()["nodes"]["again"]))
    assert "Retired: The scenario was edited" in met(studio, "")
    assert outcomes(studio) == ["retired"]


def test_an_interruption_keeps_what_was_tried(studio: Studio) -> None:
    class Interrupted(io.StringIO):
        def readline(self, size: int = -1, /) -> str:
            line = super().readline(size)
            if not line:
                raise KeyboardInterrupt
            return line

    play(studio, "rude", "mend")
    with pytest.raises(KeyboardInterrupt):
        met(studio, Interrupted(f"{number(studio, 'fair')}\n"))
    assert outcomes(studio) == ["skipped"]


@pytest.mark.parametrize("columns", [20, 40])
def test_a_narrow_terminal_gets_narrow_lines(studio: Studio, columns: int) -> None:
    play(studio, "rude", "mend")
    said = met(studio, "?\nv\n", columns)
    assert all(width(line) <= columns for line in said.split("\n"))


def test_a_drill_is_met_again_as_a_whole(tmp_path: Path) -> None:
    with closing(Studio.open(environ={"BRANCHLINE_HOME": str(tmp_path / "home"), "BRANCHLINE_LEARNER": "l-1"})) as studio:
        worked(studio, "verify_identity")
        said = met(studio, "1\nn\n")
        assert "you submitted the ticket" in said
        assert f"branchline play {STORY['drill']}" in said
        assert "is not one of the numbers above" in said
        assert outcomes(studio) == []
        said = met(studio, "v\n")
        assert "verify" in said.casefold()
        assert outcomes(studio) == ["shown"]
