"""The session as one HTML file: no script, no address that is asked, readable on a screen, on paper and by a screen reader."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from branchline.coaching.exports import words
from branchline.coaching.exports.page_curve import drawing
from branchline.coaching.exports.page_style import POLICY, STYLE
from branchline.coaching.marks import COMMENT
from branchline.coaching.review import IDLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.coaching.exports.told import Line, Projection, Said, Told

_SECTIONS = {"result": "Result", "curve": "Curve", "moments": "Moments", "coaches": "Coaches’ scores", "transcript": "Transcript"}


def page(found: Projection) -> str:
    """The whole page."""
    return "\n".join([*_head(found), *_body(found), "</html>", ""])


def _head(found: Projection) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{escape(found.title)} – review</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"


def _body(found: Projection) -> Iterator[str]:
    yield "<body>"
    yield '<a class="skip" href="#moments">To the moments</a>'
    yield "<header>"
    yield f'<h1 dir="auto">{_data(found.title)}</h1>'
    yield f'<p class="soft">{_data(words.heading(found))}<br>Session <code>{escape(found.session)}</code></p>'
    if found.redacted:
        yield f'<p class="notice">{words.REDACTED}</p>'
    yield "</header>"
    shown = {name: title for name, title in _SECTIONS.items() if name != "coaches" or found.scored}
    links = " · ".join(f'<a href="#{name}">{title}</a>' for name, title in shown.items())
    yield f'<nav aria-label="Sections"><p>{links}</p></nav>'
    yield "<main>"
    sections = {"result": _result, "curve": _curve, "moments": _moments, "coaches": _scored, "transcript": _transcript}
    for name, title in shown.items():
        yield f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>'
        yield from sections[name](found)
        yield "</section>"
    yield "</main>"
    yield "</body>"


def _result(found: Projection) -> Iterator[str]:
    result = found.result
    yield f"<p><strong>{_data(words.verdict(found))}</strong></p>"
    if not found.finished:
        return
    yield f"<p>{words.parts(found)}.</p>"
    if result.profile:
        yield f"<p>Empathy by dimension: {escape(', '.join(f'{name} {value:.0f}' for name, value in result.profile.items()))}.</p>"
    for critical in result.critical:
        yield f'<p class="blunder"><strong>Critical error</strong> ({_data(critical)})</p>'
    if not result.lost:
        yield "<p>Nothing was lost.</p>"
        return
    rows = (
        (
            f"{_number(words.signed(-lost.lost))}",
            f"<td>{escape(lost.part)}</td>",
            _cell(lost.reason, "long"),
            _cell(lost.step),
            _where(lost.line, lost.quote),
        )
        for lost in result.lost
    )
    yield from _table("What was lost, and where", ("Lost", "Part", "Why", "Step or dimension", "Where"), rows)


def _where(line: int | None, quote: str) -> str:
    if not line:
        return "<td>never happened</td>"
    return f'<td class="long" dir="auto"><a href="#l-{line}">line {line}</a>: “{_data(quote)}”</td>'


def _curve(found: Projection) -> Iterator[str]:
    yield "<figure>"
    yield from drawing(found)
    yield f'<figcaption id="curve-told">{_data(words.curve(found))}</figcaption>'
    yield "</figure>"


def _moments(found: Projection) -> Iterator[str]:
    if not found.moments:
        yield "<p>Nothing was decided.</p>"
        return
    if counts := words.counts(found):
        yield f"<p>{escape(counts)}.</p>"
    head = ("Moment", "Line", "Decision", "Judgement", "Lost", "Best")
    yield from _table("Every decision and what it was worth", head, (_row(found, moment) for moment in found.moments))
    for moment in found.moments:
        yield from _moment(found, moment)


def _row(found: Projection, moment: Told) -> tuple[str, ...]:
    line = f'<a href="#l-{moment.line}">{moment.line}</a>' if moment.line else ""
    comments = len(found.comments_at(moment.seq))
    noted = f' <span aria-label="{comments} comments" role="img">{COMMENT}</span>' if comments else ""
    return (
        f'<th scope="row"><a href="#m-{moment.seq}">{moment.number}</a>{noted}</th>',
        f"<td>{line}</td>",
        _cell(moment.name),
        f'<td class="judged {moment.word or "unjudged"}">{escape(words.judged(moment))}</td>',
        _number(words.points(moment)),
        _cell(", ".join(better.choice for better in moment.best)),
    )


def _moment(found: Projection, moment: Told) -> Iterator[str]:
    yield f'<article class="moment" id="m-{moment.seq}" tabindex="-1">'
    word = moment.word or "unjudged"
    yield f'<h3>Moment {moment.number}: <span class="{word}">{escape(words.judged(moment))} {words.points(moment)}</span></h3>'
    yield "<dl>"
    for name, told in _facts(moment):
        yield f'<dt>{name}</dt><dd dir="auto">{_data(told)}</dd>'
    yield "</dl>"
    if moment.line:
        yield f'<p><a href="#l-{moment.line}">In the transcript: line {moment.line}</a></p>'
    yield from _comments(found.comments_at(moment.seq))
    yield "</article>"


def _scored(found: Projection) -> Iterator[str]:
    for each in found.scored:
        yield f'<article class="moment"><h3>{_data(words.scored(each))}</h3>'
        if each.text:
            yield f'<p dir="auto">{_data(each.text)}</p>'
        beside = ["Machine"] if each.machine else []
        marks = (
            (_cell(item), _cell(level), *([_cell(machine)] if beside else []), _cell(reason, "long"))
            for item, level, machine, reason in words.marks(each)
        )
        yield from _table("What each item was given", ("Item", "Level", *beside, "Reason"), marks)
        yield from (f'<p dir="auto">{_data(capped)}</p>' for capped in each.capped)
        if each.answered:
            yield f'<p class="soft">Learner: {_data(each.answered)}</p>'
        yield "</article>"


def _comments(comments: Iterable[Said]) -> Iterator[str]:
    for comment in comments:
        kind = "comment answer" if comment.answer else "comment"
        yield f'<div class="{kind}" lang="en"><span aria-hidden="true">{COMMENT}</span> <strong>{_data(words.said(comment))}</strong>:'
        yield f"<bdi>{_data(comment.text)}</bdi>"
        if comment.answered:
            yield f'<br><span class="soft">Learner: {_data(comment.answered)}</span>'
        yield "</div>"


def _facts(moment: Told) -> Iterator[tuple[str, str]]:
    """What is told of a moment, name by name; what was best only where something better was possible."""
    facts = [("Decision", moment.name), ("Chosen", moment.said)]
    if moment.choice not in {better.choice for better in moment.best}:
        facts += [("Best", f"{better.said or better.choice} {_bracketed(better.because)}".strip()) for better in moment.best]
    facts += [("Why", moment.because), ("Dimensions", words.dimensions(moment)), ("Noticed", words.noticed(moment))]
    facts += [("Carried out", ", ".join(moment.steps)), ("Changed", ", ".join(moment.changes))]
    facts += [("Lost", f"{words.signed(-lost.lost)} {lost.part}: {lost.reason}") for lost in moment.lost]
    return ((name, told) for name, told in facts if told)


def _bracketed(text: str) -> str:
    return f"({text})" if text else ""


def _transcript(found: Projection) -> Iterator[str]:
    yield f'<ol class="transcript" lang="{escape(found.language)}">'
    for line in found.lines:
        yield from _line(found, line)
    yield "</ol>"


def _line(found: Projection, line: Line) -> Iterator[str]:
    idle = f'<span class="idle" lang="en">… {line.idle:.0f} s nothing happened</span>' if line.idle >= IDLE else ""
    who = f'<span class="who">{_data(line.who)}:</span> ' if line.who else ""
    text = f'<bdi class="text">{_data(line.text)}</bdi>'
    told = text if line.standing else f'<del>{text}</del> <span lang="en">(taken back)</span>'
    moment = found.moment_of(line.seq)
    mark = ""
    if moment is not None and moment.line == line.number:
        name = escape(f"{words.judged(moment)} {words.points(moment)}".strip())
        mark = f' <a class="{moment.word or "unjudged"}" lang="en" href="#m-{moment.seq}">{name}</a>'
    yield f'<li id="l-{line.number}" class="{line.speaker}">{idle}{who}{told}{mark}'
    if moment is None:
        yield from _comments(comment for comment in found.comments_at(line.seq) if comment.line == line.number)
    yield "</li>"


def _table(caption: str, head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"<table><caption>{caption}</caption>"
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    yield f"<thead><tr>{titles}</tr></thead>"
    yield "<tbody>"
    for row in rows:
        yield f"<tr>{''.join(row)}</tr>"
    yield "</tbody></table>"


def _cell(text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<td{named} dir="auto">{_data(text)}</td>'


def _number(text: str) -> str:
    return f'<td class="number">{text}</td>'


def _data(text: str) -> str:
    """Text from data: nothing in it can become markup."""
    return escape(text, quote=True)
