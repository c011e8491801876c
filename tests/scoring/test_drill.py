from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.engine.actions import Submit
from branchline.engine.desk import decide_desk, evolve_desk, start_desk
from branchline.engine.events import DeskActed, SessionStarted, Undone
from branchline.errors import ActionRefused
from branchline.scoring import Score, score
from desks import DESK, DRILL, Learner, drill

if TYPE_CHECKING:
    from collections.abc import Iterable

TWICE = drill()
BARE = drill(DRILL.replace("sops: [SOP-PAY]\n", "").replace("told: [days, amount]", "told: [amount]"), DESK)
Doing = tuple[str, str, dict[str, Any]]
GOOD: tuple[Doing, ...] = (
    ("verify", "", {"level": 2}),
    ("look", "", {}),
    ("request_approval", "two captures", {"act": "refund", "amount": 89.0}),
    ("wait", "", {}),
    ("refund", "", {"amount": 89.0, "way": "card"}),
    ("public_reply", "You have your 89.00 in 5 days.", {}),
    ("internal_note", "", {"reason": "two captures"}),
    ("assign", "", {}),
    ("set_field", "", {"disposition": "refunded"}),
    ("set_status", "", {"status": "solved"}),
)


def learner(text: str = "") -> Learner:
    known = drill(text) if text else TWICE
    return Learner(known, start_desk(known, 0))


def worked(acts: Iterable[Doing] = GOOD, text: str = "", *, known: Learner | None = None) -> Score:
    someone = known or learner(text)
    for verb, words, arguments in acts:
        someone.act(verb, words, **arguments)
    return submitted(someone)


def submitted(someone: Learner) -> Score:
    someone.events += decide_desk(someone.drill, someone.state, Submit())
    return score(someone.drill, someone.events)


def lost(found: Score, part: str) -> float:
    return sum(deduction.lost for deduction in found.deductions if deduction.part == part)


def test_work_by_the_book_loses_nothing() -> None:
    found = worked()
    assert found.deductions == ()
    assert (found.sop, found.procedure, found.record, found.timing, found.outcome, found.composite) == (100,) * 6
    assert (found.passed, found.ended, found.empathy, found.critical) == (True, True, None, ())
    assert found.fcr_proxy is True


def test_before_submitting_nothing_is_known() -> None:
    someone = learner()
    someone.done("verify", level=2)
    found = score(TWICE, someone.events)
    assert (found.sop, found.outcome, found.composite, found.passed, found.ended) == (None, None, None, False, False)


@pytest.mark.parametrize("left_out", [0, 1, 4, 5, 6])
def test_what_was_left_out_is_lost_and_explained(left_out: int) -> None:
    found = worked([act for number, act in enumerate(GOOD) if number != left_out])
    assert found.sop is not None
    assert found.sop < 100
    assert 100 - lost(found, "sop") == pytest.approx(found.sop, abs=1e-9)
    assert found.outcome is not None
    assert 100 - lost(found, "outcome") == pytest.approx(found.outcome, abs=1e-9)
    assert all(deduction.reason.endswith(".") for deduction in found.deductions)


def test_without_sops_the_other_parts_share_the_weight() -> None:
    someone = Learner(BARE, start_desk(BARE, 0))
    found = worked(known=someone, acts=[act for act in GOOD if act[0] != "internal_note"])
    assert found.procedure is None
    assert found.record == pytest.approx(200 / 3)
    assert found.timing == 100
    assert found.sop == pytest.approx(100 * (0.2 * 2 / 3 + 0.1) / 0.3)
    assert [(loss.kind, loss.seq, loss.reason) for loss in found.deductions] == [
        ("record", None, "Internal note: reason is not written down.")
    ]


def test_the_composite_weighs_sop_and_outcome_alone() -> None:
    found = worked([act for act in GOOD if act[0] != "verify"])
    assert found.sop is not None
    assert found.outcome is not None
    assert found.composite == pytest.approx((40 * found.sop + 20 * found.outcome) / 60)


def test_a_late_first_reply_costs_its_share_of_timing_at_the_act_that_was_too_long() -> None:
    someone = learner()
    someone.done("look", took=100.0)
    found = worked(known=someone)
    assert found.timing == pytest.approx(200 / 3)
    (loss,) = [known for known in found.deductions if known.kind == "timing"]
    assert (loss.seq, loss.sop, loss.step) == (1, None, None)
    assert loss.reason.startswith("SLA: first reply took 1")


def test_a_clock_that_was_late_before_the_learner_came_points_to_no_act() -> None:
    found = worked(text=DRILL.replace("opened: 10m", "opened: 90m"))
    (loss,) = [known for known in found.deductions if known.kind == "timing"]
    assert loss.seq is None


def test_what_had_to_stay_is_lost_even_where_it_was_put_back() -> None:
    someone = learner()
    someone.done("rename", name="Other")
    someone.done("rename", name="Dana")
    found = worked(known=someone)
    (loss,) = [known for known in found.deductions if known.part == "outcome"]
    assert (loss.seq, loss.reason) == (1, "Customer: name had to stay as it was.")
    assert found.critical == ()


def test_in_a_do_nothing_drill_every_write_is_a_critical_error() -> None:
    text = DRILL + "do_nothing: true\n"
    assert worked(text=text).passed
    someone = learner(text)
    someone.done("rename", name="Other")
    found = worked(known=someone)
    assert [(error.kind, error.seq) for error in found.critical] == [("business", 1)]
    assert (found.passed, found.sop, found.composite) == (False, 59, 59)
    assert found.deductions[0].lost + found.deductions[1].lost > 41
    assert 100 - lost(found, "sop") == pytest.approx(59, abs=1e-9)


def test_the_acts_of_a_macro_count_only_when_it_is_sent_as_it_is() -> None:
    from branchline.scoring.drill import acts_of, walked  # noqa: PLC0415

    someone = learner()
    someone.done("apply_macro", macro="calm")
    someone.done("public_reply")
    someone.done("public_reply", "Nothing is known yet.", macro="calm")
    walk = walked(TWICE, someone.events, list(enumerate(someone.events, 1)))
    assert [(act.seq, act.do) for act in acts_of(TWICE, walk) if act.do == "promise_safe"] == [(2, "promise_safe")]


def test_a_refused_attempt_does_no_step() -> None:
    acts = [*GOOD[:2], ("refund", "", {"amount": 89.0, "way": "card"}), *GOOD[5:]]
    found = worked(acts)
    assert {loss.step for loss in found.deductions if loss.kind == "skip"} == {"refund"}


def test_what_was_taken_back_does_not_count() -> None:
    someone = learner()
    someone.done("rename", name="Other")
    someone.events.append(Undone("desk", "rename"))
    someone.state = evolve_desk(TWICE, someone.state, someone.events[-1])
    assert worked(known=someone).deductions == ()


def test_what_the_start_froze_decides() -> None:
    start = SessionStarted("drill", "twice", 1, "h", "l", "exam", 1, "en", "lead", (("payment.amount", 60.0),), (0, 0, 100), 100)
    someone = Learner(TWICE, evolve_desk(TWICE, None, start))
    someone.events.append(start)
    assert someone.state.records["payment.amount"] == 60.0
    found = worked([act for act in GOOD if act[0] not in {"request_approval", "wait", "verify"}], known=someone)
    assert found.composite == found.outcome == 100
    assert found.passed


def test_events_of_another_drill_are_refused() -> None:
    someone = learner()
    someone.done("refund", amount=40.0, way="card")
    with pytest.raises(ActionRefused) as caught:
        score(drill(DRILL.replace("state: captured", "state: authorised")), someone.events)
    assert caught.value.code == "cannot-replay"


def test_steps_without_an_order_may_be_done_in_any() -> None:
    found = {worked([*order, *GOOD[2:]]).composite for order in permutations(GOOD[:2])}
    assert found == {100}


@given(st.lists(st.sampled_from(GOOD), max_size=12))
@settings(max_examples=60, deadline=None)
def test_deductions_account_for_every_lost_point(acts: list[Doing]) -> None:
    someone = learner()
    someone.done("assign")
    found = worked(acts, known=someone)
    for part, value in (("sop", found.sop), ("outcome", found.outcome)):
        assert value is not None
        assert 100 - lost(found, part) == pytest.approx(value, abs=1e-9)
    seqs = {seq for seq, event in enumerate(someone.events, 1) if isinstance(event, DeskActed)}
    assert {loss.seq for loss in found.deductions if loss.seq is not None} <= seqs
