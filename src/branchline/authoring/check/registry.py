"""Every code that a Diagnostic can have: its title, its severities, and the page that explains it.

A code is never given to another rule. Its first letter is its family; the codes that reading and loading give are declared where they are
found, the others here, on their pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from branchline.authoring.check.explain import SHEETS
from branchline.content import drill, findings, markdown, rubric_files, shape, sop, source
from branchline.content.diagnostic import Severity
from branchline.content.language import CODES as LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.content.diagnostic import Diagnostic

FAMILIES = {
    "S": "shape",
    "R": "references",
    "F": "flow",
    "C": "conditions",
    "V": "variables",
    "P": "SOPs",
    "D": "drills",
    "E": "empathy and score",
    "Q": "rubrics",
    "L": "language and length",
    "A": "accessibility",
    "X": "xAPI ids",
}
"""What the first letter of a code says."""

LOADING: Mapping[str, str] = {
    **source.CODES,
    **shape.CODES,
    **findings.CODES,
    **LANGUAGE,
    **sop.CODES,
    **markdown.CODES,
    **drill.CODES,
    **rubric_files.CODES,
}
"""The codes that reading and loading give, with their titles."""

_WARNINGS = frozenset({"P001", "P002", "L001", "L002"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One code, explained."""

    code: str
    title: str
    severity: Severity
    """How much it matters where nobody says otherwise."""
    minimum: Severity
    """The least it can be made to matter: an `error` here can be neither ignored nor suppressed."""
    why: str
    bad: str
    """An example that has the fault, as lines of a file."""
    good: str
    """The same without it."""

    @property
    def family(self) -> str:
        """What sort of rule it is."""
        return FAMILIES[self.code[0]]

    @property
    def can_be_silenced(self) -> bool:
        """Whether `--ignore` and comments have power over its errors too."""
        return self.minimum is not Severity.ERROR


@cache
def rules() -> Mapping[str, Rule]:
    """Every Rule by its code, families in order."""
    found = {rule.code: rule for rule in _read()}
    return dict(sorted(found.items(), key=lambda entry: (list(FAMILIES).index(entry[0][0]), entry[0])))


def _read() -> Iterator[Rule]:
    pages = {page.code: page for sheet in SHEETS for page in sheet()}
    for code, page in pages.items():
        severity = Severity(page.severity) if page.severity else Severity.WARNING if code in _WARNINGS else Severity.ERROR
        minimum = Severity.INFO if severity is not Severity.ERROR else Severity.ERROR
        yield Rule(code, page.title or LOADING.get(code, code), severity, minimum, page.why, page.bad, page.good)
    for code, title in LOADING.items():
        if code not in pages:
            severity = Severity.WARNING if code in _WARNINGS else Severity.ERROR
            minimum = Severity.INFO if code in _WARNINGS else Severity.ERROR
            yield Rule(code, title, severity, minimum, "", "", "")


def matching(pattern: str) -> frozenset[str]:
    """The codes that `pattern` names: a whole code, or the beginning of several (`F`, `F1`); none where it names nothing."""
    wanted = pattern.strip().upper()
    return frozenset(code for code in rules() if wanted and code.startswith(wanted))


def can_be_silenced(finding: Diagnostic) -> bool:
    """Whether comments and `--ignore` have power over a finding: over all but errors whose rule allows nothing less."""
    return finding.severity is not Severity.ERROR or rules()[finding.code].can_be_silenced
