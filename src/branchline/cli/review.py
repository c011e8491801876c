"""`review`: a session judged moment by moment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_journal

if TYPE_CHECKING:
    from branchline.coaching.judging import Judgement, Moment
    from branchline.coaching.review import Review
    from branchline.journal.model import SessionRow


@click.command("review", cls=Command)
@click.argument("session_id", metavar="SESSION|FILE|REGISTRATION")
@click.option("--lrs", "from_lrs", is_flag=True, help="Read the session of that registration from the LRS instead of from here.")
@click.option("--workspace", metavar="FOLDER", default=None, help="With --lrs, where the content of the session is.")
@click.option("--plain", is_flag=True, help="Print it instead of opening the app.")
@click.option("--what-if", metavar="NODE.CHOICE[,CHOICE…]", help="Print how it would have gone on with these replies from that node.")
@json_option
def review(session_id: str, workspace: str | None, what_if: str | None, *, from_lrs: bool, plain: bool, as_json: bool) -> None:
    """Judge a session moment by moment, and show where it could have gone better.

    SESSION is one of the journal (its id or the beginning of it), FILE one that `branchline sessions export` wrote.
    """
    from branchline.cli.output import emit, say
    from branchline.cli.start import has_screen
    from branchline.coaching.review import Review

    if what_if is not None:
        from branchline.cli.review_what_if import print_what_if

        print_what_if(_read(session_id, workspace, from_lrs=from_lrs), what_if, as_json=as_json)
        return
    shown = has_screen() and not plain and not as_json
    if from_lrs:
        from branchline.cli.review_lrs import read_review, told_bare

        row, found = read_review(session_id, workspace)
        if shown and isinstance(found, Review):
            show_given(found)
            return
    elif shown:
        _show(session_id)
        return
    else:
        opened = _opened(session_id)
        row, found = opened.row, opened
    if as_json:
        emit("review", document(row, found))
    else:
        say(told(found) if isinstance(found, Review) else told_bare(row, found))


def _read(name: str, workspace: str | None, *, from_lrs: bool) -> Review:
    """The whole review; UsageError, code `no-content`, where this machine has not what the session was played with."""
    from branchline.coaching.review import Review
    from branchline.errors import UsageError

    if not from_lrs:
        return _opened(name)
    from branchline.cli.review_lrs import read_review

    _, found = read_review(name, workspace)
    if isinstance(found, Review):
        return found
    raise UsageError(found.reason, hint="`--workspace` names the folder that has its content.", code="no-content")


def document(row: SessionRow, found: Review | Judgement) -> dict[str, Any]:
    """`branchline.review/1` without its format."""
    from branchline.coaching.judging import Judgement
    from branchline.coaching.review import review_json

    whole = review_json(row, found if isinstance(found, Judgement) else found.judgement)
    whole.pop("format")
    return whole


def _show(name: str) -> None:
    """The app on the review of that session; what stands in the way is said before it opens."""
    from branchline.coaching.review import Review
    from branchline.practice import Studio
    from branchline.tui.app import run
    from branchline.tui.screens.review_reading import Kept

    path = Path(name)
    if is_file(path):
        text = file_text(path)
        show_given(Review.exported(text), text)
        return
    studio = Studio.open()
    run(studio, source=Kept(studio, studio.journal.session(name).id))


def show_given(found: Review, text: str = "") -> None:
    """The app on the review of a session that was read already, from the exported file `text` where it was one."""
    from branchline.practice import Studio
    from branchline.tui.app import run
    from branchline.tui.screens.review_reading import Given

    run(Studio.open(), source=Given(found, text))


def _opened(name: str) -> Review:
    """The session of the journal, or of the file where there is one of that name."""
    from branchline.coaching.review import Review

    path = Path(name)
    if is_file(path):
        return Review.exported(file_text(path))
    with open_journal() as journal:
        return Review.kept(journal, name)


def is_file(path: Path) -> bool:
    """Whether an argument names an exported file, and no session of the journal."""
    return path.suffix == ".jsonl" or path.is_file()


def file_text(path: Path) -> str:
    """What an exported file holds; DamagedData where that is no text, UnknownId where it cannot be read."""
    from branchline.errors import DamagedData, UnknownId
    from branchline.text import clean_line

    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DamagedData("The file is not text.", where=clean_line(str(path)), code="export-changed") from None
    except OSError as error:
        raise UnknownId(f"The file cannot be read: {error.strerror}.", where=clean_line(str(path)), code="no-file") from error


def told(found: Review) -> str:
    """The review in plain text, one line for a moment."""
    from branchline.cli.output import table
    from branchline.coaching.marks import counted
    from branchline.text import clean_line, minute

    judged = found.judgement
    row = found.row
    heading = f"{clean_line(row.title)} – {clean_line(row.learner)}, {minute(row.started)}, {row.mode} mode, {row.status}"
    if judged.reason:
        return f"{heading}\n{clean_line(judged.reason)}"
    reached = f"Reached {judged.of_100(judged.achieved) or 0.0:.1f} of the 100 points of the best play; chance took {judged.luck:.1f}."
    counts = ", ".join(counted(word, number) for word, number in judged.counts.items() if number)
    sampled = f"\nValues are sampled and may be off by {judged.error:.1f} points." if judged.sampled else ""
    rows = [_moment(found, moment) for moment in judged.moments]
    return "\n".join([heading, reached, counts + sampled, "", table(rows)])


def _moment(found: Review, moment: Moment) -> tuple[str, ...]:
    from branchline.text import clean_line

    word = moment.word if moment.stands else f"{moment.word} (taken back)"
    lost = f"−{moment.regret:.1f}" if moment.regret is not None and moment.regret >= 0.05 else ""  # noqa: PLR2004  # shown to one decimal
    better = [name for name in moment.best if name != moment.choice]
    best = f"best: {clean_line(', '.join(better))}" if moment.flagged and better else ""
    line = found.transcript.line_of(moment.seq)
    name = moment.choice if moment.node == "desk" else f"{moment.node}.{moment.choice}"
    return (str(line or ""), clean_line(name), word, lost, best)
