from __future__ import annotations

from itertools import permutations

import pytest

from branchline.content.sop_model import Allowance, Escalation, Expected, Group, Never, Raised, Sop, SopOutcome
from branchline.scoring.conformance import Act, Case, conform
from sop_cards import card, did, judged, only, step

CHAIN = card(step("a", weight=2.0), step("b", "a"), step("c", "b"))
LOOSE = card(step("a"), step("b", weight=3.0), step("c"), step("d", weight=5.0))


def kinds(sop: Sop, acts: str) -> list[tuple[str, str, int | None]]:
    return [(found.kind, found.step, found.seq) for found in judged(sop, acts).deviations]


def test_the_prescribed_order_fits() -> None:
    verdict = judged(CHAIN, "abc")
    assert (verdict.fitness, verdict.cost, verdict.whole, verdict.deviations) == (1, 0, 4, ())


def test_steps_without_an_order_may_come_in_any() -> None:
    assert {judged(LOOSE, order).fitness for order in permutations("abcd")} == {1}


@pytest.mark.parametrize(("gone", "weight"), [("a", 1), ("b", 3), ("c", 1), ("d", 5)])
def test_a_skipped_step_costs_its_weight(gone: str, weight: float) -> None:
    verdict = judged(LOOSE, "abcd".replace(gone, ""))
    assert verdict.cost == weight
    assert verdict.fitness == pytest.approx(1 - weight / 10)
    assert only(verdict).reason.endswith("never happened.")


def test_a_late_step_costs_half_its_weight_at_its_own_act() -> None:
    verdict = judged(CHAIN, "bca")
    assert kinds(CHAIN, "bca") == [("late", "a", 3)]
    assert verdict.cost == 1
    assert only(verdict).reason == "SOP-T: step 1 (a) came only after step 2 (b)."


def test_what_is_done_too_early_and_never_again_is_a_skip_at_its_act() -> None:
    heavy = card(step("a", weight=5.0), step("b", "a"))
    assert kinds(heavy, "ba") == [("skip", "b", 1)]
    assert "came before step 1 (a)" in only(judged(heavy, "ba")).reason


def test_repeats_and_unknown_acts_are_free() -> None:
    assert judged(CHAIN, "xabbaxcx").deviations == ()


def test_acts_beyond_max_cost_a_quarter_each() -> None:
    assert kinds(card(step("a", most=2), step("b")), "aaaab") == [("extra", "a", 3), ("extra", "a", 4)]
    assert judged(card(step("a", most=2)), "aaaa").cost == 0.5


def test_the_max_of_steps_with_one_act_is_shared() -> None:
    sop = card(step("a", do="call", most=1), step("b", do="call", most=1))
    assert [judged(sop, [Act(n, "call") for n in range(times)]).cost for times in (2, 3)] == [0, 0.25]


def test_a_wasteful_act_costs_a_quarter_and_is_never_required() -> None:
    sop = card(step("a"), step("w", wasteful=True))
    assert [judged(sop, acts).cost for acts in ("a", "aw", "wwa")] == [0, 0.25, 0.5]
    assert judged(sop, "a").whole == 1


def test_refused_acts_do_no_step() -> None:
    assert [judged(CHAIN, acts).cost for acts in (["!a", "a", "b", "c"], ["a", "b", "!c"])] == [0, 1]


def test_an_sop_that_requires_nothing_fits_unless_something_costs() -> None:
    free = card(step("a", optional=True, most=1))
    assert (judged(free, "a").fitness, judged(free, "aa").fitness, judged(free, "").whole) == (1, 0, 0)


# One act, several steps.

REPLIES = card(step("look"), step("greet", do="reply"), step("tell", "look", do="reply"))


def test_an_act_does_one_step_at_most() -> None:
    assert judged(REPLIES, [Act(1, "do_look"), Act(2, "reply")]).cost == 1
    assert judged(REPLIES, [Act(1, "reply"), Act(2, "do_look"), Act(3, "reply")]).cost == 0


def test_a_guard_that_does_not_hold_keeps_an_act_from_its_step() -> None:
    sop = card(step("a", do="reply", when="case.x"), step("b", do="reply", when="not case.x"))
    assert judged(sop, [Act(1, "reply")], **{"case.x": True}).cost == 0
    assert judged(sop, [Act(1, "reply")], **{"case.x": False}).cost == 0


def test_arguments_tell_acts_of_one_name_apart() -> None:
    sop = card(step("pin", do="check", arguments={"method": "pin"}), step("code", do="check", arguments={"method": "code"}))
    assert [each.step for each in judged(sop, [Act(1, "check", {"method": "code"})]).deviations] == ["pin"]
    assert [each.step for each in judged(sop, [Act(1, "check", {"method": "PIN "})]).deviations] == ["code"]


def test_a_level_is_a_least_level() -> None:
    sop = card(step("who", do="check", arguments={"level": 2}))
    assert [judged(sop, [Act(1, "check", {"level": level})]).cost for level in (1, 2, 3, "2")] == [1, 0, 0, 0]


# Values and facts.

REFUND = card(
    step(
        "refund", weight=4.0,
        expect=(Expected("amount", "equal", fact="case.amount", tolerance=0.01), Expected("to", "in", ("card", "original")))),
)  # fmt: skip


def paid(**fields: object) -> list[Act]:
    return [Act(1, "do_refund", fields)]  # type: ignore[arg-type]  # whatever a test says


def test_a_wrong_value_costs_its_share_of_half_the_weight() -> None:
    facts = {"case.amount": 89.0}
    assert judged(REFUND, paid(amount=89.01, to="card"), **facts).cost == 0
    assert judged(REFUND, paid(amount="89.00", to="Original"), **facts).cost == 0
    assert judged(REFUND, paid(amount=80, to="card"), **facts).cost == 1
    assert judged(REFUND, paid(amount=80, to="bank"), **facts).cost == 2
    assert only(judged(REFUND, paid(amount=80, to="card"), **facts)).reason == (
        "SOP-T: step 1 (refund) had amount 80; 89.0 ± 0.01 was due."
    )


def test_values_that_are_not_there_and_unknown_facts_cost_nothing() -> None:
    assert judged(REFUND, paid(), **{"case.amount": 1}).cost == 0
    assert judged(REFUND, paid(amount=5)).cost == 0


@pytest.mark.parametrize(
    ("expected", "good", "bad"),
    [
        (Expected("v", "pattern", ("[A-Z]{2}-[0-9]+",)), "AC-12", "AC-12x"),
        (Expected("v", "text", ("Dana Okafor",)), " dana  OKAFOR.", "Dana Okofor"),
        (Expected("v", "equal", (5,)), "5.00", "5.01"),
        (Expected("v", "equal", (True,)), "true", "false"),
    ],
)
def test_each_kind_of_expected_value(expected: Expected, good: str, bad: str) -> None:
    sop = card(step("a", expect=(expected,)))
    assert [judged(sop, [Act(1, "do_a", {"v": value})]).cost for value in (good, bad)] == [0, 0.5]


def test_a_right_repetition_makes_a_wrong_value_good() -> None:
    assert judged(REFUND, [*paid(to="bank"), Act(2, "do_refund", {"to": "card"})]).cost == 0


def test_facts_that_were_not_told_cost_their_share() -> None:
    sop = card(step("a", tells=("amount", "days")))
    told = [Act(1, "do_a", told=frozenset({"days"}))]
    assert judged(sop, told).cost == 0.25
    assert only(judged(sop, told)).kind == "tell"
    assert judged(sop, [*told, Act(2, "x", told=frozenset({"amount"}))]).cost == 0
    assert conform(sop, told, Case({}), tellable=frozenset()).cost == 0


# Outcomes and guards.

BRANCHES = card(
    step("a"), step("b"), step("c"),
    outcomes=(SopOutcome("paid", "case.captured", ("a", "b")), SopOutcome("held", "not case.captured", ("a", "c"))),
)  # fmt: skip


def test_the_outcome_whose_guard_holds_counts() -> None:
    assert judged(BRANCHES, "ab", **{"case.captured": True}).outcome == "paid"
    assert judged(BRANCHES, "ab", **{"case.captured": False}).cost == 1


def test_with_an_unknown_fact_the_outcome_that_fits_best_counts() -> None:
    assert [(judged(BRANCHES, acts).outcome, judged(BRANCHES, acts).cost) for acts in ("ab", "ac", "a")] == [
        ("paid", 0), ("held", 0), ("paid", 1),
    ]  # fmt: skip


def test_a_known_part_of_a_condition_can_decide_it() -> None:
    sop = card(step("a"), step("b", when="case.x == red and case.y"))
    assert [judged(sop, "a", **facts).cost for facts in ({}, {"case.x": "blue"}, {"case.x": "red"}, {"case.x": "red", "case.y": True})] == [
        0, 0, 0, 1,
    ]  # fmt: skip


def test_a_guard_may_read_the_tier() -> None:
    sop = card(step("a"), step("b", when="tier >= 2"))
    assert [judged(sop, "a", tier=tier).cost for tier in ("1", "2", "lead")] == [0, 1, 1]


def test_refusing_where_refusing_is_right_fits_and_each_further_write_is_wrong() -> None:
    sop = card(
        step("look"), step("refund", "look", when="case.within"), step("refuse", "look", when="not case.within"),
        outcomes=(SopOutcome("refunded", "case.within", ("look", "refund")), SopOutcome("refused", "not case.within", ("look", "refuse"))),
        never=(Never("do_refund", "", "critical", "not case.within"),),
    )  # fmt: skip
    late = {"case.within": False}
    assert judged(sop, ["look", "refuse"], **late).fitness == 1
    assert [each.critical for each in judged(sop, ["look", "refuse", "refund"], **late).deviations] == ["compliance"]


# Groups.

GROUPED = card(
    step("find"), step("pin"), step("code"), step("call"), step("file", "who"),
    groups=(Group("who", ("pin", "strong"), 1, 3.0, ("find",)), Group("strong", ("code", "call"), 2, 1.0, ordered=True)),
    outcomes=(SopOutcome("ok", "", ("find", "who", "file")),),
    never=(Never("leak", "who", "major"),),
)  # fmt: skip
FIND = ["find"]


@pytest.mark.parametrize(
    ("acts", "cost"),
    [
        (["find", "pin", "file"], 0),
        (["find", "code", "call", "file"], 0),
        (["find", "call", "code", "file"], 0.75),
        (["find", "code", "file"], 1.5),
        (["find", "file"], 3),
        (["pin", "find", "file"], 0.5),
        (["find", "file", "pin"], 1),
        (["find", "call", "pin", "file"], 0),
    ],
)
def test_alternatives_in_alternatives(acts: list[str], cost: float) -> None:
    verdict = judged(GROUPED, acts)
    assert (verdict.whole, verdict.cost) == (5, cost)


def test_a_group_that_was_left_out_is_one_deviation() -> None:
    found = only(judged(GROUPED, ["find", "file"]))
    assert (found.step, found.seq, found.reason) == ("who", None, "SOP-T: step 2 or 3 or 4 (who) never happened.")


def test_never_before_a_group_ends_when_the_group_is_complete() -> None:
    assert judged(GROUPED, [*FIND, "pin", Act(3, "leak"), "file"]).cost == 0
    assert judged(GROUPED, [*FIND, "code", Act(3, "leak"), "call", "file"]).cost == 1


def test_without_outcomes_every_group_that_is_not_optional_counts() -> None:
    groups = (Group("g", ("a", "b"), 1, 2.0), Group("o", ("c", "d"), 1, 2.0, optional=True))
    assert judged(card(*map(step, "abcd"), groups=groups), "a")[1:3] == (2, 0)


# Hard rules.

RULES = card(
    *(step("a"), step("b"), step("c", "a")),
    never=(Never("shout", "", "critical"), Never("hum", "", "major"), Never("sigh", "", "minor"), Never("do_c", "a", "major")),
)


@pytest.mark.parametrize(("act", "cost"), [("hum", 1.0), ("sigh", 0.25), ("shout", 0)])
def test_a_rule_costs_by_its_severity_also_for_a_refused_attempt(act: str, cost: float) -> None:
    for ok in (True, False):
        found = only(judged(RULES, ["a", Act(2, act, ok=ok), "b", "c"]))
        assert (found.kind, found.seq, found.cost, found.critical) == ("never", 2, cost, "compliance" if act == "shout" else "")


def test_a_cause_is_charged_once() -> None:
    found = only(judged(RULES, "bca"))
    assert (found.kind, found.seq) == ("never", 2)


def test_a_charged_act_costs_nothing_more() -> None:
    sop = card(step("a", most=1, expect=(Expected("v", "equal", (1,)),)), never=(Never("do_a", "", "minor"),))
    assert [judged(sop, [Act(1, "do_a", {"v": 2})] * times).cost for times in (1, 2)] == [0.25, 0.5]


LIMITS = card(
    step("ask", do="request_approval", optional=True), step("pay", do="issue_refund"),
    limits={"refund": (("1", 50.0), ("2", 200.0))}, over="approval", raised=(Raised("refund", "1", 75.0, "customer.months >= 24"),),
)  # fmt: skip


def pay(seq: int, amount: float, *, ok: bool = True) -> Act:
    return Act(seq, "issue_refund", {"amount": amount}, ok)


@pytest.mark.parametrize(("tier", "amount", "cost"), [("1", 50, 0), ("1", 50.01, 1), ("2", 89, 0), ("lead", 201, 1), ("0", 1, 1)])
def test_authority_follows_the_tier(tier: str, amount: float, cost: float) -> None:
    verdict = judged(LIMITS, [pay(1, amount)], tier=tier)
    assert verdict.cost == cost
    assert [each.kind for each in verdict.deviations] == ["authority"] * int(cost)


def test_approval_before_an_act_lifts_its_limit() -> None:
    def asked(seq: int, **fields: object) -> Act:
        return Act(seq, "request_approval", fields)  # type: ignore[arg-type]  # whatever a test says

    assert judged(LIMITS, [asked(1), pay(2, 89)]).cost == 0
    assert judged(LIMITS, [asked(1, act="refund", amount=89), pay(2, 89)]).cost == 0
    assert judged(LIMITS, [pay(1, 89), asked(2)]).cost == 1
    assert judged(LIMITS, [asked(1, act="credit"), pay(2, 89)]).cost == 1
    assert judged(LIMITS, [asked(1, amount=60), pay(2, 89)]).cost == 1


def test_one_payment_split_in_two_is_still_above_the_limit() -> None:
    assert [each.seq for each in judged(LIMITS, [pay(1, 45), pay(2, 44)]).deviations] == [2]


def test_a_limit_may_be_higher_in_some_cases() -> None:
    assert judged(LIMITS, [pay(1, 70)], **{"customer.months": 31}).cost == 0
    assert judged(LIMITS, [pay(1, 70)], **{"customer.months": 3}).cost == 1


ESCALATION = card(
    step("look"), step("hand", do="escalate", weight=3.0, when="case.broken"),
    must_escalate=(Escalation("case.broken", "tier2", "major"),), must_not_escalate=(Escalation("case.easy", "2", "minor"),),
)  # fmt: skip


def test_a_case_that_must_be_handed_on_is_charged_once_where_it_is_not() -> None:
    found = only(judged(ESCALATION, ["look"], **{"case.broken": True}))
    assert (found.kind, found.step, found.seq, found.cost) == ("escalation", "hand", None, 1)
    handed = [*FIND, Act(2, "escalate", {"to": "2"})]
    assert judged(ESCALATION, ["look", *handed], **{"case.broken": True}).cost == 0


def test_a_case_that_must_not_be_handed_on() -> None:
    assert judged(ESCALATION, ["look", Act(2, "escalate", {"to": "tier2"})], **{"case.easy": True}).cost == 0.25
    assert judged(ESCALATION, ["look", Act(2, "escalate", {"to": "billing"})], **{"case.easy": True}).cost == 0
    assert judged(ESCALATION, ["look", Act(2, "escalate")]).cost == 0


# Exceptions.


def logged(seq: int, code: str, *, ok: bool = True) -> Act:
    return Act(seq, "log_exception", {"code": code, "reason": "because"}, ok)


def test_a_logged_exception_excuses_what_it_is_allowed_for() -> None:
    sop = card(
        step("a"), step("b", expect=(Expected("v", "equal", (1,)),)),
        allows=(Allowance("other_value"), Allowance("no_a", names=("a",)), Allowance("loud", names=("shout",), kinds=("never",))),
        never=(Never("shout", "", "critical"),),
    )  # fmt: skip
    wrong = Act(1, "do_b", {"v": 2})
    assert judged(sop, ["a", wrong._replace(seq=2), logged(3, "other_value")])[2:6:3] == (0, ("other_value",))
    assert judged(sop, [wrong, logged(2, "no_a")])[2:6:3] == (0.5, ("no_a",))
    assert judged(sop, [wrong, logged(2, "no_a", ok=False)]).cost == 1.5
    assert judged(sop, [wrong, logged(2, "made_up")]).cost == 1.5
    assert judged(sop, ["a", "b", Act(3, "shout"), logged(4, "loud")]).deviations == ()


# Conversations.


def test_where_steps_are_named_only_named_acts_do_them_and_only_possible_ones_count() -> None:
    verdict = conform(LOOSE, [Act(1, "do_a"), Act(2, "do_b", step="b")], Case({}), possible=frozenset("ab"))
    assert (verdict.whole, verdict.cost) == (4, 1)
    groups = (Group("g", ("a", "b"), 2, 2.0),)
    assert conform(card(*map(step, "ab"), groups=groups), [], Case({}), possible=frozenset("a"))[1:3] == (2, 2)


def test_deviations_stand_in_the_order_of_their_acts() -> None:
    sop = card(step("a"), step("b", "a"), step("c", most=1), step("d"), never=(Never("hum", "", "minor"),))
    verdict = conform(sop, [*did("bca"), Act(4, "hum"), Act(5, "do_c")], Case({}))
    assert [(each.kind, each.seq) for each in verdict.deviations] == [("late", 3), ("never", 4), ("extra", 5), ("skip", None)]
    assert verdict.cost == sum(each.cost for each in verdict.deviations)
