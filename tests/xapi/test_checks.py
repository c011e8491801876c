from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from branchline.engine.events import ChoiceMade
from branchline.xapi.checks import validate
from branchline.xapi.statements import build
from xapi_moments import Player

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.content.compiled import Scenario


@pytest.fixture
def reply(charged_twice: Scenario) -> dict[str, Any]:
    moment = next(each for each in Player(charged_twice).play().moments if isinstance(each.entry.event, ChoiceMade))
    statement: dict[str, Any] = json.loads(build(moment)[0].json)
    return statement


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "an upper-case id": (lambda s: s.update(id=s["id"].upper()), "The id is no lower-case UUID."),
    "a uuid7": (lambda s: s.update(id="0198c2f0-7b1e-7c3d-9a4e-2f6f2f3a9c11"), "The id is no lower-case UUID."),
    "a naive timestamp": (lambda s: s.update(timestamp="2026-03-01T09:00:00"), "The timestamp is no instant with a zone."),
    "a date": (lambda s: s.update(timestamp="2026-03-01"), "The timestamp is no instant with a zone."),
    "an unknown property": (lambda s: s.update(mood="fine"), "Unknown property mood."),
    "no verb": (lambda s: s.pop("verb"), "Property verb is missing."),
    "a relative verb": (lambda s: s["verb"].update(id="answered"), "statement.verb.id is no absolute IRI."),
    "an IRI with a space": (lambda s: s["object"].update(id="https://x.test/a b"), "statement.object.id is no absolute IRI."),
    "a reference that is no id": (
        lambda s: s.update(object={"objectType": "StatementRef", "id": "x"}),
        "What it refers to is no lower-case UUID.",
    ),
    "a revision of a person": (
        lambda s: s.update(object={"objectType": "Agent", "account": {"homePage": "https://a.test", "name": "x"}}),
        "context.revision goes with an activity alone.",
    ),
    "two identifiers": (lambda s: s["actor"].update(mbox="mailto:a@x.test"), "The actor is not identified by an account alone."),
    "scaled above 1": (lambda s: s["result"]["score"].update(scaled=1.5), "score.scaled is outside -1..1."),
    "raw above max": (lambda s: s["result"]["score"].update(raw=101, max=100), "score.raw is outside min..max."),
    "a negative duration": (lambda s: s["result"].update(duration="-PT1S"), "The duration is not ISO 8601."),
    "an empty duration": (lambda s: s["result"].update(duration="PT"), "The duration is not ISO 8601."),
    "a foreign response": (lambda s: s["result"].update(response="nobody"), "The response is no choice."),
    "success against the pattern": (lambda s: s["result"].update(success=not s["result"]["success"]), "success contradicts the pattern."),
    "a twin choice": (
        lambda s: s["object"]["definition"]["choices"].append(s["object"]["definition"]["choices"][0]),
        "Two choices share an id.",
    ),
    "a bare extension key": (
        lambda s: s["result"]["extensions"].update(mood=1),
        "statement.result.extensions key mood is no absolute IRI.",
    ),
    "a null": (lambda s: s["context"].update(language=None), "statement.context.language is null."),
    "no registration": (lambda s: s["context"].pop("registration"), "The registration is no lower-case UUID."),
    "no profile": (lambda s: s["context"]["contextActivities"].pop("category"), "No profile is named."),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_fault_is_found_and_named(reply: dict[str, Any], name: str) -> None:
    change, finding = CHANGES[name]
    assert validate(reply) == []
    changed = copy.deepcopy(reply)
    change(changed)
    assert finding in validate(changed)
