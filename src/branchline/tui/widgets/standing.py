"""How a session stands, in one line above the choices, and what is played, in one line at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.text import clean_line
from branchline.tui.widgets.bar import Bar
from branchline.tui.words import bar, clock, heat_word, trust_word

if TYPE_CHECKING:
    from branchline.practice import Practice

NO_WORDS = Content("")
MOOD = 6
"""Columns of the trust and heat bars."""
WAY = 8
"""Columns of the bar of the way to an end."""
HURRY = 10
"""Seconds from which the clock is drawn urgently."""


class Standing(Bar):
    """Trust and heat in practice mode; a plain rule where the card says it already."""

    def tell(self, practice: Practice, *, beside_card: bool) -> None:
        """Show how the customer stands now."""
        if practice.mode != "practice" or beside_card:
            self.say(NO_WORDS)
            return
        state = practice.state
        trust, heat = bar(state.trust, MOOD, "$desk-accent"), bar(state.heat, MOOD, "$desk-warn")
        words = Content.assemble(("── trust ", "$desk-soft"), trust, f" {state.trust} {trust_word(state.trust)}")
        self.say(words + Content.assemble(("   heat ", "$desk-soft"), heat, f" {state.heat} {heat_word(state.heat)} "))


class Heading(Bar):
    """Title, channel, mode, the seconds that are left where there is a limit, and how far the end is where somebody asks."""

    def tell(self, practice: Practice, left: float | None, way: Content = NO_WORDS) -> None:
        """Show these; `left` in seconds."""
        scenario = practice.scenario
        parts = [Content.styled(f"{clean_line(scenario.channel)} · {practice.mode}", "$desk-soft")]
        if way:
            parts.insert(0, way)
        if left is not None:
            parts.insert(0, Content.styled(f"answer within {clock(left)}", "bold $desk-warn" if left <= HURRY else "bold"))
        self.say(Content.styled(clean_line(scenario.title), "bold $desk-accent"), Content("   ").join(parts))


def way(practice: Practice) -> Content:
    """How far the end is, with a bar of what lies behind; nothing where the session is over."""
    found = practice.ahead()
    if found is None:
        return NO_WORDS
    share = found.share(practice.decided)
    drawn = NO_WORDS if share is None else bar(100 * share, WAY, "$desk-accent") + Content(" ")
    return drawn + Content(found.words)
