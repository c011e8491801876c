"""From a file to a Scenario or an SOP: reading, shape, everything it cites, meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from branchline.content.collector import collector_paused
from branchline.content.compile import Loaded, compile_scenario
from branchline.content.diagnostic import Diagnostic, Severity
from branchline.content.expand import legal_id
from branchline.content.findings import MOST_ERRORS, Findings, Nowhere
from branchline.content.scenario import AuthoredPart, AuthoredScenario, AuthoredTranslation
from branchline.content.shape import shape_diagnostics
from branchline.content.sop import Sop, read_sop
from branchline.content.source import Source, read_bytes, read_file
from branchline.errors import ContentError
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from branchline.content.compiled import Scenario
    from branchline.content.kept_data import KeptData

SCENARIOS, SOPS, PARTS, CONVERSATIONS = "scenarios", "sop_library", "parts", "conversations"
Model = TypeVar("Model", bound=BaseModel)
Parts = dict[str, tuple[Source, AuthoredPart, Mapping[str, Any]]]
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Reading:
    """What came of reading one scenario file: the Scenario where it can be played, and every Diagnostic, causes first."""

    scenario: Scenario | None
    diagnostics: tuple[Diagnostic, ...]


def load_scenario(path: Path | str, language: str | None = None, root: Path | None = None) -> Scenario:
    """The playable Scenario in the file at `path`, in `language` where a translation stands beside it.

    What it cites comes from the workspace `root`, else from the one that the file stands in.

    Raises ContentError, with every Diagnostic, where it cannot be played.
    """
    reading = read_scenario(Path(path), language, root)
    if reading.scenario is None:
        first = next(found for found in reading.diagnostics if found.severity is Severity.ERROR)
        raise ContentError(f"The scenario cannot be played: {first.message}", reading.diagnostics, where=str(first.span), hint=first.hint)
    return reading.scenario


def load_sop(path: Path | str) -> Sop:
    """The SOP in the Markdown file at `path`; raises ContentError with every Diagnostic where it is broken."""
    sop, found = read_sop_file(Path(path))
    if sop is None:
        raise ContentError(f"The SOP cannot be used: {found[0].message}", found, where=str(found[0].span), hint=found[0].hint)
    return sop


def workspace_of(path: Path) -> Path | None:
    """The nearest folder above `path` that holds `scenarios/` or `sop_library/`, or None."""
    return next((folder for folder in path.absolute().parents if (folder / SCENARIOS).is_dir() or (folder / SOPS).is_dir()), None)


def read_scenario(path: Path, language: str | None = None, root: Path | None = None, *, cache: KeptData | None = None) -> Reading:
    """Everything that is found in the scenario file at `path`, with what it cites from the workspace `root`; YAML comes through `cache`."""
    with collector_paused():
        findings = Findings()
        loaded = gather(path, language, root or workspace_of(path) or path.parent, findings, cache=cache)
        scenario = None if loaded is None else compile_scenario(loaded, findings)
    return Reading(scenario, tuple(findings.diagnostics))


def gather(
    path: Path, language: str | None, root: Path, findings: Findings, *, cache: KeptData | None = None, source: Source | None = None
) -> Loaded | None:
    """The scenario file at `path` and all that it draws on, of the right shape and not yet compiled; None where the file itself is not.

    `source` is what was read from `path`, if it was.
    """
    source = source or read_file(path, file_name(path, root), cache=cache)
    authored = shaped(source, AuthoredScenario, findings)
    if authored is None:
        return None
    parts, broken = _parts(authored, root, findings, cache)
    sops = cited_sops(authored.sops, source, root, findings)
    foreign = language if language and language != authored.language else ""
    translation, places = _translation(path, foreign, root, findings, cache)
    return Loaded(source.data, authored, source, parts, sops, translation, places or Nowhere(), broken)


def read_sop_file(path: Path, name: str | None = None, verbs: Collection[str] | None = None) -> tuple[Sop | None, list[Diagnostic]]:
    """The SOP in one file, or None, and what is wrong with it; acts of steps are held against `verbs`, where they are given."""
    name = name or clean_line(path.name)
    content = read_bytes(path, name)
    return (None, content.diagnostics) if isinstance(content, Source) else read_sop(content, name, verbs)


def sop_files(root: Path) -> dict[str, Path]:
    """The SOP files of a workspace by the id their name begins with (`SOP-BIL-02-duplicate-charge.md` → by longest known id)."""
    folder = root / SOPS
    return {path.stem: path for path in sorted(folder.glob("*")) if path.suffix in {".md", ".yaml", ".yml"}} if folder.is_dir() else {}


def shaped(source: Source, model: type[Model], findings: Findings) -> Model | None:
    """What was read as a `model`, or None; what is wrong with it goes to `findings`."""
    findings.diagnostics += source.diagnostics
    if source.data is None or source.diagnostics:
        return None
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        findings.diagnostics += shape_diagnostics(error, source, model)
        return None


def _parts(authored: AuthoredScenario, root: Path, findings: Findings, cache: KeptData | None) -> tuple[Parts, frozenset[str]]:
    """The parts that are called, and the ids of those that are there and cannot be read."""
    parts: Parts = {}
    broken: set[str] = set()
    waiting = [node.call for node in authored.nodes.values() if node.call]
    while waiting:
        part_id = waiting.pop()
        path = root / SCENARIOS / PARTS / f"{part_id}.yaml"
        if part_id in parts or part_id in broken or not legal_id(part_id) or not path.exists():
            continue
        source = read_file(path, file_name(path, root), cache=cache)
        part = shaped(source, AuthoredPart, findings)
        if part is None:
            broken.add(part_id)
        else:
            parts[part_id] = (source, part, source.data)
            waiting += [node.call for node in part.nodes.values() if node.call]
    return parts, frozenset(broken)


def cited_sops(sop_ids: Sequence[str], source: Source, root: Path, findings: Findings) -> dict[str, Sop]:
    """The cited SOPs that can be read, by id; R002 where none has the id and none of that name is broken."""
    files = sop_files(root)
    known: dict[str, Sop] = {}

    @cache
    def read(stem: str) -> tuple[Sop | None, list[Diagnostic]]:
        return read_sop_file(files[stem], file_name(files[stem], root))

    for number, sop_id in enumerate(sop_ids):
        if len(findings.diagnostics) >= MOST_ERRORS:
            break
        named = {stem for stem in files if _is_named(stem, sop_id)}
        broken: set[str] = set()
        for stem in sorted(files, key=lambda stem: (stem not in named, stem)):  # usually the first one is it
            sop, found = read(stem)
            if sop is not None and sop.id == sop_id:
                known[sop_id] = sop
                break
            if sop is None and stem in named:
                broken.add(stem)
                findings.diagnostics += [finding for finding in found if finding not in findings.diagnostics]
        else:
            if not broken:
                names = [sop.id for stem in files if (sop := read(stem)[0]) is not None]
                hint = did_you_mean(sop_id, names)
                findings.error("R002", source.span(("sops", number)), f"There is no SOP `{clean_line(sop_id)}`.", hint)
    return known


def _is_named(stem: str, sop_id: str) -> bool:
    """Whether a file called so is meant to hold the SOP: its name is the id, or begins with it."""
    return stem == sop_id or stem.startswith(f"{sop_id}-")


def _translation(
    path: Path, language: str, root: Path, findings: Findings, cache: KeptData | None
) -> tuple[Mapping[str, Any] | None, Source | None]:
    """The translation beside the scenario's file, as plain data with its places; Nones where there is none or it is broken."""
    if not _LANGUAGE.fullmatch(language):
        return None, None
    beside = path.with_name(f"{path.stem}.{language}.yaml")
    if not beside.is_file():
        return None, None
    source = read_file(beside, file_name(beside, root), cache=cache)
    authored = shaped(source, AuthoredTranslation, findings)
    return (None, None) if authored is None else (source.data, source)


def file_name(path: Path, root: Path) -> str:
    """The file's name in Diagnostics: relative to the workspace, safe for a terminal."""
    try:
        return clean_line(str(path.absolute().relative_to(root.absolute())))
    except ValueError:
        return clean_line(str(path))
