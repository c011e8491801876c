"""What several formats say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.exports.told import NEVER, SMALLEST
from branchline.coaching.marks import UNJUDGED, counted, glyph
from branchline.text import minute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.coaching.exports.told import Lost, Projection, Said, Scored, Told

LEVELS = ("missed", "partly", "well done")
"""The words for the levels 0, 1 and 2 of a dimension."""
REDACTED = "Names, account ids, addresses and numbers that point at a person are replaced; the same word always stands for the same one."
GIVEN_UP = "The session was given up before its end. "
NOT_FINISHED = "The session is not finished; what stands so far is shown."


def heading(found: Projection) -> str:
    """What was played, by whom, when and how."""
    return f"{found.title} – {found.learner}, {minute(found.started)}, {found.mode} mode, {found.status}, version {found.version}"


def verdict(found: Projection) -> str:
    """Ending and score in one or two sentences."""
    result = found.result
    if not found.finished:
        return NOT_FINISHED
    ended = f"The conversation ended: {result.ending}. " if result.ending else GIVEN_UP if found.status == "abandoned" else ""
    passed = "passed" if result.passed else "not passed"
    return f"{ended}Result: {number(result.composite)} of 100, {passed} (pass mark {result.pass_mark})."


def parts(found: Projection) -> str:
    """Each part of the score with its number."""
    return ", ".join(f"{name} {number(value)}" for name, value in found.result.parts.items())


def number(value: float | None) -> str:
    """A part of the score as people read it."""
    return "not rated" if value is None else f"{value:.0f}"


def judged(moment: Told) -> str:
    """Glyph and word of a judgement, and that it was taken back where it was."""
    word = f"{glyph(moment.word)} {moment.word}" if moment.word else f"{UNJUDGED} not judged"
    return word if moment.stands else f"{word} (taken back)"


def points(moment: Told) -> str:
    """What the moment gave away, such as `−24.0`; empty where that is nothing."""
    return signed(-moment.regret) if moment.regret is not None and moment.regret >= SMALLEST else ""


def dimensions(moment: Told) -> str:
    """The level of each dimension, and the best reply's where it was higher."""
    levels = (
        f"{name} {LEVELS[level]}" + (f" ({LEVELS[best]} was possible)" if best > level else "") for name, level, best in moment.dimensions
    )
    return ", ".join(levels)


def noticed(moment: Told) -> str:
    """Flags and a critical error of the moment."""
    flags = [flag.replace("_", " ") for flag in moment.flags]
    return ", ".join([*flags, *([f"critical error ({moment.critical})"] if moment.critical else [])])


def curve(found: Projection) -> str:
    """The curve in a sentence: where it began, each fall, where it ended."""
    if found.start is None or not found.curve:
        return found.reason or "There is no curve: nothing was decided."
    falls = [f"{signed(moment.value)} after moment {moment.number}" for moment in found.curve if points(moment)]
    told = f"It begins at {signed(found.start)} points, the best that could be reached"
    told += f", falls to {', '.join(falls)}" if falls else ", falls nowhere"
    chance = f" Chance took {signed(found.luck)}." if abs(found.luck) >= SMALLEST else ""
    sampled = f" Values are sampled and may be off by {found.error:.1f} points." if found.sampled else ""
    return f"{told} and ends at {signed(found.achieved)}.{chance}{sampled}"


def counts(found: Projection) -> str:
    """How many moments were best, good, …; empty where none is judged."""
    return ", ".join(counted(word, many) for word, many in found.counts.items() if many)


def signed(value: float | None) -> str:
    """A number of points to one decimal, with a real minus sign; never −0.0."""
    return f"{round(value or 0.0, 1) + 0.0:.1f}".replace("-", "−")


def said(comment: Said) -> str:
    """Who wrote a comment and when, and how it stands."""
    kind = "" if comment.shared else ", private"
    return f"{comment.who}, {minute(comment.at)}{kind}{', resolved' if comment.resolved else ''}"


def scored(each: Scored) -> str:
    """Who scored the session with which rubric, and the total beside it."""
    total = "no item applies" if each.total is None else f"{each.total:.0f} of 100"
    return f"{each.who}, {minute(each.at)}{'' if each.shared else ', private'}: {total} by {each.rubric} version {each.version}"


def marks(each: Scored) -> Iterator[tuple[str, str, str, str]]:
    """Of each item its name, the coach's level, the machine's figure with what it suggests, and the reason."""
    machine = each.machine or ("",) * len(each.marks)
    return ((item, level, figure, reason) for (item, level, reason), figure in zip(each.marks, machine, strict=True))


def where(lost: Lost) -> str:
    """The line a deduction was lost on, with its beginning."""
    return f'line {lost.line}: "{lost.quote}"' if lost.line else NEVER
