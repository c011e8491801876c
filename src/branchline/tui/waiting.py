"""What waits for whoever is here, as home and results say it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.thread import COACH
from branchline.errors import BranchlineError
from branchline.journal.streams import CALIBRATION, PLAN
from branchline.tui.widgets.block import Block
from branchline.tui.words import count

if TYPE_CHECKING:
    from branchline.coaching.panel import Panel
    from branchline.practice import Studio


def waiting_in(studio: Studio) -> Counter[str]:
    """How many comments and reviews wait for the present person, by session; none where the journal cannot be read."""
    from branchline.practice.coaching_search import awaiting  # noqa: PLC0415  # the first frame needs none of it

    try:
        return Counter(each.row.id for each in awaiting(studio))
    except BranchlineError:
        return Counter()


def comments_door(number: int, role: str) -> list[Block]:
    """The door to so many comments that wait; none where none does."""
    if not number:
        return []
    learner = role != COACH
    words = count(number, "new comment") if learner else f"{count(number, 'comment')} to look at"
    right = Content.styled("read, answer, acknowledge" if learner else "disputes and answers", "$desk-soft")
    return [Block(Content.assemble(("✎ ", "$desk-accent"), (words, "bold")), Content("  "), right, id="comments")]


def plans_door(studio: Studio) -> list[Block]:
    """A coach's door to all plans, and everybody's to their own; none where somebody who is no coach has none."""
    coach, me = studio.settings.role == COACH, studio.settings.learner
    try:
        held = studio.paths.database.exists() and studio.journal.streams.rows(PLAN)
        if not held:
            return [_plans_entry("goals, actions, signatures")] if coach else []
        from branchline.practice.plans import plans_of  # noqa: PLC0415  # only where there are any
        from branchline.tui.widgets.plan_blocks import plans_line  # noqa: PLC0415  # as above

        mine = plans_of(studio)
        return [_plans_entry(plans_line(mine, studio.today, me))] if mine or coach else []
    except BranchlineError:
        return []


def _plans_entry(words: str) -> Block:
    return Block(Content("Coaching plans"), Content("  "), Content.styled(words, "$desk-soft"), id="plans")


def calibrations_door(studio: Studio) -> list[Block]:
    """The door to sessions that are to be scored blind; none where none waits for the present person."""
    try:
        if not studio.paths.database.exists() or not studio.journal.streams.rows(CALIBRATION):
            return []
        number = len(waiting_panels(studio))
    except BranchlineError:
        return []
    text = Content.styled(f"{count(number, 'calibration')} to score", "bold")
    right = Content.styled("blind until all are in", "$desk-soft")
    return [Block(text, Content("  "), right, id="calibrations")] if number else []


def waiting_panels(studio: Studio) -> list[Panel]:
    """The calibrations of sessions in which the present person's marks are missing; what cannot be read raises as the journal does."""
    from branchline.coaching.panel import SESSION, panels  # noqa: PLC0415  # only where there are any

    me = studio.settings.learner
    found = panels(studio.journal.streams.remarks(CALIBRATION), me)
    return [panel for panel in found if panel.opened.what == SESSION and me in panel.missing]
