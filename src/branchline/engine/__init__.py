"""Playing: pure functions from actions to events and from events to states; standard library and content types only."""

from __future__ import annotations

from branchline.engine.actions import Act, Check, Choose, Draw, GiveUp, OpenSop, Resume, Submit, Suspend, TimeOut, Undo
from branchline.engine.conversation import locked_choices, narrate, open_choices
from branchline.engine.desk import available
from branchline.engine.desk_guide import guided
from branchline.engine.desk_state import DeskState
from branchline.engine.play import decide, digest, evolve, replay, start
from branchline.engine.sla import sla
from branchline.engine.state import State

__all__ = [
    "Act",
    "Check",
    "Choose",
    "DeskState",
    "Draw",
    "GiveUp",
    "OpenSop",
    "Resume",
    "State",
    "Submit",
    "Suspend",
    "TimeOut",
    "Undo",
    "available",
    "decide",
    "digest",
    "evolve",
    "guided",
    "locked_choices",
    "narrate",
    "open_choices",
    "replay",
    "sla",
    "start",
]
