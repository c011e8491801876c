"""The score card and the Deductions of a debrief, as blocks of a Paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.content.desk_types import Drill
from branchline.text import clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.desk_side import clock_line
from branchline.tui.words import bar, count, number

if TYPE_CHECKING:
    from branchline.scoring.model import Deduction, Score
    from branchline.tui.played import Played

BAR = 14
LABEL = 12
SMALLEST_LOSS = 0.05
"""Losses below this round to nothing and are not told."""
CSAT = "1 + 4·(0.6·trust/100 + 0.3·resolved + 0.1·max(0, 1 − effort/5)), where effort = repeats + transfers + time-outs"
SOP_PARTS = "0.70·procedure + 0.20·record + 0.10·timing; a part that does not apply leaves its weight to the others"
YES_NO = {True: "yes", False: "no", None: "–"}


def score_card(played: Played, *, formulas: bool = False) -> list[Block]:
    """How it ended, the parts, the profile, and the simulated figures."""
    score = played.score
    blocks = [_ending(played), _composite(played)]
    blocks += [_critical(f"Critical error ({each.kind}): {each.reason}", played.transcript.line_of(each.seq)) for each in score.critical]
    if isinstance(played.content, Drill):
        return [*blocks, *drill_parts(played, formulas=formulas)]
    blocks.append(_part("Empathy", score.empathy, above=1))
    blocks += [_part(f"  {name}", value, soft=True) for name, value in score.profile.items() if value is not None]
    blocks += [_part("SOP", score.sop), _part("Outcome", score.outcome)]
    if score.flags:
        noticed = ", ".join(sorted({flag.replace("_", " ") for flag, _ in score.flags}))
        blocks.append(Block(Content(clean_line(noticed)), Content.styled("! Noticed   ", "bold $desk-warn"), above=1))
    return [*blocks, *_simulated(score, formulas=formulas)]


def drill_parts(played: Played, *, formulas: bool) -> list[Block]:
    """Of a drill: how the SOPs were followed, what was written down, in what time, what came of it, and the SLA clocks."""
    score = played.score
    blocks = [_part("Empathy", score.empathy, above=1)] if score.empathy is not None else []
    blocks.append(_part("SOP", score.sop, above=0 if blocks else 1))
    blocks += [_part(f"  {name}", getattr(score, name), soft=True) for name in ("procedure", "record", "timing")]
    blocks.append(_part("Outcome", score.outcome))
    if formulas:
        blocks.append(Block(Content.styled(f"= {SOP_PARTS}", "$desk-soft"), Content("  ")))
    if played.clocks:
        blocks += [heading("SLA"), *(Block(clock_line(clock, BAR // 2)) for clock in played.clocks)]
    return blocks


def _ending(played: Played) -> Block:
    if isinstance(played.content, Drill):
        how = "The ticket was submitted." if played.score.ended else "You ended the session before the ticket was submitted."
        return Block(Content.styled(how, "bold"))
    if played.ending is None:
        return Block(Content.styled("You ended the session before any ending.", "bold"))
    words = Content.assemble((clean_line(played.ending.title), "bold"), (f"  ({clean_line(played.ending.outcome)})", "$desk-soft"))
    return Block(words, Content.styled("End  ", "$desk-soft"))


def _composite(played: Played) -> Block:
    score = played.score
    mark = f"pass mark {played.pass_mark}"
    if score.composite is None:
        why = "the ticket was not submitted" if isinstance(played.content, Drill) else "no ending was reached"
        return Block(Content.styled(f"not scored: {why} ({mark})", "$desk-soft"), above=1)
    word = ("✓ passed", "bold $desk-good") if score.passed else ("✗ not passed", "bold $desk-bad")
    text = Content.assemble((number(score.composite), "bold"), (" of 100  ", "$desk-soft"), word, (f"  ({mark})", "$desk-soft"))
    return Block(text, above=1)


def _critical(words: str, line: int | None) -> Block:
    where = f" (line {line})" if line else ""
    return Block(Content.styled(clean_line(words) + where, "bold $desk-bad"), Content.styled("✗ ", "bold $desk-bad"), above=1)


def _part(name: str, value: float | None, *, soft: bool = False, above: int = 0) -> Block:
    label = Content.styled(name.ljust(LABEL + 2), "$desk-soft" if soft else "bold")
    drawn = bar(value or 0.0, BAR, "$desk-soft" if soft else "$desk-accent")
    words = Content.styled("not rated" if value is None else f"{number(value):>4}", "$desk-soft" if soft or value is None else "bold")
    return Block(words if value is None else drawn + words, label, above=above)


def _simulated(score: Score, *, formulas: bool) -> list[Block]:
    if not score.ended:
        return []
    csat = "–" if score.csat_proxy is None else f"{score.csat_proxy:.1f} of 5"
    rows = (
        ("Satisfaction", csat, CSAT),
        ("First contact", YES_NO[score.fcr_proxy], "resolved, nothing promised falsely, no required step skipped"),
        ("Avoidable esc.", YES_NO[score.escalation_proxy], "escalated although a resolved ending of higher value existed"),
    )
    blocks = [heading("Simulated, not measured")]
    for name, value, formula in rows:
        text = Content.assemble(value, (f"\n= {formula}", "$desk-soft")) if formulas else Content(value)
        blocks.append(Block(text, Content.styled(name.ljust(LABEL + 4), "$desk-soft")))
    blocks.append(Block(Content.styled(f"trust {score.trust}, heat {score.heat}, effort {score.effort} at the end", "$desk-soft")))
    return blocks


def to_meet_again(mistakes: int, above: int = 1) -> list[Block]:
    """How many wrong moments can be met again, and the key for it; nothing where there is none."""
    if not mistakes:
        return []
    words = f"Learn from my mistakes: {count(mistakes, 'moment')} to try again, key l"
    return [Block(Content.styled(words, "bold $desk-accent"), Content.styled("↻ ", "bold $desk-accent"), above=above)]


def lost(played: Played, above: int = 1) -> list[Block]:
    """Every Deduction: how much, of which part, where and why."""
    told = [each for each in played.score.deductions if each.lost >= SMALLEST_LOSS]
    blocks = [heading("What was lost, and where" if told else "Nothing was lost", above=above)]
    return blocks + [_deduction(each, played) for each in told]


def _deduction(each: Deduction, played: Played) -> Block:
    line = played.transcript.line_of(each.seq)
    said = each.sop is not None and each.sop in each.reason
    facts = (f"line {line}" if line else "", "" if said else _step(each, played), each.dimension or "")
    where = ", ".join(fact for fact in facts if fact)
    gutter = Content.assemble((f"{-each.lost:>6.1f} ".replace("-", "−"), "bold $desk-warn"), (f"{each.part:<8} ", "$desk-soft"))
    return Block(Content.assemble(clean_line(each.reason), (f"  {clean_line(where)}" if where else "", "$desk-soft")), gutter)


def _step(each: Deduction, played: Played) -> str:
    """The SOP and the number of its step."""
    if not each.sop:
        return ""
    sop = played.content.sops.get(each.sop)
    step = sop.step(each.step) if sop is not None and each.step else None
    return f"{each.sop} step {step.number}" if step is not None else f"{each.sop} {each.step or ''}".strip()
