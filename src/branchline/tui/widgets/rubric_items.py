"""The items of a rubric with what a coach gave and what the machine found; and a review that was made, to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

from branchline.content.rubric import NA
from branchline.text import clean_line, day
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.coaching.scorecard import Scorecard, ScoredItem
    from branchline.coaching.thread import RubricReview
    from branchline.content.rubric import RubricItem
    from branchline.practice.scoring_draft import ScoringDraft


class Items(Menu):
    """A menu that says when another entry is highlighted."""

    class Moved(Message):
        """Another entry is highlighted."""

    def highlight(self, index: int) -> None:
        """As in every menu."""
        before = self.at
        super().highlight(index)
        if self.at != before:
            self.post_message(self.Moved())


def item_block(draft: ScoringDraft, item: RubricItem) -> Block:
    """One item as it stands: its question; at the right the coach's level, and the machine's figure beside it."""
    level = draft.levels.get(item.id)
    figure = draft.figures.get(item.id)
    mark, style = ("·", "$desk-soft") if level is None else ("!", "bold $desk-warn") if draft.needs_reason(item) else ("✓", "$desk-good")
    weight = Content.styled(f" {item.weight:>3} ", "$desk-soft")
    right = Content.styled("?" if level is None else clean_line(level), "bold $desk-accent" if level is not None else "$desk-soft")
    if figure is not None:
        right = Content.styled(f"machine {figure:.0f} → {clean_line(draft.suggests(item) or '')}   ", "$desk-soft") + right
    signs = Content.styled("  critical" if item.critical else "", "bold $desk-warn")
    text = Content.assemble(clean_line(item.ask), signs)
    reason = draft.reasons.get(item.id, "").strip()
    if reason:
        text += Content.assemble("\n", (f"because: {clean_line(reason)}", "$desk-soft"))
    elif draft.needs_reason(item):
        text += Content.assemble("\n", ("not what the machine suggests: enter a reason", "$desk-warn"))
    return Block(text, Content.assemble(" ", (mark, style), weight), right, id=item.id)


def anchor_blocks(draft: ScoringDraft, item: RubricItem) -> list[Block]:
    """What each level of the item looks like, with its key; the one that was given is marked."""
    given = draft.levels.get(item.id)
    keys = keys_of(item)
    blocks = [_anchor(keys[place], level.name, level.anchor, given == level.name) for place, level in enumerate(item.levels)]
    if item.na:
        blocks.append(_anchor("n", NA, "It does not apply: its weight goes to the others.", given == NA))
    return blocks


def keys_of(item: RubricItem) -> tuple[str, ...]:
    """The digit that gives each level: its own name where all names are digits, else its place from 1."""
    names = tuple(level.name for level in item.levels)
    return names if all(len(name) == 1 and name.isdecimal() for name in names) else tuple(str(place) for place in range(1, len(names) + 1))


def _anchor(key: str, name: str, anchor: str, given: bool) -> Block:  # noqa: FBT001 - one of two looks
    gutter = Content.assemble(("● " if given else "  ", "bold $desk-accent"), (key, "bold $desk-accent"), " ")
    named = "" if name == key else f"{clean_line(name)}: "
    return Block(Content.assemble((named, "bold"), (clean_line(anchor) or clean_line(name), "bold" if given else "")), gutter)


def total_line(draft: ScoringDraft) -> tuple[Content, Content]:
    """The total as it grows, and the cap where it holds."""
    open_items = sum(item.id not in draft.levels for item in draft.rubric.items)
    left = Content.assemble((f"{float(draft.total):.1f}", "bold"), (f" of {float(draft.possible):.1f} so far", "$desk-soft"))
    if not open_items:
        left = Content.assemble((f"{float(draft.total):.1f}", "bold $desk-accent"), (" of 100", "$desk-soft"))
    if draft.critical:
        left += Content.styled(f"  ! capped at {draft.rubric.cap}: {clean_line(draft.critical[0])}", "bold $desk-warn")
    seen = "blind" if draft.calibration else "shared" if draft.shared else "private"
    waiting = f"{open_items} open, " if open_items else ""
    return left, Content.styled(f"{waiting}{seen}", "$desk-soft")


def review_blocks(found: RubricReview, card: Scorecard | None) -> list[Block]:
    """A review to be read: total, cap, each item with its anchor, level, figure and reason."""
    return list(_review(found, card))


def _review(found: RubricReview, card: Scorecard | None) -> Iterator[Block]:
    event = found.event
    total = f"{event.total:.1f} of 100" if event.total >= 0 else "No item applies"
    by = f"  by {clean_line(found.author)}, {clean_line(event.rubric)} version {event.rubric_version}, {day(found.at)}"
    yield Block(Content.assemble((total, "bold $desk-accent"), (by, "$desk-soft")))
    for words in filter(None, ("" if event.shared else "private", "" if found.latest else "replaced by a later review")):
        yield Block(Content.styled(words, "$desk-warn"), Content("  "))
    if event.text:
        yield Block(Content(clean_line(event.text)), Content("  "))
    if card is None:
        yield Block(Content.styled("That version of the rubric is not known here.", "$desk-soft"), above=1)
        yield from (Block(Content(f"{clean_line(item)}: {clean_line(level)}  {clean_line(why)}")) for item, level, why in event.marks)
        return
    for lost in card.score.deductions:
        if lost.capped:
            yield Block(Content.styled(f"−{float(lost.lost):.1f}  {clean_line(lost.reason)}", "bold $desk-warn"), Content("  "))
    yield heading("Items")
    yield from (_scored(each) for each in card.items)


def _scored(each: ScoredItem) -> Block:
    machine = "" if each.figure is None else f"machine {each.figure:.0f} → {clean_line(each.suggests or '')}   "
    earned = "na" if each.mark.level == NA else f"{float(each.score.earned):.1f} of {float(each.score.weight):.1f}"
    right = Content.assemble((machine, "$desk-soft"), (earned, "bold"))
    text = Content(clean_line(each.item.ask))
    if each.anchor:
        text += Content.assemble("\n", (f"{clean_line(each.mark.level)}: {clean_line(each.anchor)}", "$desk-soft"))
    if each.mark.reason:
        said = "not as the machine: " if each.overridden else ""
        text += Content.assemble("\n", (f"{said}{clean_line(each.mark.reason)}", "$desk-warn" if each.overridden else "$desk-soft"))
    return Block(text, Content("  "), right)
