"""Conversation: what was said so far, what can be said now, and who is on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.message import Message

from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.commands import bindings
from branchline.tui.screens.conversation_keys import COMMANDS, MORE_KEYS
from branchline.tui.screens.desk_screen import TALL, WIDE, DeskScreen
from branchline.tui.widgets.card import card
from branchline.tui.widgets.choices import DEBRIEF, LOCKED, WAIT, Choices
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.said import earned, said, told
from branchline.tui.widgets.standing import NO_WORDS, Heading, Standing, way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

    from branchline.content.sop import Sop
    from branchline.journal.transcript import TranscriptLine
    from branchline.practice import Feedback, Practice
    from branchline.tui.widgets.block import Block
    from branchline.tui.widgets.menu import Menu
    from branchline.tui.widgets.sop_reader import SopReader

NEVER = float("inf")


class ConversationScreen(DeskScreen):
    """One session in play. Everything it does goes through its Practice, and is painted after it has been recorded."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "conversation.tcss"
    FIRST = "#choices"

    def __init__(self, practice: Practice) -> None:
        """`practice` has begun or was resumed."""
        super().__init__()
        self.practice = practice
        self._told = 0
        self._feedback: dict[int, list[Block]] = {}
        self._hears_from = NEVER
        """Keys pressed before this instant were meant for what stood here earlier."""
        self._deadline = NEVER
        self._timer: Timer | None = None
        self._giving_up = False
        self._airy = False
        self._tells_way = False
        self._way = NO_WORDS

    def body(self) -> Iterable[Widget]:
        """Title; the conversation, its standing and the choices; the card beside them."""
        yield Heading(id="title")
        left = Vertical(
            Paper(id="transcript", focusable=False, follows=True), Standing(fill="─", id="standing"), Choices(id="choices"), id="left"
        )
        yield Horizontal(left, Paper(id="card", focusable=False), id="desk")

    def on_mount(self) -> None:
        """Show the session as it stands."""
        super().on_mount()
        self._tell_all()
        self._offer()
        self.query_one(Choices).focus(scroll_visible=False)

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """The digits and the list's own keys."""
        return MORE_KEYS

    def sops_here(self) -> Iterable[Sop]:
        """Those of the scenario."""
        return self.practice.scenario.sops.values()

    # ------------------------------------------------------------------------------------------------ painting

    def _tell_all(self) -> None:
        lines = self.practice.transcript().lines
        self._told = len(lines)
        self.query_one("#transcript", Paper).show([block for line in lines for block in self._blocks(line)])
        self.query_one("#transcript", Paper).to_end()

    def _tell_new(self) -> None:
        lines = self.practice.transcript().lines
        new, self._told = lines[self._told :], len(lines)
        transcript = self.query_one("#transcript", Paper)
        transcript.add([block for line in new for block in self._blocks(line)])
        transcript.to_end()

    def _blocks(self, line: TranscriptLine) -> list[Block]:
        feedback = self._feedback.get(line.seq, []) if line.speaker == "learner" and line.standing else []
        return [said(line, self.practice.scenario), *feedback]

    def _offer(self) -> None:
        """Show what can be said now; the clock of a timed moment starts here."""
        self._hears_from = NEVER
        self._giving_up = False
        choices = self.query_one(Choices)
        if self.practice.finished:
            choices.lead_on()
        else:
            choices.offer(self.practice.offered(), must_wait=self.practice.must_wait, airy=self._airy)
        self._look_ahead()
        self._set_clock()
        self.query_one(Standing).tell(self.practice, beside_card=self.size.width >= WIDE)
        self.query_one("#card", Paper).show(card(self.practice))
        self.show_hints()
        self.call_after_refresh(self._hear)

    def _hear(self) -> None:
        # A message's own clock is the one that keys are stamped with.
        self._hears_from = Message().time

    def on_resize(self) -> None:
        """A tall window leaves a line between the choices, a wide one has the card at the side."""
        super().on_resize()
        airy = self.size.height >= TALL
        if airy != self._airy and not self.practice.finished:
            self._airy = airy
            self.query_one(Choices).offer(self.practice.offered(), must_wait=self.practice.must_wait, airy=airy)
        self.query_one(Standing).tell(self.practice, beside_card=self.size.width >= WIDE)
        self.show_hints()

    # ------------------------------------------------------------------------------------------------ the clock

    def _now(self) -> float:
        return self.desk.studio.clock.monotonic()

    def _set_clock(self) -> None:
        limit = None if self.practice.finished else self.practice.time_limit
        self._deadline = NEVER if limit is None else self._now() + limit
        if limit is None and self._timer is not None:
            self._timer.stop()
            self._timer = None
        elif limit is not None and self._timer is None:
            self._timer = self.set_interval(1.0, self._tick)
        self._head()

    def _head(self) -> None:
        self.query_one(Heading).tell(self.practice, None if self._deadline == NEVER else self._deadline - self._now(), self._way)

    def _look_ahead(self) -> None:
        self._way = way(self.practice) if self._tells_way else NO_WORDS

    def _tick(self) -> None:
        if self._now() >= self._deadline:
            self._act(self.practice.time_out)
        else:
            self._head()

    # ------------------------------------------------------------------------------------------------ what can be done

    def on_key(self, event: events.Key) -> None:
        """Digits answer, unless they were typed before this question was on the screen."""
        digit = int(event.character) if event.character and event.character in "123456789" else 0
        if not digit and not (event.key in {"enter", "space"} and self.focused is self.query_one(Choices)):
            return
        if event.time < self._hears_from or not self._can_answer:
            event.stop()
            event.prevent_default()
        elif digit:
            event.stop()
            self._answer(self.query_one(Choices).entry_of(digit))

    @property
    def _can_answer(self) -> bool:
        """Whether the choices can be seen."""
        return not self.too_small and self.query_one(Choices).region.height > 0

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """A reply was chosen in the list."""
        self._answer(event.entry)

    def _answer(self, entry: str) -> None:
        if entry == DEBRIEF:
            self.desk.open_debrief(self.practice)
        elif entry == WAIT:
            self._act(self.practice.time_out)
        elif entry.startswith(LOCKED):
            why = clean_line(entry.removeprefix(LOCKED)) or "Something else comes first."
            self.notify(why, title="Not now", severity="warning", markup=False)
        elif entry:
            self._act(lambda: self.practice.choose(entry))

    def _act(self, decide: Callable[[], Feedback | None]) -> None:
        """Decide, and paint what came of it; where it could not be recorded, say so and stay."""
        try:
            found = decide()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        if found is not None:
            self._keep(found)
        self._tell_new()
        self._offer()
        self.desk.statements_written()

    def _keep(self, found: Feedback) -> None:
        """Remember what the reply earned, beside its line."""
        lines = self.practice.transcript().lines[self._told :]
        seq = next((line.seq for line in lines if line.speaker == "learner"), 0)
        self._feedback[seq] = earned(found, self.practice.state.trust, self.practice.state.heat)

    def action_undo(self) -> None:
        """Take the last reply back."""
        try:
            self.practice.undo()
        except BranchlineError as error:
            self.notify(clean_line(error.what), title="Undo", severity="warning", markup=False)
            return
        self._tell_all()
        self._offer()
        self.desk.statements_written()

    def action_way(self) -> None:
        """Show how far it is to an end, or no longer."""
        self._tells_way = not self._tells_way
        self._look_ahead()
        self._head()

    def action_give_up(self) -> None:
        """End the session, when asked twice."""
        if self.practice.finished:
            return
        if not self._giving_up:
            self._giving_up = True
            words = "Press g again to end the session here; it counts as abandoned."
            self.notify(words, title="Give up?", severity="warning", markup=False)
            return
        try:
            self.practice.give_up()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self.desk.statements_written()
        self.desk.open_debrief(self.practice)

    def action_card(self) -> None:
        """Show the customer card in place of the conversation; on wide screens it stands beside it."""
        self.toggle_class("-card")
        self._refocus()

    def action_sops(self) -> None:
        """Open or close the SOPs."""
        self._close("-card")
        if self.has_class("-sops"):
            self._close("-sops")
            return
        self.add_class("-sops")
        self.run_worker(self._open_reader(), exclusive=True)

    async def _open_reader(self) -> None:
        from branchline.tui.widgets.sop_reader import SopReader  # noqa: PLC0415  # mounted by whoever looks something up

        found = list(self.query(SopReader))
        if not found:
            await self.query_one("#left").mount(SopReader(self.practice.scenario.sops.values(), id="sops"), before="#standing")
            found = list(self.query(SopReader))
        found[0].focus_list()

    def on_sop_reader_opened(self, event: SopReader.Opened) -> None:
        """Looking something up is an event."""
        try:
            self.practice.open_sop(event.sop)
        except BranchlineError as error:
            self.desk.trouble(error)
        else:
            self._tell_new()
            self.desk.statements_written()

    def action_back(self) -> None:
        """Close what is open, the innermost first; else go home, the session suspended."""
        if self.has_class("-sops"):
            from branchline.tui.widgets.sop_reader import SopReader  # noqa: PLC0415

            if not any(reader.close() for reader in self.query(SopReader)):
                self._close("-sops")
        elif self.has_class("-card") and not self.has_class("-wide"):
            self._close("-card")
        else:
            self.desk.leave_session()
            self.dismiss()

    def action_scroll(self, pages: int) -> None:
        """Scroll the conversation, or the card where it stands in its place."""
        paper = self.query_one("#card" if self.has_class("-card") and not self.has_class("-wide") else "#transcript", Paper)
        paper.action_scroll_page(pages)

    def action_copy(self) -> None:
        """Copy the conversation, without frames or colours."""
        self.app.copy_to_clipboard(told(self.practice.transcript().lines, self.practice.scenario.customer.name))
        self.notify("The conversation is on the clipboard, if your terminal allows it.", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """What makes no sense now is not offered."""
        if action == "undo":
            return self.practice.mode == "practice"
        if action == "sops":
            return bool(self.practice.scenario.sops)
        if action == "card":
            return self.size.width < WIDE
        return True

    def on_screen_resume(self) -> None:
        """Back from help or the palette: answering goes on."""
        self._refocus()

    def _close(self, what: str) -> None:
        self.remove_class(what)
        self._refocus()

    def _refocus(self) -> None:
        if not self.has_class("-sops"):
            self.query_one(Choices).focus(scroll_visible=False)
