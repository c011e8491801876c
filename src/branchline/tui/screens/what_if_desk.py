"""What if at the desk: the ticket as it stood at a moment of a session, worked on; it is hypothetical, and nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_keys import COMMANDS
from branchline.tui.screens.desk_ticket import TicketScreen
from branchline.tui.screens.what_if import hypothetical
from branchline.tui.widgets.bar import Bar

if TYPE_CHECKING:
    from branchline.practice.hypothetical import HypotheticalDesk

CLOSE = Command("what-if-close", "q", "to the session", "Go back to the session; what was done here is gone.", "leave")
GONE = frozenset({"leave", "give-up", "sop-wrong"})
"""Commands of the desk that a hypothetical ticket has not."""
HYPOTHETICAL = (*(command for command in COMMANDS if command.id not in GONE), CLOSE)


class WhatIfTicketScreen(TicketScreen):
    """A hypothetical ticket."""

    HERE: ClassVar[tuple[Command, ...]] = HYPOTHETICAL
    BINDINGS = bindings((CLOSE,))
    CSS_PATH = "desk_ticket.tcss"

    def __init__(self, practice: HypotheticalDesk) -> None:
        """`practice` stands where the session was left."""
        super().__init__(practice)

    def paint(self) -> None:
        """As the ticket, and the title says what this is."""
        super().paint()
        self.query_one("#title", Bar).say(*hypothetical(self.practice.drill.title))

    def action_submit(self) -> None:
        """Hand it in; what that would be worth is for the session alone, so it ends here."""
        if self.practice.finished:
            self.dismiss()
        else:
            super().action_submit()

    def after_submit(self) -> None:
        """It stays on the screen until the coach goes back."""
        self.paint()
        self.notify("Submitted, hypothetically: nothing is scored. esc goes back to the session.", markup=False)

    def action_leave(self) -> None:
        """Back to the session, whatever is open."""
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing here can be given up."""
        return False if action in {"give_up", "app.sop_wrong"} else super().check_action(action, parameters)
