"""From a file to a Scenario or an SOP: reading, shape, everything it cites, meaning."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from branchline.content.compile import Loaded, compile_scenario
from branchline.content.diagnostic import Diagnostic, Severity
from branchline.content.findings import Findings
from branchline.content.scenario import AuthoredPart, AuthoredScenario, AuthoredTranslation
from branchline.content.shape import shape_diagnostics
from branchline.content.sop import Sop, read_sop
from branchline.content.source import Source, read_file
from branchline.errors import ContentError
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.content.compiled import Scenario

SCENARIOS, SOPS, PARTS, CONVERSATIONS = "scenarios", "sop_library", "parts", "conversations"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Reading:
    """What came of reading one scenario file: the Scenario where it can be played, and every Diagnostic, causes first."""

    scenario: Scenario | None
    diagnostics: tuple[Diagnostic, ...]


def load_scenario(path: Path | str, language: str | None = None) -> Scenario:
    """The playable Scenario in the file at `path`, in `language` where a translation stands beside it.

    Raises ContentError, with every Diagnostic, where it cannot be played.
    """
    reading = read_scenario(Path(path), language)
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


def read_scenario(path: Path, language: str | None = None, root: Path | None = None) -> Reading:
    """Everything that is found in the scenario file at `path`, with what it cites from the workspace `root`."""
    root = root or workspace_of(path) or path.parent
    with _collector_paused():
        findings = Findings()
        source = read_file(path, _name(path, root))
        authored = _shaped(source, AuthoredScenario, findings)
        if authored is None:
            return Reading(None, _sorted(findings))
        parts = _parts(authored, root, findings)
        sops = _sops(authored, source, root, findings)
        translation = _translation(path, language, root, findings) if language and language != authored.language else None
        scenario = compile_scenario(Loaded(source.data, authored, source, parts, sops, translation), findings)
    return Reading(scenario, _sorted(findings))


def read_sop_file(path: Path, name: str | None = None) -> tuple[Sop | None, list[Diagnostic]]:
    """The SOP in one file, or None, and what is wrong with it."""
    try:
        text = path.read_bytes()
    except OSError:
        return None, read_file(path, name).diagnostics
    return read_sop(text, name or clean_line(path.name))


def sop_files(root: Path) -> dict[str, Path]:
    """The SOP files of a workspace by the id their name begins with (`SOP-BIL-02-duplicate-charge.md` → by longest known id)."""
    folder = root / SOPS
    return {path.stem: path for path in sorted(folder.glob("*.md"))} if folder.is_dir() else {}


def _shaped(source: Source, model: type[Model], findings: Findings) -> Model | None:
    findings.diagnostics += source.diagnostics
    if source.data is None or source.diagnostics:
        return None
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        findings.diagnostics += shape_diagnostics(error, source, model)
        return None


def _parts(authored: AuthoredScenario, root: Path, findings: Findings) -> dict[str, tuple[Source, AuthoredPart, Mapping[str, Any]]]:
    parts: dict[str, tuple[Source, AuthoredPart, Mapping[str, Any]]] = {}
    waiting = [node.call for node in authored.nodes.values() if node.call]
    while waiting:
        part_id = waiting.pop()
        path = root / SCENARIOS / PARTS / f"{part_id}.yaml"
        if part_id in parts or "/" in part_id or not path.is_file():
            continue
        source = read_file(path, _name(path, root))
        part = _shaped(source, AuthoredPart, findings)
        if part is not None:
            parts[part_id] = (source, part, source.data)
            waiting += [node.call for node in part.nodes.values() if node.call]
    return parts


def _sops(authored: AuthoredScenario, source: Source, root: Path, findings: Findings) -> dict[str, Sop]:
    files = sop_files(root)
    known: dict[str, Sop] = {}
    for number, sop_id in enumerate(authored.sops):
        sop = next((found for path in _candidates(sop_id, files) if (found := _read_cited(path, root, findings)) and found.id == sop_id), None)
        if sop is None:
            names = [sop.id for path in files.values() if (sop := read_sop_file(path)[0]) is not None]
            findings.error("R002", source.span(("sops", number)), f"There is no SOP `{sop_id}`.", did_you_mean(sop_id, names))
        else:
            known[sop_id] = sop
    return known


def _candidates(sop_id: str, files: Mapping[str, Path]) -> Iterator[Path]:
    """Files whose name begins with the id come first, so that usually one is read."""
    yield from (path for stem, path in files.items() if stem == sop_id or stem.startswith(f"{sop_id}-"))
    yield from (path for stem, path in files.items() if not (stem == sop_id or stem.startswith(f"{sop_id}-")))


def _read_cited(path: Path, root: Path, findings: Findings) -> Sop | None:
    sop, found = read_sop_file(path, _name(path, root))
    if sop is None:
        findings.diagnostics += [finding for finding in found if finding not in findings.diagnostics]
    return sop


def _translation(path: Path, language: str, root: Path, findings: Findings) -> Mapping[str, Any] | None:
    beside = path.with_name(f"{path.stem}.{language}.yaml")
    if not beside.is_file():
        return None
    source = read_file(beside, _name(beside, root))
    authored = _shaped(source, AuthoredTranslation, findings)
    return None if authored is None else source.data  # type: ignore[no-any-return]  # a mapping: it has the model's shape


def _name(path: Path, root: Path) -> str:
    """The file's name in Diagnostics: relative to the workspace, safe for a terminal."""
    try:
        return clean_line(str(path.absolute().relative_to(root.absolute())))
    except ValueError:
        return clean_line(str(path))


def _sorted(findings: Findings) -> tuple[Diagnostic, ...]:
    """In the order they were found: a cause comes before what follows from it."""
    return tuple(findings.diagnostics)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Loading makes many objects and no garbage; the collector would walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
