from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from branchline.scoring import score
from tiny import BAD, GOOD, adds_up, choice, compiled, losses, node, played, sop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.compiled import Scenario
    from branchline.scoring import Score

ORDERED = sop(["#a do=do_a weight=2", "#b do=do_b after=a", "#c do=do_c after=b"])
LOOSE = sop(["#a do=do_a", "#b do=do_b weight=3", "#c do=do_c", "#d do=do_d weight=5"])


def room(sops: Mapping[str, str], deeds: Mapping[str, Sequence[object]], **more: object) -> Scenario:
    """One node in which every deed can be done any number of times, and a way out."""
    choices = [choice(name, go="desk", does=list(does), sticky=True) for name, does in deeds.items()]
    return compiled({"desk": node(*choices, choice("stop"))}, sops, **more)


def steps(names: Sequence[str], name: str = "SOP-T") -> dict[str, Sequence[object]]:
    return {step: [f"{name}/{step}"] for step in names}


def scored(scenario: Scenario, words: str | Sequence[str], **frozen: object) -> Score:
    found = score(scenario, played(scenario, [*words, "stop"], **frozen))
    assert adds_up(found)
    return found


def test_the_prescribed_order_scores_100() -> None:
    assert scored(room({"SOP-T": ORDERED}, steps("abc")), "abc").sop == 100


def test_steps_without_an_order_may_come_in_any() -> None:
    scenario = room({"SOP-T": LOOSE}, steps("abcd"))
    assert {scored(scenario, order).sop for order in permutations("abcd")} == {100}


@pytest.mark.parametrize(("gone", "share"), [("a", 1), ("b", 3), ("c", 1), ("d", 5)])
def test_leaving_a_required_step_out_costs_exactly_its_share(gone: str, share: int) -> None:
    found = scored(room({"SOP-T": LOOSE}, steps("abcd")), "abcd".replace(gone, ""))
    assert found.sop == pytest.approx(100 - 10 * share)
    (lost,) = losses(found, "sop")
    assert (lost.sop, lost.step, lost.kind, lost.seq) == ("SOP-T", gone, "skip", None)
    assert "never happened" in lost.reason


def test_a_late_step_costs_half_at_its_own_event() -> None:
    found = scored(room({"SOP-T": ORDERED}, steps("abc")), "bca")
    (lost,) = losses(found, "sop")
    assert (lost.step, lost.kind, lost.seq) == ("a", "late", 4)
    assert lost.lost == pytest.approx(25)
    assert lost.reason == "SOP-T: step 1 (a) came only after step 2 (b)."


def test_repeats_and_acts_that_no_sop_knows_are_free() -> None:
    deeds = {**steps("abc"), "noise": [{"do": "hum"}]}
    assert scored(room({"SOP-T": ORDERED}, deeds), ["noise", "a", "b", "noise", "b", "a", "c", "noise"]).sop == 100


def test_an_act_beyond_its_max_costs_a_quarter() -> None:
    card = sop(["#a do=do_a max=1", "#b do=do_b"])
    found = scored(room({"SOP-T": card}, steps("ab")), "aab")
    (lost,) = losses(found, "sop")
    assert (lost.kind, lost.step, lost.seq) == ("extra", "a", 3)
    assert lost.lost == pytest.approx(12.5)


def test_optional_steps_and_advice_cost_nothing() -> None:
    card = sop(["#a do=do_a", "#b do=do_b optional"]) + "3. Just advice.\n"
    assert scored(room({"SOP-T": card}, steps("ab")), "a").sop == 100


def test_steps_that_no_reply_can_carry_out_do_not_count() -> None:
    assert scored(room({"SOP-T": LOOSE}, steps("ab")), "b").sop == pytest.approx(75)


def test_where_no_step_can_be_carried_out_the_score_is_whole() -> None:
    assert scored(room({"SOP-T": LOOSE}, {"x": [{"do": "hum"}]}), "x").sop == 100


def test_a_scenario_without_sops_has_no_sop_score() -> None:
    found = scored(room({}, {"x": [{"do": "hum"}]}), "x")
    assert found.sop is None


def test_cost_and_weight_are_summed_over_the_cited_sops() -> None:
    other = sop(["#a do=do_a weight=3"], name="SOP-U")
    scenario = room({"SOP-T": ORDERED, "SOP-U": other}, {**steps("abc"), "u": ["SOP-U/a"]})
    found = scored(scenario, "abc")
    assert found.sop == pytest.approx(100 * (1 - 3 / 7))
    assert [(lost.sop, lost.step) for lost in losses(found, "sop")] == [("SOP-U", "a")]


def test_what_is_done_too_early_and_never_again_is_told_at_its_event() -> None:
    card = sop(["#a do=do_a weight=5", "#b do=do_b after=a"])
    (lost,) = losses(scored(room({"SOP-T": card}, steps("ab")), "ba"), "sop")
    assert (lost.step, lost.kind, lost.seq) == ("b", "skip", 2)
    assert "came before step 1 (a)" in lost.reason


# Groups: some of their members are needed, none by itself.

GROUPED = sop(
    ["#find do=look", "#pin do=verify", "#code do=verify", "#file do=note after=who"],
    front="groups: [{id: who, any_of: [pin, code], need: 1, weight: 3, after: [find]}]\noutcomes: {ok: {requires: [find, who, file]}}\n"
    "never: [{do: tell, before: who, severity: critical}]\n",
)
KEYS: dict[str, Sequence[object]] = {
    **{name: [f"SOP-T/{name}"] for name in ("find", "pin", "code", "file")},
    "tell": [{"do": "tell"}],
}


@pytest.mark.parametrize("member", ["pin", "code"])
def test_any_member_of_a_group_will_do(member: str) -> None:
    assert scored(room({"SOP-T": GROUPED}, KEYS), ["find", member, "file", "tell"]).sop == 100


def test_a_group_that_is_left_out_costs_its_weight_once() -> None:
    found = scored(room({"SOP-T": GROUPED}, KEYS), ["find", "file"])
    (lost,) = losses(found, "sop")
    assert (lost.step, lost.seq) == ("who", None)
    assert lost.lost == pytest.approx(60)
    assert lost.reason == "SOP-T: step 2 or 3 (who) never happened."


def test_a_group_has_its_place_in_the_order() -> None:
    found = scored(room({"SOP-T": GROUPED}, KEYS), ["code", "find", "file"])
    assert [(lost.step, lost.kind) for lost in losses(found, "sop")] == [("find", "late")]


def test_never_before_a_group_ends_with_any_member() -> None:
    scenario = room({"SOP-T": GROUPED}, KEYS)
    assert scored(scenario, ["find", "pin", "tell", "file"]).critical == ()
    (error,) = scored(scenario, ["find", "tell", "pin", "file"]).critical
    assert (error.kind, error.seq) == ("compliance", 3)


# Hard rules.

RULES = sop(
    ["#a do=do_a", "#b do=do_b", "#c do=do_c after=a"],
    front="never:\n- {do: shout, severity: critical}\n- {do: hum}\n- {do: sigh, severity: minor}\n- {do: do_c, before: a}\n",
)
DEEDS: dict[str, Sequence[object]] = {**steps("abc"), **{act: [{"do": act}] for act in ("shout", "hum", "sigh")}}


@pytest.mark.parametrize(("act", "share"), [("hum", 1.0), ("sigh", 0.25)])
def test_breaking_a_rule_costs_by_its_severity(act: str, share: float) -> None:
    found = scored(room({"SOP-T": RULES}, DEEDS), ["a", act, "b", "c"])
    (lost,) = losses(found, "sop")
    assert (lost.kind, lost.seq) == ("never", 3)
    assert lost.lost == pytest.approx(100 * share / 3)
    assert found.critical == ()


def test_a_critical_act_caps_sop_and_composite_and_is_not_passed() -> None:
    found = scored(room({"SOP-T": RULES}, DEEDS), ["a", "b", "c", "shout"])
    assert (found.sop, found.composite, found.passed) == (59, 59, False)
    (cap,) = losses(found, "sop")
    assert (cap.step, cap.seq) == (None, 5)
    assert cap.lost == pytest.approx(41)
    assert [(error.kind, error.seq) for error in found.critical] == [("compliance", 5)]


def test_below_the_cap_a_critical_act_takes_nothing_more() -> None:
    found = scored(room({"SOP-T": RULES}, DEEDS), ["a", "shout"])
    assert found.sop == pytest.approx(100 / 3)
    assert {lost.kind for lost in losses(found, "sop")} == {"skip"}
    assert not found.passed


def test_a_cause_is_charged_once_where_a_rule_and_the_order_say_the_same() -> None:
    found = scored(room({"SOP-T": RULES}, DEEDS), "bca")
    (lost,) = losses(found, "sop")
    assert (lost.kind, lost.seq) == ("never", 3)


def test_an_act_that_two_sops_forbid_is_charged_once_for_the_worse() -> None:
    strict = sop(["#z do=do_z"], name="SOP-U", front="never: [{do: hum, severity: critical}]\n")
    found = scored(room({"SOP-T": RULES, "SOP-U": strict}, {**DEEDS, "z": ["SOP-U/z"]}), ["a", "b", "c", "z", "hum"])
    assert len(found.critical) == 1
    assert [lost.step for lost in losses(found, "sop")] == [None]


def test_deductions_are_cut_in_event_order_at_the_floor() -> None:
    found = scored(room({"SOP-T": RULES}, DEEDS), ["hum", "hum", "hum", "hum", "a"])
    assert found.sop == pytest.approx(0, abs=1e-9)
    assert [lost.seq for lost in losses(found, "sop")] == [2, 3, 4]


def test_a_rule_that_no_step_can_repair_takes_everything_where_nothing_counts() -> None:
    card = sop(["#a do=do_a optional"], front="never: [{do: hum}]\n")
    found = scored(room({"SOP-T": card}, {"hum": [{"do": "hum"}]}), ["hum"])
    assert found.sop == 0


def test_a_guarded_rule_holds_only_where_its_guard_does() -> None:
    card = sop(["#a do=do_a"], front="never: [{do: hum, when: case.quiet, severity: critical}]\n")
    deeds = {**steps("a"), "hum": [{"do": "hum"}]}
    assert scored(room({"SOP-T": card}, deeds, case={"quiet": True}), ["a", "hum"]).critical
    assert not scored(room({"SOP-T": card}, deeds, case={"quiet": False}), ["a", "hum"]).critical
    assert not scored(room({"SOP-T": card}, deeds), ["a", "hum"]).critical


# Outcomes.

OUTCOMES = sop(
    ["#a do=do_a", "#b do=do_b", "#c do=do_c"],
    front="outcomes:\n  paid: {when: case.captured, requires: [a, b]}\n  held: {when: not case.captured, requires: [a, c]}\n",
)


def test_the_outcome_is_the_one_whose_guard_holds() -> None:
    paid, held = (room({"SOP-T": OUTCOMES}, steps("abc"), case={"captured": captured}) for captured in (True, False))
    assert (scored(paid, "ab").sop, scored(held, "ab").sop) == (100, 50)
    assert (scored(paid, "ac").sop, scored(held, "ac").sop) == (50, 100)


def test_where_no_guard_can_be_decided_the_outcome_that_fits_best_counts() -> None:
    scenario = room({"SOP-T": OUTCOMES}, steps("abc"))
    assert (scored(scenario, "ab").sop, scored(scenario, "ac").sop) == (100, 100)


def test_a_guard_reads_how_the_conversation_went() -> None:
    card = sop(
        ["#a do=do_a", "#b do=do_b"],
        front="outcomes:\n  quick: {when: not late, requires: [a]}\n  slow: {when: late, requires: [a, b]}\n",
    )
    scenario = compiled(
        {
            "desk": node(
                choice("a", go="desk", does=["SOP-T/a"]),
                choice("b", go="desk", does=["SOP-T/b"]),
                choice("wait", go="desk", effects=["set late"]),
                choice("stop"),
            )
        },
        {"SOP-T": card},
        variables={"late": "flag"},
    )
    assert scored(scenario, ["a"]).sop == 100
    assert scored(scenario, ["a", "wait"]).sop == 50


def test_a_guarded_step_counts_only_where_its_guard_is_known_to_hold() -> None:
    card = sop(["#a do=do_a", '#b do=do_b when="case.big"'])
    assert scored(room({"SOP-T": card}, steps("ab"), case={"big": True}), "a").sop == 50
    assert scored(room({"SOP-T": card}, steps("ab"), case={"big": False}), "a").sop == 100
    assert scored(room({"SOP-T": card}, steps("ab")), "a").sop == 100


def test_the_facts_that_the_session_froze_decide() -> None:
    scenario = room({"SOP-T": OUTCOMES}, steps("abc"), case={"captured": True})
    facts = tuple(sorted({**scenario.facts, "case.captured": False}.items()))
    assert scored(scenario, "ac").sop == 50
    assert scored(scenario, "ac", facts=facts).sop == 100


def test_a_critical_reply_caps_even_where_every_step_is_done() -> None:
    scenario = compiled(
        {"a": node(choice("kind", GOOD, does=["SOP-T/a"]), choice("leak", GOOD, does=["SOP-T/a"], critical="customer"), choice("x", BAD))},
        {"SOP-T": sop(["#a do=do_a"])},
    )
    found = score(scenario, played(scenario, ["leak"]))
    assert (found.empathy, found.sop, found.composite, found.passed) == (100, 59, 59, False)
    assert [(error.kind, error.reason, error.seq) for error in found.critical] == [("customer", "Because of leak.", 2)]
    assert adds_up(found)


# Authority, handing on, told facts and logged exceptions.

MONEY = sop(
    ["#ask do=request_approval optional", '#pay do=issue_refund expect="amount = case.due ± 0.01"', "#tell do=public_reply tell=days,way"],
    front="limits: {refund: [{tier: 1, max: 50}, {tier: 2, max: 100}], over: approval}\n"
    "facts: {days: {value: 5, say: [five days, 5 working days]}, way: {value: by card}}\n",
)
PAYING: dict[str, Sequence[object]] = {
    "pay": [{"step": "SOP-T/pay", "amount": 89.0}],
    "less": [{"step": "SOP-T/pay", "amount": 40.0}],
    "quiet": ["SOP-T/pay"],
    "ask": ["SOP-T/ask"],
    "aside": [{"do": "issue_refund", "amount": 89.0}],
}


def money(words: str, told: str = "It takes 5 days, by card.", **frozen: object) -> Score:
    choices = [choice(name, go="desk", does=list(does), sticky=True) for name, does in PAYING.items()]
    choices.append({**choice("tell", go="desk", does=["SOP-T/tell"]), "say": told})
    scenario = compiled({"desk": node(*choices, choice("stop"))}, {"SOP-T": MONEY}, case={"due": 89.0})
    return scored(scenario, words.split(" "), **frozen)


def kinds(found: Score) -> list[tuple[str | None, int | None]]:
    return [(lost.kind, lost.seq) for lost in losses(found, "sop")]


def test_more_than_the_tier_may_needs_approval_before() -> None:
    assert kinds(money("ask pay tell")) == []
    assert kinds(money("pay ask tell")) == [("authority", 2)]
    assert kinds(money("aside quiet tell")) == [("authority", 2)]


def test_the_frozen_tier_decides() -> None:
    facts = (("case.due", 89.0), ("tier", 2))
    assert kinds(money("pay tell", facts=facts)) == []


def test_a_wrong_amount_costs_half_and_one_that_the_reply_does_not_name_nothing() -> None:
    assert kinds(money("less tell")) == [("value", 2)]
    assert money("less tell").sop == 75
    assert kinds(money("quiet tell")) == []


def test_facts_that_no_reply_tells_cost_their_share() -> None:
    found = money("quiet tell", told="It takes five days.")
    assert kinds(found) == [("tell", 3)]
    assert found.sop == 87.5
    assert losses(found, "sop")[0].reason == "SOP-T: step 3 (tell) did not tell the customer: way."


def test_a_fact_without_forms_anywhere_is_not_asked_for() -> None:
    card = sop(["#tell do=public_reply tell=nobody_says"])
    assert scored(room({"SOP-T": card}, steps(["tell"])), ["tell"]).sop == 100


def test_a_case_that_must_or_must_not_be_handed_on() -> None:
    card = sop(
        ["#look do=look", "#hand do=escalate when=case.broken", "#other do=escalate_late optional"],
        front="must_escalate: [{when: case.broken, to: abuse}]\nmust_not_escalate: [{when: not case.broken, severity: minor}]\n",
    )
    broken, fine = (room({"SOP-T": card}, steps(["look", "hand"]), case={"broken": is_broken}) for is_broken in (True, False))
    assert kinds(scored(broken, ["look"])) == [("escalation", None)]
    assert kinds(scored(broken, ["look", "hand"])) == []
    assert kinds(scored(fine, ["look", "hand"])) == [("escalation", 3)]
    assert kinds(scored(fine, ["look"])) == []
    nowhere = room({"SOP-T": card}, steps(["look"]), case={"broken": True})
    assert kinds(scored(nowhere, ["look"])) == []


def test_a_logged_exception_excuses_what_it_is_for() -> None:
    card = sop(["#a do=do_a", "#b do=do_b"]) + "\n> Exceptions: no first step. {allow=no_a for=a}\n"
    scenario = room({"SOP-T": card}, {**steps("ab"), "log": [{"do": "log_exception", "code": "no_a"}]})
    assert (scored(scenario, "b").sop, scored(scenario, ["b", "log"]).sop) == (50, 100)
