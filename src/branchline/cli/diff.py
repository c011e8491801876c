"""`diff`: what changed by meaning between two versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.authoring.difference import Change, Difference
    from branchline.authoring.replaying import Lost
    from branchline.engine.play import Content

SHORTEST_HASH = 8
_SIGNS = {"added": "+", "removed": "-", "renamed": ">", "changed": "~", "unreachable": "!"}


@click.command(cls=Command)
@click.argument("old")
@click.argument("new")
@workspace_option
@json_option
def diff(old: str, new: str, workspace: str | None, *, as_json: bool) -> None:
    """Tell what changed by meaning between two versions.

    OLD and NEW are each a file, an ID, a session (what it was played with last) or the beginning of a content hash that the journal keeps.
    Exits with 1 where sessions of the journal can no longer be replayed with NEW.
    """
    from branchline.authoring.difference import difference
    from branchline.cli.output import emit, finish, say
    from branchline.content.desk_types import Drill
    from branchline.errors import UsageError

    before, after = _content(old, workspace), _content(new, workspace)
    if isinstance(before, Drill) is not isinstance(after, Drill):
        raise UsageError("A scenario and a drill cannot be compared.", hint="Name two versions of one thing.", code="two-kinds")
    found, lost = difference(before, after), _lost(after)
    if as_json:
        emit("diff", _json(before, after, found, lost))
    else:
        say(_text(before, after, found, lost))
    finish(1 if lost else 0)


def _content(name: str, workspace: str | None) -> Content:
    from pathlib import Path

    from branchline.errors import UnknownId
    from branchline.text import clean_line

    if Path(name).is_file():
        return _of_file(Path(name), workspace)
    shelf = open_content(workspace)
    try:
        return shelf.load_drill(name) if shelf.kind(name) == "drill" else shelf.load(name)
    except UnknownId as unknown:
        kept = _kept(name)
        if kept is None:
            raise UnknownId(f"There is no file, scenario, drill or kept version `{clean_line(name)}`.", hint=unknown.hint) from unknown
        return kept


def _of_file(path: Path, workspace: str | None) -> Content:
    """The scenario or drill in a file; one that stands in no workspace takes parts, desk and SOPs from the opened one."""
    from branchline.content.drill_files import load_drill
    from branchline.content.load import load_scenario, workspace_of

    root = workspace_of(path) or open_content(workspace).root
    return load_drill(path, root) if _says_ticket(path) else load_scenario(path, None, root)


def _says_ticket(path: Path) -> bool:
    from branchline.content.source import read_file

    data = read_file(path).data
    return isinstance(data, dict) and "ticket" in data


def _kept(name: str) -> Content | None:
    """The version that a session was played with last, or that the journal keeps under a hash which begins so."""
    from branchline.cli.opening import has_journal, open_journal
    from branchline.errors import UnknownId
    from branchline.journal.verify import kept_contents

    if len(name) < SHORTEST_HASH or not has_journal():
        return None
    with open_journal() as journal:
        try:
            return kept_contents(journal)(journal.session(name).content_hash)
        except UnknownId:
            hashes = sorted({row.content_hash for row in journal.sessions() if row.content_hash.startswith(name)})
        return kept_contents(journal)(hashes[0]) if len(hashes) == 1 else None


def _lost(content: Content) -> list[Lost]:
    from branchline.authoring.replaying import lost_sessions
    from branchline.cli.opening import has_journal, open_journal

    if not has_journal():
        return []
    with open_journal() as journal:
        return lost_sessions(journal, content)


def _json(before: Content, after: Content, found: Difference, lost: list[Lost]) -> dict[str, Any]:
    sides = {name: {"id": each.id, "version": each.version, "hash": each.content_hash} for name, each in (("old", before), ("new", after))}
    return {
        **sides,
        "same_logic": found.same_logic,
        "changes": [asdict(change) for change in found.changes],
        "endings_lost": [each.place for each in found.changes if each.kind == "ending" and each.what in {"removed", "unreachable"}],
        "texts_changed": len(found.texts),
        "texts": list(found.texts),
        "sessions_lost": [asdict(each) for each in lost],
    }


def _text(before: Content, after: Content, found: Difference, lost: list[Lost]) -> str:
    name = before.id if before.id == after.id else f"{before.id} → {after.id}"
    lines = [f"{name}: version {before.version} → {after.version}"]
    lines += [_line(change) for change in found.changes]
    lines += [f"{len(found.texts)} text{'' if len(found.texts) == 1 else 's'} changed"] if found.texts else []
    lines += [f"  ~ {place}" for place in found.texts]
    if before.content_hash == after.content_hash:
        lines.append("Nothing changed.")
    elif found.same_logic:
        lines.append("Every reply leads where it led.")
    if lost:
        lines.append(f"{len(lost)} kept session{'' if len(lost) == 1 else 's'} can no longer be replayed to the end:")
        lines += [f"  {each.session[:8]} ({each.status}): {each.stand} of {each.of} stand; {each.place}: {each.reason}" for each in lost]
    return "\n".join(lines)


def _line(change: Change) -> str:
    from branchline.text import clean_line

    head = f"{_SIGNS[change.what]} {change.kind} {change.place}"
    if change.what == "renamed":
        return f"{head} (was {change.old})"
    if change.what == "changed":
        return clean_line(f"{head}: {change.field} {change.old or 'none'} → {change.new or 'none'}")
    if change.what == "unreachable":
        return f"{head}: no play reaches it any more"
    return head if change.kind != "ending" or change.what != "removed" else f"{head} (lost)"
