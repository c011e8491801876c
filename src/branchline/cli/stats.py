"""`stats`: a scenario or drill in numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from branchline.authoring.drill_stats import DrillStats
    from branchline.authoring.stats import Spread, Stats
    from branchline.content.compiled import Scenario
    from branchline.content.desk_types import Drill


@click.command(cls=Command)
@click.argument("scenario_id", metavar="ID")
@workspace_option
@json_option
def stats(scenario_id: str, workspace: str | None, *, as_json: bool) -> None:
    """Count words, reading time and what sessions chose."""
    from branchline.authoring.stats import Stats
    from branchline.cli.output import emit, say

    shelf = open_content(workspace)
    found = _of_drill(shelf.load_drill(scenario_id)) if shelf.kind(scenario_id) == "drill" else _of_scenario(shelf.load(scenario_id))
    if as_json:
        emit("stats", {"kind": "scenario" if isinstance(found, Stats) else "drill", **asdict(found)})
    else:
        say(_text(found) if isinstance(found, Stats) else _drill_text(found))


def _of_scenario(scenario: Scenario) -> Stats:
    from branchline.authoring.stats import stats_of
    from branchline.cli.graph import traffic_of

    return stats_of(scenario, traffic_of(scenario))


def _of_drill(drill: Drill) -> DrillStats:
    from branchline.authoring.drill_stats import drill_stats
    from branchline.cli.opening import has_journal, open_journal

    if not has_journal():
        return drill_stats(drill, None)
    with open_journal() as journal:
        return drill_stats(drill, journal)


def _drill_text(found: DrillStats) -> str:
    from branchline.cli.output import table

    rows = [
        ("words of the ticket", f"{found.words:,}"),
        ("minutes to read", f"{found.minutes:.1f}"),
        ("company verbs", str(found.verbs)),
        ("sessions", f"{found.sessions}, of which {found.early_quits} were never submitted"),
    ]
    done = [(each.verb, f"{each.share:.0%} ({each.sessions})", str(each.refused or ""), f"{each.seconds:.0f}") for each in found.by_verb]
    return "\n".join([table(rows), *(["", table([("act", "done in", "refused", "seconds"), *done])] if done else [])])


def _text(found: Stats) -> str:
    from branchline.cli.output import table

    away = found.giveaway
    rows = [
        ("nodes, replies, endings", f"{found.nodes}, {found.choices}, {found.endings}"),
        ("words", f"{found.words:,}"),
        ("words read in one go", f"{_spread(found.words_read)}   (least, median, most of {found.plays} random ones)"),
        ("minutes to read", _spread(found.minutes, 1)),
        ("words in a reply", _spread(found.reply_words)),
        ("best reply is the longest", f"{away.longest:.0%} of {away.nodes} nodes (chance: {away.chance:.0%})"),
        ("best reply is written first", f"{away.first:.0%} (replies are shuffled where they are shown)"),
        ("sessions", f"{found.sessions}, of which {found.early_quits} reached no ending"),
    ]
    parts = [table(rows)]
    if found.sessions:
        parts += ["", table([("node", "decisions", "seconds", "stopped here"), *(_node_rows(found))])]
    parts += ["", table([("reply", "words", "empathy", "chosen"), *(_choice_rows(found))])]
    return "\n".join(parts)


def _node_rows(found: Stats) -> list[tuple[str, ...]]:
    return [
        (each.node, str(each.decisions), "–" if each.seconds is None else f"{each.seconds:.0f}", str(each.stopped) if each.stopped else "")
        for each in found.by_node
    ]


def _choice_rows(found: Stats) -> list[tuple[str, ...]]:
    return [
        (f"{each.node}.{each.choice}", str(each.words), each.word, "" if each.share is None else f"{each.share:.0%} ({each.taken})")
        for each in found.by_choice
    ]


def _spread(spread: Spread, digits: int = 0) -> str:
    return ", ".join(f"{number:.{digits}f}" for number in (spread.least, spread.median, spread.most))
