"""Progress bars of long work on stderr, where it is a terminal and nobody wants quiet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

import click

from branchline.cli.lazy import flags
from branchline.cli.output import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

LONG = 50_000
"""Things left to do from which a second bar is worth its line."""


class Progress:
    """A bar for what is read, in bytes, and then one for what was put aside meanwhile, by number."""

    def __init__(self, size: int, *, reading: str, working: str, shown: bool = True) -> None:
        """`size` is how many bytes there are to read; `reading` and `working` are the words before the bars."""
        context = click.get_current_context(silent=True)
        quiet = context is not None and flags(context).get("quiet")
        self._shown = shown and not quiet and is_terminal(sys.stderr)
        self._words = working
        self._left = size
        self._put = self._done = 0
        self._bar: Any = self._new(size, reading)

    def _new(self, length: int, words: str) -> Any:
        return click.progressbar(length=max(1, length), label=words, file=sys.stderr).__enter__() if self._shown else None

    def read(self, count: int) -> None:
        """So many bytes more were read."""
        self._left -= count
        if self._bar is not None:
            self._bar.update(count)

    def counted(self, things: Iterable[Any]) -> Iterator[Any]:
        """The same things, counted as they pass."""
        for self._put, thing in enumerate(things, 1):
            yield thing

    def worked(self, count: int) -> None:
        """So many things more are done."""
        self._done += count
        if self._left <= 0 and self._words and self._shown:
            self._end()
            waiting = self._put - self._done
            self._bar = self._new(waiting, self._words) if waiting >= LONG else None
            self._words = ""
        elif not self._words and self._bar is not None:
            self._bar.update(count)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()
