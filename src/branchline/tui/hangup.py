"""A terminal that has vanished: Textual reads its end over and over, so that somebody else has to notice."""

from __future__ import annotations

import os
import select
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LAST_WAIT = 5.0
"""Seconds that the app has for putting things away."""
ENDED = 129
"""The exit code of a program whose terminal hung up: 128 and SIGHUP's number."""


def watch(put_away: Callable[[], None]) -> None:
    """End the program once its terminal has vanished; `put_away` is called before, from another thread, and has `LAST_WAIT`."""
    stdin = sys.__stdin__
    if stdin is None or not stdin.isatty() or not hasattr(select, "poll"):
        return
    threading.Thread(target=_wait, args=(stdin.fileno(), put_away), name="hangup", daemon=True).start()


def _wait(fileno: int, put_away: Callable[[], None]) -> None:
    gone = select.poll()
    # No event is asked for: what is typed wakes nobody, a hang-up is told all the same.
    gone.register(fileno, 0)
    if any(told & select.POLLHUP for _, told in gone.poll()):
        put_away()
        threading.Event().wait(LAST_WAIT)
        os._exit(ENDED)
