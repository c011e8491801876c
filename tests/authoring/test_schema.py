"""The JSON Schemas: what is packaged is what the models say, and a validator of other people finds every bundled file in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import branchline.authoring.schema
from branchline.authoring.schema import KINDS, schema_of, schema_text, write_schemas
from branchline.content.source import read_file, read_text
from branchline.content.workspace import bundled_root
from branchline.errors import UnknownId

ROOT = bundled_root()
PACKAGED = Path(branchline.authoring.schema.__file__).with_name("schemas")
NAMED = ROOT / "src" / "branchline" / "authoring" / "schemas"
"""Where the modeline points: from a file of the repository to the schemas of the repository."""
MARK = "# yaml-language-server: $schema="


def kind_of(path: Path) -> str:
    """The kind of a bundled file, by where it stands."""
    if path.name.endswith(".test.yaml"):
        return "script"
    if "." in path.stem:
        return "translation"
    return {
        "conversations": "scenario",
        "parts": "part",
        "drills": "drill",
        "rubrics": "rubric",
        "scenarios": "desk",
        "sop_library": "sop",
    }.get(path.parent.name, path.parent.name)


FILES = [
    path
    for path in sorted([*(ROOT / "scenarios").rglob("*.yaml"), *(ROOT / "sop_library").iterdir()])
    if kind_of(path) in KINDS and not (path.parent.name == "scenarios" and path.name != "desk.yaml")
]


def data_of(path: Path) -> Any:
    """The YAML of a file; of Markdown its front matter."""
    if path.suffix != ".md":
        return read_file(path).data
    return read_text(path.read_text(encoding="utf-8").split("---\n")[1], path.name).data


def complaints(kind: str, data: object) -> list[str]:
    return [error.message for error in Draft202012Validator(schema_of(kind)).iter_errors(data)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_bundled_file_is_as_its_schema_says(path: Path) -> None:
    assert complaints(kind_of(path), data_of(path)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_bundled_file_names_its_packaged_schema_first(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    line = lines[1] if path.suffix == ".md" else lines[0]
    assert line.startswith(MARK)
    assert (path.parent / line.removeprefix(MARK)).resolve() == NAMED.resolve() / f"{kind_of(path)}.json"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_packaged_is_what_the_models_say(kind: str) -> None:
    # `branchline schema --write src/branchline/authoring/schemas` writes them anew.
    assert (PACKAGED / f"{kind}.json").read_text(encoding="utf-8") == schema_text(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(schema_of(kind))


def test_unknown_keys_wrong_words_and_missing_keys_are_complaints() -> None:
    whole = data_of(next(path for path in FILES if path.name == "charged-twice.yaml"))
    assert complaints("scenario", {**whole, "chanel": "phone"})
    assert complaints("scenario", {**whole, "channel": "fax"})
    assert complaints("scenario", {name: value for name, value in whole.items() if name != "start"})
    assert complaints("scenario", {**whole, "minutes": "ten"})


@pytest.mark.parametrize(("after", "legal"), [("45s", True), ("2m", True), (30, True), ("2h", False), ("soon", False), (-1, False)])
def test_a_time_may_be_written_as_the_loader_takes_it(after: object, legal: bool) -> None:  # noqa: FBT001
    nodes = {"a": {"timeout": {"after": after, "go": "b"}}}
    part = {"format": 1, "id": "p", "start": "a", "nodes": nodes}
    assert (complaints("part", part) == []) is legal


def test_guards_may_be_bare_flags_and_numbers_and_tiers_numbers() -> None:
    nodes = {"a": {"go": [{"when": True, "go": "b"}, {"when": 1, "go": "b"}, {"go": "return"}]}}
    assert complaints("part", {"format": 1, "id": "p", "start": "a", "nodes": nodes}) == []
    assert complaints("desk", {"format": 1, "approval": {"by": 2, "after": "4h"}}) == []


def test_an_unknown_kind_suggests_the_nearest() -> None:
    with pytest.raises(UnknownId) as unknown:
        schema_of("scenaro")
    assert unknown.value.hint == "Did you mean `scenario`?"


def test_schemas_are_written_one_file_a_kind(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "schemas")
    assert [path.stem for path in written] == list(KINDS)
    assert all(json.loads(path.read_text(encoding="utf-8"))["$schema"] for path in written)
