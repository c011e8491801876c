"""My results: every session of the learner, the last first, each opens its debrief; under them what other tools recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.errors import BranchlineError
from branchline.journal.model import UNFINISHED
from branchline.text import clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.home import local, verdict
from branchline.tui.waiting import waiting_in
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.menu import Menu
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from branchline.journal.model import SessionRow
    from branchline.xapi.elsewhere import Deed

COMMANDS = (
    Command("open", "enter", "open", "Open the debrief, or go on with a session that has not ended.", "pick"),
    Command("review", "v", "review", "Go through the highlighted session moment by moment.", "review"),
    Command("home", "escape,q", "home", "Go home.", "back"),
)
MOST = 500
"""Sessions, and things that other tools recorded, that are listed at most."""


class ResultsScreen(DeskScreen):
    """The learner's sessions."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS[1:])
    CSS_PATH = "results.tcss"
    FIRST = "#sessions"

    def body(self) -> Iterable[Widget]:
        """Title and list."""
        yield Bar(Content.styled("My results", "bold $desk-accent"), id="title")
        yield Menu(id="sessions")

    def on_mount(self) -> None:
        """Focus the list."""
        super().on_mount()
        self.query_one(Menu).focus()

    def on_screen_resume(self) -> None:
        """Read the journal, again when a debrief was closed."""
        studio = self.desk.studio
        try:
            rows = studio.journal.sessions(learner=studio.settings.learner, limit=MOST)
        except BranchlineError as error:
            self.desk.trouble(error)
            rows = []
        today = studio.today
        nothing = Block(Content.styled("No session has been played yet.", "italic $desk-soft"))
        new = waiting_in(studio)
        self.query_one(Menu).show([*([_entry(row, today, new[row.id]) for row in rows] or [nothing]), *self._elsewhere(today)])
        learner = Content.styled(clean_line(studio.settings.learner), "$desk-soft")
        self.query_one("#title", Bar).say(Content.styled("My results", "bold $desk-accent"), learner)

    def _elsewhere(self, today: str) -> list[Block]:
        """What other tools recorded, as `lrs pull` brought it."""
        from branchline.xapi.elsewhere import deeds  # noqa: PLC0415  # only who looks at results needs it

        studio = self.desk.studio
        try:
            found = deeds(studio.journal.received().of_learner(*studio.settings.names), studio.settings.language)
        except BranchlineError as error:
            self.desk.trouble(error)
            return []
        blocks = [heading("From other tools")] if found else []
        blocks += [_deed(each, today) for each in found[:MOST]]
        if len(found) > MOST:
            more = f"… and {len(found) - MOST} earlier ones: `branchline report progress --json`."
            blocks.append(Block(Content.styled(more, "$desk-soft"), Content("  ")))
        return blocks

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The debrief of a session that has ended; one that has not goes on."""
        from branchline.tui.played import Played  # noqa: PLC0415
        from branchline.tui.screens.debrief import DebriefScreen  # noqa: PLC0415

        status, _, session_id = event.entry.partition(" ")
        if status in UNFINISHED:
            self.desk.resume(session_id)
            return
        try:
            played = Played.kept(self.desk.studio, session_id)
        except BranchlineError as error:
            self.desk.trouble(error)
        else:
            self.app.push_screen(DebriefScreen(played))

    def action_review(self) -> None:
        """The highlighted session, moment by moment."""
        _, _, session_id = self.query_one(Menu).entry.partition(" ")
        if session_id:
            self.desk.review(session_id)

    def action_pick(self) -> None:
        """The highlighted session, from the palette."""
        self.query_one(Menu).action_pick()

    def action_back(self) -> None:
        """Go home."""
        self.dismiss()


def _deed(each: Deed, today: str) -> Block:
    from branchline.xapi.elsewhere import outcome  # noqa: PLC0415  # as above

    when = Content.styled(f"  {local(each.at, today) if each.at else 'no date':>16}  ", "$desk-soft")
    beside = ", ".join(filter(None, (f"in {each.within}" if each.within else "", each.tool)))
    text = Content.assemble((each.verb, "bold"), " ", each.activity, (f"  {beside}" if beside else "", "$desk-soft"))
    return Block(text, when, Content.styled(outcome(each), "$desk-soft"))


def _entry(row: SessionRow, today: str, new: int) -> Block:
    when = Content.styled(f"  {local(row.started, today):>16}  ", "$desk-soft")
    if row.status == "completed":
        right = verdict(row)
    else:
        words = "… not ended, enter continues" if row.status in UNFINISHED else "⊘ given up"
        right = Content.styled(words, "$desk-soft")
    if new:
        right = Content.assemble((f"✎ {count(new, 'new comment')}", "bold $desk-accent"), "  ") + right
    return Block(Content.assemble(clean_line(row.title), (f"  {row.mode}", "$desk-soft")), when, right, id=f"{row.status} {row.id}")
