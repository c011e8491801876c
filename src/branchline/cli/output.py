"""How commands speak: data on stdout, narration on stderr, all of it clean."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import flags
from branchline.text import clean, clean_line, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.content.diagnostic import Diagnostic
    from branchline.errors import BranchlineError


def say(text: str = "") -> None:
    """Data for a person: one text on stdout."""
    click.echo(clean(text), color=_color())


def narrate(text: str) -> None:
    """Narration on stderr, silent with `--quiet`; a stderr that cannot be written keeps nobody from anything."""
    context = click.get_current_context(silent=True)
    if context is None or not flags(context).get("quiet"):
        with contextlib.suppress(OSError):
            click.echo(clean(text), err=True, color=_color())


def narrate_live(text: str) -> None:
    """Narration of what is going on just now, for somebody who waits at a terminal."""
    if is_terminal(sys.stderr):
        narrate(text)


def _color() -> bool | None:
    context = click.get_current_context(silent=True)
    chosen = flags(context).get("color", "auto") if context else "auto"
    return {"always": True, "never": False}.get(chosen)


def emit(kind: str, document: Mapping[str, Any]) -> None:
    """One JSON document on stdout, marked `branchline.<kind>/1`."""
    click.echo(json.dumps({"format": f"branchline.{kind}/1", **document}, ensure_ascii=True, indent=2))


def tell_error(error: BranchlineError, *, as_json: bool) -> None:
    """The error on stderr: code, what, where and what to do; as `branchline.error/1` where JSON was asked for."""
    diagnostics: Sequence[Diagnostic] = getattr(error, "diagnostics", ())
    if as_json:
        document = {"format": "branchline.error/1", "code": error.code, "message": error.what, "where": error.where, "hint": error.hint}
        if diagnostics:
            document["diagnostics"] = [diagnostic_json(each) for each in diagnostics]  # type: ignore[assignment]
        click.echo(json.dumps(document, ensure_ascii=True, indent=2), err=True)
        return
    click.echo(f"Error [{error.code}]: {clean_line(error.what)}", err=True)
    for each in diagnostics:
        click.echo(f"  {clean_line(str(each))}", err=True)
    if error.where:
        click.echo(f"  at: {clean_line(error.where)}", err=True)
    if error.hint:
        click.echo(f"  {clean_line(error.hint)}", err=True)


def diagnostic_json(finding: Diagnostic) -> dict[str, Any]:
    """A Diagnostic as `branchline.check/1` writes it."""
    span = finding.span
    fix = None
    if finding.fix is not None:
        edits = [{name: getattr(edit, name) for name in ("line", "column", "end_line", "end_column", "text")} for edit in finding.fix.edits]
        fix = {"safe": finding.fix.safe, "edits": edits}
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": finding.message,
        "hint": finding.hint,
        "fix": fix,
    }


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as aligned columns, two spaces apart; cells are cleaned, the last column is ragged."""
    cells = [[clean_line(cell) for cell in row] for row in rows]
    widths = [max(width(row[column]) for row in cells) for column in range(len(cells[0]) - 1)] if cells else []
    lines = []
    for row in cells:
        padded = [cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=False)]
        lines.append("  ".join([*padded, row[-1]]).rstrip())
    return "\n".join(lines)


def finish(code: int) -> None:
    """End the command with that exit code; 0 lets it go on."""
    if code:
        raise click.exceptions.Exit(code)


def is_terminal(stream: Any = None) -> bool:
    """Whether stdout (or `stream`) is a terminal."""
    return bool((stream or sys.stdout).isatty())
