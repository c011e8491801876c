"""The commands of the review screen, the most important first."""

from __future__ import annotations

from branchline.tui.commands import Command

COMMANDS = (
    Command("event-after", "right,l", "event", "Go to the event after this one.", "step(1)"),
    Command("event-before", "left,h", "back", "Go to the event before this one.", "step(-1)", hint=False),
    Command("mistake-after", "n", "mistake", "Go to the next moment worth retrying, inaccuracies too, round and round.", "mistake(1)"),
    Command("mistake-before", "N", "mistake before", "Go to the one before, round and round.", "mistake(-1)", hint=False),
    Command("best-line", "b", "best line", "Put the best line from before this moment beside what happened.", "best_line"),
    Command("what-if", "w", "what if", "Play on from before this moment. It is hypothetical: nothing of it is kept.", "what_if"),
    Command("replay", "space", "play", "Play the session as it happened, or pause.", "play"),
    Command("review-panel", "p", "panel", "Give the moment the whole width, or let the arrow keys scroll it, or no longer.", "panel"),
    Command("review-close", "escape,q", "close", "Close what is open: the search, the panel, the review.", "back"),
    Command("review-search", "slash", "search", "Search the transcript; enter goes on, backspace goes back.", "search"),
    Command("go-to", "g", "go to", "Go to a line by its number, an event by # and number, a time by 1:23.", "go_to"),
    Command("mark-after", "right_square_bracket", "marked", "Go to the next mark: flaw, comment, chance, look.", "marked(1)", hint=False),
    Command("mark-before", "left_square_bracket", "marked before", "Go to the mark before.", "marked(-1)", hint=False),
    Command("faster", "greater_than_sign", "faster", "Play faster.", "speed(1)", hint=False),
    Command("slower", "less_than_sign", "slower", "Play slower.", "speed(-1)", hint=False),
    Command("idle", "full_stop", "idle time", "Skip idle time while playing, or play it too.", "idle", hint=False),
    Command("match-after", "enter", "next match", "Go to the next match of the search.", "match(1)", hint=False),
    Command("match-before", "backspace", "match before", "Go to the match before.", "match(-1)", hint=False),
    Command("review-start", "home", "start", "Go to the first event.", "edge(-1)", hint=False),
    Command("review-end", "end", "end", "Go to the last event.", "edge(1)", hint=False),
    Command("scroll-up", "up,k", "up", "Scroll up.", "scroll(-1)", hint=False),
    Command("scroll-down", "down,j", "down", "Scroll down.", "scroll(1)", hint=False),
    Command("scroll-page-up", "pageup", "page up", "Scroll up by a page.", "scroll_page(-1)", hint=False),
    Command("scroll-page-down", "pagedown", "page down", "Scroll down by a page.", "scroll_page(1)", hint=False),
    Command("copy", "y", "copy", "Copy the transcript as plain text.", "copy", hint=False),
)  # fmt: skip
MAIN = 6
"""How many of them come before what other parts of the app add."""
MORE_KEYS = (("1 … 9", "Go to the first … ninth mistake."),)
"""Keys that are no commands."""
