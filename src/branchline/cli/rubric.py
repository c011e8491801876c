"""`rubric`: the scorecards there are, and sessions scored with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import json_option, open_content, open_studio, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from branchline.coaching.review import Review
    from branchline.coaching.scorecard import Scorecard
    from branchline.coaching.thread import RubricReview
    from branchline.content.marks import Mark
    from branchline.practice import Studio

COMMANDS = {
    "list": ("branchline.cli.rubric:list_command", "List the rubrics."),
    "show": ("branchline.cli.rubric:show", "Show what a rubric asks, and what each level looks like."),
    "sheet": ("branchline.cli.rubric:sheet", "Print the marks that the machine suggests, to be edited."),
    "score": ("branchline.cli.rubric:score", "Score a session with a rubric."),
    "reviews": ("branchline.cli.rubric:reviews", "Show how a session was scored."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def rubric() -> None:
    """Score sessions with rubrics.

    A review is pinned to the version of the rubric that it was made with, whatever becomes of the file later.
    """


def marks_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--mark` and `--marks`."""
    words = "A level, with a reason where it is not what the machine suggests. Once for each item."
    function = click.option("--mark", "written", multiple=True, metavar="ITEM=LEVEL[:REASON]", help=words)(function)
    path = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--marks", "file", type=path, metavar="FILE", help="All marks, as YAML or JSON (see `sheet`).")(function)


def marks_given(written: Sequence[str], file: Path | None) -> tuple[Mark, ...]:
    """What `--marks` holds, and over it what `--mark` says."""
    from branchline.content.marks import read_marks, written_marks

    found = {mark.name: mark for mark in (read_marks(file) if file else ())}
    typed = written_marks(written)
    twice = {mark.name for mark in typed if sum(mark.name == other.name for other in typed) > 1}
    last = {**found, **{mark.name: mark for mark in typed}}
    # What was typed twice stays twice, so that it is refused by whoever knows what it means.
    return (*last.values(), *(mark for mark in typed if mark.name in twice))


@click.command("list", cls=Command)
@workspace_option
@json_option
def list_command(workspace: str | None, *, as_json: bool) -> None:
    """List the rubrics."""
    from branchline.cli.output import diagnostic_json, emit, finish, narrate, say, table

    content = open_content(workspace)
    found, broken = content.rubrics(), content.broken_rubrics()
    if as_json:
        emit("rubrics", {"rubrics": [_facts(each) for each in found.values()], "broken": [diagnostic_json(each) for each in broken]})
    else:
        rows = [(each.id, f"version {each.version}", each.applies_to, f"{len(each.items)} items", each.title) for each in found.values()]
        if rows:
            say(table(rows))
        for each in broken:
            narrate(str(each))
    finish(1 if broken else 0)


def _facts(found: Any) -> dict[str, Any]:
    return {
        "id": found.id, "version": found.version, "hash": found.content_hash, "title": found.title, "summary": found.summary,
        "language": found.language, "applies_to": found.applies_to, "items": len(found.items), "cap": found.cap,
        "review": found.review_status,
    }  # fmt: skip


@click.command("show", cls=Command)
@click.argument("rubric_id", metavar="ID")
@workspace_option
@json_option
def show(rubric_id: str, workspace: str | None, *, as_json: bool) -> None:
    """Show what rubric ID asks, and what each level looks like."""
    from branchline.cli.output import emit, say
    from branchline.cli.rubric_output import rubric_json, rubric_page

    found = open_content(workspace).rubric(rubric_id)
    if as_json:
        emit("rubric", {**_facts(found), "items": rubric_json(found)})
    else:
        say(rubric_page(found))


@click.command("sheet", cls=Command)
@click.argument("session_id", metavar="SESSION")
@click.option("--rubric", "rubric_id", required=True, metavar="ID", help="The rubric to score with.")
@workspace_option
def sheet(session_id: str, rubric_id: str, workspace: str | None) -> None:
    """Print the marks that the machine suggests for SESSION, as YAML.

    Edit them, and hand them to `branchline rubric score --marks FILE`.
    """
    from branchline.cli.output import say
    from branchline.cli.rubric_output import marks_sheet
    from branchline.practice import scoring_desk

    with open_studio(workspace) as studio:
        review = _kept(studio, session_id)
        found = scoring_desk.rubric_for(studio, rubric_id, review)
        say(marks_sheet(found, scoring_desk.figures_for(studio, review, found)).rstrip("\n"))


@click.command("score", cls=Command)
@click.argument("session_id", metavar="SESSION")
@click.option("--rubric", "rubric_id", required=True, metavar="ID", help="The rubric to score with.")
@marks_options
@click.option("--text", default="", help="What you say to the whole session.")
@click.option("--shared/--private", default=True, help="Whether the learner sees it (default: shared).")
@workspace_option
@json_option
def score(
    session_id: str,
    rubric_id: str,
    written: tuple[str, ...],
    file: Path | None,
    text: str,
    workspace: str | None,
    *,
    shared: bool,
    as_json: bool,
) -> None:
    """Score SESSION with a rubric.

    Every item needs a level, `na` where it allows that. A level that is not the one the machine suggests needs a reason.
    """
    from branchline.practice import scoring_desk

    marks = marks_given(written, file)
    with open_studio(workspace) as studio:
        review = _kept(studio, session_id)
        found = scoring_desk.rubric_for(studio, rubric_id, review)
        made = scoring_desk.review_with(studio, review, found, scoring_desk.marks_of(found, marks), text=text, shared=shared)
        _tell(studio, review, [made], as_json=as_json, single=True)


@click.command("reviews", cls=Command)
@click.argument("session_id", metavar="SESSION")
@click.option("--all", "every", is_flag=True, help="Also those that their coach has replaced.")
@workspace_option
@json_option
def reviews(session_id: str, workspace: str | None, *, every: bool, as_json: bool) -> None:
    """Show how SESSION was scored, item by item, the machine's figure beside the coach's level."""
    from branchline.cli.output import narrate
    from branchline.practice import scoring_desk

    with open_studio(workspace) as studio:
        review = _kept(studio, session_id)
        found = [each for each in scoring_desk.reviews_of(studio, review.row.id) if each.latest or every]
        if not found and not as_json:
            narrate("Nobody has scored this session with a rubric.")
        else:
            _tell(studio, review, found, as_json=as_json)


def _kept(studio: Studio, session_id: str) -> Review:
    from branchline.coaching.review import Review

    return Review.kept(studio.journal, session_id)


def _tell(studio: Studio, review: Review, found: Iterable[RubricReview], *, as_json: bool, single: bool = False) -> None:
    from branchline.cli.output import emit, narrate, say
    from branchline.cli.rubric_output import review_page
    from branchline.coaching.scorecard import review_json
    from branchline.errors import DamagedData
    from branchline.practice.scoring_desk import card_of

    read: list[tuple[RubricReview, Scorecard | None]] = []
    for each in found:
        try:
            read.append((each, card_of(studio, review, each)))
        except DamagedData as error:
            # One that came damaged from elsewhere keeps nobody from reading the others.
            narrate(str(error))
            read.append((each, None))
    if not as_json:
        say("\n\n".join(review_page(each, card) for each, card in read))
        return
    documents = [review_json(each, card, review.row.learner) for each, card in read]
    if single:
        emit("rubric-review", documents[0])
    else:
        emit("rubric-reviews", {"session": review.row.id, "reviews": documents})
