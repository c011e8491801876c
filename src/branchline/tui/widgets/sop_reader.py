"""SopReader: a list of SOPs with a search, and one SOP as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from branchline.text import clean, clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from branchline.content.sop import Sop


class SopReader(Vertical):
    """SOPs to choose from and to read; what is opened is told by `Opened`."""

    DEFAULT_CSS = """
    SopReader > #search { height: 1; border: none; padding: 0 1; background: $desk-panel; color: $desk-ink; }
    SopReader > #search:focus { border: none; background: $desk-select; }
    SopReader > #search > .input--placeholder { color: $desk-soft; }
    SopReader > #found { height: 1fr; padding: 0 1; }
    SopReader > #page { display: none; height: 1fr; padding: 0 1; background: $desk-ground; scrollbar-size-vertical: 1; }
    SopReader > #page > #aside { height: auto; margin-top: 1; }
    SopReader > #page > Static { color: $desk-ink; background: $desk-ground; }
    SopReader.-reading > #page { display: block; }
    SopReader.-reading > #found, SopReader.-reading > #search { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", show=False, id="sop-search"),
        Binding("down", "to_list", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    class Opened(Message):
        """An SOP was opened."""

        def __init__(self, sop: str) -> None:
            """`sop` is its id."""
            super().__init__()
            self.sop = sop

    def __init__(
        self,
        sops: Iterable[Sop] = (),
        *,
        today: str = "",
        aside: Callable[[Sop], Sequence[Block]] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """These SOPs, in this order; on the ISO date `today` some have expired. `aside` tells what stands below the page of one."""
        super().__init__(id=id)
        self._sops = list(sops)
        self._today = today
        self._aside = aside
        self._opened: Sop | None = None

    def compose(self) -> ComposeResult:
        """Search, list, page."""
        field = Input(placeholder="Search: words in an SOP", id="search", compact=True)
        field.cursor_blink = False
        yield field
        yield Menu(id="found")
        yield VerticalScroll(Static(id="text"), Paper(id="aside", focusable=False), id="page")

    def on_mount(self) -> None:
        """List everything."""
        self._list("")

    @property
    def reading(self) -> bool:
        """Whether an SOP is open."""
        return self.has_class("-reading")

    @property
    def chosen(self) -> Sop | None:
        """The SOP that is open, else the highlighted one."""
        if self.reading:
            return self._opened
        entry = self.query_one(Menu).entry
        return next((sop for sop in self._sops if sop.id == entry), None)

    def put(self, sops: Sequence[Sop]) -> None:
        """List these instead."""
        self._sops = list(sops)
        self._list(self.query_one(Input).value)

    def focus_list(self) -> None:
        """Let the arrow keys work on the list, or on the page that is open."""
        self.query_one("#page" if self.reading else "#found").focus(scroll_visible=False)

    def close(self) -> bool:
        """Close the SOP that is open, or empty the search; whether there was anything to close."""
        if self.reading:
            self.remove_class("-reading")
        elif self.query_one(Input).value:
            self.query_one(Input).value = ""
        else:
            return False
        self.focus_list()
        return True

    def action_search(self) -> None:
        """Write in the search field."""
        self.remove_class("-reading")
        self.query_one(Input).focus(scroll_visible=False)

    def action_to_list(self) -> None:
        """From the search field to the list."""
        self.query_one(Menu).focus(scroll_visible=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll the page that is open."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=lines, animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list while words are typed."""
        event.stop()
        self._list(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the first that was found."""
        event.stop()
        self.query_one(Menu).action_pick()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Open one."""
        event.stop()
        found = next((sop for sop in self._sops if sop.id == event.entry), None)
        if found is None:
            return
        self._opened = found
        self.write_page()
        self.add_class("-reading")
        self.query_one("#page", VerticalScroll).scroll_home(animate=False)
        self.focus_list()
        self.post_message(self.Opened(found.id))

    def write_page(self) -> None:
        """The page of the SOP that is open, with what stands below it."""
        if self._opened is not None:
            self.query_one("#text", Static).update(Card(self._opened, self.app.theme_variables.get, self._today))
            self.query_one("#aside", Paper).show(self._aside(self._opened) if self._aside is not None else [])

    def _list(self, words: str) -> None:
        found = [sop for sop in self._sops if sop.mentions(words)]
        blocks = [_entry(sop, self._today) for sop in found]
        self.query_one(Menu).show(blocks or [Block(Content.styled("No SOP has all of these words.", "italic $desk-soft"))])


def _entry(sop: Sop, today: str) -> Block:
    about = clean_line(sop.intro.partition("\n\n")[0]).replace("**", "")
    text = Content.assemble((clean_line(sop.title), "bold"), "\n", (about, "$desk-soft"))
    right = Content.styled(f"✗ expired {clean_line(sop.expires)}", "bold $desk-bad") if today and sop.expired(today) else Content("")
    return Block(text, Content.styled(f"  {clean_line(sop.id):<12} ", "$desk-accent"), right, above=1, id=sop.id)


class Card:
    """An SOP as one Rich renderable, in the colours of the theme; its links are text."""

    def __init__(self, sop: Sop, colour: Callable[[str, str], str], today: str = "") -> None:
        """`colour` gives a theme variable, or the default that is its second argument; on the ISO date `today` it may have expired."""
        self._sop = sop
        self._today = today
        self._colour = colour

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Title, what it is and from when, and the card itself."""
        from rich.markdown import Markdown  # noqa: PLC0415  # nobody has opened an SOP yet when the app starts
        from rich.text import Text  # noqa: PLC0415
        from rich.theme import Theme  # noqa: PLC0415

        sop = self._sop
        soft = self._ink("soft")
        yield Text(f"{clean_line(sop.id)}  {clean_line(sop.title)}", style=f"bold {self._ink('accent')}")
        facts = [f"version {sop.version}", f"in force from {clean_line(sop.effective)}", clean_line(sop.owner)]
        facts += [clean_line(part) for part in (sop.category, ", ".join(sop.channels))]
        if self._today and sop.expired(self._today):
            yield Text(f"✗ expired on {clean_line(sop.expires)}: do not work by it", style=f"bold {self._ink('bad')}")
        yield Text(" · ".join(fact for fact in facts if fact) + "\n", style=soft)
        plain = {"code", "code_block", "link", "link_url", "table.border", "table.header", "kbd", "hr", "h6"}
        heads = {name: f"bold {self._ink('accent')}" for name in ("h1", "h2", "h3", "h4", "item.number", "item.bullet", "list")}
        styles = {**dict.fromkeys(plain, soft), **heads, "block_quote": f"italic {soft}", "code": "bold"}
        with console.use_theme(Theme({f"markdown.{name}": style for name, style in styles.items()})):
            yield from console.render(Markdown(clean(sop.body), hyperlinks=False), options)

    def _ink(self, role: str) -> str:
        return self._colour(f"desk-{role}", "default")
