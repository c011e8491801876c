"""Answers to mistakes that are met again, as data, so that `branchline retry` runs without a person. JSON or YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from branchline.content.scenario import Authored
from branchline.content.script import read_as

if TYPE_CHECKING:
    from pathlib import Path


class AuthoredAnswer(Authored):
    """What is to be done with one moment: choices to try in turn, of a drill acts on from there, else `do: show` or `do: skip`."""

    session: str
    """The session's id, or the beginning of it."""
    seq: int = Field(ge=1)
    choice: str | list[str] = Field(default=[], max_length=1000)
    actions: list[dict[str, Any]] = Field(default=[], max_length=10_000)
    """As in a drill's script, up to and with `submit`."""
    do: Literal["show", "skip"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> AuthoredAnswer:
        if not self.choice and not self.actions and self.do is None:
            raise ValueError("An answer names a `choice`, `actions`, or `do: show` or `do: skip`.")
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        """What is tried, in order."""
        return (self.choice,) if isinstance(self.choice, str) else tuple(self.choice)


class AuthoredAnswers(Authored):
    """The answers of one sitting, in order."""

    answers: list[AuthoredAnswer] = Field(max_length=100_000)
    learner: str | None = None
    format: Literal[1] = 1


def read_answers(path: Path | None, text: str | bytes = b"") -> AuthoredAnswers:
    """The answers in the file at `path`, or in `text` where it is None; UsageError, code `bad-script`, where they are none."""
    return read_as(AuthoredAnswers, path, text, "answers")
