"""Which files there are to check and what each is: found by their folders, else by what stands in them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.drill_files import DESK, DRILLS
from branchline.content.load import CONVERSATIONS, PARTS, SCENARIOS, SOPS, file_name
from branchline.content.position import Lines
from branchline.content.rubric_files import RUBRICS
from branchline.content.source import Source, decode, read_bytes, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.content.diagnostic import Span

_YAML = frozenset({".yaml", ".yml"})
_KEYS = (
    ("translates", "translation"),
    ("endings", "scenario"),
    ("ticket", "drill"),
    ("verbs", "desk"),
    ("steps", "sop"),
    ("params", "part"),
    ("applies_to", "rubric"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One file to check."""

    path: Path
    kind: str
    """`scenario`, `translation`, `part`, `drill`, `desk`, `sop`, `rubric`, `test`, or `other`: readable YAML is all that is asked of it."""


def items(place: Path, root: Path) -> list[Item]:
    """What there is to check at `place`, a file or a folder, in the workspace `root`; folders are walked without following links."""
    if not place.is_dir():
        return [Item(place, kind_of(place, root))]
    home = place.absolute() == root.absolute()
    found = []
    for path in _walk(place):
        inside = _inside(path, root)
        if home and (not inside or inside[0] not in {SCENARIOS, SOPS}):
            continue
        if path.suffix in _YAML or (path.suffix == ".md" and SOPS in inside):
            found.append(Item(path, kind_of(path, root)))
    return found


def _inside(path: Path, root: Path) -> tuple[str, ...]:
    """The parts of the path below `root`; none where it is outside."""
    here, parts = root.absolute().parts, path.absolute().parts
    return parts[len(here) :] if parts[: len(here)] == here else ()


def _walk(place: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (place.__class__(folder, name) for name in sorted(names))


def kind_of(path: Path, root: Path) -> str:
    """What the file is."""
    if path.stem.endswith(".test"):
        return "test"
    inside = _inside(path, root)
    if path.suffix == ".md" or SOPS in inside[:1]:
        return "sop"
    if inside[:1] == (SCENARIOS,) and len(inside) > 1:
        if inside[1] == CONVERSATIONS:
            return "translation" if "." in path.stem else "scenario"
        return {PARTS: "part", DRILLS: "drill", DESK: "desk", RUBRICS: "rubric"}.get(inside[1], "other")
    return _by_content(path)


def _by_content(path: Path) -> str:
    data = read_file(path).data
    return next((kind for key, kind in _KEYS if isinstance(data, dict) and key in data), "scenario")


class Texts:
    """The characters of checked files, read when they are asked for."""

    def __init__(self, root: Path) -> None:
        """Names are relative to `root`."""
        self._root = root
        self._sources: dict[str, Source] = {}
        self._lines: dict[str, Lines] = {}
        self._paths: dict[str, Path] = {}

    def know(self, path: Path) -> str:
        """The name of the file at `path`, which may have characters that a name does not show."""
        name = file_name(path, self._root)
        self._paths[name] = path
        return name

    def read(self, file: str) -> Source:
        """The YAML in it; of that only the characters are kept."""
        source = read_file(self.path(file), file)
        self._sources[file] = Source(file, source.text)
        return source

    def path(self, file: str) -> Path:
        """Where the file of that name is."""
        return self._paths[file] if file in self._paths else self._root / file

    def text(self, file: str) -> str:
        """Its characters, newlines for line ends and no byte order mark; empty where it cannot be read."""
        return self._source(file).text

    def _source(self, file: str) -> Source:
        if file not in self._sources:
            content = read_bytes(self.path(file), file)
            self._sources[file] = content if isinstance(content, Source) else decode(content, file)
        return self._sources[file]

    def line(self, file: str, number: int) -> str:
        """Line `number`, counted from 1."""
        if file not in self._lines:
            self._lines[file] = Lines(self.text(file))
        return self._lines[file].line(number - 1)

    def at(self, span: Span) -> str:
        """The characters of a span on one line; of a longer one, those of its first line."""
        line = self.line(span.file, span.line)
        return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]
