"""Report: what the rules found, each finding with the severity that its code has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.authoring.check.registry import rules
from branchline.content.diagnostic import Diagnostic

if TYPE_CHECKING:
    from branchline.content.diagnostic import Fix, Span

Related = tuple["Span", str]


@dataclass
class Report:
    """Diagnostics in the order they were found; the same one is kept once, as when a part is called twice."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _seen: set[tuple[str, Span, str]] = field(default_factory=set)

    def add(
        self, code: str, span: Span, message: str, hint: str = "", *, fix: Fix | None = None, related: tuple[Related, ...] = ()
    ) -> None:
        """One finding of the rule `code` at `span`."""
        self.keep(Diagnostic(code, rules()[code].severity, span, message, hint, fix, related))

    def keep(self, finding: Diagnostic) -> None:
        """A finding that loading has made."""
        key = (finding.code, finding.span, finding.message)
        if key not in self._seen:
            self._seen.add(key)
            self.diagnostics.append(finding)
