"""What if: a play that leaves the session at a moment and goes on with the live engine. It is hypothetical: nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.what_if import WhatIf
from branchline.content.compiled import Scenario
from branchline.content.desk_types import Drill
from branchline.engine.conversation import open_choices
from branchline.engine.desk_state import DeskState
from branchline.engine.events import ChoiceMade
from branchline.engine.state import State
from branchline.errors import BranchlineError
from branchline.journal.transcript import Telling
from branchline.practice import Offered
from branchline.practice.feedback import feedback
from branchline.text import clean, clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.review_position import nowhere, place_before
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.choices import WAIT, Choices
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.said import earned, said
from branchline.tui.words import heat_word, trust_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.widget import Widget

    from branchline.journal.fold import Step
    from branchline.journal.transcript import TranscriptLine
    from branchline.tui.screens.review import ReviewScreen

COMMANDS = (
    Command("what-if-undo", "u", "back", "Take the last hypothetical reply back.", "undo"),
    Command("what-if-wait", "t", "wait", "Say nothing until the time is up.", "wait"),
    Command("what-if-close", "escape,q", "to the session", "Go back to the session; what was played here is gone.", "leave"),
    Command("earlier", "pageup", "earlier", "Scroll the conversation up.", "scroll(-1)", hint=False),
    Command("later", "pagedown", "later", "Scroll the conversation down.", "scroll(1)", hint=False),
)
MARK = " HYPOTHETICAL "
WORDS = "not scored, not kept, not sent"
BEFORE = 12
"""Lines of the session that stand above, so that one knows where one is."""
LEAVE = "!leave"
"""The entry that leads back after the end."""


def open_what_if(screen: ReviewScreen) -> None:
    """From the moment where that screen stands; where the play has ended, that is said."""
    place = place_before(screen.board, screen.seq)
    content, position = place.content, place.position
    if why := nowhere(screen.board, place):
        screen.notify(why, title="What if", markup=False)
    elif isinstance(content, Drill) and isinstance(position, DeskState):
        from branchline.practice.hypothetical import HypotheticalDesk  # noqa: PLC0415  # only for a drill
        from branchline.tui.screens.what_if_desk import WhatIfTicketScreen  # noqa: PLC0415

        screen.app.push_screen(WhatIfTicketScreen(HypotheticalDesk(content, position, screen.review, place.seq)))
    elif isinstance(content, Scenario) and isinstance(position, State):
        lines = [line for line in screen.board.lines[: screen.board.line_index(place.seq) + 1] if line.seq < place.seq and line.standing]
        screen.app.push_screen(WhatIfScreen(WhatIf(content, position), content, lines[-BEFORE:], place.seq))


def hypothetical(title: str) -> tuple[Content, Content]:
    """Left and right of a title bar that says what this is."""
    left = Content.assemble((MARK, "bold reverse $desk-warn"), (f"  {clean_line(title)}", "bold $desk-accent"))
    return left, Content.styled(WORDS, "bold $desk-warn")


class WhatIfScreen(DeskScreen):
    """A hypothetical conversation."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    CSS_PATH = "what_if.tcss"
    FIRST = "#choices"

    def __init__(self, play: WhatIf, scenario: Scenario, before: Sequence[TranscriptLine], seq: int) -> None:
        """`play` leaves the session before its event `seq`; `before` are its last lines until there."""
        super().__init__()
        self.play = play
        self.scenario = scenario
        self._before = before
        self._seq = seq

    def body(self) -> Iterable[Widget]:
        """Title, conversation, how they stand, choices."""
        yield Bar(id="title")
        yield Paper(id="transcript", focusable=False, follows=True)
        yield Bar(fill="─", id="standing")
        yield Choices(id="choices")

    def on_mount(self) -> None:
        """Show where it begins."""
        super().on_mount()
        self.query_one("#title", Bar).say(*hypothetical(self.scenario.title))
        self._paint()
        self.query_one(Choices).focus(scroll_visible=False)

    def on_screen_resume(self) -> None:
        """Back from help or the palette."""
        self.query_one(Choices).focus(scroll_visible=False)

    def _paint(self) -> None:
        transcript = self.query_one(Paper)
        rule = f"── what if, from event {self._seq} on ──"
        blocks = [said(line, self.scenario) for line in self._before]
        blocks.append(Block(Content.styled(rule, "bold $desk-warn"), above=1))
        transcript.show([*blocks, *self._told()])
        transcript.to_end()
        self._offer()
        self.show_hints()

    def _told(self) -> list[Block]:
        """What would have been said, with what each reply would have earned."""
        telling, blocks, shown = Telling(), list[Block](), 0
        for step in self.play.steps():
            telling.add(step)
            lines = telling.transcript().lines
            blocks += [said(line, self.scenario) for line in lines[shown:]]
            shown = len(lines)
            blocks += self._earned(step)
        return blocks

    def _earned(self, step: Step) -> list[Block]:
        event, before, after = step.entry.event, step.before, step.after
        if not isinstance(event, ChoiceMade) or not isinstance(before, State) or not isinstance(after, State):
            return []
        opened = open_choices(self.scenario, before)
        chosen = next((choice for choice in opened if choice.id == event.choice), None)
        return [] if chosen is None else earned(feedback(chosen, opened, before, after), after.trust, after.heat)

    def _offer(self) -> None:
        choices, state = self.query_one(Choices), self.play.state
        if not isinstance(state, State):
            return
        mood = f"── trust {state.trust} {trust_word(state.trust)}   heat {state.heat} {heat_word(state.heat)} "
        self.query_one("#standing", Bar).say(Content.styled(mood, "$desk-soft"), Content.styled(f" {clean_line(state.node)}", "$desk-soft"))
        if state.ended:
            back = Block(Content.styled("Back to the session.", "bold"), Content.styled(" 1 ", "bold $desk-accent"), id=LEAVE)
            choices.show([back])
            return
        found = self.play.open_choices()
        offered = [Offered(number, choice.id, clean(choice.say.show(state.core)), True, "") for number, choice in enumerate(found, 1)]  # noqa: FBT003  # it is open
        choices.offer(offered, must_wait=not found and self._can_wait())

    def _can_wait(self) -> bool:
        node = self.scenario.nodes.get(self.play.state.node)
        return node is not None and node.timeout is not None

    # ------------------------------------------------------------------------------------------------ what can be done

    def on_key(self, event: events.Key) -> None:
        """Digits answer."""
        digit = int(event.character) if event.character and event.character in "123456789" else 0
        if digit and not self.too_small:
            event.stop()
            self._answer(self.query_one(Choices).entry_of(digit))

    def on_menu_chosen(self, event: Choices.Chosen) -> None:
        """A reply was chosen."""
        self._answer(event.entry)

    def _answer(self, entry: str) -> None:
        if entry == LEAVE:
            self.action_leave()
        elif entry == WAIT:
            self.action_wait()
        elif entry:
            self._act(lambda: self.play.choose(entry))

    def _act(self, move: Callable[[], None]) -> None:
        try:
            move()
        except BranchlineError as error:
            self.notify(clean_line(str(error)), severity="warning", markup=False)
        else:
            self._paint()

    def action_wait(self) -> None:
        """Say nothing until the time is up."""
        self._act(self.play.time_out)

    def action_undo(self) -> None:
        """Take the last reply back."""
        if self.play.undo():
            self._paint()
        else:
            self.notify("This is where the session was left.", markup=False)

    def action_scroll(self, pages: int) -> None:
        """Scroll the conversation."""
        self.query_one("#transcript", Paper).action_scroll_page(pages)

    def action_leave(self) -> None:
        """Back to the session."""
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Waiting only where there is a limit."""
        if action == "wait":
            return self._can_wait()
        return super().check_action(action, parameters)
