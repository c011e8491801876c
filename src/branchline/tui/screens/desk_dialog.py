"""Questions in front of a ticket: one of several things, or a form; the ticket stays in sight above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from branchline.text import clean, clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import LEAST, WIDE
from branchline.tui.widgets.bar import Bar, Hints
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from branchline.tui.app import BranchlineApp

Answer = TypeVar("Answer")
LONGEST = 10_000
"""Characters that a field takes."""
SEND = Command("send", "ctrl+d,ctrl+enter", "send", "Send what is written.", "send", everywhere=True)
NEXT = Command("next-field", "tab", "next field", "Go to the next field.", "app.focus_next")
PICK = Command("pick", "enter", "choose", "Choose the highlighted entry.", "pick")
CLOSE = Command("back", "escape", "back", "Go back; what is written is kept.", "back")


class Dialog(ModalScreen[Answer]):
    """A question at the bottom of the screen. Keys that were pressed before it could be seen choose nothing."""

    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-tiny"), (LEAST[0], "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-flat"), (LEAST[1], "-short"), (30, "-tall")]  # type: ignore[misc]
    CSS_PATH = "desk_dialog.tcss"
    BINDINGS = bindings((CLOSE,))

    def __init__(self, title: str, about: Sequence[Block] = ()) -> None:
        """`about` stands above what is asked."""
        super().__init__()
        self._head = title
        self._about = list(about)
        self._hears_from = float("inf")

    @property
    def desk(self) -> BranchlineApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    def asked(self) -> Iterable[Widget]:
        """What is asked, top to bottom."""
        return ()

    def keys(self) -> tuple[Command, ...]:
        """The commands that the hint bar names."""
        return (CLOSE,)

    def compose(self) -> ComposeResult:
        """Title, what is told, what is asked, hints."""
        with Vertical(id="box"):
            yield Bar(Content.styled(clean_line(self._head), "bold $desk-accent"), id="ask")
            if self._about:
                yield Paper(id="about", focusable=False)
            yield from self.asked()
            yield Hints(id="keys")

    def on_mount(self) -> None:
        """Write what is told, and begin to listen once it can be seen."""
        for paper in self.query("#about").results(Paper):
            paper.show(self._about)
        *first, last = self.keys()
        self.query_one(Hints).show(first, last, self.desk.studio.settings.keys)
        self.call_after_refresh(self._hear)

    def _hear(self) -> None:
        self._hears_from = Message().time

    def on_key(self, event: events.Key) -> None:
        """Keys that were meant for what stood here earlier choose nothing."""
        if event.key in {"enter", "space"} and event.time < self._hears_from:
            event.stop()
            event.prevent_default()


class PickDialog(Dialog[str]):
    """One of several entries; the answer is its id, empty where none was chosen."""

    def __init__(self, title: str, entries: Sequence[Block], about: Sequence[Block] = ()) -> None:
        """`entries` are blocks with ids; others are headings."""
        super().__init__(title, about)
        self._entries = list(entries)

    def asked(self) -> Iterable[Widget]:
        """The entries."""
        yield Menu(id="entries")

    def keys(self) -> tuple[Command, ...]:
        """Choose or leave."""
        return (PICK, CLOSE)

    def on_mount(self) -> None:
        """List them."""
        super().on_mount()
        self.query_one("#entries", Menu).show(self._entries)
        self.query_one("#entries", Menu).focus(scroll_visible=False)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """That is the answer."""
        self.dismiss(event.entry)

    def action_back(self) -> None:
        """None of them."""
        self.dismiss("")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form."""

    name: str
    label: str
    kind: str = "line"
    """`line`, `text` (several lines) or `pick`."""
    words: tuple[tuple[str, str], ...] = ()
    """Of a `pick`: value and title of each choice."""
    needed: bool = True
    tip: str = ""
    """What an empty field says of itself."""


class Filled(NamedTuple):
    """A form as it was left."""

    values: Mapping[str, str]
    sent: bool
    """False where it was put aside: a draft."""


class FormDialog(Dialog[Filled]):
    """A form; what it holds is never lost, sent or not."""

    BINDINGS = bindings((SEND,))

    def __init__(self, title: str, parts: Sequence[Part], draft: Mapping[str, str], about: Sequence[Block] = ()) -> None:
        """`draft` is what its fields begin with."""
        super().__init__(title, about)
        self._parts = list(parts)
        self._ids = {part.name: f"part-{number}" for number, part in enumerate(parts)}
        self._draft = dict(draft)

    def asked(self) -> Iterable[Widget]:
        """A label and a field for each part."""
        for part in self._parts:
            maybe = "" if part.needed or part.kind == "text" else " (if any)"
            label = Static(Content(clean_line(part.label) + maybe), classes="label")
            yield Vertical(label, self._field(part), classes="text") if part.kind == "text" else Horizontal(label, self._field(part))

    def _field(self, part: Part) -> Widget:
        written = self._draft.get(part.name, "")
        if part.kind == "text":
            area = TextArea(clean(written), id=self._ids[part.name], compact=True, soft_wrap=True)
            area.cursor_blink = False
            return area
        if part.kind == "pick":
            return Menu(id=self._ids[part.name])
        field = Input(clean_line(written), placeholder=clean_line(part.tip), id=self._ids[part.name], compact=True, max_length=LONGEST)
        field.cursor_blink = False
        return field

    def keys(self) -> tuple[Command, ...]:
        """Send, move, leave."""
        return (SEND, NEXT, CLOSE) if len(self._parts) > 1 else (SEND, CLOSE)

    def on_mount(self) -> None:
        """Put the choices in; the first field is focused."""
        super().on_mount()
        for part in self._parts:
            if part.kind == "pick":
                self._list(part)
        if self._parts:
            self.query_one(f"#{self._ids[self._parts[0].name]}").focus(scroll_visible=False)

    def _list(self, part: Part) -> None:
        menu = self.query_one(f"#{self._ids[part.name]}", Menu)
        menu.show(Block(Content(clean_line(title)), Content("  "), id=f"={value}") for value, title in part.words)
        place = next((index for index, (value, _) in enumerate(part.words) if value == self._draft.get(part.name)), -1)
        menu.highlight(place)

    def values(self) -> dict[str, str]:
        """What the fields hold now."""
        found = {}
        for part in self._parts:
            field = self.query_one(f"#{self._ids[part.name]}")
            if isinstance(field, TextArea):
                found[part.name] = field.text
            elif isinstance(field, Input):
                found[part.name] = field.value
            elif isinstance(field, Menu):
                found[part.name] = field.entry.removeprefix("=")
        return found

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field; from the last one it sends."""
        event.stop()
        self._go_on(event.input)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """As for a line."""
        event.stop()
        self._go_on(event.menu)

    def _go_on(self, field: Widget) -> None:
        if field.id == self._ids[self._parts[-1].name]:
            self.action_send()
        else:
            self.focus_next()

    def action_send(self) -> None:
        """Send, once the keys that were pressed before have reached their field: this one does not wait for them by itself."""
        (self.focused or self).call_later(self.call_later, self._send)

    def _send(self) -> None:
        """Send, where every field that is needed holds something."""
        if not self.is_current:
            # The key was pressed twice.
            return
        values = self.values()
        empty = next((part for part in self._parts if part.needed and not values[part.name].strip()), None)
        if empty is None:
            self.dismiss(Filled(values, sent=True))
            return
        words = Content.styled(f"✗ {clean_line(empty.label)}: is still empty", "bold $desk-bad")
        self.query_one("#ask", Bar).say(Content.styled(clean_line(self._head), "bold $desk-accent"), words)
        self.query_one(f"#{self._ids[empty.name]}").focus(scroll_visible=False)

    def action_back(self) -> None:
        """Put it aside."""
        self.dismiss(Filled(self.values(), sent=False))
