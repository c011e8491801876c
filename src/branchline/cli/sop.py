"""`sop`: the library as people read it, what is wrong in it, and how well real tickets follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.content.sop import Sop

COMMANDS = {
    "list": ("branchline.cli.sop:list_command", "List the SOPs."),
    "show": ("branchline.cli.sop:show", "Show SOP ID as people read it."),
    "search": ("branchline.cli.sop:search", "List the SOPs in which all WORDS stand."),
    "audit": ("branchline.cli.sop_audit:audit", "Tell how well the tickets of a log follow SOP."),
    "note": ("branchline.cli.sop_notes:note", "Note that something in SOP is wrong."),
    "notes": ("branchline.cli.sop_notes:notes", "List what people noted as wrong in SOPs."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def sop() -> None:
    """Read and search the SOPs.

    And say what is wrong in them, and how well real tickets follow them.
    """


def _filters(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        json_option,
        workspace_option,
        click.option("--expired", is_flag=True, help="Only those that hold no longer."),
        click.option("--channel", type=click.Choice(["phone", "chat", "email", "ticket"]), help="Only those for this channel."),
        click.option("--category", metavar="NAME", help="Only those of this category, such as billing or billing/refund."),
    ):
        function = option(function)
    return function


@click.command("list", cls=Command)
@_filters
def list_command(**given: Any) -> None:
    """List the SOPs."""
    _tell("", **given)


@click.command("search", cls=Command)
@click.argument("words", nargs=-1, required=True)
@_filters
def search(words: tuple[str, ...], **given: Any) -> None:
    """List the SOPs in which all WORDS stand."""
    _tell(" ".join(words), **given)


@click.command("show", cls=Command)
@click.argument("sop_id", metavar="ID")
@workspace_option
@json_option
def show(sop_id: str, workspace: str | None, *, as_json: bool) -> None:
    """Show SOP ID as people read it.

    With its versions and dates, how it may end, what must never happen, and what cites it.
    """
    from branchline.cli import sop_page
    from branchline.cli.output import emit, say

    content = open_content(workspace)
    found = content.sop(sop_id)
    cited = sop_page.citing(content, found)
    open_notes = _open_notes(found.id)
    if as_json:
        emit("sop", {**sop_page.facts(found), **sop_page.parts(found), "cited_by": cited, "open_notes": open_notes})
        return
    say(sop_page.page(found, cited, open_notes, sop_page.columns()))


def _open_notes(sop_id: str) -> int:
    """How many notes about the SOP nobody has answered; none is made a journal for."""
    from branchline.cli.opening import has_journal, open_journal
    from branchline.reports.sop_notes import notes

    if not has_journal():
        return 0
    with open_journal() as journal:
        return len(notes(journal, sop=sop_id, unanswered=True))


def _tell(words: str, *, category: str | None, channel: str | None, expired: bool, workspace: str | None, as_json: bool) -> None:
    from branchline.cli import sop_page
    from branchline.cli.output import emit, narrate, say, table

    def fits(each: Sop) -> bool:
        of_category = category is None or f"{each.category.casefold()}/".startswith(f"{category.casefold().rstrip('/')}/")
        of_channel = channel is None or not each.channels or channel in each.channels
        return of_category and of_channel and (not expired or each.expired(sop_page.today()))

    found = [each for each in open_content(workspace).search(words) if fits(each)]
    if as_json:
        emit("sops", {"sops": [sop_page.facts(each) for each in found]})
    elif found:
        say(table([(each.id, f"version {each.version}", sop_page.standing(each), each.category, each.title) for each in found]))
    else:
        narrate("No SOP fits.")
