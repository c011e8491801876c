"""From a file to a Drill: reading, shape, the desk file and the SOPs it cites, meaning."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from branchline.content.catalogue import AuthoredCatalogue
from branchline.content.compile_drill import LoadedDrill, compile_drill
from branchline.content.diagnostic import Diagnostic, Severity
from branchline.content.drill import AuthoredDrill
from branchline.content.findings import Findings
from branchline.content.load import SCENARIOS, cited_sops, file_name, shaped, workspace_of
from branchline.content.source import read_file
from branchline.errors import ContentError

if TYPE_CHECKING:
    from branchline.content.desk_types import Drill
    from branchline.content.kept_data import KeptData

DRILLS, DESK = "drills", "desk.yaml"


@dataclass(frozen=True)
class DrillReading:
    """What came of reading one drill file: the Drill where it can be worked, and every Diagnostic, causes first."""

    drill: Drill | None
    diagnostics: tuple[Diagnostic, ...]


def load_drill(path: Path | str, root: Path | None = None) -> Drill:
    """The Drill in the file at `path`, with the desk file and SOPs of the workspace `root`, else of the one that the file stands in.

    Raises ContentError, with every Diagnostic, where it cannot be worked.
    """
    return drill_of(read_drill(Path(path), root), "The drill")


def drill_of(reading: DrillReading, name: str) -> Drill:
    """The Drill that was read; ContentError, with every Diagnostic, where there is none."""
    if reading.drill is None:
        first = next(found for found in reading.diagnostics if found.severity is Severity.ERROR)
        raise ContentError(f"{name} cannot be worked: {first.message}", reading.diagnostics, where=str(first.span), hint=first.hint)
    return reading.drill


def read_drill(path: Path, root: Path | None = None, *, cache: KeptData | None = None) -> DrillReading:
    """Everything that is found in the drill file at `path`, with what it draws on from the workspace `root`; YAML comes through `cache`."""
    root = root or workspace_of(path) or path.parent
    findings = Findings()
    source = read_file(path, file_name(path, root), cache=cache)
    authored = shaped(source, AuthoredDrill, findings)
    desk_path = root / SCENARIOS / DESK
    if authored is None:
        return DrillReading(None, tuple(findings.diagnostics))
    if not desk_path.is_file():
        hint = "Write the company's verbs into it; `format: 1` is enough for a desk with ticket verbs alone."
        findings.error("D008", source.span(()), f"The workspace has no `{SCENARIOS}/{DESK}`.", hint)
        return DrillReading(None, tuple(findings.diagnostics))
    desk_source = read_file(desk_path, file_name(desk_path, root), cache=cache)
    desk = shaped(desk_source, AuthoredCatalogue, findings)
    sops = cited_sops(authored.sops, source, root, findings)
    if desk is None or len(sops) < len(set(authored.sops)):
        return DrillReading(None, tuple(findings.diagnostics))
    drill = compile_drill(LoadedDrill(source.data, authored, source, desk_source.data, desk, desk_source, sops), findings)
    return DrillReading(drill, tuple(findings.diagnostics))
