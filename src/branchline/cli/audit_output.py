"""What `sop audit` prints: one JSON document, one CSV row a case, or a page.

Cases are written as they come; none is kept but those that a page or `--limit` lists.
"""

from __future__ import annotations

import csv
import heapq
import json
import sys
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from branchline.cli.output import narrate, say, table
from branchline.reports.audit import document, many_events
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from branchline.content.sop import Sop
    from branchline.reports.audit import Audited, Totals
    from branchline.reports.log import Problems

LISTED = 10
"""Cases on the page where nobody says how many."""
_MOST = 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEAD = ("case", "score", "fitness", "outcome", "deductions", "exceptions")
WORDS = {
    "skip": "never happened",
    "late": "came late",
    "value": "had a wrong value",
    "extra": "was done too often",
    "never": "must not happen",
    "authority": "was above the limit",
    "escalation": "was (not) escalated",
    "tell": "was not told",
}
"""Each kind of deviation after the name of its step."""


class Report(Protocol):
    """Somewhere the audit writes to."""

    def case(self, audited: Audited) -> None:
        """One more case."""

    def end(self, totals: Totals, unknown: Counter[str], problems: Problems) -> None:
        """Nothing more comes."""


class Lowest:
    """The `most` cases with the lowest scores."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[float, int, Audited]] = []
        self._number = count()

    def add(self, audited: Audited) -> None:
        """Keep it where it is one of them; of equals the one that came first."""
        entry = (-audited.verdict.score, -next(self._number), audited)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        elif self._heap and entry > self._heap[0]:
            heapq.heapreplace(self._heap, entry)

    def __iter__(self) -> Iterator[Audited]:
        return (entry[2] for entry in sorted(self._heap, key=lambda entry: (-entry[0], -entry[1])))


class JsonReport:
    """`branchline.audit/1` on stdout; the cases come first, the totals after them."""

    def __init__(self, sop: Sop, limit: int | None) -> None:
        self._sop = sop
        self._lowest = None if limit is None else Lowest(limit)
        head = {"format": "branchline.audit/1", "sop": sop.id, "version": sop.version}
        # Nothing is written before something was read: a log that cannot be read leaves no half document.
        self._before = f'{json.dumps(head)[:-1]}, "per_case": [\n'

    def case(self, audited: Audited) -> None:
        """Write it, or keep it where only some are listed."""
        if self._lowest is None:
            self._write(audited)
        else:
            self._lowest.add(audited)

    def _write(self, audited: Audited) -> None:
        sys.stdout.write(f"{self._before}  {json.dumps(document(audited, self._sop.id))}")
        self._before = ",\n"

    def end(self, totals: Totals, unknown: Counter[str], problems: Problems) -> None:
        """The totals."""
        for audited in self._lowest or ():
            self._write(audited)
        tail: dict[str, Any] = {
            "cases": totals.cases,
            "fit": totals.fit,
            "mean_score": totals.mean_score,
            "mean_fitness": totals.mean_fitness,
            "deviations": [{"step": step or None, "kind": kind, "count": number} for step, kind, number in totals.ranked()],
            "unknown_actions": [{"action": action, "count": number} for action, number in unknown.most_common()],
            "malformed": {
                "count": problems.count,
                "first": [{"line": each.line or None, "reason": each.reason} for each in problems.first],
            },
            "notes": _notes(totals, problems),
        }
        start = "" if self._before == ",\n" else self._before
        sys.stdout.write(f"{start}\n], {json.dumps(tail, indent=1)[1:]}\n")


class CsvReport:
    """One row a case on stdout; everything else is told on stderr."""

    def __init__(self, sop: Sop, limit: int | None) -> None:
        self._sop = sop
        self._lowest = None if limit is None else Lowest(limit)
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        self._begun = False

    def case(self, audited: Audited) -> None:
        """Write it, or keep it where only some are listed."""
        if self._lowest is None:
            self._write(audited)
        else:
            self._lowest.add(audited)

    def _begin(self) -> None:
        if not self._begun:
            self._writer.writerow(HEAD)
            self._begun = True

    def _write(self, audited: Audited) -> None:
        self._begin()
        found = audited.verdict
        losses = "; ".join(f"{loss.step or loss.kind} {loss.kind} -{loss.lost:.2f}: {loss.reason}" for loss in found.losses)
        texts = (found.outcome, losses, "; ".join(found.exceptions))
        outcome, deductions, exceptions = (_cell(text) for text in texts)
        self._writer.writerow((_cell(audited.case), f"{found.score:.4f}", f"{found.fitness:.6f}", outcome, deductions, exceptions))

    def end(self, totals: Totals, unknown: Counter[str], problems: Problems) -> None:
        """The rows that were kept, and what the file was like."""
        self._begin()
        for audited in self._lowest or ():
            self._write(audited)
        for line in (_summary(self._sop, totals), *_remarks(totals, unknown, problems)):
            narrate(line)


class PageReport:
    """A page for reading: totals, the most frequent deviations, the cases with the lowest scores."""

    def __init__(self, sop: Sop, limit: int | None) -> None:
        self._sop = sop
        self._lowest = Lowest(LISTED if limit is None else limit)

    def case(self, audited: Audited) -> None:
        """Keep it if it is one of the lowest."""
        if audited.verdict.losses:
            self._lowest.add(audited)

    def end(self, totals: Totals, unknown: Counter[str], problems: Problems) -> None:
        """Print it."""
        say(_summary(self._sop, totals))
        ranked = totals.ranked()
        if ranked:
            say("\nMost frequent deviations")
            say(table([(f"  {number:,}", step or "–", WORDS.get(kind, kind)) for step, kind, number in ranked[:_MOST]]))
        listed = list(self._lowest)
        if listed:
            say("\nLowest scores")
            say(table([row for audited in listed for row in _rows(audited)]))
        for line in _remarks(totals, unknown, problems):
            say(f"\n{line}")


def _rows(audited: Audited) -> Iterator[tuple[str, str, str, str]]:
    found = audited.verdict
    first = (f"  {audited.case}", f"{found.score:.1f}", found.outcome or "–")
    for number, loss in enumerate(found.losses):
        line = "" if loss.at is None else f" (line {audited.lines[loss.at]})"
        yield (*(("  ", "", "") if number else first), f"−{loss.lost:.1f} {loss.reason}{line}")


def _summary(sop: Sop, totals: Totals) -> str:
    head = f"{sop.id} version {sop.version}, {clean_line(sop.title)}: {totals.cases:,} {'case' if totals.cases == 1 else 'cases'}"
    if totals.mean_score is None or totals.mean_fitness is None:
        return head
    fit = f"{totals.fit:,} ({100 * totals.fit / totals.cases:.1f} %) without deviation"
    return f"{head}, {fit}, mean score {totals.mean_score:.1f}, mean fitness {totals.mean_fitness:.3f}"


def _notes(totals: Totals, problems: Problems) -> list[str]:
    return [*problems.notes, *([many_events(totals.cut)] if totals.cut else [])]


def _remarks(totals: Totals, unknown: Counter[str], problems: Problems) -> Iterator[str]:
    yield from _notes(totals, problems)
    if unknown:
        yield "\n".join(["Actions that the SOP does not know", *_counted(unknown.most_common(_MOST), len(unknown))])
    if problems.count:
        lines = [f"  line {each.line}: {each.reason}" if each.line else f"  {each.reason}" for each in problems.first]
        more = [f"  … and {problems.count - len(lines):,} more"] if problems.count > len(lines) else []
        yield "\n".join([f"Malformed rows: {problems.count:,}", *lines, *more])


def _counted(found: Sequence[tuple[str, int]], different: int) -> list[str]:
    lines = [f"  {number:,}  {clean_line(action)}" for action, number in found]
    return [*lines, f"  … and {different - len(lines):,} others"] if different > len(lines) else lines


def _cell(text: str) -> str:
    """Text from a log in a cell that a spreadsheet shows and never runs."""
    line = clean_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line
