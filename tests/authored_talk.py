"""A talk with every kind of way on, and a journal in which people have played it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.practice import Practice
from rooms import Room
from tiny import BAD, FAIR, GOOD, authored, choice, node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from branchline.practice import Studio


def talk(**changes: Any) -> dict[str, Any]:
    """The talk as it is written, its nodes overridden by `changes`."""
    nodes = {
        "ask": node(
            choice("kind", GOOD, go=[{"when": "trust > 20", "go": "luck"}, {"go": "cold"}], effects=["set met"]),
            choice("cold", BAD, go="cold", when="heat < 90"),
            choice("shut", FAIR, go="out", locked_when={"when": "not met", "why": "Not yet."}),
            timeout={"after": 30, "go": "cold"},
        ),
        "luck": {"chance": [{"weight": 3, "go": "through"}, {"weight": 1, "go": "ask"}]},
        "through": {"lines": [{"customer": "One two three."}], "go": "close"},
        "close": node(choice("bye", GOOD, go="end"), choice("again", FAIR, go="ask")),
        "cold": node(choice("sorry", GOOD, go="ask", sticky=True), choice("leave", BAD, go="out")),
        "lost": node(choice("never", GOOD)),
    }
    endings = {
        "end": {"title": "Good end", "outcome": "resolved", "value": 100},
        "out": {"title": 'Out "there"', "outcome": "lost", "value": 0},
    }
    return authored({**nodes, **changes}, id="talk", variables={"met": "flag"}, endings=endings)


def room_of(folder: Path) -> Room:
    """A workspace that holds the talk."""
    return Room(folder, talk())


def play(studio: Studio, words: Iterable[str], *, draws: tuple[int, ...] = (0,)) -> Practice:
    """A session that says these choices, each ten seconds after the one before; `<` takes the last one back; the rest is left open."""
    practice = Practice.begin(studio, studio.workspace.load("talk"), mode="practice", seed=1)
    for word in words:
        studio.clock.move(10)  # type: ignore[attr-defined]  # a room's studio has hands
        if word == "<":
            practice.undo()
        elif word == "!":
            practice.time_out()
        else:
            practice.choose(word, draws if word == "kind" else ())
    return practice
