"""Choices: what the learner may say now, with a digit for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.text import clean
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.practice import Offered

WAIT = "!wait"
"""The entry that stands for saying nothing, where only that leads on."""
DEBRIEF = "!debrief"
"""The entry that leads on after the end."""
LOCKED = "!locked "
"""Begins the entry of a reply that cannot be given now."""


class Choices(Menu):
    """Replies as they are offered; locked ones with the reason why."""

    def offer(self, offered: Sequence[Offered], *, must_wait: bool = False, airy: bool = False) -> None:
        """Show these, the first one highlighted; `airy` leaves a line between them."""
        self.at, self.top = -1, 0
        blocks = [_block(each, above=int(airy and each.number > 1)) for each in offered]
        if must_wait:
            blocks.append(Block(Content.styled("Wait and say nothing.", "italic"), _digit(len(blocks) + 1), id=WAIT))
        self.show(blocks)

    def lead_on(self) -> None:
        """After the end there is one thing left: to see how it went."""
        self.show([Block(Content.styled("See how it went.", "bold"), _digit(1), id=DEBRIEF)])

    def entry_of(self, digit: int) -> str:
        """The entry with that number, empty where there is none."""
        return self.blocks[digit - 1].id if 0 < digit <= len(self.blocks) else ""


def _block(each: Offered, above: int) -> Block:
    say = clean(each.say)
    if each.open:
        return Block(Content(say), _digit(each.number), above=above, id=each.id)
    text = Content.assemble((say, "$desk-soft"), (f"\n⊘ not now: {clean(each.why) or 'something else comes first'}", "$desk-warn"))
    return Block(text, Content.styled(" ⊘ ", "bold $desk-warn"), above=above, id=f"{LOCKED}{each.why}")


def _digit(number: int) -> Content:
    return Content.styled(f"{number:>2} ", "bold $desk-accent")
