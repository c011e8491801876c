"""`test`: authored play tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option, open_content, workspace_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from branchline.authoring.playtest import TestResult
    from branchline.content.workspace import Workspace


@click.command("test", cls=Command)
@click.argument("paths", metavar="[PATH…]", nargs=-1)
@click.option("--record", metavar="SESSION", help="Write a play test from this session.")
@click.option("--generate", metavar="ID", help="Write a play test for each ending of this scenario, by the shortest way to it.")
@click.option("--output", metavar="FILE", help="Where --record and --generate write: a file or folder; - is stdout.")
@click.option("--junit", metavar="FILE", help="Write the results as JUnit XML too.")
@workspace_option
@json_option
def test_command(
    *,
    paths: tuple[str, ...],
    record: str | None,
    generate: str | None,
    output: str | None,
    junit: str | None,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Play the play tests of a workspace, or write some.

    PATH is a file, a folder, or the ID of what is tested; without one, every `*.test.yaml` under `scenarios`. Exits with 1 on failures.
    """
    from branchline.cli.output import finish
    from branchline.errors import UsageError

    if record is not None and generate is not None:
        raise UsageError("Either --record or --generate.", hint="Name one of them.", code="two-sources")
    shelf = open_content(workspace)
    if record is not None:
        _record(shelf, record, output)
    elif generate is not None:
        _generate(shelf, generate, output)
    else:
        results = list(_results(shelf, paths))
        if junit is not None:
            _write_junit(junit, results)
        _report(results, as_json=as_json)
        finish(0 if all(result.passed for result in results) else 1)


def _results(shelf: Workspace, paths: Sequence[str]) -> Iterator[TestResult]:
    from branchline.authoring.playtest import find_tests, run_test
    from branchline.content.load import SCENARIOS, workspace_of
    from branchline.content.workspace import Workspace

    rooms = {shelf.root.absolute(): shelf}
    found: list[Path] = []
    for name in paths:
        found += _named(shelf, name)
    for path in dict.fromkeys(found) if paths else find_tests(shelf.root / SCENARIOS):
        root = shelf.root if path.absolute().is_relative_to(shelf.root.absolute()) else workspace_of(path) or shelf.root
        yield run_test(rooms.setdefault(root.absolute(), Workspace(root)), path)


def _named(shelf: Workspace, name: str) -> list[Path]:
    """The play tests that a PATH or an ID names; UsageError where there is nothing."""
    from pathlib import Path

    from branchline.authoring.playtest import find_tests, tested
    from branchline.content.load import SCENARIOS
    from branchline.errors import UsageError
    from branchline.text import clean_line, did_you_mean

    path = Path(name)
    if path.is_dir():
        return find_tests(path)
    if path.is_file():
        return [path]
    known = [listing.id for listing in shelf.listings()]
    if name in known:
        return [path for path in find_tests(shelf.root / SCENARIOS) if tested(path) == name]
    message = f"There is no file, folder, scenario or drill `{clean_line(name)}`."
    raise UsageError(message, hint=did_you_mean(name, known), code="unknown-id")


def _report(results: Sequence[TestResult], *, as_json: bool) -> None:
    from branchline.cli.output import emit, narrate, say

    failed = [result for result in results if not result.passed]
    if as_json:
        emit("test", {"passed": len(results) - len(failed), "failed": len(failed), "tests": [_json(result) for result in results]})
        return
    for result in results:
        say(f"{'ok    ' if result.passed else 'FAILED'} {result.file}")
        for failure in result.failures:
            say(f"  {failure.span}: {failure.message}")
            say("\n".join(f"    {line}" for line in failure.snippet.splitlines()))
    if not results:
        narrate("There is no play test; `branchline test --generate ID` writes some.")
    else:
        narrate(f"{len(results) - len(failed)} passed, {len(failed)} failed.")


def _json(result: TestResult) -> dict[str, Any]:
    failures = [
        {
            "what": failure.what,
            "message": failure.message,
            "expected": failure.expected,
            "found": failure.found,
            "file": failure.span.file,
            "line": failure.span.line,
            "column": failure.span.column,
        }
        for failure in result.failures
    ]
    return {"file": result.file, "id": result.content, "passed": result.passed, "failures": failures}


def _write_junit(name: str, results: Sequence[TestResult]) -> None:
    from pathlib import Path

    from branchline.authoring.junit import junit
    from branchline.errors import ConfigurationError
    from branchline.text import clean_line

    try:
        Path(name).write_text(junit(results), encoding="utf-8", newline="\n")
    except OSError as error:
        reason = clean_line(error.strerror or str(error))
        raise ConfigurationError(f"The JUnit file cannot be written: {reason}.", where=clean_line(name), code="not-writable") from error


def _record(shelf: Workspace, session: str, output: str | None) -> None:
    from branchline.authoring.record import recorded
    from branchline.cli.opening import open_journal

    with open_journal() as journal:
        row = journal.session(session)
        entries = journal.entries(row.id)
    content = shelf.load_drill(row.content) if row.kind == "drill" else shelf.load(row.content)
    text = recorded(content, entries, f"Recorded from session {row.id[:8]} of {row.started[:10]}.")
    _write(shelf, f"{row.content}-{row.id[:8]}", text, output)


def _generate(shelf: Workspace, content_id: str, output: str | None) -> None:
    from branchline.authoring.record import generated
    from branchline.cli.output import narrate
    from branchline.errors import UsageError

    if shelf.kind(content_id) == "drill":
        hint = "Play it once and give the session to `branchline test --record`."
        raise UsageError("The ways through a drill are not counted; no play test can be generated.", hint=hint, code="not-a-scenario")
    scenario = shelf.load(content_id)
    tests = generated(scenario)
    for ending, text in tests.items():
        _write(shelf, f"{scenario.id}-{ending}", text, output, skip=True)
    for ending in scenario.endings:
        if ending not in tests:
            narrate(f"No way to `{ending}` was found.")


def _write(shelf: Workspace, name: str, text: str, output: str | None, *, skip: bool = False) -> None:
    """Put a play test into the workspace, into the folder or file named, or on stdout; `skip` leaves one that is there."""
    from pathlib import Path

    from branchline.authoring.playtest import SUFFIX, TESTS
    from branchline.authoring.record import put
    from branchline.cli.output import narrate, say
    from branchline.content.load import SCENARIOS

    if output == "-":
        say(text.rstrip("\n"))
        return
    whole_file = output is not None and output.endswith(SUFFIX) and not skip
    folder = Path(output) if output is not None else shelf.root / SCENARIOS / TESTS
    path = folder if whole_file else folder / f"{name}{SUFFIX}"
    if skip and path.exists():
        narrate(f"There already: {path}")
        return
    put(path, text)
    say(str(path))
