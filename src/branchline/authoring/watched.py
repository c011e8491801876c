"""Watched: one scenario file with everything it draws on, read again only when one of those files has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.authoring.check import check
from branchline.authoring.check.files import kind_of
from branchline.content.collector import collector_paused
from branchline.content.compile import compile_scenario
from branchline.content.diagnostic import has_errors
from branchline.content.drill_files import DESK
from branchline.content.findings import Findings
from branchline.content.load import PARTS, SCENARIOS, SOPS, Reading, file_name, gather, sop_files, workspace_of
from branchline.errors import UsageError
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compile import Loaded

Stamp = dict["Path", tuple[int, int]]
_KINDS = {
    "drill": "a drill",
    "part": "a part",
    "sop": "an SOP",
    "translation": "a translation",
    "test": "a play test",
    "desk": "the desk file",
}


class Watched:
    """A scenario file, its parts and its SOPs."""

    def __init__(self, path: Path, today: str) -> None:
        """`today` is the ISO date by which SOPs are in force.

        Raises UsageError: `no-file` where there is none, `not-a-scenario` where it is something else.
        """
        self.path = path
        self.root = workspace_of(path) or path.absolute().parent
        self.name = file_name(path, self.root)
        self._today = today
        self._refuse_others()
        self._sources: tuple[Path, ...] = ()
        self._stamp: Stamp = {}

    def changed(self) -> bool:
        """Whether time or size of a file that was read differs, or one came or went beside the parts and SOPs."""
        return self._stamp != self._stamp_now()

    def read(self) -> Reading:
        """The file as it stands now: what loading and every rule of the checker say, and the Scenario where it can be played."""
        before = self._stamp_now()
        findings = Findings()
        with collector_paused():
            loaded = gather(self.path, None, self.root, findings)
            scenario = None if loaded is None else compile_scenario(loaded, findings)
        if loaded is not None:
            self._sources = self._drawn_on(loaded)
        # What changes while it is read differs from its earlier stamp at the next look.
        self._stamp = self._stamp_now() | {path: stamp for path, stamp in before.items() if path in self._watched()}
        found = check(self.root, [self.path], self._today).diagnostics
        if scenario is None and not has_errors(found):
            found = tuple(findings.diagnostics)
        return Reading(scenario, found)

    def _refuse_others(self) -> None:
        name = clean_line(self.path.name)
        if not self.path.is_file():
            near = did_you_mean(self.path.name, (path.name for path in self.path.absolute().parent.glob("*.yaml")))
            raise UsageError("There is no such file.", where=clean_line(str(self.path)), hint=clean_line(near), code="no-file")
        kind = kind_of(self.path, self.root)
        if kind != "scenario":
            what = _KINDS.get(kind, "something else")
            drill = f"`branchline play {clean_line(self.path.stem)}` plays it."
            hint = drill if kind == "drill" else "Name a file of scenarios/conversations."
            raise UsageError(f"`preview` is for conversations, and {name} is {what}.", hint=hint, code="not-a-scenario")

    def _drawn_on(self, loaded: Loaded) -> tuple[Path, ...]:
        """The files of the parts and SOPs; where no file is called as a cited SOP, all of them may hold it."""
        parts = [self.root / SCENARIOS / PARTS / f"{name}.yaml" for name in (*loaded.parts, *sorted(loaded.broken))]
        files = sop_files(self.root)
        sops: set[Path] = set()
        for sop_id in loaded.authored.sops:
            named = {path for stem, path in files.items() if stem == sop_id or stem.startswith(f"{sop_id}-")}
            sops |= named or set(files.values())
        return (*parts, *sorted(sops))

    def _watched(self) -> tuple[Path, ...]:
        return (self.path, self.root / SCENARIOS / PARTS, self.root / SOPS, self.root / SCENARIOS / DESK, *self._sources)

    def _stamp_now(self) -> Stamp:
        return {path: _stamp(path) for path in self._watched()}


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (-1, -1)
    return (found.st_mtime_ns, found.st_size)
