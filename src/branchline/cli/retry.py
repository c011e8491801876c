"""`retry`: my own mistakes, met again when they come due."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, workspace_option

if TYPE_CHECKING:
    from branchline.coaching.mistakes import Waiting
    from branchline.practice import Retries, Studio


@click.command(cls=Command)
@click.option("--list", "listing", is_flag=True, help="List what is due instead of meeting it; --json does it too.")
@click.option("--all", "ahead", is_flag=True, help="Also what is not yet due.")
@click.option("--session", metavar="SESSION", help="Only the mistakes of that session.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N of them.")
@click.option("--script", metavar="FILE", help="Answer from a file (JSON or YAML; - is stdin), without a person.")
@click.option("--plain", is_flag=True, help="Line by line, for screen readers and simple terminals.")
@workspace_option
@json_option
def retry(
    *,
    listing: bool,
    ahead: bool,
    session: str | None,
    limit: int | None,
    script: str | None,
    plain: bool,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Learn from your mistakes: meet your own wrong moments again.

    Each moment of a finished session whose loss was 0.1 or more comes back at the position before it: at once, and then, each time it is
    solved, after 1, 3, 7 and 21 days. Any choice with a smaller loss is accepted. The same mistake made in several sessions is met once;
    the list has every one of them.

    A file for --script holds {"answers": [{"session": ID, "seq": N, "choice": ID or [ID, …]}, {"session": ID, "seq": N, "do": "show" or
    "skip"}]}; session and seq are those of the list, and choices are tried in turn until one is accepted. A drill has "actions" in place
    of "choice", as in its scripts, from the position before the mistake to "submit". It answers also what is not yet due. Exits with 0
    where every answer was accepted, else with 1.
    """
    from branchline.practice import Studio

    studio = Studio.open(workspace=workspace)
    with closing(studio):
        if script is not None:
            _answer(studio, script, as_json=as_json)
        elif listing or as_json:
            _list(_queue(studio, session, limit, ahead=ahead), studio, as_json=as_json, ahead=ahead)
        else:
            _meet(studio, session, limit, ahead=ahead, plain=plain)


def _queue(studio: Studio, session: str | None, limit: int | None, *, ahead: bool, sitting: bool = False) -> list[Waiting]:
    """What waits, for a sitting without what was made again later; nothing where there is no journal yet."""
    if session is None and not studio.paths.database.exists():
        return []
    from branchline.practice import Retries

    whole = studio.journal.session(session).id if session is not None else None
    retries = Retries(studio)
    return (retries.to_meet(whole, ahead=ahead) if sitting else retries.queue(whole, ahead=ahead))[:limit]


def _list(queue: list[Waiting], studio: Studio, *, as_json: bool, ahead: bool) -> None:
    from branchline.cli.output import emit, narrate, say, table
    from branchline.text import clean_line

    now = studio.clock.now()
    if as_json:
        emit("retry", {"moments": [moment_json(each, due=each.is_due(now)) for each in queue]})
        return
    if not queue:
        narrate("No mistake is due." if not ahead else "No mistake waits.")
        return
    rows = [
        (
            "due" if each.is_due(now) else f"{each.due:%Y-%m-%d %H:%M} UTC",
            each.wrong.row.id[:8],
            str(each.wrong.seq),
            f"{each.wrong.node}.{each.wrong.choice}",
            f"−{100 * each.wrong.loss:.0f}",
            f"{each.spacing.times}×",
            clean_line(each.wrong.row.title),
        )
        for each in queue
    ]
    say(table([("due", "session", "seq", "choice", "lost", "met", "title"), *rows]))


def moment_json(item: Waiting, *, due: bool) -> dict[str, Any]:
    """A moment of `branchline.retry/1`."""
    wrong = item.wrong
    return {
        "session": wrong.row.id,
        "seq": wrong.seq,
        "node": wrong.node,
        "choice": wrong.choice,
        "due": item.due.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "times": item.spacing.times,
        "is_due": due,
        "loss": wrong.loss,
        "kind": wrong.row.kind,
        "id": wrong.row.content,
        "title": wrong.row.title,
        "made_again": None if item.made_again is None else {"session": item.made_again[0], "seq": item.made_again[1]},
    }


def _answer(studio: Studio, script: str, *, as_json: bool) -> None:
    from branchline.cli.output import emit, finish, say
    from branchline.cli.retry_scripted import follow
    from branchline.practice import Retries

    given = _read(script)
    retries = Retries(studio, given.learner or "")
    document = follow(retries, given.answers)
    if as_json:
        emit("retry", {"moments": _left(retries), **document})
    else:
        for line in _told(document):
            say(line)
    accepted = all(each["outcome"] == "solved" for each in document["results"])
    finish(0 if accepted and not document["errors"] and not document["retired"] else 1)


def _left(retries: Retries) -> list[dict[str, Any]]:
    now = retries.studio.clock.now()
    return [moment_json(each, due=each.is_due(now)) for each in retries.queue()]


def _told(document: dict[str, Any]) -> list[str]:
    lines = [f"{each['session'][:8]} {each['seq']} {each['node']}: {each['outcome']}" for each in document["results"]]
    lines += [f"{each['session'][:8]} {each['seq']} retired: {each['reason']}" for each in document["retired"]]
    return lines + [f"error at {each['session'][:8]} {each['seq']} [{each['code']}]: {each['message']}" for each in document["errors"]]


def _read(script: str) -> Any:
    from pathlib import Path

    from branchline.content.answers import read_answers

    if script == "-":
        return read_answers(None, click.get_binary_stream("stdin").read())
    return read_answers(Path(script))


def _meet(studio: Studio, session: str | None, limit: int | None, *, ahead: bool, plain: bool) -> None:
    import sys

    from branchline.cli.output import say
    from branchline.cli.start import has_screen

    queue = _queue(studio, session, limit, ahead=ahead, sitting=True)
    if not queue:
        say("No mistake waits." if ahead else "No mistake is due.")
    elif not plain and has_screen():
        from branchline.tui.app import run

        run(studio, mistakes=queue)
    else:
        from branchline.plain.reader import Reader
        from branchline.plain.retry import MeetAgain
        from branchline.practice import Retries

        MeetAgain(Retries(studio), queue, Reader(sys.stdin), click.echo).run()
