"""Acting at the desk: every key asks what it needs, and does it through the DeskPractice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.engine.desk_guide import unfinished
from branchline.engine.desk_work import INVALID
from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.screens import desk_forms as forms
from branchline.tui.screens.desk_dialog import FormDialog, PickDialog
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.desk_side import field_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from branchline.content.sop import Sop
    from branchline.practice import DeskPractice
    from branchline.tui.screens.desk_dialog import Filled

STAY, GO = "stay", "go"
FORMS: Mapping[str, Callable[[DeskPractice], forms.Form]] = {
    "reply": forms.reply, "note": forms.note, "status": forms.status, "exception": forms.exception, "wait": forms.wait,
}  # fmt: skip
"""What the screen's own keys ask for."""
SECONDS = 60


class Acting(DeskScreen):
    """A screen on which a ticket is worked; what it looks like is up to its subclass."""

    def __init__(self, practice: DeskPractice) -> None:
        """`practice` has begun or was resumed."""
        super().__init__()
        self.practice = practice
        self._drafts: dict[str, Mapping[str, str]] = {}
        self._refused = ""
        """The fields that the desk last called wrong, until something else is done."""
        self._giving_up = False
        self._since: float | None = None

    def on_mount(self) -> None:
        """By the real clock, time runs from here."""
        super().on_mount()
        self._since = self.desk.studio.clock.monotonic()

    def paint(self) -> None:
        """Show everything as it stands now."""
        raise NotImplementedError

    def refocus(self) -> None:
        """Focus what the keys should work on."""
        raise NotImplementedError

    def errors(self) -> tuple[str, ...]:
        """The CRM's own errors as they stand: of the last refusal, and in practice mode what keeps the ticket from being submitted."""
        standing = self.practice.field_errors() if self.practice.mode == "practice" else ()
        return tuple(dict.fromkeys((*([self._refused] if self._refused else []), *standing)))

    # ------------------------------------------------------------------------------------------------ acting

    def act(self, deed: forms.Deed, key: str = "") -> None:
        """Do it, and paint what came of it; the draft under `key` is done with unless the desk refused."""
        try:
            acted = self.practice.act(deed.verb, deed.arguments, deed.text, self._minutes())
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self._giving_up = False
        self._refused = acted.message if acted.code == INVALID else ""
        if acted.ok:
            self._drafts.pop(key, None)
        self.paint()
        self.desk.statements_written()

    def _minutes(self) -> float | None:
        """How long the act took where the real clock counts; None where the desk says how long it takes."""
        if not self.practice.timed or self._since is None:
            return None
        before, self._since = self._since, self.desk.studio.clock.monotonic()
        return max(0.0, self._since - before) / SECONDS

    def ask_for(self, form: forms.Form) -> None:
        """Ask what the act needs and do it; one that needs nothing and tells nothing is done at once."""
        if not form.parts and not form.about:
            self.act(form.deed({}), form.key)
        elif not form.parts:
            entries = [Block(Content("Apply it; the text waits in the reply."), Content("  "), id=GO), _entry("Go back", STAY)]
            self.app.push_screen(PickDialog(form.title, entries, form.about), lambda answer: self._picked_go(form, answer))
        else:
            dialog = FormDialog(form.title, form.parts, self._drafts.get(form.key, form.draft), form.about)
            self.app.push_screen(dialog, lambda filled: self._filled(form, filled))

    def _picked_go(self, form: forms.Form, answer: str | None) -> None:
        if answer == GO:
            self.act(form.deed({}), form.key)

    def _filled(self, form: forms.Form, filled: Filled | None) -> None:
        if filled is None:
            return
        self._drafts[form.key] = filled.values
        if filled.sent:
            self.act(form.deed(filled.values), form.key)

    def _pick(self, title: str, entries: Sequence[Block], then: Callable[[str], None], about: Sequence[Block] = ()) -> None:
        self.app.push_screen(PickDialog(title, entries, about), lambda answer: then(answer) if answer else None)

    # ------------------------------------------------------------------------------------------------ keys

    def action_ask(self, name: str) -> None:
        """Open the form of that name."""
        if self._can_act():
            self.ask_for(FORMS[name](self.practice))

    def action_actions(self) -> None:
        """The company's tools, and what else can be done with the ticket."""
        if self._can_act():
            self._pick("What to do", forms.action_entries(self.practice), lambda name: self.ask_for(forms.verb(self.practice, name)))

    def action_fields(self) -> None:
        """First the field, then its value."""
        if self._can_act():
            wrong = {error.partition(":")[0] for error in self.errors()}
            entries = [
                _entry(field_title(clean_line(name)), name, "✗ needs a value" if field_title(name) in wrong else "")
                for name in forms.settable(self.practice)
            ]
            self._pick("Which field", entries, lambda name: self.ask_for(forms.field(self.practice, name)))

    def action_macros(self) -> None:
        """First the macro, then its text."""
        macros = self.practice.drill.catalogue.macros
        if self._can_act():
            entries = [_entry(clean_line(found.title), name, clean_line(name)) for name, found in macros.items()]
            nothing = [Block(Content.styled("There is no macro here.", "italic $desk-soft"))]
            self._pick("Which macro", entries or nothing, lambda name: self.ask_for(forms.macro(self.practice, name)))

    def action_escalate(self) -> None:
        """To whom."""
        if not self._can_act():
            return
        tiers = self.practice.drill.catalogue.tiers
        entries = [_entry("Take it yourself", "me"), heading("Escalate to")]
        entries += [_entry(clean_line(title), f"to {tier}", f"tier {tier}" if tier.isdecimal() else "") for tier, title in tiers.items()]
        entries += [heading("Without a hand-over"), _entry("Assign to a group", "group")]
        self._pick("Whose ticket is it", entries, self._hand_over)

    def _hand_over(self, entry: str) -> None:
        if entry == "me":
            self.act(forms.Deed("assign", {"to": "me"}))
        elif entry == "group":
            self.ask_for(forms.verb(self.practice, "assign"))
        else:
            self.ask_for(forms.hand_over(self.practice, entry.removeprefix("to ")))

    def action_undo(self) -> None:
        """Take the last act back."""
        try:
            self.practice.undo()
        except BranchlineError as error:
            self.notify(clean_line(error.what), title="Undo", severity="warning", markup=False)
            return
        self._refused = ""
        self.paint()
        self.desk.statements_written()

    def action_check(self) -> None:
        """What is missing, in the CRM's own words."""
        try:
            found = self.practice.check()
        except BranchlineError as error:
            self.notify(clean_line(error.what), title="Check", severity="warning", markup=False)
            return
        self.app.push_screen(PickDialog("Check before you submit", [_entry("Go on working", STAY)], _missing(found)))

    def action_submit(self) -> None:
        """Hand the ticket in, when asked; what is missing is said first."""
        practice = self.practice
        if practice.finished:
            self.desk.open_debrief(practice)
        elif not self.too_small:
            wrong = practice.field_errors()
            more = unfinished(practice.state) if practice.mode == "practice" else ()
            entries = [_entry("Go on working", STAY)] if wrong else [_entry("Submit the ticket", GO), _entry("Go on working", STAY)]
            self._pick("Submit the ticket?", entries, self._submit, _missing((*wrong, *more), "Submitting ends the session."))

    def _submit(self, answer: str) -> None:
        if answer != GO:
            self._refused = "; ".join(self.practice.field_errors())
            self.paint()
            return
        try:
            self.practice.submit()
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self.after_submit()

    def after_submit(self) -> None:
        """The ticket is handed in: how it went."""
        self.desk.statements_written()
        self.desk.open_debrief(self.practice)

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

    def sops_here(self) -> Iterable[Sop]:
        """Those that the drill cites."""
        return self.practice.drill.sops.values()

    def _can_act(self) -> bool:
        return not self.practice.finished and not self.too_small


def _entry(words: str, entry: str, right: str = "") -> Block:
    return Block(Content(words), Content("  "), Content.styled(right, "$desk-soft"), id=entry)


def _missing(found: Sequence[str], otherwise: str = "Nothing is missing.") -> list[Block]:
    blocks = [Block(Content(clean_line(words)), Content.styled("✗ ", "bold $desk-bad")) for words in found]
    return blocks or [Block(Content(otherwise), Content.styled("✓ ", "bold $desk-good"))]
