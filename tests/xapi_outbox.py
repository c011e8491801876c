"""A journal with statements that wait, an LRS with rules, and a clock that only moves when told."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from branchline.journal.model import SessionRow, StoredStatement
from lrs_servers import Reply, Request, said

if TYPE_CHECKING:
    from branchline.journal.store import Journal

SESSION = "3f0c5b1e-7a55-4b7e-9d0a-1f6f2f3a9c11"
NOON = 1_772_366_400.0
"""2026-03-01T12:00:00Z in epoch seconds."""


def statement(number: int, **more: Any) -> dict[str, Any]:
    """A small statement; its id follows from the number."""
    return {
        "id": str(uuid.uuid5(uuid.UUID(SESSION), str(number))),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://learn.example.org", "name": "l-4711"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/interacted", "display": {"en": "interacted"}},
        "object": {"objectType": "Activity", "id": f"https://xapi.example.org/nodes/{number}"},
        "result": {"score": {"scaled": 0.5, "raw": 50, "min": 0, "max": 100}, "duration": "PT4.2S"},
        "context": {"registration": SESSION, "extensions": {"https://xapi.example.org/extensions/event": {"seq": number}}},
        "timestamp": "2026-03-01T09:00:00.000Z",
        "version": "1.0.3",
        **more,
    }


def ids(*numbers: int) -> list[str]:
    return [statement(number)["id"] for number in numbers]


def stored(number: int, text: str = "") -> StoredStatement:
    data = statement(number)
    return StoredStatement(data["id"], SESSION, number, "interacted", text or json.dumps(data, separators=(",", ":")))


def fill(journal: Journal, count: int) -> list[str]:
    """`count` statements that wait, numbered from 1; their ids in order."""
    put(journal, [stored(number) for number in range(1, count + 1)])
    return ids(*range(1, count + 1))


def put(journal: Journal, statements: list[StoredStatement]) -> None:
    row = SessionRow(
        SESSION, "scenario", "s", "S", 1, "c" * 64, "l" * 64, "l-4711", "practice", 1, "en", "active", "2026-03-01T09:00:00.000Z"
    )
    journal.write(SESSION, row=row, content=("c" * 64, {"id": "s"}), statements=statements)


@dataclass
class Clock:
    """Epoch seconds that pass only in `sleep`."""

    at: float = NOON
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@dataclass
class RuledLrs:
    """Answers as an LRS that keeps statements: `strict` ones refuse a batch with a known id, the others answer as Ralph does."""

    strict: bool = True
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    bad: dict[str, Reply] = field(default_factory=dict)
    """What is said to a batch that holds the statement of that id."""
    largest: int = 1000
    script: list[Reply] = field(default_factory=list)
    """Said first, one per request."""

    def __call__(self, request: Request) -> Reply:
        if self.script:
            return self.script.pop(0)
        if request.method == "GET":
            return self._found(request.query.get("statementId") or request.query["voidedStatementId"])
        if len(request.ids) > self.largest:
            return Reply(413)
        spoilt = [self.bad[each] for each in request.ids if each in self.bad]
        return spoilt[0] if spoilt else self._keep(request)

    def _keep(self, request: Request) -> Reply:
        known = [each["id"] for each in request.statements if each["id"] in self.kept]
        if known and self.strict:
            return said(409, {"error": "known"})
        new = {each["id"]: each for each in request.statements if each["id"] not in self.kept}
        self.kept.update(new)
        self.order.extend(new)
        return said(200, list(new)) if new else Reply(204)

    def _found(self, wanted: str) -> Reply:
        if self.strict:
            return said(200, self.kept[wanted]) if wanted in self.kept else said(404, {"error": "no such statement"})
        return said(200, {"statements": [self.kept[wanted]] if wanted in self.kept else []})
