from __future__ import annotations

from branchline.engine.desk import start_desk
from branchline.engine.sla import Clock, sla, trail
from desks import DRILL, Learner, drill


def learner(text: str = DRILL) -> Learner:
    known = drill(text)
    return Learner(known, start_desk(known, 1))


def clock(someone: Learner, name: str) -> Clock:
    return next(known for known in sla(someone.drill, someone.state) if known.name == name)


def test_the_first_matching_policy_and_the_stricter_sop_set_the_targets() -> None:
    dana = learner()
    assert {known.name: known.target for known in sla(dana.drill, dana.state)} == {"first_reply": 60, "resolve": 360, "agent_work": 240}
    assert clock(dana, "first_reply") == Clock("first_reply", 60, 10, paused=False, state="running")


def test_a_note_does_not_satisfy_the_first_reply_and_a_public_reply_does() -> None:
    dana = learner()
    dana.done("internal_note", "Seen.")
    assert clock(dana, "first_reply").state == "running"
    dana.done("public_reply", "Seen.")
    assert clock(dana, "first_reply") == Clock("first_reply", 60, 15, paused=False, state="met")


def test_what_the_system_sends_is_no_reply() -> None:
    dana = learner(DRILL.replace('twice."}]', 'twice."}, {from: system, at: 1m, text: Received., public: true}]'))
    assert clock(dana, "first_reply").state == "running"


def test_a_late_first_reply_is_a_breach_for_ever_with_its_minute() -> None:
    dana = learner()
    dana.done("look", took=55.0)
    dana.done("public_reply", "Sorry.")
    assert clock(dana, "first_reply") == Clock("first_reply", 60, 68, paused=False, state="breached", breached_at=60)


def test_a_higher_priority_can_be_late_at_once() -> None:
    dana = learner()
    dana.done("look", took=10.0)
    dana.done("set_field", impact=1, urgency=1)
    assert clock(dana, "first_reply").state == "breached"
    dana.done("set_field", urgency=3)
    assert clock(dana, "first_reply").state == "breached"
    lines = [(line.kind, line.field, line.new) for line in trail(dana.drill, dana.state) if line.kind.startswith("Sla")]
    assert lines == [
        ("SlaApply", "policy", "others"),
        ("SlaApply", "policy", "urgent"),
        ("SlaBreach", "first_reply", ""),
        ("SlaApply", "policy", "others"),
    ]


def test_pending_stops_both_clocks_and_hold_that_of_the_agents_alone() -> None:
    dana = learner(DRILL.replace("delay: 4m", "delay: 1000m"))
    dana.done("public_reply", "Which card?", took=0.0)
    dana.done("set_status", status="pending", took=0.0)
    dana.done("look", took=100.0)
    assert (clock(dana, "resolve").spent, clock(dana, "agent_work").spent) == (10, 10)
    assert clock(dana, "resolve").paused
    dana.done("set_status", status="hold", took=0.0)
    dana.done("look", took=50.0)
    assert (clock(dana, "resolve").spent, clock(dana, "agent_work").spent) == (60, 10)
    assert clock(dana, "agent_work").paused
    assert not clock(dana, "resolve").paused


def test_reopening_lets_the_clock_go_on() -> None:
    dana = learner(DRILL.replace("delay: 4m", "delay: 100m"))
    dana.done("assign", took=0.0)
    dana.done("set_field", disposition="hold", took=0.0)
    dana.done("public_reply", "Done.", took=0.0)
    dana.done("set_status", status="solved", took=0.0)
    assert clock(dana, "resolve") == Clock("resolve", 360, 10, paused=False, state="met")
    dana.done("wait")
    assert dana.status == "open"
    dana.done("look", took=20.0)
    assert clock(dana, "resolve") == Clock("resolve", 360, 30, paused=False, state="running")
    kinds = [(line.kind, line.field) for line in trail(dana.drill, dana.state) if line.kind in {"SlaPause", "SlaResume"}]
    assert ("SlaPause", "resolve") in kinds
    assert ("SlaResume", "resolve") in kinds


def test_a_later_message_starts_the_next_reply_and_the_longest_counts() -> None:
    dana = learner()
    dana.done("public_reply", "Soon.")
    assert all(known.name != "next_reply" for known in sla(dana.drill, dana.state))
    dana.done("wait")
    dana.done("look", took=30.0)
    dana.done("public_reply", "On Friday.")
    assert clock(dana, "next_reply") == Clock("next_reply", 120, 33, paused=False, state="met")


def test_clocks_do_not_depend_on_how_fast_somebody_types() -> None:
    slow, fast = learner(), learner()
    slow.done("public_reply", "A long reply. " * 100)
    fast.done("public_reply", "Short.")
    assert sla(slow.drill, slow.state) == sla(fast.drill, fast.state)
