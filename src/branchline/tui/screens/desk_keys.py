"""The commands of the desk, the most important first."""

from __future__ import annotations

from branchline.tui.commands import SOP_WRONG, Command

COMMANDS = (
    Command("reply", "r", "reply", "Write a public reply: the customer reads it.", "ask('reply')"),
    Command("note", "n", "note", "Write an internal note: only colleagues read it.", "ask('note')"),
    Command("actions", "a", "actions", "Open the company's tools and everything else that can be done here.", "actions"),
    Command("submit", "ctrl+d,ctrl+enter", "submit", "Hand the ticket in; asks first, and says what is missing.", "submit"),
    Command("field", "f", "field", "Set a field of the ticket.", "fields"),
    Command("status", "o", "status", "Change the status of the ticket.", "ask('status')"),
    Command("macro", "m", "macro", "Read the macros, and apply one.", "macros"),
    Command("escalate", "e", "escalate", "Escalate or assign the ticket.", "escalate"),
    Command("sop", "s", "SOP", "Open the SOPs, to search and read while you work.", "sops"),
    Command("records", "c", "records", "Show fields, clocks and the customer's records, where they do not stand at the side.", "records"),
    Command("wait", "w", "wait", "Let time pass until something happens.", "ask('wait')"),
    Command("check", "k", "check", "See what is missing before you submit (practice mode).", "check"),
    Command("undo", "u", "undo", "Take the last act back (practice mode).", "undo"),
    Command("exception", "x", "exception", "Log an exception from an SOP, with its reason.", "ask('exception')"),
    Command("trail", "t", "audit trail", "Show or hide the lines of the audit trail.", "trail"),
    Command("home", "escape", "home", "Close what is open; else go home. The session is kept.", "back"),
    Command("leave", "q", "quit", "Leave the app. The session is kept and can be continued.", "app.quit"),
    SOP_WRONG,
    Command(
        "other-pane",
        "tab",
        "other pane",
        "Go from the stream to the pane at the side, to scroll it, and back.",
        "app.focus_next",
        hint=False,
    ),
    Command("copy", "y", "copy", "Copy the session so far as plain text.", "copy", hint=False),
    Command("give-up", "g", "give up", "End the session here without submitting; asks once more.", "give_up", hint=False),
)
