"""What content exercises: the dimensions of empathy that its decisions tell apart, and the SOP steps that it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.compiled import DIMENSIONS, Scenario
from branchline.scoring.goals import goals, order_of
from branchline.scoring.guards import given, truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.desk_types import Drill
    from branchline.content.sop import Sop
    from branchline.engine.play import Content


@dataclass(frozen=True, slots=True)
class Exercises:
    """What one scenario or drill exercises."""

    content: Content
    dimensions: Mapping[str, int]
    """How many decisions tell good from poor on each dimension; those with none are missing."""
    steps: frozenset[tuple[str, str]]
    """SOP and step that some reply carries out, or that the drill's case requires."""

    @property
    def kind(self) -> str:
        """`scenario` or `drill`."""
        return "scenario" if isinstance(self.content, Scenario) else "drill"


def exercises(content: Content) -> Exercises:
    """What it exercises, read from the content alone."""
    if isinstance(content, Scenario):
        return Exercises(content, _dimensions(content), _carried_out(content))
    return Exercises(content, {}, frozenset(step for sop in content.sops.values() for step in _asked_for(content, sop)))


def _dimensions(scenario: Scenario) -> dict[str, int]:
    found = {}
    for dimension in DIMENSIONS:
        levels = ({choice.levels[dimension] for choice in node.choices if dimension in choice.levels} for node in scenario.nodes.values())
        found[dimension] = sum(len(different) > 1 for different in levels)
    return {dimension: decisions for dimension, decisions in found.items() if decisions}


def _carried_out(scenario: Scenario) -> frozenset[tuple[str, str]]:
    choices = (choice for node in scenario.nodes.values() for choice in node.choices)
    return frozenset((deed.sop, deed.step) for choice in choices for deed in choice.does if deed.step)


def _asked_for(drill: Drill, sop: Sop) -> list[tuple[str, str]]:
    """The steps that some outcome of the SOP requires in this case, as far as its tools can carry them out."""
    order = order_of(sop)
    known = given(drill.facts, drill.facts, drill.tier)
    acts = drill.verbs.keys() | drill.ticket_minutes.keys()
    possible = {step.id for step in order.steps if step.do in acts}
    active = 0
    for goal in goals(sop, order, lambda text: truth(text, known), possible):
        active |= goal.active
    return [(sop.id, step.id) for number, step in enumerate(order.steps) if active >> number & 1]
