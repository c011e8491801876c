"""Opening what commands work on: settings, workspace, journal."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from branchline.content.workspace import Workspace
    from branchline.journal.store import Journal
    from branchline.practice import Studio
    from branchline.settings import Settings

WORKSPACE_HELP = "Folder with scenarios and sop_library (default: the setting `workspace`, else where you are, else the bundled content)."


def workspace_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--workspace FOLDER`."""
    return click.option("--workspace", metavar="FOLDER", default=None, help=WORKSPACE_HELP)(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(function)


def open_settings() -> Settings:
    """The settings of this run."""
    from branchline import settings
    from branchline.paths import Paths

    return settings.load(Paths.of())


def open_content(folder: str | None) -> Workspace:
    """The workspace in that folder, else the one the settings name."""
    from branchline.content.workspace import open_workspace

    return open_workspace(open_settings().workspace if folder is None else folder)


def open_journal() -> AbstractContextManager[Journal]:
    """The journal, made where there is none yet; closed at the end of the `with`."""
    from branchline.journal.store import Journal
    from branchline.paths import Paths

    return closing(Journal.open(Paths.of().database))


def has_journal() -> bool:
    """Whether there is a journal to read; reading commands answer without one, and make none."""
    from branchline.paths import Paths

    return Paths.of().database.exists()


def open_studio(workspace: str | None = None) -> AbstractContextManager[Studio]:
    """Everything at once, over that workspace or the one of the settings; closed at the end of the `with`."""
    from branchline.practice import Studio

    return closing(Studio.open(workspace=workspace))
