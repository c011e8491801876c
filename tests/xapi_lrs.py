"""An LRS in this process that keeps what it is sent, hides what was voided, and gives it back in pages of either order."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lrs_servers import Reply, said

if TYPE_CHECKING:
    from lrs_servers import Request

BEGUN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


@dataclass
class KeepingLrs:
    """Answers as an LRS of the standard's letter: a batch with a known id is refused as a whole."""

    page: int = 1000
    """The most statements that one page has, whatever is asked for."""
    newest_first: bool = False
    """Whether it leaves `ascending` unheard."""
    absolute: bool = False
    """Whether `more` is a whole URL."""
    hides: bool = True
    """Whether it hides what was voided."""
    empty_end: bool = False
    """Whether it offers one page more, which is empty."""
    kept: list[dict[str, Any]] = field(default_factory=list)
    """In the order of `stored`."""
    script: list[Reply] = field(default_factory=list)
    """Said first, one per request."""
    gets: int = 0
    most: int | None = None
    """After how many pages it breaks off once."""
    more: threading.Condition = field(default_factory=threading.Condition)
    """Told of whenever statements come."""

    def store(self, *statements: dict[str, Any]) -> None:
        """Take statements, as from another client."""
        with self.more:
            for statement in statements:
                at = BEGUN + timedelta(minutes=len(self.kept))
                self.kept.append({**statement, "stored": at.isoformat().replace("+00:00", "Z")})
            self.more.notify_all()

    def await_count(self, count: int) -> None:
        """Return when it holds that many statements; AssertionError where that takes longer than a minute."""
        with self.more:
            assert self.more.wait_for(lambda: len(self.kept) >= count, 60)

    def ids(self) -> list[str]:
        """Every id that it holds, in the order in which they came."""
        return [each["id"] for each in self.kept]

    def __call__(self, request: Request) -> Reply:
        if self.script:
            return self.script.pop(0)
        if request.method != "GET":
            return self._keep(request)
        if "statementId" in request.query or "voidedStatementId" in request.query:
            return self._one(request.query)
        self.gets += 1
        if self.most is not None and self.gets > self.most:
            self.most = None
            return Reply(503)
        return self._page(request)

    def _keep(self, request: Request) -> Reply:
        with self.more:
            known = set(self.ids())
            if known & set(request.ids):
                return said(409, {"error": "known"})
            self.store(*request.statements)
        return said(200, request.ids) if request.method == "POST" else Reply(204)

    def _voided(self) -> set[str]:
        return {each["object"]["id"] for each in self.kept if self.hides and each.get("verb", {}).get("id") == VOIDED}

    def _one(self, query: dict[str, str]) -> Reply:
        name = "voidedStatementId" if "voidedStatementId" in query else "statementId"
        found = [each for each in self.kept if each["id"] == query[name] and (each["id"] in self._voided()) == name.startswith("voided")]
        return said(200, found[0]) if found else said(404, {"error": "no such statement"})

    def _page(self, request: Request) -> Reply:
        query, hidden = request.query, self._voided()
        found = [each for each in self.kept if each["id"] not in hidden and self._asked(each, query)]
        if self.newest_first or query.get("ascending") != "true":
            found.reverse()
        start, size = int(query.get("from", 0)), min(self.page, int(query.get("limit", self.page)))
        last = start + size >= len(found) and not (self.empty_end and start < len(found))
        return said(200, {"statements": found[start : start + size], "more": "" if last else self._link(request, start + size)})

    def _link(self, request: Request, start: int) -> str:
        rest = urlencode({name: value for name, value in request.query.items() if name != "from"})
        host = f"http://{request.headers['host']}" if self.absolute else ""
        return f"{host}/xapi/statements?{rest}&from={start}"

    @staticmethod
    def _asked(statement: dict[str, Any], query: dict[str, str]) -> bool:
        registration = (statement.get("context") or {}).get("registration")
        agent = json.loads(query["agent"]) if "agent" in query else None
        return (
            statement["stored"] > query.get("since", "")
            and query.get("registration") in {None, registration}
            and (agent is None or (statement.get("actor") or {}).get("account") == agent["account"])
        )
