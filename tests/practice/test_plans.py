"""Coaching sessions held, gone on with and signed; what a learner should practise; and how all of it is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchline.coaching.plan import AGREED, DONE, FINISHED
from branchline.coaching.rubric import Marked
from branchline.errors import ActionRefused, UnknownId, UsageError
from branchline.journal.store import Journal
from branchline.practice import calibrating, plans
from branchline.xapi.adopt_coaching import adopt_coaching
from branchline.xapi.checks import validate
from branchline.xapi.profile import profile
from branchline.xapi.pull import _activity
from branchline.xapi.vocabulary import Iris
from json_paths import broken, fits
from scored_room import ScoredRoom, review

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.coaching.plan import Plan
    from branchline.practice import Studio


@pytest.fixture
def room(tmp_path: Path) -> ScoredRoom:
    return ScoredRoom(tmp_path)


@pytest.fixture
def coach(room: ScoredRoom) -> Studio:
    return room.person("coach-1")


@pytest.fixture
def robin(room: ScoredRoom) -> Studio:
    return room.person("robin", "learner")


@pytest.fixture
def plan(room: ScoredRoom, coach: Studio) -> Plan:
    session = room.play(("rude", "mumble"))
    return plans.hold(coach, "robin", ["Name the loss"], moments=[(session[:8], 2)], text="We looked at it.")


def test_a_plan_goes_from_its_goals_to_its_end(room: ScoredRoom, coach: Studio, robin: Studio, plan: Plan) -> None:
    assert (plan.coach, plan.learner, plan.goals, plan.moments[0][1]) == ("coach-1", "robin", ("Name the loss",), 2)
    agreed = plans.agree(coach, plan, "Play it again.", due="2026-03-31", practise=[room.name, "SOP-T"])
    signed = plans.sign(robin, plans.sign(coach, agreed))
    assert signed.state == AGREED
    again = plans.agree(robin, signed, "And read the card.")
    assert again.missing == ("coach-1", "robin")
    for action in again.actions:
        again = plans.close(robin, again, action, text="Well.")
    assert [action.state for action in again.actions] == [DONE, DONE]
    assert plans.sign(coach, plans.sign(robin, again)).state == FINISHED


def test_what_cannot_be_is_refused_and_changes_nothing(room: ScoredRoom, coach: Studio, robin: Studio, plan: Plan) -> None:
    tries = {
        "own-plan": lambda: plans.hold(coach, "coach-1", ["Go"]),
        "no-goals": lambda: plans.hold(coach, "robin", [" "]),
        "unknown-moment": lambda: plans.hold(coach, "robin", ["Go"], moments=[(plan.moments[0][0], 99)]),
        "not-the-learner": lambda: plans.hold(coach, "ada", ["Go"], moments=[(plan.moments[0][0], 1)]),
        "empty-text": lambda: plans.agree(coach, plan, "  "),
        "bad-date": lambda: plans.agree(coach, plan, "Go", due="31.3.2026"),
        "due-past": lambda: plans.agree(coach, plan, "Go", due="2026-02-01"),
        "unknown-id": lambda: plans.agree(coach, plan, "Go", practise=["tinny"]),
        "not-your-plan": lambda: plans.sign(room.person("coach-2"), plan),
    }
    for code, attempt in tries.items():
        with pytest.raises((UsageError, ActionRefused)) as refused:
            attempt()
        assert refused.value.code == code
    assert plans.plans_of(coach) == [plan]
    signed = plans.sign(robin, plan)
    with pytest.raises(ActionRefused) as twice:
        plans.sign(robin, signed)
    assert twice.value.code == "signed-already"
    done = plans.agree(coach, signed, "Go")
    closed = plans.close(coach, done, done.actions[0])
    with pytest.raises(ActionRefused) as late:
        plans.close(coach, closed, closed.actions[0])
    assert late.value.code == "closed-already"


def test_who_is_no_coach_sees_only_their_own(room: ScoredRoom, robin: Studio, plan: Plan) -> None:
    assert plans.plans_of(robin) == [plan]
    assert plans.plans_of(room.person("coach-2")) == [plan]
    assert plans.plans_of(room.person("ada", "learner")) == []
    with pytest.raises(UnknownId):
        plans.plan_named(room.person("ada", "learner"), plan.id)


def test_what_to_practise_is_drawn_from_the_sessions_and_the_workspace(room: ScoredRoom, coach: Studio) -> None:
    room.play(("rude", "mumble"))
    old = room.play(("kind", "mumble"))
    found, trouble = plans.draw(coach, "robin")
    assert trouble == ()
    assert [(each.id, len(each.sessions)) for each in found.counted] == [(room.name, 2)]
    assert found.dimensions[0].name == "acknowledge"
    assert [pick.id for pick in found.dimensions[0].picks] == [room.name]
    assert {each.name for each in found.steps} == {"SOP-T/check", "SOP-T/tell"}
    with pytest.raises(UnknownId):
        plans.draw(coach, "robbin")
    room.edit(room.file.read_text().replace('"rude"', '"curt"'))
    new = room.play(("kind", "explain"))
    changed, _ = plans.draw(coach, "robin")
    assert (changed.counted[0].sessions, changed.dimensions) == ((new,), ())
    assert old in changed.left_out[0].sessions


def test_only_the_last_sessions_are_read_and_the_others_are_counted(room: ScoredRoom, coach: Studio) -> None:
    room.play(("rude", "mumble"))
    last = [room.play(("kind", "explain")), room.play(("kind", "explain"))]
    found, _ = plans.draw(coach, "robin", 2)
    assert ([each.sessions for each in found.counted], found.earlier) == ([tuple(last)], 1)
    assert found.dimensions == ()
    assert plans.draw(coach, "robin")[0].earlier == 0


def test_a_plan_leaves_without_names(coach: Studio, plan: Plan) -> None:
    agreed = plans.agree(coach, plan, "Robin writes to Ada, ada@example.org.")
    found = plans.redacted(coach, plans.sign(coach, agreed))
    assert "robin" not in repr(found).lower().replace("'fixed'", "")
    assert "coach-1" not in repr(found)
    assert "ada" not in found.actions[0].text.lower()
    assert found.signatures[0][0] == found.coach
    assert (found.id, found.actions[0].id) == (agreed.id, agreed.actions[0].id)


def test_every_statement_fits_the_profile_and_another_machine_takes_it_in(
    room: ScoredRoom, coach: Studio, robin: Studio, plan: Plan, tmp_path: Path
) -> None:
    agreed = plans.agree(coach, plan, "Play it again.", due="2026-03-31")
    closed = plans.close(robin, agreed, agreed.actions[0])
    last = plans.sign(coach, plans.sign(robin, closed))
    session = plan.moments[0][0]
    panel = calibrating.open_for_session(coach, review(coach, session), coach.workspace.rubric("card"), ["ada", "bo"])
    calibrating.open_for_choices(coach, coach.workspace.load(room.name), ["ada", "bo"])
    marks = [Marked(item, level) for item, level in (("loss", "0"), ("next-step", "no"), ("verified", "kept"))]
    calibrating.score_blind(room.person("ada"), panel, review(coach, session), marks)
    kinds = ("plan", "calibration")
    rows = [row for kind in kinds for row in coach.journal.streams.rows(kind)]
    texts = [stored.json for row in rows for stored in coach.journal.statements(row.id)]
    templates = profile(Iris(coach.settings.iri_base))["templates"]
    for text in texts:
        told = json.loads(text)
        assert validate(told) == []
        (template,) = [each for each in templates if fits(told, each)]
        assert [rule for rule in template["rules"] if broken(told, rule)] == []
    with Journal.open(tmp_path / "other.db") as journal:
        received = journal.received()
        received.keep([found for text in reversed(texts) if (found := _activity(json.loads(text), text)) is not None], {})
        assert adopt_coaching(journal, received) == len(texts)
        robin.journal = journal  # another machine of the same learner
        assert plans.plans_of(robin) == [last]
        (waiting,) = [each for each in calibrating.calibrations(robin) if each.opened.what == "session"]
        assert (waiting.came, waiting.sheets) == (("ada",), ())


def test_who_is_neither_coach_nor_of_the_plan_sees_none(room: ScoredRoom, plan: Plan) -> None:
    assert [each.id for each in plans.plans_of(room.person("coach-2"))] == [plan.id]
    assert plans.plans_of(room.person("dana", "designer")) == []
    assert plans.plans_of(room.person("dana", "learner")) == []


def test_a_learner_holds_no_session_with_another(room: ScoredRoom) -> None:
    with pytest.raises(ActionRefused) as caught:
        plans.hold(room.person("dana", "learner"), "robin", ["Be kind"])
    assert caught.value.code == "not-a-coach"
    assert plans.plans_of(room.person("coach-1")) == []


def test_nobody_signs_an_action_that_they_have_not_read(coach: Studio, robin: Studio, plan: Plan) -> None:
    read = plans.plan_named(robin, plan.id)
    added = plans.agree(coach, plan, "Work weekends.")
    with pytest.raises(ActionRefused) as caught:
        plans.sign(robin, read)
    assert caught.value.code == "plan-changed"
    assert plans.sign(robin, added).missing == ("coach-1",)
