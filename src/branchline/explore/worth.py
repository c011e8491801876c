"""What a choice and an ending are worth, in points on the composite's scale (scoring page, "Value of a position, regret, judgement").

Points of a choice = − w_empathy · (best e open − e) + w_sop · Σ weight / W of the steps it newly carries out (half where a step that
needed it is done already), − 100 if it is critical; only the first time. Points of an ending = w_outcome · its value / the best value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.facts import TIER
from branchline.explore.reads import Asked
from branchline.scoring.goals import Branch, Goal, Order, goals, order_of
from branchline.scoring.guards import given, truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.compiled import Choice, Deed, Ending, Node, Opening, Scenario
    from branchline.content.facts import Value
    from branchline.content.sop_model import Never, Sop

CRITICAL = 100.0
"""Points that a critical error costs."""


class Row(NamedTuple):
    """One open choice as exploration takes it."""

    choice: Choice
    base: float
    """Points beside those of steps."""
    asked: int
    """Bits of DONE on which the points of its steps depend."""
    paid: int
    """Its paid bit."""


class _Rule(NamedTuple):
    """A critical act: at all, or before `need` of the steps in `mask` (bits of DONE) are done."""

    act: str
    mask: int
    need: int


class _Card:
    """One cited SOP in one case: which of its steps count, as bits of DONE."""

    def __init__(self, sop: Sop, bits: Mapping[str, int], facts: Mapping[str, Value]) -> None:
        """`bits` are the steps that some reply can carry out, by `SOP/step`."""
        self.sop = sop
        self.order: Order = order_of(sop)
        self._facts = facts
        self._bits = {number: bits[name] for number, step in enumerate(self.order.steps) if (name := f"{sop.id}/{step.id}") in bits}
        self.goals: tuple[Goal, ...] = goals(sop, self.order, self._decide, {self.order.steps[number].id for number in self._bits})
        self.whole = max((goal.whole for goal in self.goals), default=0.0)
        self.singles: dict[int, float] = {}
        self.branches: dict[str, Branch] = {}
        for goal in self.goals:
            self.branches |= {branch.id: branch for branch in goal.branches}
            for number, weight in goal.singles:
                self.singles[number] = max(weight, self.singles.get(number, 0.0))

    @property
    def numbers(self) -> dict[int, int]:
        """Number of each step that weighs something, by its bit of DONE."""
        grouped = 0
        for branch in self.branches.values():
            grouped |= branch.mask
        return {bit: number for number, bit in self._bits.items() if number in self.singles or grouped >> number & 1}

    def bits(self, mask: int) -> int:
        """Steps by number as bits of DONE."""
        return sum(bit for number, bit in self._bits.items() if mask >> number & 1)

    def asked(self, number: int) -> int:
        """The bits of DONE on which the worth of that step depends."""
        found = 1 << number | self.order.followers[number]
        for branch in self.branches.values():
            if branch.mask >> number & 1:
                found |= branch.mask
        return self.bits(found)

    def step(self, number: int, done: int) -> float:
        """The weight that carrying the step out brings where the bits `done` are done."""
        have = sum(1 << known for known, bit in self._bits.items() if bit & done)
        weight = self.singles.get(number, 0.0)
        weight += sum(branch.missing(have) - branch.missing(have | 1 << number) for branch in self.branches.values())
        return weight / 2 if self.order.followers[number] & have else weight

    def rules(self) -> list[_Rule]:
        """What is critical here."""
        return [self._rule(rule) for rule in self.sop.never if rule.severity == "critical" and (not rule.when or self._decide(rule.when))]

    def _rule(self, rule: Never) -> _Rule:
        names = set(self.sop.members(rule.before)) if rule.before else set()
        group = self.sop.group(rule.before)
        mask = sum(bit for number, bit in self._bits.items() if self.order.steps[number].id in names)
        return _Rule(rule.do, mask, group.need if group is not None else 1)

    def _decide(self, text: str) -> bool | None:
        """Whether a condition holds, as far as the facts decide it; what variables decide is not known beforehand."""
        return truth(text, given(self._facts, self._facts, str(self._facts.get(TIER, ""))))


class Worth:
    """The points of one scenario."""

    def __init__(self, scenario: Scenario, facts: Mapping[str, Value], weights: tuple[int, int, int] | None = None) -> None:
        """`weights` of empathy, SOP and outcome; None: the scenario's own."""
        self._scenario = scenario
        self._bits = {name: 1 << bit for bit, name in enumerate(scenario.layout.steps)}
        self._cards = {name: _Card(sop, self._bits, facts) for name, sop in scenario.sops.items()}
        self._counting = {bit: (card, number) for card in self._cards.values() for bit, number in card.numbers.items()}
        self._rules = [rule for card in self._cards.values() for rule in card.rules()]
        self._best = max((ending.value or 0 for ending in scenario.endings.values()), default=0)
        self.whole = sum(card.whole for card in self._cards.values())
        """`W`: the weights of what the largest outcomes of the cited SOPs require, as far as some reply can carry it out."""
        self.empathy, self.sop, self.outcome = self._shares(weights or scenario.weights)

    @property
    def required(self) -> int:
        """Bits of DONE whose steps weigh something."""
        return sum(self._counting)

    def ending(self, ending: Ending) -> float:
        """The points of an ending."""
        return self.outcome * (ending.value or 0) / self._best if self._best else 0.0

    def asked(self) -> dict[str, Asked]:
        """What the worth of each choice depends on, by `node.choice`."""
        found: dict[str, Asked] = {}
        bit = 1
        for node in self._scenario.nodes.values():
            highest = max((choice.e for choice in node.choices if choice.e is not None), default=0.0)
            for choice in node.choices:
                again = choice.sticky and self._counts(choice, highest)
                done = self._asked_steps(choice)
                if done or again:
                    found[choice.name] = Asked(done, bit if again else 0)
                bit <<= again
        return found

    def _counts(self, choice: Choice, highest: float) -> bool:
        """Whether saying it twice could cost twice."""
        return bool((choice.e is not None and choice.e < highest) or choice.critical or self._rules_of(choice))

    def rows(self, opening: Opening, asked: Mapping[str, Asked]) -> tuple[Row, ...]:
        """The open choices in authored order."""
        found = []
        for choice in opening.choices.values():
            done, paid = asked.get(choice.name, Asked())
            found.append(Row(choice, self._base(choice, opening), done, paid))
        return tuple(found)

    def gain(self, choice: Choice, done: int) -> float:
        """Points of the steps that a choice newly carries out, and of the critical rules that it breaks, where `done` are done."""
        weight, now, critical = 0.0, done, bool(choice.critical)
        rules = self._rules_of(choice)
        for deed in choice.does:
            act = self._act(deed)
            critical |= any(rule.act == act and (now & rule.mask).bit_count() < rule.need for rule in rules)
            bit = self._bits.get(deed.name, 0) if deed.step else 0
            if bit and not now & bit:
                if bit in self._counting:
                    card, number = self._counting[bit]
                    weight += card.step(number, now)
                now |= bit
        share = self.sop * weight / self.whole if self.whole else 0.0
        return share - (CRITICAL if critical and not choice.critical else 0.0)

    def _base(self, choice: Choice, opening: Opening) -> float:
        lost = 0.0 if choice.e is None or opening.best is None else self.empathy * (opening.best - choice.e)
        return -lost - (CRITICAL if choice.critical else 0.0)

    def _asked_steps(self, choice: Choice) -> int:
        """The bits on which `gain` depends: those it sets, what needs them, what counts with them, what rules ask for."""
        found = 0
        for deed in choice.does:
            bit = self._bits.get(deed.name, 0) if deed.step else 0
            if bit in self._counting:
                card, number = self._counting[bit]
                found |= card.asked(number)
        for rule in self._rules_of(choice):
            found |= rule.mask
        return found

    def _rules_of(self, choice: Choice) -> list[_Rule]:
        acts = {self._act(deed) for deed in choice.does}
        return [rule for rule in self._rules if rule.act in acts]

    def _act(self, deed: Deed) -> str:
        step = self._scenario.sops[deed.sop].step(deed.step) if deed.sop in self._scenario.sops else None
        return step.do if step is not None else deed.do

    def _shares(self, weights: tuple[int, int, int]) -> tuple[float, float, float]:
        """The weights of the parts that the scenario can have, out of 100."""
        rated = any(_differ(node) for node in self._scenario.nodes.values())
        having = (rated, bool(self._scenario.sops), self._best > 0)
        empathy, sop, outcome = (weight if has else 0 for weight, has in zip(weights, having, strict=True))
        whole = max(1, empathy + sop + outcome)
        return 100 * empathy / whole, 100 * sop / whole, 100 * outcome / whole


def _differ(node: Node) -> bool:
    """Whether replies of the node show more and less empathy."""
    return len({choice.e for choice in node.choices if choice.e is not None}) > 1
