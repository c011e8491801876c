"""What came back from an LRS, in our own words: no library's type, no trust in it yet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NETWORK = ("dns", "refused", "tls", "timeout", "reset", "protocol")
"""Codes of answers that never came; `statement` says that a statement could not even be built for sending."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one request; credentials are already taken out of everything but the body of a 2xx."""

    status: int
    """HTTP status, 0 where no answer came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    body: str = field(default="", repr=False)
    """Decoded as UTF-8, with U+FFFD for what is not."""
    error: str = ""
    """One of NETWORK or `statement` where `status` is 0, else empty."""
    words: str = ""
    """What `error` means here, for people."""

    @property
    def family(self) -> str:
        """The class of the status: `2xx`, `3xx`, `4xx`, `5xx`; `0xx` where no answer came."""
        return f"{self.status // 100}xx"

    @property
    def data(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            return None

    @property
    def is_html(self) -> bool:
        """Whether a web page came instead of an LRS's answer, such as the login page of a hotel's network."""
        return "html" in self.headers.get("content-type", "").lower() or self.body.lstrip("\ufeff \t\r\n")[:1] == "<"


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of asking for one statement."""

    statement: dict[str, Any] | None
    """As raw JSON; None where the LRS has none of that id, or where `problem` says why nobody knows."""
    problem: Answer | None = None
    """The answer that says neither yes nor no."""


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an LRS can be used, and why not."""

    ok: bool
    code: str
    """`ok`, a code of NETWORK, `unauthorized`, `forbidden`, `not-found`, `redirect`, `version`, `html`, `server` or `not-an-lrs`."""
    words: str
