"""What a statement costs on its way to an LRS, and back: beside what tincan and the standard library need for the same."""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tincan.statement import Statement
from tincan.statement_list import StatementList

from bench.meanwhile import pressed_meanwhile
from bench.measure import Row, beside, cost
from branchline.content.workspace import open_workspace
from branchline.journal.model import SessionRow, StoredStatement
from branchline.journal.received import Received
from branchline.journal.store import Journal
from branchline.xapi.answer import Answer
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import deliver
from branchline.xapi.pull import pull
from branchline.xapi.settling import BATCH
from lrs_servers import Reply, said, scripted_lrs
from xapi_moments import Player

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.content.compiled import Scenario
    from lrs_servers import Request

PAGE = 500


def delivery_rows(*, quick: bool) -> list[Row]:
    """A delivered statement beside tincan's building and writing it, one read back beside `json.loads`, a key press meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = open_workspace().load("charged-twice")
        sent, rounds = (100, 1) if quick else (1000, 5)
        back = 500 if quick else 10_000
        meanwhile = pressed_meanwhile(_texts(scenario, back), keys=2 if quick else 100)
        return [_delivered(scenario, Path(folder), sent, rounds), _read_back(scenario, Path(folder), back, rounds), meanwhile]


def _texts(scenario: Scenario, count: int) -> list[str]:
    """So many statements of sessions, each with an id of its own."""
    known = [json.loads(each.json) for each in Player(scenario).play().statements]
    return [json.dumps({**known[number % len(known)], "id": str(uuid.uuid4())}, separators=(",", ":")) for number in range(count)]


def _thread_cost(work: Callable[[], object]) -> float:
    """Processor seconds of this thread alone: the LRS works in another one."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _delivered(scenario: Scenario, folder: Path, count: int, rounds: int) -> Row:
    texts = _texts(scenario, count)
    turn = iter(range(10 * rounds))

    def ours() -> float:
        with (
            scripted_lrs(_accept) as server,
            Journal.open(folder / f"out-{next(turn)}.db") as journal,
            closing(_lrs(server.endpoint)) as lrs,
        ):
            _fill(journal, texts)
            return _thread_cost(lambda: deliver(journal, lrs))

    def baseline() -> float:
        # tincan changes what it is given, so every round needs its own.
        statements = [json.loads(text) for text in texts]
        return _thread_cost(lambda: _by_tincan(statements))

    what = "one statement, delivered (beside: tincan builds and writes it)"
    return beside(what, "µs", ours, baseline, rounds=rounds, budget=1.3, scale=1e6 / count)


def _accept(request: Request) -> Reply:
    return said(200, request.ids)


def _lrs(endpoint: str) -> Lrs:
    return Lrs(endpoint, "jo", "x")


def _fill(journal: Journal, texts: Sequence[str]) -> None:
    session = str(uuid.uuid4())
    row = SessionRow(session, "scenario", "s", "S", 1, "c" * 64, "l" * 64, "l-1", "practice", 1, "en", "active", "2026-03-01T09:00:00.000Z")
    statements = [StoredStatement(text[7:43], session, 1, "interacted", text) for text in texts]
    journal.write(session, row=row, content=("c" * 64, {}), statements=statements)


def _by_tincan(statements: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(statements), BATCH):
        StatementList([Statement(each) for each in statements[start : start + BATCH]]).to_json("1.0.3")


class _Pages:
    """An LRS that only hands out prepared pages."""

    endpoint = "https://lrs.example.test/"

    def __init__(self, pages: Sequence[str]) -> None:
        self._pages = iter(pages)

    def get(self, resource: str, params: Mapping[str, str] | None = None) -> Answer:
        """The next page."""
        del resource, params
        return Answer(200, {"content-type": "application/json"}, next(self._pages))


def _read_back(scenario: Scenario, folder: Path, count: int, rounds: int) -> Row:
    texts = _texts(scenario, count)
    pages = [_page(texts, start) for start in range(0, count, PAGE)]
    turn = iter(range(10 * rounds))

    def ours() -> float:
        with Received.open(folder / f"back-{next(turn)}.db") as received:
            return cost(lambda: pull(_Pages(pages), received))

    def baseline() -> float:
        return cost(lambda: [len(json.loads(page)["statements"]) for page in pages])

    what = f"{count} statements, read back (beside: json.loads of the same pages)"
    return beside(what, "ms", ours, baseline, rounds=rounds, budget=3.0, scale=1e3)


def _page(texts: Sequence[str], start: int) -> str:
    held: list[dict[str, Any]] = [{**json.loads(text), "stored": "2026-03-01T10:00:00.000Z"} for text in texts[start : start + PAGE]]
    return json.dumps({"statements": held, "more": f"/more/{start}" if start + PAGE < len(texts) else ""})
