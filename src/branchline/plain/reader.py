"""Reading lines from a person or a pipe, with a time limit where a person is at a terminal."""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


class Reader:
    """Lines of a stream, one at a time."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never run backwards."""
        self._stream = stream
        self._clock = clock
        self.keeps_time = stream.isatty() and os.name == "posix"
        """Whether a time limit can be kept: a pipe's silence says nothing about a person."""

    def now(self) -> float:
        """Seconds by the reader's clock."""
        return self._clock()

    def line(self, deadline: float | None = None) -> str | None:
        """The next line, stripped; None where `deadline` (by `now`) passed first. EOFError at the end of the stream."""
        if deadline is not None and not self._ready(deadline):
            return None
        try:
            text = self._stream.readline()
        except UnicodeDecodeError:
            return "�"
        if not text:
            raise EOFError
        return text.strip()

    def _ready(self, deadline: float) -> bool:
        seconds = max(deadline - self._clock(), 0.0)
        return bool(select.select([self._stream], [], [], seconds)[0])
