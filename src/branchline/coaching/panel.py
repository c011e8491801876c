"""Panel: the raters of one calibration, what they gave, and how far they agree; blind until all of them are in.

Blindness is kept here, where remarks become a Panel: what others gave never enters the Panel of a reader before every rater is in. From
then on no mark counts any more, so that nobody changes theirs after seeing the others'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.coaching.calibration import calibration
from branchline.coaching.ratings import Rating, rated
from branchline.content.compiled import NA_LEVEL
from branchline.content.rubric import NA
from branchline.journal.coaching_events import CalibrationOpened, ChoicesRated, SessionReviewed, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.coaching.agreement import Calibration
    from branchline.content.compiled import Ratings
    from branchline.content.rubric import Rubric
    from branchline.journal.streams import Remark

CHOICES, SESSION = "choices", "session"
GAP = "gap"
"""How a scenario's file spells what a rater has not given."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one rater gave."""

    rater: str
    at: str
    event: SessionReviewed | ChoicesRated


@dataclass(frozen=True, slots=True)
class Panel:
    """One calibration as one reader may see it."""

    id: str
    opened_by: str
    at: str
    opened: CalibrationOpened
    came: tuple[str, ...]
    """The raters who are in, in the order in which they were named."""
    sheets: tuple[Sheet, ...]
    """The reader's own, if there is one; of all raters once all are in."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has not given anything yet."""
        return tuple(rater for rater in self.opened.raters if rater not in self.came)

    @property
    def complete(self) -> bool:
        """Whether all raters are in."""
        return not self.missing

    def own(self, reader: str) -> Sheet | None:
        """What that rater gave, as far as it may be seen here."""
        return next((sheet for sheet in self.sheets if sheet.rater == reader), None)


def panels(remarks: Iterable[Remark], reader: str) -> list[Panel]:
    """The calibrations among these remarks as `reader` may see them, in the order in which they were opened.

    Of two sheets of one rater the later one counts, as long as somebody is missing; what came in after the last rater counts for nothing.
    """
    known = list(remarks)
    return [_panel(each, each.event, known, reader) for each in known if isinstance(each.event, CalibrationOpened)]


def withheld(remarks: Iterable[Remark], reader: str) -> frozenset[str]:
    """The streams that an export by `reader` leaves out: of calibrations that somebody is missing from, the sheets of everybody else."""
    known = list(remarks)
    waiting = {each.id for each in panels(known, reader) if not each.complete}
    sheets = (each for each in known if isinstance(each.event, SessionReviewed | ChoicesRated) and each.event.calibration in waiting)
    return streams_of(each for each in sheets if each.author != reader)


def blind_with(calibrations: Iterable[Remark], reader: str) -> frozenset[str]:
    """The rubrics that `reader` is to stay blind with: those of the calibrations that they rate in, until all raters are in.

    `calibrations` are the remarks on one session. Who is in may score again, so they are as blind as who is missing.
    """
    mine = (each for each in panels(calibrations, reader) if not each.complete and reader in each.opened.raters)
    return frozenset(each.opened.rubric for each in mine if each.opened.what == SESSION)


def blind(said: Iterable[Remark], calibrations: Iterable[Remark], reader: str) -> list[Remark]:
    """What was said of one session without what `reader` may not see yet, in the same order.

    That is what others scored with a rubric of `blind_with`, outside of the calibration too, and what was said of it.
    """
    known, rubrics = list(said), blind_with(calibrations, reader)
    reviews = (each for each in known if isinstance(each.event, SessionReviewed) and each.event.rubric in rubrics)
    hidden = {each.id for each in reviews if each.author != reader}
    return [each for each in known if hidden.isdisjoint({each.id, *names_of(each.event)})]


def streams_of(remarks: Iterable[Remark]) -> frozenset[str]:
    """The streams that these remarks stand in."""
    return frozenset(each.id.rpartition(":")[0] for each in remarks)


def _panel(made: Remark, opened: CalibrationOpened, remarks: Sequence[Remark], reader: str) -> Panel:
    given: dict[str, Sheet] = {}
    for remark in remarks:
        event = remark.event
        if len(given) == len(opened.raters):
            break
        if _answers(event, made.id, opened) and remark.author in opened.raters and isinstance(event, SessionReviewed | ChoicesRated):
            given[remark.author] = Sheet(remark.author, remark.at, event)
    came = tuple(rater for rater in opened.raters if rater in given)
    seen = came if len(came) == len(opened.raters) else [rater for rater in came if rater == reader]
    return Panel(made.id, made.author, made.at, opened, came, tuple(given[rater] for rater in seen))


def _answers(event: object, panel: str, opened: CalibrationOpened) -> bool:
    """Whether the event is a sheet of that calibration, made with what it asks for."""
    if isinstance(event, SessionReviewed):
        asked = (opened.what, opened.subject, opened.rubric_hash)
        return event.calibration == panel and asked == (SESSION, event.session, event.rubric_hash)
    return isinstance(event, ChoicesRated) and event.calibration == panel and opened.what == CHOICES


def agreed(found: Iterable[Panel], rubric: Rubric) -> Calibration | None:
    """How far the raters of these sessions agree, worst items first; None where no panel is complete. All are of that rubric.

    With one session an item has one unit, of which no coefficient can tell chance from agreement; raw agreement says what there is.
    """
    sheets = {panel.id: levels_of(panel) for panel in found if panel.complete}
    return calibration(rubric, sheets) if sheets else None


def levels_of(panel: Panel) -> dict[str, dict[str, str]]:
    """By rater the level of each item, as far as it may be seen."""
    return {
        sheet.rater: {item: level for item, level, _ in sheet.event.marks}
        for sheet in panel.sheets
        if isinstance(sheet.event, SessionReviewed)
    }


@dataclass(frozen=True, slots=True)
class _Given:
    raters: Ratings
    asked: Mapping[str, frozenset[str]]


def ratings_of(panel: Panel) -> Ratings:
    """What experts gave, as a scenario carries it: each in the place of its rater, None where one left a gap.

    Empty before all are in.
    """
    if not panel.complete:
        return {}
    found: dict[str, dict[str, list[int | None]]] = {}
    for place, sheet in enumerate(panel.sheets):
        if isinstance(sheet.event, ChoicesRated):
            for name, dimension, level in sheet.event.marks:
                row = found.setdefault(name, {}).setdefault(dimension, [None] * len(panel.sheets))
                row[place] = level
    return {name: {dimension: tuple(row) for dimension, row in given.items()} for name, given in found.items()}


def rating(ratings: Ratings, asked: Mapping[str, frozenset[str]]) -> Rating:
    """How far experts agree who gave these, and how much they gave of what is `asked` for (`Scenario.asked`)."""
    return rated(_Given(ratings, asked))


def written(ratings: Ratings) -> dict[str, dict[str, list[int | str]]]:
    """The ratings as a scenario's file spells them."""
    return {
        name: {dimension: [_spelled(level) for level in levels] for dimension, levels in given.items()} for name, given in ratings.items()
    }


def _spelled(level: int | None) -> int | str:
    return GAP if level is None else NA if level == NA_LEVEL else level
