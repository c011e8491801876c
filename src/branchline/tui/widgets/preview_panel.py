"""The panel beside a preview: what the file's Diagnostics are, where the conversation stands, its variables and conditions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.content.diagnostic import Severity
from branchline.text import clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.authoring.preview import Preview
    from branchline.authoring.situation import Condition, Variable
    from branchline.content.diagnostic import Diagnostic

MOST = 5
"""Errors and warnings that the panel tells; the list has every Diagnostic."""
GLYPHS = {Severity.ERROR: ("✗ ", "bold $desk-bad"), Severity.WARNING: ("! ", "bold $desk-warn"), Severity.INFO: ("· ", "$desk-soft")}
NAME = 14
"""Columns of a variable's name, where it is not longer."""
SOFT = "$desk-soft"


def panel(preview: Preview, message: str) -> list[Block]:
    """Everything that the panel tells; `message` is what became of the last reload, or empty."""
    blocks = [Block(Content(clean_line(message)), Content.styled("↻ ", "bold $desk-accent"))] if message else []
    blocks += _findings(preview, above=int(bool(blocks)))
    if preview.walk is not None:
        blocks += [*_here(preview), heading("Variables"), *(_variable(each) for each in preview.variables()), *_conditions(preview)]
    return blocks


def tally(diagnostics: Iterable[Diagnostic]) -> Content:
    """How many Diagnostics there are of each severity."""
    numbers = Counter(found.severity for found in diagnostics)
    if not numbers:
        return Content.styled("✓ no Diagnostics", "$desk-good")
    parts = [
        Content.styled(GLYPHS[severity][0] + count(numbers[severity], severity.value), GLYPHS[severity][1])
        for severity in Severity
        if numbers[severity]
    ]
    return Content("  ").join(parts)


def variable_blocks(variables: Sequence[Variable]) -> list[Block]:
    """Variables to choose from, each with what it can be."""
    head = Block(Content.styled("enter or → gives the next value, ← the one before; esc closes.", SOFT))
    return [head, *(_choosable(each, above=int(not number)) for number, each in enumerate(variables))]


def _findings(preview: Preview, above: int) -> list[Block]:
    blocks = [heading("Diagnostics", above=above), Block(tally(preview.diagnostics))]
    if preview.broken and preview.walk is not None:
        blocks.append(Block(Content.styled("What you play is the last version that could be played.", "bold $desk-warn")))
    told = [found for found in preview.diagnostics if found.severity is not Severity.INFO]
    blocks += [_finding(found, preview.name) for found in told[:MOST]]
    if len(told) > MOST:
        blocks.append(Block(Content.styled(f"and {len(told) - MOST} more", SOFT), Content("  ")))
    return blocks


def _finding(found: Diagnostic, name: str) -> Block:
    glyph, style = GLYPHS[found.severity]
    span = found.span
    place = f"{span.line}:{span.column}" if span.file == name else clean_line(str(span))
    return Block(Content.assemble((f"{place} ", SOFT), clean_line(found.message)), Content.styled(glyph, style))


def _here(preview: Preview) -> list[Block]:
    walk = preview.playing
    visits = "" if walk.visits == 1 else f", visit {walk.visits}"
    kind = "ending" if walk.state.ended else "node"
    blocks = [heading("Here"), Block(Content.assemble((f"{kind} ", SOFT), (clean_line(walk.state.node), "bold"), (visits, SOFT)))]
    if walk.by_hand:
        blocks.append(Block(Content.styled("with values set by hand", "$desk-warn"), Content.styled("! ", "bold $desk-warn")))
    return blocks


def _variable(each: Variable) -> Block:
    hand = (" ! by hand", "$desk-warn") if each.by_hand else ""
    return Block(Content.assemble((clean_line(each.name).ljust(NAME) + " ", SOFT), (clean_line(each.said), "bold"), hand))


def _choosable(each: Variable, above: int) -> Block:
    may = (f"   {each.may}", SOFT)
    text = Content.assemble(clean_line(each.name).ljust(NAME) + " ", (clean_line(each.said), "bold"), may)
    return Block(text, Content("  "), above=above, id=each.name)


def _conditions(preview: Preview) -> list[Block]:
    found = preview.conditions()
    if not found:
        return []
    return [heading("Conditions here, as things stand"), *(_condition(each) for each in found)]


def _condition(each: Condition) -> Block:
    glyph, style = ("✓ ", "bold $desk-good") if each.holds else ("✗ ", "bold $desk-bad")
    place = clean_line(f"{each.of} {each.part}")
    reads = ", ".join(f"{name} {value}" for name, value in each.reads)
    text = Content.assemble((f"{place} ", SOFT), clean_line(each.text), (f"\n{clean_line(reads)}" if reads else "", SOFT))
    if each.says and each.holds:
        text += Content.assemble(("\n⊘ ", "$desk-warn"), (clean_line(each.says), "$desk-warn"))
    return Block(text, Content.styled(glyph, style))
