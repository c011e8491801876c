"""One session on paper, line by line: the loop that conversations and drills share."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from branchline.errors import ActionRefused, JournalUnavailable
from branchline.plain import prose
from branchline.practice import DeskPractice, Practice
from branchline.text import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.plain.reader import Reader

Played = TypeVar("Played", Practice, DeskPractice)


def terminal_columns() -> int:
    """How wide the terminal is now."""
    return shutil.get_terminal_size((80, 24)).columns


@dataclass
class Page(ABC, Generic[Played]):
    """A session on paper: `write` gets whole lines of text, `columns` tells how wide they may be now."""

    practice: Played
    reader: Reader
    write: Callable[[str], None]
    columns: Callable[[], int] = terminal_columns
    _printed: int = 0
    _leaving: bool = False

    def run(self) -> None:
        """Play until the end, `q`, or the end of input; an interruption suspends and goes on upwards as KeyboardInterrupt."""
        try:
            self._open()
            while not self.practice.finished and not self._leaving:
                self._try_turn()
        except EOFError:
            self._leave()
        except KeyboardInterrupt:
            # The terminal has just written ^C where the learner was typing.
            self.write("")
            self._leave()
            raise
        if self.practice.finished:
            score, transcript = self.practice.score(), self.practice.transcript()
            self._say("\n" + prose.debrief(self.practice.content, score, transcript, self._end()))

    @abstractmethod
    def _open(self) -> None:
        """Show where the session stands."""

    @abstractmethod
    def _turn(self) -> None:
        """Read one line and do what it says."""

    @abstractmethod
    def _end(self) -> str:
        """How the session ended, in words; empty where it was given up."""

    def _try_turn(self) -> None:
        try:
            self._turn()
        except (ActionRefused, JournalUnavailable) as error:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self.write(wrap(text, self.columns(), "  "))

    def _new_lines(self) -> None:
        """Print what the transcript has gained."""
        lines = self.practice.transcript().lines
        for line in lines[self._printed :]:
            if line.standing:
                self._say(prose.spoken(line, self.practice.content))
        self._printed = len(lines)

    def _leave(self) -> None:
        self._leaving = True
        if not self.practice.finished:
            self.practice.suspend()
            self._say(f"Stopped. Go on with: branchline resume {self.practice.session_id[:8]} --plain")
