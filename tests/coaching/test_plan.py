"""Plans: what was agreed, what became of it, and who has signed it as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from branchline.coaching.plan import AGREED, DONE, FINISHED, GIVEN_UP, OPEN, UNSIGNED, Plan, plan_json, plans
from branchline.journal.coaching_events import ActionAgreed, ActionClosed, CoachingEvent, CoachingHeld, SignedOff
from branchline.journal.streams import Remark

if TYPE_CHECKING:
    from collections.abc import Iterable

HELD = CoachingHeld("robin", ("Acknowledge first",), (("s-1", 4),), "We looked at it.")
AGREE = ActionAgreed("st:1", "Play it again.", "2026-03-10", ("talk",))


def remarks(*said: tuple[str, CoachingEvent]) -> list[Remark]:
    rows: Iterable[tuple[str, CoachingEvent]] = (("coach", HELD), *said)
    return [Remark(f"st:{n}", who, "coach", f"2026-03-02T09:{n:02}:00.000Z", event, shared=True) for n, (who, event) in enumerate(rows, 1)]


def plan(*said: tuple[str, CoachingEvent]) -> Plan:
    (found,) = plans(remarks(*said))
    return found


def test_a_plan_has_goals_moments_and_actions() -> None:
    found = plan(("coach", AGREE))
    assert (found.coach, found.learner, found.goals, found.moments) == ("coach", "robin", ("Acknowledge first",), (("s-1", 4),))
    assert [(each.id, each.text, each.due, each.practise, each.state) for each in found.actions] == [
        ("st:2", "Play it again.", "2026-03-10", ("talk",), OPEN)
    ]


def test_both_sign_and_then_it_is_agreed() -> None:
    assert plan(("coach", AGREE), ("coach", SignedOff("st:1"))).missing == ("robin",)
    both = plan(("coach", AGREE), ("robin", SignedOff("st:1")), ("coach", SignedOff("st:1")))
    assert (both.state, both.missing) == (AGREED, ())


def test_an_action_that_is_added_asks_both_to_sign_again() -> None:
    signed = (("coach", AGREE), ("robin", SignedOff("st:1")), ("coach", SignedOff("st:1")))
    found = plan(*signed, ("robin", AGREE._replace(text="And once more.")))
    assert (found.state, found.missing, len(found.actions)) == (UNSIGNED, ("coach", "robin"), 2)


def test_closing_needs_no_signature_and_ends_the_plan() -> None:
    signed = (("coach", AGREE), ("robin", SignedOff("st:1")), ("coach", SignedOff("st:1")))
    found = plan(*signed, ("robin", ActionClosed("st:2", done=True, text="It went well.")), ("coach", ActionClosed("st:2", done=False)))
    assert (found.state, found.actions[0].state, found.actions[0].said, found.actions[0].closed_by) == (
        FINISHED,
        DONE,
        "It went well.",
        "robin",
    )
    assert plan(("coach", AGREE), ("robin", ActionClosed("st:2", done=False))).actions[0].state == GIVEN_UP


def test_others_and_other_plans_change_nothing() -> None:
    found = plan(
        ("somebody", AGREE), ("somebody", SignedOff("st:1")), ("coach", AGREE._replace(coaching="st:9")), ("robin", SignedOff("st:9"))
    )
    assert (found.actions, found.signatures) == ((), ())


def test_an_open_action_is_overdue_after_its_day() -> None:
    found = plan(("coach", AGREE))
    assert [found.actions[0].overdue(day) for day in ("2026-03-09", "2026-03-10", "2026-03-11")] == [False, False, True]
    assert plan_json(found, "2026-03-11")["actions"][0]["overdue"] is True
    assert not plan(("coach", AGREE._replace(due=""))).actions[0].overdue("2999-01-01")


steps = st.lists(st.tuples(st.sampled_from(["coach", "robin", "somebody"]), st.sampled_from(["agree", "sign", "close"])), max_size=12)


@given(steps)
def test_a_signature_holds_exactly_until_the_next_action(moves: list[tuple[str, str]]) -> None:
    events: dict[str, CoachingEvent] = {"agree": AGREE, "sign": SignedOff("st:1"), "close": ActionClosed("st:2", done=True)}
    found = plan(*((who, events[what]) for who, what in moves))
    parties = [(who, what) for who, what in moves if who != "somebody"]
    last = max((place for place, (_, what) in enumerate(parties) if what == "agree"), default=-1)
    after = {who for who, what in parties[last + 1 :] if what == "sign"}
    assert {name for name, _ in found.signatures} == after
    assert set(found.missing) == {"coach", "robin"} - after
    assert len(found.actions) == sum(what == "agree" for _, what in parties)


def test_a_day_that_came_from_elsewhere_and_is_none_is_no_day() -> None:
    assert [plan(("coach", AGREE._replace(due=day))).actions[0].due for day in ("soon", "2026-02-30", "")] == ["", "", ""]
