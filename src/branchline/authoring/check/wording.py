"""L and A: how long and how plain texts are, and whether everybody can use them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.authoring.check.pieces import Said
from branchline.content.compiled import EMPATHETIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchline.authoring.check.report import Report
    from branchline.authoring.check.subject import Subject
    from branchline.content.diagnostic import Span
    from branchline.content.expand import FlatNode


class Phrases:
    """Turns of speech that are looked for as whole words.

    Each form is a pattern, by a mark: letters, in lower case, that everything it matches holds. Marks are asked for first, in all texts at
    once, since a pattern costs far more and most are never needed.
    """

    def __init__(self, forms: Mapping[str, str], flags: int = 0) -> None:
        """`flags` are those of `re`."""
        self.forms = forms
        self.flags = flags

    def found(self, texts: Sequence[Said]) -> Iterator[tuple[Said, re.Match[str]]]:
        """The first turn of speech in each of the texts that holds one."""
        whole = "\n".join(said.text for said in texts).lower()
        forms = [form for mark, form in self.forms.items() if mark in whole]
        if forms:
            pattern = re.compile(rf"\b(?:{'|'.join(forms)})\b", self.flags)
            yield from ((said, match) for said in texts if (match := pattern.search(said.text)))


SPEEDS = {"phone": 150, "chat": 220, "email": 230, "ticket": 230}
"""Words a minute: spoken on the phone, read elsewhere."""
READING = 230
"""Words a minute at which a learner reads a screen silently."""
_REPLY_SECONDS = {"phone": 30, "chat": 30, "email": 90, "ticket": 90}
_NODE_SECONDS = 150
_KEYS = 9
_SHOUT = 12
_PLAIN = 2

JARGON = Phrases(
    {
        "as per": "as per",
        "kindly revert": "kindly revert",
        "revert back": "revert back",
        "please be advised": "please be advised",
        "at your earliest convenience": "at your earliest convenience",
        "per our ": "per our (?:policy|records|terms)",
        "going forward": "going forward",
        "touch base": "touch base",
        "leverage": "leverage",
        "utili": "utili[sz]e",
        "escalated internally": "escalated internally",
        "our back": "our back ?end",
        "our ticketing system": "our ticketing system",
        "your case has been": "your case has been",
        "rest assured": "rest assured",
        " team": r"(?:tier|level) \d team",
        "sla": "SLAs?",
        "eta": "ETA",
        "rca": "RCA",
        "sop": "SOPs?",
        "l1": "L1",
        "l2": "L2",
        "l3": "L3",
        "kb article": "KB article",
    }
)
BLAME = Phrases(
    {
        "have": "you (?:should(?:n't| not)?|must) have",
        "failed to": "you failed to",
        "you forgot": "you forgot",
        "fault": "your (?:own )?fault",
        "clearly": "you clearly",
        "obviously": "you obviously",
        "calm down": "calm down",
        "as i ": "as I (?:already )?(?:said|told you|explained)",
        "as you were told": "as you were told",
        "to understand": "you(?:'ll| will)? (?:need|have) to understand",
        "if you had only": "if you had only",
        "nobody forced you": "nobody forced you",
    },
    re.IGNORECASE,
)
HOLDERS = re.compile(r"\b(TODO|TBD|FIXME|XXX)\b|\b[Ll]orem ipsum\b|^\s*\?\?\?+\s*$")
_SHORT = 40
"""Characters from which on a text has a word in it."""
_MARKS = ("TODO", "TBD", "FIXME", "XXX", "orem ipsum", "???")
"""What a place holder holds; asked first, since the pattern costs far more."""
_WORD = re.compile(r"[^\W\d_]")


def lengths(subject: Subject, report: Report) -> None:
    """L101, L102 and A001: replies and nodes that take long to say or read, and time limits shorter than that."""
    channel = subject.authored.channel
    limit = _REPLY_SECONDS[channel]
    by_node: dict[str, list[Said]] = {}
    for said in subject.said:
        by_node.setdefault(said.flat.id, []).append(said)
    for here in by_node.values():
        flat = here[0].flat
        words = 0
        for said in here:
            count = len(said.text.split())
            words += count
            seconds = count * 60 / SPEEDS[channel]
            if seconds > limit and said.reply:
                way = "say on the phone" if channel == "phone" else f"read in a {channel}"
                message = f"This reply takes {seconds:.0f} seconds to {way} ({count} words); {limit} are enough."
                report.add("L101", said.span(), message, "Say one thing at a time; let the rest follow.")
        reading = words * 60 / READING
        if reading > _NODE_SECONDS:
            message = f"`{flat.id}` takes {reading:.0f} seconds to read with its replies ({words} words)."
            report.add("L102", _key(flat), message, f"Let it have {_NODE_SECONDS} at most: split it, or shorten the replies.")
        timeout = flat.authored.timeout
        if timeout is not None and timeout.after < reading:
            message = f"The time limit ends after {timeout.after:g} seconds, and reading takes {reading:.0f} ({words} words)."
            span = flat.group.places.span((*flat.path, "timeout", "after"))
            report.add("A001", span, message, "Allow at least the time that reading takes; slow readers can play --untimed.")


def manner(subject: Subject, report: Report) -> None:
    """L103 and L104: words that a reply rated as clear or empathetic should not hold (English only)."""
    if not subject.authored.language.startswith("en"):
        return
    clear, warm = [], []
    for flat, worths in subject.rated:
        for number, (choice, e) in enumerate(zip(flat.authored.choices, worths, strict=True)):
            if choice.empathy is not None and choice.empathy.clarity == _PLAIN:
                clear.append(Said(choice.say, flat, ("choices", number, "say")))
            if e is not None and e >= EMPATHETIC and "blame_customer" not in choice.flags:
                warm.append(Said(choice.say, flat, ("choices", number, "say")))
    for said, found in JARGON.found(clear):
        message = f"“{found.group()}” is jargon, in a reply rated as clear."
        report.add("L103", said.at(*found.span()), message, "Say it in the customer's words, or rate clarity 1.")
    for said, found in BLAME.found(warm):
        message = f"“{found.group()}” can sound like blame, in a reply rated as empathetic."
        report.add("L104", said.at(*found.span()), message, "Say what we do now, or flag `blame_customer`.")


def holders(subject: Subject, report: Report) -> None:
    """L105, L106, A002 and A003: texts that are not written yet, empty, shouted, or without a word."""
    whole = "\n".join(said.text for said in subject.said)
    marked = any(mark in whole for mark in _MARKS)
    for said in subject.said:
        if marked or len(said.text) < _SHORT or said.text.isupper():
            _unfinished(said, report, marked=marked)


def _unfinished(said: Said, report: Report, *, marked: bool) -> None:
    text = said.text
    if marked and (found := HOLDERS.search(text)):
        report.add("L105", said.at(*found.span()), "This text is not written yet.", "Write what is said.")
    elif not text.strip():
        report.add("L106", said.span(), "This text is empty.", "Write what is said, or take it out.")
    elif not _WORD.search(text) and not any(char.isalnum() for char in text):
        report.add("A003", said.span(), "This text has no word: a screen reader may say nothing.", "Say it in words.")
    elif said.reply and text.isupper() and sum(char.isalpha() for char in text) >= _SHOUT:
        report.add("A002", said.span(), "This reply is written in capitals only.", "Screen readers may spell it, and it shouts.")


def crowds(subject: Subject, report: Report) -> None:
    """A004: more choices than there are digits to press."""
    for flat in subject.written:
        count = len(flat.authored.choices)
        if count > _KEYS:
            report.add(
                "A004",
                _key(flat),
                f"`{flat.id}` has {count} choices; the digits reach {_KEYS}.",
                "Split the decision, or guard some of them.",
            )


def _key(flat: FlatNode) -> Span:
    return flat.group.places.span(flat.path, key=True)


RULES = (lengths, manner, holders, crowds)
