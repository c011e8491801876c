"""Logs written in a test, and what reading them gives."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from branchline.reports.log import MOST_TEXT, Problems, Reading
from branchline.reports.log_map import LogMap
from branchline.reports.logs import READERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.reports.log import LogEvent


@dataclass(frozen=True)
class Read:
    """What came of a log."""

    events: list[LogEvent]
    problems: Problems
    bytes: int

    @property
    def acts(self) -> list[tuple[str, str]]:
        """Case and action of each event."""
        return [(event.case, event.action) for event in self.events]

    @property
    def bad(self) -> list[int]:
        """The lines that are listed as malformed."""
        return [each.line for each in self.problems.first]


def read(form: str, content: bytes | str, mapping: LogMap | None = None, most: int = MOST_TEXT) -> Read:
    """A whole log; every name matters, and no text is longer than `most`."""
    problems, seen = Problems(), [0]

    def progress(count: int) -> None:
        seen[0] += count

    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    events = list(READERS[form](file, mapping or LogMap(), Reading(lambda _: True, problems, progress, most)))
    return Read(events, problems, seen[0])


@pytest.fixture(name="read")
def reader() -> Callable[..., Read]:
    """`read(form, content, mapping, most)`."""
    return read
