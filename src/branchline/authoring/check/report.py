"""Report: what the rules found, each finding with the severity that its code has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.authoring.check.registry import rules
from branchline.content.diagnostic import Diagnostic
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from branchline.content.diagnostic import Fix, Span

_MOST_GUESSES = 100
Related = tuple["Span", str]


@dataclass
class Report:
    """Diagnostics in the order they were found; the same one is kept once, as when a part is called twice."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _seen: set[tuple[str, Span, str]] = field(default_factory=set)
    _guesses: int = 0

    def add(
        self, code: str, span: Span, message: str, hint: str = "", *, fix: Fix | None = None, related: tuple[Related, ...] = ()
    ) -> None:
        """One finding of the rule `code` at `span`."""
        self.keep(Diagnostic(code, rules()[code].severity, span, message, hint, fix, related))

    def guess(self, word: str, known: Collection[str]) -> str:
        """`did_you_mean` for the first hundred misspelt names; who has more has mistaken something else."""
        self._guesses += 1
        return did_you_mean(word, known) if self._guesses <= _MOST_GUESSES else ""

    def keep(self, finding: Diagnostic) -> None:
        """A finding that loading has made."""
        key = (finding.code, finding.span, finding.message)
        if key not in self._seen:
            self._seen.add(key)
            self.diagnostics.append(finding)
