"""“This SOP is wrong”: a note for its owner, from wherever an SOP is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.screens.desk_dialog import FormDialog, Part, PickDialog
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.sop_reader import SopReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchline.content.sop import Sop
    from branchline.practice import DeskPractice, Practice
    from branchline.tui.screens.desk_dialog import Filled
    from branchline.tui.screens.desk_screen import DeskScreen


def ask_note(screen: DeskScreen, practice: Practice | DeskPractice | None) -> None:
    """Ask which SOP is wrong, unless one is open, and how; then keep the note. `practice` is the session in play, None outside one."""
    opened = [reader.chosen for reader in screen.query(SopReader) if reader.reading and reader.display]
    known = {sop.id: sop for sop in (opened or screen.sops_here()) if sop is not None}
    if len(known) == 1:
        _write(screen, next(iter(known.values())), practice)
    elif known:
        picked = PickDialog("Which SOP is wrong", _entries(known.values()))
        screen.app.push_screen(picked, lambda name: _write(screen, known[name], practice) if name else None)


def _entries(sops: Iterable[Sop]) -> list[Block]:
    return [
        Block(Content(clean_line(sop.title)), Content.styled(f"  {clean_line(sop.id):<12} ", "$desk-accent"), id=sop.id) for sop in sops
    ]


def _write(screen: DeskScreen, sop: Sop, practice: Practice | DeskPractice | None) -> None:
    steps = tuple((step.id, f"{step.number}. {clean_line(step.text)}") for step in sop.steps if step.id)
    where = Part("step", "Where", "pick", (("", "the SOP as a whole"), *steps), needed=False)
    drafts = screen.desk.note_drafts

    def keep(filled: Filled | None) -> None:
        if filled is not None:
            drafts[sop.id] = filled.values
            if filled.sent and _keep(screen, sop, filled, practice):
                del drafts[sop.id]

    parts = (Part("text", "What is wrong", "text"), where)
    screen.app.push_screen(FormDialog(f"{sop.id} is wrong", parts, drafts.get(sop.id, {})), keep)


def _keep(screen: DeskScreen, sop: Sop, filled: Filled, practice: Practice | DeskPractice | None) -> bool:
    """Keep the note and say so; whether it could be kept."""
    from branchline.reports.sop_notes import Spot, add_note  # noqa: PLC0415

    studio, said = screen.desk.studio, filled.values
    try:
        place = None if practice is None else Spot(practice.session_id, practice.entries[-1].seq, practice.state.node)
        kept = add_note(
            studio.journal, sop, said["text"], learner=studio.settings.learner, step=said["step"], place=place, now=studio.clock.now()
        )
    except BranchlineError as error:
        screen.desk.trouble(error)
        return False
    for reader in screen.query(SopReader):
        reader.write_page()
    words = f"Note {kept.id} about {clean_line(kept.sop)} is kept; the library shows what becomes of it."
    screen.notify(words, title="Noted", markup=False)
    return True
