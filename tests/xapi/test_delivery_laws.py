"""Whatever an LRS and the network do for a while, everything arrives once, in order, and only what is bad is buried."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.xapi.answer import Answer, Found
from branchline.xapi.outbox import deliver
from xapi_outbox import Clock, ids, stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.journal.model import StoredStatement

LOST = Answer(0, error="reset", words="The connection broke off.")
FAULTS = ["lost before", "lost after", "503", "500", "429", "401", "html", "empty", "half"]


class MemoryStore:
    """The outbox side of a journal, in memory."""

    def __init__(self, statements: list[StoredStatement]) -> None:
        self.rows = {each.id: each for each in statements}
        self.notes: dict[str, str] = {}
        self.owner = ""

    def waiting(self, limit: int, *, now: str) -> list[StoredStatement]:
        assert now
        return [each for each in self.rows.values() if each.state == "waiting"][:limit]

    def settle(self, ids: Iterable[str], state: str, *, status: int = 0, error: str = "") -> None:
        for each in ids:
            self.rows[each] = replace(self.rows[each], state=state, status=status, error=error)

    def postpone(self, ids: Iterable[str], error: str, status: int = 0) -> None:
        for each in ids:
            self.rows[each] = replace(self.rows[each], attempts=self.rows[each].attempts + 1, status=status, error=error)

    def counts(self) -> dict[str, int]:
        return {state: sum(each.state == state for each in self.rows.values()) for state in ("waiting", "delivered", "dead")}

    def note(self, key: str) -> str:
        return self.notes.get(key, "")

    def set_note(self, key: str, value: str) -> None:
        self.notes[key] = value

    def lease(self, owner: str, now: float, seconds: float) -> bool:
        assert now + seconds > now
        self.owner = self.owner or owner
        return self.owner == owner

    def release(self, owner: str) -> None:
        self.owner = "" if self.owner == owner else self.owner


@dataclass
class FaultyLrs:
    """Keeps statements, refuses bad ones, and has the faults that are planned, one per request."""

    strict: bool
    bad: set[str]
    largest: int
    faults: list[str]
    order: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def post(self, statements: Sequence[Mapping[str, Any]]) -> Answer:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost after":
            self._store(statements)
        return self._failing(fault) or self._store(statements)

    def get_statement(self, statement_id: str) -> Found:
        fault = self.faults.pop(0) if self.faults else ""
        problem = self._failing(fault)
        return Found(None, problem) if problem else Found(self.kept.get(statement_id))

    def _failing(self, fault: str) -> Answer | None:
        if fault in {"lost before", "lost after"}:
            return LOST
        bodies = {"html": "<html>", "empty": "", "half": '["a'}
        return Answer(200, {}, bodies[fault]) if fault in bodies else Answer(int(fault)) if fault else None

    def _store(self, statements: Sequence[Mapping[str, Any]]) -> Answer:
        sent = [str(each["id"]) for each in statements]
        if len(sent) > self.largest:
            return Answer(413)
        if self.bad.intersection(sent):
            return Answer(400, {}, "bad")
        new = [each for each in sent if each not in self.kept]
        if self.strict and len(new) < len(sent):
            return Answer(409)
        self.order += new
        self.kept |= {str(each["id"]): json.loads(json.dumps(each)) for each in statements}
        return Answer(200, {}, json.dumps(new)) if new else Answer(204)


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(1, 40),
    bad=st.sets(st.integers(1, 40), max_size=4),
    strict=st.booleans(),
    largest=st.integers(1, 60),
    batch=st.integers(1, 50),
    # An error that keeps coming back while others are taken is what a bad statement looks like.
    faults=st.lists(st.sampled_from(FAULTS), max_size=12).filter(lambda faults: faults.count("500") < 3),
)
def test_everything_good_arrives_once_in_order_and_only_what_is_bad_is_buried(
    *, count: int, bad: set[int], strict: bool, largest: int, batch: int, faults: list[str]
) -> None:
    every = [stored(number) for number in range(1, count + 1)]
    wrong = {each for each in ids(*bad) if each in {known.id for known in every}}
    store, lrs = MemoryStore(every), FaultyLrs(strict, wrong, largest, faults)
    for _ in range(len(faults) + 2):
        deliver(store, lrs, now=Clock(), batch=batch, jitter=lambda: 0.0)
    assert lrs.order == [each.id for each in every if each.id not in wrong]
    assert {each.id for each in store.rows.values() if each.state == "dead"} == wrong
    assert store.counts()["waiting"] == 0
    assert store.owner == ""
