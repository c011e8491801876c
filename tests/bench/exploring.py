"""Exploration beside a plain breadth-first search over the same scenario: tuples of node and variables in a set, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.layered import HIGH, Layered, layered
from bench.measure import Row, cost, rates
from branchline.content.load import load_scenario
from branchline.explore import explore, random_plays

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario

BUDGET = 150 / 324
"""Of a plain search, which does between 308,000 and 340,000 moves a second where exploration should do 150,000."""
SECONDS = 2.0
"""A scenario of 60 nodes and eight variables of four values is proved in so much processor time."""


def explore_rows(*, quick: bool) -> list[Row]:
    """Speed of exploration and of random plays, and the whole proof of 60 nodes."""
    story = layered(6 if quick else 20, 3)
    scenario = _loaded(story)
    moves, rounds = explore(scenario).transitions, 1 if quick else 5
    plain_moves = plain_search(story)
    plays = 20 if quick else 2000
    speed = rates(
        "explore, 60 nodes",
        "1000/s",
        lambda: moves / cost(lambda: explore(scenario)) / 1000,
        lambda: plain_moves / cost(lambda: plain_search(story)) / 1000,
        rounds=rounds,
        budget=BUDGET,
    )
    proof = min(cost(lambda: _proved(scenario)) for _ in range(rounds))
    random = max(plays / cost(lambda: random_plays(scenario, plays, 1)) for _ in range(rounds))
    return [speed, Row("proof, 60 nodes", proof, "s", budget=SECONDS), Row("random plays", random / 1000, "1000/s")]


def _loaded(story: Layered) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layered.yaml")
        path.write_text(story.text(), encoding="utf-8")
        return load_scenario(path)


def _proved(scenario: Scenario) -> object:
    explored = explore(scenario)
    return explored.unreachable_nodes, explored.closed_choices, explored.stuck_states, explored.endings, explored.start_value


def plain_search(story: Layered) -> int:
    """How many moves there are between whole positions."""
    nodes = [
        [
            (
                reply.effects,
                reply.when.test() if reply.when else None,
                reply.fork.test() if reply.fork else None,
                reply.to,
            )
            for reply in replies
        ]
        for replies in story.nodes
    ]
    start = (0,) * 9
    seen, waiting, moves = {start}, [start], 0
    for state in waiting:
        if state[0] < 0:
            continue
        for effects, when, fork, to in nodes[state[0]]:
            if when is not None and not when(state):
                continue
            values = list(state)
            for variable, change in effects:
                values[variable + 1] = max(0, min(HIGH, values[variable + 1] + change))
            values[0] = to[1] if fork is not None and fork(values) else to[0]
            after = tuple(values)
            moves += 1
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return moves
