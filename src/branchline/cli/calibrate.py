"""`calibrate`: several raters score the same thing blind to each other, and see how far they agree once all are in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import has_journal, json_option, open_studio, workspace_option
from branchline.cli.rubric import marks_given, marks_options

if TYPE_CHECKING:
    from branchline.coaching.panel import Panel
    from branchline.practice import Studio

COMMANDS = {
    "open": ("branchline.cli.calibrate:open_command", "Ask raters to score a session with a rubric."),
    "choices": ("branchline.cli.calibrate:choices", "Ask experts to rate the replies of a scenario."),
    "sheet": ("branchline.cli.calibrate:sheet", "Print what there is to rate, as YAML to be filled in."),
    "score": ("branchline.cli.calibrate:score", "Score the session of a calibration."),
    "rate": ("branchline.cli.calibrate:rate", "Rate the replies of a calibration."),
    "show": ("branchline.cli.calibrate:show", "Show how far the raters agree, or who is still missing."),
    "list": ("branchline.cli.calibrate:list_command", "List the calibrations."),
}
_RATERS = click.option("--rater", "raters", multiple=True, required=True, metavar="NAME", help="Who rates. Once for each, at least two.")


@click.group(cls=LazyGroup, table=COMMANDS)
def calibrate() -> None:
    """See how far raters agree who score blind to each other.

    Until all are in, each sees only the own marks and who is missing. Sessions carry their calibrations when they are exported, and
    `lrs pull` brings what others gave.
    """


@click.command("open", cls=Command)
@click.argument("session_id", metavar="SESSION")
@click.option("--rubric", "rubric_id", required=True, metavar="ID", help="The rubric to score with.")
@_RATERS
@workspace_option
@json_option
def open_command(session_id: str, rubric_id: str, raters: tuple[str, ...], workspace: str | None, *, as_json: bool) -> None:
    """Ask raters to score SESSION with a rubric, blind to each other."""
    from branchline.coaching.review import Review
    from branchline.practice import calibrating
    from branchline.practice.scoring_desk import rubric_for

    with open_studio(workspace) as studio:
        review = Review.kept(studio.journal, session_id)
        _tell(studio, [calibrating.open_for_session(studio, review, rubric_for(studio, rubric_id, review), raters)], as_json=as_json)


@click.command("choices", cls=Command)
@click.argument("scenario_id", metavar="SCENARIO")
@_RATERS
@workspace_option
@json_option
def choices(scenario_id: str, raters: tuple[str, ...], workspace: str | None, *, as_json: bool) -> None:
    """Ask experts to rate every reply of SCENARIO on the dimensions of empathy, blind to each other."""
    from branchline.practice import calibrating

    with open_studio(workspace) as studio:
        _tell(studio, [calibrating.open_for_choices(studio, studio.workspace.load(scenario_id), raters)], as_json=as_json)


@click.command("sheet", cls=Command)
@click.argument("calibration", metavar="CALIBRATION")
@workspace_option
def sheet(calibration: str, workspace: str | None) -> None:
    """Print what there is to rate, as YAML; fill in the levels and hand it to `--marks`."""
    from branchline.cli.calibrate_output import choices_sheet
    from branchline.cli.output import say
    from branchline.cli.rubric_output import marks_sheet
    from branchline.coaching.panel import CHOICES
    from branchline.practice import calibrating

    with open_studio(workspace) as studio:
        panel = calibrating.calibration_named(studio, calibration)
        if panel.opened.what == CHOICES:
            say(choices_sheet(calibrating.scenario_of(studio, panel)).rstrip("\n"))
        else:
            say(marks_sheet(calibrating.rubric_of(studio, panel), None).rstrip("\n"))


@click.command("score", cls=Command)
@click.argument("calibration", metavar="CALIBRATION")
@marks_options
@click.option("--text", default="", help="What you say to the whole session.")
@workspace_option
@json_option
def score(calibration: str, written: tuple[str, ...], file: Path | None, text: str, workspace: str | None, *, as_json: bool) -> None:
    """Score the session of CALIBRATION, as the learner of your settings.

    Until the last rater is in you may score it again; the later marks count. The machine's figures are left out, for all raters would lean
    on them.
    """
    from branchline.coaching.panel import SESSION
    from branchline.coaching.review import Review
    from branchline.practice import calibrating
    from branchline.practice.scoring_desk import marks_of

    marks = marks_given(written, file)
    with open_studio(workspace) as studio:
        panel = calibrating.calibration_named(studio, calibration)
        calibrating.may_rate(studio, panel, SESSION)
        review = Review.kept(studio.journal, panel.opened.subject)
        given = marks_of(calibrating.rubric_of(studio, panel), marks)
        _tell(studio, [calibrating.score_blind(studio, panel, review, given, text=text)], as_json=as_json)


@click.command("rate", cls=Command)
@click.argument("calibration", metavar="CALIBRATION")
@click.option("--mark", "written", multiple=True, metavar="NODE.CHOICE.DIMENSION=LEVEL", help="0, 1, 2 or na. Once for each.")
@click.option(
    "--marks", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="All of them, as YAML or JSON."
)
@click.option("--partial", is_flag=True, help="Leave gaps where nothing is given.")
@workspace_option
@json_option
def rate(calibration: str, written: tuple[str, ...], file: Path | None, workspace: str | None, *, partial: bool, as_json: bool) -> None:
    """Rate the replies of CALIBRATION on the dimensions of empathy, as the learner of your settings."""
    from branchline.content.marks import read_ratings, written_marks
    from branchline.practice import calibrating

    found = {mark.name: mark for mark in (read_ratings(file) if file else ())}
    found |= {mark.name: mark for mark in written_marks(written)}
    with open_studio(workspace) as studio:
        panel = calibrating.calibration_named(studio, calibration)
        _tell(studio, [calibrating.rate_choices(studio, panel, found.values(), partial=partial)], as_json=as_json)


@click.command("show", cls=Command)
@click.argument("calibrations", metavar="CALIBRATION…", nargs=-1, required=True)
@click.option("--write", is_flag=True, help="Write the ratings of choices into the scenario's file.")
@workspace_option
@json_option
def show(calibrations: tuple[str, ...], workspace: str | None, *, write: bool, as_json: bool) -> None:
    """Show how far the raters of CALIBRATION agree, worst items first, or who is still missing.

    Several calibrations with one rubric are compared together: an item needs several sessions before its coefficient says anything.
    """
    from branchline.practice import calibrating

    with open_studio(workspace) as studio:
        found = [calibrating.calibration_named(studio, name) for name in calibrations]
        if write:
            _write(studio, found)
        _tell(studio, found, as_json=as_json)


@click.command("list", cls=Command)
@json_option
def list_command(*, as_json: bool) -> None:
    """List the calibrations, the last opened last."""
    from branchline.cli.calibrate_output import head_json, head_row
    from branchline.cli.output import emit, narrate, say, table
    from branchline.practice import calibrating

    found: list[Panel] = []
    me = ""
    if has_journal():
        with open_studio() as studio:
            found, me = calibrating.calibrations(studio), studio.settings.learner
    if as_json:
        emit("calibrations", {"calibrations": [head_json(each) for each in found]})
    elif found:
        say(table([head_row(each, me) for each in found]))
    else:
        narrate("No calibration has been opened.")


def _tell(studio: Studio, found: list[Panel], *, as_json: bool) -> None:
    from branchline.cli import calibrate_output as told
    from branchline.cli.output import emit, say
    from branchline.coaching.panel import CHOICES
    from branchline.errors import UsageError
    from branchline.practice import calibrating

    first = found[0]
    if len({(each.opened.what, each.opened.rubric_hash) for each in found}) > 1 or (first.opened.what == CHOICES and len(found) > 1):
        hint = "Name calibrations of sessions with one version of one rubric."
        raise UsageError("These calibrations cannot be compared.", hint=hint, code="not-comparable")
    rubric = None if first.opened.what == CHOICES else calibrating.rubric_of(studio, first)
    asked = calibrating.scenario_of(studio, first).asked if rubric is None else {}
    document: dict[str, Any] = told.choices_json(first, asked) if rubric is None else told.session_json(found, rubric)
    if as_json:
        emit("calibration", document)
    else:
        say(told.page(found, rubric, studio.settings.learner, asked))


def _write(studio: Studio, found: list[Panel]) -> None:
    from branchline.authoring.ratings_writing import write_ratings
    from branchline.cli.output import narrate
    from branchline.coaching.panel import CHOICES, rating, ratings_of
    from branchline.coaching.ratings import Standing
    from branchline.errors import UsageError
    from branchline.practice import calibrating

    (panel, *_) = found
    if panel.opened.what != CHOICES or not panel.complete:
        hint = "Wait until all raters are in." if panel.opened.what == CHOICES else "Only ratings of choices belong into a scenario."
        raise UsageError("There is nothing to write yet.", where=f"calibration {panel.id}", hint=hint, code="nothing-to-write")
    listing = studio.workspace.listing(panel.opened.subject)
    narrate(f"The ratings stand in {write_ratings(listing.path, studio.workspace.root, ratings_of(panel))}.")
    came = rating(ratings_of(panel), calibrating.scenario_of(studio, panel).asked)
    if came.standing in {Standing.NOT_YET, Standing.PARTLY}:
        narrate(
            f"They rate {came.whole} of {came.asked} replies whole; for a certificate two experts have to rate each on all that applies."
        )
