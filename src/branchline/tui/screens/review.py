"""Review: a session moment by moment, with its curve and timeline, its transcript, and what there is to say of the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from branchline.content.collector import set_aside, take_up
from branchline.text import clean_line, minute
from branchline.tui.board import Board
from branchline.tui.commands import bindings
from branchline.tui.screens.desk_screen import WIDE
from branchline.tui.screens.review_extras import EXTRAS, PINS
from branchline.tui.screens.review_keys import COMMANDS, MAIN, MORE_KEYS
from branchline.tui.screens.review_moving import Playing
from branchline.tui.screens.review_reading import Failed, Read, begin_reading
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.chart import LOOKS, Chart
from branchline.tui.widgets.moment_panel import moment_blocks
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.reel import Reel
from branchline.tui.widgets.review_line import review_line
from branchline.tui.widgets.said import told
from branchline.tui.widgets.said_here import requester
from branchline.tui.words import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.message import Message
    from textual.widget import Widget

    from branchline.coaching.review import Review
    from branchline.tui.screens.review_extras import Pins
    from branchline.tui.screens.review_reading import Source
    from branchline.tui.widgets.block import Block as AnyBlock

ALL = (*COMMANDS[:MAIN], *(extra.command for extra in EXTRAS), *COMMANDS[MAIN:])
SHORT_ID = 8


class ReviewScreen(Playing):
    """One session. Its beginning is painted at once; the rest, and what it was worth, follow."""

    HERE = ALL
    BINDINGS = bindings(ALL)
    CSS_PATH = "review.tcss"

    def __init__(self, source: Source, at: int = 0) -> None:
        """Reads the beginning; BranchlineError where it cannot be read. `at` is the event to stand at, 0 for the first."""
        super().__init__(Board(source.beginning(), whole=False))
        self.source = source
        """Where the session comes from."""
        self._at = at
        self._failed = ""
        self._pins: Sequence[Pins] = ()
        self._when = ""
        """The time of the event, since the session began."""
        self.pinned: frozenset[int] = frozenset()
        """The events that have something pinned to them."""

    @property
    def review(self) -> Review:
        """The session, as far as it is read."""
        return self.board.review

    def body(self) -> Iterable[Widget]:
        """Title; curve and timeline; how things stand; the transcript and the moment; the field for questions."""
        yield Bar(id="title")
        yield Chart(id="chart")
        yield Bar(id="state")
        left = Vertical(Reel(id="transcript"), id="left")
        yield Horizontal(
            left,
            Vertical(
                Bar(Content.styled("── this moment ", "$desk-soft"), fill="─", id="rule"), Paper(id="moment", focusable=False), id="side"
            ),
            id="desk",
        )
        field = Input(id="ask", compact=True)
        field.cursor_blink = False
        yield field

    def on_mount(self) -> None:
        """Paint what is read, and read on once it is on the screen."""
        super().on_mount()
        self.show_pins()
        self._arrive()
        self.call_after_refresh(begin_reading, self.source, self._hear)

    def _hear(self, message: Message) -> bool:
        return self.post_message(message)

    def on_resize(self) -> None:
        """What stands where depends on the width."""
        super().on_resize()
        self._show_moment()
        self.show_hints()

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """The digits."""
        return MORE_KEYS

    # ------------------------------------------------------------------------------------------------ reading on

    def on_read(self, event: Read) -> None:
        """More of the session is there; the screen stays where it was."""
        event.stop()
        self.board = event.board
        self._paint()
        self._arrive()
        if self.board.judged is not None:
            set_aside()

    def on_unmount(self) -> None:
        """What was read can go."""
        take_up()

    def _arrive(self) -> None:
        """Go where the screen was opened for, once that is read."""
        if self._at and self._at <= self.board.last:
            self._at, seq = 0, self._at
            self.go(seq)

    def on_failed(self, event: Failed) -> None:
        """Something stands in the way of reading or judging it."""
        event.stop()
        self._failed = event.what
        self._paint()
        self.notify(clean_line(event.what), severity="error", timeout=12, markup=False)

    def show_pins(self) -> None:
        """Read again what is pinned to moments, and paint it."""
        self._pins = [make(self.desk.studio, self.review) for make in PINS]
        self.pinned = frozenset[int]().union(*(pins.seqs() for pins in self._pins))
        self._paint()

    def marked_seqs(self) -> Sequence[int]:
        """Also what something is pinned to."""
        return sorted({*self.board.marked, *self.pinned}) if self.pinned else self.board.marked

    # ------------------------------------------------------------------------------------------------ painting

    def _paint(self) -> None:
        """Everything, anew."""
        board, judged = self.board, self.board.judged
        self._show_title()
        highest = 100.0 if judged is not None and judged.value_start is not None else 0.0
        self.query_one(Chart).show(board.marks, board.mark_index(self.seq), highest=highest, pinned=self.pinned)
        self.line = min(self.line, max(0, len(board.lines) - 1))
        self.query_one(Reel).show(len(board.lines), self._line_block, self.line)
        self._show_moment()

    def _line_block(self, index: int) -> AnyBlock:
        return review_line(self.board, index, self.line, self.pinned)

    def _show_title(self) -> None:
        row, board = self.review.row, self.board
        left = Content.assemble((f"Review: {clean_line(row.title)}", "bold $desk-accent"), (f"  v{row.version}", "$desk-soft"))
        took = clock(board.review.steps[-1].entry.elapsed) if board.whole else "…"
        facts = [clean_line(row.learner), minute(row.started), took, row.mode, f"session {row.id[:SHORT_ID]}"]
        self.query_one("#title", Bar).say(left, Content.styled(" · ".join(facts), "$desk-soft"))

    def paint_moment(self) -> None:
        """Where the screen stands now."""
        self.query_one(Reel).mark(self.line)
        self.query_one(Chart).point(self.board.mark_index(self.seq))
        self._show_moment()

    def _show_moment(self) -> None:
        board = self.board
        self._when = clock(board.review.step(self.seq).entry.elapsed)
        pinned = [block for pins in self._pins for block in pins.blocks(self.seq)]
        paper = self.query_one("#moment", Paper)
        quoted = self.size.width >= WIDE or self.has_class("-panel")
        # What somebody wrote comes first: on a small screen the rest is a key away.
        above = [heading("Pinned here", above=0), *pinned, heading("The moment")] if pinned else []
        paper.show([*above, *moment_blocks(board, self.seq, quoted=quoted)])
        paper.go(0)
        self.paint_playing()

    def paint_playing(self) -> None:
        """How things stand, in one line: what there is, where we are, and whether it plays."""
        more = "" if self.board.whole else "+"
        place = Content.assemble((f"{self.seq}/{self.board.last}{more} ", "bold"), (f"{self._when}  ", "$desk-soft"))
        self.query_one("#state", Bar).say(self._counts(), place + self.playing_words())

    def _counts(self) -> Content:
        """How many decisions were how good; or why there are no judgements."""
        judged = self.board.judged
        if self._failed:
            return Content.styled(f"✗ {clean_line(self._failed)}", "bold $desk-bad")
        if judged is None:
            return Content.styled("… being judged" if self.board.whole else "… being read", "italic $desk-soft")
        if judged.reason:
            return Content.styled(f"◌ {clean_line(judged.reason)}", "$desk-warn")
        wide = self.size.width >= WIDE
        parts = []
        for word, number in self.board.counts.items():
            glyph, style, _ = LOOKS[word]
            parts.append(Content.assemble((glyph, style), f" {number}", (f" {word}" if wide else "", "$desk-soft")))
        sampled = [Content.styled(f"±{judged.error:.0f} points", "$desk-warn")] if judged.sampled else []
        return Content("  ").join([*parts, *sampled])

    # ------------------------------------------------------------------------------------------------ what can be done

    def on_reel_clicked(self, event: Reel.Clicked) -> None:
        """To the line that was clicked."""
        self.jumped(self.board.lines[event.index].seq, event.index)

    def on_chart_clicked(self, event: Chart.Clicked) -> None:
        """To the mark that was clicked."""
        self.jumped(self.board.marks[event.index].seq)

    def action_scroll(self, lines: int) -> None:
        """Scroll the transcript, or the moment where that is open."""
        if self.has_class("-panel"):
            self.query_one("#moment", Paper).action_scroll_by(lines)
        else:
            self.query_one(Reel).scroll_lines(lines)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by a page."""
        if self.has_class("-panel"):
            self.query_one("#moment", Paper).action_scroll_page(pages)
        else:
            self.query_one(Reel).scroll_pages(pages)

    def action_panel(self) -> None:
        """The moment in place of the transcript; beside it on wide screens, where the arrow keys scroll it then."""
        self.toggle_class("-panel")
        self._show_moment()

    def action_best_line(self) -> None:
        """What would have been best from here."""
        from branchline.tui.screens.best_line import open_best_line  # noqa: PLC0415  # only who asks for it

        self.pause()
        open_best_line(self)

    def action_what_if(self) -> None:
        """Play on from here; hypothetical."""
        from branchline.tui.screens.what_if import open_what_if  # noqa: PLC0415  # as above

        self.pause()
        open_what_if(self)

    def action_extra(self, name: str) -> None:
        """A command that another part of the app has added."""
        for extra in EXTRAS:
            if extra.command.id == name:
                extra.run(self)

    def action_copy(self) -> None:
        """Copy the transcript, without frames or colours."""
        self.app.copy_to_clipboard(told(self.board.lines, requester(self.review.content)))
        self.notify("The transcript is on the clipboard, if your terminal allows it.", markup=False)

    def action_back(self) -> None:
        """Close what is open, the innermost first."""
        if self.close_question():
            return
        if self.has_class("-panel"):
            self.action_panel()
            return
        self.pause()
        self.dismiss()
