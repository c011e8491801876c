"""Loading a scenario with positions and models, beside PyYAML's C loader that knows neither."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bench.authored import authored
from bench.measure import Row, beside, cost
from branchline.content.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BUDGET = 0.7


def load_rows(*, quick: bool) -> list[Row]:
    """One small and one large scenario; the budget is about the large one."""
    return [_row(60, 3 if quick else 11, None), *([] if quick else [_row(1000, 9, BUDGET)])]


def _row(size: int, rounds: int, budget: float | None) -> Row:
    text = authored(size)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "measured.yaml")
        path.write_text(text, encoding="utf-8")
        load_scenario(path)
        ours: Callable[[], object] = lambda: load_scenario(path)  # noqa: E731  # the type says what mypy could not infer in a call
        theirs: Callable[[], object] = lambda: yaml.load(text, _LOADER)  # noqa: E731, S506  # the safe loader, in C where there is one
        return beside(f"load, {size} nodes", "ms", lambda: cost(ours), lambda: cost(theirs), rounds=rounds, budget=budget, scale=1000)
