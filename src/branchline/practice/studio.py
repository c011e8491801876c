"""Studio: everything a front end needs, opened once."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Self

from branchline import paths as locations
from branchline import settings as configuration
from branchline.recording import Clock, SystemClock
from branchline.xapi.statements import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.workspace import Workspace
    from branchline.journal.store import Journal


class Studio:
    """Everything a front end needs, opened once; the workspace and the journal only when they are first used."""

    def __init__(
        self, paths: locations.Paths, settings: configuration.Settings, *, workspace: str | None = None, clock: Clock | None = None
    ) -> None:
        """`workspace` beats the setting of that name."""
        self.paths = paths
        self.settings = settings
        self.clock = clock or SystemClock()
        self._workspace = workspace

    @classmethod
    def open(cls, *, environ: Mapping[str, str] | None = None, workspace: str | None = None, clock: Clock | None = None) -> Self:
        """The studio of this user; ConfigurationError where the settings are wrong."""
        found = os.environ if environ is None else environ
        paths = locations.Paths.of(found)
        return cls(paths, configuration.load(paths, found), workspace=workspace, clock=clock)

    @cached_property
    def workspace(self) -> Workspace:
        """What can be played; ConfigurationError where the folder is no workspace."""
        from branchline.content.workspace import open_workspace  # noqa: PLC0415  # reading content costs pydantic and yaml

        return open_workspace(self._workspace or self.settings.workspace)

    @cached_property
    def journal(self) -> Journal:
        """Where sessions are kept; JournalUnavailable or DamagedData where it cannot be opened."""
        from branchline.journal.store import Journal  # noqa: PLC0415  # not before somebody plays or asks

        return Journal.open(self.paths.database)

    def identity(self, learner: str = "") -> Identity:
        """Who learns, as statements say it."""
        return Identity(self.settings.home_page, learner or self.settings.learner, self.settings.iri_base)

    def close(self) -> None:
        """Close the journal if it was opened."""
        if "journal" in self.__dict__:
            self.journal.close()
