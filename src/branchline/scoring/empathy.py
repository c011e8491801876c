"""Empathy: how close each reply came to the best that was open, over the decisions met.

Score = 100 × (1 − Σ (best − chosen) / Σ (best − worst)), best and worst among the open rated choices. A decision whose best equals
its worst says nothing; an unrated reply loses nothing; silence is no reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.compiled import DIMENSIONS, Choice
from branchline.engine.events import ChoiceMade
from branchline.scoring.model import EMPATHY, Deduction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.compiled import Scenario
    from branchline.engine.standing import Numbered


@dataclass(frozen=True, slots=True)
class Met:
    """One decision that was met: what was said and what could have been said."""

    seq: int
    chosen: Choice
    open: tuple[Choice, ...]

    @property
    def rated(self) -> tuple[Choice, ...]:
        """The open choices that carry levels."""
        return tuple(choice for choice in self.open if choice.e is not None)

    @property
    def best(self) -> Choice | None:
        """The open choice of highest e, the first of equals; None where none is rated."""
        return max(self.rated, key=_e, default=None)

    @property
    def reach(self) -> float:
        """The distance from best to worst, 0 where the decision says nothing."""
        found = [_e(choice) for choice in self.rated]
        return max(found) - min(found) if found else 0.0

    @property
    def lost(self) -> float:
        """The distance from best to chosen, 0 for an unrated reply."""
        best = self.best
        return 0.0 if best is None or self.chosen.e is None else max(0.0, _e(best) - _e(self.chosen))


def met(scenario: Scenario, stands: Sequence[Numbered]) -> list[Met]:
    """The decisions met, in order; a reply whose choice no longer exists is left out."""
    found = []
    for seq, event in stands:
        if isinstance(event, ChoiceMade) and (chosen := scenario.choice(event.node, event.choice)) is not None:
            choices = (scenario.choice(event.node, name) for name in event.open)
            found.append(Met(seq, chosen, tuple(choice for choice in choices if choice is not None)))
    return found


def empathy(decisions: Sequence[Met]) -> tuple[float | None, list[Deduction]]:
    """The score 0..100, None where no decision says anything, and one deduction for each decision that lost."""
    reach = sum(decision.reach for decision in decisions)
    if reach <= 0:
        return None, []
    deductions = [
        Deduction(EMPATHY, 100 * decision.lost / reach, _reason(decision, dimension), decision.seq, dimension=dimension)
        for decision in decisions
        if decision.lost > 0
        for dimension in (shortfall(decision),)
    ]
    return max(0.0, 100.0 - sum(deduction.lost for deduction in deductions)), deductions


def profile(decisions: Sequence[Met]) -> dict[str, float | None]:
    """Each dimension by the same formula on its own levels; None where no decision says anything of it."""
    return {name: _dimension(name, decisions) for name in DIMENSIONS}


def shortfall(decision: Met) -> str:
    """The dimension in which the reply fell furthest behind the best one, by weight × levels; the heavier one of equals."""
    best = decision.best
    behind = best.levels if best is not None else {}
    return max(DIMENSIONS, key=lambda name: (_share(behind, name) - _share(decision.chosen.levels, name), DIMENSIONS[name]))


def _share(levels: Mapping[str, int], name: str) -> float:
    """What a dimension adds to e."""
    whole = sum(DIMENSIONS[known] for known in levels) * 2
    return DIMENSIONS[name] * levels[name] / whole if name in levels else 0.0


def _dimension(name: str, decisions: Sequence[Met]) -> float | None:
    lost = reach = 0
    for decision in decisions:
        found = [choice.levels[name] for choice in decision.rated if name in choice.levels]
        if found:
            reach += max(found) - min(found)
            lost += max(found) - decision.chosen.levels.get(name, max(found))
    return 100 * (1 - lost / reach) if reach else None


def _reason(decision: Met, dimension: str) -> str:
    level = decision.chosen.levels.get(dimension)
    best = decision.best
    reached = best.levels.get(dimension) if best is not None else None
    compared = f" ({dimension}: {level} of {reached})" if level is not None and reached is not None and level < reached else ""
    return f"{decision.chosen.because or 'Another reply here showed more empathy.'}{compared}"


def _e(choice: Choice) -> float:
    return 0.0 if choice.e is None else choice.e
