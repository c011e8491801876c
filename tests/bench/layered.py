"""Scenarios in layers with eight variables of four values: what exploration and random plays are measured on."""

from __future__ import annotations

import operator
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VARIABLES = 8
HIGH = 3
_COMPARE = {"<": operator.lt, ">": operator.gt, ">=": operator.ge, "==": operator.eq}
_HEAD = """format: 1
id: layered
version: 1
title: Layered
summary: A scenario in layers.
channel: chat
level: 3
minutes: 8
customer: {{name: Dana Okafor, account: AC-20417, plan: Business Cloud, trust: 45, heat: 50}}
variables:
{variables}
start: n0
nodes:
"""
_TAIL = """endings:
  settled: {title: Settled, outcome: resolved, value: 100}
  gone: {title: Gone, outcome: lost, value: 0}
"""


@dataclass(frozen=True)
class Guard:
    """A variable beside a constant or (`other`) another variable."""

    variable: int
    sign: str
    value: int
    other: bool = False

    def text(self) -> str:
        """As a designer writes it."""
        return f"v{self.variable} {self.sign} {'v' if self.other else ''}{self.value}"

    def test(self) -> Callable[[Sequence[int]], bool]:
        """The same over a tuple of node and variables."""
        compare, index, value = _COMPARE[self.sign], self.variable + 1, self.value
        if self.other:
            return lambda state: compare(state[index], state[value + 1])
        return lambda state: compare(state[index], value)


@dataclass(frozen=True)
class Reply:
    """One choice: what it changes, when it is open, and where it leads (the second place where `fork` holds)."""

    effects: tuple[tuple[int, int], ...]
    when: Guard | None
    fork: Guard | None
    to: tuple[int, int]
    level: int


@dataclass(frozen=True)
class Layered:
    """Nodes by number; from the last layer on, −1 and −2 are the endings."""

    nodes: tuple[tuple[Reply, ...], ...]

    def text(self) -> str:
        """As a designer would write it."""
        variables = "\n".join(f"  v{number}: {{range: 0..{HIGH}, start: 0}}" for number in range(VARIABLES))
        nodes = "".join(
            f"  n{number}:\n    lines: [{{customer: And now?}}]\n    choices:\n{''.join(map(_written, range(len(replies)), replies))}"
            for number, replies in enumerate(self.nodes)
        )
        return _HEAD.format(variables=variables) + nodes + _TAIL


def layered(layers: int, width: int, replies: int = 3, seed: int = 4) -> Layered:
    """`layers` of `width` nodes; the last reply of each is guarded, one way in four forks."""
    rng = random.Random(seed)  # noqa: S311  # content, no secret
    return Layered(
        tuple(
            tuple(_reply(rng, layer, layers, width, guarded=n == replies - 1) for n in range(replies))
            for layer in range(layers)
            for _ in range(width)
        )
    )


def _reply(rng: random.Random, layer: int, layers: int, width: int, *, guarded: bool) -> Reply:
    ahead = [-1, -2] if layer + 1 == layers else [(layer + 1) * width + number for number in range(width)]
    effects = ((rng.randrange(VARIABLES), rng.choice((-1, 1, 1))),)
    fork = _guard(rng) if rng.random() < 0.25 else None
    return Reply(effects, _guard(rng) if guarded else None, fork, (rng.choice(ahead), rng.choice(ahead)), rng.randrange(3))


def _guard(rng: random.Random) -> Guard:
    one, two = rng.sample(range(VARIABLES), 2)
    return rng.choice(
        [Guard(one, "<", rng.randrange(1, HIGH + 1)), Guard(one, ">=", two, other=True), Guard(one, ">", rng.randrange(HIGH))]
    )


def _written(number: int, reply: Reply) -> str:
    effects = ", ".join(f"v{variable} {'+' if change > 0 else '-'}{abs(change)}" for variable, change in reply.effects)
    when = f"        when: {reply.when.text()}\n" if reply.when else ""
    go = _place(reply.to[0])
    if reply.fork:
        go = f"[{{when: {reply.fork.text()}, go: {_place(reply.to[1])}}}, {{go: {go}}}]"
    return (
        f"      - id: c{number}\n        say: I am staying with it.\n        empathy: {{acknowledge: {reply.level}, tone: 1}}\n"
        f"        effects: [{effects}]\n{when}        go: {go}\n        because: It is so.\n"
    )


def _place(number: int) -> str:
    return f"n{number}" if number >= 0 else ("settled", "gone")[number + 2]
