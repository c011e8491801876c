"""Comments: what waits for the learner or the coach, of every session; each can be answered here or read at its moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.thread import COACH, Comment
from branchline.errors import BranchlineError
from branchline.practice.coaching import Coaching
from branchline.practice.coaching_search import awaiting
from branchline.text import clean, clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens import comment_form
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.home import local
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.thread_panel import exchange, marks
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.widget import Widget

    from branchline.coaching.thread import Item
    from branchline.practice.coaching_search import Waiting

COMMANDS = (
    Command("open", "enter", "review", "Go to the moment in the review of its session.", "pick"),
    Command("answer", "r", "answer", "Answer the highlighted comment.", "answer"),
    Command("acknowledge", "a", "acknowledge", "Say that you have read it, or what was decided.", "acknowledge"),
    Command("dispute", "d", "dispute", "Say that you do not agree, and why; as a coach, decide on a dispute.", "dispute"),
    Command("resolve", "R", "resolve", "Settle the highlighted comment.", "resolve", hint=False),
    Command("home", "escape,q", "home", "Go home.", "back"),
)


class CommentsScreen(DeskScreen):
    """What waits for whoever is here."""

    HERE = COMMANDS
    BINDINGS = bindings(COMMANDS[1:])
    CSS_PATH = "comments.tcss"
    FIRST = "#waiting"

    def __init__(self) -> None:
        """Nothing is read before it is shown."""
        super().__init__()
        self._found: dict[str, Waiting] = {}

    def body(self) -> Iterable[Widget]:
        """Title and list."""
        yield Bar(id="title")
        yield Menu(id="waiting")

    def on_mount(self) -> None:
        """Focus the list."""
        super().on_mount()
        self.query_one(Menu).focus()

    def on_screen_resume(self) -> None:
        """Read the journal, again when something was opened from here."""
        self.read()

    def read(self) -> None:
        """List what waits now."""
        try:
            waiting = awaiting(self.desk.studio)
        except BranchlineError as error:
            self.desk.trouble(error)
            waiting = []
        self._found = {each.item.id: each for each in waiting}
        nothing = Block(Content.styled("Nothing waits for you.", "italic $desk-soft"), Content("  "))
        self.query_one(Menu).show(self._blocks(waiting) or [nothing])
        right = Content.styled(count(len(waiting), "comment") if waiting else "", "$desk-soft")
        self.query_one("#title", Bar).say(Content.styled("Comments", "bold $desk-accent"), right)
        self.show_hints()

    def _blocks(self, waiting: Sequence[Waiting]) -> list[Block]:
        today = self.desk.studio.today
        blocks: list[Block] = []
        session = ""
        for each in waiting:
            if each.row.id != session:
                session = each.row.id
                blocks.append(_heading(each, today, above=1 if blocks else 0))
            blocks.append(_entry(each.item, lambda at: local(at, today)))
        return blocks

    def action_pick(self) -> None:
        """The highlighted entry, from the palette."""
        self.query_one(Menu).action_pick()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Read it where it is pinned."""
        if found := self._found.get(event.entry):
            self.desk.review(found.row.id, found.item.seq if isinstance(found.item, Comment) else 0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Coaches acknowledge nothing but what was said of their own sessions."""
        me = self.desk.studio.settings
        return action != "acknowledge" or me.role != COACH or any(each.row.learner == me.learner for each in self._found.values())

    def action_answer(self) -> None:
        """Answer the highlighted comment."""
        self._ask(comment_form.ask_answer, whole=True)

    def action_acknowledge(self) -> None:
        """Say that it has been read."""
        self._ask(comment_form.ask_acknowledge)

    def action_dispute(self) -> None:
        """Dispute it, or decide on the dispute."""
        self._ask(comment_form.ask_dispute)

    def action_resolve(self) -> None:
        """Settle it."""
        self._ask(comment_form.settle, whole=True)

    def _ask(self, form: Callable[[DeskScreen, Coaching, Sequence[Item], Callable[[], None]], None], *, whole: bool = False) -> None:
        """One of the forms, about the highlighted entry, or about the `whole` thread that it stands in."""
        found = self._found.get(self.query_one(Menu).entry)
        if found is None:
            return
        try:
            coaching = Coaching.of(self.desk.studio, found.row.id)
            item = _root(coaching, found.item) if whole else found.item
        except BranchlineError as error:
            self.desk.trouble(error)
        else:
            form(self, coaching, [item], self.read)

    def action_back(self) -> None:
        """Go home."""
        self.dismiss()


def _root(coaching: Coaching, item: Item) -> Item:
    """What an answer answers; threads are answered and settled as a whole."""
    root = coaching.thread.comment(item.root) if isinstance(item, Comment) else None
    return root or item


def _heading(each: Waiting, today: str, above: int) -> Block:
    row = each.row
    return heading(f"{clean_line(row.title)} – {clean_line(row.learner)}, {local(row.started, today)}", above)


def _entry(item: Item, when: Callable[[str], str]) -> Block:
    quote = item.quote if isinstance(item, Comment) else f"review with {item.event.rubric}: {item.total}"
    text = item.text if isinstance(item, Comment) else item.event.text
    head = Content.assemble((clean_line(item.author), "bold"), (f"  {when(item.at)}", "$desk-soft"))
    told = [head, Content.styled(f"❝ {clean_line(quote)}", "italic $desk-soft"), Content(clean(text)), *exchange(item)]
    return Block(Content("\n").join(told), Content("  "), marks(item), id=item.id)
