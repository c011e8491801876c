"""X: whether the ids that statements carry stay the same and tell things apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.authoring.check.pieces import choices_of
from branchline.content.expand import ID_RULE, legal_id
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.authoring.check.report import Report
    from branchline.authoring.check.subject import Subject
    from branchline.content.diagnostic import Span
    from branchline.content.findings import Places

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-(?:[A-Za-z]{2}|\d{3}))?(-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*")


def content(content_id: str, language: str, places: Places, report: Report) -> None:
    """X003 and X004: an id or a language that statements cannot carry."""
    if not legal_id(content_id):
        report.add("X003", places.span(("id",)), f"`{clean_line(content_id)}` cannot be an id in statements.", ID_RULE)
    if not _LANGUAGE.fullmatch(language):
        report.add(
            "X004",
            places.span(("language",)),
            f"`{clean_line(language)}` is no language tag.",
            "Write `en`, `de` or `pt-BR`; an LRS refuses others.",
        )


def alike(subject: Subject, report: Report) -> None:
    """X001: ids of nodes or choices that differ in capitals only."""
    own = subject.written
    for one, other in _pairs([flat.id for flat in own if not flat.group.prefix]):
        _alike(one, other, subject.key(one), subject.key(other), report)
    for flat, _ in subject.rated:
        pairs = list(_pairs([choice.id for choice in flat.authored.choices]))
        paths = {choice.id: path for choice, path in choices_of(flat)} if pairs else {}
        for one, other in pairs:
            span, first = (flat.group.places.span((*paths[name], "id")) for name in (one, other))
            _alike(one, other, span, first, report)


def _pairs(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each name that differs from one before it in capitals only, with that one."""
    folded = {name.casefold() for name in names}
    if len(folded) == len(names):
        return
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield name, other


def _alike(name: str, other: str, span: Span, first: Span, report: Report) -> None:
    related = ((first, "the other one"),)
    report.add(
        "X001",
        span,
        f"`{name}` and `{other}` differ in capitals only.",
        "Reports that ignore case mix them up.",
        related=related,
    )


def renamed(subject: Subject, report: Report) -> None:
    """X002: a former id that another node or choice has now, or that two of them claim."""
    nodes = {flat.id for flat in subject.nodes}
    claimed: dict[str, Span] = {}
    for flat in subject.written:
        former = flat.authored.renamed_from
        if former:
            _former(flat.group.full(former), nodes - {flat.id}, flat.group.places.span((*flat.path, "renamed_from")), claimed, report)
        if not any(choice.renamed_from for choice in flat.authored.choices):
            continue
        here = {choice.id for choice in flat.authored.choices}
        own: dict[str, Span] = {}
        for choice, path in choices_of(flat):
            if choice.renamed_from:
                _former(choice.renamed_from, here - {choice.id}, flat.group.places.span((*path, "renamed_from")), own, report)


def _former(name: str, taken: set[str], span: Span, claimed: dict[str, Span], report: Report) -> None:
    hint = "Sessions recorded under the former id could not be told apart."
    if name in taken:
        report.add("X002", span, f"`{clean_line(name)}` is in use again.", hint)
    elif name in claimed:
        report.add("X002", span, f"Two claim the former id `{clean_line(name)}`.", hint, related=((claimed[name], "the other one"),))
    claimed.setdefault(name, span)


RULES = (alike, renamed)
