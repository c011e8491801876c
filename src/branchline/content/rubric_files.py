"""`scenarios/rubrics/<id>.yaml`: from a file to a Rubric, and the same again from what the journal kept.

Spelling: `levels` run from the lowest to the highest; a level is a word or a number, and never `na`, which stands for “does not apply”
where the item allows it. `machine` names the part of the machine's score that stands beside the item: a dimension of empathy, `empathy`,
`sop`, `outcome`, `composite`, and of a drill `procedure`, `record` or `timing`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from branchline.content.catalogue import Word  # noqa: TC001  # the models read it when the program runs
from branchline.content.diagnostic import Diagnostic, Severity
from branchline.content.expand import ID_RULE, legal_id
from branchline.content.findings import Findings, Nowhere
from branchline.content.load import SCENARIOS, file_name, shaped, workspace_of
from branchline.content.rubric import CAP, NA, WHOLE, Rubric, RubricItem, RubricLevel
from branchline.content.scenario import Authored, AuthoredReview
from branchline.content.source import read_file
from branchline.errors import ContentError, DamagedData
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.findings import Places
    from branchline.content.kept_data import KeptData

RUBRICS = "rubrics"
CODES = {
    "Q001": "weights that do not sum to 100",
    "Q002": "two levels with one name, or a level called `na`",
    "Q003": "numbered levels that do not go up",
}
"""What can be wrong with the meaning of a rubric."""

Machine = Literal[
    "acknowledge", "understand", "ownership", "explore", "clarity", "tone",
    "empathy", "sop", "outcome", "composite", "procedure", "record", "timing",
]  # fmt: skip


class AuthoredLevel(Authored):
    """One level of an item's scale, with what a coach sees there."""

    level: Word
    anchor: str = ""


class AuthoredItem(Authored):
    """One thing that the coach judges."""

    id: str
    ask: str
    weight: Annotated[int, Field(ge=1, le=WHOLE)]
    levels: Annotated[list[AuthoredLevel], Field(min_length=2, max_length=9)]
    na: bool = False
    critical: bool = False
    machine: Machine | None = None


class AuthoredRubric(Authored):
    """`scenarios/rubrics/<id>.yaml`."""

    format: Literal[1]
    id: str
    version: Annotated[int, Field(ge=1)] = 1
    title: str
    summary: str = ""
    language: str = "en"
    applies_to: Literal["conversations", "drills", "both"]
    cap: Annotated[int, Field(ge=0, le=WHOLE)] = CAP
    items: Annotated[list[AuthoredItem], Field(min_length=1, max_length=50)]
    review: AuthoredReview = AuthoredReview()


@dataclass(frozen=True)
class RubricReading:
    """What came of reading one rubric file: the Rubric where it can be scored with, and every Diagnostic."""

    rubric: Rubric | None
    diagnostics: tuple[Diagnostic, ...]


def rubric_files(root: Path) -> list[Path]:
    """The rubric files of a workspace, by name."""
    try:
        return sorted((root / SCENARIOS / RUBRICS).glob("*.yaml"))
    except OSError:
        return []


def load_rubric(path: Path | str, root: Path | None = None) -> Rubric:
    """The Rubric in the file at `path`; raises ContentError, with every Diagnostic, where it cannot be scored with."""
    return rubric_of(read_rubric(Path(path), root), "The rubric")


def rubric_of(reading: RubricReading, name: str) -> Rubric:
    """The Rubric that was read; ContentError, with every Diagnostic, where there is none."""
    if reading.rubric is None:
        first = next(found for found in reading.diagnostics if found.severity is Severity.ERROR)
        raise ContentError(f"{name} cannot be scored with: {first.message}", reading.diagnostics, where=str(first.span), hint=first.hint)
    return reading.rubric


def read_rubric(path: Path, root: Path | None = None, *, cache: KeptData | None = None) -> RubricReading:
    """Everything that is found in the rubric file at `path` of the workspace `root`; YAML comes through `cache`."""
    findings = Findings()
    source = read_file(path, file_name(path, root or workspace_of(path) or path.parent), cache=cache)
    authored = shaped(source, AuthoredRubric, findings)
    rubric = None if authored is None else _compiled(authored, source.data, source, findings)
    return RubricReading(rubric, tuple(findings.diagnostics))


def rubric_from_bundle(bundle: Mapping[str, Any]) -> Rubric:
    """The Rubric that the journal kept; DamagedData where it can no longer be read."""
    findings = Findings()
    try:
        data = bundle["rubric"]
        rubric = _compiled(AuthoredRubric.model_validate(data), data, Nowhere(), findings)
    except (KeyError, ValueError, TypeError) as error:
        raise DamagedData("The kept rubric of an evaluation cannot be read.", hint="Export the session and report it.") from error
    if rubric is None:
        raise DamagedData(f"The kept rubric of an evaluation is no longer one: {findings.diagnostics[0].message}")
    return rubric


def _compiled(authored: AuthoredRubric, data: Mapping[str, Any], places: Places, findings: Findings) -> Rubric | None:
    """The Rubric, or None where the findings hold an error."""
    _check_items(authored, places, findings)
    for number, item in enumerate(authored.items):
        _check_levels(item, ("items", number, "levels"), places, findings)
    return None if findings.failed else _rubric(authored, data)


def _check_items(authored: AuthoredRubric, places: Places, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for number, item in enumerate(authored.items):
        span = places.span(("items", number, "id"))
        if not legal_id(item.id):
            findings.error("R006", span, f"`{clean_line(item.id)}` cannot be the id of an item.", ID_RULE)
        if item.id in seen:
            related = ((places.span(("items", seen[item.id], "id")), "the first one"),)
            findings.error("R005", span, f"There is an item `{clean_line(item.id)}` already.", "Rename one of them.", related=related)
        seen.setdefault(item.id, number)
    total = sum(item.weight for item in authored.items)
    if total != WHOLE:
        more = WHOLE - total
        hint = f"{'Add' if more > 0 else 'Take away'} {abs(more)}: a total is out of 100."
        findings.error("Q001", places.span(("items",), key=True), f"The weights sum to {total}, not to 100.", hint)


def _check_levels(item: AuthoredItem, path: tuple[str | int, ...], places: Places, findings: Findings) -> None:
    names = [level.level for level in item.levels]
    for number, name in enumerate(names):
        span = places.span((*path, number, "level"))
        if name == NA:
            findings.error("Q002", span, "`na` is no level: it says that an item does not apply.", "Write `na: true` on the item instead.")
        elif Counter(names[:number])[name]:
            findings.error("Q002", span, f"There is a level `{clean_line(name)}` already.", "Rename one of them.")
    if all(name.removeprefix("-").isdecimal() for name in names) and sorted(names, key=int) != names:
        hint = "Write them from the lowest to the highest."
        findings.error("Q003", places.span(path, key=True), f"The levels of `{clean_line(item.id)}` do not go up.", hint)


def _rubric(authored: AuthoredRubric, data: Mapping[str, Any]) -> Rubric:
    items = tuple(
        RubricItem(
            item.id, item.ask, item.weight, tuple(RubricLevel(level.level, level.anchor) for level in item.levels),
            item.na, item.critical, item.machine or "",
        )
        for item in authored.items
    )  # fmt: skip
    return Rubric(
        authored.id, authored.version, authored.title, authored.summary, authored.language, authored.applies_to, authored.cap, items,
        authored.review.status, {"format": 1, "rubric": data},
    )  # fmt: skip
