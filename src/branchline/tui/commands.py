"""Command: something the learner can do with a key. The hint bar, the help screen and the palette are made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import BindingType

NAMES = {
    "question_mark": "?", "escape": "esc", "enter": "enter", "up": "↑", "down": "↓", "pageup": "pgup", "pagedown": "pgdn",
    "slash": "/", "space": "space", "left": "←", "right": "→", "exclamation_mark": "!",
    "left_square_bracket": "[", "right_square_bracket": "]", "less_than_sign": "<", "greater_than_sign": ">", "full_stop": ".",
}  # fmt: skip
"""Keys as people call them, where Textual's name is another."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done on a screen."""

    id: str
    """What the setting `keys` calls it; unique in the app, but for the same thing on several screens."""
    key: str
    """The key, or several separated by commas, as Textual spells them."""
    label: str
    """One or two words for the hint bar."""
    help: str
    """A sentence for the help screen and the palette."""
    action: str
    """The action, in Textual's notation."""
    hint: bool = True
    """Whether the hint bar names it."""
    everywhere: bool = False
    """Whether the key works whatever is focused (a text field too)."""

    def binding(self) -> Binding:
        """The binding; its id is the command's, so that the key can be changed."""
        return Binding(self.key, self.action, self.label, show=False, priority=self.everywhere, id=self.id)

    def keys(self, changed: Mapping[str, str]) -> str:
        """The first key as people call it, `changed` keys by id taken into account."""
        first = changed.get(self.id, self.key).split(",")[0].strip()
        return NAMES.get(first, first.replace("ctrl+", "^"))


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The bindings of several commands."""
    return [command.binding() for command in commands]


QUIT_WORDS = "Leave the app. The session is kept and can be continued."
QUIT = Command("quit", "ctrl+q,ctrl+c", "quit", QUIT_WORDS, "app.quit", hint=False, everywhere=True)
HELP = Command("help", "question_mark", "help", "Show every key of this screen.", "app.show_help")
PALETTE = Command("palette", "ctrl+p", "commands", "Search all commands by name.", "app.command_palette", hint=False)
THEME = Command("theme", "ctrl+t", "colours", "Go to the next theme: dark, light, high contrast.", "app.next_theme", hint=False)
SOP_WRONG_WORDS = "Note that an SOP is wrong; its owner reads it, and the library shows what becomes of it."
SOP_WRONG = Command("sop-wrong", "exclamation_mark", "SOP is wrong", SOP_WRONG_WORDS, "app.sop_wrong", hint=False)
"""A command of every screen on which SOPs can be read."""
EVERYWHERE = (HELP, PALETTE, THEME, QUIT)
"""The commands of every screen."""
