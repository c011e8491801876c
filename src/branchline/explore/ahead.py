"""How far it is from one position to an end: the fewest and the most decisions, found by looking ahead from there and keeping nothing."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.collector import collector_paused
from branchline.explore.graph import Plan, grow
from branchline.explore.liveness import Masks
from branchline.explore.order import components
from branchline.explore.packing import Packing
from branchline.explore.paths import longest
from branchline.explore.worth import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Opening, Scenario
    from branchline.engine.state import State

MOVES = 20_000
"""So many moves are looked at, so that a learner who asks need not wait."""


class Ahead(NamedTuple):
    """Decisions from a position to an end, silences included, chance willing."""

    fewest: int | None
    """None where no end was seen."""
    most: int | None
    """None where it can go on for ever, or for longer than was looked."""

    @property
    def words(self) -> str:
        """The distance as people read it."""
        if self.fewest is None:
            return "no end in sight"
        if self.most is None:
            return f"{self.fewest} or more replies to an end"
        if self.most == self.fewest:
            return f"{self.fewest} {'reply' if self.fewest == 1 else 'replies'} to an end"
        return f"{self.fewest} to {self.most} replies to an end"

    def share(self, decided: int) -> float | None:
        """The way that lies behind after so many decisions, 0..1, by the fewest that are left; None where no end was seen."""
        return None if self.fewest is None else decided / (decided + self.fewest) if decided else 0.0


def ahead(scenario: Scenario, state: State, moves: int = MOVES) -> Ahead:
    """The distance to an end: `fewest` exactly where it is told, `most` exactly where it is told."""
    packing = Packing(scenario, state.core, 0)
    masks = Masks(scenario, packing, state.core, {})
    with collector_paused():
        graph = grow(Plan(scenario, packing, masks, {}, {}, _rows, lambda _choice, _done: 0.0, state.core), moves)
    nearest = min(graph.ends, default=None)
    fewest = None if nearest is None else sum("~" not in word for word in graph.witness(nearest))
    most = longest(graph, components(graph))[0] if graph.complete else float("inf")
    return Ahead(fewest, None if isinf(most) else int(most))


def _rows(opening: Opening) -> Sequence[Row]:
    """The open choices; how many points they earn is not asked."""
    return [Row(choice, 0.0, 0, 0) for choice in opening.choices.values()]
