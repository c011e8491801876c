"""Laws of the desk, on any sequence of actions whatever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.content.desk_types import TICKET_VERBS
from branchline.engine.actions import Act, Check, GiveUp, OpenSop, Resume, Submit, Suspend, Undo
from branchline.engine.desk import decide_desk, evolve_desk, start_desk
from branchline.engine.desk_state import desk_digest
from branchline.engine.events import DeskActed, Undone
from branchline.engine.play import decide, digest, evolve
from branchline.engine.sla import BREACHED, sla, trail
from branchline.engine.standing import standing
from branchline.errors import ActionRefused
from branchline.journal import codec
from desks import DRILL, drill

if TYPE_CHECKING:
    from branchline.content.desk_types import Drill
    from branchline.engine.actions import Action
    from branchline.engine.desk_state import DeskState
    from branchline.engine.events import Event

OPEN, SHUT = drill(), drill(DRILL.replace("number: 7,", "number: 7, status: closed,"))
WORDS = st.sampled_from(
    ["", "me", "1", "2", "lead", "registry", "new", "open", "pending", "hold", "solved", "closed", "card", "bank", "sent", "wait"]
) | st.sampled_from(
    [
        "calm",
        "6",
        "7",
        "billing/double",
        "site/down",
        "refunded",
        "INC-1",
        "refund",
        "high",
        "Registry: next update 10:30",
        "Why?",
        "\ud800\x1b",
    ]
)
VALUES = WORDS | st.integers(-3, 100) | st.floats() | st.booleans() | st.just(10**400)
NAMES = st.sampled_from(
    ["amount", "way", "level", "status", "to", "group", "field", "value", "macro", "into", "incident", "code", "reason", "minutes", "name"]
) | st.sampled_from(["impact", "urgency", "priority", "category", "disposition", "tags", "quiet", "third_party", "next_update"])
VERBS = st.sampled_from([*TICKET_VERBS, *OPEN.verbs, "fly"])
MINUTES = st.none() | st.floats(0, 500) | st.sampled_from([float("nan"), -1.0])
ACTS = st.builds(Act, VERBS, st.lists(st.tuples(NAMES, VALUES), max_size=3).map(tuple), WORDS, MINUTES)
SENSIBLE = st.sampled_from(
    [
        Act("assign"),
        Act("public_reply", (), "In 5 days you have 89.00. Is that all right?"),
        Act("internal_note", (("third_party", "registry"), ("next_update", "ten")), "Waiting."),
        Act("set_field", (("disposition", "refunded"),)),
        *(Act("set_status", (("status", status),)) for status in ("open", "pending", "hold", "solved")),
        Act("request_approval", (("amount", 89.0),), "two captures"),
        Act("wait", (("minutes", 10),)),
        Act("refund", (("amount", 89.0), ("way", "card"))),
        Act("verify", (("level", 2),)),
    ]
)
ACTIONS: st.SearchStrategy[Action] = (
    ACTS | SENSIBLE | st.sampled_from([Undo(), Check(), Submit(), Suspend(), Resume(), GiveUp(), OpenSop("SOP-PAY")])
)
PLAYS = st.lists(ACTIONS, max_size=14)


def played(known: Drill, actions: list[Action]) -> tuple[DeskState, list[tuple[DeskState, Event, DeskState]]]:
    """The end of a play-through, and every event with the states around it."""
    state, steps = start_desk(known, 3), []
    for action in actions:
        try:
            events = decide_desk(known, state, action)
        except ActionRefused:
            continue
        for event in events:
            before, state = state, evolve_desk(known, state, event)
            steps.append((before, event, state))
    return state, steps


@given(PLAYS)
@settings(max_examples=150, deadline=None)
def test_events_alone_lead_to_the_same_state_also_through_the_journal(actions: list[Action]) -> None:
    state, steps = played(OPEN, actions)
    again = start_desk(OPEN, 3)
    for _, event, live in steps:
        kept = codec.decode(codec.loads(codec.dumps(codec.encode(event))))
        assert kept == event
        again = evolve_desk(OPEN, again, kept)
        assert again == live
        assert hash(again) == hash(live)
        assert desk_digest(again) == desk_digest(live)
    assert again == state


@given(PLAYS, ACTS | SENSIBLE)
@settings(max_examples=150, deadline=None)
def test_undo_returns_exactly(actions: list[Action], action: Act) -> None:
    state, _ = played(OPEN, [known for known in actions if not isinstance(known, Submit)])
    if state.ended:
        return
    try:
        events = decide_desk(OPEN, state, action)
    except ActionRefused:
        return
    if not isinstance(events[0], DeskActed):
        return
    after = state
    for event in events:
        after = evolve_desk(OPEN, after, event)
    assert evolve_desk(OPEN, after, Undone("desk", action.verb)) is state


@given(PLAYS)
@settings(max_examples=150, deadline=None)
def test_a_refused_act_changes_clock_and_trail_alone(actions: list[Action]) -> None:
    for before, event, after in played(OPEN, actions)[1]:
        if isinstance(event, DeskActed) and not event.ok:
            old, new = before.core, after.core
            assert new.clock == old.clock + round(event.minutes * 60)
            answered = old.approvals != new.approvals
            assert new._replace(clock=old.clock, audits=old.audits, approvals=old.approvals, comments=old.comments) == old
            assert answered or new.comments == old.comments
            assert event.code
            assert event.message


@given(PLAYS)
@settings(max_examples=100, deadline=None)
def test_a_closed_ticket_never_changes(actions: list[Action]) -> None:
    first = start_desk(SHUT, 3).core
    state, _ = played(SHUT, actions)
    assert (state.core.ticket, state.core.records, state.core.comments) == (first.ticket, first.records, first.comments)


@given(PLAYS)
@settings(max_examples=100, deadline=None)
def test_a_breach_is_never_undone(actions: list[Action]) -> None:
    breached: set[str] = set()
    for _, event, after in played(OPEN, actions)[1]:
        if isinstance(event, Undone):
            breached = set()
            continue
        now = {clock.name for clock in sla(OPEN, after) if clock.state == BREACHED}
        assert breached <= now
        breached = now
        moments = [audit.at for audit in trail(OPEN, after)]
        assert moments == sorted(moments)


@given(PLAYS)
@settings(max_examples=60, deadline=None)
def test_the_common_functions_play_drills_as_the_desk_does(actions: list[Action]) -> None:
    state = start_desk(OPEN, 3)
    for action in actions:
        try:
            events = decide(OPEN, state, action)
        except ActionRefused:
            continue
        for event in events:
            state = evolve(OPEN, state, event)
    assert state == played(OPEN, actions)[0]
    assert digest(state) == desk_digest(state)


@given(PLAYS)
@settings(max_examples=100, deadline=None)
def test_what_stands_is_what_the_state_remembers(actions: list[Action]) -> None:
    state, steps = played(OPEN, actions)
    stands = [event for _, event in standing([event for _, event, _ in steps]) if isinstance(event, DeskActed)]
    assert tuple(stands) == state.decisions


def test_a_drill_is_not_played_from_a_conversation_s_state() -> None:
    with pytest.raises(TypeError):
        decide(OPEN, None, Check())  # type: ignore[arg-type]  # what a careless caller might pass
