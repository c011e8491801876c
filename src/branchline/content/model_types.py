"""What the annotations of pydantic models say: union members, the type behind a key, the keys that a mapping may have."""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, Tag


def members(kind: Any) -> list[Any]:
    """The types that a value of type `kind` may have, None aside, each still with its annotations; one where `kind` is no union."""
    bare = _bare(kind)
    if not isinstance(bare, type) and typing.get_origin(bare) in {typing.Union, types.UnionType}:
        return [choice for choice in typing.get_args(bare) if choice is not type(None)]
    return [kind]


def member(choices: list[Any], tag: str | int) -> Any:
    """The one of `choices` that pydantic calls `tag` in the place of an error, or None where that is not plain."""
    return next((choice for choice in choices if tag in _labels(choice)), None)


def _labels(choice: Any) -> set[str]:
    labels = {note.tag for note in getattr(choice, "__metadata__", ()) if isinstance(note, Tag)}
    bare = _bare(choice)
    arguments = ",".join(getattr(argument, "__name__", str(argument)) for argument in typing.get_args(bare))
    name = getattr(typing.get_origin(bare) or bare, "__name__", "")
    return labels | {name, f"{name}[{arguments}]"}


def _bare(kind: Any) -> Any:
    """`kind` without Annotated and without the None of an optional value."""
    if isinstance(kind, type):
        return kind
    if typing.get_origin(kind) is Annotated:
        return _bare(typing.get_args(kind)[0])
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        some = [choice for choice in typing.get_args(kind) if choice is not type(None)]
        return _bare(some[0]) if len(some) == 1 else kind
    return kind


def model_of(kind: Any) -> type[BaseModel] | None:
    """The model that `kind` is, if it is one."""
    bare = _bare(kind)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def key_type(kind: Any, part: str | int) -> Any:
    """The type of what stands in a value of type `kind` under the key or index `part`; None where unknown."""
    model = model_of(kind)
    if model is not None:
        return _annotations(model).get(part)
    arguments = [argument for argument in typing.get_args(_bare(kind)) if argument is not Ellipsis]
    return arguments[-1] if arguments and not isinstance(arguments[-1], str) else None


@cache
def _annotations(model: type[BaseModel]) -> dict[str | int, Any]:
    """The annotation of each field, under its name and its alias."""
    fields = model.model_fields
    return {key: field.annotation for name, field in fields.items() for key in (field.alias, name) if key is not None}


def legal_keys(model: type[BaseModel] | None) -> list[str]:
    """The keys that a mapping of that model may have, as they are written, in the order of the model."""
    return [] if model is None else [field.alias or name for name, field in model.model_fields.items()]
