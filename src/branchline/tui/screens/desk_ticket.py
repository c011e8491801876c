"""The desk: one ticket, worked with the company's tools. Everything it does goes through its DeskPractice and is painted afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content

from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.commands import bindings
from branchline.tui.screens.desk_acting import Acting
from branchline.tui.screens.desk_keys import COMMANDS
from branchline.tui.screens.desk_screen import WIDE
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.desk_side import header, side
from branchline.tui.widgets.desk_stream import customer_name, stream
from branchline.tui.widgets.paper import SCROLLS, Paper
from branchline.tui.widgets.said import told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from branchline.practice import DeskPractice
    from branchline.tui.commands import Command
    from branchline.tui.widgets.sop_reader import SopReader

LETTERS = frozenset("jk")
"""Keys that scroll elsewhere, and mean something else here."""


class Sheet(Paper, inherit_bindings=False):
    """A Paper that leaves the letters to the desk."""

    BINDINGS = bindings(replace(known, key=",".join(key for key in known.key.split(",") if key not in LETTERS)) for known in SCROLLS)


class TicketScreen(Acting):
    """One drill in play."""

    HERE: ClassVar[tuple[Command, ...]] = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "desk_ticket.tcss"
    FIRST = "#stream"

    def __init__(self, practice: DeskPractice) -> None:
        """`practice` has begun or was resumed."""
        super().__init__(practice)
        self._audits = False

    def body(self) -> Iterable[Widget]:
        """Title; the ticket's heading; its stream; fields and records beside it; what comes next."""
        yield Bar(id="title")
        yield Paper(id="ticket", focusable=False)
        left = Vertical(Sheet(id="stream", follows=True), id="left")
        yield Horizontal(left, Sheet(id="side"), id="desk")
        yield Paper(id="next", focusable=False)

    def on_mount(self) -> None:
        """Show the ticket as it stands."""
        super().on_mount()
        self.paint()
        self.query_one("#stream", Paper).focus(scroll_visible=False)

    # ------------------------------------------------------------------------------------------------ painting

    def paint(self) -> None:
        """Everything as it stands now."""
        practice = self.practice
        drill, state, clocks = practice.drill, practice.state, practice.clocks()
        manner = "guided" if practice.guided else practice.mode
        parts = ["drill", clean_line(drill.channel), manner, *(["timed"] if practice.timed else [])]
        self.query_one("#title", Bar).say(
            Content.styled(clean_line(drill.title), "bold $desk-accent"), Content.styled(" · ".join(parts), "$desk-soft")
        )
        self.query_one("#ticket", Paper).show(header(drill, state, clocks))
        notices = [Block(Content.styled(clean_line(notice), "italic $desk-warn"), Content("! ")) for notice in practice.notices]
        shown = stream(drill, state, practice.trail() if self._audits else ())
        paper = self.query_one("#stream", Paper)
        paper.show([*notices, *shown])
        paper.to_end()
        self.query_one("#side", Paper).show(side(drill, state, clocks, self.errors()))
        self._show_next()
        self.show_hints()

    def _show_next(self) -> None:
        """What comes next: the step of a guided session, or how to go on after the end."""
        paper, step = self.query_one("#next", Paper), self.practice.next_step if self.practice.guided else None
        words = "Every step is done; look at the fields, and submit."
        head = "Next"
        if self.practice.finished:
            head, words = "The end", "ctrl+d shows how it went."
        elif step is not None:
            head, words = f"Next, {step.sop}: {step.do.replace('_', ' ')}", step.text.replace("**", "")
        text = Content.assemble((f"{clean_line(head)}  ", "bold"), clean_line(words))
        paper.show([Block(text, Content.styled("→ ", "bold $desk-accent"))])
        paper.display = bool(self.practice.guided or self.practice.finished)

    # ------------------------------------------------------------------------------------------------ looking

    def action_trail(self) -> None:
        """Show or hide the audit trail's lines."""
        self._audits = not self._audits
        self.paint()

    def action_records(self) -> None:
        """Fields and records in place of the stream; on wide screens they stand beside it."""
        self._leave_sops()
        self.toggle_class("-side")
        self.refocus()

    def action_sops(self) -> None:
        """Open or close the SOPs."""
        self.remove_class("-side")
        if self.has_class("-sops"):
            self._leave_sops()
            self.refocus()
            return
        self.add_class("-sops")
        self.run_worker(self._open_reader(), exclusive=True)

    async def _open_reader(self) -> None:
        from branchline.tui.widgets.sop_reader import SopReader  # noqa: PLC0415  # mounted by whoever looks something up

        if not self.query(SopReader):
            await self.query_one("#left").mount(SopReader(self.practice.drill.sops.values(), today=self._today, id="sops"))
        self.query_one(SopReader).focus_list()

    @property
    def _today(self) -> str:
        return self.desk.studio.today

    def on_sop_reader_opened(self, event: SopReader.Opened) -> None:
        """Looking something up is an event."""
        try:
            self.practice.open_sop(event.sop)
        except BranchlineError as error:
            self.desk.trouble(error)
        else:
            self.desk.statements_written()

    def _leave_sops(self) -> None:
        self.remove_class("-sops")

    def action_back(self) -> None:
        """Close what is open, the innermost first; else go home, the session suspended."""
        from branchline.tui.widgets.sop_reader import SopReader  # noqa: PLC0415

        if self.has_class("-sops"):
            if not any(reader.close() for reader in self.query(SopReader)):
                self._leave_sops()
                self.refocus()
        elif self.has_class("-side") and not self.has_class("-wide"):
            self.remove_class("-side")
            self.refocus()
        else:
            self.desk.leave_session()
            self.dismiss()

    def action_copy(self) -> None:
        """Copy the session, without frames or colours."""
        self.app.copy_to_clipboard(told(self.practice.transcript().lines, customer_name(self.practice.drill)))
        self.notify("The session is on the clipboard, if your terminal allows it.", markup=False)

    def on_resize(self) -> None:
        """What a key opens depends on the width."""
        super().on_resize()
        self.show_hints()

    def refocus(self) -> None:
        """Let the keys scroll what is in sight."""
        if self.has_class("-sops"):
            return
        beside = self.has_class("-side") and not self.has_class("-wide")
        self.query_one("#side" if beside else "#stream", Paper).focus(scroll_visible=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What makes no sense now is not offered."""
        if action in {"undo", "check"}:
            return self.practice.mode == "practice"
        if action == "records":
            return self.size.width < WIDE
        if action == "sops":
            return bool(self.practice.drill.sops)
        return super().check_action(action, parameters)
