"""`check`: what is wrong with authored content and what could be better, for people, editors and pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.authoring.check import Checked
    from branchline.content.diagnostic import Diagnostic

FORMATS = ("text", "concise", "json", "github", "sarif")
_ROUNDS = 5
"""How often mending may uncover something else to mend."""


@click.command(cls=Command)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "form", type=click.Choice(FORMATS), default=None, help="How findings are told (default: text).")
@json_option
@click.option("--fix", is_flag=True, help="Mend in the files what can be mended safely.")
@click.option("--diff", is_flag=True, help="Show what --fix changes; without --fix nothing is written.")
@click.option("--select", multiple=True, metavar="CODES", help="Only these codes or beginnings of codes, such as F,C102.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Without these; errors that keep content from being played stay.")
@click.option("--explain", metavar="CODE", default=None, help="Explain a code, with examples, and check nothing.")
@workspace_option
def check(
    paths: tuple[str, ...],
    form: str | None,
    as_json: bool,  # noqa: FBT001  # click hands options over by name
    fix: bool,  # noqa: FBT001  # as above
    diff: bool,  # noqa: FBT001  # as above
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    explain: str | None,
    workspace: str | None,
) -> None:
    """Find what is wrong in scenarios, drills and SOPs.

    PATH is a file or a folder; without one the whole workspace is checked. Ends with 1 where an error or a warning was found.
    """
    from branchline.cli.output import finish
    from branchline.content.diagnostic import Severity

    if explain is not None:
        _explain(explain, as_json=as_json or form == "json")
        return
    chosen = form or ("json" if as_json else "text")
    selected, ignored = _codes(select), _codes(ignore)
    root, places = _places(paths, workspace)
    checked = _mended(root, places, diff=diff) if fix else _checked(root, places)
    if diff and not fix:
        _show_changes(checked)
    found = [one for one in checked.diagnostics if _wanted(one, selected, ignored)]
    _tell(checked, found, chosen)
    finish(int(any(one.severity is not Severity.INFO for one in found)))


def _checked(root: Path, places: Sequence[Path]) -> Checked:
    from datetime import datetime

    from branchline.authoring.check import check as run_check

    return run_check(root, places, datetime.now().astimezone().date().isoformat())


def _mended(root: Path, places: Sequence[Path], *, diff: bool) -> Checked:
    """Check, mend and check again until there is nothing left to mend."""
    import contextlib

    from branchline.authoring.check.fixes import difference, mended
    from branchline.cli.output import narrate

    first: dict[Path, tuple[str, bytes]] = {}
    checked = _checked(root, places)
    for _ in range(_ROUNDS):
        changes = mended(checked.diagnostics, checked.texts)
        if not changes:
            break
        for path, (name, content) in changes.items():
            first.setdefault(path, (name, path.read_bytes()))
            _write(path, content)
        checked = _checked(root, places)
    for path, (name, old) in first.items():
        with contextlib.suppress(OSError):
            if diff:
                narrate(difference(name, old, path.read_bytes()).rstrip("\n"))
            narrate(f"Mended: {name}")
    return checked


def _write(path: Path, content: bytes) -> None:
    """Put new content in the place of the old; a crash leaves one of them whole."""
    import os

    from branchline.errors import ConfigurationError
    from branchline.text import clean_line

    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        beside.chmod(path.stat().st_mode & 0o7777)
        os.replace(beside, path)  # noqa: PTH105  # the one call that replaces at once on every system
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigurationError("The file cannot be changed.", where=clean_line(str(path)), code="not-writable") from error


def _show_changes(checked: Checked) -> None:
    from branchline.authoring.check.fixes import difference, mended
    from branchline.cli.output import narrate

    for path, (name, content) in mended(checked.diagnostics, checked.texts).items():
        narrate(difference(name, path.read_bytes(), content).rstrip("\n"))


def _wanted(finding: Diagnostic, selected: frozenset[str], ignored: frozenset[str]) -> bool:
    from branchline.authoring.check.registry import can_be_silenced

    if selected and finding.code not in selected:
        return False
    return finding.code not in ignored or not can_be_silenced(finding)


def _codes(given: tuple[str, ...]) -> frozenset[str]:
    from branchline.authoring.check import matching

    found: frozenset[str] = frozenset()
    for pattern in (part for text in given for part in text.split(",") if part.strip()):
        codes = matching(pattern)
        if not codes:
            raise _unknown(pattern)
        found |= codes
    return found


def _unknown(code: str) -> Exception:
    from branchline.authoring.check import rules
    from branchline.errors import UnknownId
    from branchline.text import clean_line, did_you_mean

    return UnknownId(f"There is no code `{clean_line(code)}`.", hint=did_you_mean(code.upper(), rules()), code="unknown-code")


def _explain(code: str, *, as_json: bool) -> None:
    from branchline.authoring.check import rules
    from branchline.authoring.check.formats import page
    from branchline.cli.output import emit, say

    rule = rules().get(code.strip().upper())
    if rule is None:
        raise _unknown(code)
    if as_json:
        emit("rule", {name: str(getattr(rule, name)) for name in ("code", "title", "severity", "minimum", "family", "why", "bad", "good")})
    else:
        say(page(rule))


def _places(paths: tuple[str, ...], workspace: str | None) -> tuple[Path, list[Path]]:
    """The workspace and what to check in it: of a path outside of the named one, the workspace that it stands in."""
    from branchline.cli.opening import open_content
    from branchline.content.load import SCENARIOS, SOPS, workspace_of
    from branchline.errors import UsageError
    from branchline.text import clean_line

    if not paths:
        return open_content(workspace).root, []
    places = [Path(path).expanduser() for path in paths]
    for place in places:
        if not place.exists() and not place.is_symlink():
            raise UsageError(f"There is no file or folder `{clean_line(str(place))}`.", code="no-such-path")
    if workspace is not None:
        return open_content(workspace).root, places
    first = places[0]
    if first.is_dir() and ((first / SCENARIOS).is_dir() or (first / SOPS).is_dir()):
        return first, places
    return workspace_of(first) or (first if first.is_dir() else first.absolute().parent), places


def _tell(checked: Checked, found: Sequence[Diagnostic], form: str) -> None:
    from branchline.authoring.check import formats
    from branchline.cli.output import diagnostic_json, emit, narrate, say

    if form == "json":
        emit("check", {"files": len(checked.files), "diagnostics": [_document(one, diagnostic_json(one)) for one in found]})
        return
    if form == "sarif":
        import json

        click.echo(json.dumps(formats.sarif(checked, found), ensure_ascii=True, indent=2))
        return
    if found:
        tell = {"text": lambda one: formats.told(one, checked.texts) + "\n", "github": formats.github}.get(form, formats.concise)
        say("\n".join(tell(one) for one in found))
    narrate(formats.summary(found, len(checked.files)))


def _document(finding: Diagnostic, document: dict[str, Any]) -> dict[str, Any]:
    """The document of a finding, with the places that explain it."""
    related = [
        {
            "file": span.file,
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
            "message": words,
        }
        for span, words in finding.related
    ]
    return {**document, "related": related} if related else document
