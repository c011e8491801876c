"""Preview: a scenario played while it is being written; every save is on the screen within half a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content

from branchline.errors import BranchlineError
from branchline.practice.feedback import Offered, feedback
from branchline.text import clean, clean_line
from branchline.tui.commands import bindings
from branchline.tui.screens.desk_screen import TALL, DeskScreen
from branchline.tui.screens.findings import finding_blocks
from branchline.tui.screens.preview_keys import COMMANDS, MORE_KEYS
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.choices import LOCKED, WAIT, Choices
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.preview_panel import panel, tally, variable_blocks
from branchline.tui.widgets.said import earned, said
from branchline.tui.words import heat_word, trust_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.widget import Widget

    from branchline.authoring.preview import Preview, Reload
    from branchline.authoring.walk import Walk

EVERY = 0.5
"""Seconds between two looks at the files."""
START = "!start"
"""The entry that leads back to the start, after an ending."""
NOT_YET = "The file cannot be played yet. Mend what stands here and save; the conversation begins by itself."
CLOSABLE = ("-variables", "-findings", "-panel")
"""What can be open, the innermost first."""


class PreviewScreen(DeskScreen):
    """One scenario file in play while it changes. Nothing is recorded."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS)
    FIRST = "#choices"

    def __init__(self, preview: Preview) -> None:
        """`preview` has read its file."""
        super().__init__()
        self.preview = preview
        self._message = ""
        """What became of the last reload, until something is done."""
        self._airy = False

    def body(self) -> Iterable[Widget]:
        """Title; the conversation and the choices; the panel and the variables beside them."""
        yield Bar(id="title")
        papers = Paper(id="transcript", focusable=False, follows=True), Paper(id="findings", focusable=False)
        left = Vertical(*papers, Bar(fill="─", id="standing"), Choices(id="choices"), id="left")
        yield Horizontal(left, Vertical(Paper(id="panel"), Menu(id="variables"), id="side"), id="desk")

    def on_mount(self) -> None:
        """Show the start, and look at the files from now on."""
        super().on_mount()
        self._show()
        self._refocus()
        self.set_interval(EVERY, self.look)

    def on_resize(self) -> None:
        """A tall window leaves a line between the choices."""
        super().on_resize()
        airy = self.size.height >= TALL
        if airy != self._airy:
            self._airy = airy
            self._offer()
        self.show_hints()

    def on_screen_resume(self) -> None:
        """Back from help or the palette."""
        self._refocus()

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """The digits and the lists' own keys."""
        return MORE_KEYS

    # ------------------------------------------------------------------------------------------------ painting

    def _show(self) -> None:
        preview, walk = self.preview, self.preview.walk
        title = clean_line(walk.scenario.title) if walk is not None else clean_line(preview.name)
        self.query_one("#title", Bar).say(Content.styled(title, "bold $desk-accent"), tally(preview.diagnostics))
        findings = [block for found in preview.diagnostics for block in finding_blocks(found)] or [Block(tally(()))]
        self.query_one("#findings", Paper).show(findings)
        transcript = self.query_one("#transcript", Paper)
        transcript.show([Block(Content.styled(NOT_YET, "bold")), *findings] if walk is None else _told(walk))
        transcript.to_end()
        self._offer()
        self.query_one("#panel", Paper).show(panel(preview, self._message))
        self.query_one("#variables", Menu).show(variable_blocks(preview.variables()))
        self.show_hints()

    def _offer(self) -> None:
        choices, walk = self.query_one(Choices), self.preview.walk
        if walk is None:
            choices.show(())
            return
        state, mark = walk.state, "! set by hand · " if walk.by_hand else ""
        mood = f"── trust {state.trust} {trust_word(state.trust)}   heat {state.heat} {heat_word(state.heat)} "
        place = Content.assemble(" ", (mark, "bold $desk-warn"), (clean_line(state.node), "$desk-soft"))
        self.query_one("#standing", Bar).say(Content.styled(mood, "$desk-soft"), place)
        if state.ended:
            choices.show([Block(Content.styled("Back to the start.", "bold"), Content.styled(" 1 ", "bold $desk-accent"), id=START)])
            return
        core, found = state.core, self.preview.choices()
        offered = [
            Offered(number, choice.id, clean(choice.say.show(core)), is_open, "" if is_open else clean(choice.why_locked))
            for number, (choice, is_open) in enumerate(found, 1)
        ]
        nothing_open = not any(is_open for _, is_open in found)
        choices.offer(offered, must_wait=nothing_open and self.preview.can_wait, airy=self._airy)

    # ------------------------------------------------------------------------------------------------ live

    def look(self) -> None:
        """Read what has changed on disk; nothing is drawn where nothing has."""
        self._tell(self.preview.poll())

    def action_reload(self) -> None:
        """Read everything again."""
        found = self.preview.reload()
        self._tell(found)
        if found is None:
            self.notify("Read again; nothing differs.", markup=False)

    def _tell(self, found: Reload | None) -> None:
        if found is None:
            return
        self._message = found.message
        self._show()
        well = found.playable and found.kept
        # What was said of an earlier save is over, and would stand on the replies.
        self.app.clear_notifications()
        self.notify(clean_line(found.message), severity="information" if well else "warning", timeout=3 if well else 12, markup=False)

    # ------------------------------------------------------------------------------------------------ what can be done

    def on_key(self, event: events.Key) -> None:
        """Digits answer while the choices can be seen."""
        digit = int(event.character) if event.character and event.character in "123456789" else 0
        if digit and not self.too_small and self.query_one(Choices).region.height > 0:
            event.stop()
            self._answer(self.query_one(Choices).entry_of(digit))

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """A reply was chosen, or a variable goes on to its next value."""
        if isinstance(event.menu, Choices):
            self._answer(event.entry)
        else:
            self.action_cycle(1)

    def _answer(self, entry: str) -> None:
        if entry == START:
            self._act(self.preview.restart)
        elif entry == WAIT:
            self._act(self.preview.time_out)
        elif entry.startswith(LOCKED):
            self.notify(clean_line(entry.removeprefix(LOCKED)) or "It is locked.", title="Not now", severity="warning", markup=False)
        elif entry:
            self._act(lambda: self.preview.choose(entry))

    def _act(self, move: Callable[[], None]) -> None:
        """Make a move and paint what came of it, or say why it cannot be made."""
        try:
            move()
        except BranchlineError as error:
            self.notify(clean_line(str(error)), severity="warning", markup=False)
            return
        self._message = ""
        self._show()

    def action_undo(self) -> None:
        """Take the last move back."""
        self._act(self.preview.undo)

    def action_restart(self) -> None:
        """Go back to the start."""
        self._act(self.preview.restart)

    def action_wait(self) -> None:
        """Say nothing until the time is up."""
        self._act(self.preview.time_out)

    def action_cycle(self, by: int) -> None:
        """Give the highlighted variable another value."""
        name = self.query_one("#variables", Menu).entry
        if self.has_class("-variables") and name:
            self._act(lambda: self.preview.cycle(name, by))

    def action_variables(self) -> None:
        """Open or close the variables."""
        self.remove_class("-panel")
        self.toggle_class("-variables")
        self._refocus()

    def action_diagnostics(self) -> None:
        """Show every Diagnostic in place of the conversation, or the conversation again."""
        self.remove_class("-variables", "-panel")
        self.toggle_class("-findings")
        self._refocus()

    def action_panel(self) -> None:
        """Show the panel in place of the conversation; on wide screens it stands beside it, and can be scrolled."""
        self.remove_class("-variables")
        self.toggle_class("-panel")
        if self.has_class("-panel"):
            self.query_one("#panel", Paper).focus(scroll_visible=False)
        else:
            self._refocus()

    def action_back(self) -> None:
        """Close what is open, the innermost first."""
        for name in CLOSABLE:
            if self.has_class(name):
                self.remove_class(name)
                break
        self._refocus()

    def action_scroll(self, pages: int) -> None:
        """Scroll the conversation, or what stands in its place."""
        shown = "#panel" if self.has_class("-panel") else "#findings" if self.has_class("-findings") else "#transcript"
        self.query_one(shown, Paper).action_scroll_page(pages)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """What makes no sense now is not offered."""
        playing = self.preview.walk is not None
        if action == "wait":
            return playing and self.preview.can_wait
        return playing if action in {"undo", "restart", "variables", "cycle"} else True

    def _refocus(self) -> None:
        chosen: Menu = self.query_one("#variables", Menu) if self.has_class("-variables") else self.query_one(Choices)
        chosen.focus(scroll_visible=False)


def _told(walk: Walk) -> list[Block]:
    """The conversation with what each reply earned under it."""
    judged = {each.seq: each for each in walk.said}
    blocks = []
    for line in walk.lines():
        blocks.append(said(line, walk.scenario))
        if line.speaker == "learner" and line.seq in judged:
            each = judged[line.seq]
            blocks += earned(feedback(each.choice, each.opened, each.before, each.after), each.after.trust, each.after.heat)
    return blocks
