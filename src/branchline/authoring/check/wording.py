"""L and A: how long and how plain texts are, and whether everybody can use them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.authoring.check.subject import choices_of
from branchline.authoring.check.worth import empathy_of
from branchline.content.compiled import EMPATHETIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.authoring.check.report import Report
    from branchline.authoring.check.subject import Subject
    from branchline.content.diagnostic import Span
    from branchline.content.expand import FlatNode
    from branchline.content.findings import Path
    from branchline.content.scenario import AuthoredChoice

SPEEDS = {"phone": 150, "chat": 220, "email": 230, "ticket": 230}
"""Words a minute: spoken on the phone, read elsewhere."""
READING = 230
"""Words a minute at which a learner reads a screen silently."""
_REPLY_SECONDS = {"phone": 30, "chat": 30, "email": 90, "ticket": 90}
_NODE_SECONDS = 150
_KEYS = 9
_SHOUT = 12
_PLAIN = 2

JARGON = re.compile(
    r"\b(as per|kindly revert|revert back|please be advised|at your earliest convenience|per our (?:policy|records|terms)|going forward"
    r"|touch base|leverage|utili[sz]e|escalated internally|our (?:back ?end|ticketing system)|your case has been|rest assured"
    r"|(?:tier|level) \d team|SLAs?|ETA|RCA|SOPs?|L[123]|KB article)\b"
)
BLAME = re.compile(
    r"\b(you should(?:n't| not)? have|you must have|you failed to|you forgot|your (?:own )?fault|you (?:clearly|obviously)|calm down"
    r"|as I (?:already )?(?:said|told you|explained)|as you were told|you(?:'ll| will)? (?:need|have) to understand"
    r"|if you had only|nobody forced you)\b",
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
    for flat in subject.written:
        words = sum(_words(text) for text, _ in _lines(flat))
        for choice, path in choices_of(flat):
            count = _words(choice.say)
            words += count
            seconds = count * 60 / SPEEDS[channel]
            if seconds > limit:
                way = "say on the phone" if channel == "phone" else f"read in a {channel}"
                message = f"This reply takes {seconds:.0f} seconds to {way} ({count} words); {limit} are enough."
                report.add("L101", flat.group.places.span((*path, "say")), message, "Say one thing at a time; let the rest follow.")
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
    for flat in subject.written:
        for choice, path in choices_of(flat):
            here = (*path, "say")
            if choice.empathy is not None and choice.empathy.clarity == _PLAIN and (found := JARGON.search(choice.say)):
                span = flat.group.places.at(here, *found.span())
                report.add(
                    "L103",
                    span,
                    f"“{found.group()}” is jargon, in a reply rated as clear.",
                    "Say it in the customer's words, or rate clarity 1.",
                )
            if _warm(choice) and "blame_customer" not in choice.flags and (found := BLAME.search(choice.say)):
                span = flat.group.places.at(here, *found.span())
                report.add(
                    "L104",
                    span,
                    f"“{found.group()}” can sound like blame, in a reply rated as empathetic.",
                    "Say what we do now, or flag `blame_customer`.",
                )


def _warm(choice: AuthoredChoice) -> bool:
    e = empathy_of(choice)
    return e is not None and e >= EMPATHETIC


def holders(subject: Subject, report: Report) -> None:
    """L105, L106, A002 and A003: texts that are not written yet, empty, shouted, or without a word."""
    every = [(flat, text, path) for flat in subject.written for text, path in _texts(flat)]
    whole = "\n".join(text for _, text, _ in every)
    marked = any(mark in whole for mark in _MARKS)
    for flat, text, path in every:
        if marked or len(text) < _SHORT or text.isupper():
            _unfinished(flat, text, path, report)


def _unfinished(flat: FlatNode, text: str, path: Path, report: Report) -> None:
    found = HOLDERS.search(text)
    if found:
        report.add("L105", flat.group.places.at(path, *found.span()), "This text is not written yet.", "Write what is said.")
    elif not text.strip():
        report.add("L106", flat.group.places.span(path), "This text is empty.", "Write what is said, or take it out.")
    elif not _WORD.search(text) and not any(char.isalnum() for char in text):
        report.add("A003", flat.group.places.span(path), "This text has no word: a screen reader may say nothing.", "Say it in words.")
    elif path[-1] == "say" and text.isupper() and sum(char.isalpha() for char in text) >= _SHOUT:
        report.add(
            "A002",
            flat.group.places.span(path),
            "This reply is written in capitals only.",
            "Screen readers may spell it, and it shouts.",
        )


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


def _lines(flat: FlatNode) -> Iterator[tuple[str, Path]]:
    for number, line in enumerate(flat.authored.lines):
        for speaker, text in (("customer", line.customer), ("desk", line.desk), ("narrator", line.narrator)):
            if text is not None:
                yield text, (*flat.path, "lines", number, speaker)


def _texts(flat: FlatNode) -> Iterator[tuple[str, Path]]:
    yield from _lines(flat)
    yield from ((choice.say, (*path, "say")) for choice, path in choices_of(flat))


def _words(text: str) -> int:
    return len(text.split())


RULES = (lengths, manner, holders, crowds)
