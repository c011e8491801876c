"""JSON Schemas of every kind of file, generated from the models that read them, so that editors complete and check while one types."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from branchline.content.catalogue import AuthoredCatalogue
from branchline.content.drill import AuthoredDrill
from branchline.content.rubric_files import AuthoredRubric
from branchline.content.scenario import AuthoredPart, AuthoredScenario, AuthoredTranslation
from branchline.content.script import AuthoredScript
from branchline.content.sop_shape import AuthoredSop
from branchline.errors import UnknownId
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

KINDS: Mapping[str, type[BaseModel]] = {
    "scenario": AuthoredScenario,
    "part": AuthoredPart,
    "translation": AuthoredTranslation,
    "drill": AuthoredDrill,
    "desk": AuthoredCatalogue,
    "sop": AuthoredSop,
    "rubric": AuthoredRubric,
    "script": AuthoredScript,
}
"""By kind, the model of the whole file; of an SOP in Markdown, of its front matter; play tests are scripts."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_UNITS = "smhd"


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, told what its functions before a value take beside the value's own type."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """The inner schema, and what the function turns into such a value: that is tried out, for the function knows best."""
        inner = self.generate_inner(schema["schema"])
        wider = _wider(schema["function"]["function"], inner.get("type"))
        return {"anyOf": [inner, *wider]} if wider else inner


def _wider(turn: Callable[..., object], kind: str | None) -> list[JsonSchemaValue]:
    if kind == "string":
        return [{"type": name} for name, sample in (("boolean", True), ("integer", 1)) if isinstance(turn(sample), str)]
    if kind == "number" and (units := [unit for unit in _UNITS if isinstance(turn(f"1{unit}"), float)]):
        sign = "-?" if isinstance(turn("-1m"), float) else ""
        return [{"type": "string", "pattern": rf"^{sign}\d+(\.\d+)?\s*[{''.join(units)}]$"}]
    return []


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of that kind of file; UnknownId, with the nearest, where there is no such kind."""
    if kind not in KINDS:
        raise UnknownId(f"There is no kind of file `{clean_line(kind)}`.", hint=did_you_mean(kind, KINDS))
    found = KINDS[kind].model_json_schema(by_alias=True, schema_generator=_Generator)
    return {"$schema": DIALECT, **_plain(found, top=True), "title": f"Branchline {kind}"}


_BOUNDS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
"""How pydantic names the limit of a value that a function made, and how JSON Schema does."""


def _plain(value: Any, *, top: bool = False, names: bool = False) -> Any:
    """Without the titles that pydantic makes of field names; `names` says that the keys are the author's own."""
    if isinstance(value, dict):
        kept = value.items() if names else ((_BOUNDS.get(key, key), item) for key, item in value.items() if key != "title" or top)
        return {key: _plain(item, names=key in {"properties", "$defs"} and not names) for key, item in kept}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def schema_text(kind: str) -> str:
    """The schema as its file holds it."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=True) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write the schema of every kind into the folder as `<kind>.json`; what was there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in KINDS:
        path = folder / f"{kind}.json"
        path.write_text(schema_text(kind), encoding="utf-8", newline="\n")
        written.append(path)
    return written
