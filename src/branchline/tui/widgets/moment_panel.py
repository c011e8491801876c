"""The moment: what was said or done, what it gave away, why, what it changed, and what would have been better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.content.compiled import Scenario
from branchline.content.facts import spelled
from branchline.engine.events import ChoiceMade, DeskActed, DrawMade, SopOpened, TicketChanged, TicketSubmitted, TimedOut, Undone
from branchline.engine.state import State
from branchline.journal.desk_telling import act_in_words
from branchline.text import clean, clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.chart import LOOKS
from branchline.tui.words import LEVELS, clock, number

if TYPE_CHECKING:
    from branchline.coaching.changes import Change
    from branchline.coaching.judging import Moment
    from branchline.engine.events import Event
    from branchline.journal.fold import Step
    from branchline.scoring import Deduction
    from branchline.scoring.feedback import Feedback
    from branchline.tui.board import Board

SOFT = "$desk-soft"
SMALLEST = 0.05
"""Points below which nothing is said of a loss; figures are shown to one decimal."""
PLAIN = {
    "best": "nothing better was open",
    "good": "a little better was open",
    "inaccuracy": "something better was open",
    "mistake": "something clearly better was open",
    "blunder": "something far better was open",
}
"""What a judgement means at a conversation."""
HAPPENED: dict[type, str] = {
    TimedOut: "Nothing was said until the time was up.",
    TicketSubmitted: "The ticket was submitted. What never happened is counted here.",
    TicketChanged: "Something happened that the designer of the drill wrote down.",
    Undone: "What came before it was taken back.",
}
YES_NO = {True: "yes", False: "no"}
NAMES = {"done": "✓ step done", "told": "✓ told", "trust": "trust", "heat": "heat", "minutes": "minutes"}


def moment_blocks(board: Board, seq: int, *, quoted: bool = True) -> list[Block]:
    """Everything there is to say of the event `seq`; unless `quoted`, what was said or done stands just above in the transcript."""
    step, mark = board.review.step(seq), board.mark(seq)
    blocks = _beginning(board) if seq == 1 else _verdict(board, seq)
    if waited := board.idle(seq):
        blocks.append(_note(f"░ {clock(waited)} idle before it", "$desk-warn"))
    if quoted:
        blocks += _done(step)
    found = board.review.feedback(seq)
    if found is not None:
        blocks += _earned(found)
    blocks += _lost(board, seq)
    if mark is not None and mark.moment is not None:
        blocks += _better(step, mark.moment, found)
    return [*blocks, *_changed(board.review.changes(seq))]


def _beginning(board: Board) -> list[Block]:
    """What was played, and what came of it in all."""
    row, judged, begun = board.review.row, board.judged, board.begun
    blocks = [Block(Content.styled("The session begins", "bold")), _note(f"{clean_line(row.learner)}, {row.mode} mode")]
    if begun is not None:
        blocks.append(_note(f"tier {clean_line(begun.tier)}, pass mark {begun.pass_mark}, seed {begun.seed}"))
    if judged is None or judged.reason:
        return blocks
    reached = f"Reached {judged.of_100(judged.achieved) or 0.0:.1f} of the 100 points of the best play."
    blocks.append(Block(Content(reached), above=1))
    if abs(judged.luck) >= SMALLEST:
        blocks.append(_note(_luck(judged.luck)))
    if judged.sampled:
        blocks.append(_note(f"Values are sampled and may be off by {judged.error:.1f} points.", "$desk-warn"))
    if board.whole:
        score = board.review.score
        parts = (("empathy", score.empathy), ("SOP accuracy", score.sop), ("outcome", score.outcome), ("composite", score.composite))
        blocks += [heading("Score"), *(_part(name, value) for name, value in parts)]
    return blocks


def _part(name: str, value: float | None) -> Block:
    return Block(Content.assemble((name.ljust(13), SOFT), (f"{number(value):>4}", "bold")), Content("  "))


def _verdict(board: Board, seq: int) -> list[Block]:
    """The judgement in a word, a figure and plain words."""
    mark, judged = board.mark(seq), board.judged
    if mark is None:
        return []
    glyph, style, words = LOOKS[mark.kind]
    if mark.chance is not None:
        return [_line(glyph, style, words), _note(_luck(mark.chance.luck))]
    moment = mark.moment
    if moment is None:
        return [_line(glyph, style, words)]
    if moment.loss is None or moment.regret is None:
        why = "judging …" if judged is None else "" if not judged.reason else clean_line(judged.reason)
        return [_line(glyph, style, words), *([_note(why)] if why else [])]
    said = moment.word if moment.stands else f"{moment.word}, taken back"
    figure = Content.styled(f"  −{moment.regret:.1f}", "bold $desk-warn") if moment.regret >= SMALLEST else Content("")
    plain = _plain(moment)
    blocks = [Block(Content.styled(said, style) + figure, Content.styled(f"{glyph} ", style)), _note(plain)]
    left = judged.of_100(moment.value) if judged is not None else None
    if left is not None:
        blocks.append(_note(f"{left:.0f} of 100 can still be reached" if moment.node != "desk" else f"{left:.0f} of 100 left"))
    return blocks


def _plain(moment: Moment) -> str:
    regret = moment.regret or 0.0
    if moment.node == "desk":
        return f"It cost {regret:.1f} of the 100 points." if regret >= SMALLEST else "It cost nothing."
    words = PLAIN[moment.word]
    return f"It gave away {regret:.1f} points: {words}." if regret >= SMALLEST else f"{words.capitalize()}."


def _luck(luck: float) -> str:
    if abs(luck) < SMALLEST:
        return "Chance changed nothing."
    return f"Chance took {luck:.1f} points." if luck > 0 else f"Chance gave {-luck:.1f} points."


def _done(step: Step) -> list[Block]:
    """What was said or done."""
    event, content = step.entry.event, step.content
    if isinstance(event, ChoiceMade) and isinstance(content, Scenario):
        found = content.choice(event.node, event.choice)
        said = found.say.show(step.before.core) if found is not None and isinstance(step.before, State) else event.choice
        return [_act(f"“{clean(said)}”"), _note(f"{event.node}.{event.choice}")]
    if isinstance(event, DeskActed) and not isinstance(content, Scenario):
        return [_act(clean(act_in_words(content, event))), *_answer(event)]
    words = _around(event)
    return [_note(words, "", above=1)] if words else []


def _act(words: str) -> Block:
    return Block(Content(words), Content.styled("▸ ", "bold $desk-accent"), above=1)


def _around(event: Event) -> str:
    """What happened around the conversation, in words."""
    match event:
        case DrawMade(node, branch, _):
            return f"Chance took way {branch + 1} at {node}."
        case SopOpened(sop, _):
            return sop
        case _:
            return HAPPENED.get(type(event), "")


def _answer(event: DeskActed) -> list[Block]:
    took = _note(f"{event.minutes:g} min")
    if not event.message:
        return [took]
    glyph, style = ("▪ ", SOFT) if event.ok else ("✗ ", "bold $desk-bad")
    return [Block(Content(clean(event.message)), Content.styled(glyph, style)), took]


def _earned(found: Feedback) -> list[Block]:
    blocks = []
    if found.dimensions:
        blocks.append(heading("Skills"))
        blocks += [_dimension(*each) for each in found.dimensions]
    if found.critical:
        blocks.append(_line("✗", "bold $desk-bad", f"critical: {found.critical}"))
    if found.flags:
        blocks.append(_line("!", "bold $desk-warn", ", ".join(flag.replace("_", " ") for flag in found.flags)))
    if found.because:
        blocks.append(Block(Content(clean(found.because)), Content.styled("why ", "bold"), above=1))
    blocks += [_line("✓", "bold $desk-good", f"did {step}") for step in found.steps]
    return blocks


def _dimension(name: str, level: int, best: int) -> Block:
    """The level as dots, with the best reply's where that was higher."""
    better = (f"  best {LEVELS[best]}", SOFT) if best > level else ("", "")
    return Block(Content.assemble((name.ljust(12), SOFT), LEVELS[level], better), Content("  "))


def _lost(board: Board, seq: int) -> list[Block]:
    """The Deductions of the event; at the submission also of what never happened."""
    step = board.review.step(seq)
    found = [*board.lost(seq), *(board.lost(None) if _closes(step) else ())]
    told = [each for each in found if each.lost >= SMALLEST]
    return [heading("Lost"), *(_deduction(each, step) for each in told)] if told else []


def _closes(step: Step) -> bool:
    """Whether what never happened is told there: at the submission, or at the end of a conversation."""
    return isinstance(step.entry.event, TicketSubmitted) or (isinstance(step.content, Scenario) and step.after.ended and not _decides(step))


def _decides(step: Step) -> bool:
    return isinstance(step.entry.event, ChoiceMade | TimedOut | DrawMade)


def _deduction(each: Deduction, step: Step) -> Block:
    sop = step.content.sops.get(each.sop) if each.sop else None
    known = sop.step(each.step) if sop is not None and each.step else None
    place = f"{each.sop} step {known.number}" if known is not None else each.sop or each.dimension or ""
    said = each.sop is not None and each.sop in each.reason
    where = "" if said or not place else f"  {clean_line(place)}"
    gutter = Content.styled(f"−{each.lost:.1f} ".rjust(7), "bold $desk-warn")
    return Block(Content.assemble((f"{each.part} ", SOFT), clean_line(each.reason), (where, SOFT)), gutter)


def _better(step: Step, moment: Moment, found: Feedback | None) -> list[Block]:
    """The best replies there, where this was none of them."""
    content, before = step.content, step.before
    if not isinstance(content, Scenario) or not isinstance(before, State) or moment.choice in moment.best:
        return []
    if not moment.best:
        return [] if found is None or not found.best_say else _reply("Kindest", found.best_say, found.best_because)
    blocks: list[Block] = []
    for name in moment.best:
        choice = content.choice(moment.node, name)
        if choice is not None:
            blocks += _reply("Best" if not blocks else "also best", clean(choice.say.show(before.core)), clean(choice.because))
    return blocks


def _reply(head: str, say: str, because: str) -> list[Block]:
    return [
        heading(head),
        Block(Content.assemble(f"“{say}”", (f"\n{because}" if because else "", SOFT)), Content.styled("● ", "$desk-good")),
    ]


def _changed(found: tuple[Change, ...]) -> list[Block]:
    return [heading("Changed"), *(_change(each) for each in found)] if found else []


def _change(each: Change) -> Block:
    name = NAMES.get(each.name, each.name.removeprefix("ticket.").replace("_", " "))
    old, new = (clean_line(_value(value)) for value in (each.old, each.new))
    moved = f"{old} → {new}" if old or each.name not in {"done", "told"} else new
    return Block(Content.assemble((f"{clean_line(name)} ", SOFT), (moved, "bold")), Content("  "))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return YES_NO[value]
    return spelled(value) if isinstance(value, int | float | str) else str(value)


def _line(glyph: str, style: str, words: str) -> Block:
    return Block(Content.styled(clean_line(words), style), Content.styled(f"{glyph} ", style))


def _note(words: str, style: str = SOFT, above: int = 0) -> Block:
    return Block(Content.styled(clean(words), style), Content("  "), above=above)
