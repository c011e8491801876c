"""Audit: how well the cases of an outside log follow one SOP.

The score of a case is 100 × fitness, at most 59 after a critical error; 100 − Σ `lost` of its deductions is its score. Cases whose acts,
values and facts are the same are judged once.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from branchline.reports.cases import MOST_EVENTS
from branchline.scoring.conformance import Act, Case, conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from branchline.content.sop import Sop
    from branchline.reports.cases import LoggedCase
    from branchline.reports.log import LogEvent, Value
    from branchline.reports.vocabulary import Vocabulary
    from branchline.scoring.conformance import Conformance, Deviation

    class Conform(Protocol):
        """Holds the acts of a case against an SOP; `tellable` are the facts of which it is known whether they were told (None: all)."""

        def __call__(self, sop: Sop, acts: Sequence[Act], case: Case, *, tellable: frozenset[str] | None = None) -> Conformance:
            """The verdict."""


CAP = 59.0
"""The highest score after a critical error."""
REMEMBERED = 8_192
"""Different traces whose verdict is kept at hand."""
_LEAST = 1e-12
_LONG = 80


class Loss(NamedTuple):
    """One lost part of a case's score."""

    kind: str
    """`skip`, `late`, `value`, `extra`, `never`, `authority`, `escalation` or `tell`."""
    step: str
    """Empty where it is about none, as for the cap after a critical error."""
    lost: float
    """Points of the case's 100."""
    reason: str
    at: int | None
    """Index among the case's acts; None for what never happened."""


class Verdict(NamedTuple):
    """What the SOP says of one trace."""

    score: float
    fitness: float
    """max(0, 1 − cost / W)."""
    outcome: str
    losses: tuple[Loss, ...]
    found: tuple[tuple[str, str], ...]
    """Step and kind of each deviation, also of those that had nothing left to take."""
    exceptions: tuple[str, ...]
    note: str


class Audited(NamedTuple):
    """One case with its verdict."""

    case: str
    verdict: Verdict
    lines: Sequence[int]
    """The line of each of its acts in the log."""


@dataclass
class Totals:
    """Sums over the cases so far."""

    cases: int = 0
    fit: int = 0
    """Cases without any deviation."""
    score: float = 0.0
    fitness: float = 0.0
    deviations: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By step and kind."""
    cut: int = 0
    """Cases with more events than are looked at."""

    @property
    def mean_score(self) -> float | None:
        """None without a case."""
        return self.score / self.cases if self.cases else None

    @property
    def mean_fitness(self) -> float | None:
        """None without a case."""
        return self.fitness / self.cases if self.cases else None

    def ranked(self) -> list[tuple[str, str, int]]:
        """Step, kind and count of each deviation, the most frequent first."""
        return sorted(((step, kind, count) for (step, kind), count in self.deviations.items()), key=lambda each: (-each[2], each[:2]))

    def add(self, verdict: Verdict, *, cut: bool) -> None:
        """One more case."""
        self.cases += 1
        self.fit += not verdict.found
        self.score += verdict.score
        self.fitness += verdict.fitness
        self.deviations.update(verdict.found)
        self.cut += cut


class Audit:
    """Judges the cases of one log by one SOP and adds up what it finds."""

    def __init__(self, sop: Sop, vocabulary: Vocabulary, *, tier: str = "1", conform: Conform = conform) -> None:
        """`tier` is that of cases that do not say theirs."""
        self.totals = Totals()
        self._sop = sop
        self._steps = frozenset(step.id for step in sop.steps if step.id)
        self._verbs = frozenset(step.do for step in sop.steps if step.do)
        self._vocabulary = vocabulary
        self._tier = tier
        self._conform = conform
        self._verdicts: OrderedDict[tuple[object, ...], Verdict] = OrderedDict()

    def judged(self, cases: Iterable[LoggedCase]) -> Iterator[Audited]:
        """Each case with its verdict, as it comes."""
        for each in cases:
            acts, facts, lines = self._acts(each.events)
            heard = any(self._vocabulary.hears(event.fields) for event in each.events if event.fields)
            verdict = self._verdict(acts, facts, heard=heard)
            self.totals.add(verdict, cut=each.cut)
            yield Audited(each.name, verdict, lines)

    def _acts(self, events: Sequence[LogEvent]) -> tuple[list[Act], dict[str, Value], list[int]]:
        acts: list[Act] = []
        lines: list[int] = []
        facts: dict[str, Value] = {}
        for event in events:
            if event.facts:
                facts.update(event.facts)
            if event.action and (verb := self._vocabulary.verb(event.action)):
                acts.append(self._act(len(acts), verb, event))
                lines.append(event.line)
        return acts, facts, lines

    def _act(self, number: int, verb: str, event: LogEvent) -> Act:
        step = verb if verb in self._steps and verb not in self._verbs else ""
        do = (self._sop.step(step).do or verb) if step else verb  # type: ignore[union-attr]  # it is one of its steps
        if not event.fields:
            return Act(number, do, {}, event.ok, step)
        return Act(number, do, self._vocabulary.values(event.fields), event.ok, step, self._vocabulary.told(event.fields))

    def _verdict(self, acts: Sequence[Act], facts: Mapping[str, Value], *, heard: bool) -> Verdict:
        key = (heard, *_signature(acts, facts))
        known = self._verdicts.get(key)
        if known is not None:
            self._verdicts.move_to_end(key)
            return known
        tier = str(facts.get("tier", self._tier))
        tellable = None if heard else frozenset[str]()
        verdict = _judged(self._conform(self._sop, acts, Case(_spelled_both_ways(facts), tier), tellable=tellable))
        self._verdicts[key] = verdict
        if len(self._verdicts) > REMEMBERED:
            self._verdicts.popitem(last=False)
        return verdict


def _signature(acts: Sequence[Act], facts: Mapping[str, Value]) -> tuple[object, ...]:
    """What two traces have in common that are judged alike."""
    return (
        tuple((act.do, act.step, act.ok, act.told, _values(act.fields) if act.fields else ()) for act in acts),
        _values(facts) if facts else (),
    )


def _values(found: Mapping[str, Value]) -> tuple[object, ...]:
    # True and 1 are equal to Python, and not to a rule.
    return tuple((name, _short(value), value.__class__ is bool) for name, value in sorted(found.items()))


def _short(value: Value) -> Value | bytes:
    """The value, or what stands for a long text: the verdicts kept at hand must not keep the log."""
    if isinstance(value, str) and len(value) > _LONG:
        return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return value


def _spelled_both_ways(facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts as `name` and as `case.name`: logs write the one, guards the other."""
    both = dict(facts)
    for name, value in facts.items():
        both.setdefault(f"case.{name}" if not name.startswith("case.") else name[5:], value)
    return both


def _judged(found: Conformance) -> Verdict:
    losses, left = _cut(found)
    critical = next((each for each in found.deviations if each.critical), None)
    if critical is not None and left > CAP:
        reason = f"A critical error caps the score at {CAP:.0f}: {critical.reason}"
        losses.append(Loss(critical.kind, "", left - CAP, reason, critical.seq))
        left = CAP
    kinds = tuple((each.step, each.kind) for each in found.deviations)
    return Verdict(left, found.fitness, found.outcome, tuple(losses), kinds, found.exceptions, found.note)


def _cut(found: Conformance) -> tuple[list[Loss], float]:
    """Costs as points of 100, in the order of the acts, cut where nothing is left to lose; and what is left."""
    costly = sorted((each for each in found.deviations if each.cost > 0), key=_place)
    whole = found.whole if found.whole > 0 else 0.0
    left, losses = 100.0, []
    for each in costly:
        lost = min(left, 100 * each.cost / whole) if whole else left
        if lost > _LEAST:
            losses.append(Loss(each.kind, each.step, lost, each.reason, each.seq))
            left -= lost
    return losses, 100.0 - sum(each.lost for each in losses)


def _place(deviation: Deviation) -> tuple[bool, int]:
    return deviation.seq is None, deviation.seq or 0


def document(audited: Audited, sop_id: str) -> dict[str, Any]:
    """One entry of `per_case` in `branchline.audit/1`."""
    verdict = audited.verdict
    found: dict[str, Any] = {
        "case": audited.case,
        "score": verdict.score,
        "fitness": verdict.fitness,
        "outcome": verdict.outcome or None,
        "deductions": [
            {
                "part": "sop",
                "lost": loss.lost,
                "sop": sop_id,
                "step": loss.step or None,
                "kind": loss.kind,
                "reason": loss.reason,
                "seq": None if loss.at is None else loss.at + 1,
                "line": None if loss.at is None else audited.lines[loss.at],
            }
            for loss in verdict.losses
        ],
    }
    if verdict.exceptions:
        found["exceptions"] = list(verdict.exceptions)
    if verdict.note:
        found["note"] = verdict.note
    return found


def many_events(count: int) -> str:
    """What is to be told about cases that were cut."""
    return f"{count} cases have more than {MOST_EVENTS:,} events; only those were looked at."
