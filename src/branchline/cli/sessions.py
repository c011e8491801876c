"""`sessions`: what was played, as people and other machines read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import has_journal, json_option, open_journal

if TYPE_CHECKING:
    from branchline.journal.exchange import Imported
    from branchline.journal.model import SessionRow
    from branchline.journal.store import Journal
    from branchline.journal.verified import Verification

FORMATS = ("jsonl", "markdown", "html", "asciicast-v2", "asciicast-v3", "csv")
STATUSES = ("active", "suspended", "completed", "abandoned")


@click.group(cls=LazyGroup)
def sessions() -> None:
    """List, read, move and verify sessions."""


@sessions.command("list", cls=Command)
@click.option("--status", type=click.Choice(STATUSES), help="Only sessions that stand so.")
@click.option("--learner", metavar="NAME", help="Only this learner's.")
@click.option("--content", metavar="ID", help="Only plays of this scenario.")
@click.option("--limit", type=click.IntRange(min=1), help="Only so many, the latest first.")
@json_option
def list_command(status: str | None, learner: str | None, content: str | None, limit: int | None, *, as_json: bool) -> None:
    """List sessions, the latest first."""
    from branchline.cli.output import emit, narrate, say, table

    rows: list[SessionRow] = []
    if has_journal():
        with open_journal() as journal:
            rows = journal.sessions(status=status, learner=learner, content=content, limit=limit)
    if as_json:
        emit("sessions", {"sessions": [row_json(row) for row in rows]})
    elif rows:
        say(table([(row.id[:8], row.started[:16].replace("T", " "), row.status, _score(row), row.learner, row.title) for row in rows]))
    else:
        narrate("No session fits.")


def row_json(row: SessionRow) -> dict[str, Any]:
    """A session as `branchline.sessions/1` lists it."""
    return {
        "session": row.id,
        "kind": row.kind,
        "id": row.content,
        "title": row.title,
        "version": row.version,
        "hash": row.content_hash,
        "learner": row.learner,
        "mode": row.mode,
        "started": row.started,
        "ended": row.ended or None,
        "status": row.status,
        "scores": _scores(row),
        "passed": row.passed,
    }


def _scores(row: SessionRow) -> dict[str, Any] | None:
    """The score parts as recorded; None before there are any, and where they cannot be read, which `verify` tells."""
    try:
        found = json.loads(row.scores)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _score(row: SessionRow) -> str:
    composite = (_scores(row) or {}).get("composite")
    verdict = "" if row.passed is None else " passed" if row.passed else " not passed"
    return f"{composite:.0f}{verdict}" if isinstance(composite, int | float) else verdict.strip() or "–"


@sessions.command("show", cls=Command)
@click.argument("session_id", metavar="SESSION")
@json_option
def show(session_id: str, *, as_json: bool) -> None:
    """Show the transcript of SESSION with its score and every deduction."""
    from branchline.cli.output import emit, say
    from branchline.cli.reading import Recorded

    with open_journal() as journal:
        row = journal.session(session_id)
        found = Recorded(journal, row)
    if as_json:
        emit("transcript", found.document())
    else:
        say(found.text())


@sessions.command("export", cls=Command)
@click.argument("session_id", metavar="SESSION|FILE")
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", help="What to write (default: jsonl).")
@click.option(
    "--names", type=click.Choice(["keep", "redact"]), help="Whether people's names stay (default: keep for jsonl, redact for the others)."
)
@click.option("--private", is_flag=True, help="Also comments and scores that are not shared with the learner.")
@click.option("--output", "-o", metavar="FILE", help="Write here instead of to stdout.")
def export(session_id: str, form: str, names: str | None, output: str | None, *, private: bool) -> None:
    """Write SESSION, or the session of an exported FILE, as one file, with what coaches shared about it.

    \b
    jsonl         the session itself, which another machine can import and verify
    markdown      for reading: result, curve, moments with what was best, transcript
    html          the same as one page for a browser, offline and on paper
    asciicast-v2  a terminal recording with a marker at every moment, its times
                  counted from the beginning; pauses are cut to two seconds
    asciicast-v3  the same with each time counted from the event before
    csv           one row a moment, for a spreadsheet

    Names are redacted: those of customer, learner and coaches, ids of accounts and requesters, e-mail and web addresses, phone, card
    and bank account numbers are replaced, each by the same word all through the file, and the learner's id by a pseudonym that only
    this machine can make. Other people's names in what somebody wrote are not known here, and stay: read before you share.

    jsonl keeps names, for its sums prove that nothing was changed. With `--names redact` it is a copy for reading that says so in its
    first line, holds no statements, and cannot be imported.
    """  # noqa: D301  # click takes the backspace for "do not wrap this"
    from branchline.cli.exporting import exported
    from branchline.cli.output import narrate

    text = exported(session_id, form, keep=names == "keep" or (names is None and form == "jsonl"), private=private)
    if output is None:
        click.echo(text, nl=False)
        return
    _write(output, text)
    narrate(f"Wrote {output}.")


def _write(output: str, text: str) -> None:
    from pathlib import Path

    from branchline.settings import write_text

    write_text(Path(output), text)


@sessions.command("import", cls=Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.File("r", encoding="utf-8"))
@json_option
def import_command(files: tuple[Any, ...], *, as_json: bool) -> None:
    """Record the sessions of exported FILEs (- is stdin); a damaged or edited one is refused with 5 and the place."""
    from branchline.cli.output import emit, narrate
    from branchline.errors import DamagedData
    from branchline.journal.exchange import import_session

    rows = []
    with open_journal() as journal:
        for file in files:
            try:
                text = file.read()
            except UnicodeDecodeError:
                raise DamagedData("The file is not text.", where=file.name, code="export-changed") from None
            found = import_session(journal, text, tell=narrate)
            rows.append(found.row)
            narrate(_brought(found))
    if as_json:
        emit("sessions", {"sessions": [row_json(row) for row in rows]})


def _brought(found: Imported) -> str:
    """What an exported file brought, in a sentence."""
    what = f"session {found.row.id} ({found.row.title})"
    if not found.anything:
        return f"The file brings nothing new: {what} is here already."
    if not found.known:
        return f"Imported {what}."
    parts = ((found.entries, "entry", "entries"), (found.remarks, "remark", "remarks"), (found.statements, "statement", "statements"))
    new = ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in parts if number)
    return f"Imported what was new of {what}: {new}."


@sessions.command("verify", cls=Command)
@click.argument("session_ids", metavar="[SESSION…]", nargs=-1)
@json_option
def verify(session_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Play sessions (default: all) again from their events, and compare every state, the score and how they are listed.

    Of comments, reviews, retries, calibrations and plans it compares every remark with its sum, and totals with their marks.
    Exits with 1 where a difference is found, with 5 where a session cannot even be read.
    """
    from branchline.cli.output import emit, finish, say, table
    from branchline.errors import DamagedData
    from branchline.journal.verify_stream import verify_lost

    found: list[Verification] = []
    unreadable = False
    if session_ids or has_journal():
        with open_journal() as journal:
            rows = [journal.session(each) for each in session_ids] or _everything(journal)
            found += [] if session_ids else verify_lost(journal)
            for row in rows:
                verification, readable = _verified(journal, row)
                found.append(verification)
                unreadable |= not readable
    if as_json:
        emit("verify", {"sessions": [_verification(each) for each in found]})
    elif found:
        say(
            table(
                [
                    (each.session, each.kind, "as recorded" if each.ok else "DIFFERENT", f"{each.events} events", _difference(each))
                    for each in found
                ]
            )
        )
    finish(DamagedData.exit_code if unreadable else 0 if all(each.ok for each in found) else 1)


def _everything(journal: Journal) -> list[SessionRow]:
    from branchline.journal.streams import KINDS

    return [*journal.sessions(), *(row for kind in KINDS for row in journal.streams.rows(kind))]


def _verified(journal: Journal, row: SessionRow) -> tuple[Verification, bool]:
    """What verifying gave, and whether the session could be read: one that cannot must not keep the others from being verified."""
    from branchline.coaching.verifying import verify_remarks
    from branchline.errors import DamagedData
    from branchline.journal.model import PLAYED
    from branchline.journal.verified import Difference, Verification
    from branchline.journal.verify import verify_session

    played = row.kind in PLAYED
    try:
        return verify_session(journal, row.id) if played else verify_remarks(journal, row), True
    except DamagedData as error:
        place = f" ({error.where})" if error.where else ""
        unread = Difference(error.seq, "", f"{error.what}{place}")
        return Verification(row.id, ok=False, events=0, first_difference=unread, kind="session" if played else row.kind), False


def _verification(each: Verification) -> dict[str, Any]:
    from dataclasses import asdict

    first = each.first_difference
    return {
        "session": each.session,
        "kind": each.kind,
        "ok": each.ok,
        "events": each.events,
        "first_difference": asdict(first) if first else None,
    }


def _difference(each: Verification) -> str:
    first = each.first_difference
    return f"entry {first.seq}: expected {first.expected}, found {first.found}" if first else ""


@sessions.command("delete", cls=Command)
@click.argument("session_ids", metavar="SESSION…", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(session_ids: tuple[str, ...], *, yes: bool) -> None:
    """Remove sessions for good, what was said of them too, with their statements that still wait for an LRS.

    What an LRS has stays there; `branchline lrs forget` voids everything of a learner.
    """
    from branchline.cli.output import narrate

    with open_journal() as journal:
        rows = [_played(journal.session(each)) for each in session_ids]
        for row in rows:
            if yes or _agreed(row, _waiting(journal, row)):
                journal.delete(row.id)
                narrate(f"Deleted session {row.id}.")


def _played(row: SessionRow) -> SessionRow:
    """The audit trail of comments goes with its session, and not otherwise."""
    from branchline.errors import UsageError
    from branchline.journal.model import PLAYED

    if row.kind not in PLAYED:
        hint = "`branchline sessions list` shows what was played."
        raise UsageError(f"`{row.id}` is a record of coaching, not a session.", hint=hint, code="other-kind")
    return row


def _waiting(journal: Journal, row: SessionRow) -> int:
    """How many statements of the session, and of what was said of it, no LRS has."""
    from branchline.journal.streams import CALIBRATION, COACHING

    about = [stream.id for kind in (COACHING, CALIBRATION) for stream in journal.streams.rows(kind, row.id)]
    return sum(statement.state == "waiting" for each in (row.id, *about) for statement in journal.statements(each))


def _agreed(row: SessionRow, waiting: int) -> bool:
    import sys

    from branchline.errors import UsageError
    from branchline.text import clean_line

    if not sys.stdin.isatty():
        raise UsageError("Deleting asks first, and nobody can answer here.", hint="Repeat the command with --yes.", code="needs-yes")
    lost = f" {waiting} statements about it have not reached an LRS." if waiting else ""
    return click.confirm(clean_line(f"Delete {row.id} ({row.title}, {row.started[:10]})?{lost}"), err=True)
