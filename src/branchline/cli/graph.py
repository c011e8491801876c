"""`graph`: how a scenario branches, as text, Mermaid or DOT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from branchline.authoring.graph import Graph
    from branchline.authoring.traffic import Traffic
    from branchline.content.compiled import Scenario
    from branchline.content.workspace import Workspace


@click.command(cls=Command)
@click.argument("scenario_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(["text", "mermaid", "dot"]), default="text", help="How it is drawn (default: text).")
@workspace_option
@json_option
def graph(scenario_id: str, form: str, workspace: str | None, *, as_json: bool) -> None:
    """Draw how a scenario branches.

    Guards stand in square brackets; where the journal has sessions of it, each way says how many of them took it.
    """
    from branchline.authoring import drawing
    from branchline.authoring.graph import graph_of
    from branchline.cli.output import emit, say

    scenario = scenario_of(open_content(workspace), scenario_id)
    found = graph_of(scenario, traffic_of(scenario))
    if as_json:
        emit("graph", _json(found))
    else:
        say({"text": drawing.outline, "mermaid": drawing.mermaid, "dot": drawing.dot}[form](found))


def scenario_of(shelf: Workspace, scenario_id: str) -> Scenario:
    """The scenario with that id; UsageError, code `not-a-scenario`, of a drill, UnknownId with the nearest where nothing has the id."""
    from branchline.errors import UsageError

    if shelf.kind(scenario_id) == "drill":
        hint = "A drill does not branch; `branchline stats` counts what it holds."
        raise UsageError(f"`{scenario_id}` is a drill.", hint=hint, code="not-a-scenario")
    return shelf.load(scenario_id)


def traffic_of(scenario: Scenario) -> Traffic:
    """What sessions of the journal did with the scenario; nothing where there is no journal."""
    from branchline.authoring.traffic import traffic
    from branchline.cli.opening import has_journal, open_journal

    if not has_journal():
        return traffic(None, scenario)
    with open_journal() as journal:
        return traffic(journal, scenario)


def _json(found: Graph) -> dict[str, Any]:
    names = ("source", "target", "kind", "label", "when", "count", "share")
    return {
        "id": found.id,
        "start": found.start,
        "sessions": found.sessions,
        "nodes": [{"id": spot.id, "claim": spot.title} for spot in found.spots.values() if not spot.is_ending],
        "endings": [{"id": spot.id, "title": spot.title, "outcome": spot.outcome} for spot in found.spots.values() if spot.is_ending],
        "edges": [{name: getattr(edge, name) for name in names} for edge in found.edges],
    }
