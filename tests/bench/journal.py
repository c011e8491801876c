"""What it costs to record a reply: the event, its statements and the session's row, in one transaction on the disk."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.authored import authored
from bench.measure import Row
from branchline.content.load import load_scenario
from branchline.engine import Choose, decide, open_choices
from branchline.practice import Practice, Studio

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario


def journal_rows(*, quick: bool) -> list[Row]:
    """Processor time of a recorded reply beside the same reply only decided."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "measured.yaml")
        path.write_text(authored(60), encoding="utf-8")
        return [_row(load_scenario(path), Path(folder, "home"), 5 if quick else 200)]


def _row(scenario: Scenario, home: Path, replies: int) -> Row:
    studio = Studio.open(environ={"BRANCHLINE_HOME": str(home)})
    rng = random.Random(5)  # noqa: S311  # a walk, no secret
    recorded, decided = [], []
    try:
        practice = Practice.begin(studio, scenario, mode="practice", seed=1, learner="measured")
        for _ in range(replies):
            reply = rng.choice(open_choices(scenario, practice.state)).id
            began = time.process_time_ns()
            decide(scenario, practice.state, Choose(reply))
            between = time.process_time_ns()
            practice.choose(reply)
            recorded.append(time.process_time_ns() - between)
            decided.append(between - began)
    finally:
        studio.close()
    return Row("one reply, recorded (beside: decided)", statistics.median(recorded) / 1000, "µs", statistics.median(decided) / 1000)
