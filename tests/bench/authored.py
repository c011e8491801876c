"""Scenarios of any size for measuring: seeded, playable for ever, written as a designer would write them, about 0.7 KB a node."""

from __future__ import annotations

import random

VARIABLES = 8
_DIMENSIONS = ("acknowledge", "understand", "explore", "ownership", "clarity", "tone")
_SAYS = (
    "I can see both entries on your account and I am staying with it",
    "Let me look at what happened this morning before I promise anything",
    "That is our mistake; here is what I do now and what you will hear",
    "Could you tell me which of your pages was the first to go wrong",
)
_ANSWERS = ("And when do I hear from you?", "So it is my problem again?", "Fine. What do you need from me?", "You said that before.")
_HEAD = """format: 1
id: measured
version: 1
title: Measured
summary: A scenario of {size} nodes that leads round and round.
channel: chat
level: 3
minutes: 8
case: {{amount: 89.00, disputed: false}}
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


def authored(size: int, replies: int = 2, seed: int = 1) -> str:
    """The text of a scenario; each node has one reply that is always open, the others are said once, one in three of them guarded."""
    rng = random.Random(seed)  # noqa: S311  # content, no secret
    variables = "\n".join(f"  v{number}: {{range: 0..3, start: 0}}" for number in range(VARIABLES))
    nodes = "".join(_node(number, size, replies, rng) for number in range(size))
    return _HEAD.format(size=size, variables=variables) + nodes + _TAIL


def _node(number: int, size: int, replies: int, rng: random.Random) -> str:
    enter = f"    on_enter: [v{rng.randrange(VARIABLES)} {rng.choice('+-')}1]\n" if number % 4 == 0 else ""
    line = f'    lines:\n      - customer: "{rng.choice(_ANSWERS)} ({number})"\n'
    choices = "".join(_choice(reply, size, rng, guarded=reply > 0 and (number + reply) % 3 == 0) for reply in range(replies))
    return f"  n{number}:\n{enter}{line}    choices:\n{choices}"


def _choice(number: int, size: int, rng: random.Random, *, guarded: bool) -> str:
    levels = ", ".join(f"{name}: {rng.randrange(3)}" for name in _DIMENSIONS)
    effects = f"v{rng.randrange(VARIABLES)} {rng.choice('+-')}1, trust {rng.choice('+-')}{rng.randrange(1, 9)}"
    rule = f"        when: {_guard(rng)}\n" if guarded else ""
    once = "" if number else "        sticky: true\n"
    return (
        f"      - id: c{number}\n"
        f'        say: "{rng.choice(_SAYS)}."\n'
        f"        empathy: {{{levels}}}\n"
        f"        effects: [{effects}]\n"
        f"{rule}{once}"
        f"        go: {_way(size, rng)}\n"
        f"        because: {rng.choice(_SAYS)}.\n"
    )


def _way(size: int, rng: random.Random) -> str:
    plain = f"n{rng.randrange(size)}"
    return f"[{{when: {_guard(rng)}, go: n{rng.randrange(size)}}}, {{go: {plain}}}]" if rng.random() < 0.25 else plain


def _guard(rng: random.Random) -> str:
    one, two = rng.sample(range(VARIABLES), 2)
    either = f"v{one} > {rng.randrange(3)} or v{two} == {rng.randrange(4)}"
    return rng.choice([f"v{one} < {rng.randrange(1, 4)}", f"v{one} >= v{two}", either])
