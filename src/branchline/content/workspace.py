"""Workspace: one folder of content, and what can be found in it."""

from __future__ import annotations

import glob
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from branchline.content.diagnostic import Diagnostic, Severity, Span
from branchline.content.drill_files import DESK, DRILLS, DrillReading, drill_of, read_drill
from branchline.content.load import CONVERSATIONS, PARTS, SCENARIOS, SOPS, Reading, read_scenario, read_sop_file, sop_files
from branchline.content.rubric_files import RubricReading, read_rubric, rubric_files, rubric_of
from branchline.content.source import read_file
from branchline.errors import ConfigurationError, ContentError, UnknownId
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.compiled import Ratings, Scenario
    from branchline.content.desk_types import Drill
    from branchline.content.kept_data import KeptData
    from branchline.content.rubric import Rubric
    from branchline.content.sop import Sop

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One thing that can be played, or that could be if its Diagnostics were mended."""

    id: str
    kind: str
    """`scenario` or `drill`."""
    path: Path
    title: str
    summary: str
    channel: str
    level: int
    minutes: int
    sops: tuple[str, ...]
    skills: tuple[str, ...]
    review: str
    playable: bool
    diagnostics: tuple[Diagnostic, ...]
    raters: Ratings = field(default_factory=dict, hash=False)
    """What experts gave its replies; empty of a drill."""
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    """What they are to rate, as `Scenario.asked`."""


class Workspace:
    """Content under one root; what was read stays read until a file that it may draw on changes."""

    def __init__(self, root: Path, cache: KeptData | None = None) -> None:
        """`root` holds `scenarios/` and `sop_library/`; either may be missing. YAML is read through `cache`."""
        self.root = root
        self._cache = cache
        self._readings: dict[tuple[Path, str | None], tuple[Stamp, Reading]] = {}
        self._drills: dict[Path, tuple[Stamp, DrillReading]] = {}

    def listings(self) -> list[Listing]:
        """Every scenario and drill, broken ones among them, by level and title."""
        found = [self._listing(path) for path in self._files()] + [self._drill_listing(path) for path in self._drill_files()]
        return sorted(_unique(found), key=lambda known: (known.level, known.title))

    def load(self, scenario_id: str, language: str | None = None) -> Scenario:
        """The scenario with that id; UnknownId where there is none, ContentError where it cannot be played."""
        path = self._path(scenario_id)
        reading = self._read(path, language)
        if reading.scenario is None:
            first = next(found for found in reading.diagnostics if found.severity is Severity.ERROR)
            raise ContentError(
                f"`{scenario_id}` cannot be played: {first.message}", reading.diagnostics, where=str(first.span), hint=first.hint
            )
        return reading.scenario

    def load_drill(self, drill_id: str) -> Drill:
        """The drill with that id; UnknownId where there is none, ContentError where it cannot be worked."""
        path = self._drill_path(drill_id)
        if path is None:
            known = [self._drill_listing(other).id for other in self._drill_files()]
            raise UnknownId(f"There is no drill `{clean_line(drill_id)}`.", hint=did_you_mean(drill_id, known))
        return drill_of(self._read_drill(path), f"`{clean_line(drill_id)}`")

    def kind(self, content_id: str) -> str:
        """`drill` where a drill has that id, else `scenario`; nothing is said of whether it exists."""
        return "scenario" if self._drill_path(content_id) is None else "drill"

    def listing(self, content_id: str) -> Listing:
        """The listing of the scenario or drill with that id; UnknownId where there is none."""
        drill = self._drill_path(content_id)
        return self._listing(self._path(content_id)) if drill is None else self._drill_listing(drill)

    def sops(self) -> dict[str, Sop]:
        """Every readable SOP by id."""
        found = (read_sop_file(path)[0] for path in sop_files(self.root).values())
        return {sop.id: sop for sop in found if sop is not None}

    def broken_sops(self) -> list[Diagnostic]:
        """What keeps SOP files from being read."""
        readings = (read_sop_file(path) for path in sop_files(self.root).values())
        return [finding for sop, found in readings if sop is None for finding in found]

    def sop(self, sop_id: str) -> Sop:
        """The SOP with that id; UnknownId where there is none."""
        sops = self.sops()
        for known, sop in sops.items():
            if known.casefold() == sop_id.casefold():
                return sop
        raise UnknownId(f"There is no SOP `{clean_line(sop_id)}`.", hint=did_you_mean(sop_id, sops))

    def search(self, words: str) -> list[Sop]:
        """The SOPs that hold every word, by id."""
        return [sop for _, sop in sorted(self.sops().items()) if sop.mentions(words)]

    def rubrics(self) -> dict[str, Rubric]:
        """Every readable rubric by id; of two with one id, the one whose file is named so."""
        found = [(path, reading.rubric) for path, reading in self._rubric_readings().items() if reading.rubric is not None]
        found.sort(key=lambda entry: (entry[1].id, entry[0].stem == entry[1].id))
        return {rubric.id: rubric for _, rubric in found}

    def broken_rubrics(self) -> list[Diagnostic]:
        """What keeps rubric files from being scored with."""
        return [found for reading in self._rubric_readings().values() if reading.rubric is None for found in reading.diagnostics]

    def rubric(self, rubric_id: str) -> Rubric:
        """The rubric with that id; UnknownId where there is none, ContentError where it cannot be scored with."""
        known = self.rubrics()
        if rubric_id in known:
            return known[rubric_id]
        for path, reading in self._rubric_readings().items():
            if path.stem == rubric_id and reading.rubric is None:
                return rubric_of(reading, f"`{clean_line(rubric_id)}`")
        raise UnknownId(f"There is no rubric `{clean_line(rubric_id)}`.", hint=did_you_mean(rubric_id, known))

    def _rubric_readings(self) -> dict[Path, RubricReading]:
        return {path: read_rubric(path, self.root, cache=self._cache) for path in rubric_files(self.root)}

    def _files(self) -> list[Path]:
        folder = self.root / SCENARIOS / CONVERSATIONS
        try:
            found = sorted(folder.glob("*.yaml"))
        except OSError:
            return []
        return [path for path in found if "." not in path.stem]

    def _drill_files(self) -> list[Path]:
        try:
            return sorted(path for path in (self.root / SCENARIOS / DRILLS).glob("*.yaml") if "." not in path.stem)
        except OSError:
            return []

    def _drill_path(self, drill_id: str) -> Path | None:
        """The drill's file: by its name, else by the id in it."""
        files = self._drill_files()
        named = next((path for path in files if path.stem == drill_id), None)
        return named or next((path for path in files if self._drill_listing(path).id == drill_id), None)

    def _read_drill(self, path: Path) -> DrillReading:
        stamp = self._stamp(path)
        kept = self._drills.get(path)
        if kept is None or kept[0] != stamp:
            kept = (stamp, read_drill(path, self.root, cache=self._cache))
            self._drills[path] = kept
        return kept[1]

    def _drill_listing(self, path: Path) -> Listing:
        reading = self._read_drill(path)
        drill = reading.drill
        if drill is None:
            return _broken(path, "drill", reading.diagnostics)
        return Listing(
            drill.id, "drill", path, drill.title, drill.summary, drill.channel, drill.level, drill.minutes, tuple(drill.sops), drill.skills,
            drill.review_status, playable=True, diagnostics=reading.diagnostics,
        )  # fmt: skip

    def _path(self, scenario_id: str) -> Path:
        files = self._files()
        for path in files:
            if path.stem == scenario_id:
                return path
        known = {self._listing(path).id: path for path in files}
        if scenario_id in known:
            return known[scenario_id]
        raise UnknownId(f"There is no scenario `{clean_line(scenario_id)}`.", hint=did_you_mean(scenario_id, known))

    def _read(self, path: Path, language: str | None = None) -> Reading:
        stamp = self._stamp(path)
        kept = self._readings.get((path, language))
        if kept is None or kept[0] != stamp:
            kept = (stamp, read_scenario(path, language, self.root, cache=self._cache))
            self._readings[path, language] = kept
        return kept[1]

    def _stamp(self, path: Path) -> Stamp:
        """Name, time and size of every file that what stands at `path` may draw on: itself, translations, parts, the desk, SOPs."""
        files = {path, *path.parent.glob(f"{glob.escape(path.stem)}.*.yaml"), *(self.root / SCENARIOS / PARTS).glob("*.yaml")}
        stamp = []
        for file in sorted(files | {self.root / SCENARIOS / DESK} | set(sop_files(self.root).values())):
            try:
                found = file.stat()
                stamp.append((str(file), found.st_mtime_ns, found.st_size))
            except OSError:
                stamp.append((str(file), -1, -1))
        return tuple(stamp)

    def _listing(self, path: Path) -> Listing:
        reading = self._read(path)
        scenario = reading.scenario
        if scenario is not None:
            return Listing(
                scenario.id, "scenario", path, scenario.title, scenario.summary, scenario.channel, scenario.level, scenario.minutes,
                tuple(scenario.sops), scenario.skills, scenario.review_status, playable=True, diagnostics=reading.diagnostics,
                raters=scenario.raters, asked=scenario.asked,
            )  # fmt: skip
        return _broken(path, "scenario", reading.diagnostics)


def _unique(found: Sequence[Listing]) -> list[Listing]:
    """The same, with every file that bears another file's id marked: the one that is named after the id is the one that is played."""
    first: dict[str, Listing] = {}
    for known in sorted(found, key=lambda each: each.path.stem != each.id):
        first.setdefault(known.id, known)
    return [known if first[known.id] is known or not known.playable else _second(known, first[known.id]) for known in found]


def _second(known: Listing, first: Listing) -> Listing:
    span = Span(clean_line(known.path.name), 1, 1, 1, 1)
    message = f"The id `{known.id}` is that of `{clean_line(first.path.name)}` too."
    diagnostic = Diagnostic("R005", Severity.ERROR, span, message, "Give each file an id of its own, the same as its name.")
    return replace(known, playable=False, diagnostics=(diagnostic, *known.diagnostics))


def _broken(path: Path, kind: str, diagnostics: tuple[Diagnostic, ...]) -> Listing:
    """What can be said of a file that cannot be played."""
    data = read_file(path).data
    said = data if isinstance(data, dict) else {}
    title, name = (clean_line(text) if isinstance(text, str) else "" for text in (said.get("title"), said.get("id")))
    return Listing(
        name or clean_line(path.stem), kind, path, title or clean_line(path.name), "", "", 0, 0, (), (), "",
        playable=False, diagnostics=diagnostics,
    )  # fmt: skip


def bundled_root() -> Path:
    """The workspace that comes with the program: inside the wheel, or the repository itself in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "bundled"
    return installed if installed.is_dir() else package.parents[1]


def workspace_around(folder: Path) -> Path | None:
    """The nearest folder from there upwards that holds both `scenarios` and `sop_library`, or None."""
    return next((root for root in (folder, *folder.parents) if (root / SCENARIOS).is_dir() and (root / SOPS).is_dir()), None)


def workspace_here() -> Path | None:
    """The workspace around the current folder, or None."""
    try:
        return workspace_around(Path.cwd())
    except OSError:  # the folder is gone
        return None


def open_workspace(folder: str = "", cache: KeptData | None = None) -> Workspace:
    """The workspace in `folder`, read through `cache`; where it is empty the one around the current folder, else the bundled one.

    Raises ConfigurationError where it is no workspace.
    """
    root = Path(folder).expanduser() if folder else workspace_here() or bundled_root()
    if not (root / SCENARIOS).is_dir():
        hint = "Set `workspace` (or BRANCHLINE_WORKSPACE) to a folder that holds `scenarios/` and `sop_library/`."
        raise ConfigurationError("The workspace has no `scenarios` folder.", where=clean_line(str(root)), hint=hint, code="no-workspace")
    return Workspace(root, cache)
