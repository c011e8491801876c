"""Findings: Diagnostics of meaning, gathered while content is compiled, each at its place in the file it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from branchline.content.diagnostic import Diagnostic, Edit, Fix, Severity, Span

if TYPE_CHECKING:
    from branchline.content.language import Problem

Path = tuple[str | int, ...]

CODES = {
    "R001": "no such node or ending",
    "R002": "no such SOP",
    "R003": "no such SOP step",
    "R004": "no such part",
    "R005": "the same id twice",
    "R006": "an id with characters that ids do not have",
    "R007": "a name in a text that stands for nothing",
    "R008": "an SOP that the scenario does not list under `sops`",
    "R009": "an argument that the part does not take, or lacks",
    "R010": "a part that calls itself",
    "R011": "a line without exactly one speaker",
    "R012": "a `does` entry that says neither step nor act",
    "R016": "more errors than are told",
    "F001": "a node with no way on, or with several",
    "F002": "guarded targets whose last one has a guard",
    "F003": "nodes that lead on to each other for ever",
    "F004": "a time limit where the channel has none",
    "F005": "a return outside a part, or a part without one",
    "V001": "a variable whose start or domain is impossible",
    "V002": "a name that means two things",
    "P001": "a required step that no reply can carry out",
    "P002": "a fact that a cited SOP reads and nobody gives",
    "L001": "a translation of a text that has changed",
    "L002": "a translation of a text that does not exist",
}
"""The codes of meaning that loading can give; reading has S, expressions have C, SOP steps have P1xx."""


class Places(Protocol):
    """Where things stand in a file: what `source.Source` knows."""

    file: str

    def span(self, path: Path, *, key: bool = False) -> Span:
        """The place of the value (or key) at `path`."""

    def at(self, path: Path, start: int, end: int) -> Span:
        """The place of some characters of the text at `path`."""


@dataclass
class Nowhere:
    """Places of content that has no file: what the journal kept."""

    file: str = "kept content"

    def span(self, path: Path, *, key: bool = False) -> Span:  # noqa: ARG002  # the protocol's form
        """The start of nowhere."""
        return Span(self.file, 1, 1, 1, 1)

    def at(self, path: Path, start: int, end: int) -> Span:  # noqa: ARG002  # the protocol's form
        """The start of nowhere."""
        return Span(self.file, 1, 1, 1, 1)


MOST_ERRORS = 200
"""Errors of meaning that one scenario is told; what has more is broken in another way than one by one."""


class Enough(Exception):
    """There are more errors than anybody reads."""


@dataclass
class Findings:
    """Everything found so far, in the order it was found."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    most: int | None = None
    """How many there may be; the next error raises Enough."""
    _known: set[tuple[str, Span]] = field(default_factory=set)
    _counted: int = 0

    def error(
        self, code: str, span: Span, message: str, hint: str = "", *, fix: Fix | None = None, related: tuple[tuple[Span, str], ...] = ()
    ) -> None:
        """One more reason why the content cannot be played; raises Enough where there are too many."""
        if self.most is not None and len(self.diagnostics) >= self.most:
            raise Enough
        self.diagnostics.append(Diagnostic(code, Severity.ERROR, span, message, hint, fix, related))

    def warning(self, code: str, span: Span, message: str, hint: str = "") -> None:
        """Something the designer should know; the content can be played."""
        self.diagnostics.append(Diagnostic(code, Severity.WARNING, span, message, hint))

    def problems(self, found: tuple[Problem, ...], places: Places, path: Path) -> None:
        """What the expression language found in the text at `path`."""
        for problem in found:
            span = places.at(path, problem.start, problem.end)
            if self.seen(problem.code, span):
                continue
            fix = None
            if problem.fix is not None:
                fix = Fix(safe=False, edits=(Edit(span.line, span.column, span.end_line, span.end_column, problem.fix),))
            self.error(problem.code, span, problem.message, problem.hint, fix=fix)

    def seen(self, code: str, span: Span) -> bool:
        """Whether this finding is there already, as when a part is called twice."""
        new = self.diagnostics[self._counted :]
        self._counted += len(new)
        self._known.update((known.code, known.span) for known in new)
        return (code, span) in self._known

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(known.severity is Severity.ERROR for known in self.diagnostics)
