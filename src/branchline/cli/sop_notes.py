"""`sop note` and `sop notes`: what people found wrong in an SOP, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import has_journal, json_option, open_content, open_journal, open_settings, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.journal.model import SopNote


@click.command("note", cls=Command)
@click.argument("sop_id", metavar="SOP")
@click.argument("text")
@click.option("--step", metavar="ID", default="", help="The step that is wrong.")
@click.option("--session", "session_id", metavar="SESSION", help="The session in which you met it; its last entry is the place.")
@workspace_option
@json_option
def note(sop_id: str, text: str, step: str, session_id: str | None, workspace: str | None, *, as_json: bool) -> None:
    """Note that something in SOP is wrong.

    Its owner finds TEXT with `sop notes`, and you what became of it with `sop notes --mine`.
    """
    from branchline.cli.output import emit, say
    from branchline.reports import sop_notes

    found = open_content(workspace).sop(sop_id)
    with open_journal() as journal:
        place = sop_notes.spot_of(journal, session_id) if session_id else None
        kept = sop_notes.add_note(journal, found, text, learner=open_settings().learner, step=step, place=place)
    if as_json:
        emit("sop-notes", {"notes": [sop_notes.document(kept)]})
    else:
        say(f"Note {kept.id} about {kept.sop} is kept.")


@click.command("notes", cls=Command)
@click.argument("sop_id", metavar="[SOP]", required=False)
@click.option("--mine", is_flag=True, help="Only your own.")
@click.option("--open", "unanswered", is_flag=True, help="Only those that nobody has answered.")
@click.option("--resolve", nargs=2, type=(click.IntRange(min=1), str), metavar="ID TEXT", help="Say what became of note ID.")
@json_option
def notes(sop_id: str | None, *, mine: bool, unanswered: bool, resolve: tuple[int, str] | None, as_json: bool) -> None:
    """List what people noted as wrong in SOPs.

    With `--resolve`, answer one.
    """
    from branchline.cli.output import emit, narrate, say
    from branchline.reports import sop_notes

    found: list[SopNote] = []
    if resolve is not None:
        with open_journal() as journal:
            found = [sop_notes.resolve(journal, resolve[0], resolve[1], by=open_settings().learner)]
    elif has_journal():
        learner = open_settings().learner if mine else None
        with open_journal() as journal:
            found = sop_notes.notes(journal, sop=sop_id, learner=learner, unanswered=unanswered)
    if as_json:
        emit("sop-notes", {"notes": [sop_notes.document(each) for each in found]})
    elif found:
        say(_page(found))
    else:
        narrate("No note fits.")


def _page(found: Sequence[SopNote]) -> str:
    from branchline.cli.sop_page import columns
    from branchline.text import wrap

    return "\n\n".join("\n".join(wrap(line, columns(), "   ") for line in _lines(each)) for each in found)


def _lines(each: SopNote) -> list[str]:
    about = f"{each.sop} version {each.version}" + (f", step {each.step}" if each.step else "")
    where = f", session {each.session[:8]} entry {each.seq}" + (f" at {each.node}" if each.node else "") if each.session else ""
    answer = f"   → {each.answered[:10]}, {each.answered_by}: {each.answer}" if each.answered else "   → not answered yet"
    return [f"{each.id}. {about} ({each.learner}, {each.at[:10]}{where})", f"   {each.text}", answer]
