"""How a transcript line looks in each channel, and what a reply earned, as blocks of a Paper.

Customer, learner, desk, narrator and notes differ by name, glyph and indent; colour only repeats it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from branchline.text import clean, clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.words import LEVELS, change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario
    from branchline.journal.transcript import TranscriptLine
    from branchline.practice import Feedback

CUSTOMER, LEARNER, DESK, NOTE = "customer", "learner", "desk", "note"
LONGEST_NAME = 10
"""Columns a name takes beside what was said; the customer card has the whole name."""
VERDICTS = {
    "empathetic": ("▲", "$desk-good"),
    "neutral": ("◆", "$desk-warn"),
    "unempathetic": ("▼", "$desk-bad"),
    "unrated": ("○", "$desk-soft"),
}
"""Glyph and colour of each word for a reply."""


def short_name(scenario: Scenario) -> str:
    """What the customer is called beside their lines."""
    first = clean_line(scenario.customer.name).split(" ")[0]
    return Content(first or "Customer").truncate(LONGEST_NAME, ellipsis=True).plain


def said(line: TranscriptLine, scenario: Scenario, *, numbered: bool = False) -> Block:
    """One transcript line; `numbered` puts its number in front."""
    block = _taken_back(line) if not line.standing else _LOOKS.get(scenario.channel, _on_phone)(line, scenario)
    if not numbered:
        return block
    return replace(block, margin=Content.styled(f"{line.number:>3}  ", "$desk-soft"), above=0)


def _taken_back(line: TranscriptLine) -> Block:
    words = Content.assemble((clean(line.text), "strike $desk-soft"), ("  taken back", "italic $desk-soft"))
    return Block(words, Content.styled("↶ ", "$desk-soft"), indent=2)


def _around(line: TranscriptLine) -> Block | None:
    """Lines that look the same in every channel: what the desk shows, the narrator, notes."""
    text = clean(line.text)
    if line.speaker == DESK:
        return Block(Content.styled(text, "$desk-soft"), Content.styled("▪ desk  ", "bold $desk-soft"), above=1, indent=2)
    if line.speaker == NOTE:
        return Block(Content.styled(text, "italic $desk-soft"), Content.styled("· ", "$desk-soft"), above=1, indent=2)
    if line.speaker not in {CUSTOMER, LEARNER}:
        return Block(Content.styled(text, "italic"), above=1, indent=2)
    return None


def _name(line: TranscriptLine, scenario: Scenario) -> tuple[str, str, str]:
    """Glyph, name and style of who speaks."""
    return ("▸", "You", "$desk-accent") if line.speaker == LEARNER else ("◂", short_name(scenario), "$desk-ink")


def _on_phone(line: TranscriptLine, scenario: Scenario) -> Block:
    if around := _around(line):
        return around
    glyph, name, style = _name(line, scenario)
    width = max(4, Content(short_name(scenario)).cell_length)
    gutter = Content.styled(f"{glyph} {name}".ljust(width + 2) + "  ", f"bold {style}")
    return Block(Content.styled(f"“{clean(line.text)}”", style), gutter, above=1)


def _in_chat(line: TranscriptLine, scenario: Scenario) -> Block:
    if around := _around(line):
        return around
    _, name, style = _name(line, scenario)
    text = Content.assemble((name, f"bold {style}"), "\n", (clean(line.text), style))
    mine = line.speaker == LEARNER
    return Block(text, Content.styled("┃ ", style), above=1, repeat=True, indent=10 if mine else 0)


def _by_email(line: TranscriptLine, scenario: Scenario) -> Block:
    if around := _around(line):
        return around
    _, name, style = _name(line, scenario)
    other = short_name(scenario) if line.speaker == LEARNER else "You"
    head = Content.assemble(("From: ", "$desk-soft"), (name, f"bold {style}"), ("   To: ", "$desk-soft"), (other, "$desk-soft"))
    return Block(head + Content.assemble("\n", (clean(line.text), style)), Content.styled("│ ", "$desk-rule"), above=1, repeat=True)


def _on_ticket(line: TranscriptLine, scenario: Scenario) -> Block:
    if around := _around(line):
        return around
    glyph, name, style = _name(line, scenario)
    head = Content.assemble((f"{glyph} {name}", f"bold {style}"), (" public reply" if line.speaker == LEARNER else " wrote", "$desk-soft"))
    return Block(head + Content.assemble("\n", (clean(line.text), style)), Content("  "), above=1, repeat=True, ground="on $desk-panel")


_LOOKS = {"phone": _on_phone, "chat": _in_chat, "email": _by_email, "ticket": _on_ticket}


def earned(found: Feedback, trust: int, heat: int) -> list[Block]:
    """What a reply earned on each dimension, why, and what the best reply said; `trust` and `heat` are those after it."""
    glyph, style = VERDICTS.get(found.word, VERDICTS["unrated"])
    moved = Content.styled(f"trust {trust} ({change(found.trust)})  heat {heat} ({change(found.heat)})", "$desk-soft")
    blocks = [_note(Content.assemble((f"{glyph} {found.word}", f"bold {style}"), "   ", moved), above=1)]
    if found.dimensions:
        blocks.append(_note(Content(""), parts=tuple(_dimension(*each) for each in found.dimensions)))
    if found.critical:
        words = f"✗ Critical error ({clean_line(found.critical)}): a session with it is not passed."
        blocks.append(_note(Content.styled(words, "bold $desk-bad")))
    if found.flags:
        flags = ", ".join(flag.replace("_", " ") for flag in found.flags)
        blocks.append(_note(Content.assemble(("! Noticed: ", "bold $desk-warn"), clean_line(flags))))
    if found.because:
        blocks.append(_note(Content.assemble(("Why ", "bold"), clean(found.because))))
    if found.best_say:
        because = (clean(found.best_because), "$desk-soft")
        blocks.append(_note(Content.assemble(("Best ", "bold $desk-good"), f"“{clean(found.best_say)}” ", because)))
    if found.steps:
        blocks.append(_note(Content.assemble(("✓ Steps ", "bold $desk-good"), clean_line(", ".join(found.steps)))))
    return blocks


def _dimension(name: str, level: int, best: int) -> Content:
    """The level as dots, with the best reply's where that was higher."""
    better = f" (best {LEVELS[best]})" if best > level else ""
    return Content.assemble((f"{name} ", "$desk-soft"), LEVELS[level], (better, "$desk-soft"))


def _note(text: Content, above: int = 0, parts: tuple[Content, ...] = ()) -> Block:
    return Block(text, Content.styled("▏ ", "$desk-accent"), above=above, ground="on $desk-panel", repeat=True, indent=2, parts=parts)


def told(lines: Sequence[TranscriptLine], customer: str) -> str:
    """A transcript as plain text, one paragraph per line that stands."""
    names = {"customer": clean_line(customer) or "Customer", "learner": "You", "desk": "Desk", "note": "Note"}
    named = ((names.get(line.speaker, ""), line.text) for line in lines if line.standing)
    return "\n".join(f"{name}: {text}" if name else text for name, text in named)
