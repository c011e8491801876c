"""The best line from a moment on, beside what happened; of a drill the steps that the SOPs still asked for there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.worker import Worker, WorkerState

from branchline.coaching.what_if import LONGEST, best_line, remaining
from branchline.content.compiled import Scenario
from branchline.content.desk_types import Drill
from branchline.engine.desk_state import DeskState
from branchline.engine.events import SessionResumed, SessionSuspended, SopOpened
from branchline.engine.state import State
from branchline.text import clean, clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.review_position import nowhere, place_before
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.columns import aligned, column_blocks, heads
from branchline.tui.widgets.paper import Paper
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from branchline.coaching.what_if import WhatIf
    from branchline.journal.transcript import TranscriptLine
    from branchline.tui.screens.review import ReviewScreen
    from branchline.tui.screens.review_position import Place
    from branchline.tui.widgets.columns import Row

COMMANDS = (
    Command("best-line-close", "escape,q,b,enter", "back", "Go back to the session.", "back"),
    Command("best-line-what-if", "w", "what if", "Play on from here; it is hypothetical.", "what_if"),
)
AROUND = (SopOpened, SessionSuspended, SessionResumed)
"""Events that are no part of what was said."""
MOST = 2 * LONGEST
"""Lines of what happened that are set beside the best line."""
SAMPLED = "The scenario is too large to be explored whole: values are sampled, and the best line is not known."


def open_best_line(screen: ReviewScreen) -> None:
    """From the moment where that screen stands; where the play has ended, that is said."""
    place = place_before(screen.board, screen.seq)
    if why := nowhere(screen.board, place):
        screen.notify(why, title="Best line", markup=False)
        return
    screen.app.push_screen(BestLineScreen(screen, place))


class BestLineScreen(DeskScreen):
    """Two plays from one position."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "best_line.tcss"
    FIRST = "#lines"

    def __init__(self, review: ReviewScreen, place: Place) -> None:
        """From `place` of the session under `review`."""
        super().__init__()
        self._under = review
        self._place = place
        self._rows: Sequence[Row] = ()

    def body(self) -> Iterable[Widget]:
        """Title, heads of the columns, lines."""
        yield Bar(id="title")
        yield Bar(id="heads")
        yield Paper(id="lines")

    def on_mount(self) -> None:
        """The steps of a drill at once; a conversation's best line once it is found."""
        super().on_mount()
        title = Content.styled("Best line", "bold $desk-accent") + Content.styled(f" from event {self._place.seq}", "$desk-soft")
        self.query_one("#title", Bar).say(title)
        self.query_one(Paper).focus()
        content, position = self._place.content, self._place.position
        if isinstance(content, Drill) and isinstance(position, DeskState):
            self.query_one("#heads", Bar).say(Content.styled("What the SOPs still ask for here", "bold $desk-good"))
            self._tell(_steps(content, position))
        else:
            self._tell([Block(Content.styled("Looking for the best line …", "$desk-soft"))])
            self.run_worker(self._find, thread=True, exclusive=True, exit_on_error=False)

    def _find(self) -> WhatIf | None:
        """The best line; runs in a thread of its own."""
        board, (content, position, _) = self._under.board, self._place
        if board.begun is None or not isinstance(content, Scenario) or not isinstance(position, State):
            return None
        return best_line(board.review.explorations.of(content, board.begun), position)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """It was found, or is not known."""
        if event.state is WorkerState.SUCCESS:
            self._show(event.worker.result)
        elif event.state is WorkerState.ERROR:
            self._tell([Block(Content(f"The best line could not be found ({type(event.worker.error).__name__})."))])

    def _show(self, found: WhatIf | None) -> None:
        if found is None:
            self._tell([Block(Content(SAMPLED), Content.styled("! ", "bold $desk-warn"))])
            return
        self._rows = aligned(self._happened(), found.lines())
        self._write()

    def _happened(self) -> list[TranscriptLine]:
        """What was said from there on, looks and stops left out; lines that were taken back only where the moment itself was."""
        board, seq = self._under.board, self._place.seq
        lines = board.lines[board.line_index(seq) :][:MOST]
        kept = any(line.seq == seq and not line.standing for line in lines)
        said = (line for line in lines if line.seq >= seq and (line.standing or kept))
        return [line for line in said if not isinstance(board.review.step(line.seq).entry.event, AROUND)]

    def _write(self) -> None:
        paper = self.query_one(Paper)
        width = paper.size.width - 1
        self.query_one("#heads", Bar).say(heads("What happened", "The best line", width))
        self._tell(column_blocks(self._rows, width))

    def _tell(self, blocks: Sequence[Block]) -> None:
        self.query_one(Paper).show(blocks)

    def on_resize(self) -> None:
        """Columns are as wide as there is room."""
        super().on_resize()
        if self._rows:
            self.call_after_refresh(self._write)

    def action_what_if(self) -> None:
        """Play on from here instead."""
        self.dismiss()
        self._under.call_later(self._under.action_what_if)

    def action_back(self) -> None:
        """Back to the session."""
        self.dismiss()


def _steps(drill: Drill, position: DeskState) -> list[Block]:
    """What the SOPs still require, SOP by SOP in their order."""
    found = remaining(drill, position)
    blocks: list[Block] = []
    last = ""
    for each in found:
        if each.sop != last:
            blocks.append(heading(clean_line(f"{each.sop}  {drill.sops[each.sop].title}"), above=int(bool(blocks))))
        last = each.sop
        blocks.append(
            Block(Content(clean(each.step.text.replace("**", ""))), Content.styled(f"{each.step.number:>3}  ", "bold $desk-accent"))
        )
    told = Block(Content.styled(f"{count(len(found), 'step')} to go.", "$desk-soft"), above=1)
    return (
        [*blocks, told]
        if found
        else [Block(Content("Every step is done; only the submission is left."), Content.styled("✓ ", "$desk-good"))]
    )
