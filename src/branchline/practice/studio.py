"""Studio: everything a front end needs, opened once."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from branchline import paths as locations
from branchline import settings as configuration
from branchline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.coaching.judging import Explorations
    from branchline.content.workspace import Workspace
    from branchline.journal.store import Journal
    from branchline.recording import Clock
    from branchline.xapi.lrs import Lrs
    from branchline.xapi.outbox import Delivery, Drainer
    from branchline.xapi.statements import Identity


class Studio:
    """Everything a front end needs, opened once; the workspace and the journal only when they are first used."""

    def __init__(
        self,
        paths: locations.Paths,
        settings: configuration.Settings,
        *,
        workspace: str | None = None,
        clock: Clock | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`workspace` beats the setting of that name; `environ` may hold the LRS's password."""
        self.paths = paths
        self.settings = settings
        if clock is not None:
            self.clock = clock
        self.environ = os.environ if environ is None else environ
        self._workspace = workspace

    @classmethod
    def open(cls, *, environ: Mapping[str, str] | None = None, workspace: str | None = None, clock: Clock | None = None) -> Self:
        """The studio of this user; ConfigurationError where the settings are wrong."""
        found = os.environ if environ is None else environ
        paths = locations.Paths.of(found)
        return cls(paths, configuration.load(paths, found), workspace=workspace, clock=clock, environ=found)

    @property
    def today(self) -> str:
        """The ISO date here."""
        return self.clock.now().astimezone().date().isoformat()

    @cached_property
    def workspace(self) -> Workspace:
        """What can be played; ConfigurationError where the folder is no workspace."""
        from branchline.content.kept_data import KeptData  # noqa: PLC0415  # as below
        from branchline.content.workspace import open_workspace  # noqa: PLC0415  # reading content costs pydantic and yaml

        return open_workspace(self._workspace or self.settings.workspace, KeptData(self.paths.content_folder))

    @cached_property
    def journal(self) -> Journal:
        """Where sessions are kept; JournalUnavailable or DamagedData where it cannot be opened."""
        from branchline.journal.store import Journal  # noqa: PLC0415  # not before somebody plays or asks

        return Journal.open(self.paths.database)

    @cached_property
    def clock(self) -> Clock:
        """Where times come from: the machine's clocks unless another was given."""
        from branchline.recording import SystemClock  # noqa: PLC0415  # brings the engine along, and the app's first frame needs none

        return SystemClock()

    @cached_property
    def explorations(self) -> Explorations:
        """What was explored to judge sessions."""
        from branchline.coaching.judging import Explorations  # noqa: PLC0415  # not before a session is judged

        return Explorations()

    def identity(self, learner: str = "") -> Identity:
        """Who learns, as statements say it."""
        from branchline.xapi.statements import Identity  # noqa: PLC0415  # as above

        settings = self.settings
        own = settings.share_names and learner in {"", settings.learner}
        return Identity(settings.home_page, learner or settings.learner, settings.iri_base, settings.display_name if own else "")

    def lrs(self) -> Lrs:
        """The LRS of the settings; ConfigurationError, code `no-lrs`, where none is set."""
        from branchline.xapi.lrs import Lrs  # noqa: PLC0415  # tincan only where something is sent

        settings = self.settings
        if not settings.lrs_endpoint:
            hint = "`branchline lrs set ENDPOINT --username U --password-stdin` sets one; statements are kept meanwhile."
            raise ConfigurationError("No LRS is set.", hint=hint, code="no-lrs")
        return Lrs(
            settings.lrs_endpoint,
            settings.lrs_username,
            configuration.lrs_password(self.paths, settings, self.environ).value,
            connect_timeout=settings.lrs_connect_timeout,
            read_timeout=settings.lrs_timeout,
            ca_file=Path(settings.lrs_ca_file).expanduser() if settings.lrs_ca_file else None,
        )

    def drainer(self, report: Callable[[Delivery], None]) -> Drainer | None:
        """A thread, not yet started, that delivers in the background with a journal of its own; None where no LRS is set.

        `report` is called in that thread after every run that did or met something.
        """
        if not self.settings.lrs_endpoint:
            return None
        from branchline.journal.store import Journal  # noqa: PLC0415  # not before something is sent
        from branchline.xapi.outbox import Drainer  # noqa: PLC0415  # as above

        return Drainer(lambda: Journal.open(self.paths.database), self.lrs, report)

    def close(self) -> None:
        """Close the journal if it was opened."""
        if "journal" in self.__dict__:
            self.journal.close()
