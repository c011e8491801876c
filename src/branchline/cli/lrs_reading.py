"""`lrs pull`, `lrs forget` and `lrs profile`: what an LRS knows, what it is to know no more, and in which words."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import has_journal, json_option, open_journal, open_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.content.workspace import Workspace
    from branchline.journal.model import SessionRow
    from branchline.journal.received import Received
    from branchline.xapi.pull import Pulled


@click.command("pull", cls=Command)
@click.option("--registration", metavar="ID", default="", help="Only the statements of this session.")
@click.option("--whole", is_flag=True, help="From the beginning, not from where the last reading ended.")
@click.option("--page", type=click.IntRange(1, 10_000), default=500, show_default=True, help="Statements to ask for at once.")
@click.option("--workspace", metavar="FOLDER", default=None, help="Where the content of the sessions is.")
@json_option
def pull_command(registration: str, page: int, workspace: str | None, *, whole: bool, as_json: bool) -> None:
    """Read back what the LRS has: sessions played elsewhere, and what learners did with other tools.

    A reading that is broken off goes on where it was when the command is repeated.
    """
    from branchline.cli.lrs import open_lrs
    from branchline.cli.output import emit, narrate_live
    from branchline.xapi.pull import pull

    with closing(open_lrs()) as remote, _received() as received:
        narrate_live(f"Reading from {remote.endpoint} …")
        done = pull(remote, received, registration=registration, whole=whole, page=page, progress=_counter())
        wanted = [registration.lower()] if registration else received.unseen()
        adopted = _adopted(received, wanted, workspace)
        remarks = _coached(received)
    document = {
        "read": done.read,
        "new": done.new,
        "odd": done.odd,
        "remarks": remarks,
        "sessions": [each for each, reason in adopted if not reason],
        "pending": [{"registration": each, "reason": reason} for each, reason in adopted if reason],
    }
    if as_json:
        emit("lrs-pull", document)
        return
    _tell(done, document)


def _tell(done: Pulled, document: Mapping[str, Any]) -> None:
    from branchline.cli.output import narrate, say

    for each in document["sessions"]:
        say(each)
    for each in document["pending"]:
        narrate(f"{each['registration'] or 'No registration'}: {each['reason']}")
    narrate(f"Read {done.read} statements, {done.new} of them new.")
    narrate(f"Added: {len(document['sessions'])} sessions, {document['remarks']} remarks of coaching.")


def _received() -> Received:
    from branchline.journal.received import Received
    from branchline.paths import Paths

    return Received.open(Paths.of().database)


def _adopted(received: Received, wanted: list[str], workspace: str | None) -> list[tuple[str, str]]:
    from branchline.errors import UnknownId
    from branchline.xapi.adopt import adopt

    with open_journal() as journal:
        known = {row.id for row in journal.sessions()} if wanted else set()
        if len(wanted) == 1 and wanted[0] in known:
            return []
        if len(wanted) == 1 and not received.of_registration(wanted[0]):
            raise UnknownId(f"The LRS shows no statement of the registration `{wanted[0]}`.")
        return list(adopt(journal, received, [each for each in wanted if each not in known], content_bundles(workspace)))


def _coached(received: Received) -> int:
    """How many comments, reviews and other remarks came."""
    from branchline.xapi.adopt_coaching import adopt_coaching

    with open_journal() as journal:
        return adopt_coaching(journal, received)


def content_bundles(folder: str | None) -> Callable[[SessionRow, str], Mapping[str, Any] | None]:
    """Looks for the content of a session in the workspace, which is opened when it is first needed."""
    opened: list[Workspace] = []

    def bundle_of(row: SessionRow, content_hash: str) -> Mapping[str, Any] | None:
        from branchline.cli.opening import open_content
        from branchline.errors import BranchlineError

        try:
            if not opened:
                opened.append(open_content(folder))
            found = opened[0].load_drill(row.content) if row.kind == "drill" else opened[0].load(row.content, row.language)
        except BranchlineError:
            return None
        return found.bundle if found.content_hash == content_hash else None

    return bundle_of


def _counter() -> Callable[[Pulled], None] | None:
    """Draws on stderr how far reading has got and counts; None where that is no terminal or silence was asked for."""
    import sys

    from branchline.cli.lazy import flags
    from branchline.cli.lrs import BAR

    if not sys.stderr.isatty() or flags(click.get_current_context()).get("quiet"):
        return None

    def draw(done: Pulled) -> None:
        filled = int(BAR * done.share)
        bar = f"[{'#' * filled}{' ' * (BAR - filled)}] {done.read} read, {done.new} new"
        click.echo(f"\r{bar}", err=True, nl=done.share == 1.0)

    return draw


@click.command("profile", cls=Command)
@click.option("--output", "-o", metavar="FILE", help="Write here instead of to stdout.")
@click.option("--organisation", default="Branchline", help="Who publishes the profile.")
def profile_command(output: str | None, organisation: str) -> None:
    """Print the xAPI profile (JSON-LD) that the statements follow, under the setting `iri_base`."""
    from pathlib import Path

    from branchline.cli.output import narrate
    from branchline.settings import write_text
    from branchline.xapi.profile import profile
    from branchline.xapi.vocabulary import Iris

    text = json.dumps(profile(Iris(open_settings().iri_base), name=organisation), ensure_ascii=True, indent=2)
    if output is None:
        click.echo(text)
        return
    write_text(Path(output), text + "\n")
    narrate(f"Wrote {output}.")


@click.command("forget", cls=Command)
@click.argument("learner")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--local", is_flag=True, help="Delete here alone; what an LRS has stays there.")
@json_option
def forget_command(learner: str, *, yes: bool, local: bool, as_json: bool) -> None:
    """Void what was sent of LEARNER and delete everything here; a tombstone keeps it from being read back."""
    from branchline.cli.output import emit, narrate

    if not yes and not _agreed(learner, local=local):
        narrate("Nothing was changed.")
        return
    document = _forgotten(learner, local=local)
    if as_json:
        emit("lrs-forget", document)
        return
    narrate(f"Deleted {document['sessions']} sessions and voided {document['voided']} statements.")
    if document["refused"]:
        narrate(f"The LRS refused to void {document['refused']} statements.")


def _forgotten(learner: str, *, local: bool) -> dict[str, int]:
    from contextlib import ExitStack
    from dataclasses import asdict

    from branchline.cli.lrs import open_lrs
    from branchline.errors import UsageError
    from branchline.xapi.erasure import forget

    settings = open_settings()
    with ExitStack() as stack:
        received = stack.enter_context(_received())
        sent = next(received.delivered_of(learner), None)
        if sent and not settings.lrs_endpoint and not local:
            hint = "Set the LRS with `branchline lrs set`, or say --local to delete here alone."
            raise UsageError("Statements of this learner were sent, and no LRS is set.", hint=hint, code="no-lrs")
        remote = None if local or not settings.lrs_endpoint else stack.enter_context(closing(open_lrs()))
        journal = stack.enter_context(open_journal())
        return asdict(forget(journal, received, remote, learner, settings.home_page))


def _agreed(learner: str, *, local: bool) -> bool:
    import sys

    from branchline.errors import UsageError
    from branchline.text import clean_line

    if not sys.stdin.isatty():
        raise UsageError("Forgetting asks first, and nobody can answer here.", hint="Repeat the command with --yes.", code="needs-yes")
    count = 0
    if has_journal():
        with open_journal() as journal:
            count = len(journal.sessions(learner=learner))
    there = "" if local else " and void what the LRS has of them"
    return click.confirm(f"Delete {count} sessions of {clean_line(learner)}{there}? Nobody can undo that.", err=True)
