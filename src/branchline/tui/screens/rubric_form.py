"""Rubric form: a session scored item by item, the machine's figure beside the coach's level; what is given stays when it is put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_dialog import FormDialog, Part
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.rubric_items import Items, anchor_blocks, item_block, keys_of, total_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.widget import Widget

    from branchline.content.rubric import RubricItem
    from branchline.practice.scoring_draft import ScoringDraft
    from branchline.tui.screens.desk_dialog import Filled
    from branchline.tui.widgets.menu import Menu

COMMANDS = (
    Command("level-up", "right,l", "higher", "Give the item a higher level.", "level(1)"),
    Command("level-down", "left,h", "lower", "Give the item a lower level.", "level(-1)"),
    Command("reason", "enter,r", "reason", "Say why; a level that is not the machine's needs a reason.", "reason"),
    Command("not-applicable", "n", "does not apply", "Say that the item does not apply, where it allows that.", "leave_out"),
    Command("score-record", "ctrl+d", "record", "Record the review, once every item has its level.", "record"),
    Command("score-text", "t", "say", "Say something to the whole session.", "say"),
    Command("score-private", "p", "private", "Show the review to the learner, or keep it among coaches.", "private"),
    Command("score-back", "escape,q", "back", "Go back; what is given stays.", "back"),
)
MORE_KEYS = (("0 … 9", "Give the item the level with that key."),)


class RubricForm(DeskScreen):
    """One scorecard that is being filled in."""

    HERE = COMMANDS
    BINDINGS = bindings(command for command in COMMANDS if command.id != "reason")
    CSS_PATH = "rubric_form.tcss"
    FIRST = "#items"

    def __init__(self, draft: ScoringDraft, title: str, record: Callable[[], str]) -> None:
        """`record` records the draft and says so in a sentence; it raises BranchlineError where it cannot."""
        super().__init__()
        self.draft = draft
        self._head = title
        self._record = record

    def body(self) -> Iterable[Widget]:
        """Title, items, anchors of the highlighted one, total."""
        yield Bar(id="title")
        yield Items(id="items")
        yield Paper(id="anchors", focusable=False)
        yield Bar(id="total")

    def on_mount(self) -> None:
        """Everything as the draft has it."""
        super().on_mount()
        rubric = self.draft.rubric
        right = Content.styled(f"{clean_line(rubric.title)}, version {rubric.version}", "$desk-soft")
        self.query_one("#title", Bar).say(Content.styled(clean_line(self._head), "bold $desk-accent"), right)
        self._paint()
        self.query_one(Items).focus()

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """The digits."""
        return MORE_KEYS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """In a calibration nothing is private."""
        return not (action == "private" and self.draft.calibration)

    @property
    def item(self) -> RubricItem:
        """The highlighted item."""
        return self.draft.rubric.item(self.query_one(Items).entry) or self.draft.rubric.items[0]

    def _paint(self) -> None:
        self.query_one(Items).show([item_block(self.draft, item) for item in self.draft.rubric.items])
        self._paint_anchors()
        self.query_one("#total", Bar).say(*total_line(self.draft))

    def _paint_anchors(self) -> None:
        self.query_one("#anchors", Paper).show(anchor_blocks(self.draft, self.item))

    def on_items_moved(self, event: Items.Moved) -> None:
        """Another item is highlighted."""
        event.stop()
        self._paint_anchors()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Enter asks for the reason."""
        event.stop()
        self.action_reason()

    def on_key(self, event: events.Key) -> None:
        """A digit gives the level with that key."""
        keys = keys_of(self.item)
        if event.key in keys:
            self.draft.give(self.item, keys.index(event.key))
            self._paint()

    def action_level(self, by: int) -> None:
        """One level up or down."""
        self.draft.move(self.item, by)
        self._paint()

    def action_leave_out(self) -> None:
        """It does not apply."""
        if not self.draft.leave_out(self.item):
            self.notify("This item always applies.", markup=False)
        self._paint()

    def action_private(self) -> None:
        """Shared, or private to coaches."""
        self.draft.shared = not self.draft.shared
        self._paint()

    def action_reason(self) -> None:
        """Ask why."""
        item = self.item

        def keep(filled: Filled | None) -> None:
            if filled is not None:
                self.draft.reasons[item.id] = filled.values["reason"].strip()
                self._paint()

        part = Part("reason", "Why this level", needed=False)
        self.app.push_screen(FormDialog(item.ask, (part,), {"reason": self.draft.reasons.get(item.id, "")}), keep)

    def action_say(self) -> None:
        """Ask what is to be said to the whole session."""

        def keep(filled: Filled | None) -> None:
            if filled is not None:
                self.draft.text = filled.values["text"].strip()

        part = Part("text", "To the whole session", "text", needed=False)
        self.app.push_screen(FormDialog("What you say to the whole session", (part,), {"text": self.draft.text}), keep)

    def action_record(self) -> None:
        """Record it; what is missing is highlighted instead."""
        missing = self.draft.unfinished()
        if missing is not None:
            items = self.query_one(Items)
            items.highlight(next(index for index, block in enumerate(items.blocks) if block.id == missing.id))
            needs = "a reason, for its level is not what the machine suggests" if missing.id in self.draft.levels else "a level"
            self.notify(f"{clean_line(missing.ask)} It needs {needs}.", title="Not yet", severity="warning", markup=False)
            return
        try:
            words = self._record()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self.desk.statements_written()
        self.dismiss()
        self.app.notify(clean_line(words), title="Recorded", markup=False)

    def action_back(self) -> None:
        """Put it aside."""
        self.dismiss()
