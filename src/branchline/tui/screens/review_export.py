"""Export from the review screen: in which format, with which names, and where to; nothing is overwritten unasked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.exports.export import export_file, export_kept
from branchline.errors import BranchlineError
from branchline.settings import pseudonym_key, write_text
from branchline.text import clean_line
from branchline.tui.screens.desk_dialog import FormDialog, Part, PickDialog
from branchline.tui.screens.review_reading import Given
from branchline.tui.widgets.block import Block

if TYPE_CHECKING:
    from branchline.tui.screens.desk_dialog import Filled
    from branchline.tui.screens.review import ReviewScreen

FORMATS = (
    ("markdown", "markdown  for reading"),
    ("html", "html  one page for a browser, offline and on paper"),
    ("asciicast-v2", "asciicast-v2  a terminal recording"),
    ("asciicast-v3", "asciicast-v3  the same, times counted from the event before"),
    ("csv", "csv  one row a moment"),
    ("jsonl", "jsonl  the session itself; with its names it can be imported"),
)
"""Each format with what it is for."""
ENDINGS = {"markdown": "md", "html": "html", "asciicast-v2": "cast", "asciicast-v3": "cast", "csv": "csv", "jsonl": "jsonl"}
KEEP = "keep"
NAMES = (("redact", "replaced; read before you share"), (KEEP, "as they are"))
DRAFT = "export"
"""Under which what was chosen last waits."""


def ask_export(screen: ReviewScreen) -> None:
    """Ask how and where to, then write it."""
    screen.pause()
    drafts = screen.desk.note_drafts

    def answered(filled: Filled | None) -> None:
        if filled is not None:
            drafts[DRAFT] = filled.values
            if filled.sent:
                _write(screen, filled)

    parts = (
        Part("form", "Format", "pick", FORMATS),
        Part("names", "People's names", "pick", NAMES),
        Part("path", "File or folder", needed=False, tip="the present folder"),
    )
    draft = drafts.get(DRAFT, {"form": "markdown", "names": "redact"})
    screen.app.push_screen(FormDialog("Export the session with what is shared about it", parts, draft), answered)


def target(path: str, form: str, session: str) -> Path:
    """The file that is meant: a folder, and nothing at all, get a file named after the session."""
    chosen = Path(path.strip()).expanduser()
    whole = chosen / f"session-{session[:8]}.{ENDINGS[form]}" if chosen.is_dir() else chosen
    return whole.absolute()


def _write(screen: ReviewScreen, filled: Filled) -> None:
    said = filled.values
    file = target(said["path"], said["form"], screen.review.row.id)
    if not file.exists():
        _put(screen, file, said["form"], keep=said["names"] == KEEP)
        return

    def decided(answer: str | None) -> None:
        if answer == "overwrite":
            _put(screen, file, said["form"], keep=said["names"] == KEEP)

    entries = [Block(Content(words), Content("  "), id=name) for name, words in (("leave", "Leave it"), ("overwrite", "Overwrite it"))]
    screen.app.push_screen(PickDialog(f"{clean_line(str(file))} is there already", entries), decided)


def _put(screen: ReviewScreen, file: Path, form: str, *, keep: bool) -> None:
    try:
        write_text(file, _text(screen, form, keep=keep))
    except BranchlineError as error:
        screen.desk.trouble(error)
        return
    screen.notify(f"Wrote {clean_line(str(file))}", title="Exported", timeout=12, markup=False)


def _text(screen: ReviewScreen, form: str, *, keep: bool) -> str:
    studio, source = screen.desk.studio, screen.source
    key = b"" if keep else pseudonym_key(studio.paths)
    if isinstance(source, Given) and source.text:
        return export_file(source.text, form, key, keep=keep)
    return export_kept(studio.journal, screen.review.row.id, form, key, keep=keep, reader=studio.settings.learner)
