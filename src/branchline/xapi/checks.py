"""Our own strict rules for a statement, beyond what LRSs refuse: coherence of responses, scores and times."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IRI = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"{}|\\^`]+")
_DURATION = re.compile(r"P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_IRIS = frozenset({"homePage", "type"})
_PARTS = frozenset({"id", "actor", "verb", "object", "result", "context", "timestamp", "version"})
_RESULT = frozenset({"score", "success", "completion", "response", "duration", "extensions"})


def validate(statement: Mapping[str, Any]) -> list[str]:
    """What is wrong with a statement of ours, one sentence per finding; empty where nothing is."""
    return [*_envelope(statement), *_result(statement), *_object(statement), *_context(statement)]


def _envelope(statement: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"Unknown property {name}." for name in statement.keys() - _PARTS)
    yield from (f"Property {name} is missing." for name in _PARTS - {"result"} - statement.keys())
    if not _is_uuid(statement.get("id")):
        yield "The id is no lower-case UUID."
    if not _is_instant(statement.get("timestamp")):
        yield "The timestamp is no instant with a zone."
    if statement.get("version") != "1.0.3":
        yield "The version is not 1.0.3."
    yield from _actor(statement.get("actor", {}))
    yield from (f"{place} is no absolute IRI." for place in _bad_iris(statement, "statement"))
    yield from (f"{place} is null." for place in _nulls(statement, "statement"))


def _actor(actor: Mapping[str, Any]) -> Iterator[str]:
    if set(actor) - {"objectType", "name"} != {"account"}:
        yield "The actor is not identified by an account alone."
    elif not all(isinstance(actor["account"].get(name), str) and actor["account"][name] for name in ("homePage", "name")):
        yield "The account lacks homePage or name."


def _result(statement: Mapping[str, Any]) -> Iterator[str]:
    result = statement.get("result", {})
    yield from (f"Unknown property result.{name}." for name in result.keys() - _RESULT)
    if "duration" in result and not _DURATION.fullmatch(result["duration"]):
        yield "The duration is not ISO 8601."
    score = result.get("score", {})
    if not -1 <= score.get("scaled", 0) <= 1:
        yield "score.scaled is outside -1..1."
    if "raw" in score and not score.get("min", score["raw"]) <= score["raw"] <= score.get("max", score["raw"]):
        yield "score.raw is outside min..max."
    verb = statement.get("verb", {}).get("id", "").rpartition("/")[2]
    if verb in {"passed", "failed"} and result.get("success") is not (verb == "passed"):
        yield f"success contradicts {verb}."


def _object(statement: Mapping[str, Any]) -> Iterator[str]:
    held = statement.get("object", {})
    if held.get("objectType") == "StatementRef" and not _is_uuid(held.get("id")):
        yield "What it refers to is no lower-case UUID."
    if held.get("objectType", "Activity") != "Activity":
        yield from (
            f"context.{name} goes with an activity alone." for name in ("revision", "platform") if name in statement.get("context", {})
        )
    definition = statement.get("object", {}).get("definition", {})
    if "interactionType" not in definition:
        return
    ids = [choice["id"] for choice in definition.get("choices", [])]
    patterns = definition.get("correctResponsesPattern", [])
    result = statement.get("result", {})
    if len(set(ids)) != len(ids):
        yield "Two choices share an id."
    if any(re.search(r"\s|\[[,.:]\]", name) for name in ids):
        yield "A choice's id holds a space or a delimiter."
    yield from (f"The pattern {pattern} is no choice." for pattern in patterns if pattern not in ids)
    if "response" in result and result["response"] not in ids:
        yield "The response is no choice."
    if "success" in result and result["success"] is not (result.get("response") in patterns):
        yield "success contradicts the pattern."


def _context(statement: Mapping[str, Any]) -> Iterator[str]:
    context = statement.get("context", {})
    if not _is_uuid(context.get("registration")):
        yield "The registration is no lower-case UUID."
    around = context.get("contextActivities", {})
    yield from (f"{name} is no list." for name, found in around.items() if not isinstance(found, list))
    if not around.get("category"):
        yield "No profile is named."


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value and uuid.UUID(value).version in range(1, 6)
    except ValueError:
        return False


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _bad_iris(value: object, place: str) -> Iterator[str]:
    """Places of ids of verbs and activities, types, home pages and extension keys that are no absolute IRIs."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _bad_iris(item, f"{place}[{index}]")
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        if name == "extensions":
            yield from (f"{place}.extensions key {key}" for key in item if not _IRI.fullmatch(key))
            continue
        reference = value.get("objectType") == "StatementRef"
        named = name in _IRIS or (name == "id" and place != "statement" and ".choices" not in place and not reference)
        if named and not (isinstance(item, str) and _IRI.fullmatch(item)):
            yield f"{place}.{name}"
        yield from _bad_iris(item, f"{place}.{name}")


def _nulls(value: object, place: str) -> Iterator[str]:
    """Places outside extensions that hold null, which xAPI forbids."""
    if value is None:
        yield place
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nulls(item, f"{place}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            if name != "extensions":
                yield from _nulls(item, f"{place}.{name}")
