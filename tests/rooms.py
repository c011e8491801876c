"""A Studio over a folder of its own, a clock that a test sets, and a journal whose disk can fill up."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from branchline.journal.store import Journal
from branchline.practice import Studio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass
class Hands:
    """A Clock whose hands a test moves."""

    wall: datetime = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    seconds: float = 100.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        """Time passes on both clocks."""
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds


class Disk(sqlite3.Connection):
    """A connection to a disk that is full for statements while `full`."""

    full = False

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        if self.full and "INTO statement" in sql:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return super().executemany(sql, parameters)


class Room:
    """A workspace with one scenario, and studios over it."""

    def __init__(self, folder: Path, scenario: Mapping[str, Any], sops: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.clock = Hands()
        self.name = str(scenario["id"])
        self.file = folder / "content" / "scenarios" / "conversations" / f"{self.name}.yaml"
        self.disks: list[Disk] = []
        self.file.parent.mkdir(parents=True)
        for sop_id, text in (sops or {}).items():
            library = folder / "content" / "sop_library"
            library.mkdir(exist_ok=True)
            (library / f"{sop_id}.md").write_text(text)
        self.edit(scenario)

    def edit(self, scenario: Mapping[str, Any] | str) -> None:
        """Write the scenario's file anew."""
        self.file.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario))

    def studio(self, **environ: str) -> Studio:
        """Another program of the same learner."""
        found = {
            "BRANCHLINE_HOME": str(self.folder / "home"),
            "BRANCHLINE_WORKSPACE": str(self.folder / "content"),
            "BRANCHLINE_LEARNER": "l-1",
            **environ,
        }
        studio = Studio.open(environ=found, clock=self.clock)
        studio.journal = Journal.open(studio.paths.database, timeout=0.05, connect=self._connect)
        return studio

    @property
    def database(self) -> Path:
        """The journal's file."""
        return self.folder / "home" / "data" / "branchline.db"

    def _connect(self, path: Path, timeout: float) -> sqlite3.Connection:
        disk = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False, factory=Disk)
        self.disks.append(disk)
        return disk
