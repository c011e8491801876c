"""The session as a terminal recording: asciicast v2 and v3, with a marker at every moment.

Both formats are written from the same beats, in whole milliseconds: v2 counts from the beginning, v3 from the event before. Pauses are
cut here and not left to a player (a header's `idle_time_limit`), because players cut the output and forget the markers.
Formats: docs.asciinema.org/manual/asciicast/v2 and …/v3.
"""

from __future__ import annotations

import contextlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.coaching.exports import words
from branchline.coaching.marks import COMMENT
from branchline.coaching.review import IDLE
from branchline.text import clean_line, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.coaching.exports.told import Line, Projection

COLUMNS, ROWS = 100, 30
SHORTEST, LONGEST = 400, 2000
"""Milliseconds between two events of the session: a pause is cut, and what a script played in no time can be followed."""
OUTPUT, MARKER = "o", "m"
_TERMINAL = "xterm-256color"
_RESET = "\x1b[0m"
_FAINT = "\x1b[2m"
_SPEAKERS = {"customer": "\x1b[1;36m", "learner": "\x1b[1;32m", "desk": _FAINT, "note": _FAINT, "narrator": _FAINT}
_WORDS = {"best": "\x1b[32m", "good": "\x1b[36m", "inaccuracy": "\x1b[33m", "mistake": "\x1b[31m", "blunder": "\x1b[1;31m"}


class Beat(NamedTuple):
    """One event of the recording."""

    at: int
    """Milliseconds since it began."""
    code: str
    """`o` output, `m` marker."""
    data: str


def asciicast_v2(found: Projection) -> str:
    """A header, and one line an event with its time since the beginning in seconds."""
    header = {"version": 2, "width": COLUMNS, "height": ROWS, **_about(found), "env": {"TERM": _TERMINAL}}
    return _lines(header, ([beat.at / 1000, beat.code, beat.data] for beat in beats(found)))


def asciicast_v3(found: Projection) -> str:
    """A header, and one line an event with the seconds since the event before."""
    header = {"version": 3, "term": {"cols": COLUMNS, "rows": ROWS, "type": _TERMINAL}, **_about(found)}
    told = beats(found)
    earlier = [0, *(beat.at for beat in told)]
    return _lines(header, ([(beat.at - before) / 1000, beat.code, beat.data] for beat, before in zip(told, earlier, strict=False)))


def beats(found: Projection) -> Sequence[Beat]:
    """Heading, transcript with its moments, and result; each event `SHORTEST` to `LONGEST` behind the one before."""
    told = [Beat(0, OUTPUT, _shown(f"{words.heading(found)}\n", _FAINT))]
    clock = earlier = seq = 0
    for line in found.lines:
        now = round(line.elapsed * 1000)
        if line.seq != seq:
            clock += min(max(now - earlier, SHORTEST), LONGEST)
        earlier, seq = max(now, earlier), line.seq
        told += (Beat(clock, code, data) for code, data in _line(found, line))
    scores = [f"{words.parts(found)}."] if found.finished else []
    closing = [words.verdict(found), *scores, words.curve(found), *map(words.scored, found.scored)]
    told.append(Beat(clock + LONGEST, OUTPUT, _shown("\n" + "\n".join(closing), "\x1b[1m")))
    return told


def _line(found: Projection, line: Line) -> Iterator[tuple[str, str]]:
    """The line as it appears; a moment's marker stands right before it, at the same time."""
    moment = found.moment_of(line.seq)
    mine = moment if moment is not None and moment.line == line.number else None
    if line.idle >= IDLE:
        yield OUTPUT, _shown(f"… {line.idle:.0f} s nothing happened", _FAINT)
    if mine is not None:
        yield MARKER, " ".join(filter(None, (f"{mine.number}", words.judged(mine), words.points(mine), mine.name)))
    taken_back = "" if line.standing else " (taken back)"
    text = f"{line.who}: {line.text}{taken_back}" if line.who else f"{line.text}{taken_back}"
    yield OUTPUT, _shown(text, _SPEAKERS.get(line.speaker, ""), head=len(line.who) + 1 if line.who else None)
    if mine is not None:
        better = next((each for each in mine.best if mine.flagged and each.said), None)
        judged = " ".join(filter(None, (words.judged(mine), words.points(mine))))
        yield OUTPUT, _shown(f"  {judged}" + (f"; best: “{better.said}”" if better else ""), _WORDS.get(mine.word, _FAINT))
    for comment in found.comments_at(line.seq):
        if comment.line == line.number:
            yield MARKER, clean_line(f"{COMMENT} {comment.who}: {comment.text}")
            yield OUTPUT, _shown(f"  {COMMENT} {words.said(comment)}: {comment.text}", "\x1b[35m")


def _shown(text: str, style: str, head: int | None = None) -> str:
    """The text in lines of the terminal, its first `head` characters (default: all of it) in that style."""
    wrapped = wrap(text, COLUMNS, "  ")
    split = len(wrapped) if head is None or head > len(wrapped) else head
    styled = f"{style}{wrapped[:split]}{_RESET}{wrapped[split:]}" if style else wrapped
    return styled.replace("\n", "\r\n") + "\r\n"


def _about(found: Projection) -> dict[str, Any]:
    about: dict[str, Any] = {"title": words.heading(found)}
    with contextlib.suppress(ValueError):
        about = {"timestamp": int(datetime.fromisoformat(found.started).timestamp()), **about}
    return about


def _lines(header: dict[str, Any], events: Iterator[list[Any]]) -> str:
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in (header, *events))
