"""`sop`: the library as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchline.content.sop import Sop


@click.group(cls=LazyGroup)
def sop() -> None:
    """Read and search the SOPs."""


@sop.command("list", cls=Command)
@workspace_option
@json_option
def list_command(workspace: str | None, *, as_json: bool) -> None:
    """List every SOP."""
    _tell(open_content(workspace).sops().values(), as_json=as_json)


@sop.command("search", cls=Command)
@click.argument("words", nargs=-1, required=True)
@workspace_option
@json_option
def search(words: tuple[str, ...], workspace: str | None, *, as_json: bool) -> None:
    """List the SOPs in which all WORDS stand."""
    _tell(open_content(workspace).search(" ".join(words)), as_json=as_json)


@sop.command("show", cls=Command)
@click.argument("sop_id", metavar="ID")
@workspace_option
@json_option
def show(sop_id: str, workspace: str | None, *, as_json: bool) -> None:
    """Show SOP ID as people read it."""
    from branchline.cli.output import emit, say

    found = open_content(workspace).sop(sop_id)
    if as_json:
        steps = [{"number": step.number, "id": step.id, "text": step.text, "do": step.do} for step in found.steps]
        emit("sop", {**_facts(found), "steps": steps, "text": found.body})
        return
    say(f"{found.id}: {found.title}")
    say(f"Version {found.version}, in force since {found.effective}{_until(found)}, owner: {found.owner or '–'}\n")
    say(found.body.strip())


def _until(found: Sop) -> str:
    return f" until {found.expires}" if found.expires else ""


def _facts(found: Sop) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("id", "title", "version", "effective", "expires", "owner", "category")} | {
        "channels": list(found.channels)
    }


def _tell(found: Iterable[Sop], *, as_json: bool) -> None:
    from branchline.cli.output import emit, narrate, say, table

    sops = list(found)
    if as_json:
        emit("sops", {"sops": [_facts(each) for each in sops]})
    elif sops:
        say(table([(each.id, f"version {each.version}", each.title) for each in sops]))
    else:
        narrate("No SOP fits.")
