"""Calibrating: several coaches score one session, or several experts rate the replies of one scenario, blind to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.panel import CHOICES, SESSION, panels
from branchline.content.compile import scenario_from_bundle
from branchline.content.compiled import DIMENSIONS, NA_LEVEL, Scenario
from branchline.content.rubric import NA
from branchline.errors import DamagedData, UsageError
from branchline.journal.coaching_events import CalibrationOpened, ChoicesRated
from branchline.journal.streams import CALIBRATION
from branchline.practice.naming import named
from branchline.practice.scoring_desk import check_kind, pinned_rubric, reviewed
from branchline.recording import CoachingRecording, stream_row
from branchline.text import clean_line, did_you_mean
from branchline.xapi.coaching import at_content, at_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.coaching.panel import Panel
    from branchline.coaching.review import Review
    from branchline.coaching.rubric import Marked
    from branchline.content.marks import Mark
    from branchline.content.rubric import Rubric
    from branchline.journal.model import SessionRow
    from branchline.practice.studio import Studio

FEWEST = 2
"""Raters of a calibration."""
_LEVELS = ("0", "1", "2", NA)


def calibrations(studio: Studio, subject: str | None = None) -> list[Panel]:
    """The calibrations as the learner of this studio may see them, of one session or scenario where it is named."""
    return panels(studio.journal.streams.remarks(CALIBRATION, subject), studio.settings.learner)


def calibration_named(studio: Studio, name: str) -> Panel:
    """The calibration with that id, or with the only id that begins so; UnknownId where there is none."""
    return named(calibrations(studio), name, "calibration", "`branchline calibrate list` shows them all.")


def open_for_session(studio: Studio, review: Review, rubric: Rubric, raters: Sequence[str]) -> Panel:
    """Ask raters to score a session with a rubric; raises UsageError as `check_kind` does, code `too-few-raters`, or `rater-twice`."""
    check_kind(rubric, review)
    names = _raters(raters)
    if review.row.learner in names:
        hint = "Name others; nobody is a coach of their own sessions."
        raise UsageError("The learner of the session cannot score it.", where=f"session {review.row.id}", hint=hint, code="own-session")
    row = review.row
    event = CalibrationOpened(SESSION, row.id, row.content_hash, rubric.id, rubric.content_hash, names)
    recording = _recording(studio, _row(studio, row))
    last = review.entries[-1]
    made = recording.record(event, at_event(row.id, last.seq, last.event), bundle=(rubric.content_hash, rubric.bundle))
    return calibration_named(studio, made.id)


def open_for_choices(studio: Studio, scenario: Scenario, raters: Sequence[str]) -> Panel:
    """Ask experts to rate the replies of a scenario; raises UsageError, code `too-few-raters`, `rater-twice`, or `nothing-to-rate`."""
    if not replies(scenario):
        raise UsageError("The scenario has no replies to rate.", where=clean_line(scenario.id), code="nothing-to-rate")
    event = CalibrationOpened(CHOICES, scenario.id, scenario.content_hash, "", "", _raters(raters))
    row = _row(studio, scenario.id, scenario.title)
    target = at_content("scenario", scenario, row.id, studio.identity())
    made = _recording(studio, row).record(event, target, bundle=(scenario.content_hash, scenario.bundle))
    return calibration_named(studio, made.id)


def score_blind(studio: Studio, panel: Panel, review: Review, marks: Sequence[Marked], *, text: str = "") -> Panel:
    """Record what the learner of this studio gives a session of a calibration.

    The machine's figures play no part in it: a figure that all raters see would draw their levels together. Raises UsageError as
    `may_rate` and `evaluate` do, and DamagedData where the rubric is not known here.
    """
    may_rate(studio, panel, SESSION)
    rubric = rubric_of(studio, panel)
    event = reviewed(review, rubric, marks, {}, text=text, calibration=panel.id)
    last = review.entries[-1]
    bundle = (rubric.content_hash, rubric.bundle)
    target = at_event(review.row.id, last.seq, last.event)
    _recording(studio, _row(studio, review.row)).record(event, target, bundle=bundle, after=_last(studio, panel))
    return calibration_named(studio, panel.id)


def rate_choices(studio: Studio, panel: Panel, marks: Iterable[Mark], *, partial: bool = False) -> Panel:
    """Record what the learner of this studio gives the replies of a scenario.

    Raises UsageError as `may_rate` does; code `unknown-reply` or `unknown-level`, `item-twice`, and `replies-missing` where a dimension of
    a reply has no level, unless `partial` leaves gaps.
    """
    may_rate(studio, panel, CHOICES)
    scenario = scenario_of(studio, panel)
    given: dict[tuple[str, str], int] = {}
    known = {f"{name}.{dimension}": (name, dimension) for name in replies(scenario) for dimension in DIMENSIONS}
    for mark in marks:
        if mark.name not in known:
            what = f"`{clean_line(mark.name)}` names no dimension of a reply."
            raise UsageError(what, hint=did_you_mean(mark.name, known), code="unknown-reply")
        if known[mark.name] in given:
            raise UsageError(f"`{clean_line(mark.name)}` is rated twice.", hint="Give it one level.", code="item-twice")
        given[known[mark.name]] = _level(mark)
    _refuse_gaps(given, known.values(), partial=partial)
    event = ChoicesRated(panel.id, tuple((name, dimension, level) for (name, dimension), level in given.items()))
    row = _row(studio, scenario.id, scenario.title)
    _recording(studio, row).record(event, at_content("scenario", scenario, row.id, studio.identity()), after=_last(studio, panel))
    return calibration_named(studio, panel.id)


def may_rate(studio: Studio, panel: Panel, what: str) -> None:
    """UsageError: code `other-calibration`, `not-a-rater`, or `calibration-closed` once all are in."""
    where = f"calibration {panel.id}"
    if panel.opened.what != what:
        hint = "`branchline calibrate score` is for sessions, `branchline calibrate rate` for choices."
        asked = "choices" if what == SESSION else "a session"
        raise UsageError(f"The calibration is about {asked}.", where=where, hint=hint, code="other-calibration")
    if studio.settings.learner not in panel.opened.raters:
        hint = f"You are `{clean_line(studio.settings.learner)}`; the raters are {', '.join(map(clean_line, panel.opened.raters))}."
        raise UsageError("You are no rater of this calibration.", where=where, hint=hint, code="not-a-rater")
    if panel.complete:
        hint = "Open another calibration to rate once more."
        raise UsageError("All raters are in, and see what the others gave.", where=where, hint=hint, code="calibration-closed")


def rubric_of(studio: Studio, panel: Panel) -> Rubric:
    """The rubric that a calibration asks for; DamagedData, code `rubric-missing`, where it is not known here."""
    rubric = pinned_rubric(studio, panel.opened.rubric, panel.opened.rubric_hash)
    if rubric is None:
        hint = "Import the session as its coach exported it, or use the workspace that the calibration was opened with."
        what = f"The rubric `{clean_line(panel.opened.rubric)}` is not known here as the calibration needs it."
        raise DamagedData(what, where=f"calibration {panel.id}", hint=hint, code="rubric-missing")
    return rubric


def scenario_of(studio: Studio, panel: Panel) -> Scenario:
    """The scenario whose replies are rated, as it was when the calibration was opened; DamagedData where it is not known here."""
    try:
        return scenario_from_bundle(studio.journal.content(panel.opened.content_hash))
    except DamagedData as error:
        if error.code != "content-missing":
            raise
    found = studio.workspace.load(panel.opened.subject)
    if found.content_hash != panel.opened.content_hash:
        hint = "Use the workspace that the calibration was opened with."
        raise DamagedData("The scenario is not as it was when the calibration was opened.", hint=hint, code="content-missing")
    return found


def replies(scenario: Scenario) -> list[str]:
    """`node.choice` of every reply that can be rated, in the order of the nodes."""
    return [choice.name for node in scenario.nodes.values() for choice in node.choices]


def _level(mark: Mark) -> int:
    if mark.level not in _LEVELS:
        hint = "Its levels are 0, 1, 2, na."
        raise UsageError(f"`{clean_line(mark.name)}` has no level `{clean_line(mark.level)}`.", hint=hint, code="unknown-level")
    return NA_LEVEL if mark.level == NA else int(mark.level)


def _refuse_gaps(given: dict[tuple[str, str], int], known: Iterable[tuple[str, str]], *, partial: bool) -> None:
    gaps = [f"{name}.{dimension}" for name, dimension in known if (name, dimension) not in given]
    if not given or (gaps and not partial):
        hint = "Give each a level, `na` where it cannot show; `--partial` leaves them open for good."
        what = f"{len(gaps)} of {len(gaps) + len(given)} have no level, `{clean_line(gaps[0])}` among them."
        raise UsageError(what, hint=hint, code="replies-missing")


def _raters(given: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in given)
    if len(set(names)) < len(names):
        raise UsageError("A rater is named twice.", hint="Name each once.", code="rater-twice")
    if len(names) < FEWEST or not all(names):
        raise UsageError("A calibration needs at least two raters.", hint="Name each with `--rater NAME`.", code="too-few-raters")
    return names


def _last(studio: Studio, panel: Panel) -> str:
    """When anything was last given here, so that clocks that differ cannot bring a sheet before its calibration."""
    return max((each.at for each in studio.journal.streams.remarks(CALIBRATION, panel.opened.subject)), default="")


def _row(studio: Studio, subject: SessionRow | str, title: str = "") -> SessionRow:
    settings = studio.settings
    return stream_row(CALIBRATION, subject, author=settings.learner, role=settings.role, clock=studio.clock, title=title)


def _recording(studio: Studio, row: SessionRow) -> CoachingRecording:
    return CoachingRecording(studio.journal, studio.identity(), studio.clock, row)
