"""A mistake met again, as blocks of a Paper: what was said then, what a try would have earned and cost, and the solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.engine.events import TIMEOUT
from branchline.text import clean, clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.chart import LOOKS
from branchline.tui.widgets.said import earned, said
from branchline.tui.widgets.said_here import line_of
from branchline.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchline.coaching.met_again import Answer
    from branchline.practice.retry import DrillAgain, Retired, Retry, Tried
    from branchline.scoring import Deduction


def position(met: Retry) -> list[Block]:
    """The conversation up to the mistake, and what was said then."""
    blocks = [said(line, met.scenario) for line in met.position.lines]
    if met.edited:
        blocks.append(_aside("The scenario was edited since; this is how it reads now."))
    then = met.position.chosen_say
    if met.position.chosen == TIMEOUT:
        words = Content("You said nothing until the time was up.")
    else:
        words = Content(f"“{clean(then)}”" if then else "What you said then is gone from the scenario.")
    return [*blocks, Block(words, Content.styled("✗ Then you said  ", "bold $desk-warn"), above=1)]


def position_at_desk(met: DrillAgain) -> list[Block]:
    """The ticket's story up to the act, what was done then, and how it is met again."""
    blocks = [line_of(line, met.review.content) for line in met.lines]
    done = clean_line(met.done) or "You submitted the ticket."
    points = count(round(100 * met.item.wrong.loss), "point")
    blocks.append(Block(Content(done), Content.styled("✗ Then you did  ", "bold $desk-warn"), above=1))
    return [*blocks, _aside(f"It lost {points} of 100. Play on from before it, or work the drill once more.")]


def asked(met: Retry) -> list[Block]:
    """The question, and the replies with their digits; what was tried in vain is marked."""
    vain = {each.answer.id for each in met.tried if not each.accepted}
    blocks = [heading("What would have been better?", above=0)]
    for each in met.offered():
        tried = each.id in vain
        digit = Content.styled(f"{each.number:>2} ", "bold $desk-accent") if not tried else Content.styled(" ✗ ", "bold $desk-bad")
        blocks.append(Block(Content.styled(clean(each.say), "$desk-soft") if tried else Content(clean(each.say)), digit))
    return blocks


def explained(tried: Tried, met: Retry) -> list[Block]:
    """A try: what it says, whether it is accepted, what it gives away, and why."""
    answer, state = tried.answer, met.position.state
    mark, style = ("✓ Accepted", "$desk-good") if tried.accepted else ("✗ Not that", "$desk-bad")
    costs = f"gives away {count(round(answer.regret), 'point')} of 100" if round(answer.regret) else "gives nothing away"
    verdict = Content.assemble((f"{mark}: ", f"bold {style}"), f"{costs} ", (f"({answer.word})", "$desk-soft"))
    found = tried.feedback
    return [
        Block(Content.styled(f"“{clean(answer.say)}”", "$desk-accent"), Content.styled("▸ You try  ", "bold $desk-accent"), above=1),
        Block(verdict, Content("  ")),
        *earned(found, state.trust + found.trust, state.heat + found.heat),
    ]


def solution(answers: Sequence[Answer], chosen: str) -> list[Block]:
    """Every other reply, the best first: those that are accepted with the reason, the others with what they give away."""
    others = [each for each in answers if each.id != chosen]
    title = "Also acceptable" if any(each.accepted for each in others) else "No other reply is acceptable here"
    return [heading(title if chosen else "The solution"), *map(_weighed, others)]


def _weighed(answer: Answer) -> Block:
    glyph, style, _ = LOOKS[answer.word]
    facts = answer.word + (f" −{answer.regret:.0f}" if round(answer.regret) else "")
    say = Content.assemble((f"“{clean(answer.say)}”", "$desk-ink" if answer.accepted else "$desk-soft"))
    because = Content.assemble("\n", (clean(answer.because), "$desk-soft")) if answer.accepted and answer.because else Content("")
    return Block(Content.assemble((f"{facts}  ", style)) + say + because, Content.styled(f"{glyph:>2} ", style))


def lost_there(lost: Iterable[Deduction]) -> list[Block]:
    """What an act at the desk lost, and why."""
    gutter = "bold $desk-warn"
    blocks = [Block(Content(clean_line(each.reason)), Content.styled(f"−{each.lost:.1f} {each.part}  ", gutter)) for each in lost]
    return [heading("What was lost there"), *blocks]


def worked(loss: float, *, solved: bool) -> list[Block]:
    """What came of playing on at the desk."""
    mark, style = ("✓ Accepted", "$desk-good") if solved else ("✗ Not that", "$desk-bad")
    words = f"{count(round(100 * loss), 'point')} of 100 would be lost there."
    return [Block(Content.assemble((f"{mark}: ", f"bold {style}"), words), Content("  "), above=1)]


def retired(found: Iterable[Retired]) -> list[Block]:
    """Moments that cannot be met any more, with the reason."""
    return [_aside(f"Retired: {clean_line(each.item.wrong.row.title)}. {clean_line(each.reason)}") for each in found]


def ended(outcomes: Sequence[str], left: int, next_due: str) -> list[Block]:
    """The sitting in numbers, and when something comes due again."""
    words = (("solved", "✓"), ("shown", "○"), ("skipped", "↷"))
    blocks = [heading("That was all for now", above=0)]
    blocks += [Block(Content(f"{outcomes.count(word)} {word}"), Content(f"{glyph} ")) for word, glyph in words if word in outcomes]
    if left:
        blocks.append(_aside(f"{count(left, 'mistake')} still due."))
    elif next_due:
        blocks.append(_aside(f"The next one comes due {next_due}."))
    return blocks


def _aside(words: str) -> Block:
    return Block(Content.styled(words, "italic $desk-soft"), Content.styled("· ", "$desk-soft"), above=1)
