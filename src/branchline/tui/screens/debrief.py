"""Debrief: how it ended, what was earned and lost, and where: every Deduction with its line and its step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.worker import Worker, WorkerState

from branchline.text import clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import WIDE, DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.mattered import mattered
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.said import told
from branchline.tui.widgets.said_here import line_of, requester
from branchline.tui.widgets.score_card import lost, score_card, to_meet_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events
    from textual.widget import Widget

    from branchline.coaching.judging import Judgement
    from branchline.coaching.mistakes import Waiting
    from branchline.tui.played import Played

COMMANDS = (
    Command("mistakes", "l", "learn", "Learn from my mistakes: meet the wrong moments of this session again.", "learn"),
    Command("again", "a", "play again", "Play this again, from the start.", "again"),
    Command("transcript", "t", "transcript", "Go to the transcript, or back to the top.", "jump"),
    Command("review", "v", "review", "Go through the session moment by moment.", "review"),
    Command("formulas", "f", "formulas", "Show how the figures are computed, or hide it.", "formulas"),
    Command("home", "escape,q,enter", "home", "Go home.", "back"),
    Command("copy", "y", "copy", "Copy the transcript as plain text.", "copy", hint=False),
)
ENDED = 2
"""Blocks of the score card that say how it ended; what was lost can be tried again right below them."""


class DebriefScreen(DeskScreen):
    """The result of one session. On wide screens the score card stands beside deductions and transcript."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "debrief.tcss"
    FIRST = "#detail"

    def __init__(self, played: Played) -> None:
        """What was played."""
        super().__init__()
        self.played = played
        self._formulas = False
        self._beside = False
        self._transcript_at = 0
        self._mistakes: Sequence[Waiting] = ()
        """Those of this session that wait to be met again; found after the first frame."""
        self._judged: Judgement | None = None
        """What its moments were worth; known after the first frame, too."""

    def body(self) -> Iterable[Widget]:
        """Title, score card, details."""
        yield Bar(id="title")
        yield Horizontal(Paper(id="score", focusable=False), Paper(id="detail"), id="sheets")

    def on_mount(self) -> None:
        """Write both sheets."""
        super().on_mount()
        row = self.played.row
        right = Content.styled(f"debrief · {clean_line(self.played.content.channel)} · {row.mode}", "$desk-soft")
        self.query_one("#title", Bar).say(Content.styled(clean_line(row.title), "bold $desk-accent"), right)
        self._write()
        self.query_one("#detail", Paper).focus()

    def on_resize(self, _: events.Resize | None = None) -> None:
        """Beside each other where there is room, else one below the other."""
        super().on_resize()
        if self._beside != (self.size.width >= WIDE):
            self._write()

    def _write(self) -> None:
        played = self.played
        self._beside = self.size.width >= WIDE
        scores = score_card(played, formulas=self._formulas)
        self.query_one("#score", Paper).show(scores if self._beside else [])
        again = to_meet_again(len(self._mistakes), above=0 if self._beside else 1)
        above = [] if self._beside else scores
        moments = mattered(self._judged, played.transcript) if self._judged is not None else []
        losses = lost(played, above=0 if self._beside and not again and not moments else 1)
        details = [*above[:ENDED], *again, *above[ENDED:], *moments, *losses]
        self._transcript_at = len(details)
        lines = [line_of(line, played.content) for line in played.transcript.lines]
        self.query_one("#detail", Paper).show([*details, heading("Transcript"), *lines])

    def on_screen_resume(self) -> None:
        """Look for mistakes, which explores the scenario, once the screen is there."""
        self.call_after_refresh(lambda: self.run_worker(self._find_mistakes, thread=True, exclusive=True, exit_on_error=False))

    def _find_mistakes(self) -> tuple[Judgement, list[Waiting]]:
        """Runs in a thread of its own."""
        from branchline.coaching.review import Review  # noqa: PLC0415
        from branchline.practice import Retries  # noqa: PLC0415

        studio, own = self.desk.studio, self.played.row.id
        judged = Review.kept(studio.journal, own, studio.explorations).judgement
        return judged, Retries(studio).to_meet(own, ahead=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The mistakes were found; where they could not be, there is none to be met."""
        if event.state is WorkerState.SUCCESS and event.worker.result is not None:
            self._judged, self._mistakes = event.worker.result
            self._write()
            self.show_hints()

    def action_learn(self) -> None:
        """Meet the wrong moments of this session again."""
        if self._mistakes:
            self.desk.open_mistakes(self._mistakes)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """What makes no sense now is not offered."""
        return bool(self._mistakes) if action == "learn" else True

    def action_jump(self) -> None:
        """To the transcript; from there to the top."""
        detail = self.query_one("#detail", Paper)
        place = min(detail.top_of(self._transcript_at), detail.last_top)
        detail.go(0 if detail.top >= place else place)

    def action_formulas(self) -> None:
        """Show or hide the formulas."""
        self._formulas = not self._formulas
        self._write()

    def action_review(self) -> None:
        """Moment by moment."""
        self.desk.review(self.played.row.id)

    def action_again(self) -> None:
        """The same scenario or drill from the start; home lies below."""
        row = self.played.row
        self.desk.mode = row.mode
        self.dismiss()
        self.app.call_later(self.desk.play, row.content)

    def action_copy(self) -> None:
        """Copy the transcript, without frames or colours."""
        self.app.copy_to_clipboard(told(self.played.transcript.lines, requester(self.played.content)))
        self.notify("The transcript is on the clipboard, if your terminal allows it.", markup=False)

    def action_back(self) -> None:
        """Go home, or back to my results."""
        self.dismiss()
