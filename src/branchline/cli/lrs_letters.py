"""`lrs dead-letters`: statements that the LRS refused for good, and what becomes of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import has_journal, json_option, open_journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.journal.model import StoredStatement

SHORTEST = 4
"""How many characters of an id name a letter, where they name only one."""


@click.group("dead-letters", cls=LazyGroup)
def letters() -> None:
    """List, show, export, retry and drop what the LRS refused for good."""


@letters.command("list", cls=Command)
@json_option
def list_command(*, as_json: bool) -> None:
    """List dead letters with the LRS's reason."""
    from branchline.cli.output import emit, narrate, say, table

    found = _letters()
    if as_json:
        emit("dead-letters", {"letters": [letter_json(each) for each in found]})
    elif found:
        say(table([(each.id[:8], each.session[:8], f"entry {each.seq}", each.role, each.error) for each in found]))
    else:
        narrate("The LRS has refused nothing for good.")


@letters.command("show", cls=Command)
@click.argument("letter")
@json_option
def show(letter: str, *, as_json: bool) -> None:
    """Show one dead LETTER: its statement and why it was refused."""
    from branchline.cli.output import emit, say

    (found,) = _chosen((letter,))
    if as_json:
        emit("dead-letters", {"letters": [letter_json(found)]})
        return
    statement = json.dumps(_statement(found), ensure_ascii=False, indent=2)
    say(f"{found.id}: {found.role}, entry {found.seq} of session {found.session}\n{found.error}\n\n{statement}")


@letters.command("export", cls=Command)
@click.argument("chosen", metavar="[LETTER…]", nargs=-1)
@click.option("--output", "-o", metavar="FILE", help="Write here instead of to stdout.")
def export(chosen: tuple[str, ...], output: str | None) -> None:
    """Write dead letters (default: all) as one JSON document, for whoever runs the LRS."""
    from pathlib import Path

    from branchline.cli.output import emit, narrate
    from branchline.settings import write_text

    document = {"letters": [letter_json(each) for each in _chosen(chosen)]}
    if output is None:
        emit("dead-letters", document)
        return
    text = json.dumps({"format": "branchline.dead-letters/1", **document}, ensure_ascii=True, indent=2)
    write_text(Path(output), text + "\n")
    narrate(f"Wrote {output}.")


@letters.command("retry", cls=Command)
@click.argument("chosen", metavar="[LETTER…]", nargs=-1)
@json_option
def retry(chosen: tuple[str, ...], *, as_json: bool) -> None:
    """Let dead letters (default: all) wait for delivery again, as when the LRS was mended; `lrs send` delivers them."""
    from branchline.cli.output import emit, narrate

    found = _chosen(chosen)
    if found:
        with open_journal() as journal:
            journal.settle([each.id for each in found], "waiting")
    if as_json:
        emit("dead-letters", {"letters": [letter_json(each) for each in found]})
    narrate(f"{len(found)} wait for delivery again.")


@letters.command("drop", cls=Command)
@click.argument("chosen", metavar="[LETTER…]", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every dead letter.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def drop(chosen: tuple[str, ...], *, every: bool, yes: bool, as_json: bool) -> None:
    """Remove dead letters for good; their events stay in the journal."""
    from branchline.cli.output import emit, narrate
    from branchline.errors import UsageError
    from branchline.journal.received import Received
    from branchline.paths import Paths

    if bool(chosen) is every:
        raise UsageError("Say which letters to drop, or --all.", hint="`branchline lrs dead-letters list` shows them.")
    found = _chosen(chosen)
    if found and (yes or _agreed(len(found))):
        with Received.open(Paths.of().database) as received:
            received.drop_letters([each.id for each in found])
        narrate(f"{len(found)} dropped.")
    else:
        narrate("Nothing was dropped.")
        found = []
    if as_json:
        emit("dead-letters", {"letters": [letter_json(each) for each in found]})


def _agreed(count: int) -> bool:
    import sys

    from branchline.errors import UsageError

    if not sys.stdin.isatty():
        raise UsageError("Dropping asks first, and nobody can answer here.", hint="Repeat the command with --yes.", code="needs-yes")
    return click.confirm(f"Drop {count} statements that no LRS has?", err=True)


def letter_json(letter: StoredStatement) -> dict[str, Any]:
    """A dead letter as `branchline.dead-letters/1` lists it."""
    return {
        "id": letter.id,
        "session": letter.session,
        "seq": letter.seq,
        "status": letter.status,
        "reason": letter.error,
        "statement": _statement(letter),
    }


def _statement(letter: StoredStatement) -> Any:
    """The statement, or its text where that is damaged."""
    try:
        return json.loads(letter.json)
    except ValueError:
        return letter.json


def _letters() -> list[StoredStatement]:
    if not has_journal():
        return []
    with open_journal() as journal:
        return journal.dead_letters()


def _chosen(wanted: Sequence[str]) -> list[StoredStatement]:
    """The letters of those ids or their beginnings, all where none is named; UnknownId where one names none or several."""
    known = _letters()
    return [_one(known, each) for each in wanted] if wanted else known


def _one(known: Sequence[StoredStatement], wanted: str) -> StoredStatement:
    from branchline.errors import UnknownId
    from branchline.text import clean_line

    found = [each for each in known if each.id == wanted or (len(wanted) >= SHORTEST and each.id.startswith(wanted.lower()))]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownId(f"More than one dead letter begins with `{clean_line(wanted)}`.", hint="Give more of the id.", code="ambiguous-id")
    raise UnknownId(f"There is no dead letter `{clean_line(wanted)}`.", hint="`branchline lrs dead-letters list` shows them.")
