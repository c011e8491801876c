from __future__ import annotations

import pytest

from branchline.engine.events import ChoiceMade, SessionGivenUp, SessionResumed
from branchline.errors import ActionRefused
from branchline.scoring import score
from tiny import BAD, FAIR, GOOD, adds_up, choice, compiled, losses, node, played, sop

CARD = sop(["#a do=do_a", "#b do=do_b"])
ENDINGS = {
    "fine": {"title": "Fine", "outcome": "resolved", "value": 80},
    "meh": {"title": "Meh", "outcome": "pending", "value": 20},
    "up": {"title": "Up", "outcome": "escalated", "value": 0},
    "open": {"title": "Open", "outcome": "lost"},
}
TALK = compiled(
    {
        "first": node(
            choice("good", GOOD, go="second", does=["SOP-T/a"]),
            choice("fair", FAIR, go="second"),
            choice("bad", BAD, go="second", flags=["false_promise"]),
            timeout={"after": 10, "go": "second"},
        ),
        "second": node(
            choice("fine", does=["SOP-T/b"], go="fine"),
            choice("meh", go="meh", repeats=True),
            choice("up", go="up", transfers=True),
            choice("open", go="open"),
        ),
    },
    {"SOP-T": CARD},
    endings=ENDINGS,
)


def test_the_best_session_is_whole() -> None:
    found = score(TALK, played(TALK, ["good", "fine"]))
    assert (found.empathy, found.sop, found.outcome, found.composite) == (100, 100, 100, 100)
    assert found.passed
    assert found.ended
    assert found.deductions == ()


def test_the_composite_weighs_the_parts() -> None:
    found = score(TALK, played(TALK, ["fair", "meh"]))
    assert (found.empathy, found.sop, found.outcome) == (50, 0, 25)
    assert found.composite == pytest.approx(0.4 * 50 + 0.4 * 0 + 0.2 * 25)
    assert adds_up(found)
    (missed,) = losses(found, "outcome")
    assert (missed.seq, missed.lost) == (4, 75)
    assert missed.reason == "It ended with “Meh”; “Fine” was possible."


def test_an_ending_without_a_value_reaches_nothing_where_others_have_one() -> None:
    found = score(TALK, played(TALK, ["good", "open"]))
    assert found.outcome == 0
    assert adds_up(found)


def test_the_composite_is_weighed_again_over_the_parts_that_say_something() -> None:
    silent = score(TALK, played(TALK, ["!", "fine"]))
    assert silent.empathy is None
    assert silent.composite == pytest.approx((0.4 * 50 + 0.2 * 100) / 0.6)
    bare = compiled({"a": node(choice("x"))}, endings={"end": {"title": "End", "outcome": "resolved"}})
    nothing = score(bare, played(bare, ["x"]))
    assert (nothing.empathy, nothing.sop, nothing.outcome, nothing.composite, nothing.passed) == (None, None, None, None, False)


def test_before_an_ending_only_empathy_is_known() -> None:
    found = score(TALK, played(TALK, ["fair"]))
    assert (found.empathy, found.sop, found.outcome, found.composite) == (50, None, None, None)
    assert not found.ended
    assert (found.csat_proxy, found.fcr_proxy, found.escalation_proxy) == (None, None, None)
    assert {lost.part for lost in found.deductions} == {"empathy"}


def test_a_session_given_up_has_no_composite_and_is_not_passed() -> None:
    found = score(TALK, [*played(TALK, ["good"]), SessionGivenUp()])
    assert (found.composite, found.passed, found.ended) == (None, False, False)


def test_the_weights_that_the_session_froze_decide() -> None:
    words = ["fair", "meh"]
    assert score(TALK, played(TALK, words, weights=(100, 0, 0))).composite == 50
    assert score(TALK, played(TALK, words, weights=(0, 0, 100))).composite == 25
    assert score(TALK, played(TALK, words, weights=(50, 0, 50))).composite == pytest.approx(37.5)


def test_the_pass_mark_that_the_session_froze_decides() -> None:
    words = ["fair", "fine"]
    composite = 0.4 * 50 + 0.4 * 50 + 0.2 * 100
    assert score(TALK, played(TALK, words)).composite == pytest.approx(composite)
    assert not score(TALK, played(TALK, words)).passed
    assert score(TALK, played(TALK, words, pass_mark=60)).passed
    assert not score(TALK, played(TALK, words, pass_mark=61)).passed


def test_a_critical_error_is_not_passed_whatever_the_mark() -> None:
    scenario = compiled({"a": node(choice("leak", GOOD, critical="business"), choice("x", BAD))}, pass_mark=10)
    found = score(scenario, played(scenario, ["leak"]))
    assert (found.sop, found.composite, found.passed) == (None, 59, False)
    assert found.deductions == ()
    assert [error.kind for error in found.critical] == ["business"]


def test_a_critical_reply_that_was_taken_back_is_forgiven() -> None:
    scenario = compiled({"a": node(choice("leak", GOOD, critical="business", go="b"), choice("x", BAD, go="b")), "b": node(choice("y"))})
    assert score(scenario, played(scenario, ["leak", "<", "x", "y"])).critical == ()


def test_the_proxies_follow_their_formulas() -> None:
    best = score(TALK, played(TALK, ["good", "fine"]))
    assert best.csat_proxy == pytest.approx(1 + 4 * (0.6 * best.trust / 100 + 0.3 + 0.1))
    assert (best.fcr_proxy, best.escalation_proxy) == (True, False)
    slow = score(TALK, played(TALK, ["!", "meh"]))
    assert slow.effort == 2
    assert slow.csat_proxy == pytest.approx(1 + 4 * (0.6 * slow.trust / 100 + 0.1 * (1 - 2 / 5)))
    assert slow.fcr_proxy is False
    assert score(TALK, played(TALK, ["good", "up"])).escalation_proxy is True


def test_a_false_promise_or_a_skipped_step_is_no_resolution_at_first_contact() -> None:
    assert score(TALK, played(TALK, ["bad", "fine"])).fcr_proxy is False
    assert score(TALK, played(TALK, ["fair", "fine"])).fcr_proxy is False


def test_repeats_transfers_and_silences_that_stand_are_effort() -> None:
    assert score(TALK, played(TALK, ["!", "meh"])).effort == 2
    assert score(TALK, played(TALK, ["!", "<", "good", "up"])).effort == 1


def test_flags_carry_the_seq_of_their_reply() -> None:
    assert score(TALK, played(TALK, ["good", "<", "bad", "fine"])).flags == (("false_promise", 4),)


def test_decisions_that_a_resume_gave_up_do_not_count() -> None:
    events = [*played(TALK, ["bad"]), SessionResumed(TALK.content_hash, ("gone",), 0)]
    found = score(TALK, events)
    assert (found.empathy, found.flags) == (None, ())
    again = score(TALK, [*events, ChoiceMade("first", "good", ("good", "fair", "bad"))])
    assert again.empathy == 100


def test_bare_decisions_are_scored_with_the_weights_of_the_scenario() -> None:
    events = played(TALK, ["fair", "meh"])
    assert score(TALK, events[1:]).composite == score(TALK, events).composite


def test_events_that_cannot_have_happened_are_refused() -> None:
    events = played(TALK, ["good"])
    with pytest.raises(ActionRefused) as refused:
        score(TALK, [*events, ChoiceMade("first", "good", ("good",))])
    assert refused.value.code == "cannot-replay"
