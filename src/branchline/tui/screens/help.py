"""Help: every key of the screen it was asked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.tui.commands import NAMES, Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

COMMANDS = (Command("back", "escape,q,question_mark,enter", "back", "Go back.", "back"),)
KEY_COLUMNS = 16


class HelpScreen(DeskScreen):
    """The commands of another screen, each with its keys."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "help.tcss"
    FIRST = "#keys"

    def __init__(self, commands: Sequence[Command], more: Sequence[tuple[str, str]] = ()) -> None:
        """`more` tells of keys that are no commands: key and sentence."""
        super().__init__()
        self._commands = commands
        self._more = more

    def body(self) -> Iterable[Widget]:
        """A title and the keys."""
        yield Bar(Content.styled("Keys", "bold $desk-accent"), id="title")
        yield Paper(id="keys")

    def on_mount(self) -> None:
        """Write the keys."""
        super().on_mount()
        changed = self.desk.studio.settings.keys
        rows = [*self._more, *((_spelled(changed.get(command.id, command.key)), command.help) for command in self._commands)]
        blocks = [heading("On this screen", above=0)]
        blocks += [Block(Content(text), Content.styled(keys.ljust(KEY_COLUMNS), "bold")) for keys, text in rows]
        blocks += [
            heading("Changing keys"),
            Block(Content("In the config file, under [keys], write a command's name and its key. The names:")),
            Block(Content.styled(", ".join(sorted({command.id for command in self._commands})), "$desk-soft")),
        ]
        self.query_one(Paper).show(blocks)

    def action_back(self) -> None:
        """Close the help."""
        self.dismiss()


def _spelled(keys: str) -> str:
    return " ".join(NAMES.get(key.strip(), key.strip()) for key in keys.split(","))
