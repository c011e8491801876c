"""DeskScreen: what every screen of the app has: hints, help, and a clear sentence where the terminal is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from branchline.tui.commands import EVERYWHERE, HELP, Command
from branchline.tui.widgets.bar import Hints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from branchline.content.sop import Sop
    from branchline.tui.app import BranchlineApp

LEAST = (40, 12)
"""Columns and lines below which no screen can be used."""
WIDE = 100
"""Columns from which there is room for a side panel."""
TALL = 30
"""Lines from which a panel may stand above the choices."""


class DeskScreen(Screen[None]):
    """A screen of the app. Subclasses give `body`, their commands, and what is focused first."""

    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-tiny"), (LEAST[0], "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-flat"), (LEAST[1], "-short"), (TALL, "-tall")]  # type: ignore[misc]
    DEFAULT_CSS = """
    DeskScreen { background: $desk-ground; color: $desk-ink; }
    DeskScreen Paper { background: $desk-ground; color: $desk-ink; }
    DeskScreen Bar { background: $desk-ground; color: $desk-ink; }
    DeskScreen > #hints { dock: bottom; background: $desk-panel; padding: 0 1; }
    DeskScreen > #too-small { display: none; padding: 0 1; color: $desk-ink; background: $desk-ground; }
    DeskScreen.-tiny > *, DeskScreen.-flat > * { display: none; }
    DeskScreen.-tiny > #too-small, DeskScreen.-flat > #too-small { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []
    HERE: ClassVar[tuple[Command, ...]] = ()
    """The commands of this screen, the most important first."""
    FIRST = ""
    """Selector of what is focused first, and again after the terminal was too small."""

    @property
    def desk(self) -> BranchlineApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    @property
    def too_small(self) -> bool:
        """Whether the terminal shows nothing but a sentence."""
        return self.size.width < LEAST[0] or self.size.height < LEAST[1]

    def body(self) -> Iterable[Widget]:
        """The widgets of the screen, top to bottom."""
        return ()

    def compose(self) -> ComposeResult:
        """The body, the hints, and the sentence for a small terminal."""
        yield from self.body()
        yield Hints(id="hints")
        words = f"Branchline needs {LEAST[0]} columns and {LEAST[1]} lines. Make the window larger; nothing is lost. ctrl+q leaves."
        yield Static(Content(words), id="too-small")

    def on_mount(self) -> None:
        """Show the hints."""
        self.show_hints()

    def show_hints(self) -> None:
        """Name the commands that can be used now."""
        changed: Mapping[str, str] = self.desk.studio.settings.keys
        usable = [command for command in self.HERE if self.check_action(command.action.partition("(")[0], ())]
        self.query_one(Hints).show(usable, HELP, changed)

    def commands(self) -> tuple[Command, ...]:
        """Everything that can be done here, for help and palette."""
        return (*self.HERE, *EVERYWHERE)

    def sops_here(self) -> Iterable[Sop]:
        """The SOPs that a note can be about."""
        return ()

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """Keys that are no commands, with what they do, for help."""
        return ()

    def on_resize(self) -> None:
        """Back from too small, the focus returns to where it was."""
        if not self.too_small and self.focused is None and self.FIRST:
            self.call_after_refresh(self.focus_first)

    def focus_first(self) -> None:
        """Focus what the screen is for."""
        for widget in self.query(self.FIRST):
            if widget.display and self.focused is None:
                widget.focus(scroll_visible=False)
                return
