"""Learn from your mistakes: the position before each of them, until a reply is no mistake any more."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.message import Message
from textual.worker import Worker, WorkerState

from branchline.coaching.spacing import SOLVED
from branchline.errors import BranchlineError
from branchline.practice.retry import DrillAgain, Retired, Retry
from branchline.text import clean_line, day
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets import met_again as drawn
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events
    from textual.widget import Widget

    from branchline.coaching.mistakes import Waiting
    from branchline.practice import Retries
    from branchline.practice.hypothetical import HypotheticalDesk

COMMANDS = (
    Command("retry-next", "n,enter,space", "next", "Go on with the next mistake, once this one is over.", "next"),
    Command("retry-solution", "v", "solution", "View the solution; the moment comes back tomorrow.", "show"),
    Command("retry-skip", "k", "skip", "Skip it; it comes back tomorrow.", "skip"),
    Command("retry-desk", "w", "from here", "Play on at the desk from before the mistake; submitting the ticket judges it.", "from_here"),
    Command("retry-work", "p", "work it again", "Work the drill once more.", "work"),
    Command("home", "escape", "back", "Stop here and go back.", "back"),
    Command("leave", "q", "quit", "Leave the app.", "app.quit"),
    Command("earlier", "pageup", "earlier", "Scroll up by a page.", "scroll_page(-1)", hint=False),
    Command("later", "pagedown", "later", "Scroll down by a page.", "scroll_page(1)", hint=False),
    Command("line-up", "up", "up", "Scroll up.", "scroll_by(-1)", hint=False),
    Command("line-down", "down", "down", "Scroll down.", "scroll_by(1)", hint=False),
)
NEVER = float("inf")
NEXT = "Press n to go on."


class Found(NamedTuple):
    """What a look for the next mistake came to."""

    number: int
    met: Retry | DrillAgain | None
    """None where there is no other."""
    gone: tuple[Retired, ...]
    """Those that had to be retired on the way."""


class RetryScreen(DeskScreen):
    """One mistake after the other. Digits answer, and nothing else does."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "retry.tcss"

    def __init__(self, retries: Retries, queue: Sequence[Waiting]) -> None:
        """`queue` is met in its order."""
        super().__init__()
        self._retries = retries
        self._count = len(queue)
        self._coming = retries.sitting(queue)
        self._number = 0
        self._met: Retry | DrillAgain | None = None
        self._looking = True
        self._desk: HypotheticalDesk | None = None
        """Where the learner plays on from before a mistake."""
        self._outcomes: list[str] = []
        self._hears_from = NEVER
        """Digits pressed before this instant were meant for what stood here earlier."""

    def body(self) -> Iterable[Widget]:
        """Title; the conversation up to the moment; the replies."""
        yield Bar(id="title")
        yield Paper(id="talk", focusable=False, follows=True)
        yield Bar(fill="─", id="rule")
        yield Paper(id="answers", focusable=False)

    def on_mount(self) -> None:
        """Meet the first one."""
        super().on_mount()
        self._advance()

    def on_unmount(self) -> None:
        """Whatever closes the screen, what was tried is kept."""
        if self._met is not None:
            with suppress(BranchlineError):
                self._met.leave()

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """The digits."""
        return (("1 … 9", "Try the reply with that number."),)

    # ------------------------------------------------------------------------------------------------ one after the other

    def _advance(self) -> None:
        """Look for the next one that can be met; in a thread of its own, for its scenario may have to be explored first."""
        self._met, self._looking = None, True
        self.query_one("#answers", Paper).show(_words("One moment …"))
        self.show_hints()
        self.run_worker(self._find, thread=True, exclusive=True, exit_on_error=False)

    def _find(self) -> Found:
        """The next one, and those that had to be retired on the way."""
        gone: list[Retired] = []
        for number, found in enumerate(self._coming, self._number + 1):
            if not isinstance(found, Retired):
                return Found(number, found, tuple(gone))
            gone.append(found)
        return Found(self._count, None, tuple(gone))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """It was found, or something stands in the way; then the sitting is over."""
        if event.state is WorkerState.SUCCESS:
            self._found(event.worker.result or Found(self._count, None, ()))
        elif event.state is WorkerState.ERROR:
            error = event.worker.error
            self.desk.trouble(error if isinstance(error, BranchlineError) else BranchlineError(f"{type(error).__name__} in Branchline."))
            self._found(Found(self._count, None, ()))

    def _found(self, found: Found) -> None:
        self._number, self._met, self._looking = found.number, found.met, False
        self._show(found.gone)

    def _show(self, gone: Sequence[Retired]) -> None:
        met, talk = self._met, self.query_one("#talk", Paper)
        left = Content.styled("Learn from your mistakes", "bold $desk-accent")
        if met is None:
            talk.show([*drawn.retired(gone), *self._ended()])
            self.query_one("#title", Bar).say(left)
        else:
            row = met.item.wrong.row
            right = Content.styled(f"{self._number} of {self._count} · {clean_line(row.title)} · {day(row.started)}", "$desk-soft")
            self.query_one("#title", Bar).say(left, right)
            talk.show([*drawn.retired(gone), *(drawn.position(met) if isinstance(met, Retry) else drawn.position_at_desk(met))])
        talk.to_end()
        self._ask()

    def _ended(self) -> list[Block]:
        queue = self._retries.to_meet(ahead=True)
        now = self._retries.studio.clock.now()
        left = [each for each in queue if each.is_due(now)]
        coming = min((each.due for each in queue if not each.is_due(now)), default=None)
        due = "" if coming is None else f"on {coming.astimezone():%Y-%m-%d at %H:%M}"
        return drawn.ended(self._outcomes, len(left), due)

    def _ask(self) -> None:
        """Show what can be answered now."""
        self._hears_from = NEVER
        met, answers = self._met, self.query_one("#answers", Paper)
        if met is None:
            answers.show(_words("Press enter to go back."))
        elif met.outcome:
            answers.show(_words(NEXT))
        elif isinstance(met, Retry):
            answers.show(drawn.asked(met))
        else:
            answers.show(_words("w plays on from before it, p works the whole drill again."))
        self.show_hints()
        self.call_after_refresh(self._hear)

    def _hear(self) -> None:
        # A message's own clock is the one that keys are stamped with.
        self._hears_from = Message().time

    # ------------------------------------------------------------------------------------------------ what can be done

    def on_key(self, event: events.Key) -> None:
        """Digits answer, unless they were typed before this question was on the screen."""
        digit = int(event.character) if event.character and event.character in "123456789" else 0
        if not digit:
            return
        event.stop()
        met = self._met
        if event.time < self._hears_from or self.too_small or not isinstance(met, Retry) or met.outcome:
            return
        choice = next((each.id for each in met.offered() if each.number == digit), "")
        if choice and choice not in [each.answer.id for each in met.tried]:
            self._try(met, choice)

    def _try(self, met: Retry, choice: str) -> None:
        try:
            tried = met.try_(choice)
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        blocks = drawn.explained(tried, met)
        self._tell([*blocks, *drawn.solution(met.solution(), choice)] if met.outcome else blocks)

    def _tell(self, blocks: Sequence[Block]) -> None:
        """Put it below what is there, its beginning in view, and ask again; what has been recorded is delivered."""
        met, talk = self._met, self.query_one("#talk", Paper)
        first = len(talk.blocks)
        talk.add(blocks)
        self._ask()
        self.call_after_refresh(lambda: talk.go(talk.top_of(first)))
        if met is not None and met.outcome:
            self._outcomes.append(met.outcome)
            self.desk.statements_written()

    def action_show(self) -> None:
        """The solution."""
        met = self._met
        if met is None or met.outcome:
            return
        try:
            blocks = drawn.solution(met.show(), "") if isinstance(met, Retry) else drawn.lost_there(met.show())
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self._tell(blocks)

    def action_skip(self) -> None:
        """Another day."""
        if self._met is None or self._met.outcome:
            return
        try:
            self._met.skip()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self._outcomes.append(self._met.outcome)
        self.desk.statements_written()
        self._advance()

    def action_next(self) -> None:
        """The next one; after the last, back."""
        if self._looking:
            return
        if self._met is None:
            self.dismiss()
        elif self._met.outcome or isinstance(self._met, DrillAgain):
            self._advance()

    def action_from_here(self) -> None:
        """The desk as it stood before the mistake; back from there, what was submitted is judged."""
        if not isinstance(self._met, DrillAgain) or self._met.outcome:
            return
        from branchline.tui.screens.what_if_desk import WhatIfTicketScreen  # noqa: PLC0415  # only for a drill

        self._desk = self._met.from_here()
        self.app.push_screen(WhatIfTicketScreen(self._desk))

    def on_screen_resume(self) -> None:
        """Back from the desk: judge what was submitted there."""
        met, desk, self._desk = self._met, self._desk, None
        if desk is None or not isinstance(met, DrillAgain) or met.outcome or not desk.finished:
            return
        try:
            loss = met.judge(desk)
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self._tell(drawn.worked(loss, solved=met.outcome == SOLVED))

    def action_work(self) -> None:
        """The drill, once more; this screen waits below."""
        if isinstance(self._met, DrillAgain):
            self.desk.play(self._met.drill)

    def action_back(self) -> None:
        """Stop here: what was tried is kept."""
        try:
            if self._met is not None:
                self._met.leave()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self.desk.statements_written()
        self.dismiss()

    def action_scroll_by(self, lines: int) -> None:
        """Scroll the conversation by lines."""
        self.query_one("#talk", Paper).action_scroll_by(lines)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll the conversation by pages."""
        self.query_one("#talk", Paper).action_scroll_page(pages)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """What makes no sense now is not offered."""
        met = self._met
        if action in {"show", "skip"}:
            return met is not None and not met.outcome
        if action == "next":
            return (met is None and not self._looking) or (met is not None and bool(met.outcome)) or isinstance(met, DrillAgain)
        if action == "from_here":
            return isinstance(met, DrillAgain) and not met.outcome
        return isinstance(met, DrillAgain) if action == "work" else True


def _words(text: str) -> list[Block]:
    return [Block(Content.styled(text, "bold"))]
