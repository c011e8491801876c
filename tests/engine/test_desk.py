from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.engine.actions import Act, Check, Choose, OpenSop, Resume, Submit, Undo
from branchline.engine.desk import available, decide_desk, evolve_desk, replay_desk, start_desk
from branchline.engine.desk_guide import guided
from branchline.engine.events import SessionResumed, SopOpened, TicketChanged, TicketChecked, TicketSubmitted, Undone
from branchline.errors import ActionRefused
from desks import DRILL, SOP, Learner, drill

if TYPE_CHECKING:
    from branchline.engine.desk_state import DeskState

TWICE = drill()


def learner(text: str = DRILL, **facts: str) -> Learner:
    known = drill(text) if text != DRILL else TWICE
    return Learner(known, start_desk(known, 1, facts))


def test_a_reply_opens_a_new_ticket_and_tells_its_facts() -> None:
    dana = learner()
    event = dana.done("public_reply", "We send back €89 within five   days.")
    assert event.tells == ("amount", "days")
    assert dana.status == "open"
    assert dana.state.core.told == ("amount", "days")


def test_an_internal_note_is_no_reply_and_names_its_fields() -> None:
    dana = learner()
    event = dana.done("internal_note", "Next update: at ten\nno header here", reason="two captures")
    assert event.fields == ("next_update", "reason")
    assert dana.status == "new"
    assert not dana.state.core.comments[-1].public
    assert "Reason: two captures" in dana.state.core.comments[-1].text


@pytest.mark.parametrize(
    ("verb", "arguments", "said"),
    [
        ("public_reply", {}, "Public reply: is empty"),
        ("internal_note", {}, "Internal note: is empty"),
        ("set_status", {"status": "new"}, "Status: is new already"),
        ("set_status", {"status": "closed"}, "Status: cannot change from new to closed"),
        ("set_status", {"status": "open"}, "Status: a new ticket opens when it is assigned or answered"),
        ("set_status", {"status": "asleep"}, "Status: must be one of new, open, pending, hold, solved, closed"),
        ("set_field", {"field": "priority", "value": "high"}, "Priority: high does not follow from impact 3 and urgency 2"),
        ("set_field", {"impact": 4}, "Impact: must be 1, 2 or 3"),
        ("set_field", {"category": "billing/lost"}, "Category: billing/lost is not in the category tree"),
        ("set_field", {"disposition": "restarted"}, "Disposition: restarted does not go with category billing/double"),
        ("set_field", {"requester": "olu"}, "Requester: cannot be set by hand"),
        ("set_field", {"mood": "fine"}, "Mood: is no field of this ticket"),
        ("assign", {"group": "pirates"}, "Group: pirates does not exist"),
        ("escalate", {"to": "1", "reason": "hard"}, "Escalation: goes upwards from tier 1, not to 1"),
        ("escalate", {"to": "2"}, "Escalation: a reason is required"),
        ("merge", {"into": 7}, "Merge: cannot merge a ticket into itself"),
        ("merge", {"into": 5}, "Merge: cannot merge into a closed ticket"),
        ("merge", {"into": 4}, "Merge: cannot merge into a ticket of another requester"),
        ("merge", {"into": 99}, "Merge: ticket 99 does not exist"),
        ("link_incident", {"incident": "INC-9"}, "Incident: INC-9 does not exist"),
        ("log_exception", {"code": "other"}, "Exception: a reason is required"),
        ("apply_macro", {"macro": "none"}, "Macro: none does not exist"),
        ("refund", {"amount": 120.0, "way": "card"}, "Payment: captured; nothing to refund."),
        ("refund", {"amount": 80.0, "way": "card"}, "Refund 80.00 exceeds your limit of 50.00; request approval"),
        ("refund", {"amount": "much", "way": "gold"}, "Amount: must be an amount such as 89.00; Way: must be one of card, bank"),
        ("refund", {"way": "card"}, "Amount: is required"),
        ("verify", {"level": 4}, "Level: must be a whole number from 1 to 3"),
        ("verify", {"level": 2, "tone": "kind"}, "Tone: is no field of “Verify”"),
        ("lift", {}, "Lift is not within your authority; request approval"),
        ("request_approval", {"amount": 20.0, "reason": "why"}, "Approval: 20.00 is within your limit of 50.00"),
        ("request_approval", {"amount": 80.0}, "Approval: a reason is required"),
    ],
)
def test_a_refusal_names_the_field_first_and_changes_only_clock_and_trail(verb: str, arguments: dict[str, str], said: str) -> None:
    dana = learner()
    before = dana.state.core
    assert dana.refused(verb, **arguments) == said
    after = dana.state.core
    assert after.clock > before.clock
    assert after.audits[-1].kind == "Refused"
    assert after._replace(clock=before.clock, audits=before.audits) == before


def test_solving_names_everything_that_is_missing() -> None:
    said = learner().refused("set_status", status="solved")
    assert said.split("; ") == [
        "Assignee: is required when solving a ticket",
        "Disposition: is required when solving a ticket",
        "Public reply: is required when solving a ticket",
    ]


def test_pending_needs_a_question_since_the_requester_wrote() -> None:
    dana = learner()
    dana.done("public_reply", "We look into it.")
    assert dana.refused("set_status", status="pending") == "Public reply: asks the requester nothing, so the ticket cannot be pending"
    dana.done("public_reply", "Could you send the statement?")
    dana.done("wait", minutes=10)
    assert dana.state.core.comments[-1].author == "customer"
    assert "is required before" in dana.refused("set_status", status="pending")


def test_hold_needs_a_note_that_names_the_third_party_and_the_next_update() -> None:
    dana = learner()
    dana.done("assign")
    dana.done("internal_note", "Waiting for somebody.")
    assert dana.refused("set_status", status="hold").startswith("Internal note: must name")
    dana.done("internal_note", "The registry has it, next update at 10:30.")
    dana.done("set_status", status="hold")
    dana.done("set_status", status="pending")
    dana.done("set_status", status="hold")


def test_the_requester_reopens_a_pending_and_a_solved_ticket() -> None:
    dana = learner()
    dana.done("assign")
    dana.done("set_field", disposition="hold")
    dana.done("public_reply", "It drops off.")
    dana.done("set_status", status="solved")
    assert dana.refused("set_status", status="pending") == "Status: cannot change from solved to pending"
    dana.done("wait")
    assert dana.status == "open"
    assert dana.state.ticket["reopens"] == 1


def test_a_closed_ticket_takes_nothing() -> None:
    dana = learner(DRILL.replace("number: 7,", "number: 7, status: closed,"))
    before = dana.state.core
    for verb in ("public_reply", "set_field", "look", "assign"):
        assert dana.refused(verb, "x") == "Ticket is closed and cannot be updated; create a follow-up"
    dana.done("wait", minutes=500)
    after = dana.state.core
    assert (after.ticket, after.records, after.comments, after.tags) == (before.ticket, before.records, before.comments, before.tags)
    assert available(dana.drill, dana.state) == ("wait", "submit")


def test_impact_and_urgency_decide_the_priority() -> None:
    dana = learner()
    assert dana.state.ticket["priority"] == "low"
    dana.done("set_field", impact=1, urgency=1, priority="urgent")
    assert dana.state.ticket["priority"] == "urgent"
    assert [(a.field, a.old, a.new) for a in dana.state.core.audits if a.kind == "Change"][:2] == [
        ("impact", 3, 1),
        ("priority", "low", "high"),
    ]


def test_a_new_category_takes_a_disposition_that_no_longer_fits_away() -> None:
    dana = learner()
    dana.done("set_field", disposition="refunded")
    dana.done("set_field", category="site/down")
    assert dana.state.ticket["disposition"] == ""


def test_an_amount_cannot_be_split_to_stay_under_the_limit() -> None:
    dana = learner()
    dana.done("refund", amount=50.0, way="card")
    assert dana.refused("refund", amount=39.0, way="card").startswith("Refund 39.00 exceeds your limit of 50.00 (50.00 of it used")
    assert dana.state.records["payment.refunded"] == 50.0


def test_the_lead_approves_up_to_the_own_limit_and_once() -> None:
    dana = learner()
    dana.done("request_approval", "two captures", amount=89.0)
    assert dana.refused("refund", amount=89.0, way="card").endswith("approval is not there yet")
    dana.done("wait")
    assert dana.done("refund", amount="89.00", way="card").arguments == (("amount", 89.0), ("way", "card"))
    assert dana.state.records["payment.refunded"] == 89.0
    assert dana.state.core.approvals[0].used
    assert dana.refused("refund", amount=89.0, way="card").startswith("Payment:")


def test_an_authored_rule_refuses_approval() -> None:
    text = DRILL + "approvals: [{for: refund, when: payment.state == captured, grant: false, after: 2m, text: A dispute is open.}]\n"
    dana = learner(text)
    dana.done("request_approval", "please", act="refund", amount=89.0)
    dana.done("wait", minutes=2)
    assert dana.state.core.comments[-1][1:4] == ("lead", False, "A dispute is open.")
    assert dana.refused("refund", amount=89.0, way="card").endswith("request approval")


def test_an_event_of_the_drill_brings_the_answer() -> None:
    event = "  - {after: request_approval, delay: 6m, from: lead, approve: true, text: Fine.}\nexpect:"
    dana = learner(DRILL.replace("expect:", event))
    dana.done("request_approval", "please", amount=89.0)
    waited = dana.done("wait", minutes=60)
    assert waited.minutes == 6.0
    assert isinstance(dana.events[-1], TicketChanged)
    dana.done("refund", amount=89.0, way="card")


def test_a_higher_tier_needs_no_approval() -> None:
    learner(tier="lead").done("refund", amount=89.0, way="bank")


def test_a_limit_that_the_case_raises_holds_instead() -> None:
    sop = SOP.replace("{tier: 1, max: 50}", "{tier: 1, max: 50}, {tier: 1, max: 75, when: customer.verified == 2}")
    for verified, limit in ((2, 75.0), (1, 50.0)):
        known = drill(DRILL.replace("verified: 0", f"verified: {verified}"), sop=sop)
        dana = Learner(known, start_desk(known, 1))
        assert dana.refused("refund", amount=80.0, way="card") == f"Refund 80.00 exceeds your limit of {limit:.2f}; request approval"


def test_a_macro_is_a_draft_until_it_is_sent() -> None:
    dana = learner()
    dana.done("apply_macro", macro="sent")
    assert dana.state.core.tags == ("refund",)
    assert dana.state.ticket["disposition"] == "refunded"
    assert dana.state.ticket["status"] == "new"
    sent = dana.done("public_reply")
    assert sent.text == "Dear Dana, the money is on its way."
    assert sent.arguments == (("macro", "sent"),)
    assert sent.tells == ("on_its_way",)
    assert dana.state.core.draft == ("", "")


def test_a_macro_that_was_rewritten_tells_only_what_it_says() -> None:
    assert learner().done("public_reply", "Within 5 days.", macro="sent").tells == ("days",)


def test_a_macro_sets_its_status_when_it_is_sent() -> None:
    dana = learner()
    dana.done("public_reply", macro="wait")
    assert dana.status == "pending"


def test_escalation_hands_over_with_its_reason() -> None:
    dana = learner()
    dana.done("assign")
    dana.done("escalate", "Needs the registry.", to="The registry")
    assert dana.state.ticket["group"] == "registry"
    assert dana.state.ticket["reassignments"] == 1
    dana.done("escalate", to="tier2", summary="hard")
    assert dana.state.ticket["tier"] == "2"


def test_a_merged_ticket_is_solved_and_says_where_it_went() -> None:
    dana = learner()
    dana.done("merge", into=6)
    assert (dana.status, dana.state.ticket["merged_into"]) == ("solved", "6")
    assert any(audit.kind == "Merge" for audit in dana.state.core.audits)


def test_an_incident_and_an_exception_are_on_record() -> None:
    dana = learner()
    dana.done("link_incident", incident="INC-1")
    dana.done("log_exception", "no card left", code="other_way")
    assert dana.state.ticket["problem"] == "INC-1"
    assert dana.state.core.exceptions == (("other_way", "no card left"),)


def test_company_verbs_show_what_they_found_and_change_records() -> None:
    dana = learner()
    assert dana.done("look").message == "State: captured."
    dana.done("verify", level="2")
    dana.done("rename", name="Dana O.")
    assert (dana.state.records["customer.verified"], dana.state.records["customer.name"]) == (2, "Dana O.")
    assert "restart" not in available(dana.drill, dana.state)


def test_time_is_simulated_and_can_be_given() -> None:
    dana = learner()
    assert dana.state.minutes == 10
    dana.done("look")
    assert dana.state.minutes == 11
    dana.done("look", took=7.5)
    assert dana.state.minutes == 18.5


def test_waiting_ends_when_something_happens() -> None:
    dana = learner()
    assert dana.done("wait", minutes=1000).minutes == 290
    assert dana.state.records["payment.way"] == "card"
    assert dana.done("wait").minutes == 5


def test_a_ticket_that_is_not_fit_cannot_be_submitted() -> None:
    dana = learner(DRILL.replace("category: billing/double, ", ""))
    with pytest.raises(ActionRefused, match=r"Status: is still new.*Assignee: is required.*Category: is required") as caught:
        decide_desk(dana.drill, dana.state, Submit())
    assert caught.value.code == "ticket-invalid"


def test_a_check_says_what_is_missing_and_changes_nothing() -> None:
    dana = learner()
    dana.done("assign")
    dana.done("apply_macro", macro="calm")
    (checked,) = decide_desk(dana.drill, dana.state, Check())
    assert isinstance(checked, TicketChecked)
    assert checked.findings == (
        "Public reply: the macro is prepared and not sent",
        "Not told yet: days",
        "Not told yet: amount",
        "Status: the ticket is still open",
    )
    assert evolve_desk(dana.drill, dana.state, checked) is dana.state


def test_after_submitting_nothing_can_be_done() -> None:
    dana = learner()
    dana.done("assign")
    (submitted,) = decide_desk(dana.drill, dana.state, Act("submit"))
    assert submitted == TicketSubmitted()
    after = evolve_desk(dana.drill, dana.state, submitted)
    assert after.ended
    assert available(dana.drill, after) == ()
    for action in (Act("look"), Undo(), Check(), Submit()):
        with pytest.raises(ActionRefused) as caught:
            decide_desk(dana.drill, after, action)
        assert caught.value.code == "session-over"


def test_undo_takes_an_act_back_with_what_followed_it() -> None:
    dana = learner()
    first = dana.state
    dana.done("public_reply", "Soon.")
    dana.done("wait")
    (undone,) = decide_desk(dana.drill, dana.state, Undo())
    assert undone == Undone("desk", "wait")
    once = evolve_desk(dana.drill, dana.state, undone)
    assert evolve_desk(dana.drill, once, Undone("desk", "public_reply")) == first
    with pytest.raises(ActionRefused) as caught:
        decide_desk(dana.drill, first, Undo())
    assert caught.value.code == "nothing-to-undo"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (Act("fly"), "unknown-verb"),
        (Act("restart"), "unknown-verb"),
        (Act("look", minutes=-1.0), "bad-minutes"),
        (Act("look", minutes=float("nan")), "bad-minutes"),
        (Choose("a"), "unknown-action"),
        (OpenSop("SOP-X"), "unknown-sop"),
    ],
)
def test_what_the_desk_does_not_know_is_no_event(action: Act | Choose | OpenSop, code: str) -> None:
    with pytest.raises(ActionRefused) as caught:
        decide_desk(TWICE, start_desk(TWICE, 1), action)
    assert caught.value.code == code


def test_an_sop_can_be_opened() -> None:
    assert decide_desk(TWICE, start_desk(TWICE, 1), OpenSop("SOP-PAY")) == (SopOpened("SOP-PAY", "desk"),)


def test_unknown_facts_are_refused_and_known_ones_override_records() -> None:
    with pytest.raises(ActionRefused):
        start_desk(TWICE, 1, {"payment.colour": "red"})
    dana = learner(**{"payment.state": "authorised"})
    assert dana.refused("refund", amount=10.0, way="card") == "Payment: authorised; nothing to refund."


def test_acts_can_be_done_again_in_an_edited_drill() -> None:
    dana = learner()
    dana.done("verify", level=2)
    dana.refused("refund", amount=89.0, way="card")
    dana.done("refund", amount=40.0, way="card")
    kinder = drill(DRILL.replace("title: Twice", "title: Once again"))
    assert replay_desk(kinder, dana.state) == dana.state
    (resumed,) = decide_desk(kinder, dana.state, Resume((), 1))
    assert evolve_desk(kinder, dana.state, resumed).records["customer.verified"] == 2
    stricter = drill(DRILL.replace("state: captured", "state: authorised"))
    with pytest.raises(ActionRefused) as caught:
        replay_desk(stricter, _unfrozen(dana))
    assert caught.value.code == "cannot-replay"
    assert isinstance(resumed, SessionResumed)


def _unfrozen(dana: Learner) -> DeskState:
    return dana.state._replace(frame=dana.state.frame._replace(facts=()))


def test_the_guide_names_the_next_step_that_waits_for_nothing() -> None:
    dana = learner()
    names = []
    for verb, text, arguments in (("look", "", {}), ("verify", "", {"level": 2}), ("refund", "", {"amount": 10.0, "way": "card"})):
        step = guided(dana.drill, dana.state)
        names.append(step.step if step is not None else "")
        dana.done(verb, text, **arguments)
    dana.done("public_reply", "Soon.")
    step = guided(dana.drill, dana.state)
    assert names == ["verify", "verify", "refund"]
    assert step is not None
    assert step.step == "say"
    dana.done("public_reply", "In 5 days.")
    assert guided(dana.drill, dana.state) is None
