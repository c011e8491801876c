"""A talk with mistakes to be met again, and sessions in which they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.practice import Practice
from tiny import BAD, FAIR, GOOD, authored, choice, node

if TYPE_CHECKING:
    from branchline.practice import Studio

NEAR = {**GOOD, "clarity": 1}
"""A little worse than the best, and no mistake."""


ENDINGS = {
    "end": {"title": "The end", "outcome": "resolved", "value": 100},
    "out": {"title": "She left", "outcome": "lost", "value": 0},
}


def talk(**changes: Any) -> dict[str, Any]:
    """The talk as it is written, its nodes overridden by `changes`; None leaves one out."""
    nodes = {
        "hello": node(
            choice("kind", GOOD, go="again"),
            choice("near", NEAR, go="again"),
            choice("fair", FAIR, go="again"),
            choice("rude", BAD, go="again", flags=["blame_customer"]),
            line="You charged me twice.",
        ),
        "again": node(choice("mend", GOOD), choice("shrug", BAD), line="And now?"),
    }
    kept = {name: each for name, each in {**nodes, **changes}.items() if each is not None}
    return authored(kept, id="mending", title="Mending", endings=ENDINGS)


def play(studio: Studio, *choices: str, seed: int = 7, mode: str = "practice") -> Practice:
    """A session with these replies; `<` takes one back."""
    practice = Practice.begin(studio, studio.workspace.load("mending"), mode=mode, seed=seed)
    for word in choices:
        studio.clock.move(10)  # type: ignore[attr-defined]  # a room's studio has hands
        if word == "<":
            practice.undo()
        else:
            practice.choose(word)
    return practice
