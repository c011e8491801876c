"""Starting the app, or saying why it cannot start here."""

from __future__ import annotations

import os
import sys

from branchline.errors import UsageError


def has_screen() -> bool:
    """Whether the app can run: input and output are a terminal that can place text."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"


def start_app() -> None:
    """Open the studio and run the app; UsageError where there is no screen for it."""
    if not has_screen():
        hint = "`branchline list` shows what can be played, `branchline play ID --plain` plays it line by line."
        raise UsageError("The app needs a terminal.", hint=hint, code="no-terminal")
    from branchline.practice import Studio
    from branchline.tui.app import run

    run(Studio.open())
