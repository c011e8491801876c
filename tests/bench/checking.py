"""Checking: the rules over a thousand loaded nodes, and a whole file from disk."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from bench.authored import authored
from bench.measure import Row, cost
from branchline.authoring.check import check, check_scenario
from branchline.authoring.check.report import Report
from branchline.content.compile import compile_scenario
from branchline.content.findings import Findings
from branchline.content.load import gather

TODAY = "2026-11-22"
MOST_RULES, MOST_FILE = 100, 50
"""Milliseconds of processor time: a thousand loaded nodes, and sixty from disk."""


def check_rows(*, quick: bool) -> list[Row]:
    """Both budgets."""
    rounds = 1 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        path = root / "scenarios" / "conversations" / "measured.yaml"
        path.parent.mkdir(parents=True)
        size = 100 if quick else 1000
        path.write_text(authored(size), encoding="utf-8")
        rules = statistics.median(_rules(path, root) for _ in range(rounds)) * 1000
        path.write_text(authored(60), encoding="utf-8")
        check(root, [path], TODAY)
        whole = statistics.median(cost(lambda: check(root, [path], TODAY)) for _ in range(rounds)) * 1000
    return [
        Row(f"check, {size} loaded nodes", rules, "ms", budget=MOST_RULES),
        Row("check, a file of 60 nodes", whole, "ms", budget=MOST_FILE),
    ]


def _rules(path: Path, root: Path) -> float:
    loaded = gather(path, None, root, Findings())
    if loaded is None:
        raise RuntimeError("The measured scenario is broken.")
    scenario = compile_scenario(loaded, Findings())
    return cost(lambda: check_scenario(loaded, (), TODAY, Report(), scenario))
