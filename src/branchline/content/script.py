"""Scripts: a play-through as data, so that the whole product runs without a screen. JSON or YAML (JSON is read as YAML)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from branchline.content.scenario import Authored, Value
from branchline.content.shape import shape_diagnostics
from branchline.content.source import read_file, read_text
from branchline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.source import Source

_DRAW = re.compile(r"(?P<node>[^~!.\s]+)~(?P<branch>\d{1,4})")
_TIMEOUT = re.compile(r"(?P<node>[^~!.\s]*)!timeout")


A = TypeVar("A", bound=Authored)
Bound = Annotated[str, Field(pattern=r"^(>=|<=|>|<) ?\d{1,3}(\.\d+)?$")]
Part = Literal["empathy", "sop", "outcome", "composite"]


class AuthoredExpectation(Authored):
    """What a play test expects at its end; what it does not name may be anything.

    A score is a number (compared to one decimal), a bound such as `>= 80`, or null where the part says nothing. Each `text` stands in
    one line of the transcript. `errors` are the codes of refused words or acts, in order. `ticket` and `records` belong to drills.
    """

    ending: str | None = None
    node: str | None = None
    passed: bool | None = None
    trust: int | None = None
    heat: int | None = None
    variables: dict[str, Value] = Field(default={})
    scores: dict[Part, int | float | Bound | None] = Field(default={})
    text: str | list[str] = Field(default=[])
    ticket: dict[str, Value] = Field(default={})
    records: dict[str, Value] = Field(default={})
    errors: list[str] = Field(default=[])


class AuthoredScript(Authored):
    """A script, or a play test, as it is written."""

    scenario: str | None = None
    drill: str | None = None
    seed: int | None = None
    mode: Literal["practice", "expert", "exam"] | None = None
    learner: str | None = None
    untimed: bool = False
    guided: bool = False
    choices: list[str] = Field(default=[], max_length=100_000)
    actions: list[dict[str, Any]] = Field(default=[])
    expect: AuthoredExpectation = AuthoredExpectation()
    format: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a script: a choice (its node named or not), a named draw, or a time-out."""

    node: str
    choice: str = ""
    branch: int | None = None

    @property
    def is_draw(self) -> bool:
        """Whether it names a branch of a random draw."""
        return self.branch is not None


def read_script(path: Path | None, text: str | bytes = b"") -> AuthoredScript:
    """The script in the file at `path`, or in `text` where it is None; UsageError, code `bad-script`, where it is none."""
    return read_as(AuthoredScript, path, text, "script")


def read_as(model: type[A], path: Path | None, text: str | bytes, thing: str) -> A:
    """The file at `path`, or `text` where that is None, as such a model; UsageError, code `bad-script`, that calls it a `thing`."""
    source = read_text(text, "script") if path is None else read_file(path)
    if source.data is None or source.diagnostics:
        raise _broken(source, thing)
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        source.diagnostics += shape_diagnostics(error, source, model)
        raise _broken(source, thing) from error


def word(text: str) -> Word:
    """`choice`, `node.choice`, `node~branch` or `node!timeout` taken apart."""
    if found := _DRAW.fullmatch(text):
        return Word(found["node"], branch=int(found["branch"]))
    if found := _TIMEOUT.fullmatch(text):
        return Word(found["node"], "!timeout")
    node, _, choice = text.rpartition(".")
    return Word(node, choice)


def _broken(source: Source, thing: str) -> UsageError:
    first = source.diagnostics[0]
    return UsageError(f"The {thing} cannot be read: {first.message}", where=str(first.span), hint=first.hint, code="bad-script")
