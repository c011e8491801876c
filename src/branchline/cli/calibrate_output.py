"""Calibrations on paper and as documents; both are made of what the Panel lets its reader see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from branchline.cli.output import table
from branchline.coaching.panel import CHOICES, agreed, levels_of, rating, ratings_of, written
from branchline.content.compiled import DIMENSIONS, NA_LEVEL
from branchline.content.rubric import NA
from branchline.journal.coaching_events import SessionReviewed
from branchline.practice.naming import short
from branchline.text import clean_line, minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchline.coaching.agreement import Agreement
    from branchline.coaching.panel import Panel, Sheet
    from branchline.content.compiled import Ratings, Scenario
    from branchline.content.rubric import Rubric

FEWEST_UNITS = 2
"""Units from which on a coefficient says anything."""
ONE = (
    "One session: a coefficient of one item says nothing yet, what the raters gave does. Show several calibrations of this rubric together."
)


def head_json(panel: Panel) -> dict[str, Any]:
    """What everybody may know of a calibration."""
    opened = panel.opened
    return {
        "id": panel.id, "what": opened.what, "subject": opened.subject, "content_hash": opened.content_hash,
        "rubric": opened.rubric or None, "rubric_hash": opened.rubric_hash or None, "opened_by": panel.opened_by, "at": panel.at,
        "raters": list(opened.raters), "came": list(panel.came), "missing": list(panel.missing), "complete": panel.complete,
    }  # fmt: skip


def head_row(panel: Panel, me: str) -> tuple[str, ...]:
    """A calibration on one line, as that reader stands to it."""
    mine = "your marks are missing" if me in panel.missing else ""
    state = "all are in" if panel.complete else f"{len(panel.came)} of {len(panel.opened.raters)} are in"
    about = panel.opened.subject if panel.opened.what == CHOICES else f"session {panel.opened.subject[:8]}, {panel.opened.rubric}"
    return short(panel.id), about, minute(panel.at), state, mine


def session_json(found: Sequence[Panel], rubric: Rubric) -> dict[str, Any]:
    """`branchline.calibration/1` of sessions: agreement over those that are complete, and the sheets that the reader may see."""
    calibration = agreed(found, rubric)
    return {
        **head_json(found[0]),
        "calibrations": [{**head_json(each), "sheets": [_sheet(sheet) for sheet in each.sheets]} for each in found],
        "overall": None if calibration is None else agreement_json(calibration.overall),
        "items": [] if calibration is None else [agreement_json(each) for each in calibration.items],
    }


def choices_json(panel: Panel, asked: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """`branchline.calibration/1` of choices: agreement per dimension, and the ratings as a scenario carries them, once all are in.

    `asked` is what there is to rate (`Scenario.asked`).
    """
    ratings = ratings_of(panel)
    found = rating(ratings, asked) if panel.complete else None
    return {
        **head_json(panel),
        "calibrations": [{**head_json(panel), "sheets": [_sheet(sheet) for sheet in panel.sheets]}],
        "overall": None if found is None else agreement_json(found.overall),
        "items": [] if found is None else [agreement_json(each) for each in found.dimensions],
        "counts": None if found is None else found.counts,
        "mark": None if found is None else found.mark,
        "ratings": written(ratings) if panel.complete else None,
    }


def agreement_json(found: Agreement) -> dict[str, Any]:
    """One Agreement; what is undefined is null."""
    return {
        "item": found.item or None, "raters": found.raters, "units": found.units, "raw": found.raw, "kappa": found.kappa,
        "alpha": found.alpha, "coefficient": found.coefficient,
    }  # fmt: skip


def _sheet(sheet: Sheet) -> dict[str, Any]:
    event = sheet.event
    if isinstance(event, SessionReviewed):
        marks: list[dict[str, Any]] = [{"item": item, "level": level, "reason": reason} for item, level, reason in event.marks]
        return {
            "rater": sheet.rater,
            "at": sheet.at,
            "marks": marks,
            "total": event.total if event.total >= 0 else None,
            "text": event.text,
        }
    rated = [{"reply": name, "dimension": dimension, "level": NA if level == NA_LEVEL else level} for name, dimension, level in event.marks]
    return {"rater": sheet.rater, "at": sheet.at, "marks": rated}


# ---------------------------------------------------------------------------------------------------------------------- on paper


def page(found: Sequence[Panel], rubric: Rubric | None, me: str, asked: Mapping[str, frozenset[str]]) -> str:
    """Calibrations as their reader may see them."""
    return "\n".join(line for part in _parts(found, rubric, me, asked) for line in part.split("\n"))


def _parts(found: Sequence[Panel], rubric: Rubric | None, me: str, asked: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for panel in found:
        yield table([head_row(panel, me)])
        if panel.missing:
            yield f"Still missing: {', '.join(map(clean_line, panel.missing))}. Until then everybody sees only the own marks."
            own = panel.own(me)
            if own is not None:
                yield _own(own, asked)
    if rubric is None:
        yield from _choices(found[0], asked)
    else:
        yield from _sessions(found, rubric)


def _own(sheet: Sheet, asked: Mapping[str, frozenset[str]]) -> str:
    """What the reader gave: of a session its items on one line, of replies a table of reply and dimension with what is missing."""
    if isinstance(sheet.event, SessionReviewed):
        return "Your marks: " + ", ".join(clean_line(f"{item} {level}") for item, level, _ in sheet.event.marks)
    given = {(name, dimension): NA if level == NA_LEVEL else str(level) for name, dimension, level in sheet.event.marks}
    replies = dict.fromkeys([*asked, *(name for name, _ in given)])
    missing = sum((name, dimension) not in given for name, dimensions in asked.items() for dimension in dimensions)
    rows = [(name, *(given.get((name, dimension), "–") for dimension in DIMENSIONS)) for name in replies]
    head = f"Your marks: {len(given)} are kept, {missing or 'none'} of those asked for {'is' if missing == 1 else 'are'} missing."
    return f"{head}\n{table([('reply', *DIMENSIONS), *rows])}"


def _sessions(found: Sequence[Panel], rubric: Rubric) -> Iterator[str]:
    calibration = agreed(found, rubric)
    complete = [panel for panel in found if panel.complete]
    if calibration is None:
        return
    yield ""
    columns = [(panel, rater) for panel in complete for rater in panel.opened.raters]
    levels = {panel.id: levels_of(panel) for panel in complete}
    given = {each.item: [levels[panel.id][rater][each.item] for panel, rater in columns] for each in calibration.items}
    heads = [rater if len(complete) == 1 else f"{rater} {panel.opened.subject[:4]}" for panel, rater in columns]
    yield table([("item", *_HEADS, *heads), *((each.item, *_figures(each), *given[each.item]) for each in calibration.items)])
    totals = [f"{sheet.rater} {_total(sheet)}" for panel in complete for sheet in panel.sheets]
    yield f"Totals: {clean_line(', '.join(totals))}"
    yield f"All items together: {_coefficient(calibration.overall)}, raw agreement {_figure(calibration.overall.raw)}."
    if len(complete) == 1:
        yield ONE


def _total(sheet: Sheet) -> str:
    event = sheet.event
    return f"{event.total:.1f}" if isinstance(event, SessionReviewed) and event.total >= 0 else "–"


def _choices(panel: Panel, asked: Mapping[str, frozenset[str]]) -> Iterator[str]:
    if not panel.complete:
        return
    ratings = ratings_of(panel)
    found = rating(ratings, asked)
    yield ""
    yield table([("dimension", *_HEADS, "replies"), *((each.item, *_figures(each), str(each.units)) for each in found.dimensions)])
    yield f"All together: {found.mark}; raw agreement {_figure(found.overall.raw)}."
    yield "This belongs into the scenario (`--write` puts it there):"
    yield ""
    yield raters_yaml(ratings)


_HEADS = ("agree by", "raw")


def _figures(found: Agreement) -> tuple[str, str]:
    return _coefficient(found), _figure(found.raw)


def _coefficient(found: Agreement) -> str:
    if found.units < FEWEST_UNITS:
        return "–"
    return f"{'kappa' if found.raters == 2 else 'alpha'} {_figure(found.coefficient)}"  # noqa: PLR2004  # kappa is about two


def _figure(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def raters_yaml(ratings: Ratings) -> str:
    """`review.raters` as a scenario carries it, a reply a line."""
    lines = ["review:", "  raters:"]
    for name, given in written(ratings).items():
        rows = ", ".join(f"{dimension}: [{', '.join(map(str, levels))}]" for dimension, levels in given.items())
        lines.append(f"    {json.dumps(name)}: {{{rows}}}")
    return "\n".join(lines)


def choices_sheet(scenario: Scenario) -> str:
    """A file of ratings to be filled in: every reply with what is said, and its dimensions without levels."""
    lines = [f"# {clean_line(scenario.title)}, version {scenario.version}. Levels: 0, 1, 2, or na where it cannot show."]
    for node in scenario.nodes.values():
        for choice in node.choices:
            said = "".join(piece if isinstance(piece, str) else "…" for piece in choice.say.pieces)
            lines += ["", f"# {clean_line(said)}", f"{json.dumps(choice.name)}:"]
            lines += [f'  {dimension}: ""' for dimension in DIMENSIONS]
    return "\n".join(lines) + "\n"
