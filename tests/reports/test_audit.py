from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.content.sop import Sop, read_sop
from branchline.reports.audit import REMEMBERED, Audit, Audited, document
from branchline.reports.cases import cases
from branchline.reports.log import LogEvent
from branchline.reports.log_map import LogMap
from branchline.reports.vocabulary import Vocabulary
from branchline.scoring.conformance import Act, Case, Conformance, Deviation
from tiny import sop as sop_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.reports.log import Value


def sop(*steps: str, front: str = "") -> Sop:
    found, findings = read_sop(sop_file(steps or ("#a do=act_a", "#b do=act_b after=a weight=3"), front=front), "SOP-T.md")
    assert found is not None, findings
    return found


def happened(case: str, *actions: str, facts: Mapping[str, Value] | None = None, **fields: Value) -> list[LogEvent]:
    first = [LogEvent(case, "", None, {}, ok=True, facts=facts, line=1)] if facts else []
    rows = enumerate(actions, 10)
    return first + [LogEvent(case, action.rstrip("!"), None, fields, not action.endswith("!"), {}, line) for line, action in rows]


def audited(of: Sop, events: Iterable[LogEvent], **more: object) -> tuple[Audit, list[Audited]]:
    audit = Audit(of, Vocabulary(of, LogMap()), **more)  # type: ignore[arg-type]  # passed through
    return audit, list(audit.judged(cases(events)))


class Judge:
    """Says always the same, and remembers what it was asked."""

    def __init__(self, *deviations: Deviation, whole: float = 4, cost: float | None = None) -> None:
        self.deviations, self.whole = deviations, whole
        self.cost = sum(each.cost for each in deviations) if cost is None else cost
        self.asked: list[tuple[list[Act], Case, frozenset[str] | None]] = []

    def __call__(self, sop: Sop, acts: Sequence[Act], case: Case, *, tellable: frozenset[str] | None = None) -> Conformance:
        assert sop.id == "SOP-T"
        self.asked.append((list(acts), case, tellable))
        fitness = max(0.0, 1 - self.cost / self.whole) if self.whole else float(self.cost == 0)
        return Conformance("done", self.whole, self.cost, fitness, self.deviations, ())


def lost(found: Audited) -> float:
    return 100 - sum(loss.lost for loss in found.verdict.losses)


def test_cases_are_scored_and_added_up() -> None:
    audit, found = audited(sop(), [*happened("C-1", "act_a", "act_b"), *happened("C-2", "act_a"), *happened("C-3")])
    assert [each.case for each in found] == ["C-1", "C-2"]
    assert [each.verdict.score for each in found] == [100, 25]
    assert (audit.totals.cases, audit.totals.fit, audit.totals.mean_score, audit.totals.mean_fitness) == (2, 1, 62.5, 0.625)
    assert audit.totals.ranked() == [("b", "skip", 1)]


def test_a_deduction_says_how_much_was_lost_where_and_why() -> None:
    _, (found,) = audited(sop(), happened("C-1", "act_b", "dance", "act_a"))
    entry = document(found, "SOP-T")
    assert (entry["case"], entry["score"], entry["fitness"]) == ("C-1", 87.5, 0.875)
    (deduction,) = entry["deductions"]
    assert (deduction["kind"], deduction["step"], deduction["lost"], deduction["sop"]) == ("late", "a", 12.5, "SOP-T")
    assert (deduction["seq"], deduction["line"]) == (2, 12)
    assert deduction["reason"].endswith(".")


def test_an_attempt_that_was_refused_does_no_step() -> None:
    _, (found,) = audited(sop(), happened("C-1", "act_a", "act_b!"))
    assert found.verdict.score == 25


def test_a_critical_error_caps_the_score_and_the_deductions_say_so() -> None:
    _, (found,) = audited(sop(front="never:\n  - {do: act_c, severity: critical}\n"), happened("C-1", "act_a", "act_b", "act_c"))
    assert found.verdict.score == pytest.approx(59)
    assert lost(found) == pytest.approx(found.verdict.score, abs=1e-9)
    assert document(found, "SOP-T")["deductions"][-1]["step"] is None
    assert found.verdict.fitness == 1


@pytest.mark.parametrize("costs", [(), (1,), (1, 2), (3, 3, 3), (0.1,) * 30, (4,), (0,)])
@pytest.mark.parametrize("whole", [0, 4, 7.3])
@pytest.mark.parametrize("critical", ["", "compliance"])
def test_what_is_lost_adds_up_to_the_score_whatever_the_costs(costs: tuple[float, ...], whole: float, critical: str) -> None:
    deviations = [Deviation("skip", f"s{number}", number % 3 or None, cost, "Because.", critical) for number, cost in enumerate(costs)]
    judge = Judge(*deviations, whole=whole)
    _, (found,) = audited(sop(), happened("C-1", "act_a", "act_a", "act_a"), conform=judge)
    assert lost(found) == pytest.approx(found.verdict.score, abs=1e-9)
    capped = min(100 * found.verdict.fitness, 59 if critical and costs else 100)
    assert found.verdict.score == pytest.approx(capped, abs=1e-9)
    assert all(loss.lost > 0 for loss in found.verdict.losses)


def test_the_same_trace_is_judged_once() -> None:
    judge = Judge()
    events = [event for number in range(50) for event in happened(f"C-{number}", "act_a", "act_b", comment=f"number {number}")]
    audit, found = audited(sop(), [event._replace(fields={}) for event in events], conform=judge)
    assert (audit.totals.cases, len(found), len(judge.asked)) == (50, 50, 1)


@pytest.mark.parametrize(
    "other",
    [
        happened("C", "act_b", "act_a"), happened("C", "act_a", "act_b!"), happened("C", "act_a", "act_b", amount=2),
        happened("C", "act_a", "act_b", amount=True), happened("C", "act_a", "act_b", facts={"x": 1}),
        happened("C", "act_a", "act_b", text="hm"),
    ],
)  # fmt: skip
def test_traces_that_may_be_judged_otherwise_are_not_the_same(other: list[LogEvent]) -> None:
    judge = Judge()
    audited(sop(), [*happened("C-0", "act_a", "act_b", amount=1), *other, *happened("C-2", "act_a", "act_b")], conform=judge)
    assert len(judge.asked) == 3


def test_verdicts_are_forgotten_before_they_fill_the_memory() -> None:
    judge = Judge()
    events = (event for number in range(REMEMBERED + 10) for event in happened(f"C-{number}", "act_a", amount=number))
    audit, _ = audited(sop(), events, conform=judge)
    assert len(audit._verdicts) == REMEMBERED


def test_facts_reach_guards_by_both_names_and_the_tier_is_the_case_s_own() -> None:
    judge = Judge()
    audited(sop(), [*happened("C-1", "act_a", facts={"captured": True, "tier": 2}), *happened("C-2", "act_a")], conform=judge, tier="lead")
    (_, first, _), (_, second, _) = judge.asked
    assert first.facts["captured"] is first.facts["case.captured"] is True
    assert (first.tier, second.tier) == ("2", "lead")


def test_guards_read_the_facts_of_the_case() -> None:
    guarded = sop("#a do=act_a", '#b do=act_b when="case.paid" weight=3')
    rows = [*happened("yes", "act_a", facts={"paid": True}), *happened("no", "act_a", facts={"paid": False}), *happened("unknown", "act_a")]
    _, found = audited(guarded, rows)
    assert {each.case: each.verdict.score for each in found} == {"yes": 25, "no": 100, "unknown": 100}


def test_a_log_without_texts_says_nothing_about_what_was_told() -> None:
    telling = sop("#a do=public_reply tell=days", front="facts: {days: {value: 5, say: [5 days]}}\n")
    silent, told = happened("silent", "public_reply"), happened("told", "public_reply", text="In five days.")
    rows = [*silent, *told, *happened("not", "public_reply", text="Soon.")]
    audit, found = audited(telling, rows)
    scores = {each.case: each.verdict.score for each in found}
    assert scores["silent"] == scores["told"] == 100
    assert scores["not"] < 100
    assert audit.totals.ranked()[0][1] in {"tell", "value"}


def test_an_outcome_that_ends_early_is_no_deviation() -> None:
    early = sop(
        "#a do=act_a", "#b do=act_b after=a",
        front="outcomes:\n  whole: {when: case.ok, requires: [a, b]}\n  refused: {when: not case.ok, requires: [a]}\n",
    )  # fmt: skip
    _, found = audited(early, [*happened("C-1", "act_a", facts={"ok": False}), *happened("C-2", "act_a", facts={"ok": True})])
    assert [(each.verdict.score, each.verdict.outcome) for each in found] == [(100, "refused"), (50, "whole")]
