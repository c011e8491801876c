"""`plan`: what to practise, coaching sessions with goals and agreed actions, signatures, and plans on their way to people and calendars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import has_journal, json_option, open_studio, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from branchline.coaching.plan import Plan
    from branchline.practice import Studio

COMMANDS = {
    "draw": ("branchline.cli.plan:draw", "Propose what a learner should practise, from their sessions."),
    "hold": ("branchline.cli.plan:hold", "Record a coaching session with its goals."),
    "agree": ("branchline.cli.plan:agree", "Agree on an action of a plan."),
    "close": ("branchline.cli.plan:close", "Close an action, done or given up."),
    "sign": ("branchline.cli.plan:sign", "Sign a plan with its actions as they stand."),
    "list": ("branchline.cli.plan:list_command", "List the plans."),
    "show": ("branchline.cli.plan:show", "Show a plan."),
    "export": ("branchline.cli.plan:export", "Write a plan as Markdown or as a calendar."),
}
FORMS = ("markdown", "ics")


@click.group(cls=LazyGroup, table=COMMANDS)
def plan() -> None:
    """Hold coaching sessions, and agree on what comes next.

    A plan is between its coach and its learner: both go on with it, and both sign it. An action that is added asks both to sign again.
    The settings `learner` and `role` say who speaks.
    """


@click.command("draw", cls=Command)
@click.argument("learner", metavar="LEARNER")
@workspace_option
@json_option
def draw(learner: str, workspace: str | None, *, as_json: bool) -> None:
    """Propose what LEARNER should practise: the weak dimensions and SOP steps of their sessions, each with what exercises it.

    Sessions of the same rules are compared; those played by other rules are named as left out.
    """
    from branchline.cli.output import emit, narrate, say
    from branchline.cli.plan_output import drawn_page
    from branchline.coaching.development import document
    from branchline.practice import plans

    with open_studio(workspace) as studio:
        found, trouble = plans.draw(studio, learner)
    for each in trouble:
        narrate(each)
    if as_json:
        emit("development", {**document(found), "unreadable": list(trouble)})
    else:
        say(drawn_page(found))


@click.command("hold", cls=Command)
@click.argument("learner", metavar="LEARNER")
@click.option("--goal", "goals", multiple=True, metavar="TEXT", help="What the learner is to reach. Once for each.")
@click.option("--moment", "moments", multiple=True, metavar="SESSION:SEQ", help="An entry of a session that you look at. Once for each.")
@click.option("--text", default="", help="What was said.")
@click.option("--drawn", is_flag=True, help="Also the goals and moments that `plan draw` proposes.")
@workspace_option
@json_option
def hold(
    learner: str, goals: tuple[str, ...], moments: tuple[str, ...], text: str, workspace: str | None, *, drawn: bool, as_json: bool
) -> None:
    """Record a coaching session with LEARNER."""
    from branchline.coaching.development import goals_of, moments_of
    from branchline.practice import plans

    places = [_place(each) for each in moments]
    with open_studio(workspace) as studio:
        if drawn:
            found, _ = plans.draw(studio, learner)
            goals, places = (*goals, *goals_of(found)), [*places, *moments_of(found)]
        _tell(studio, plans.hold(studio, learner, goals, moments=places, text=text), as_json=as_json)


def _place(text: str) -> tuple[str, int]:
    from branchline.errors import UsageError
    from branchline.text import clean_line

    session, _, seq = text.rpartition(":")
    if not session or not seq.isascii() or not seq.isdecimal():
        hint = "Write SESSION:SEQ, such as 7f3a12bc:14."
        raise UsageError(f"`{clean_line(text)}` is no moment.", hint=hint, code="bad-moment")
    return session, int(seq)


@click.command("agree", cls=Command)
@click.argument("name", metavar="PLAN")
@click.argument("text")
@click.option("--due", default="", metavar="DATE", help="Until when, such as 2026-03-31.")
@click.option("--practise", "practised", multiple=True, metavar="ID", help="A scenario, drill or SOP that it points to. Once for each.")
@workspace_option
@json_option
def agree(name: str, text: str, due: str, practised: tuple[str, ...], workspace: str | None, *, as_json: bool) -> None:
    """Agree on an action of PLAN; coach and learner have to sign again."""
    from branchline.practice import plans

    with open_studio(workspace) as studio:
        found = plans.plan_named(studio, name)
        _tell(studio, plans.agree(studio, found, text, due=due, practise=practised), as_json=as_json)


@click.command("close", cls=Command)
@click.argument("name", metavar="ACTION")
@click.option("--given-up", is_flag=True, help="It was not done, and will not be.")
@click.option("--text", default="", help="How it went.")
@json_option
def close(name: str, text: str, *, given_up: bool, as_json: bool) -> None:
    """Close ACTION as done, or as given up."""
    from branchline.practice import plans

    with open_studio() as studio:
        found, action = plans.action_named(studio, name)
        _tell(studio, plans.close(studio, found, action, done=not given_up, text=text), as_json=as_json)


@click.command("sign", cls=Command)
@click.argument("name", metavar="PLAN")
@json_option
def sign(name: str, *, as_json: bool) -> None:
    """Sign PLAN with its actions as they stand."""
    from branchline.practice import plans

    with open_studio() as studio:
        _tell(studio, plans.sign(studio, plans.plan_named(studio, name)), as_json=as_json)


@click.command("list", cls=Command)
@click.option("--learner", metavar="NAME", help="Only those of this learner.")
@json_option
def list_command(learner: str | None, *, as_json: bool) -> None:
    """List the plans, with what is still open."""
    from branchline.cli.output import emit, narrate, say, table
    from branchline.cli.plan_output import plan_row
    from branchline.coaching.plan import plan_json
    from branchline.practice import plans

    found: list[Plan] = []
    today, me = "", ""
    if has_journal():
        with open_studio() as studio:
            found, today, me = plans.plans_of(studio, learner), studio.today, studio.settings.learner
    if as_json:
        emit("plans", {"plans": [plan_json(each, today) for each in found]})
    elif found:
        say(table([plan_row(each, today, me) for each in found]))
    else:
        narrate("No coaching session has been held.")


@click.command("show", cls=Command)
@click.argument("name", metavar="PLAN")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show PLAN: goals, moments, actions, signatures."""
    from branchline.practice import plans

    with open_studio() as studio:
        _tell(studio, plans.plan_named(studio, name), as_json=as_json)


@click.command("export", cls=Command)
@click.argument("name", metavar="PLAN")
@click.option("--format", "form", type=click.Choice(FORMS), default="markdown", help="What to write (default: markdown).")
@click.option("--output", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to (default: stdout).")
@click.option("--names", type=click.Choice(["keep", "redact"]), default="redact", help="Whether people's names stay (default: redact).")
def export(name: str, form: str, file: Path | None, names: str) -> None:
    """Write PLAN as Markdown, or its actions as a calendar that mail programs and phones import."""
    from branchline.cli.output import narrate
    from branchline.errors import ConfigurationError
    from branchline.practice import plans
    from branchline.text import clean_line

    with open_studio() as studio:
        found = plans.plan_named(studio, name)
        text = _written(form)(found if names == "keep" else plans.redacted(studio, found))
    if file is None:
        # A calendar's lines end as its standard says, on every system.
        click.get_binary_stream("stdout").write(text.encode())
        return
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        raise ConfigurationError(f"The file cannot be written: {error.strerror}.", where=clean_line(str(file)), code="unwritable") from None
    narrate(f"Written: {clean_line(str(file))}")


def _written(form: str) -> Callable[[Plan], str]:
    from branchline.coaching.calendar import calendar
    from branchline.coaching.plan_markdown import plan_markdown

    return calendar if form == "ics" else plan_markdown


def _tell(studio: Studio, found: Plan, *, as_json: bool) -> None:
    from branchline.cli.output import emit, say
    from branchline.cli.plan_output import plan_page
    from branchline.coaching.plan import plan_json

    today = studio.today
    document: dict[str, Any] = plan_json(found, today)
    if as_json:
        emit("plan", document)
    else:
        say(plan_page(found, today))
