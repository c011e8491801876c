"""The SOP library: every SOP of the workspace, to search and to read, with what cites it and what became of notes about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.errors import BranchlineError
from branchline.text import clean, clean_line
from branchline.tui.commands import SOP_WRONG, Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.sop_reader import SopReader
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from branchline.content.diagnostic import Diagnostic
    from branchline.content.sop import Sop
    from branchline.content.workspace import Listing
    from branchline.journal.model import SopNote

COMMANDS = (
    Command("sop-search", "slash", "search", "Search the SOPs by words.", "search"),
    Command("category", "c", "category", "Show only the SOPs of the next category, at last all again.", "next_category"),
    Command("channel", "h", "channel", "Show only the SOPs for the next channel, at last all again.", "next_channel"),
    replace(SOP_WRONG, hint=True),
    Command("home", "escape", "back", "Close the SOP that is open; else go back.", "back"),
    Command("leave", "q", "home", "Go home.", "home"),
)


class LibraryScreen(DeskScreen):
    """The SOPs of the workspace, broken ones named."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "library.tcss"
    FIRST = "#found"

    def __init__(self) -> None:
        """Nothing is read before the screen is there."""
        super().__init__()
        self._sops: list[Sop] = []
        self._broken: Sequence[Diagnostic] = ()
        self._listings: Sequence[Listing] = ()
        self._category = self._channel = ""

    def body(self) -> Iterable[Widget]:
        """Title and reader."""
        yield Bar(Content.styled("SOP library", "bold $desk-accent"), id="title")
        today = self.desk.studio.today
        yield SopReader(today=today, aside=self._aside, id="reader")

    def on_mount(self) -> None:
        """Read the library once the screen is there."""
        super().on_mount()
        self.call_after_refresh(self._read)

    def _read(self) -> None:
        try:
            workspace = self.desk.studio.workspace
            self._sops = sorted(workspace.sops().values(), key=lambda sop: sop.id)
            self._broken = workspace.broken_sops()
            self._listings = workspace.listings()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self._list()
        self.query_one(SopReader).focus_list()

    def _list(self) -> None:
        """The SOPs that fit, and in the title which those are."""
        found = [sop for sop in self._sops if self._fits(sop)]
        self.query_one(SopReader).put(found)
        only = [clean_line(part) for part in (self._category, self._channel) if part]
        right = Content.styled(", ".join([count(len(found), "SOP"), *(f"only {part}" for part in only)]), "$desk-soft")
        if self._broken:
            right = Content.styled(f"✗ {count(len(self._broken), 'finding')} in SOPs that cannot be read  ", "$desk-bad") + right
        self.query_one("#title", Bar).say(Content.styled("SOP library", "bold $desk-accent"), right)

    def _fits(self, sop: Sop) -> bool:
        of_category = f"{sop.category}/".startswith(f"{self._category}/") if self._category else True
        return of_category and (not self._channel or not sop.channels or self._channel in sop.channels)

    def sops_here(self) -> Iterable[Sop]:
        """The one that is open or highlighted."""
        chosen = self.query_one(SopReader).chosen
        return [chosen] if chosen is not None else []

    # ------------------------------------------------------------------------------------------------ below the page

    def _aside(self, sop: Sop) -> list[Block]:
        """What cites the SOP, and the learner's notes about it."""
        citing = [listing for listing in self._listings if sop.id in listing.sops]
        blocks = [heading(f"Cites version {sop.version}", above=0)]
        blocks += [Block(Content.assemble(clean_line(each.title), (f"  {each.kind}", "$desk-soft")), Content("• ")) for each in citing]
        if not citing:
            blocks.append(Block(Content.styled("Nothing that can be played cites it.", "italic $desk-soft")))
        notes = self._notes(sop)
        return [*blocks, *([heading("What you noted")] if notes else []), *(_note(each) for each in notes)]

    def _notes(self, sop: Sop) -> list[SopNote]:
        from branchline.reports.sop_notes import notes  # noqa: PLC0415

        studio = self.desk.studio
        if not studio.paths.database.exists():
            return []
        try:
            return notes(studio.journal, sop=sop.id, learner=studio.settings.learner)
        except BranchlineError as error:
            self.desk.trouble(error)
            return []

    # ------------------------------------------------------------------------------------------------ what can be done

    def action_next_category(self) -> None:
        """Only the next category."""
        self._category = _next(self._category, sorted({sop.category for sop in self._sops if sop.category}))
        self._list()

    def action_next_channel(self) -> None:
        """Only the next channel."""
        self._channel = _next(self._channel, sorted({channel for sop in self._sops for channel in sop.channels}))
        self._list()

    def action_search(self) -> None:
        """Write in the search field."""
        self.query_one(SopReader).action_search()

    def action_back(self) -> None:
        """Close the SOP that is open; else go back."""
        if not self.query_one(SopReader).close():
            self.dismiss()

    def action_home(self) -> None:
        """Go home."""
        self.dismiss()


def _next(now: str, known: Sequence[str]) -> str:
    """The one after `now`; after the last one none."""
    order = ["", *known]
    return order[(order.index(now) + 1) % len(order)] if now in order else ""


def _note(note: SopNote) -> Block:
    about = f"{note.at[:10]}, version {note.version}" + (f", step {note.step}" if note.step else "")
    text = Content.assemble((clean_line(about), "$desk-soft"), "\n", clean(note.text))
    if note.answer:
        text += Content.assemble("\n", (f"✓ {clean_line(note.answered_by)}: ", "bold $desk-good"), clean(note.answer))
    else:
        text += Content.styled("\n… nobody has answered yet", "italic $desk-soft")
    return Block(text, Content("✎ "))
