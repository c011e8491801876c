"""The commands of a preview, the most important first."""

from __future__ import annotations

from branchline.tui.commands import Command

COMMANDS = (
    Command("undo", "u", "undo", "Take the last move back, a value set by hand too.", "undo"),
    Command("preview-start", "b", "start", "Go back to the start.", "restart"),
    Command("preview-variables", "v", "variables", "Change trust, heat and variables by hand, to see what they open.", "variables"),
    Command("preview-diagnostics", "d", "diagnostics", "Show every Diagnostic of the file, or the conversation again.", "diagnostics"),
    Command("preview-wait", "w", "wait", "Say nothing until the time is up.", "wait"),
    Command(
        "preview-panel", "p", "panel", "Show the panel; where it stands at the side, let the arrow keys scroll it, or no longer.", "panel"
    ),
    Command("preview-reload", "r", "reload", "Read the file again now; it is read by itself after every save.", "reload"),
    Command("preview-close", "escape", "close", "Close what is open.", "back", hint=False),
    Command("leave", "q", "quit", "Leave. Nothing of a preview is kept.", "app.quit"),
    Command("earlier", "pageup", "earlier", "Scroll the conversation up.", "scroll(-1)", hint=False),
    Command("later", "pagedown", "later", "Scroll the conversation down.", "scroll(1)", hint=False),
    Command("preview-next", "right", "next value", "Give the highlighted variable its next value.", "cycle(1)", hint=False),
    Command("preview-before", "left", "value before", "Give the highlighted variable the value before.", "cycle(-1)", hint=False),
)
MORE_KEYS = (("1 … 9", "Say the reply with that number."), ("↑ ↓ enter", "Choose in the list."))
"""Keys of the lists, which are no commands."""
