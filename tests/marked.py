"""Workspaces in which «marks» stand around the place that a Diagnostic must point at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.load import Reading, read_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.diagnostic import Diagnostic

HEAD = "format: 1\nid: s\ntitle: T\nchannel: phone\ncustomer: {name: Dana Okafor}\n"
ENDINGS = "endings: {done: {title: Done, outcome: resolved}}\n"
SCENARIO = "scenarios/conversations/s.yaml"


@dataclass(frozen=True)
class Marked:
    """Files by path in the workspace, marks taken out, and the place that was marked."""

    files: dict[str, str]
    place: tuple[str, int, int, int, int]
    """File, line, column, end line, end column."""

    def read(self, root: Path, language: str | None = None) -> Reading:
        """What comes of reading the scenario."""
        for name, text in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_scenario(root / SCENARIO, language, root)


def marked(files: dict[str, str]) -> Marked:
    """The files without their marks; exactly one stretch is marked."""
    places = []
    plain = {}
    for name, text in files.items():
        plain[name] = text.replace("«", "").replace("»", "")
        if "«" in text:
            before, _, rest = text.partition("«")
            inner, _, _ = rest.partition("»")
            places.append((name, *_place(before), *_place(before + inner)))
    (place,) = places
    return Marked(plain, place)


def scenario(nodes: str, *, head: str = HEAD, start: str = "start: n\n", endings: str = ENDINGS, **more: str) -> Marked:
    """A scenario with these marked nodes; `more` are its parts by id, marked or not."""
    parts = {f"scenarios/parts/{name}.yaml": f"format: 1\nid: {name}\n{text}" for name, text in more.items()}
    return marked({SCENARIO: f"{head}{start}nodes:\n{nodes}{endings}", **parts})


def place(finding: Diagnostic) -> tuple[str, int, int, int, int]:
    """Where a Diagnostic points."""
    span = finding.span
    return (span.file, span.line, span.column, span.end_line, span.end_column)


def _place(text: str) -> tuple[int, int]:
    return text.count("\n") + 1, len(text) - text.rfind("\n")
