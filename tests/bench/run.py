"""Measure, and print what was found beside what is allowed: `python tests/bench/run.py [--json] [--quick] [ROW …]`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.auditing import audit_rows
from bench.checking import check_rows
from bench.commands import command_rows
from bench.delivery import delivery_rows
from bench.exploring import explore_rows
from bench.hostile import hostile_rows
from bench.ink import ink_rows
from bench.journal import journal_rows
from bench.loading import load_rows
from bench.reviewing import review_rows
from bench.screens import screen_rows
from bench.steps import step_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Row

GROUPS = {
    "load": load_rows,
    "steps": step_rows,
    "explore": explore_rows,
    "commands": command_rows,
    "journal": journal_rows,
    "delivery": delivery_rows,
    "screens": screen_rows,
    "review": review_rows,
    "audit": audit_rows,
    "check": check_rows,
    "hostile": hostile_rows,
    "ink": ink_rows,
}
_HEAD = ("what", "ours", "baseline", "ratio", "budget", "within")


def measured(names: Sequence[str] = (), *, quick: bool = False) -> list[Row]:
    """The rows of the named groups, or of all; `quick` only shows that they can be measured."""
    return [row for name, rows in GROUPS.items() if not names or name in names for row in rows(quick=quick)]


def table(rows: Sequence[Row]) -> str:
    """The rows in columns, under their heads."""
    cells = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)


def _cells(row: Row) -> tuple[str, ...]:
    limit = "" if row.budget is None else f"{'≥' if row.least else '≤'} {row.budget:.2f}"
    within = {True: "yes", False: "NO", None: ""}[row.within]
    baseline = "" if row.baseline is None else f"{row.baseline:.1f} {row.unit}"
    return row.what, f"{row.ours:.1f} {row.unit}", baseline, "" if row.ratio is None else f"{row.ratio:.2f}", limit, within


def main(arguments: Sequence[str]) -> None:
    """Print the table, or with `--json` the same as data."""
    parser = argparse.ArgumentParser(description="Costs beside their baselines, in processor time.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"only these: {', '.join(GROUPS)}")
    parser.add_argument("--json", action="store_true", help="print data instead of a table")
    parser.add_argument("--quick", action="store_true", help="few rounds: shows that it runs, says little")
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.groups) - set(GROUPS)):
        parser.error(f"no such group: {', '.join(unknown)}")
    rows = measured(given.groups, quick=given.quick)
    found = json.dumps([{**asdict(row), "within": row.within} for row in rows], indent=1, ensure_ascii=False) if given.json else table(rows)
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
