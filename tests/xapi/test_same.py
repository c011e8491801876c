from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from tincan.statement import Statement

from branchline.xapi.same import same
from xapi_moments import Player
from xapi_outbox import statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.content.compiled import Scenario

EXTENSION = "https://xapi.example.org/extensions/event"

EQUAL: dict[str, Callable[[dict[str, Any]], object]] = {
    "what an LRS adds": lambda s: s.update(stored="2026-03-01T09:00:01Z", authority={"mbox": "mailto:lrs@x.test"}, version="1.0.0"),
    "floats for integers": lambda s: s["result"]["score"].update(raw=50.0, max=100.0),
    "another spelling of a duration": lambda s: s["result"].update(duration="PT04.200S"),
    "another zone": lambda s: s.update(timestamp="2026-03-01T10:00:00+01:00"),
    "an upper-case id": lambda s: s.update(id=s["id"].upper()),
    "a display that was taken out": lambda s: s["verb"].pop("display"),
    "a definition that was merged in": lambda s: s["object"].update(definition={"name": {"en": "Node"}}),
    "a type that goes without saying": lambda s: s["object"].pop("objectType"),
    "a null extension": lambda s: s["context"]["extensions"].update({"https://x.test/none": None}),
    "empty lists": lambda s: s["context"].update(contextActivities={"parent": []}),
}
DIFFERENT: dict[str, Callable[[dict[str, Any]], object]] = {
    "another actor": lambda s: s["actor"]["account"].update(name="l-4712"),
    "another verb": lambda s: s["verb"].update(id="http://adlnet.gov/expapi/verbs/answered"),
    "another object": lambda s: s["object"].update(id="https://xapi.example.org/nodes/2"),
    "another score": lambda s: s["result"]["score"].update(scaled=0.51),
    "a result less": lambda s: s.pop("result"),
    "another duration": lambda s: s["result"].update(duration="PT4.3S"),
    "another instant": lambda s: s.update(timestamp="2026-03-01T09:00:00.020Z"),
    "true for 1": lambda s: s["context"]["extensions"].update({EXTENSION: {"seq": True}}),
    "another extension": lambda s: s["context"]["extensions"].update({EXTENSION: {"seq": 2}}),
    "another registration": lambda s: s["context"].update(registration="0b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22"),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_an_lrs_may_change_leaves_a_statement_the_same(name: str) -> None:
    theirs = statement(1)
    EQUAL[name](theirs)
    assert same(statement(1), theirs)
    assert same(theirs, statement(1))


@pytest.mark.parametrize("name", DIFFERENT)
def test_another_fact_makes_another_statement(name: str) -> None:
    theirs = statement(1)
    DIFFERENT[name](theirs)
    assert not same(statement(1), theirs)


def test_one_activity_alone_is_the_same_as_a_list_of_one() -> None:
    activity = {"id": "https://xapi.example.org/s"}
    one, other = statement(1), statement(1)
    one["context"]["contextActivities"] = {"parent": activity}
    other["context"]["contextActivities"] = {"parent": [activity]}
    assert same(one, other)


def test_what_tincan_writes_anew_says_the_same(scenario: Scenario) -> None:
    for stored in Player(scenario).play().statements:
        ours = json.loads(stored.json)
        assert same(ours, json.loads(Statement(copy.deepcopy(ours)).to_json()))
