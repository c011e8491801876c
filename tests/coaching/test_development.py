"""What a learner should practise: figures over comparable sessions only, in the order of what they cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.coaching.development import Played, bare, development, document, goals_of, moments_of
from branchline.coaching.exercises import exercises
from branchline.journal.model import SessionRow
from branchline.scoring import score
from tiny import BAD, FAIR, GOOD, choice, compiled, node, played, sop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario

CARD = sop(["#check do=check weight=3", "#tell do=tell"])


def talk(name: str = "talk", *, tone: int = 2, version: int = 1, card: str = CARD, more: str = "") -> Scenario:
    second = node(choice("warm", {**GOOD, "tone": tone}), choice("curt", BAD), line=f"And now?{more}")
    first = node(
        choice("kind", GOOD, go="then", does=["SOP-T/check", "SOP-T/tell"]), choice("fair", FAIR, go="then", does=["SOP-T/tell"]),
        choice("cold", BAD, go="then"),
    )  # fmt: skip
    nodes = {"ask": first, "then": second, **({"aside": node(choice("on"))} if more else {})}
    return compiled(nodes, {"SOP-T": card}, id=name, version=version)


def session(content: Scenario, words: Sequence[str], number: int = 1, *, passed: bool = False) -> Played:
    row = SessionRow(
        f"session-{content.id}-{number:03}", "scenario", content.id, "Talk", content.version, content.content_hash, content.logic_hash,
        "robin", "practice", 1, "en", "completed", f"2026-03-{number:02}T09:00:00.000Z", passed=passed,
    )  # fmt: skip
    return Played(row, content, score(content, played(content, words)))


TALK, OTHER = talk(), talk("other")
LIBRARY = [exercises(TALK), exercises(OTHER)]


def test_a_good_session_leaves_nothing_to_practise() -> None:
    found = development("robin", [session(TALK, ["kind", "warm"])], LIBRARY)
    assert (found.dimensions, found.steps) == ((), ())
    assert [each.id for each in found.counted] == ["talk"]


def test_weak_dimensions_come_by_what_they_cost_with_moments_and_what_exercises_them() -> None:
    found = development("robin", [session(TALK, ["cold", "curt"], 1), session(TALK, ["cold", "warm"], 2)], LIBRARY)
    costs = [each.cost for each in found.dimensions]
    assert costs == sorted(costs, reverse=True)
    first = found.dimensions[0]
    assert (first.name, first.figure, first.cost, first.sessions) == ("acknowledge", 25.0, 18.75, 2)
    assert [pick.id for pick in first.picks] == ["other", "talk"]
    assert set(first.moments) <= {("session-talk-001", 2), ("session-talk-001", 3), ("session-talk-002", 2)}


def test_steps_come_by_what_they_lost_on_average_with_their_text() -> None:
    found = development("robin", [session(TALK, ["cold", "warm"], 1), session(TALK, ["fair", "warm"], 2)], LIBRARY)
    assert [(each.name, each.figure, each.times, each.sessions) for each in found.steps] == [
        ("SOP-T/check", 75.0, 2, 2),
        ("SOP-T/tell", 12.5, 1, 2),
    ]
    assert found.steps[0].words == "Step 1."
    assert [pick.id for pick in found.steps[0].picks] == ["other", "talk"]


def test_a_critical_error_is_named_though_no_step_has_it() -> None:
    risky = compiled({"ask": node(choice("leak", GOOD, critical="compliance"), choice("cold", BAD))}, {"SOP-T": CARD}, id="risky")
    found = development("robin", [session(risky, ["leak"])], [exercises(risky)])
    named = [each for each in found.steps if not each.name]
    assert len(named) == 1
    assert "ritical" in named[0].words
    assert "caps" not in named[0].words
    assert [pick.id for pick in named[0].picks] == ["risky"]


def test_what_was_passed_comes_after_what_was_not() -> None:
    found = development("robin", [session(TALK, ["cold", "curt"], 1), session(OTHER, ["kind", "warm"], 2, passed=True)], LIBRARY)
    assert [(pick.id, pick.passed) for pick in found.dimensions[0].picks] == [("talk", False), ("other", True)]


@pytest.mark.parametrize("changed", [talk(version=2, more="!"), talk(card=CARD.replace("title: A test", "title: A test\nversion: 2"))])
def test_sessions_by_other_rules_are_named_and_never_averaged_in(changed: Scenario) -> None:
    old = [session(TALK, ["cold", "curt"], number) for number in (1, 2)]
    new = [session(changed, ["kind", "warm"], 3)]
    found = development("robin", [*new, *old], LIBRARY)
    assert found.dimensions == ()
    assert [(each.sessions, each.logic_hash) for each in found.counted] == [(("session-talk-003",), changed.logic_hash)]
    assert [each.sessions for each in found.left_out] == [("session-talk-001", "session-talk-002")]
    assert document(found)["left_out"] == [
        {
            "kind": "scenario", "id": "talk", "title": "Talk", "versions": [1], "logic_hash": TALK.logic_hash,
            "sops": [{"id": "SOP-T", "version": 1}], "sessions": ["session-talk-001", "session-talk-002"],
        }
    ]  # fmt: skip


def test_texts_alone_do_not_make_other_rules() -> None:
    written = replace(TALK, title="Renamed")
    found = development("robin", [session(TALK, ["kind", "warm"], 1), session(written, ["cold", "curt"], 2)], LIBRARY)
    assert found.left_out == ()
    assert found.counted[0].sessions == ("session-talk-001", "session-talk-002")


ways = st.lists(st.tuples(st.sampled_from(["kind", "fair", "cold"]), st.sampled_from(["warm", "curt"])), min_size=1, max_size=6)


@given(ways, ways, st.randoms())
def test_neither_the_order_of_sessions_nor_what_was_left_out_changes_a_figure(
    new: list[tuple[str, str]], old: list[tuple[str, str]], by: object
) -> None:
    changed = talk(version=2, more="!")
    now = [session(changed, way, 10 + number) for number, way in enumerate(new)]
    before = [session(TALK, way, 1 + number) for number, way in enumerate(old)]
    mixed = [*now, *before]
    by.shuffle(mixed)  # type: ignore[attr-defined]
    found, alone = development("robin", mixed, LIBRARY), development("robin", now, LIBRARY)
    assert (found.dimensions, found.steps, found.counted) == (alone.dimensions, alone.steps, alone.counted)
    figures = [each.score.profile["clarity"] for each in now]
    told = {each.name: each.figure for each in found.dimensions}
    mean = sum(value for value in figures if value is not None) / len(now)
    assert told.get("clarity", mean) == pytest.approx(mean)
    assert ("clarity" in told) == (mean < 80)
    lost = sum(one.lost for each in now for one in each.score.deductions if one.part == "sop") / len(now)
    assert sum(each.figure for each in found.steps) == pytest.approx(lost)


def test_goals_and_moments_are_taken_from_the_costliest() -> None:
    found = development("robin", [session(TALK, ["cold", "curt"])], LIBRARY)
    assert goals_of(found, 1) == ("Raise acknowledge from 0 of 100.", "SOP-T/check: Step 1.")
    assert 0 < len(moments_of(found)) <= 5
    assert len(set(moments_of(found))) == len(moments_of(found))


def test_what_is_met_often_comes_before_what_cost_much_once() -> None:
    rare = talk("rare", card=CARD.replace("weight=3", "weight=9"))
    played_often = [session(TALK, ["cold", "warm"], number) for number in range(1, 6)]
    found = development("robin", [*played_often, session(rare, ["fair", "warm"], 9)], LIBRARY)
    assert [each.name for each in found.steps] == ["SOP-T/check", "SOP-T/tell"]
    assert found.steps[0].cost == pytest.approx((5 * 75 + 90) / 6)
    assert found.steps[1].cost == pytest.approx(5 * 25 / 6)


def test_a_group_is_told_by_its_members_and_a_goal_by_its_first_sentence() -> None:
    card = "---\nformat: 1\nid: SOP-T\ntitle: A test\ngroups:\n  - {id: identify, any_of: [pin, code], need: 1}\n---\n"
    card += "1. **Ask the PIN.** Type it. {#pin do=pin}\n2. Send a code. {#code do=code}\n"
    content = compiled(
        {"ask": node(choice("kind", GOOD, does=["SOP-T/pin"]), choice("cold", BAD, does=["SOP-T/code"]), choice("no", BAD))},
        {"SOP-T": card},
        id="grouped",
    )
    found = development("robin", [session(content, ["no"])], [exercises(content)])
    (step,) = found.steps
    assert (step.name, step.words) == ("SOP-T/identify", "Ask the PIN. Type it. / Send a code.")
    assert [pick.id for pick in step.picks] == ["grouped"]
    assert goals_of(found)[-1] == "SOP-T/identify: Ask the PIN."


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Call the privacy team at once.**", "Call the privacy team at once."),
        (
            "Say *why*, note `case.pin_set` (_always_), see [the page](https://x.example).",
            "Say why, note case.pin_set (always), see the page.",
        ),
        ("3 * 4 stays, and so does snake_case.", "3 * 4 stays, and so does snake_case."),
    ],
)
def test_words_are_told_without_markdown(text: str, plain: str) -> None:
    assert bare(text) == plain
