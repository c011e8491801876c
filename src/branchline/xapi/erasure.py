"""Forgetting a learner: what was sent is voided, for an LRS deletes nothing, and what is here is deleted, a tombstone left.

Statements are voided first: while the LRS cannot be reached nothing is deleted, so that what has to be voided is still known.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from branchline.errors import LrsPaused, LrsUnreachable
from branchline.journal.model import StoredStatement
from branchline.journal.received import Tombstone, tombstone_key
from branchline.xapi.coaching import carries_coaching
from branchline.xapi.outbox import deliver
from branchline.xapi.pull import Source, pages
from branchline.xapi.readback import voided
from branchline.xapi.settling import LEASE, Receiver
from branchline.xapi.vocabulary import PLATFORM, VERBS, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from branchline.journal.received import Received
    from branchline.journal.store import Journal

VOIDER = "branchline"
"""The account name that voids: the program's, for the learner's is to be named no more."""
_NAMESPACE = uuid.UUID("6d0a5a2c-0a4e-5f0e-9f0b-6a4f3b1c7d21")


class Lrs(Source, Receiver, Protocol):
    """What voiding needs of an LRS."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting a learner came to."""

    sessions: int
    voided: int
    """How many statements the LRS hides now because of this."""
    refused: int
    """How many the LRS would not void."""


def void(target: str, home_page: str, at: str) -> dict[str, Any]:
    """The statement that voids the one with the id `target`; the same target gives the same id."""
    iri, display = VERBS["voided"]
    return {
        "id": str(uuid.uuid5(_NAMESPACE, target)),
        "actor": {"objectType": "Agent", "account": {"homePage": home_page, "name": VOIDER}},
        "verb": {"id": iri, "display": {"en": display}},
        "object": {"objectType": "StatementRef", "id": target},
        "timestamp": at,
        "version": VERSION,
    }


def sent_by(lrs: Source, home_page: str, learner: str) -> set[str]:
    """Ids of what the LRS shows of ours that the learner did or said, or that is about the learner; raises as `pull` does."""
    return _sent(lrs, home_page, learner).ids


def said_of(lrs: Source, registrations: Iterable[str]) -> set[str]:
    """Ids of what anybody said of those sessions, and the LRS shows; raises as `pull` does."""
    found: set[str] = set()
    for each in sorted(registrations):
        for page in pages(lrs, {"registration": each, "limit": "500"}):
            found.update(str(one["id"]).lower() for one in page if _shown(one) and carries_coaching(one) and _registration(one) == each)
    return found


class _Sent(NamedTuple):
    """What an LRS has of a learner."""

    ids: set[str]
    registrations: set[str]
    """Of what the learner played, and of coaching sessions with the learner."""


def _sent(lrs: Source, home_page: str, learner: str) -> _Sent:
    account = {"homePage": home_page, "name": learner}
    agent = json.dumps({"objectType": "Agent", "account": account})
    found = _Sent(set(), set())
    for page in pages(lrs, {"agent": agent, "related_agents": "true", "limit": "500"}):
        for each in page:
            if not _shown(each):
                continue
            coaching = carries_coaching(each)
            made, about = _is(each.get("actor"), account), coaching and _is(each.get("object"), account)
            # Asked again here, for some LRSs leave filters unheard.
            if about or (made and (coaching or _context(each).get("platform") == PLATFORM)):
                found.ids.add(str(each["id"]).lower())
                if about or not coaching:
                    found.registrations.add(_registration(each))
    found.registrations.discard("")
    return found


def _shown(statement: Any) -> bool:
    return isinstance(statement, dict) and "id" in statement and not voided(statement)


def _is(agent: Any, account: object) -> bool:
    return isinstance(agent, dict) and agent.get("account") == account


def _context(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    context = statement.get("context")
    return context if isinstance(context, dict) else {}


def _registration(statement: Mapping[str, Any]) -> str:
    return str(_context(statement).get("registration") or "").lower()


def forget(
    journal: Journal, received: Received, lrs: Lrs | None, learner: str, home_page: str, *, sleep: Callable[[float], None] = time.sleep
) -> Forgotten:
    """Void what was sent of the learner, delete what is here, what others said of it included; without `lrs` nothing is voided.

    A tombstone keeps the learner from being read back.

    Raises LrsPaused or LrsUnreachable, with nothing deleted, where not everything could be voided now, or another program is
    delivering. What the LRS refuses to void for good is counted and does not keep the rest.
    """
    owner = f"forget-{uuid.uuid4().hex[:8]}"
    if not journal.lease(owner, time.time(), LEASE):
        raise LrsUnreachable("Another program is delivering.", hint="Nothing was deleted; try again in a minute.", code="lrs-busy")
    try:
        key = tombstone_key(learner)
        at = _begun_at(journal, key)
        registrations = received.registrations_of(learner)
        gone = Forgotten(0, 0, 0)
        if lrs is not None:
            targets = _targets(received, lrs, _sent(lrs, home_page, learner), registrations, learner)
            gone = _voided(lrs, targets, home_page, at, sleep)
        mine = received.sessions_of(learner, registrations)
        for each in mine:
            journal.delete(each)
        received.forget(key, learner, Tombstone(at, len(mine), gone.voided), registrations)
        journal.set_note(_begun_note(key), "")
        return Forgotten(len(mine), gone.voided, gone.refused)
    finally:
        journal.release(owner)


def _begun_at(journal: Journal, key: str) -> str:
    """When this forgetting was first tried: a statement that voids is the same in every try, so that none counts as a conflict."""
    if not (at := journal.note(_begun_note(key))):
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        journal.set_note(_begun_note(key), at)
    return at


def _begun_note(key: str) -> str:
    return f"forgetting {key}"


def _targets(received: Received, lrs: Source, sent: _Sent, registrations: set[str], learner: str) -> set[str]:
    """Everything to void; `registrations` learns of what was played on other machines alone."""
    registrations |= sent.registrations
    return {*received.delivered_of(learner), *sent.ids, *said_of(lrs, registrations)}


def _voided(lrs: Receiver, targets: Iterable[str], home_page: str, at: str, sleep: Callable[[float], None]) -> Forgotten:
    store = _Voids([void(target, home_page, at) for target in sorted(targets)])
    done = deliver(store, lrs, sleep=sleep)
    hint = "Nothing was deleted here; what was voided stays so. Repeat the command to go on."
    if done.paused:
        raise LrsPaused(done.paused, hint=hint)
    if done.waiting:
        raise LrsUnreachable(done.error or "Not everything could be voided.", hint=hint)
    known = sum(_is_voided(lrs, each) for each in store.refused())
    return Forgotten(0, done.delivered, done.dead - known)


def _is_voided(lrs: Receiver, refused: StoredStatement) -> bool:
    """Whether the LRS refuses because it was told the same before, at another time: not every LRS hides what is voided."""
    found = lrs.get_statement(refused.id).statement if refused.status == HTTPStatus.CONFLICT else None
    return found is not None and voided(found) == voided(json.loads(refused.json))


@dataclass
class _Voids:
    """Statements on their way that no journal keeps: they can be made again."""

    statements: list[dict[str, Any]]
    notes: dict[str, str] = field(default_factory=dict)
    states: dict[str, StoredStatement] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, each in enumerate(self.statements):
            text = json.dumps(each, separators=(",", ":"))
            self.states[each["id"]] = StoredStatement(each["id"], "", number, "voided", text)

    def waiting(self, limit: int, *, now: str) -> list[StoredStatement]:
        """All of them are due at any time."""
        del now
        return [each for each in self.states.values() if each.state == "waiting"][:limit]

    def settle(self, ids: Iterable[str], state: str, *, status: int = 0, error: str = "") -> None:
        """Say where delivery stands."""
        for own in ids:
            self.states[own] = replace(self.states[own], state=state, status=status, error=error)

    def postpone(self, ids: Iterable[str], error: str, status: int = 0) -> None:
        """Count an attempt that failed."""
        for own in ids:
            self.states[own] = replace(self.states[own], attempts=self.states[own].attempts + 1, status=status, error=error)

    def refused(self) -> list[StoredStatement]:
        """Those that the LRS refused for good."""
        return [each for each in self.states.values() if each.state == "dead"]

    def counts(self) -> dict[str, int]:
        """How many are `waiting`, `delivered`, `dead`."""
        states = [each.state for each in self.states.values()]
        return {state: states.count(state) for state in ("waiting", "delivered", "dead")}

    def note(self, key: str) -> str:
        """A noted value, or empty."""
        return self.notes.get(key, "")

    def set_note(self, key: str, value: str) -> None:
        """Note a value."""
        self.notes[key] = value

    def lease(self, owner: str, now: float, seconds: float) -> bool:
        """Nobody else knows of these."""
        return bool(owner) and now + seconds > now

    def release(self, owner: str) -> None:
        """Nobody waits."""
