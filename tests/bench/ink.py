"""The same story in ours and in ink, played by both engines: steps, random plays, exhaustive search, memory.

inkjs is installed with npm into a temporary folder. Where that cannot be, the rows hold ours alone and say why inkjs was not measured.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.layered import HIGH, VARIABLES, Guard, Layered, Reply, layered
from bench.measure import Row, cost
from bench.steps import play_all
from branchline.content.compiled import NODE
from branchline.content.load import load_scenario
from branchline.engine import Choose, decide, evolve, open_choices, start
from branchline.explore import explore, random_plays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario

INKJS = "inkjs@2.4"
STEPS, PLAYS, MOVES = 10, 20, 50
"""How many times as fast as inkjs at least."""
MEMORY = 60
"""MiB for a thousand nodes at most."""
_SCRIPT = Path(__file__).with_name("ink.cjs")
_PATIENCE = 180
_PEAK = Path("/proc/self/status")
_LOAD = """import re, sys
from branchline.content.load import load_scenario
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
before = peak()
kept = load_scenario(sys.argv[1])
print(peak() - before)
"""


@dataclass(frozen=True)
class Walk:
    """Plays from the start to an ending: as actions, as numbers among the open choices, and what both engines must meet on the way."""

    said: list[list[Choose]]
    picks: list[list[int]]
    open: int
    ends: list[str]

    @property
    def steps(self) -> int:
        """How many replies are said."""
        return sum(map(len, self.picks))


def ink_rows(*, quick: bool) -> list[Row]:
    """Ours beside inkjs; `quick` installs nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        why = "quick" if quick else installed(folder)
        story = layered(6 if quick else 20, 3)
        return [*_speeds(story, folder, why, quick=quick), *_memory(folder, why, quick=quick)]


def installed(folder: Path) -> str:
    """Why inkjs cannot be measured, or nothing once it is installed in `folder`."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "no node or npm here"
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), INKJS]
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "npm did not end"
    return "" if ended.returncode == 0 else f"npm ended with {ended.returncode}"


def ink(story: Layered) -> str:
    """The story as an ink author would write it."""
    variables = "".join(f"VAR v{number} = 0\n" for number in range(VARIABLES))
    nodes = "".join(f"=== n{number} ===\nAnd now?\n{''.join(map(_reply, replies))}" for number, replies in enumerate(story.nodes))
    return f"{variables}-> n0\n{nodes}=== settled ===\nsettled\n-> END\n=== gone ===\ngone\n-> END\n"


def walked(scenario: Scenario, plays: int, seed: int = 7) -> Walk:
    """So many random plays."""
    rng = random.Random(seed)  # noqa: S311  # a walk, no secret
    walk = Walk([], [], 0, [])
    met = 0
    for _ in range(plays):
        state, said, picks = start(scenario, 1), [], []
        while choices := open_choices(scenario, state):
            met += len(choices)
            picks.append(rng.randrange(len(choices)))
            said.append(Choose(choices[picks[-1]].id))
            for event in decide(scenario, state, said[-1]):
                state = evolve(scenario, state, event)
        walk.said.append(said)
        walk.picks.append(picks)
        walk.ends.append(scenario.layout.places[state.core[NODE]].id)
    return Walk(walk.said, walk.picks, met, walk.ends)


def _reply(reply: Reply) -> str:
    when = f"{{{reply.when.text()}}} " if reply.when else ""
    effects = "".join(f"    ~ v{variable} = {_changed(variable, change)}\n" for variable, change in reply.effects)
    fork = _fork(reply.fork, reply.to[1]) if reply.fork else ""
    return f"+ {when}I am staying with it.\n{effects}{fork}    -> {_place(reply.to[0])}\n"


def _changed(variable: int, change: int) -> str:
    return f"MIN({HIGH}, v{variable} + {change})" if change > 0 else f"MAX(0, v{variable} - {-change})"


def _fork(guard: Guard, to: int) -> str:
    return f"    {{ {guard.text()}:\n        -> {_place(to)}\n    }}\n"


def _place(number: int) -> str:
    return f"n{number}" if number >= 0 else ("settled", "gone")[number + 2]


def _speeds(story: Layered, folder: Path, why: str, *, quick: bool) -> list[Row]:
    path = folder / "layered.yaml"
    path.write_text(story.text(), encoding="utf-8")
    scenario = load_scenario(path)
    plays, moves, rounds = (5, 50, 1) if quick else (400, 3000, 3)
    walk = walked(scenario, plays)
    asked = {"story": ink(story), "walk": walk.picks, "plays": plays, "moves": moves, "variables": [f"v{n}" for n in range(VARIABLES)]}
    pairs = [(_ours(scenario, walk, 5 * plays), None if why else _theirs(folder, asked, walk)) for _ in range(rounds)]
    kinds = (("steps", STEPS), ("random plays", PLAYS), ("exhaustive moves", MOVES))
    return [_row(f"{what}, 60 nodes, inkjs", why, [_column(pair, n) for pair in pairs], least) for n, (what, least) in enumerate(kinds)]


def _column(pair: tuple[Sequence[float], Sequence[float] | None], number: int) -> tuple[float, float | None]:
    ours, theirs = pair
    return ours[number], None if theirs is None else theirs[number]


def _row(what: str, why: str, pairs: Sequence[tuple[float, float | None]], least: float) -> Row:
    ours = statistics.median(one for one, _ in pairs)
    theirs = [(one / other, other) for one, other in pairs if other is not None]
    if not theirs:
        return Row(_unmeasured(what, why), ours, "1000/s")
    ratio, other = (statistics.median(numbers) for numbers in zip(*theirs, strict=True))
    return Row(what, ours, "1000/s", other, ratio, least, least=True)


def _unmeasured(what: str, why: str) -> str:
    return f"{what} not measured: {why}"


def _ours(scenario: Scenario, walk: Walk, plays: int) -> tuple[float, float, float]:
    """Thousands a second: steps with digest, undo link and score; random plays; moves of an exploration."""
    moves = explore(scenario).transitions
    return (
        walk.steps / cost(lambda: play_all(scenario, walk.said)) / 1000,
        plays / cost(lambda: random_plays(scenario, plays, 1)) / 1000,
        moves / cost(lambda: explore(scenario)) / 1000,
    )


def _theirs(folder: Path, asked: dict[str, Any], walk: Walk) -> tuple[float, float, float]:
    found = _node(folder, asked)
    if found["open"] != walk.open or found["ends"] != walk.ends:
        raise RuntimeError("The two engines do not play the same story.")
    return walk.steps / found["walk"] / 1000, asked["plays"] / found["plays"] / 1000, found["moves"] / found["search"] / 1000


def _node(folder: Path, asked: dict[str, Any]) -> Any:
    environ = {**os.environ, "NODE_PATH": str(folder / "node_modules")}
    command = [shutil.which("node") or "node", str(_SCRIPT)]
    ended = subprocess.run(command, input=json.dumps(asked).encode(), env=environ, stdout=subprocess.PIPE, timeout=_PATIENCE, check=True)
    return json.loads(ended.stdout)


def _memory(folder: Path, why: str, *, quick: bool) -> list[Row]:
    """How far a process's peak rises when it loads a thousand nodes, or compiles them with inkjs; nothing where no system file tells."""
    if not _PEAK.is_file():
        return []
    size = 60 if quick else 999
    story = layered(size // 3, 3)
    path = folder / "large.yaml"
    path.write_text(story.text(), encoding="utf-8")
    ended = subprocess.run([sys.executable, "-c", _LOAD, str(path)], stdout=subprocess.PIPE, timeout=_PATIENCE, check=True)
    what, ours = f"memory, {size} nodes, inkjs", float(ended.stdout)
    if why:
        return [Row(_unmeasured(what, why), ours, "MiB")]
    theirs = _node(folder, {"large": ink(story)})["mebibytes"]
    return [Row(what, ours, "MiB", theirs, ours / theirs), Row(f"memory, {size} nodes", ours, "MiB", budget=MEMORY)]
