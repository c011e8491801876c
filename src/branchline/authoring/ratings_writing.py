"""Experts' ratings put into a scenario's file, every other character left as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from branchline.authoring.check.fixes import edited
from branchline.authoring.writing import flow
from branchline.coaching.panel import written
from branchline.content.diagnostic import Edit, Fix
from branchline.content.load import file_name, read_scenario
from branchline.content.source import read_text
from branchline.errors import ContentError
from branchline.settings import write_text
from branchline.text import clean_line

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Ratings
    from branchline.content.source import Source


def write_ratings(path: Path, root: Path, ratings: Ratings) -> str:
    """Put the ratings into `review.raters` of the scenario's file, in place of those that it has; its name.

    Raises ContentError where the file cannot be played, or does not keep its meaning, ConfigurationError where it cannot be written.
    """
    name = file_name(path, root)
    _check_replies(path, root, name, ratings)
    new = rated_text(path.read_bytes().decode("utf-8"), name, written(ratings))
    write_text(path, new, mode=path.stat().st_mode & 0o7777)
    return name


def _check_replies(path: Path, root: Path, name: str, ratings: Ratings) -> None:
    reading = read_scenario(path, None, root)
    if reading.scenario is None:
        raise ContentError("The scenario cannot be played.", reading.diagnostics, where=clean_line(name))
    known = {choice.name for node in reading.scenario.nodes.values() for choice in node.choices}
    gone = sorted(set(ratings) - known)
    if gone:
        hint = "Open another calibration of the scenario as it is now."
        raise ContentError(f"The scenario no longer has the reply `{clean_line(gone[0])}`.", where=clean_line(name), hint=hint)


def rated_text(text: str, name: str, given: dict[str, dict[str, list[int | str]]]) -> str:
    """The text of a scenario with these ratings; ContentError where it cannot be read, or would come to mean something else."""
    source = read_text(text, name)
    if not isinstance(source.data, dict) or source.diagnostics:
        raise ContentError("The scenario's file cannot be read.", tuple(source.diagnostics), where=clean_line(name))
    new = edited(text, [Fix(safe=True, edits=(_edit(source, given),))])
    review = source.data.get("review")
    expected = {**source.data, "review": {**(review if isinstance(review, dict) else {}), "raters": given}}
    if read_text(new, name).data != expected:
        hint = "Print them with `branchline calibrate show` and put them there by hand."
        raise ContentError("The ratings cannot be put into this file.", where=clean_line(name), hint=hint)
    return new


def _edit(source: Source, given: dict[str, Any]) -> Edit:
    review = source.data.get("review")
    if source.written(()).startswith("{"):
        return _in_json(source, {**(review if isinstance(review, dict) else {}), "raters": given})
    if not isinstance(review, dict) or not review:
        return _at_end(source, given) if "review" not in source.data else _instead(source, ("review",), f"\n{_lines(given, 2)}")
    if source.written(("review",)).startswith("{"):
        kept = "".join(f"\n  {flow(str(key))}: {flow(value)}" for key, value in review.items() if key != "raters")
        return _instead(source, ("review",), f"{kept}\n{_lines(given, 2)}")
    if "raters" in review:
        column = source.span(("review", "raters"), key=True).column
        rows = _lines(given, column - 1).split("\n", 1)[1]
        begun = source.written(("review", "raters")).startswith("{")
        return _instead(source, ("review", "raters"), f"\n{rows}" if begun else rows.lstrip(" "))
    first = source.span(("review", next(iter(review))), key=True)
    indent = " " * (first.column - 1)
    return Edit(first.line, first.column, first.line, first.column, _lines(given, first.column - 1).lstrip(" ") + f"\n{indent}")


def _in_json(source: Source, review: dict[str, Any]) -> Edit:
    """A file in JSON's spelling keeps it."""
    text = json.dumps(review, ensure_ascii=False)
    if "review" in source.data:
        return _instead(source, ("review",), text)
    span = source.span(())
    rest = ", " if source.data else ""
    return Edit(span.line, span.column + 1, span.line, span.column + 1, f'"review": {text}{rest}')


def _at_end(source: Source, given: dict[str, Any]) -> Edit:
    span = source.stretch(len(source.text), len(source.text))
    ended = "" if source.text.endswith("\n") else "\n"
    return Edit(span.line, span.column, span.line, span.column, f"{ended}review:\n{_lines(given, 2)}\n")


def _instead(source: Source, path: tuple[str, ...], text: str) -> Edit:
    span = source.span(path)
    before = source.text.split("\n")[span.line - 1][: span.column - 1]
    column = len(before.rstrip(" ")) + 1 if text.startswith("\n") else span.column
    return Edit(span.line, column, span.end_line, span.end_column, text)


def _lines(given: dict[str, Any], indent: int) -> str:
    """`raters:` and a line for each reply."""
    rows = [f"{' ' * indent}  {flow(reply)}: {flow(rated)}" for reply, rated in given.items()]
    return "\n".join([f"{' ' * indent}raters:", *rows])
