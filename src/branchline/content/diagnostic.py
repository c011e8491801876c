"""Diagnostic: one finding in authored content, with its code, its place and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a Diagnostic matters: an error cannot be played."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Span(NamedTuple):
    """A stretch of a file: lines and columns count from 1, columns in characters, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        """As editors jump to it: file:line:column."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of one stretch of text; an empty stretch inserts."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a Diagnostic; `safe` ones cannot change what the designer meant."""

    safe: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding: stable `code`, `severity`, `span`, one-sentence `message`, a `hint` (or empty), a `fix` (or None).

    `related` points at other places that explain it, such as the first of two equal ids.
    """

    code: str
    severity: Severity
    span: Span
    message: str
    hint: str = ""
    fix: Fix | None = None
    related: tuple[tuple[Span, str], ...] = ()

    def __str__(self) -> str:
        """One line: place, severity, code, message and hint."""
        return f"{self.span}: {self.severity}[{self.code}]: {self.message}{' ' + self.hint if self.hint else ''}"


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Whether any of them keeps the content from being played."""
    return any(finding.severity is Severity.ERROR for finding in diagnostics)
