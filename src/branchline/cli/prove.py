"""`prove`: exact exploration of scenarios."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from branchline.content.compiled import Scenario
    from branchline.content.workspace import Workspace
    from branchline.explore import Exploration

PLAYS = 2000
"""Random plays of a scenario that is too large for the budget."""
SEED = 1
"""Of those plays."""


@click.command(cls=Command)
@click.argument("scenario_ids", metavar="[ID]...", nargs=-1)
@click.option("--budget", type=click.IntRange(min=1), metavar="N", help="How many moves to follow at most (default: 3,000,000).")
@workspace_option
@json_option
def prove(scenario_ids: tuple[str, ...], *, budget: int | None, workspace: str | None, as_json: bool) -> None:
    """Explore scenarios exactly: what can be reached, how, and for how many points.

    Without an ID, every scenario that can be played. Exits with 1 where a node or an ending cannot be reached, a choice is never open, or a
    conversation can get stuck.
    """
    from branchline.cli.output import emit, finish, say

    found = []
    for scenario in _scenarios(open_content(workspace), scenario_ids):
        report = _report(scenario, budget)
        found.append(report)
        if not as_json:
            say("\n".join(_lines(report)))
    if as_json:
        emit("prove", {"scenarios": found})
    finish(1 if any(_has_findings(report) for report in found) else 0)


def _scenarios(shelf: Workspace, named: Sequence[str]) -> Iterator[Scenario]:
    from branchline.cli.output import narrate
    from branchline.errors import UsageError
    from branchline.text import clean_line

    for name in named:
        if shelf.kind(name) == "drill":
            raise UsageError(f"`{clean_line(name)}` is a drill.", hint="Only scenarios are explored.", code="not-a-scenario")
    if named:
        yield from [shelf.load(name) for name in dict.fromkeys(named)]
        return
    for item in shelf.listings():
        if item.kind == "scenario" and item.playable:
            yield shelf.load(item.id)
        elif item.kind == "scenario":
            narrate(f"{item.id} cannot be played and is left out; `branchline check` says why.")


def _report(scenario: Scenario, budget: int | None) -> dict[str, Any]:
    """One scenario as `branchline.prove/1` lists it."""
    from branchline.explore import BUDGET, explore
    from branchline.explore.findings import avoidable_steps

    began = time.perf_counter()
    with _progress(scenario.id) as tell:
        explored = explore(scenario, budget=BUDGET if budget is None else budget, progress=tell)
        endings = [
            {"id": each.id, "reachable": each.reachable, "witness": list(each.witness), "min": each.least, "max": each.most}
            for each in explored.endings
        ]
        avoided = avoidable_steps(explored)
    return {
        "id": scenario.id,
        "complete": explored.complete,
        "states": explored.states,
        "transitions": explored.transitions,
        "seconds": round(time.perf_counter() - began, 3),
        "unreachable_nodes": list(explored.unreachable_nodes),
        "closed_choices": list(explored.closed_choices),
        "stuck_states": [{"node": each.node, "witness": list(each.witness), "states": each.states} for each in explored.stuck_states],
        "endings": endings,
        "avoidable_steps": [each.step for each in avoided],
        "avoiding": [{"step": each.step, "composite": each.composite, "witness": list(each.witness)} for each in avoided],
        "near_misses": _near_misses(explored),
        "valued": explored.valued,
        "coverage": None if explored.valued else _coverage(explored),
    }


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int], None]]:
    """A line on stderr that says how far it is, where that is a terminal and nobody wants quiet; it goes away at the end."""
    from branchline.cli.lazy import flags
    from branchline.cli.output import is_terminal

    shown = is_terminal(sys.stderr) and not flags(click.get_current_context()).get("quiet")

    def tell(moves: int) -> None:
        if shown:
            click.echo(f"\rExploring {name}: {moves:,} moves", err=True, nl=False)

    yield tell
    if shown:
        click.echo("\r\033[K", err=True, nl=False)


def _near_misses(explored: Exploration) -> list[dict[str, Any]]:
    from branchline.explore.findings import near_miss

    found = [near_miss(explored, name) for name in explored.closed_choices]
    return [{"choice": each.choice, "missing": list(each.missing), "witness": list(each.witness)} for each in found]


def _coverage(explored: Exploration) -> dict[str, Any]:
    """What random plays met where exploration ran out of its budget."""
    from branchline.explore import random_plays

    scenario = explored.scenario
    met = random_plays(scenario, PLAYS, SEED)
    value = explored.estimate(PLAYS, SEED)
    return {
        "plays": met.plays,
        "seed": SEED,
        "share": met.share,
        "untried": list(met.untried),
        "endings": {name: met.endings[name] for name in scenario.endings},
        "unfinished": met.unfinished,
        "stuck": dict(met.stuck),
        "value": value.value,
        "error": value.error,
    }


def _has_findings(report: dict[str, Any]) -> bool:
    """Whether something is proved that a designer should look at."""
    closed = any(not ending["reachable"] for ending in report["endings"]) and report["complete"]
    return closed or bool(report["unreachable_nodes"] or report["closed_choices"] or report["stuck_states"])


def _lines(report: dict[str, Any]) -> Iterator[str]:
    """One scenario for a person."""
    word = "proved" if report["complete"] else "NOT proved: the budget ran out; `--budget` gives more"
    size = f"{report['states']:,} positions, {report['transitions']:,} moves, {report['seconds']:.1f} s"
    yield f"{report['id']}: {word} ({size})"
    for name in report["unreachable_nodes"]:
        yield f"  unreachable: {name}"
    for miss in report["near_misses"]:
        missing = " and ".join(f"`{text}`" for text in miss["missing"]) or "it"
        yield f"  never open: {miss['choice']}; nearest, with {missing} still false, after {_way(miss['witness'])}"
    for stuck in report["stuck_states"]:
        yield f"  stuck at {stuck['node']} ({stuck['states']:,} positions) after {_way(stuck['witness'])}"
    yield from _ending_lines(report)
    for each in report["avoiding"]:
        yield f"  passes without {each['step']} ({each['composite']:.0f}): {_way(each['witness'])}"
    if report["coverage"] is not None:
        yield from _coverage_lines(report["coverage"], exact_ways=report["complete"])
    yield ""


def _ending_lines(report: dict[str, Any]) -> Iterator[str]:
    for ending in report["endings"]:
        if ending["reachable"]:
            known = ending["min"] is not None
            points = f"{ending['min']:.1f} to {ending['max']:.1f} points" if known else "points not known"
            yield f"  ending {ending['id']}: {points}; {_way(ending['witness'])}"
        else:
            yield f"  ending {ending['id']}: {'never reached' if report['complete'] else 'not seen'}"


def _coverage_lines(met: dict[str, Any], *, exact_ways: bool) -> Iterator[str]:
    if exact_ways:
        yield "  Values did not fit into the budget; what follows was sampled."
    yield f"  {met['plays']:,} random plays (seed {met['seed']}) said {met['share']:.0%} of the choices"
    yield f"  value of the start: {met['value']:.1f} ± {met['error']:.1f}, sampled"
    if met["untried"]:
        yield f"  never said: {', '.join(met['untried'])}"


def _way(words: Sequence[str]) -> str:
    return " ".join(words) or "the start"
