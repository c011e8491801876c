"""`new` and `init`: files and workspaces to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

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

    root = open_content(workspace).root
    _tell(root, make(root, kind, name), as_json=as_json)


@click.command(cls=Command)
@click.argument("folder", metavar="DIR")
@json_option
def init(folder: str, *, as_json: bool) -> None:
    """Make a workspace that loads and passes its own test.

    What is in DIR already stays as it is.
    """
    from branchline.authoring.scaffold import init as make

    root = Path(folder).expanduser()
    _tell(root, make(root), as_json=as_json)


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
