"""The session as a Markdown document; nothing that people wrote can become markup in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.coaching.exports import words
from branchline.coaching.marks import COMMENT, sparkline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.coaching.exports.told import Line, Lost, Projection, Told

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&@])")
_LINKED = re.compile(r"(?i)(:)(?=//)|(?<=www)(\.)")


def markdown(found: Projection) -> str:
    """The whole session: result with every deduction, curve, moments with what was best, transcript."""
    lines = [f"# {_escaped(found.title)}", "", _escaped(words.heading(found)), "", f"Session `{found.session}`"]
    if found.redacted:
        lines += ["", f"*{words.REDACTED}*"]
    sections = {"Result": _result(found), "Curve": _curve(found), "Moments": _moments(found), "Coaches' scores": _scored(found)}
    for title, body in {**sections, "Comments": _comments(found), "Transcript": _told(found)}.items():
        if (title.startswith("Coaches") and not found.scored) or (title == "Comments" and not found.comments):
            continue
        lines += ["", f"## {title}", "", *body]
    return "\n".join(lines) + "\n"


def _result(found: Projection) -> Iterator[str]:
    result = found.result
    yield _escaped(words.verdict(found))
    if not found.finished:
        return
    yield from ("", f"{words.parts(found)}.")
    if result.profile:
        yield from ("", f"Empathy by dimension: {', '.join(f'{name} {value:.0f}' for name, value in result.profile.items())}.")
    for critical in result.critical:
        yield from ("", f"**Critical error** ({_escaped(critical)})")
    yield from ("", "What was lost, and where:" if result.lost else "Nothing was lost.")
    if result.lost:
        yield ""
        yield from _table(("lost", "part", "why", "step or dimension", "where"), (_deduction(lost) for lost in result.lost))


def _deduction(lost: Lost) -> tuple[str, ...]:
    return (f"−{lost.lost:.1f}", lost.part, lost.reason, lost.step, words.where(lost))


def _curve(found: Projection) -> Iterator[str]:
    if found.start is not None and found.curve:
        values = [found.start, *(moment.value for moment in found.curve if moment.value is not None)]
        yield from (f"`{sparkline(values)}`", "")
    yield _escaped(words.curve(found))


def _moments(found: Projection) -> Iterator[str]:
    if not found.moments:
        yield "Nothing was decided."
        return
    if counts := words.counts(found):
        yield from (f"{counts}.", "")
    rows = ((str(each.number), str(each.line or ""), each.name, words.judged(each), words.points(each)) for each in found.moments)
    yield from _table(("moment", "line", "decision", "judgement", "lost"), rows)
    for moment in found.moments:
        if moment.flagged:
            yield from ("", *_closer(moment))


def _closer(moment: Told) -> Iterator[str]:
    """A moment worth another try: what was said, what would have been best, what it did."""
    yield f"### Moment {moment.number}: {words.judged(moment)} {words.points(moment)}"
    yield ""
    if moment.said:
        yield f"- Chosen: {_escaped(moment.said)}"
    for better in moment.best:
        yield f"- Best: {_escaped(better.said or better.choice)}" + (f" ({_escaped(better.because)})" if better.because else "")
    for name, told in (("Why", moment.because), ("Dimensions", words.dimensions(moment)), ("Noticed", words.noticed(moment))):
        if told:
            yield f"- {name}: {_escaped(told)}"
    if moment.changes:
        yield f"- Changed: {_escaped(', '.join(moment.changes))}"
    for lost in moment.lost:
        yield f"- Lost: −{lost.lost:.1f} {lost.part}: {_escaped(lost.reason)}"


def _scored(found: Projection) -> Iterator[str]:
    for each in found.scored:
        yield f"- **{_escaped(words.scored(each))}**" + (f": {_escaped(each.text)}" if each.text else "")
        for item, level, machine, reason in words.marks(each):
            beside = f" (machine {_escaped(machine)})" if machine else ""
            yield f"    - {_escaped(item)}: {_escaped(level)}{beside}" + (f" – {_escaped(reason)}" if reason else "")
        yield from (f"    - {_escaped(capped)}" for capped in each.capped)
        if each.answered:
            yield f"    - Learner: {_escaped(each.answered)}"


def _comments(found: Projection) -> Iterator[str]:
    for comment in found.comments:
        indent = "    " if comment.answer else ""
        place = f"line {comment.line}" if comment.line else f"entry {comment.seq}"
        on = "" if comment.answer else f' on {place}: "{_escaped(comment.quote)}"' if comment.quote else f" on {place}"
        yield f"{indent}- {COMMENT} **{_escaped(words.said(comment))}**{on}: {_escaped(comment.text)}"
        if comment.answered:
            yield f"{indent}    - Learner: {_escaped(comment.answered)}"


def _told(found: Projection) -> Iterator[str]:
    for line in found.lines:
        yield f"{line.number}. {_spoken(line)}"
        moment = found.moment_of(line.seq)
        if moment is not None and moment.line == line.number:
            yield f"    - {' '.join(filter(None, (words.judged(moment), words.points(moment))))}"
        for comment in found.comments_at(line.seq):
            if comment.line == line.number:
                yield f"    - {COMMENT} {_escaped(comment.who)}: {_escaped(comment.text)}"


def _spoken(line: Line) -> str:
    text = _escaped(f"{line.who}: {line.text}" if line.who else line.text)
    return text if line.standing else f"~~{text}~~"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(' --- ' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(_escaped(cell) for cell in row)} |"


def _escaped(text: str) -> str:
    flat = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _LINKED.sub(lambda found: f"\\{found[0]}", flat)
