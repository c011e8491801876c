"""The SOP library: every SOP of the workspace, to search and to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.errors import BranchlineError
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.sop_reader import SopReader
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

COMMANDS = (
    Command("sop-search", "slash", "search", "Search the SOPs by words.", "search"),
    Command("home", "escape", "back", "Close the SOP that is open; else go back.", "back"),
    Command("leave", "q", "home", "Go home.", "home"),
)


class LibraryScreen(DeskScreen):
    """The SOPs of the workspace, broken ones named."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "library.tcss"
    FIRST = "#found"

    def body(self) -> Iterable[Widget]:
        """Title and reader."""
        yield Bar(Content.styled("SOP library", "bold $desk-accent"), id="title")
        yield SopReader(id="reader")

    def on_mount(self) -> None:
        """Read the library once the screen is there."""
        super().on_mount()
        self.call_after_refresh(self._read)

    def _read(self) -> None:
        try:
            workspace = self.desk.studio.workspace
            sops, broken = sorted(workspace.sops().values(), key=lambda sop: sop.id), workspace.broken_sops()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        reader = self.query_one(SopReader)
        reader.put(sops)
        reader.focus_list()
        right = Content.styled(count(len(sops), "SOP"), "$desk-soft")
        if broken:
            right = Content.styled(f"✗ {count(len(broken), 'finding')} in SOPs that cannot be read", "$desk-bad")
        self.query_one("#title", Bar).say(Content.styled("SOP library", "bold $desk-accent"), right)

    def action_search(self) -> None:
        """Write in the search field."""
        self.query_one(SopReader).action_search()

    def action_back(self) -> None:
        """Close the SOP that is open; else go back."""
        if not self.query_one(SopReader).close():
            self.dismiss()

    def action_home(self) -> None:
        """Go home."""
        self.dismiss()
