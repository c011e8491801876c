"""Engine steps with digest, undo link and score tally, beside a plain loop over frozen tuples that keeps every state.

Both play the same replies of the same scenario: plays of 100 decisions, each from the start.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.authored import authored
from bench.measure import Row, cost, rates
from bench.plain_loop import PlainLoop
from branchline.content.compiled import NODE
from branchline.content.load import load_scenario
from branchline.engine import Choose, decide, digest, evolve, start
from branchline.engine.transition import opening_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario

PLAY = 100
BUDGET = 150 / 190


def step_rows(*, quick: bool) -> list[Row]:
    """A small and a large scenario that lead round and round."""
    plays, rounds = (2, 2) if quick else (60, 41)
    return [_row(size, plays, rounds) for size in ((60,) if quick else (60, 1000))]


def _row(size: int, plays: int, rounds: int) -> Row:
    text = authored(size, replies=3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "measured.yaml")
        path.write_text(text, encoding="utf-8")
        scenario = load_scenario(path)
    walk = walk_through(scenario, plays, random.Random(7))  # noqa: S311  # a walk, no secret
    plain = PlainLoop(text)
    picks = plain.picks([[action.choice for action in said] for said in walk])
    steps = plays * PLAY
    return rates(
        f"steps, {size} nodes",
        "1000/s",
        lambda: steps / cost(lambda: play_all(scenario, walk)) / 1000,
        lambda: steps / cost(lambda: plain.play_all(picks)) / 1000,
        rounds=rounds,
        budget=BUDGET,
    )


def walk_through(scenario: Scenario, plays: int, rng: random.Random) -> list[list[Choose]]:
    """The actions of random plays."""
    walk = []
    for _ in range(plays):
        state, said = start(scenario, 1), []
        for _ in range(PLAY):
            said.append(Choose(rng.choice(opening_of(scenario.layout.places[state.core[NODE]], state.core).ids)))  # type: ignore[arg-type]  # it never ends
            state = evolve(scenario, state, decide(scenario, state, said[-1])[0])
        walk.append(said)
    return walk


def play_all(scenario: Scenario, walk: Sequence[Sequence[Choose]]) -> float:
    """Every play through the functions for conversations, with its digests and the running score; the sum of the scores."""
    whole = 0.0
    places = scenario.layout.places
    for said in walk:
        state = start(scenario, 1)
        lost = reach = 0.0
        digests = []
        for action in said:
            events = decide(scenario, state, action)
            core = state.core
            opening = opening_of(places[core[NODE]], core)  # type: ignore[arg-type]  # it never ends
            best = opening.best
            if best is not None:
                reach += best - opening.worst  # type: ignore[operator]  # there is a worst where there is a best
                lost += best - opening.choices[action.choice].e  # type: ignore[operator]  # every reply of `authored` is rated
            for event in events:
                state = evolve(scenario, state, event)
            digests.append(digest(state))
        whole += 1 - lost / reach
    return whole
