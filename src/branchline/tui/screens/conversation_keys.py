"""The commands of a conversation, the most important first."""

from __future__ import annotations

from branchline.tui.commands import SOP_WRONG, Command

COMMANDS = (
    Command("undo", "u", "undo", "Take the last reply back (practice mode).", "undo"),
    Command("sop", "s", "SOP", "Open the SOPs, to search and read while you play.", "sops"),
    Command("card", "c", "customer", "Show the customer card, where it does not stand at the side.", "card"),
    Command("home", "escape", "home", "Close what is open; else go home. The session is kept.", "back"),
    Command("leave", "q", "quit", "Leave the app. The session is kept and can be continued.", "app.quit"),
    Command("way", "w", "how far", "Show how far it is to an end after each reply; again: hide it.", "way"),
    Command("earlier", "pageup", "earlier", "Scroll the conversation up.", "scroll(-1)", hint=False),
    Command("later", "pagedown", "later", "Scroll the conversation down.", "scroll(1)", hint=False),
    Command("copy", "y", "copy", "Copy the conversation so far as plain text.", "copy", hint=False),
    Command("give-up", "g", "give up", "End the session here, without an ending; asks once more.", "give_up", hint=False),
    SOP_WRONG,
)
MORE_KEYS = (("1 … 9", "Say the reply with that number."), ("↑ ↓ enter", "Choose a reply in the list."))
"""Keys of the list of choices, which are no commands."""
