"""`play` and `resume`: in the app, line by line, or from a script."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.content.script import AuthoredScript
    from branchline.journal.model import SessionRow
    from branchline.practice import DeskPractice, Practice, Studio

CONSIDERED = 50
"""How many unfinished sessions, the last begun first, are looked at for the one played last."""


def _front_end_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        json_option,
        click.option("--script", metavar="FILE", help="Play from a script (JSON or YAML; - is stdin), without a person."),
        click.option("--plain", is_flag=True, help="Line by line, for screen readers and simple terminals."),
        workspace_option,
    ):
        function = option(function)
    return function


@click.command(cls=Command)
@click.argument("scenario_id", metavar="[ID]", required=False)
@click.option("--mode", type=click.Choice(["practice", "expert", "exam"]), help="How to play (default: the setting `mode`).")
@click.option("--seed", type=click.IntRange(min=0), help="Decides chance and the order of replies.")
@click.option("--untimed", is_flag=True, help="Leave time limits out.")
@click.option("--timed", is_flag=True, help="A drill by the real clock.")
@click.option("--guided", is_flag=True, help="A drill in which the next SOP step is named; it never counts.")
@click.option("--at", metavar="NODE", help="Begin at this node of a scenario, after a shortest way there (practice mode).")
@click.option("--nth", type=click.IntRange(min=1), default=1, metavar="N", help="Of the ways to different positions at that node, the Nth.")
@_front_end_options
def play(
    *,
    scenario_id: str | None,
    mode: str | None,
    seed: int | None,
    untimed: bool,
    timed: bool,
    guided: bool,
    at: str | None,
    nth: int,
    plain: bool,
    script: str | None,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Play a scenario, a drill or a script.

    Exits with 0 where it was passed, 1 where it was not, or was stopped.
    """
    from branchline.errors import UsageError

    studio = _studio(workspace)
    given = _read_script(script) if script is not None else None
    named = (given.scenario or given.drill) if given else None
    wanted = scenario_id or named
    if wanted is None:
        raise UsageError("Nothing to play was named.", hint="`branchline list` shows what can be played.", code="no-scenario")
    if named and scenario_id and named != scenario_id:
        raise UsageError(f"The script is for `{named}`, not for `{scenario_id}`.", hint="Name one of them.", code="two-scenarios")
    chosen: dict[str, Any] = {
        "mode": mode or (given.mode if given else None) or studio.settings.mode,
        "seed": seed if seed is not None else (given.seed if given else None),
        "learner": given.learner if given else None,
    }
    if studio.workspace.kind(wanted) == "drill":
        chosen |= {"timed": timed, "guided": guided or bool(given and given.guided)}
    else:
        chosen["untimed"] = untimed or studio.settings.untimed or bool(given and given.untimed)
        if given:
            chosen["draws"] = _opening_draws(given, chosen["mode"])
    with closing(studio):
        make = _begin if at is None else _begin_at(at, nth)
        _drive(studio, lambda: make(studio, wanted, chosen), plain=plain, script=given, as_json=as_json)


def _begin_at(node: str, nth: int) -> Callable[[Studio, str, dict[str, Any]], Practice]:
    from branchline.cli.at import begin_at

    return lambda studio, wanted, chosen: begin_at(studio, wanted, chosen, node, nth)


@click.command(cls=Command)
@click.argument("session_id", metavar="[SESSION]", required=False)
@_front_end_options
def resume(*, session_id: str | None, plain: bool, script: str | None, workspace: str | None, as_json: bool) -> None:
    """Go on with a session of yours that was stopped.

    Without SESSION, with the last one. A script that names a learner goes on as that one.
    """
    studio = _studio(workspace)
    given = _read_script(script) if script is not None else None
    with closing(studio):
        learner = (given.learner if given else None) or studio.settings.learner
        row = studio.journal.session(session_id) if session_id else _last_unfinished(studio, learner)
        _drive(studio, lambda: _go_on(studio, row, learner), plain=plain, script=given, as_json=as_json)


def _studio(workspace: str | None) -> Studio:
    from branchline.practice import Studio

    return Studio.open(workspace=workspace)


def _begin(studio: Studio, wanted: str, chosen: dict[str, Any]) -> Practice | DeskPractice:
    from branchline.practice import DeskPractice, Practice

    if studio.workspace.kind(wanted) == "drill":
        return DeskPractice.begin(studio, studio.workspace.load_drill(wanted), **chosen)
    return Practice.begin(studio, studio.workspace.load(wanted, studio.settings.language), **chosen)


def _go_on(studio: Studio, row: SessionRow, learner: str) -> Practice | DeskPractice:
    from branchline.practice import go_on

    return go_on(studio, row, learner)


def _opening_draws(script: AuthoredScript, mode: str) -> tuple[int, ...]:
    from branchline.engine.script import opening_draws

    return opening_draws(script.choices, mode)


def _last_unfinished(studio: Studio, learner: str) -> SessionRow:
    """The learner's own unfinished session that was played last."""
    from branchline.errors import UnknownId
    from branchline.journal.model import UNFINISHED

    rows = [row for row in studio.journal.sessions(learner=learner) if row.status in UNFINISHED]
    if not rows:
        hint = "`branchline sessions list` shows them all, others' too."
        raise UnknownId("No session of yours waits to be resumed.", hint=hint, code="nothing-to-resume")
    considered = rows[:CONSIDERED]
    last = studio.journal.written_last(row.id for row in considered)
    return next((row for row in considered if row.id == last), considered[0])


def _read_script(script: str) -> AuthoredScript:
    from pathlib import Path

    from branchline.content.script import read_script

    if script == "-":
        return read_script(None, click.get_binary_stream("stdin").read())
    return read_script(Path(script))


def _drive(
    studio: Studio, make: Callable[[], Practice | DeskPractice], *, plain: bool, script: AuthoredScript | None, as_json: bool
) -> None:
    from branchline.cli.start import has_screen

    if script is not None:
        _from_script(make(), script, as_json=as_json)
    elif plain or as_json or not has_screen():
        _line_by_line(make(), as_json=as_json)
    else:
        from branchline.tui.app import run

        run(studio, make())


def _from_script(practice: Practice | DeskPractice, script: AuthoredScript, *, as_json: bool) -> None:
    from branchline.cli.output import finish
    from branchline.cli.scripted import follow, follow_acts
    from branchline.practice import DeskPractice

    errors = follow_acts(practice, script.actions) if isinstance(practice, DeskPractice) else follow(practice, script.choices)
    result = {**practice.result(), "errors": errors}
    _report(result, as_json=as_json)
    finish(0 if result["passed"] and not errors else 1)


def _line_by_line(practice: Practice | DeskPractice, *, as_json: bool) -> None:
    import sys

    from branchline.cli.output import finish
    from branchline.plain.desk import DeskTalk
    from branchline.plain.reader import Reader
    from branchline.plain.talk import Talk
    from branchline.practice import DeskPractice

    reader = Reader(sys.stdin)
    if isinstance(practice, DeskPractice):
        DeskTalk(practice, reader, lambda text: click.echo(text, err=as_json)).run()
    else:
        Talk(practice, reader, lambda text: click.echo(text, err=as_json)).run()
    result = practice.result()
    if as_json:
        _report(result, as_json=True)
    finish(0 if result["passed"] else 1)


def _report(result: dict[str, Any], *, as_json: bool) -> None:
    from branchline.cli.output import emit, say

    if as_json:
        emit("result", {name: value for name, value in result.items() if name != "format"})
        return
    scores = ", ".join(f"{part} {'–' if value is None else f'{value:.0f}'}" for part, value in result["scores"].items())
    verdict = {True: "passed", False: "not passed", None: ""}[result["passed"]]
    say(f"Session {result['session']}: {result['status']} {result['ending'] or ''} {verdict}".rstrip())
    say(f"Scores: {scores}")
    for each in result["deductions"]:
        say(f"  -{each['lost']:.1f} {each['part']}: {each['reason']}")
    for each in result["errors"]:
        say(f"  error at {each['seq']} [{each['code']}]: {each['message']}")
