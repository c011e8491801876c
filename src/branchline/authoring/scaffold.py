"""New files and new workspaces that load, check and pass their own test; nothing that is there is ever overwritten."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from branchline.authoring import templates
from branchline.authoring.playtest import SUFFIX, TESTS
from branchline.authoring.schema import schema_text
from branchline.authoring.writing import flow
from branchline.content.catalogue import AuthoredCatalogue
from branchline.content.drill_files import DESK, DRILLS
from branchline.content.expand import ID_RULE, legal_id
from branchline.content.findings import Findings
from branchline.content.load import CONVERSATIONS, SCENARIOS, SOPS, shaped
from branchline.content.rubric_files import RUBRICS
from branchline.content.source import read_file, read_text
from branchline.errors import ConfigurationError, UsageError
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LESSONS = "lessons"
SCHEMAS = ".schemas"
"""Where a workspace keeps the schemas that its files name in their first line."""
FIRST_SOP = "SOP-FIRST"
_PLAY_TEST = "script"


@dataclass(frozen=True, slots=True)
class Written:
    """What scaffolding did, paths relative to the workspace."""

    made: tuple[str, ...]
    kept: tuple[str, ...]
    """What was there already, and stayed as it was."""


def new(root: Path, kind: str, name: str) -> Written:
    """A new file of that kind in the workspace, with what it cannot do without.

    Raises UsageError, code `bad-id` or `exists`; ConfigurationError where the folder cannot be written.
    """
    if not legal_id(name):
        raise UsageError(f"`{clean_line(name)}` cannot be an id.", hint=ID_RULE, code="bad-id")
    place, texts = _KINDS[kind](root, name)
    if (root / place).exists():
        raise UsageError(f"There is a {kind} `{name}` already.", where=clean_line(str(place)), hint="Choose another id.", code="exists")
    return _write(root, texts)


def init(root: Path) -> Written:
    """A workspace with one scenario, one drill, an SOP, the desk, a play test of each and a CI file; what is there stays."""
    texts = {
        **_scenario(root, "first-contact")[1],
        **_drill(root, "first-ticket")[1],
        **_sop(root, FIRST_SOP)[1],
        ".github/workflows/content.yml": templates.CI,
    }
    return _write(root, texts)


def _scenario(root: Path, name: str) -> tuple[str, dict[str, str]]:
    place = f"{SCENARIOS}/{CONVERSATIONS}/{name}.yaml"
    test = f"{SCENARIOS}/{TESTS}/{name}{SUFFIX}"
    texts = {
        place: templates.SCENARIO.format(id=name, title=_title(name), sop=FIRST_SOP),
        test: templates.SCENARIO_TEST.format(id=name),
    }
    return place, {**_with_modelines(root, {place: "scenario", test: _PLAY_TEST}, texts), **_sop(root, FIRST_SOP)[1]}


def _drill(root: Path, name: str) -> tuple[str, dict[str, str]]:
    place, desk = f"{SCENARIOS}/{DRILLS}/{name}.yaml", f"{SCENARIOS}/{DESK}"
    test = f"{SCENARIOS}/{TESTS}/{name}{SUFFIX}"
    category, disposition = _solved(root / desk)
    texts = {
        place: templates.DRILL.format(id=name, title=_title(name), sop=FIRST_SOP, category=category),
        test: templates.DRILL_TEST.format(id=name, disposition=disposition),
        desk: templates.DESK,
    }
    return place, {**_with_modelines(root, {place: "drill", test: _PLAY_TEST, desk: "desk"}, texts), **_sop(root, FIRST_SOP)[1]}


def _solved(desk: Path) -> tuple[str, str]:
    """A category of the workspace's desk, with a disposition that a ticket of it can be solved with."""
    source = read_file(desk) if desk.is_file() else read_text(templates.DESK, DESK)
    catalogue = shaped(source, AuthoredCatalogue, Findings())
    for category, words in (catalogue.dispositions if catalogue is not None else {}).items():
        for disposition in words:
            return category, disposition
    return "general", "done"


def _sop(root: Path, name: str) -> tuple[str, dict[str, str]]:
    place = f"{SOPS}/{name}.md"
    text = templates.SOP.format(id=name, title=_title(name))
    head, _, rest = text.partition("\n")
    return place, {place: f"{head}\n{_modeline(root, place, 'sop')}{rest}", **_schema_files(root, ["sop"])}


def _lesson(_root: Path, name: str) -> tuple[str, dict[str, str]]:
    place = f"{SCENARIOS}/{LESSONS}/{name}.yaml"
    return place, {place: templates.LESSON.format(id=name, title=_title(name))}


def _rubric(root: Path, name: str) -> tuple[str, dict[str, str]]:
    place = f"{SCENARIOS}/{RUBRICS}/{name}.yaml"
    return place, _with_modelines(root, {place: "rubric"}, {place: templates.RUBRIC.format(id=name, title=_title(name))})


_KINDS = {"scenario": _scenario, "drill": _drill, "sop": _sop, "lesson": _lesson, "rubric": _rubric}
KINDS = tuple(_KINDS)
"""What `new` can make."""


def _title(name: str) -> str:
    """A title made of an id, as YAML: `first-contact` is First contact."""
    words = name.removeprefix("SOP-").replace("-", " ").replace("_", " ").strip().lower() or name
    return flow(f"{words[:1].upper()}{words[1:]}")


def _with_modelines(root: Path, kinds: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    """Each text with the first line that names its schema, and the schemas that are named."""
    marked = {place: _modeline(root, place, kinds[place]) + text for place, text in texts.items()}
    return {**marked, **_schema_files(root, kinds.values())}


def _modeline(root: Path, place: str, kind: str) -> str:
    schemas = _bundled_schemas(root) or root / SCHEMAS
    path = Path(os.path.relpath(schemas / f"{kind}.json", (root / place).parent)).as_posix()
    return f"# yaml-language-server: $schema={path}\n"


def _schema_files(root: Path, kinds: Iterable[str]) -> dict[str, str]:
    if _bundled_schemas(root) is not None:
        return {}
    return {f"{SCHEMAS}/{kind}.json": schema_text(kind) for kind in kinds}


def _bundled_schemas(root: Path) -> Path | None:
    """The schemas of the program itself, where the workspace is its own repository."""
    with as_file(files("branchline.authoring") / "schemas") as folder:
        return folder if folder.resolve().is_relative_to(root.resolve()) else None


def _write(root: Path, texts: Mapping[str, str]) -> Written:
    made, kept = [], []
    for place, text in texts.items():
        path = root / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            made.append(place)
        except FileExistsError:
            if path.is_dir() or not path.exists():
                raise ConfigurationError(_taken(path), where=clean_line(str(path)), code="not-writable") from None
            kept.append(place)
        except OSError as error:
            reason = clean_line(error.strerror or str(error)).lower()
            raise ConfigurationError(
                f"The workspace cannot be written: {reason}.", where=clean_line(str(path)), code="not-writable"
            ) from error
    return Written(tuple(made), tuple(kept))


def _taken(path: Path) -> str:
    return f"A file or folder is in the way of `{clean_line(path.name)}`."
