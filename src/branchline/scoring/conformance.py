"""Conformance: how well what was done in one case follows one SOP, with every deviation explained; a pure function.

Hard rules come first; then the least-cost alignment of the other acts to the order of the outcome that the case's facts select. An act
that a hard rule has charged costs nothing more. Acts that the SOP does not know, and repeats without `max`, are free.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.sop_guards import names_in
from branchline.scoring.goals import Branch, Goal, Order, goals, order_of
from branchline.scoring.guards import Given, given, truth
from branchline.scoring.offences import COSTS, Deed, Offence, is_escalation, offences, spelled, words
from branchline.scoring.search import LATE, Alignment, Event, Fitting, align
from branchline.scoring.values import fits, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from branchline.content.facts import Value
    from branchline.content.sop_model import Allowance, Expected, Sop, Step
    from branchline.scoring.goals import Decide

EXTRA = 0.25
"""What an act beyond its step's `max`, or a wasteful one, costs, in step weights."""
VALUE = 0.5
"""Share of its step's weight that an act loses where nothing in it is as it should be."""
BOUNDED = "There were too many possible readings to compare them all; another one may cost less."
"""The note of a search that was cut short."""
_NONE: Mapping[str, Value] = MappingProxyType({})
_KEPT = 64


class Act(NamedTuple):
    """Something that was done."""

    seq: int
    do: str
    fields: Mapping[str, Value] = _NONE
    ok: bool = True
    """False for an attempt that was refused: it does no step, and hard rules judge it."""
    step: str = ""
    """The step of this SOP that it is known to carry out; empty: found by `do` and arguments."""
    told: frozenset[str] = frozenset()
    """Facts that it told the customer."""
    time: float = 0.0
    """Minutes since the case began."""


class Case(NamedTuple):
    """What is known of a case; a fact that is not named is unknown."""

    facts: Mapping[str, Value]
    tier: str = "1"


class Deviation(NamedTuple):
    """One way in which the acts were not what the SOP asks for."""

    kind: str
    """`skip`, `late`, `value`, `extra`, `never`, `authority`, `escalation` or `tell`."""
    step: str
    """The step or group, or empty."""
    seq: int | None
    """Of the act; None for what never happened."""
    cost: float
    """In step weights; a critical deviation is not weighed."""
    reason: str
    """One sentence for a learner."""
    critical: str = ""
    """`compliance` where the rule is critical."""


class Conformance(NamedTuple):
    """The verdict on one case."""

    outcome: str
    """The id of the outcome that was held against the acts; empty where the SOP names none."""
    whole: float
    """`W`: the weights of what this outcome requires."""
    cost: float
    fitness: float
    """max(0, 1 − cost / W); where W is 0, 1 without cost and else 0."""
    deviations: tuple[Deviation, ...]
    """In the order of their acts, what never happened last."""
    exceptions: tuple[str, ...]
    """Codes of logged exceptions that excused a deviation."""
    note: str = ""


def conform(
    sop: Sop, acts: Sequence[Act], case: Case, *, possible: frozenset[str] | None = None, tellable: frozenset[str] | None = None
) -> Conformance:
    """How well the acts, in their order, follow the SOP.

    `possible` are the steps that can be carried out at all; where it is given, as in conversations, acts do only the steps that they name.
    `tellable` are the facts of which acts know whether they told them; None is all of them.
    """
    kept = _kept(sop)
    known = given(kept.names, case.facts, case.tier)
    return _judged(kept, acts, _Asked(known, case.facts.get, case.tier, possible, tellable))


def conform_where(
    sop: Sop,
    acts: Sequence[Act],
    decide: Decide,
    fact: Callable[[str], Value | None],
    tier: str,
    *,
    possible: frozenset[str] | None = None,
    tellable: frozenset[str] | None = None,
) -> Conformance:
    """The same where somebody else decides conditions and knows facts, as the position at the end of a conversation does."""
    return _judged(_kept(sop), acts, _Asked((), fact, tier, possible, tellable, decide))


class _Asked(NamedTuple):
    """What one call is about beside the acts."""

    known: tuple[Given, ...]
    fact: Callable[[str], Value | None]
    tier: str
    possible: frozenset[str] | None
    tellable: frozenset[str] | None
    decide: Decide | None = None

    def holds(self, text: str) -> bool | None:
        """Whether a condition holds in this case."""
        return truth(text, self.known) if self.decide is None else self.decide(text)


@dataclass(slots=True)
class _Kept:
    """What has been worked out about one SOP, whatever the case."""

    sop: Sop
    order: Order
    names: tuple[str, ...]
    """Facts that its conditions read."""
    allows: Mapping[str, Allowance]
    valued: frozenset[int]
    """The steps in whose acts something can be wrong."""
    counted: bool
    """Whether some step has a `max` or is wasteful."""
    goals: dict[tuple[tuple[Given, ...], frozenset[str] | None], tuple[Goal, ...]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def named(self, name: str) -> str:
        """A step or group in words, behind the SOP's id."""
        found = self.said.get(name)
        if found is None:
            found = self.said[name] = f"{self.sop.id}: {spelled(self.sop, name)}"
        return found


_PLANS: OrderedDict[int, _Kept] = OrderedDict()
"""By identity of the SOP, which is kept alive with it."""


def _kept(sop: Sop) -> _Kept:
    found = _PLANS.get(id(sop))
    if found is None or found.sop is not sop:
        order = order_of(sop)
        names = tuple(sorted({name for guard in order.guards for name, _ in names_in(guard)}))
        found = _PLANS[id(sop)] = _Kept(
            sop,
            order,
            names,
            {allowance.code: allowance for allowance in sop.allows},
            frozenset(place for place, step in enumerate(order.steps) if step.expect or step.tells),
            counted=any(step.wasteful or step.most is not None for step in order.steps),
        )
        if len(_PLANS) > _KEPT:
            _PLANS.popitem(last=False)
    return found


def _goals(kept: _Kept, asked: _Asked) -> tuple[Goal, ...]:
    if asked.decide is not None:
        return goals(kept.sop, kept.order, asked.decide, asked.possible)
    key = (asked.known, asked.possible)
    found = kept.goals.get(key)
    if found is None:
        if len(kept.goals) >= _KEPT:
            kept.goals.clear()
        found = kept.goals[key] = goals(kept.sop, kept.order, asked.holds, asked.possible)
    return found


@dataclass(slots=True)
class _Done:
    """One act with what it may have carried out and what is wrong in it."""

    act: Act
    places: tuple[int, ...]


def _judged(kept: _Kept, acts: Sequence[Act], asked: _Asked) -> Conformance:
    done = [_Done(act, _places(kept.order, act, asked)) for act in acts]
    broken = _offences(kept, done, asked)
    charged = {offence.at for offence in broken if offence.at is not None}
    hard = [_hard(offence, acts) for offence in broken]
    free = [*hard, *_extras(kept, done, charged, asked)] if kept.counted else hard
    forgiven = 0
    if any(offence.kind == "escalation" and offence.at is None for offence in broken):
        forgiven = sum(1 << place for place, step in enumerate(kept.order.steps) if is_escalation(step.do))
    logged = _logged(kept, acts)
    told = frozenset[str]().union(*(act.told for act in acts if act.ok))
    reader = _Reader(kept, done, charged, forgiven, told, asked)
    found = [_verdict(kept.sop, goal, reader, free, logged, acts) for goal in _goals(kept, asked)]
    return min(found, key=_fit)


def _fit(verdict: Conformance) -> tuple[float, float]:
    """How badly an outcome fits; the least wins, of equals the one authored first."""
    return round(verdict.cost / verdict.whole if verdict.whole else 0.0, 9), round(verdict.cost, 9)


def _places(order: Order, act: Act, asked: _Asked) -> tuple[int, ...]:
    """The steps that an act may carry out, whether they are required or not."""
    if act.step:
        place = order.place.get(act.step)
        return () if place is None else (place,)
    if asked.possible is not None or act.do not in order.by_act:
        return ()
    return tuple(place for place in order.by_act[act.do] if not order.steps[place].arguments or fits(order.steps[place], act.fields))


def _offences(kept: _Kept, done: Sequence[_Done], asked: _Asked) -> list[Offence]:
    sop, steps = kept.sop, kept.order.steps
    if not (sop.never or sop.limits or sop.must_escalate or sop.must_not_escalate):
        return []
    deeds = [Deed(each.act.do, each.act.fields, each.act.ok, frozenset(steps[place].id for place in each.places)) for each in done]
    can = asked.possible is None or any(step.id in asked.possible for step in steps if is_escalation(step.do))
    return offences(sop, deeds, asked.holds, asked.tier, escalates=can)


def _hard(offence: Offence, acts: Sequence[Act]) -> Deviation:
    seq = acts[offence.at].seq if offence.at is not None else None
    critical = "compliance" if offence.severity == "critical" else ""
    return Deviation(offence.kind, offence.step, seq, COSTS[offence.severity], offence.reason, critical)


def _extras(kept: _Kept, done: Sequence[_Done], charged: AbstractSet[int | None], asked: _Asked) -> list[Deviation]:
    """Wasteful acts, and acts beyond the `max` of all the steps that they may carry out."""
    found: list[Deviation] = []
    times: dict[tuple[int, ...], int] = {}
    for index, each in enumerate(done):
        steps = [kept.order.steps[place] for place in each.places]
        if not each.act.ok or not steps:
            continue
        step = steps[0]
        if step.wasteful and (not step.when or asked.holds(step.when)) and index not in charged:
            found.append(
                Deviation("extra", step.id, each.act.seq, EXTRA, f"{kept.named(step.id)} costs time and brings the case no further.")
            )
            continue
        times[each.places] = times.get(each.places, 0) + 1
        most = [step.most for step in steps if step.most is not None]
        if len(most) == len(steps) and times[each.places] > sum(most) and index not in charged:
            found.append(Deviation("extra", step.id, each.act.seq, EXTRA, f"{kept.named(step.id)} was done once more than allowed."))
    return found


def _logged(kept: _Kept, acts: Sequence[Act]) -> list[Allowance]:
    """The allowed exceptions whose reason somebody logged, in order."""
    if not kept.allows:
        return []
    codes = [str(act.fields.get("code", act.fields.get("reason", ""))) for act in acts if act.ok and act.do == "log_exception"]
    return [kept.allows[code] for code in dict.fromkeys(codes) if code in kept.allows]


def _verdict(
    sop: Sop, goal: Goal, reader: _Reader, free: Sequence[Deviation], logged: Sequence[Allowance], acts: Sequence[Act]
) -> Conformance:
    alignment = reader.aligned(goal)
    deviations = [*free, *reader.deviations(goal, alignment)]
    exceptions: list[str] = []
    for allowance in logged:
        excused = [deviation for deviation in deviations if _excuses(sop, allowance, deviation, acts)]
        if excused:
            exceptions.append(allowance.code)
            deviations = [deviation for deviation in deviations if deviation not in excused]
    places = {act.seq: number for number, act in enumerate(acts)}
    deviations.sort(key=lambda found: len(acts) if found.seq is None else places[found.seq])
    cost = sum(deviation.cost for deviation in deviations)
    fitness = max(0.0, 1 - cost / goal.whole) if goal.whole > 0 else float(cost == 0)
    note = BOUNDED if alignment.bounded else ""
    return Conformance(goal.outcome, goal.whole, cost, fitness, tuple(deviations), tuple(exceptions), note)


def _excuses(sop: Sop, allowance: Allowance, deviation: Deviation, acts: Sequence[Act]) -> bool:
    if allowance.kinds and deviation.kind not in allowance.kinds:
        return False
    if not allowance.names:
        return bool(allowance.kinds) or deviation.kind == "value"
    covered = {step for name in allowance.names for step in sop.members(name)} | set(allowance.names)
    does = {act.do for act in acts if act.seq == deviation.seq} if deviation.seq is not None else set()
    return deviation.step in covered or bool(does & covered)


class _Reader:
    """Reads one list of acts against the Goals of one SOP."""

    def __init__(
        self, kept: _Kept, done: Sequence[_Done], charged: AbstractSet[int | None], forgiven: int, told: frozenset[str], asked: _Asked
    ) -> None:
        self.kept, self.order = kept, kept.order
        self.done = done
        self.charged = charged
        self.forgiven = forgiven
        self.told = told
        self.asked = asked
        valued = kept.valued
        self.events = [
            Event(
                tuple(Fitting(place, self.wrong(place, each.act) if place in valued else 0.0) for place in each.places)
                if each.act.ok
                else (),
                index in charged,
            )
            for index, each in enumerate(done)
        ]

    def tells(self, step: Step) -> tuple[str, ...]:
        """The facts of the step of which it is known whether they were told."""
        tellable = self.asked.tellable
        return step.tells if tellable is None else tuple(fact for fact in step.tells if fact in tellable)

    def wrong(self, place: int, act: Act) -> float:
        """The share of the step's weight that is lost by what is wrong in the act."""
        step = self.order.steps[place]
        tells = self.tells(step)
        bad = sum(wrong(expected, act.fields, self.asked.fact) for expected in step.expect) + sum(fact not in self.told for fact in tells)
        return VALUE * bad / (len(step.expect) + len(tells)) if bad else 0.0

    def aligned(self, goal: Goal) -> Alignment:
        """The cheapest reading of the acts as this Goal."""
        return align(goal, self.order, self.events, self.forgiven)

    def deviations(self, goal: Goal, alignment: Alignment) -> list[Deviation]:
        """What the reading costs, move by move."""
        found: list[Deviation] = []
        matched = visible = 0
        for index, place in alignment.matches:
            if index not in self.charged:
                overtaken = visible & self.order.followers[place] & goal.active
                if overtaken:
                    found.append(self._late(goal, index, place, overtaken, alignment))
                found += self._values(goal, index, place)
                visible |= 1 << place
            matched |= 1 << place
        used = {index for index, _ in alignment.matches}
        for place, weight in goal.singles:
            if not (matched | self.forgiven) >> place & 1:
                found.append(self._skipped(goal, place, weight, used))
        for branch in goal.branches:
            if (cost := branch.missing(matched | self.forgiven)) > 0:
                found.append(self._incomplete(goal, branch, cost, matched, used))
        return found

    def _late(self, goal: Goal, index: int, place: int, overtaken: int, alignment: Alignment) -> Deviation:
        step = self.order.steps[place]
        behind = next(self.order.steps[other] for _, other in alignment.matches if overtaken >> other & 1)
        reason = f"{self.kept.named(step.id)} came only after {self._spelled(behind.id)}."
        return Deviation("late", step.id, self.done[index].act.seq, LATE * goal.weights[place], reason)

    def _values(self, goal: Goal, index: int, place: int) -> list[Deviation]:
        step, act = self.order.steps[place], self.done[index].act
        tells = self.tells(step)
        if not step.expect and not tells:
            return []
        share = VALUE * goal.weights[place] / (len(step.expect) + len(tells))
        named = self.kept.named(step.id)
        found = [
            Deviation("value", step.id, act.seq, share, f"{named} had {words(each.field)} {act.fields[each.field]}; {self._due(each)}.")
            for each in step.expect
            if wrong(each, act.fields, self.asked.fact)
        ]
        untold = [fact for fact in tells if fact not in self.told]
        return found + [Deviation("tell", step.id, act.seq, share, f"{named} did not tell the customer: {words(fact)}.") for fact in untold]

    def _due(self, expected: Expected) -> str:
        value = self.asked.fact(expected.fact) if expected.fact else None
        due = expected.written if value is None else f"{value} ± {expected.tolerance:g}" if expected.tolerance else str(value)
        return f"{due} was due" if expected.kind != "pattern" else f"it must match {due}"

    def _skipped(self, goal: Goal, place: int, weight: float, used: AbstractSet[int]) -> Deviation:
        """A step that was never done, or only where it does not count."""
        step = self.order.steps[place]
        return Deviation("skip", step.id, *self._missing(goal, step.id, 1 << place, weight, used))

    def _incomplete(self, goal: Goal, branch: Branch, cost: float, matched: int, used: AbstractSet[int]) -> Deviation:
        """A group of which too few members were done."""
        had = sum(self._complete(part, matched) for part, _ in branch.parts)
        if had:
            reason = f"{self.kept.named(branch.id)} was not done completely: {had} of {branch.need}."
            return Deviation("skip", branch.id, None, cost, reason)
        return Deviation("skip", branch.id, *self._missing(goal, branch.id, branch.mask, cost, used))

    def _complete(self, part: int | Branch, matched: int) -> bool:
        return part.missing(matched) == 0 if isinstance(part, Branch) else bool(matched >> part & 1)

    def _missing(self, goal: Goal, name: str, mask: int, cost: float, used: AbstractSet[int]) -> tuple[int | None, float, str]:
        """Seq, cost and reason: of the first act that would have done it and does not count, else of what never happened."""
        named = self.kept.named(name)
        for index, each in enumerate(self.done):
            place = next((place for place in each.places if mask >> place & 1), None) if each.act.ok and index not in used else None
            if place is None:
                continue
            wanted = self.order.before[place] & goal.active
            later = (other for after in self.done[index:] if after.act.ok for other in after.places if wanted >> other & 1)
            if (first := next(later, None)) is not None:
                return each.act.seq, cost, f"{named} came before {self._spelled(self.order.steps[first].id)} and does not count."
        return None, cost, f"{named} never happened."

    def _spelled(self, name: str) -> str:
        return spelled(self.kept.sop, name)
