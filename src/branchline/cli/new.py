"""`new` and `init`: files and workspaces to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, open_settings, workspace_option

if TYPE_CHECKING:
    from branchline.authoring.scaffold import Written


@click.command(cls=Command)
@click.argument("kind", type=click.Choice(["scenario", "drill", "sop", "lesson", "rubric"]))
@click.argument("name", metavar="ID")
@workspace_option
@json_option
def new(kind: str, name: str, workspace: str | None, *, as_json: bool) -> None:
    """Write a new scenario, drill, SOP, lesson or rubric to begin with.

    It loads and passes its own test as it stands; nothing is overwritten.
    """
    from branchline.authoring.scaffold import new as make

    root = _own(workspace)
    _tell(root, make(root, kind, name), as_json=as_json)


def _own(workspace: str | None) -> Path:
    """The workspace to write into; UsageError where that would be the content that comes with the program, which updates replace."""
    from branchline.content.workspace import workspace_here
    from branchline.errors import UsageError

    if workspace is None and not open_settings().workspace and workspace_here() is None:
        hint = "`branchline init DIR` makes one. Go there, or name it with `--workspace DIR`."
        raise UsageError("There is no workspace here to write into.", hint=hint, code="no-workspace-here")
    return open_content(workspace).root


@click.command(cls=Command)
@click.argument("folder", metavar="DIR")
@json_option
def init(folder: str, *, as_json: bool) -> None:
    """Make a workspace that loads and passes its own test.

    What is in DIR already stays as it is.
    """
    from branchline.authoring.scaffold import init as make
    from branchline.cli.output import narrate

    root = Path(folder).expanduser()
    written = make(root)
    _tell(root, written, as_json=as_json)
    if not as_json:
        narrate("`check`, `test`, `preview` and all others work on it where you are in that folder; else name it with `--workspace`.")


def _tell(root: Path, written: Written, *, as_json: bool) -> None:
    from branchline.cli.output import emit, narrate, say

    if as_json:
        emit("new", {"root": str(root), "made": list(written.made), "kept": list(written.kept)})
        return
    for place in written.made:
        say(str(root / place))
    for place in written.kept:
        if not place.startswith("."):
            narrate(f"There already, left alone: {root / place}")
