"""What an exploration shows a designer beyond numbers: steps that a passing play can leave out, and how near a closed choice came."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.language import compile_condition, render
from branchline.content.language.tree import All, Not, Some
from branchline.explore.paths import CLOSED, best_ways, follow
from branchline.explore.telling import told
from branchline.scoring import score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from branchline.content.compiled import Choice, Core, Scenario
    from branchline.content.language import Expr
    from branchline.explore.exploration import Exploration


class Avoidable(NamedTuple):
    """A required step that a passing play can leave out."""

    step: str
    """`SOP/step`, or `SOP/group` where too few of a group were done."""
    witness: tuple[str, ...]
    """The words of such a play."""
    composite: float


class NearMiss(NamedTuple):
    """How near a choice that is never open came to being open."""

    choice: str
    missing: tuple[str, ...]
    """The conditions that did not hold there, as few as possible; empty where it has none."""
    witness: tuple[str, ...]
    """The way to that position."""


def avoidable_steps(exploration: Exploration) -> tuple[Avoidable, ...]:
    """The steps that a session would be charged for skipping and that some play skips and yet passes, each with such a play.

    For each step the play of most points that leaves it out is scored as a session is: what is listed is certain, and a step whose omission
    passes only on a play of fewer points is not listed. Empty where values are not known.
    """
    if not exploration.valued:
        return ()
    required = exploration.worth.required
    found: dict[str, Avoidable] = {}
    for bit, step in enumerate(exploration.scenario.layout.steps):
        if not required >> bit & 1 or step in found:
            continue
        words = _best_without(exploration, bit)
        if words is not None:
            for avoided in _skipped(exploration, tuple(words)):
                found.setdefault(avoided.step, avoided)
    return tuple(found[name] for name in sorted(found))


def _skipped(exploration: Exploration, words: tuple[str, ...]) -> Iterator[Avoidable]:
    """What a play is charged for skipping, where it passes nevertheless."""
    result = score(exploration.scenario, told(exploration.scenario, words, exploration.facts).events)
    if result.passed and result.composite is not None:
        for lost in result.deductions:
            if lost.kind == "skip":
                yield Avoidable(f"{lost.sop}/{lost.step}", words, result.composite)


def _best_without(exploration: Exploration, bit: int) -> list[str] | None:
    """The words of the play of most points that never carries out that step and is never critical; None where there is none."""
    graph = exploration.worths
    closed = {
        choice.name
        for node in exploration.scenario.nodes.values()
        for choice in node.choices
        if choice.critical or (bit >= 0 and choice.steps >> bit & 1)
    }
    points = [CLOSED if word in closed else earned for word, earned in zip(graph.word, graph.points, strict=True)]
    best, way = best_ways(graph, exploration.order, exploration.worth.ending, points)
    return follow(graph, way)[0] if best[0] > float("-inf") else None


def near_miss(exploration: Exploration, name: str) -> NearMiss:
    """How near that closed choice came, over every position explored at its node."""
    scenario, graph = exploration.scenario, exploration.ways
    node_id, _, choice_id = name.rpartition(".")
    node = scenario.nodes[node_id]
    choice = next(each for each in node.choices if each.id == choice_id)
    tests = [(render(expr), test) for expr, test in _conditions(scenario, choice)]
    nearest = min(graph.at[node.index], key=lambda number: len(_failing(tests, graph.packing.unpack(graph.keys[number]))))
    witness = graph.witness(nearest)
    # A position leaves out what no longer matters there, and a condition that can hold no more may have read it.
    whole = told(scenario, witness, exploration.facts).states[-1].core
    return NearMiss(name, tuple(_failing(tests, whole)), witness)


def _failing(tests: Sequence[tuple[str, Callable[[Core], bool]]], core: Core) -> list[str]:
    return [text for text, test in tests if not test(core)]


def _conditions(scenario: Scenario, choice: Choice) -> Iterator[tuple[Expr, Callable[[Core], bool]]]:
    """What must hold for the choice to be open, taken apart where it is a conjunction, each with its test."""
    trees = scenario.trees()
    for guard, negated in ((choice.when, False), (choice.locked, True)):
        if guard is None:
            continue
        tree = trees[guard]
        whole: Expr = tree.parts[0]  # type: ignore[assignment]  # a guard's tree is a condition
        for part in _conjuncts(Not(whole) if negated else whole):
            yield part, compile_condition(part, tree.place)


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    match expr:
        case All():
            for part in expr.operands:
                yield from _conjuncts(part)
        case Not(operand=Some() as some):
            for part in some.operands:
                yield from _conjuncts(Not(part))
        case Not(operand=Not() as inner):
            yield from _conjuncts(inner.operand)
        case _:
            yield expr
