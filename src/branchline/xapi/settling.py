"""Settling one batch: what the LRS refused is searched for by halves, what it already has is compared, the rest arrives."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from branchline.xapi.same import same
from branchline.xapi.verdict import Kind, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from branchline.journal.model import StoredStatement
    from branchline.xapi.answer import Answer, Found

    Part = Sequence[StoredStatement]

BATCH = 50
"""How many statements one request carries at most."""
LEASE = 60.0
"""Seconds for which a drainer that died keeps others away."""
UNSEEN = 5
"""Attempts after which a statement that the LRS says it has but does not show counts as a conflict."""
STOPPED = "stopped"
"""The code of a Verdict that says: we were asked to stop."""
OVERTAKEN = "overtaken"
"""The code of a Verdict that says: another drainer took over."""
_HUNT = 12
"""How many requests may fail, and none succeed, while one bad statement is looked for."""


class Store(Protocol):
    """What delivery needs of the journal."""

    def waiting(self, limit: int, *, now: str) -> list[StoredStatement]:
        """The next statements, in the order in which they were written."""

    def settle(self, ids: Iterable[str], state: str, *, status: int = 0, error: str = "") -> None:
        """Say where delivery stands."""

    def postpone(self, ids: Iterable[str], error: str, status: int = 0) -> None:
        """Count an attempt that failed."""

    def counts(self) -> dict[str, int]:
        """How many are `waiting`, `delivered`, `dead`."""

    def note(self, key: str) -> str:
        """A noted value, or empty."""

    def set_note(self, key: str, value: str) -> None:
        """Note a value."""

    def lease(self, owner: str, now: float, seconds: float) -> bool:
        """Whether `owner` alone may deliver."""

    def release(self, owner: str) -> None:
        """Let others deliver."""


class Receiver(Protocol):
    """What delivery needs of an LRS."""

    def post(self, statements: Sequence[dict[str, Any]]) -> Answer:
        """Store statements; they are given away, and may be changed."""

    def get_statement(self, statement_id: str) -> Found:
        """The statement of that id."""


class Run:
    """One run of delivery: what it has settled so far."""

    def __init__(self, store: Store, lrs: Receiver, now: Callable[[], float], stop: Callable[[], bool], owner: str) -> None:
        """`now` gives epoch seconds; `stop` is asked before every request; `owner` holds the lease."""
        self.store = store
        self.lrs = lrs
        self.now = now
        self.stop = stop
        self.owner = owner
        self.delivered = 0
        self.dead = 0
        self.largest = BATCH
        """How many statements the LRS takes at once, as far as it has said."""
        self._leased = now()
        self._hunting = False
        self._vain = False
        self._proven = False
        self._misses = 0
        self._suspects: list[tuple[StoredStatement, Verdict]] = []
        self._fresh: dict[str, dict[str, Any]] = {}

    def settle(self, batch: Part) -> Verdict | None:
        """Settle each statement of the batch; a Verdict of kind PAUSED or LATER where some have to wait.

        A 500, and a refusal that comes as a web page, may be the statement's fault or the LRS's: it is the statement's where the LRS
        took another one meanwhile. A 500 is looked into only where the batch has met one before, and in vain only once in a run.
        """
        self._hunting = not self._vain and any(each.status == HTTPStatus.INTERNAL_SERVER_ERROR for each in batch)
        self._proven, self._misses, self._suspects, self._fresh = False, 0, [], {}
        part = [each for each in batch if self._readable(each)]
        verdict = self._settle(part) if part else None
        return self._convict(verdict)

    def _readable(self, stored: StoredStatement) -> bool:
        try:
            parsed = json.loads(stored.json)
        except ValueError:
            parsed = None
        if isinstance(parsed, dict):
            self._fresh[stored.id] = parsed
            return True
        self._bury(stored, Verdict(Kind.REFUSED, "unreadable", "The text of this statement is damaged."))
        return False

    def _settle(self, part: Part) -> Verdict | None:
        verdict = self._interrupted() or self._send(part)
        match verdict.kind:
            case Kind.DELIVERED:
                self._arrived(part)
                return None
            case Kind.CONFLICT:
                return self._reconcile(part, verdict)
            case Kind.TOO_LARGE:
                self.largest = max(1, len(part) // 2)
                return self._refused(part, verdict)
            case Kind.REFUSED:
                return self._doubted(part, verdict) if verdict.code == "html" else self._refused(part, verdict)
            case Kind.SUSPECT:
                return self._doubted(part, verdict) if self._hunting else self._postponed(part, verdict)
        return verdict if verdict.kind is Kind.PAUSED or verdict.code in {STOPPED, OVERTAKEN} else self._postponed(part, verdict)

    def _send(self, part: Part) -> Verdict:
        return judge(self.lrs.post([self._given_away(each) for each in part]), [each.id for each in part], self.now())

    def _given_away(self, stored: StoredStatement) -> dict[str, Any]:
        """The statement as data that nobody else has: it was just read for the first request, and is read anew for every other."""
        fresh = self._fresh.pop(stored.id, None)
        found: dict[str, Any] = json.loads(stored.json) if fresh is None else fresh
        return found

    def _interrupted(self) -> Verdict | None:
        if self.stop():
            return Verdict(Kind.LATER, STOPPED)
        now = self.now()
        if 0 <= now - self._leased < LEASE / 4:
            return None
        self._leased = now
        return None if self.store.lease(self.owner, now, LEASE) else Verdict(Kind.LATER, OVERTAKEN)

    def _halved(self, part: Part) -> Verdict | None:
        middle = len(part) // 2
        return self._settle(part[:middle]) or self._settle(part[middle:])

    def _arrived(self, part: Part) -> None:
        self.store.settle([each.id for each in part], "delivered")
        self.delivered += len(part)
        self._proven = True

    def _refused(self, part: Part, verdict: Verdict) -> Verdict | None:
        if len(part) > 1:
            return self._halved(part)
        self._bury(part[0], verdict)
        return None

    def _doubted(self, part: Part, verdict: Verdict) -> Verdict | None:
        self._misses += 1
        if self._misses >= _HUNT and not self._proven:
            return self._undecided(part, verdict)
        if len(part) > 1:
            return self._halved(part)
        self._suspects.append((part[0], verdict))
        return None

    def _convict(self, verdict: Verdict | None) -> Verdict | None:
        """Judge the suspects, now that the rest of the batch has shown how the LRS is."""
        suspects, self._suspects = self._suspects, []
        if not self._proven:
            return verdict or (self._undecided([each for each, _ in suspects], suspects[-1][1]) if suspects else None)
        for each, _ in suspects:
            verdict = verdict or self._asked_again(each)
        return verdict

    def _asked_again(self, suspect: StoredStatement) -> Verdict | None:
        """Bury a statement only where the LRS still refuses it after it took others: its trouble may have been a passing one."""
        verdict = self._interrupted() or self._send([suspect])
        if verdict.kind in {Kind.SUSPECT, Kind.REFUSED}:
            self._bury(suspect, verdict)
            return None
        if verdict.kind is Kind.DELIVERED:
            self._arrived([suspect])
            return None
        return verdict if verdict.kind is Kind.PAUSED or verdict.code in {STOPPED, OVERTAKEN} else self._postponed([suspect], verdict)

    def _undecided(self, part: Part, verdict: Verdict) -> Verdict:
        """Nothing shows whose fault it is: web pages are the network's, errors are the LRS's."""
        self._vain = True
        return replace(verdict, kind=Kind.PAUSED) if verdict.code == "html" else self._postponed(part, verdict)

    def _postponed(self, part: Part, verdict: Verdict) -> Verdict:
        status = verdict.code.removeprefix("http-")
        self.store.postpone([each.id for each in part], verdict.words, int(status) if status.isdecimal() else 0)
        return replace(verdict, kind=Kind.LATER)

    def _bury(self, stored: StoredStatement, verdict: Verdict) -> None:
        status = verdict.code.removeprefix("http-")
        self.store.settle([stored.id], "dead", status=int(status) if status.isdecimal() else 0, error=verdict.words)
        self.dead += 1

    def _reconcile(self, part: Part, verdict: Verdict) -> Verdict | None:
        """Compare what the LRS has with what was sent; what it has not goes again without the rest."""
        missing: list[StoredStatement] = []
        for each in part:
            if stopped := self._interrupted():
                return stopped
            found = self.lrs.get_statement(each.id)
            if found.problem is not None:
                return self._unknown(each, found.problem)
            if found.statement is None:
                missing.append(each)
            else:
                self._compared(each, found.statement)
        if len(missing) < len(part):
            return self._settle(missing) if missing else None
        return self._halved(part) if len(part) > 1 else self._unseen(part[0], verdict)

    def _compared(self, stored: StoredStatement, theirs: Mapping[str, Any]) -> None:
        if same(json.loads(stored.json), theirs):
            self._arrived([stored])
        else:
            words = "Conflict: the LRS has another statement under this id."
            self._bury(stored, Verdict(Kind.CONFLICT, "http-409", words))

    def _unknown(self, stored: StoredStatement, problem: Answer) -> Verdict:
        verdict = judge(problem, [], self.now())
        return verdict if verdict.kind is Kind.PAUSED else self._postponed([stored], verdict)

    def _unseen(self, stored: StoredStatement, verdict: Verdict) -> Verdict | None:
        if stored.attempts + 1 < UNSEEN:
            return self._postponed([stored], verdict)
        words = "Conflict: the LRS says it has a statement under this id, but does not show it."
        self._bury(stored, replace(verdict, words=words))
        return None
