"""`report`: tables over many sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import has_journal, json_option, open_journal, open_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.reports.progress import Played, Progress
    from branchline.xapi.elsewhere import Deed

SHOWN = 20
"""How much of what other tools recorded is listed of each learner."""


@click.group("report", cls=LazyGroup)
def report() -> None:
    """Show tables over many sessions."""


@report.command("progress", cls=Command)
@click.option("--learner", metavar="NAME", help="Only this learner.")
@json_option
def progress_command(learner: str | None, *, as_json: bool) -> None:
    """Show what each learner has played, and what other tools recorded beside.

    Attempts by the same rules are compared; where a scenario's rules have changed since, it stands there once for each.
    `lrs pull` brings what other tools recorded.
    """
    from branchline.cli.output import emit, narrate, say
    from branchline.reports.progress import document, progress

    found: list[Progress] = []
    if has_journal():
        with open_journal() as journal:
            settings = open_settings()
            found = progress(journal, learner, settings.language, settings.names)
    if as_json:
        emit("progress", document(found))
    elif found:
        say("\n\n".join("\n".join(_page(each)) for each in found))
    else:
        narrate("Nothing is recorded yet." if learner is None else f"Nothing is recorded of {learner}.")


def _page(each: Progress) -> Iterator[str]:
    from branchline.cli.output import table
    from branchline.text import clean_line

    yield clean_line(each.learner)
    if each.played:
        yield from _indented(table([_played(one, each.played) for one in each.played]))
    if len({(one.kind, one.id) for one in each.played}) < len(each.played):
        yield "  Scores by different rules are not comparable, so each has a line of its own."
    if each.elsewhere:
        yield "  From other tools"
        yield from _indented(table([_deed(one) for one in each.elsewhere[:SHOWN]]), "    ")
    if len(each.elsewhere) > SHOWN:
        yield f"    … and {len(each.elsewhere) - SHOWN} earlier; --json has all."


def _indented(text: str, by: str = "  ") -> Iterator[str]:
    return (by + line for line in text.split("\n"))


def _played(one: Played, others: Sequence[Played]) -> tuple[str, ...]:
    from branchline.reports.progress import rules_of

    attempts = f"{one.attempts} attempt{'' if one.attempts == 1 else 's'}"
    best = "–" if one.best is None else f"best {one.best:.0f}"
    last = "–" if one.last is None else f"last {one.last:.0f}"
    verdict = f"passed in {', '.join(one.passed_in)}" if one.passed else "not passed" if one.completed else "not finished"
    return one.last_started[:10], one.title, rules_of(one, others), attempts, best, last, verdict


def _deed(one: Deed) -> tuple[str, ...]:
    from branchline.xapi.elsewhere import outcome

    within = f", in {one.within}" if one.within else ""
    return one.at[:16].replace("T", " ") or "no date", one.verb, f"{one.activity}{within}", outcome(one), one.tool
