"""`list` and `show`: what can be played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from branchline.coaching.ratings import Rated, Rating
    from branchline.content.workspace import Listing
    from branchline.engine.play import Content


@click.command("list", cls=Command)
@click.option("--kind", type=click.Choice(["scenario", "drill", "lesson"]), help="Only this kind.")
@click.option("--level", type=int, help="Only this level.")
@click.option("--channel", type=click.Choice(["phone", "chat", "email", "ticket"]), help="Only this channel.")
@click.option("--sop", metavar="ID", help="Only what cites this SOP.")
@click.option("--skill", metavar="NAME", help="Only what trains this skill.")
@workspace_option
@json_option
def list_command(
    *, kind: str | None, level: int | None, channel: str | None, sop: str | None, skill: str | None, workspace: str | None, as_json: bool
) -> None:
    """List what can be played.

    What is broken is listed too, with its Diagnostics.
    """
    from branchline.cli.output import emit

    wanted = {"kind": kind, "level": level, "channel": channel}
    found = [item for item in open_content(workspace).listings() if _fits(item, wanted) and _cites(item, sop) and _trains(item, skill)]
    if as_json:
        emit("list", {"items": [_item(item) for item in found]})
    else:
        _print(found)


def _fits(item: Listing, wanted: dict[str, Any]) -> bool:
    return all(value is None or getattr(item, name) == value for name, value in wanted.items())


def _cites(item: Listing, sop: str | None) -> bool:
    return sop is None or sop.casefold() in {cited.casefold() for cited in item.sops}


def _trains(item: Listing, skill: str | None) -> bool:
    return skill is None or skill.casefold() in {trained.casefold() for trained in item.skills}


def _item(item: Listing) -> dict[str, Any]:
    from branchline.cli.output import diagnostic_json

    plain = {name: getattr(item, name) for name in ("id", "kind", "title", "channel", "level", "minutes")}
    return {
        **plain,
        "sops": list(item.sops),
        "skills": list(item.skills),
        "review": item.review,
        "rating": _rating_json(_rating(item)) if item.kind == "scenario" and item.playable else None,
        "playable": item.playable,
        "diagnostics": [diagnostic_json(finding) for finding in item.diagnostics],
    }


def _rating(item: Rated) -> Rating:
    from branchline.coaching.ratings import rated

    return rated(item)


def _rating_json(rating: Rating) -> dict[str, Any]:
    return {
        "mark": rating.mark,
        "counts": rating.counts,
        "alpha": rating.overall.alpha,
        "replies": rating.replies,
        "dimensions": {found.item: found.alpha for found in rating.dimensions},
    }


def _titled(item: Listing) -> str:
    return f"{item.title} · {_rating(item).mark}" if item.kind == "scenario" else item.title


def _print(found: list[Listing]) -> None:
    from branchline.cli.output import narrate, say, table
    from branchline.text import clean_line

    if not found:
        narrate("Nothing fits.")
        return
    rows = [
        (item.id, item.channel, f"level {item.level}", f"{item.minutes} min", _titled(item))
        if item.playable
        else (item.id, "broken", "", "", item.title)
        for item in found
    ]
    say(table(rows))
    for item in found:
        for finding in () if item.playable else item.diagnostics:
            say(f"  {clean_line(str(finding))}")


@click.command(cls=Command)
@click.argument("scenario_id", metavar="ID")
@workspace_option
@json_option
def show(scenario_id: str, workspace: str | None, *, as_json: bool) -> None:
    """Show what a scenario or drill is about, without spoilers."""
    from branchline.cli.output import emit, say, table
    from branchline.content.desk_types import Drill
    from branchline.plain.prose import customer_name

    shelf = open_content(workspace)
    found = shelf.load_drill(scenario_id) if shelf.kind(scenario_id) == "drill" else shelf.load(scenario_id)
    facts: dict[str, Any] = {
        "id": found.id,
        "title": found.title,
        "summary": found.summary,
        "channel": found.channel,
        "level": found.level,
        "minutes": found.minutes,
        "version": found.version,
        "language": found.language,
        "customer": customer_name(found),
        "sops": sorted(found.sops),
        "skills": list(found.skills),
        **_size(found),
        "pass_mark": found.pass_mark,
        "review": found.review_status,
    }
    rating = None if isinstance(found, Drill) else _rating(found)
    if as_json:
        emit("show", {**facts, "rating": None if rating is None else _rating_json(rating), "hash": found.content_hash})
        return
    facts |= {} if rating is None else {"rating": rating.mark}
    say(table([(name.replace("_", " "), ", ".join(value) if isinstance(value, list) else str(value)) for name, value in facts.items()]))


def _size(found: Content) -> dict[str, Any]:
    """How much there is of it, and nothing of what it is."""
    from branchline.content.desk_types import Drill

    if isinstance(found, Drill):
        return {"tier": found.tier, "verbs": len(found.verbs), "messages": len(found.conversation)}
    choices = sum(len(node.choices) for node in found.nodes.values())
    return {"nodes": len(found.nodes), "choices": choices, "endings": len(found.endings)}
