"""Coaching: the sessions of every learner, the last first; each opens its review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Input

from branchline.errors import BranchlineError
from branchline.journal.model import UNFINISHED
from branchline.text import clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.home import local, verdict
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.menu import Menu
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from branchline.journal.model import SessionRow

COMMANDS = (
    Command("open", "enter", "review", "Go through the highlighted session moment by moment.", "pick"),
    Command("coaching-search", "slash", "search", "Show only sessions with these words: learner, title, mode, date.", "search"),
    Command("home", "escape,q", "home", "Close the search; else go home.", "back"),
)
MOST = 500
"""Sessions that are listed at most; the search looks through all."""


class CoachingScreen(DeskScreen):
    """Sessions to review."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS[1:])
    CSS_PATH = "coaching.tcss"
    FIRST = "#sessions"

    def __init__(self) -> None:
        """Nothing is read before it is shown."""
        super().__init__()
        self._rows: Sequence[SessionRow] = ()

    def body(self) -> Iterable[Widget]:
        """Title, search, list."""
        yield Bar(id="title")
        field = Input(placeholder="Search: learner, title, mode, date", id="ask", compact=True)
        field.cursor_blink = False
        yield field
        yield Menu(id="sessions")

    def on_mount(self) -> None:
        """Focus the list."""
        super().on_mount()
        self.query_one(Menu).focus()

    def on_screen_resume(self) -> None:
        """Read the journal, again when a review was closed."""
        studio = self.desk.studio
        try:
            self._rows = studio.journal.sessions() if studio.paths.database.exists() else ()
        except BranchlineError as error:
            self.desk.trouble(error)
        self._list()

    def _list(self) -> None:
        words = self.query_one(Input).value.lower().split()
        found = [row for row in self._rows if all(word in _said(row) for word in words)]
        today = self.desk.studio.today
        blocks = [_entry(row, today) for row in found[:MOST]]
        nothing = "Nobody has played yet." if not self._rows else "No session has all of these words."
        if len(found) > MOST:
            blocks.append(Block(Content.styled(f"… and {len(found) - MOST} earlier ones; search for them.", "$desk-soft"), Content("  ")))
        self.query_one(Menu).show(blocks or [Block(Content.styled(nothing, "italic $desk-soft"))])
        learners = len({row.learner for row in found})
        right = Content.styled(f"{count(len(found), 'session')}, {count(learners, 'learner')}", "$desk-soft")
        self.query_one("#title", Bar).say(Content.styled("Coaching", "bold $desk-accent"), right)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Review a session."""
        self.desk.review(event.entry)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list while words are typed."""
        event.stop()
        self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """To the list."""
        event.stop()
        self.query_one(Menu).focus()

    def action_pick(self) -> None:
        """The highlighted session, from the palette."""
        self.query_one(Menu).action_pick()

    def action_search(self) -> None:
        """Write in the search field."""
        self.add_class("-asking")
        self.query_one(Input).focus(scroll_visible=False)

    def action_back(self) -> None:
        """Close the search; else go home."""
        if self.has_class("-asking"):
            self.remove_class("-asking")
            self.query_one(Input).value = ""
            self.query_one(Menu).focus()
        else:
            self.dismiss()


def _said(row: SessionRow) -> str:
    return f"{row.learner} {row.title} {row.content} {row.mode} {row.status} {row.started} {row.id}".lower()


def _entry(row: SessionRow, today: str) -> Block:
    when = Content.styled(f"  {local(row.started, today):>16}  ", "$desk-soft")
    if row.status == "completed":
        right = verdict(row)
    else:
        right = Content.styled("… not ended" if row.status in UNFINISHED else "⊘ given up", "$desk-soft")
    text = Content.assemble((clean_line(row.learner), "bold"), f"  {clean_line(row.title)}", (f"  {row.mode}", "$desk-soft"))
    return Block(text, when, right, id=row.id)
