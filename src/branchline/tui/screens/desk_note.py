"""“This SOP is wrong”: a note for its owner, from wherever an SOP is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.screens.desk_dialog import FormDialog, Part, PickDialog
from branchline.tui.widgets.block import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from branchline.content.sop import Sop
    from branchline.reports.sop_notes import Spot
    from branchline.tui.screens.desk_dialog import Filled
    from branchline.tui.screens.desk_screen import DeskScreen


def ask_note(screen: DeskScreen, sops: Iterable[Sop], place: Callable[[], Spot | None], done: Callable[[], None] | None = None) -> None:
    """Ask which of the SOPs is wrong, where there are several, and how; then keep the note. `place` is looked up when it is sent."""
    known = {sop.id: sop for sop in sops}
    if len(known) == 1:
        _write(screen, next(iter(known.values())), place, done)
    elif known:
        entries = [
            Block(Content(clean_line(sop.title)), Content.styled(f"  {clean_line(sop.id)}  ", "$desk-accent"), id=sop.id)
            for sop in known.values()
        ]
        screen.app.push_screen(
            PickDialog("Which SOP is wrong", entries), lambda name: _write(screen, known[name], place, done) if name else None
        )


def _write(screen: DeskScreen, sop: Sop, place: Callable[[], Spot | None], done: Callable[[], None] | None) -> None:
    steps = tuple((step.id, f"{step.number}. {clean_line(step.text)}") for step in sop.steps if step.id)
    parts = (Part("step", "Where", "pick", (("", "The SOP as a whole"), *steps), needed=False), Part("text", "What is wrong", "text"))

    def keep(filled: Filled | None) -> None:
        if filled is not None and filled.sent:
            _keep(screen, sop, filled, place)
            if done is not None:
                done()

    screen.app.push_screen(FormDialog(f"{sop.id} is wrong", parts, {}), keep)


def _keep(screen: DeskScreen, sop: Sop, filled: Filled, place: Callable[[], Spot | None]) -> None:
    from branchline.reports.sop_notes import add_note  # noqa: PLC0415

    studio = screen.desk.studio
    try:
        spot, now = place(), studio.clock.now()
        kept = add_note(
            studio.journal, sop, filled.values["text"], learner=studio.settings.learner, step=filled.values["step"], place=spot, now=now
        )
    except BranchlineError as error:
        screen.desk.trouble(error)
    else:
        words = f"Note {kept.id} about {clean_line(kept.sop)} is kept; the library shows what becomes of it."
        screen.notify(words, title="Noted", markup=False)
