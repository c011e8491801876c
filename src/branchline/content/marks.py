"""Marks as people write them: what a coach gave each item of a rubric, and what an expert gave the replies of a scenario.

In a file (YAML, or JSON, which is read as YAML) an item stands with its level, or with `{level: …, reason: …}`; a reply stands with its
dimensions, or as `node.choice.dimension` with its level. On the command line that is `item=level:reason` and `node.choice.dimension=level`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ConfigDict, Field, RootModel, ValidationError

from branchline.content.catalogue import Word
from branchline.content.scenario import Authored
from branchline.content.shape import shape_diagnostics
from branchline.content.source import read_file
from branchline.errors import UsageError
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from branchline.content.source import Source

_BAD = "bad-marks"


class Mark(NamedTuple):
    """One mark as it was written."""

    name: str
    """An item of a rubric, or `node.choice.dimension`."""
    level: str
    reason: str = ""


class AuthoredMark(Authored):
    """A level with its reason."""

    level: Word
    reason: Word = ""


class AuthoredMarks(RootModel[dict[str, AuthoredMark | Word]]):
    """What a coach gave, by item."""

    model_config = ConfigDict(frozen=True)
    root: dict[str, AuthoredMark | Word] = Field(max_length=100)


class AuthoredRatings(RootModel[dict[str, dict[str, Word] | Word]]):
    """What an expert gave, by reply and dimension."""

    model_config = ConfigDict(frozen=True)
    root: dict[str, dict[str, Word] | Word] = Field(max_length=100_000)


def written_marks(given: Iterable[str]) -> tuple[Mark, ...]:
    """`item=level` and `item=level:reason` taken apart; UsageError, code `bad-marks`, where one is neither."""
    return tuple(_mark(text) for text in given)


def _mark(text: str) -> Mark:
    name, sign, rest = text.partition("=")
    level, _, reason = rest.partition(":")
    if not sign or not name.strip() or not level.strip():
        hint = "Write `item=level`, or `item=level:reason`."
        raise UsageError(f"`{clean_line(text)}` is no mark.", hint=hint, code=_BAD)
    return Mark(name.strip(), level.strip(), reason.strip())


def read_marks(path: Path) -> tuple[Mark, ...]:
    """The marks in a file, by item; UsageError, code `bad-marks`, where it holds none."""
    found = _read(path, AuthoredMarks).root
    return tuple(Mark(name, mark, "") if isinstance(mark, str) else Mark(name, mark.level, mark.reason) for name, mark in found.items())


def read_ratings(path: Path) -> tuple[Mark, ...]:
    """The ratings in a file, each as `node.choice.dimension`; UsageError, code `bad-marks`, where it holds none."""
    return tuple(_flat(_read(path, AuthoredRatings).root))


def _flat(found: dict[str, dict[str, str] | str]) -> Iterator[Mark]:
    for name, given in found.items():
        if isinstance(given, str):
            yield Mark(name, given)
        else:
            yield from (Mark(f"{name}.{dimension}", level) for dimension, level in given.items())


def _read(path: Path, model: type[Any]) -> Any:
    source = read_file(path, clean_line(path.name))
    if not source.text.strip():
        raise UsageError("The file of marks is empty.", where=clean_line(str(path)), code=_BAD)
    if source.diagnostics:
        raise _broken(source)
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        if not isinstance(source.data, dict):
            hint = "Write one line for each: `item: level`."
            raise UsageError("The file of marks holds no names with levels.", where=clean_line(str(path)), hint=hint, code=_BAD) from None
        source.diagnostics += shape_diagnostics(error, source, model)
        raise _broken(source) from error


def _broken(source: Source) -> UsageError:
    first = source.diagnostics[0]
    return UsageError(f"The marks cannot be read: {first.message}", where=str(first.span), hint=first.hint, code=_BAD)
