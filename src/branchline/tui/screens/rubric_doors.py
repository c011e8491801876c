"""What can be scored, and what was: the rubrics for a session, its open calibrations, and its reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.review import Review
from branchline.errors import BranchlineError, UnknownId
from branchline.practice import calibrating, scoring_desk
from branchline.practice.scoring_draft import ScoringDraft
from branchline.text import clean_line, day
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_dialog import PickDialog
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.rubric_form import RubricForm
from branchline.tui.waiting import waiting_panels
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.paper import Paper
from branchline.tui.widgets.rubric_items import review_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from branchline.coaching.panel import Panel
    from branchline.coaching.scorecard import Scorecard
    from branchline.coaching.thread import RubricReview
    from branchline.tui.screens.review import ReviewScreen

CLOSE = Command("score-back", "escape,q,enter", "back", "Go back.", "back")


class ScorecardScreen(DeskScreen):
    """A review that was made, to be read."""

    HERE = (CLOSE,)
    BINDINGS = bindings((CLOSE,))
    CSS_PATH = "rubric_form.tcss"
    FIRST = "#card"

    def __init__(self, found: RubricReview, card: Scorecard | None) -> None:
        """`card` is None where the rubric is not known here."""
        super().__init__()
        self._found = found
        self._scorecard = card

    def body(self) -> Iterable[Widget]:
        """Title and review."""
        yield Bar(Content.styled("Review with a rubric", "bold $desk-accent"), id="title")
        yield Paper(id="card")

    def on_mount(self) -> None:
        """Write it."""
        super().on_mount()
        self.query_one("#card", Paper).show(review_blocks(self._found, self._scorecard))
        self.query_one("#card", Paper).focus()

    def action_back(self) -> None:
        """Back to where it was opened."""
        self.dismiss()


def score_here(screen: ReviewScreen) -> None:
    """The same for the session that is reviewed; one that is still being read is read to its end first."""
    studio, review = screen.desk.studio, screen.review
    try:
        known = studio.paths.database.exists() and studio.journal.session(review.row.id)
        if not known:
            raise UnknownId("The session is not in the journal.", hint="`branchline sessions import` takes in a file.")
        whole = review if screen.board.whole else Review.kept(studio.journal, review.row.id, studio.explorations)
    except BranchlineError as error:
        screen.desk.trouble(error)
        return
    open_scoring(screen, whole)


def open_scoring(screen: DeskScreen, review: Review) -> None:
    """Ask what is to be scored or read, and open it; what stands in the way is said."""
    try:
        doors = _Doors(screen, review)
        entries = doors.entries()
    except BranchlineError as error:
        screen.desk.trouble(error)
        return
    screen.app.push_screen(PickDialog("Score this session, or read its reviews", entries), doors.go)


def open_waiting(screen: DeskScreen) -> None:
    """Ask which of the calibrations that wait is to be scored, and open it; a session that is not here is said."""
    studio = screen.desk.studio
    try:
        known = {f"panel {panel.id}": panel for panel in waiting_panels(studio)}
    except BranchlineError as error:
        screen.desk.trouble(error)
        return

    def go(entry: str | None) -> None:
        if entry in known:
            try:
                review = Review.kept(studio.journal, known[entry].opened.subject, studio.explorations)
                _Doors(screen, review).go(entry)
            except BranchlineError as error:
                screen.desk.trouble(error)

    screen.app.push_screen(PickDialog("Score blind, until all raters are in", [_panel_entry(panel) for panel in known.values()]), go)


class _Doors:
    """What leads on from one session."""

    def __init__(self, screen: DeskScreen, review: Review) -> None:
        """Reads what there is; BranchlineError where it cannot be read."""
        self._screen = screen
        self._studio = studio = screen.desk.studio
        self._review = review
        me = studio.settings
        own = review.row.learner == me.learner or me.role == "learner"
        self._rubrics = {} if own else {rubric.id: rubric for rubric in scoring_desk.rubrics_for(studio, review)}
        self._reviews = scoring_desk.reviews_of(studio, review.row.id)
        self._panels = {each.id: each for each in waiting_panels(studio) if each.opened.subject == review.row.id}

    def entries(self) -> list[Block]:
        """A block for each, under its heading."""
        found: list[Block] = []
        if self._panels:
            found += [heading("Calibrations that wait for you", above=0), *(_panel_entry(each) for each in self._panels.values())]
        if self._rubrics:
            found.append(heading("Score with", above=1 if found else 0))
            found += [
                Block(
                    Content(clean_line(each.title)),
                    Content("  "),
                    Content.styled(f"version {each.version}", "$desk-soft"),
                    id=f"rubric {key}",
                )
                for key, each in self._rubrics.items()
            ]
        if self._reviews:
            found.append(heading("Reviews", above=1 if found else 0))
            found += [_review_entry(each) for each in self._reviews]
        nothing = Block(Content.styled("Nobody has scored this session, and there is no rubric for you to score it with.", "$desk-soft"))
        return found or [nothing]

    def go(self, entry: str | None) -> None:
        """Open what was chosen."""
        kind, _, name = (entry or "").partition(" ")
        try:
            if kind == "rubric":
                self._score(name)
            elif kind == "panel":
                self._rate(self._panels[name])
            elif kind == "review":
                found = next(each for each in self._reviews if each.id == name)
                self._screen.app.push_screen(ScorecardScreen(found, scoring_desk.card_of(self._studio, self._review, found)))
        except BranchlineError as error:
            self._screen.desk.trouble(error)

    def _score(self, rubric_id: str) -> None:
        rubric = self._rubrics[rubric_id]
        scoring_desk.check_kind(rubric, self._review)
        scoring_desk.check_not_blind(self._studio, self._review, rubric)
        key = f"{self._review.row.id} {rubric.content_hash}"
        draft = self._draft(key, ScoringDraft(rubric, scoring_desk.figures(self._review, rubric)))

        def record() -> str:
            made = scoring_desk.review_with(self._studio, self._review, rubric, draft.marks(), text=draft.text, shared=draft.shared)
            self._screen.desk.score_drafts.pop(key, None)
            return f"{made.event.total:.1f} of 100." if made.event.total >= 0 else "No item applies."

        self._screen.app.push_screen(RubricForm(draft, f"Score: {self._review.row.title}", record))

    def _rate(self, panel: Panel) -> None:
        rubric = calibrating.rubric_of(self._studio, panel)
        key = f"{panel.id} {rubric.content_hash}"
        draft = self._draft(key, ScoringDraft(rubric, {}, calibration=panel.id))

        def record() -> str:
            found = calibrating.score_blind(self._studio, panel, self._review, draft.marks(), text=draft.text)
            self._screen.desk.score_drafts.pop(key, None)
            return "All raters are in." if found.complete else f"Still missing: {', '.join(found.missing)}."

        self._screen.app.push_screen(RubricForm(draft, f"Calibration: {self._review.row.title}", record))

    def _draft(self, key: str, fresh: ScoringDraft) -> ScoringDraft:
        return self._screen.desk.score_drafts.setdefault(key, fresh)


def _panel_entry(panel: Panel) -> Block:
    right = Content.styled(f"{len(panel.came)} of {len(panel.opened.raters)} are in", "$desk-soft")
    text = f"{clean_line(panel.opened.rubric)}, opened by {clean_line(panel.opened_by)}"
    return Block(Content(text), Content("  "), right, id=f"panel {panel.id}")


def _review_entry(found: RubricReview) -> Block:
    total = f"{found.event.total:.1f}" if found.event.total >= 0 else "–"
    notes = ["" if found.event.shared else "private", "" if found.latest else "replaced", found.answered.state]
    words = ", ".join(note for note in notes if note and note != "open")
    text = Content.assemble(
        (total, "bold"), f"  {clean_line(found.author)}, {clean_line(found.event.rubric)}", (f"  {words}", "$desk-soft")
    )
    return Block(text, Content("  "), Content.styled(day(found.at), "$desk-soft"), id=f"review {found.id}")
