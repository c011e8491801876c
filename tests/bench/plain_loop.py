"""The plain loop that the engine is compared with: no events, no checks, no score, no digests; what any careful hand would write first."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from bench.authored import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Position(NamedTuple):
    node: int
    trust: int
    made: frozenset[str]
    v0: int
    v1: int
    v2: int
    v3: int
    v4: int
    v5: int
    v6: int
    v7: int


_FIRST = _Position._fields.index("v0")
_Test = Callable[[Any], bool]
_Change = Callable[[list[Any]], None]
_COMPARE = {"<": operator.lt, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


class _Reply(NamedTuple):
    name: str
    sticky: bool
    when: _Test | None
    effects: tuple[_Change, ...]
    ways: tuple[tuple[_Test | None, int], ...]


class PlainLoop:
    """One scenario played by closures over frozen tuples."""

    def __init__(self, text: str) -> None:
        """`text` is a scenario as `authored` writes it."""
        data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # the safe loader, in C where there is one
        self._places = {name: number for number, name in enumerate(data["nodes"])}
        self._nodes = [
            (tuple(self._effect(text) for text in node.get("on_enter", ())), tuple(self._reply(name, reply) for reply in node["choices"]))
            for name, node in data["nodes"].items()
        ]
        self._start = _Position(0, data["customer"]["trust"], frozenset(), *[0] * VARIABLES)

    def picks(self, walk: Sequence[Sequence[str]]) -> list[list[int]]:
        """The same walk as the number of each reply among the open ones."""
        return [self._picks(said) for said in walk]

    def _picks(self, said: Sequence[str]) -> list[int]:
        position, found = self._first(), []
        for name in said:
            names = [reply.name.partition(".")[2] for reply in self._open(position)]
            found.append(names.index(name))
            position = self._step(position, found[-1])
        return found

    def play_all(self, walk: Sequence[Sequence[int]]) -> int:
        """Every play, all positions kept; how many were kept in the last."""
        for picks in walk:
            position = self._first()
            kept = [position]
            for pick in picks:
                position = self._step(position, pick)
                kept.append(position)
        return len(kept)

    def _first(self) -> _Position:
        values: list[Any] = list(self._start)
        for effect in self._nodes[0][0]:
            effect(values)
        return _Position(*values)

    def _open(self, position: _Position) -> list[_Reply]:
        made = position.made
        return [
            reply
            for reply in self._nodes[position.node][1]
            if (reply.sticky or reply.name not in made) and (reply.when is None or reply.when(position))
        ]

    def _step(self, position: _Position, pick: int) -> _Position:
        reply = self._open(position)[pick]
        values: list[Any] = list(position)
        if not reply.sticky:
            values[2] = position.made | {reply.name}
        for effect in reply.effects:
            effect(values)
        for when, place in reply.ways:
            if when is None or when(values):
                values[0] = place
                break
        for effect in self._nodes[values[0]][0]:
            effect(values)
        return _Position(*values)

    def _reply(self, node: str, reply: Any) -> _Reply:
        go = reply["go"]
        targets = [{"go": go}] if isinstance(go, str) else go
        return _Reply(
            f"{node}.{reply['id']}",
            reply.get("sticky", False),
            _test(reply["when"]) if "when" in reply else None,
            tuple(self._effect(text) for text in reply["effects"]),
            tuple((_test(target["when"]) if "when" in target else None, self._places[target["go"]]) for target in targets),
        )

    @staticmethod
    def _effect(text: str) -> _Change:
        name, change = text.split(" ")
        index, by, high = (1, int(change), 100) if name == "trust" else (_FIRST + int(name[1:]), int(change), 3)

        def apply(values: list[Any]) -> None:
            values[index] = max(0, min(high, values[index] + by))

        return apply


def _test(text: str) -> _Test:
    if " or " in text:
        first, second = (_test(part) for part in text.split(" or "))
        return lambda values: first(values) or second(values)
    left, sign, right = re.split(r" (<|>|>=|==) ", text)
    index, compare = _FIRST + int(left[1:]), _COMPARE[sign]
    if right.startswith("v"):
        other = _FIRST + int(right[1:])
        return lambda values: compare(values[index], values[other])
    value = int(right)
    return lambda values: compare(values[index], value)
