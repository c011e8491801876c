"""What an Answer means for the statements that were sent: pure, one rule per outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.xapi.answer import Answer

QUOTED = 300
"""How many characters of an LRS's text an error keeps."""
LONGEST_WAIT = 86_400.0
"""Seconds: no Retry-After holds delivery up for longer."""


class Kind(Enum):
    """What is to be done with the statements of one request."""

    DELIVERED = "delivered"
    CONFLICT = "conflict"
    """The LRS has something under one of the ids: ask for it and compare."""
    REFUSED = "refused"
    """One of the statements is at fault: find it."""
    SUSPECT = "suspect"
    """An error of the LRS's own that one of the statements may cause: keep, and find it when it repeats."""
    TOO_LARGE = "too-large"
    PAUSED = "paused"
    """A person has to change something: keep everything."""
    LATER = "later"
    """Keep everything and try again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A Kind with its reason."""

    kind: Kind
    code: str = ""
    """Stable word for the reason, empty where delivered."""
    words: str = ""
    retry_after: float | None = None
    """Seconds the LRS asked to wait, None where it did not."""

    @property
    def passing(self) -> bool:
        """Whether a pause may end by itself, as a login page of a network does."""
        return self.code in {"html", "no-ids", "redirect"}


_PAUSES = {
    401: ("unauthorized", "The LRS refuses the user name or password."),
    403: ("forbidden", "The LRS does not let this user store statements."),
    404: ("not-found", "There is no LRS at this address."),
    405: ("not-found", "What answers at this address does not take statements."),
}

_KINDS = {
    400: Kind.REFUSED,
    409: Kind.CONFLICT,
    413: Kind.TOO_LARGE,
    422: Kind.REFUSED,
    500: Kind.SUSPECT,
}


def judge(answer: Answer, sent: Sequence[str], now: float) -> Verdict:
    """What `answer` means for the statements with the ids `sent`; `now` in epoch seconds reads a Retry-After that is a date."""
    status = answer.status
    if status == 0:
        return Verdict(Kind.REFUSED if answer.error == "statement" else Kind.LATER, answer.error, answer.words)
    if status == HTTPStatus.NO_CONTENT:
        return Verdict(Kind.DELIVERED)
    if answer.family == "2xx":
        return _accepted(answer, sent)
    if answer.family == "3xx":
        return Verdict(Kind.PAUSED, "redirect", f"The address redirects (status {status}); set the endpoint itself.")
    if status in _PAUSES:
        return Verdict(Kind.PAUSED, *_PAUSES[status])
    return _refused(answer, now)


def _refused(answer: Answer, now: float) -> Verdict:
    kind = _KINDS.get(answer.status, Kind.LATER)
    if kind is Kind.REFUSED and answer.is_html:
        return Verdict(kind, "html", f"A web page answered instead of an LRS (status {answer.status}).")
    return Verdict(kind, f"http-{answer.status}", _quote(answer), retry_after(answer.headers.get("retry-after", ""), now))


def _accepted(answer: Answer, sent: Sequence[str]) -> Verdict:
    """A 2xx proves nothing by itself: it has to name statements of ours, and no others."""
    if not answer.body.strip():
        return Verdict(Kind.PAUSED, "empty", f"The answer says success (status {answer.status}) but names no statement.")
    if answer.is_html:
        return Verdict(Kind.PAUSED, "html", "A web page answered instead of an LRS, perhaps the login page of the network.")
    named = answer.data
    if not isinstance(named, list):
        return Verdict(Kind.LATER, "unreadable", f"The answer (status {answer.status}) is not what an LRS says.")
    if not named:
        return Verdict(Kind.PAUSED, "no-ids", f"The answer says success (status {answer.status}) but names no statement.")
    if {str(name).lower() for name in named} <= {name.lower() for name in sent}:
        return Verdict(Kind.DELIVERED)
    return Verdict(Kind.PAUSED, "foreign-ids", "The answer names statements that were never sent.")


def retry_after(value: str, now: float) -> float | None:
    """Seconds from `now` that a Retry-After header asks for, as seconds or date; at most LONGEST_WAIT, None where it says nothing."""
    try:
        seconds = float(value) if value.strip().isdecimal() else parsedate_to_datetime(value).timestamp() - now
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT) if math.isfinite(seconds) else LONGEST_WAIT


def backoff(failures: int, jitter: float) -> float:
    """Seconds to wait after the nth failure in a row (from 1): 1 s doubling up to 5 min, shortened by up to half by `jitter` in 0..1."""
    return max(1.0, min(300.0, 2.0 ** min(failures - 1, 16)) * (1 - jitter / 2))


def _quote(answer: Answer) -> str:
    text = "" if answer.is_html else clean_line(answer.body)
    return f"Status {answer.status}{': ' if text else ''}{text[:QUOTED]}"
