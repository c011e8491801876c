from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ralph.models.xapi.base.statements import BaseXapiStatement  # type: ignore[import-untyped]  # Ralph ships no types

from branchline.engine.events import ChoiceMade, EndingReached, SessionStarted, TimedOut
from branchline.journal import codec
from branchline.xapi.activities import best_choices
from branchline.xapi.checks import validate
from branchline.xapi.statements import Moment, build, duration, statement_id
from branchline.xapi.vocabulary import Iris
from xapi_moments import IDENTITY, Player

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario

IRIS = Iris(IDENTITY.iri_base)


def said(moment: Moment) -> list[dict[str, Any]]:
    return [json.loads(stored.json) for stored in build(moment)]


def verb(statement: dict[str, Any]) -> str:
    return str(statement["verb"]["id"]).rpartition("/")[2]


@pytest.mark.parametrize("worst", [False, True])
def test_every_statement_of_a_session_is_valid_by_our_rules_and_by_an_independent_validator(scenario: Scenario, *, worst: bool) -> None:
    statements = [json.loads(stored.json) for stored in Player(scenario).play(worst=worst).statements]
    assert len(statements) > 10
    for statement in statements:
        assert validate(statement) == []
        BaseXapiStatement(**statement)


def test_the_session_is_rebuilt_from_the_statements_alone(scenario: Scenario) -> None:
    player = Player(scenario).play()
    carried = [
        statement["context"].get("extensions", {}).get(IRIS.extension("event")) for moment in player.moments for statement in said(moment)
    ]
    found = [data for data in carried if data is not None]
    assert [codec.decode(data["event"], data["codec"]) for data in found] == player.events
    for data, moment in zip(found, player.moments, strict=True):
        assert (data["seq"], data["at"], data["elapsed"], data["digest"]) == (
            moment.entry.seq,
            moment.entry.at,
            moment.entry.elapsed,
            moment.entry.digest,
        )


def test_the_verbs_of_a_session_are_those_of_its_events_in_order(charged_twice: Scenario) -> None:
    verbs = [verb(json.loads(stored.json)) for stored in Player(charged_twice).play().statements]
    assert verbs[:6] == ["initialized", "interacted", "answered", "interacted", "suspended", "resumed"]
    assert verbs[-3:] == ["completed", "passed", "terminated"]


def test_a_session_that_is_given_up_is_exited_and_incomplete(charged_twice: Scenario) -> None:
    moment = Player(charged_twice).give_up().moments[-1]
    (statement,) = said(moment)
    assert verb(statement) == "exited"
    assert statement["result"]["completion"] is False
    assert "score" not in statement["result"]


def test_a_time_out_interacts_with_the_decision(charged_twice: Scenario) -> None:
    node = next(node for node in charged_twice.nodes.values() if node.choices)
    moment = Player(charged_twice).moments[-1]
    event = TimedOut(node.id, tuple(choice.id for choice in node.choices))
    timed = replace(moment, entry=replace(moment.entry, event=event))
    (statement,) = said(timed)
    assert verb(statement) == "interacted"
    assert statement["object"]["definition"]["interactionType"] == "choice"
    assert "response" not in statement["result"]
    assert validate(statement) == []


def test_a_reply_is_judged_by_the_non_critical_choices_of_highest_empathy(scenario: Scenario) -> None:
    replies = [
        moment
        for worst in (False, True)
        for moment in Player(scenario).play(worst=worst).moments
        if isinstance(moment.entry.event, ChoiceMade)
    ]
    judged = 0
    for moment in replies:
        event = moment.entry.event
        assert isinstance(event, ChoiceMade)
        node, choice = scenario.node(event.node), scenario.choice(event.node, event.choice)
        assert node is not None
        assert choice is not None
        (statement,) = said(moment)
        result, definition = statement["result"], statement["object"]["definition"]
        assert result["response"] == choice.id
        assert [each["id"] for each in definition["choices"]] == [each.id for each in node.choices]
        top = max((each.e for each in node.choices if each.e is not None and not each.critical), default=None)
        right = [each.id for each in node.choices if each.e == top and not each.critical and top is not None]
        assert definition.get("correctResponsesPattern", []) == right
        if any(each.e is not None for each in node.choices):
            assert result["success"] is (choice.id in right)
            assert result.get("score") == (None if choice.e is None else {"scaled": choice.e})
            judged += 1
        reply = result["extensions"][IRIS.extension("reply")]
        assert reply["open"] == list(event.open)
        assert (reply["quality"], reply["next"]) == (choice.word, moment.after.node)
        assert (reply["trust"], reply["heat"], reply["steps_done"]) == (moment.after.trust, moment.after.heat, list(moment.after.steps))
    assert judged > 3


def test_where_no_choice_is_rated_there_is_neither_pattern_nor_success_nor_score(charged_twice: Scenario) -> None:
    moment = next(moment for moment in Player(charged_twice).play().moments if isinstance(moment.entry.event, ChoiceMade))
    event = moment.entry.event
    assert isinstance(event, ChoiceMade)
    node = charged_twice.nodes[event.node]
    unrated = replace(node, choices=tuple(replace(choice, e=None, levels={}) for choice in node.choices))
    bare = replace(charged_twice, nodes={**charged_twice.nodes, node.id: unrated})
    (statement,) = said(replace(moment, content=bare))
    assert "correctResponsesPattern" not in statement["object"]["definition"]
    assert not {"success", "score"} & statement["result"].keys()
    assert statement["result"]["response"] == event.choice
    assert validate(statement) == []


def test_a_critical_choice_is_never_a_right_answer(charged_twice: Scenario) -> None:
    node = next(node for node in charged_twice.nodes.values() if best_choices(node))
    best = best_choices(node)
    spoilt = replace(node, choices=tuple(replace(choice, critical="business") if choice.id in best else choice for choice in node.choices))
    assert not set(best) & set(best_choices(spoilt))


def test_the_end_carries_the_composite_in_both_scales_and_its_parts(scenario: Scenario) -> None:
    moment = Player(scenario).play().moments[-1]
    completed, judged, terminated = said(moment)
    score = moment.score
    assert isinstance(moment.entry.event, EndingReached)
    assert score is not None
    assert score.composite is not None
    assert judged["result"]["score"] == {"scaled": score.composite / 100, "raw": score.composite, "min": 0, "max": 100}
    assert completed["result"]["score"] == judged["result"]["score"]
    assert completed["result"]["completion"] is True
    assert judged["result"]["success"] is score.passed
    assert verb(judged) == ("passed" if score.passed else "failed")
    assert "score" not in terminated["result"]
    parts = completed["result"]["extensions"][IRIS.extension("score")]
    assert (parts["empathy"], parts["sop"], parts["outcome"], parts["ending"]) == (
        score.empathy,
        score.sop,
        score.outcome,
        moment.entry.event.ending,
    )


def test_without_a_composite_there_is_no_score(charged_twice: Scenario) -> None:
    moment = Player(charged_twice).play().moments[-1]
    assert moment.score is not None
    for statement in said(replace(moment, score=replace(moment.score, composite=None))):
        assert "score" not in statement["result"]
        assert validate(statement) == []


def test_the_start_says_what_the_session_was_frozen_with(charged_twice: Scenario) -> None:
    moment = Player(charged_twice).moments[0]
    event = moment.entry.event
    assert isinstance(event, SessionStarted)
    start = said(moment)[0]["context"]["extensions"][IRIS.extension("start")]
    assert start == {
        "title": charged_twice.title,
        "started": moment.row.started,
        "seed": event.seed,
        "mode": event.mode,
        "tier": event.tier,
        "weights": list(event.weights),
        "pass_mark": event.pass_mark,
        "content_hash": event.content_hash,
        "logic_hash": event.logic_hash,
        "facts": dict(event.facts),
        "untimed": False,
    }


def test_timestamps_are_distinct_and_rise_within_a_registration(scenario: Scenario) -> None:
    statements = [json.loads(stored.json) for stored in Player(scenario).play().statements]
    instants = [datetime.fromisoformat(statement["timestamp"]) for statement in statements]
    assert all(one < other for one, other in pairwise(instants))
    assert len({statement["context"]["registration"] for statement in statements}) == 1


def test_a_millisecond_is_added_for_each_further_role_even_over_midnight(charged_twice: Scenario) -> None:
    moment = Player(charged_twice).play().moments[-1]
    late = replace(moment, entry=replace(moment.entry, at="2026-12-31T23:59:59.999Z"))
    assert [statement["timestamp"] for statement in said(late)] == [
        "2026-12-31T23:59:59.999Z",
        "2027-01-01T00:00:00.000Z",
        "2027-01-01T00:00:00.001Z",
    ]


def test_the_same_moment_gives_the_same_bytes_and_every_id_is_its_own(scenario: Scenario) -> None:
    player = Player(scenario).play()
    once, again = player.statements, player.statements
    assert once == again
    assert len({stored.id for stored in once}) == len(once)
    for stored in once:
        assert stored.json.isascii()
        assert json.loads(stored.json)["id"] == stored.id == statement_id(player.row.id, stored.seq, stored.role)
        assert uuid.UUID(stored.id).version == 5


def test_one_activity_id_has_one_definition_whatever_was_played(scenario: Scenario) -> None:
    definitions: dict[str, Any] = {}
    for worst in (False, True):
        for stored in Player(scenario).play(worst=worst).statements:
            for activity in _activities(json.loads(stored.json)):
                assert definitions.setdefault(activity["id"], activity.get("definition")) == activity.get("definition")
    assert len(definitions) > 5


def _activities(statement: dict[str, Any]) -> list[dict[str, Any]]:
    around = statement["context"]["contextActivities"]
    return [statement["object"], *(activity for found in around.values() for activity in found)]


def test_other_content_under_the_same_version_gets_other_activity_ids(charged_twice: Scenario) -> None:
    changed = replace(charged_twice, bundle={**charged_twice.bundle, "note": "changed"})
    assert changed.content_hash != charged_twice.content_hash
    ids = [said(Player(each).moments[0])[0]["object"]["id"] for each in (charged_twice, changed)]
    assert ids[0] != ids[1]


def test_the_learner_is_an_account_and_a_name_only_where_it_was_opted_in(charged_twice: Scenario) -> None:
    moment = Player(charged_twice).moments[0]
    account = {"homePage": IDENTITY.home_page, "name": IDENTITY.name}
    assert said(moment)[0]["actor"] == {"objectType": "Agent", "account": account}
    named = replace(moment, identity=replace(IDENTITY, display_name="Ada"))
    assert said(named)[0]["actor"] == {"objectType": "Agent", "name": "Ada", "account": account}


def test_a_decision_stands_in_its_scenario_and_both_in_the_course(charged_twice: Scenario) -> None:
    player = Player(charged_twice).play()
    course = replace(IDENTITY, course="enriching service/1")
    start, reply = (said(replace(player.moments[index], identity=course))[0] for index in (0, 2))
    own = "https://xapi.example.org/branchline/courses/enriching%20service%2F1"
    assert [each["id"] for each in start["context"]["contextActivities"]["parent"]] == [own]
    assert [each["id"] for each in reply["context"]["contextActivities"]["parent"]] == [start["object"]["id"]]
    assert [each["id"] for each in reply["context"]["contextActivities"]["grouping"]] == [own]
    assert len(reply["context"]["contextActivities"]["other"]) == len(charged_twice.sops)
    assert reply["context"]["revision"] == f"{charged_twice.version}+{charged_twice.content_hash}"


@given(st.floats(max_value=1e9) | st.sampled_from([float("nan"), float("inf")]))
def test_a_duration_is_iso_8601_to_a_hundredth_and_never_negative(seconds: float) -> None:
    text = duration(seconds)
    assert text.startswith("PT")
    assert text.endswith("S")
    wanted = seconds if 0 < seconds < float("inf") else 0.0
    assert float(text[2:-1]) == pytest.approx(wanted, abs=0.0051)
