"""The moments of a session as CSV: RFC 4180, one row a moment, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from branchline.coaching.exports import words

if TYPE_CHECKING:
    from branchline.coaching.exports.told import Projection, Told

COLUMNS = (
    "session", "learner", "kind", "content", "version", "hash", "mode", "status", "started",
    "moment", "seq", "line", "at", "elapsed", "node", "choice", "said",
    "word", "loss", "regret", "value", "flagged", "stands", "best", "best_said",
    "dimensions", "flags", "critical", "steps", "lost", "redacted", "comments",
)  # fmt: skip
"""The columns; new ones are added behind these."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, the full-width forms included."""


def rows(found: Projection) -> str:
    """A head and one row for each moment, lines ended by CR LF."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(found, moment) for moment in found.moments)
    return written.getvalue()


def _row(found: Projection, moment: Told) -> list[str]:
    session = (found.session, found.learner, found.kind, found.content, found.version, found.hash, found.mode, found.status, found.started)
    place = (moment.number, moment.seq, moment.line, moment.at, round(moment.elapsed, 3), moment.node, moment.choice, moment.said)
    judged = (moment.word, _rounded(moment.loss), _rounded(moment.regret), _rounded(moment.value), moment.flagged, moment.stands)
    better = ("; ".join(each.choice for each in moment.best), moment.best[0].said if moment.best else "")
    levels = "; ".join(f"{name} {level}/2" for name, level, _ in moment.dimensions)
    lost = "; ".join(f"{each.lost:.1f} {each.part}: {each.reason}" for each in moment.lost)
    noted = (levels, "; ".join(moment.flags), moment.critical, "; ".join(moment.steps), lost, found.redacted)
    comments = "; ".join(f"{words.said(each)}: {each.text}" for each in found.comments_at(moment.seq))
    return [_cell(value) for value in (*session, *place, *judged, *better, *noted, comments)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _cell(value: object) -> str:
    """The value as a cell; a text that would be a formula is led in by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    return f"'{value}" if value.lstrip().startswith(_FORMULA) or value[:1] in {"\t", "\r"} else value
