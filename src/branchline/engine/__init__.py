"""Playing: pure functions from actions to events and from events to states; standard library and content types only."""

from __future__ import annotations

from branchline.engine.actions import Choose, Draw, GiveUp, OpenSop, Resume, Suspend, TimeOut, Undo
from branchline.engine.conversation import decide, evolve, locked_choices, narrate, open_choices, replay, start
from branchline.engine.state import State, digest

__all__ = [
    "Choose",
    "Draw",
    "GiveUp",
    "OpenSop",
    "Resume",
    "State",
    "Suspend",
    "TimeOut",
    "Undo",
    "decide",
    "digest",
    "evolve",
    "locked_choices",
    "narrate",
    "open_choices",
    "replay",
    "start",
]
