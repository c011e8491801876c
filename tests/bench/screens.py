"""The app in a terminal: first frame, one reply, rest, memory."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.apps import Options
from bench.authored import authored
from bench.measure import Row, beside
from bench.terminal import COLUMNS, ROWS, Terminal
from branchline.practice import Practice, Studio
from branchline.tui.app import BranchlineApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

FRAME, KEY, IDLE, MEMORY = 1.3, 2, 0, 60
"""Budgets: ratios of first frame and key, bytes, MiB."""
_KEYS = 40


def screen_rows(*, quick: bool) -> list[Row]:
    """Everything that a learner would notice."""
    with tempfile.TemporaryDirectory() as folder:
        environ = _prepared(Path(folder))
        return [*_frames(environ, 1 if quick else 7), _one_reply(environ, 2 if quick else 9), *_at_rest(environ, quick=quick)]


def _prepared(folder: Path) -> dict[str, str]:
    """A workspace with one conversation that never ends, and a home for what is recorded."""
    path = folder / "workspace" / "scenarios" / "conversations" / "measured.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(authored(60, replies=3), encoding="utf-8")
    return {"BRANCHLINE_HOME": str(folder / "home"), "BRANCHLINE_WORKSPACE": str(folder / "workspace"), "BRANCHLINE_LEARNER": "measured"}


def _frames(environ: dict[str, str], rounds: int) -> list[Row]:
    if sys.platform != "linux":
        return []

    def seconds(word: str, *arguments: str) -> float:
        with Terminal(*arguments, environ=environ) as terminal:
            return terminal.until(word)

    def empty() -> float:
        return seconds("Branchline", "-c", "from bench.apps import Empty; Empty().run()")

    def home(word: str) -> Callable[[], float]:
        return lambda: seconds(word, "-m", "branchline")

    def row(what: str, word: str, budget: float | None) -> Row:
        return beside(f"{what} (beside: empty app)", "ms", home(word), empty, rounds=rounds, budget=budget, scale=1000)

    # The hints of keys stand at the foot of the first frame; the names of scenarios come once they have been read.
    return [row("first frame of home", "quit", FRAME), *([row("home with its scenarios", "Measured", None)] if rounds > 1 else [])]


def _one_reply(environ: dict[str, str], rounds: int) -> Row:
    return asyncio.run(_keys(environ, rounds))


async def _keys(environ: dict[str, str], rounds: int) -> Row:
    studio = Studio.open(environ=environ)
    scenario = studio.workspace.load("measured")
    costs = []
    try:
        for _ in range(rounds):
            practice = Practice.begin(studio, scenario, mode="practice", seed=1)
            ours = await _per_key(BranchlineApp(studio, practice), "1")
            if len(practice.entries) <= _KEYS:
                raise RuntimeError(f"{_KEYS} keys gave {len(practice.entries)} entries")
            costs.append((ours, await _per_key(Options(), "down")))
    finally:
        studio.close()
    turns = iter(costs)
    pair = {"now": (0.0, 0.0)}

    def ours_next() -> float:
        pair["now"] = next(turns)
        return pair["now"][0]

    what = "one reply: key, event, commit, repaint (beside: highlight)"
    return beside(what, "ms", ours_next, lambda: pair["now"][1], rounds=rounds, budget=KEY, scale=1000)


async def _per_key(app: App[None], key: str) -> float:
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await pilot.pause()
        for _ in range(2):
            await pilot.press(key)
        began = time.process_time()
        for _ in range(_KEYS):
            await pilot.press(key)
        return (time.process_time() - began) / _KEYS


def _at_rest(environ: dict[str, str], *, quick: bool) -> list[Row]:
    with Terminal("-m", "branchline", "play", "measured", environ=environ) as terminal:
        terminal.settle()
        written = len(terminal.written(0.2 if quick else 2.0))
        for _ in range(1 if quick else 12):
            terminal.press("1")
            terminal.settle(0.3)
        peak = terminal.peak
        terminal.press("q")
        status = terminal.ended()
    if status:
        raise RuntimeError(f"the app ended with {status}")
    rest = Row("written by an idle screen in 2 s", written, "bytes", budget=IDLE)
    return [rest, Row("peak memory of a session", peak, "MiB", budget=MEMORY)]
