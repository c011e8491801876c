"""Reading back from an LRS: page by page as raw JSON, in whatever order and company the statements come, and never twice.

How far reading got is kept with every page, so that a reading that was broken off goes on where it was. The next one begins at the
latest `stored` of the last whole one, less an overlap for statements that were being stored meanwhile; `timestamp` decides nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from branchline.errors import DamagedData, LrsPaused, LrsUnreachable
from branchline.journal.received import Activity, tombstone_key
from branchline.text import clean_line
from branchline.xapi.coaching import carries_coaching
from branchline.xapi.page import page_of
from branchline.xapi.readback import Rebuilt, rebuilt, voided
from branchline.xapi.vocabulary import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from branchline.journal.received import Received
    from branchline.xapi.answer import Answer
    from branchline.xapi.page import Written

OVERLAP = timedelta(minutes=10)
"""How far behind the latest `stored` the next reading begins."""
PAGE = 500
"""Statements that a page is asked to have; the LRS may give fewer."""
_LONG = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_CONSISTENT = "x-experience-api-consistent-through"


class Source(Protocol):
    """What reading back needs of an LRS."""

    @property
    def endpoint(self) -> str:
        """The address without credentials."""

    def get(self, resource: str, params: Mapping[str, str] | None = None) -> Answer:
        """Read `statements`, or what a `more` says."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one reading found so far."""

    read: int = 0
    new: int = 0
    """How many this machine had not got."""
    odd: int = 0
    """How many are no statements, having no id."""
    pages: int = 0
    share: float = 0.0
    """How much of the time since the first statement read is gone through, 0 to 1; an LRS that gives the newest first tells little."""


def pull(
    source: Source,
    received: Received,
    *,
    registration: str = "",
    whole: bool = False,
    page: int = PAGE,
    progress: Callable[[Pulled], None] | None = None,
) -> Pulled:
    """Keep every statement that the LRS gives and this machine has not made; with `registration` only those of one session.

    `whole` begins at the beginning. A forgotten learner's statements are left where they are. Raises LrsPaused or LrsUnreachable
    where the LRS does not answer as one; what was read by then is kept, and the next call goes on from there.
    """
    reading = _Reading(source, received, registration.lower(), page)
    return reading.run(whole=whole, progress=progress)


def sessions(received: Received, registrations: Sequence[str]) -> Iterator[tuple[str, Rebuilt | DamagedData]]:
    """What the statements that came of each registration make: a session, or why none yet."""
    for registration in registrations:
        try:
            yield registration, rebuilt(map(json.loads, received.of_registration(registration)))
        except DamagedData as error:
            yield registration, error


def pages(source: Source, question: Mapping[str, str]) -> Iterator[list[Any]]:
    """What the LRS answers to a question about statements, page by page; raises as `pull` does."""
    links: set[str] = set()
    answer = source.get("statements", question)
    while True:
        statements, more = _paged(answer)
        yield [statement for statement, _ in statements]
        if not more or more in links:
            return
        links.add(more)
        answer = source.get(more)


class _Reading:
    """One reading of one LRS."""

    def __init__(self, source: Source, received: Received, registration: str, page: int) -> None:
        self._source = source
        self._received = received
        self._registration = registration
        self._page = page
        self._forgotten = received.tombstones()
        self._done = Pulled()
        self._latest = ""
        self._first = ""
        self._links: set[str] = set()

    def run(self, *, whole: bool, progress: Callable[[Pulled], None] | None) -> Pulled:
        more = "" if whole else self._kept("more")
        self._latest = self._kept("latest") if more else ""
        answer = self._source.get(more) if more else None
        if answer is None or answer.family == "4xx":
            answer = self._source.get("statements", self._question(whole=whole))
        while True:
            more = self._take(answer)
            if progress is not None:
                progress(self._done)
            if not more or more in self._links:
                return self._done
            self._links.add(more)
            answer = self._source.get(more)

    def _question(self, *, whole: bool) -> dict[str, str]:
        asked = {"limit": str(self._page), "ascending": "true"}
        if self._registration:
            return {**asked, "registration": self._registration}
        cursor = "" if whole else self._kept("cursor")
        if not cursor:
            return asked
        return {**asked, "since": _instant(datetime.fromisoformat(cursor) - OVERLAP)}

    def _kept(self, name: str) -> str:
        return "" if self._registration else self._received.note(self._key(name))

    def _key(self, name: str) -> str:
        return f"pull-{name} {self._source.endpoint}"

    def _take(self, answer: Answer) -> str:
        """Keep a page and how far it got, in one step; the link to the next page."""
        statements, more = _paged(answer)
        activities: list[Activity] = []
        odd = 0
        for statement, text in statements:
            found = _activity(statement, text)
            if found is None:
                odd += 1
                continue
            stored = _utc(statement.get("stored"))
            self._latest = max(self._latest, stored)
            self._first = min(self._first or stored, stored) if stored else self._first
            if self._wanted(found, statement):
                activities.append(found)
        new = self._received.keep(activities, self._progress(more, answer))
        done = self._done
        self._done = Pulled(done.read + len(statements), done.new + new, done.odd + odd, done.pages + 1, self._share(more))
        return more

    def _share(self, more: str) -> float:
        if not more:
            return 1.0
        if not self._first:
            return 0.0
        first, latest = (datetime.fromisoformat(each) for each in (self._first, self._latest))
        return max(0.0, min(1.0, (latest - first) / max(datetime.now(UTC) - first, timedelta(seconds=1))))

    def _wanted(self, found: Activity, statement: Mapping[str, Any]) -> bool:
        if self._registration and found.registration != self._registration and not found.voids:
            return False
        if not self._forgotten:
            return True
        if found.coaching and self._received.forgotten(found.registration):
            return False
        about = _learner(_dict(statement.get("object")))
        return not any(tombstone_key(name) in self._forgotten for name in (found.learner, about) if name)

    def _progress(self, more: str, answer: Answer) -> dict[str, str]:
        """The notes of how far reading got: on its way the link and the latest seen, at its end the cursor."""
        if self._registration:
            return {}
        if more and more not in self._links:
            return {self._key("more"): more, self._key("latest"): self._latest}
        through = _utc(answer.headers.get(_CONSISTENT, ""))
        cursor = min(self._latest, through) if through and self._latest else self._latest
        ended = {self._key("more"): "", self._key("latest"): ""}
        return {**ended, self._key("cursor"): max(cursor, self._kept("cursor"))}


def _paged(answer: Answer) -> tuple[list[Written], str]:
    """The statements of a page and the link to the next; LrsPaused or LrsUnreachable where the answer is no page."""
    if answer.status == 0:
        raise LrsUnreachable(answer.words, hint="What was read so far is kept; repeat the command to go on.", code=f"lrs-{answer.error}")
    if answer.family == "5xx" or answer.status in _LONG:
        raise LrsUnreachable(f"The LRS cannot answer now (status {answer.status}).", hint="Repeat the command later to go on.")
    page = page_of(answer.body) if answer.status == HTTPStatus.OK and not answer.is_html else None
    if page is None:
        said = "" if answer.is_html or answer.family == "2xx" else clean_line(answer.body)[:200]
        hint = "`branchline lrs check` tells what is wrong."
        raise LrsPaused(f"The LRS does not let statements be read (status {answer.status}). {said}".rstrip(), hint=hint)
    return page


def _activity(statement: Any, text: str) -> Activity | None:
    """The statement as it is kept, its `text` included; None where it has no id. Everything else about it may be odd."""
    if not isinstance(statement, dict) or not isinstance(own := statement.get("id"), str) or not own:
        return None
    context, verb = _dict(statement.get("context")), _dict(statement.get("verb"))
    return Activity(
        id=own.lower(),
        registration=str(context.get("registration") or "").lower(),
        at=str(statement.get("timestamp") or ""),
        json=text,
        learner=_learner(_dict(statement.get("actor"))),
        verb=str(verb.get("id") or ""),
        voids=voided(statement),
        ours=context.get("platform") == PLATFORM,
        coaching=carries_coaching(statement),
    )


def _learner(actor: Mapping[str, Any]) -> str:
    account = actor.get("account")
    if isinstance(account, dict):
        return str(account.get("name") or "")
    return str(actor.get("mbox") or actor.get("openid") or actor.get("mbox_sha1sum") or "")


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _utc(value: Any) -> str:
    """An instant in UTC with microseconds, so that text order is time order; empty where it is none."""
    try:
        found = datetime.fromisoformat(str(value))
        return _instant(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return ""


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
