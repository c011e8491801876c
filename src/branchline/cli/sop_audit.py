"""`sop audit`: the ticket audit report."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.content.workspace import Workspace


@click.command("audit", cls=Command)
@click.argument("sop_id", metavar="SOP")
@click.option("--log", "log", metavar="FILE", required=True, type=click.Path(path_type=Path), help="The export: CSV, JSON lines or XES.")
@click.option("--map", "map_file", metavar="FILE", type=click.Path(path_type=Path), help="YAML that says which column is what (see above).")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "xes"]), help="Of the log (default: by its ending).")
@click.option("--csv", "as_csv", is_flag=True, help="One row a case as CSV on stdout.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="List only the N cases with the lowest scores.")
@click.option("--grouped", is_flag=True, help="The rows of a case stand together: take them as they come.")
@click.option("--tier", metavar="NAME", default="1", show_default=True, help="Whose limits hold where a case does not say (fact `tier`).")
@workspace_option
@json_option
def audit(
    *,
    sop_id: str,
    log: Path,
    map_file: Path | None,
    form: str | None,
    as_csv: bool,
    limit: int | None,
    grouped: bool,
    tier: str,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Tell how well the tickets of a log follow SOP.

    The log has one event a row or line: a case, an action, and where known a time and values. JSON lines have the keys `case`, `action`,
    `time`, `fields` and `ok` (false where the attempt was refused); a row with the action `case` says facts of its case. Columns of a CSV
    with these names are found by themselves; so are the attributes of XES.

    \b
    A mapping file names others, and what actions are called in the SOP:
      case: Ticket
      action: Activity
      time: Timestamp
      time_format: "%d.%m.%Y %H:%M"
      values: {amount: Refund amount, method: Paid by}
      facts: {captured: Payment captured}
      ok: Result
      refused: [failed]
      actions: {Money sent back: issue_refund}
      ignore: [Viewed]

    What cannot be read is counted and listed, and the rest is judged. Files that end in .gz are unpacked.
    """  # noqa: D301  # click keeps the lines of a block after this escape
    _judge(sop_id, log, map_file, form, as_csv=as_csv, limit=limit, grouped=grouped, tier=tier, workspace=workspace, as_json=as_json)


def _judge(
    sop_id: str,
    log: Path,
    map_file: Path | None,
    form: str | None,
    *,
    as_csv: bool,
    limit: int | None,
    grouped: bool,
    tier: str,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Read, judge and print case by case."""
    from branchline.cli.audit_output import CsvReport, JsonReport, PageReport
    from branchline.cli.output import is_terminal
    from branchline.cli.progress import Progress
    from branchline.errors import UsageError
    from branchline.reports.audit import Audit
    from branchline.reports.cases import cases
    from branchline.reports.log import Problems, Reading
    from branchline.reports.log_map import LogMap, read_map
    from branchline.reports.logs import events, format_of, opened
    from branchline.reports.vocabulary import Vocabulary

    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other.", hint="Choose one of them.", code="two-formats")
    content = open_content(workspace)
    sop, mapping, form = content.sop(sop_id), LogMap() if map_file is None else read_map(map_file), form or format_of(log)
    vocabulary, problems = Vocabulary(sop, mapping, desk_verbs(content)), Problems()
    report = (JsonReport if as_json else CsvReport if as_csv else PageReport)(sop, limit)
    judge = Audit(sop, vocabulary, tier=tier)
    # Where cases are printed as they come, a bar on the same terminal would stand among them; a packed log hides its size.
    shown = log.suffix != ".gz" and not ((as_json or as_csv) and is_terminal())
    with (
        _collecting_rarely(),
        opened(log) as file,
        Progress(log.stat().st_size, reading="Reading the log", working="Judging cases", shown=shown) as bar,
    ):
        rows = bar.counted(events(file, form, mapping, Reading(vocabulary.matters, problems, bar.read)))
        for each in judge.judged(cases(rows, grouped=grouped or form == "xes")):
            report.case(each)
            bar.worked(len(each.lines))
    report.end(judge.totals, vocabulary.unknown, problems)


def desk_verbs(content: Workspace) -> tuple[str, ...]:
    """What the workspace's desk can do beside the verbs of tickets; nothing where it has no desk file."""
    from branchline.content.source import read_file

    path = content.root / "scenarios" / "desk.yaml"
    data = read_file(path).data if path.is_file() else None
    verbs = data.get("verbs") if isinstance(data, dict) else None
    return tuple(verbs) if isinstance(verbs, dict) else ()


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Events are many objects and no cycles: the collector would walk them again and again and find nothing."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
