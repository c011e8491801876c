"""Every file location the program uses."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME_VARIABLE = "BRANCHLINE_HOME"
"""Names one folder that holds configuration, data and state together."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things are; nothing is created by asking."""

    config_file: Path
    """Settings, TOML, edited by people and by `config set`."""
    secrets_file: Path
    """The LRS password where no keyring keeps it; readable by its owner alone."""
    data_folder: Path
    """What must not be lost."""
    database: Path
    """The journal."""
    state_folder: Path
    """What can be made again: the log, the generated learner name, and the key of pseudonyms."""
    log_file: Path

    @property
    def content_folder(self) -> Path:
        """Content that was read before, as JSON; whoever deletes it loses nothing."""
        return self.state_folder / "content"

    @classmethod
    def of(cls, environ: Mapping[str, str] | None = None) -> Paths:
        """The locations under `BRANCHLINE_HOME` where `environ` (default: the process's) sets it, else the platform's own."""
        home = (os.environ if environ is None else environ).get(HOME_VARIABLE, "")
        if home:
            root = Path(home).expanduser().absolute()
            return cls._in(root, root / "data", root / "state")
        return cls._in(
            platformdirs.user_config_path("branchline", appauthor=False),
            platformdirs.user_data_path("branchline", appauthor=False),
            platformdirs.user_state_path("branchline", appauthor=False),
        )

    @classmethod
    def _in(cls, config: Path, data: Path, state: Path) -> Paths:
        return cls(
            config_file=config / "config.toml",
            secrets_file=config / "secrets.toml",
            data_folder=data,
            database=data / "branchline.db",
            state_folder=state,
            log_file=state / "branchline.log",
        )
