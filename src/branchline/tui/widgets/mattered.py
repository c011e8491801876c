"""The curve of a session in one line, and the moments that mattered; what would have been better is not told, for it can be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.marks import counted, sparkline
from branchline.text import clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.chart import LOOKS
from branchline.tui.words import count

if TYPE_CHECKING:
    from branchline.coaching.judging import Judgement, Moment
    from branchline.journal.transcript import Transcript

MOST = 48
"""Columns of the curve; of a longer session every so-manieth value is drawn."""
LONGEST = 60
"""Characters of what was said that are shown."""


def mattered(judged: Judgement, told: Transcript) -> list[Block]:
    """Curve, counts and flagged moments; nothing where nothing is judged."""
    curve = [judged.of_100(judged.value_start), *(judged.of_100(value) for _, value in judged.curve())]
    values = [value for value in curve if value is not None]
    if judged.reason or len(values) < 2:  # noqa: PLR2004  # a curve has two ends
        return []
    blocks = [heading("Moments that mattered"), _curve(values), _counts(judged)]
    return [*blocks, *(_moment(moment, told) for moment in judged.flagged)]


def _curve(values: list[float]) -> Block:
    step = max(1, -(-len(values) // MOST))
    shown = [*values[:-1:step], values[-1]]
    ends = (f"  {values[0]:.0f} → {values[-1]:.0f} of 100", "$desk-soft")
    return Block(Content.assemble((sparkline(shown), "$desk-accent"), ends), Content("  "))


def _counts(judged: Judgement) -> Block:
    parts = [(f"{LOOKS[word][0]} {counted(word, number)}   ", LOOKS[word][1]) for word, number in judged.counts.items() if number]
    taken = f"chance took {judged.luck:.0f}" if judged.luck >= 1 else f"chance gave {-judged.luck:.0f}" if judged.luck <= -1 else ""
    return Block(Content.assemble(*parts, (taken, "$desk-soft")), Content("  "))


def _moment(moment: Moment, told: Transcript) -> Block:
    glyph, style, word = LOOKS[moment.word]
    line = told.line_of(moment.seq)
    said = next((each.text for each in told.lines if each.number == line), "")
    text = " ".join(clean_line(said).split())
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
    lost = count(round(moment.regret or 0.0), "point")
    where = f" (line {line})" if line else ""
    return Block(Content.assemble((f"{word}, {lost}{where}", style), f"  {short}"), Content.styled(f"{glyph} ", style))
