"""Play tests: `*.test.yaml`, a script with what is expected at its end; a failure names the line that was not kept."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from branchline.authoring.playing import Played, play
from branchline.content.diagnostic import Severity
from branchline.content.findings import Findings
from branchline.content.load import file_name, shaped
from branchline.content.script import AuthoredScript
from branchline.content.source import Source, read_file
from branchline.engine.desk_state import DeskState
from branchline.errors import BranchlineError
from branchline.scoring import score
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.content.diagnostic import Span
    from branchline.content.script import AuthoredExpectation
    from branchline.content.workspace import Workspace
    from branchline.engine.play import Content

SUFFIX = ".test.yaml"
TESTS = "tests"
"""The folder under `scenarios` into which play tests are written; they are found wherever they are there."""
_BOUND = re.compile(r"(>=|<=|>|<) ?([\d.]+)")
_CLOSE = 0.05


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not as the play test says."""

    what: str
    """`ending`, `scores.sop`, `choices.3`, …: the key in the file, lists counted from 0."""
    message: str
    expected: str
    found: str
    span: Span
    snippet: str
    """The line of the file with carets under the place."""


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of one play test."""

    __test__ = False

    file: str
    """Relative to the workspace."""
    content: str
    """Id of the scenario or drill, empty where the file does not say."""
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as the play test says."""
        return not self.failures


def find_tests(folder: Path) -> list[Path]:
    """Every play test in and below the folder, by path; links to folders are not followed."""
    found = [Path(here) / name for here, _, names in os.walk(folder) for name in names if name.endswith(SUFFIX)]
    return sorted(found)


def tested(path: Path) -> str:
    """The id of the scenario or drill that a play test is of; empty where the file does not say."""
    data = read_file(path).data
    named = (data.get("drill") or data.get("scenario")) if isinstance(data, dict) else None
    return named if isinstance(named, str) else ""


def run_test(workspace: Workspace, path: Path) -> TestResult:
    """Play the test in the file at `path` with the content of the workspace."""
    name = file_name(path, workspace.root)
    source = read_file(path, name)
    findings = Findings()
    script = shaped(source, AuthoredScript, findings)
    if script is None:
        broken = [each for each in findings.diagnostics if each.severity is Severity.ERROR]
        return TestResult(name, "", tuple(_failure(source, (), each.message, span=each.span, expected=each.hint) for each in broken))
    wanted = script.scenario or script.drill or ""
    try:
        return TestResult(name, wanted, tuple(_failures(_content(workspace, script), script, source)))
    except BranchlineError as error:
        place = "drill" if script.drill else "scenario"
        return TestResult(name, wanted, (_failure(source, (place,), str(error)),))


def _content(workspace: Workspace, script: AuthoredScript) -> Content:
    if script.drill is not None:
        return workspace.load_drill(script.drill)
    if script.scenario is None:
        raise BranchlineError("The play test names neither a scenario nor a drill.", hint="Write `scenario: ID` or `drill: ID`.")
    return workspace.load(script.scenario)


def _failures(content: Content, script: AuthoredScript, source: Source) -> Iterator[Failure]:
    """What is not kept: refused words, or else what is expected at the end."""
    played = play(content, script)
    expect = script.expect
    codes = [refusal.code for refusal in played.refusals]
    listed = "actions" if isinstance(played.state, DeskState) else "choices"
    if "errors" in expect.model_fields_set:
        if codes != expect.errors:
            told = f"Expected the errors {_told(expect.errors)}, found {_told(codes)}."
            yield _failure(source, ("expect", "errors"), told, expected=_told(expect.errors), found=_told(codes))
    elif played.refusals:
        # In a conversation everything after the first refused word stands somewhere else: one cause, told once.
        for refusal in played.refusals if listed == "actions" else played.refusals[:1]:
            yield _failure(source, (listed, refusal.index), refusal.message, expected="possible", found=refusal.code)
        return
    for path, wanted, found, hint in _compared(expect, played):
        told = f"`{'.'.join(str(part) for part in path)}` should be {_told(wanted)} and is {_told(found)}."
        yield _failure(source, ("expect", *path), f"{told}{' ' + hint if hint else ''}", expected=_told(wanted), found=_told(found))
    yield from _missing_texts(expect, played, source)


Compared = tuple[tuple[str | int, ...], Any, Any, str]
"""Path below `expect`, what is wanted, what is there, and a hint or nothing."""


def _compared(expect: AuthoredExpectation, played: Played) -> Iterator[Compared]:
    """Everything expected that is not so, texts aside."""
    actual = _actual(played)
    for name in ("ending", "node", "passed", "trust", "heat"):
        if name in expect.model_fields_set and getattr(expect, name) != actual.get(name):
            wanted = getattr(expect, name)
            yield (name,), wanted, actual.get(name), _nearest(name, wanted, played)
    for group in ("variables", "ticket", "records"):
        yield from _group_compared(group, getattr(expect, group), actual.get(group, {}))
    for part, wanted in expect.scores.items():
        found = actual["scores"][part]
        if not _score_fits(wanted, found):
            yield ("scores", part), wanted, None if found is None else round(found, 1), ""


def _group_compared(group: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Compared]:
    for name, value in wanted.items():
        if name not in found:
            yield (group, name), value, "not there", did_you_mean(name, found)
        elif not _same(value, found[name]):
            yield (group, name), value, found[name], ""


def _actual(played: Played) -> dict[str, Any]:
    """What can be expected of a session, by the keys of `expect`."""
    state, found = played.state, score(played.content, played.events)
    parts = {part: getattr(found, part) for part in ("empathy", "sop", "outcome", "composite")}
    if isinstance(state, DeskState):
        return {"node": state.node, "passed": found.passed, "scores": parts, "ticket": state.ticket, "records": state.records}
    return {
        "ending": state.node if state.ended else None,
        "node": state.node,
        "passed": found.passed,
        "trust": state.trust,
        "heat": state.heat,
        "variables": state.variables,
        "scores": parts,
    }


def _nearest(name: str, wanted: Any, played: Played) -> str:
    """A hint where an ending or node is expected that does not exist."""
    content = played.content
    if name not in {"ending", "node"} or isinstance(played.state, DeskState) or not isinstance(wanted, str):
        return ""
    endings, nodes = getattr(content, "endings", {}), getattr(content, "nodes", {})
    known = endings if name == "ending" else {**nodes, **endings}
    return "" if wanted in known else f"There is no such {name}. {did_you_mean(wanted, known)}"


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)


def _score_fits(wanted: float | str | None, found: float | None) -> bool:
    """Whether a score is as expected: to one decimal, or within a bound."""
    if wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, str):
        bound = _BOUND.fullmatch(wanted)
        low = float(bound[2]) if bound else 0.0
        return {">=": found >= low, "<=": found <= low, ">": found > low, "<": found < low}[bound[1]] if bound else False
    return abs(wanted - found) <= _CLOSE + 1e-9


def _missing_texts(expect: AuthoredExpectation, played: Played, source: Source) -> Iterator[Failure]:
    lines = [" ".join(line.text.split()) for line in played.transcript.lines]
    several = isinstance(expect.text, list)
    for index, wanted in enumerate(expect.text if isinstance(expect.text, list) else [expect.text]):
        text = " ".join(wanted.split())
        if any(text in line for line in lines):
            continue
        near = next(iter(get_close_matches(text, lines, n=1, cutoff=0.4)), lines[-1] if lines else "")
        path = ("expect", "text", index) if several else ("expect", "text")
        yield _failure(source, path, f"Nobody says {_told(wanted)}; the nearest line is {_told(near)}.", expected=wanted, found=near)


def _told(value: object) -> str:
    """A value as messages show it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_told(item) for item in value) or "none"
    return f"`{clean_line(str(value))}`"


def _failure(
    source: Source, path: tuple[str | int, ...], message: str, *, span: Span | None = None, expected: str = "", found: str = ""
) -> Failure:
    place = span or source.span(path)
    what = ".".join(str(part) for part in (path[1:] if path[:1] == ("expect",) else path)) or "file"
    return Failure(what, clean_line(message), clean_line(expected), clean_line(found), place, source.snippet(place))
