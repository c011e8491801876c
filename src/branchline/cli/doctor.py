"""`doctor`: what works here and what does not, each with what to do about it."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.paths import Paths
    from branchline.settings import Settings

OK, WARN, FAIL = "ok", "warn", "fail"
SMALLEST = (60, 20)
"""Columns and lines that the app needs."""
COMPLETE = (80, 24)
"""Columns and lines at which the app shows everything."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination."""

    name: str
    level: str
    """`ok`, `warn` or `fail`."""
    text: str
    advice: str = ""


@click.command(cls=Command)
@click.option("--online", is_flag=True, help="Also ask the LRS whether it can be used.")
@workspace_option
@json_option
def doctor(*, online: bool, workspace: str | None, as_json: bool) -> None:
    """Tell what works here and what does not.

    Exits with 1 where something fails.
    """
    from branchline.cli.output import emit, finish, say, table
    from branchline.paths import Paths

    found = list(examine(Paths.of(), workspace, online=online))
    if as_json:
        emit("doctor", {"findings": [asdict(each) for each in found]})
    else:
        say(table([(each.level, each.name, _told(each)) for each in found]))
    finish(1 if any(each.level == FAIL for each in found) else 0)


def _told(finding: Finding) -> str:
    return f"{finding.text.rstrip('.')}. {finding.advice}" if finding.advice else finding.text


def examine(paths: Paths, workspace: str | None, *, online: bool) -> Iterator[Finding]:
    """Every finding, in the order in which things depend on each other."""
    yield _python()
    yield from _terminal()
    yield _folder("data folder", paths.data_folder)
    yield _folder("state folder", paths.state_folder)
    yield _folder("config folder", paths.config_file.parent)
    yield _journal(paths)
    settings = _settings(paths)
    if isinstance(settings, Finding):
        yield settings
        return
    yield Finding("settings", OK, str(paths.config_file) if paths.config_file.exists() else "all as they come")
    yield from _secrets(paths)
    yield _workspace(settings.workspace if workspace is None else workspace)
    yield _lrs(settings, online=online)


def _python() -> Finding:
    import platform

    return Finding("Python", OK, f"{platform.python_version()} on {platform.system()}")


def _terminal() -> Iterator[Finding]:
    import shutil

    if not sys.stdout.isatty():
        yield Finding("terminal", WARN, "the output is no terminal", "The app needs one; `branchline play ID --plain` does not.")
    elif os.environ.get("TERM", "") in {"", "dumb"}:
        yield Finding("terminal", WARN, "TERM names no terminal that can place text", "Use `branchline play ID --plain`.")
    else:
        yield Finding("terminal", OK, os.environ["TERM"])
    yield _size(shutil.get_terminal_size())
    yield _colour()
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield Finding("characters", OK, "UTF-8")
    else:
        yield Finding("characters", WARN, f"the output is {sys.stdout.encoding}", "Set a UTF-8 locale, such as LANG=C.UTF-8.")


def _size(size: os.terminal_size) -> Finding:
    text = f"{size.columns}×{size.lines}"
    if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        return Finding("size", WARN, text, f"Enlarge the window to {SMALLEST[0]}×{SMALLEST[1]}, better {COMPLETE[0]}×{COMPLETE[1]}.")
    if size.columns < COMPLETE[0] or size.lines < COMPLETE[1]:
        return Finding("size", OK, text, f"Everything is shown from {COMPLETE[0]}×{COMPLETE[1]} on.")
    return Finding("size", OK, text)


def _colour() -> Finding:
    if os.environ.get("NO_COLOR"):
        return Finding("colour", OK, "none, as NO_COLOR asks")
    if os.environ.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return Finding("colour", OK, "16 million")
    return Finding("colour", OK, "256" if "256" in os.environ.get("TERM", "") else "16 or fewer")


def _folder(name: str, folder: Path) -> Finding:
    """Whether the folder, or the nearest one above it that exists, lets us write."""
    present = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    if present.is_dir() and os.access(present, os.W_OK | os.X_OK):
        return Finding(name, OK, f"{folder}{'' if present == folder else ' (made when needed)'}")
    return Finding(name, FAIL, f"{present} cannot be written", "Make it writable, or name another folder with BRANCHLINE_HOME.")


def _journal(paths: Paths) -> Finding:
    from contextlib import closing

    from branchline.errors import BranchlineError
    from branchline.journal.store import Journal

    if not paths.database.exists():
        return Finding("journal", OK, "none yet; the first session makes it")
    try:
        with closing(Journal.open(paths.database)) as journal:
            journal.check()
            count = len(journal.sessions())
    except BranchlineError as error:
        return Finding("journal", FAIL, error.what, error.hint)
    return Finding("journal", OK, f"{count} session{'' if count == 1 else 's'}, undamaged")


def _settings(paths: Paths) -> Settings | Finding:
    from branchline import settings
    from branchline.errors import ConfigurationError

    try:
        return settings.load(paths)
    except ConfigurationError as error:
        return Finding("settings", FAIL, f"{error.what} ({error.where})", error.hint)


def _secrets(paths: Paths) -> Iterator[Finding]:
    if paths.secrets_file.exists() and os.name == "posix" and paths.secrets_file.stat().st_mode & 0o077:
        yield Finding("password", WARN, f"others can read {paths.secrets_file}", f"Run: chmod 600 {paths.secrets_file}")


def _workspace(folder: str) -> Finding:
    from branchline.content.workspace import open_workspace
    from branchline.errors import BranchlineError

    try:
        found = open_workspace(folder).listings()
    except BranchlineError as error:
        return Finding("workspace", FAIL, str(error))
    broken = [each.id for each in found if not each.playable]
    text = f"{folder or 'bundled'}: {len(found)} scenario{'' if len(found) == 1 else 's'}"
    if broken:
        return Finding("workspace", WARN, f"{text}, {len(broken)} broken ({', '.join(broken[:5])})", "`branchline list` shows why.")
    return Finding("workspace", OK, text) if found else Finding("workspace", WARN, text, "Nothing can be played.")


def _lrs(settings: Settings, *, online: bool) -> Finding:
    from branchline.cli.lrs import check_now
    from branchline.errors import BranchlineError

    if not settings.lrs_endpoint:
        return Finding("LRS", OK, "none set; statements are kept")
    if not online:
        return Finding("LRS", OK, settings.lrs_endpoint, "`branchline doctor --online` asks it.")
    try:
        found = check_now()
    except BranchlineError as error:
        return Finding("LRS", FAIL, error.what, error.hint)
    return Finding(
        "LRS", OK if found.ok else FAIL, f"{settings.lrs_endpoint}: {found.words}", "" if found.ok else "`branchline lrs set` changes it."
    )
