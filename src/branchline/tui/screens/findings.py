"""Findings: why a scenario cannot be played, for whoever can mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.text import clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from branchline.content.diagnostic import Diagnostic
    from branchline.content.workspace import Listing

COMMANDS = (Command("home", "escape,q,enter", "back", "Go back.", "back"),)
STYLES = {"error": ("✗ error", "bold $desk-bad"), "warning": ("! warning", "bold $desk-warn"), "info": ("· info", "$desk-soft")}


class FindingsScreen(DeskScreen):
    """Every Diagnostic of one scenario, causes first."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "findings.tcss"
    FIRST = "#findings"

    def __init__(self, listing: Listing) -> None:
        """The scenario as it is listed."""
        super().__init__()
        self._listing = listing

    def body(self) -> Iterable[Widget]:
        """Title and Diagnostics."""
        title = Content.styled(clean_line(self._listing.title), "bold $desk-accent")
        yield Bar(title, Content.styled("cannot be played", "bold $desk-bad"), id="title")
        yield Paper(id="findings")

    def on_mount(self) -> None:
        """Write them."""
        super().on_mount()
        paper = self.query_one(Paper)
        paper.show([block for found in self._listing.diagnostics for block in finding_blocks(found)])
        paper.focus()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()


def finding_blocks(found: Diagnostic) -> list[Block]:
    """A Diagnostic with its place, its hint and the other places that explain it."""
    word, style = STYLES[found.severity.value]
    head = Content.assemble((f"{word} {clean_line(found.code)}  ", style), (clean_line(str(found.span)), "$desk-soft"))
    blocks = [Block(head, above=1), Block(Content(clean_line(found.message)), Content("  "))]
    if found.hint:
        blocks.append(Block(Content.styled(clean_line(found.hint), "$desk-soft"), Content("  → ")))
    others = (f"{clean_line(words)} ({clean_line(str(span))})" for span, words in found.related)
    return [*blocks, *(Block(Content.styled(other, "$desk-soft"), Content("  · ")) for other in others)]
