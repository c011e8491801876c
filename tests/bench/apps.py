"""The bare Textual apps that ours is measured beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Footer, Header, Label, OptionList

if TYPE_CHECKING:
    from textual.app import ComposeResult

OPTIONS = 8


class Empty(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        """The label."""
        yield Label("Branchline")


class Options(App[None]):
    """A list whose highlight moves, between Textual's own header and footer."""

    def compose(self) -> ComposeResult:
        """Header, list, footer."""
        yield Header()
        yield OptionList(*(f"{number}. Let me look at what happened this morning." for number in range(OPTIONS)))
        yield Footer()
