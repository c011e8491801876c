"""V: variables that nobody uses, sets or asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.authoring.check.subject import IN_TEXT, NAME
from branchline.content.diagnostic import Edit, Fix
from branchline.content.language import Effect, RefKind, refs, writes
from branchline.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchline.authoring.check.report import Report
    from branchline.authoring.check.subject import Subject
    from branchline.content.expand import Group
    from branchline.content.source import Source


def unused(subject: Subject, report: Report) -> None:
    """V101, V102 and V103."""
    declared = subject.authored.variables
    if not declared:
        return
    read, written = _uses(subject)
    for name in declared:
        path = ("variables", name)
        span = subject.places.span(path, key=True)
        if name not in read and name not in written:
            fix = removal(subject.loaded.places, path)  # type: ignore[arg-type]
            report.add("V101", span, f"The variable `{name}` is never used.", "Delete it, or let a condition ask for it.", fix=fix)
        elif name not in written:
            report.add(
                "V102", span, f"Nothing ever changes the variable `{name}`.", "Let an effect set it; a fixed value belongs under `case`."
            )
        elif name not in read:
            report.add(
                "V103",
                span,
                f"Nothing ever asks for the variable `{name}`.",
                "Let a condition or a text read it, or delete it and its effects.",
            )


def _uses(subject: Subject) -> tuple[set[str], set[str]]:
    """The names that are read and those that are written; what cannot be parsed counts for both, under the name that was meant."""
    declared = subject.authored.variables
    read, written = set(_in_sops(subject)), set()
    for text, group in {(id(site.flat.group), site.text): (site.text, site.flat.group) for site in subject.sites}.values():
        asked = subject.asked(text, group)
        read |= _meant(text, declared) if asked is None else {ref.name for ref in asked if ref.kind is RefKind.VARIABLE}
    changes: dict[int, tuple[Group, set[str]]] = {}
    for flat in subject.written:
        _, texts = changes.setdefault(id(flat.group), (flat.group, set()))
        texts.update(flat.authored.on_enter, *(choice.effects for choice in flat.authored.choices))
    for text, group in [(text, group) for group, texts in changes.values() for text in texts]:
        effect = subject.effect(text, group)
        if effect is None:
            read |= _meant(text, declared)
            written |= _meant(text, declared)
        else:
            written.add(writes(effect).name)
            read |= _reads(effect)
    for said in subject.said:
        if "{" in said.text:
            read.update(IN_TEXT.findall(said.text))
    return read, written


def _reads(effect: Effect) -> set[str]:
    return {ref.name for ref in refs(effect.value) if ref.kind is RefKind.VARIABLE}


def _meant(text: str, declared: Iterable[str]) -> set[str]:
    known = list(declared)
    return {near for word in NAME.findall(text) if (near := nearest(word, known)) is not None}


def _in_sops(subject: Subject) -> Iterator[str]:
    """Every name in the guards of cited SOPs: they read variables too."""
    for sop in subject.loaded.sops.values():
        guards = [*(step.when for step in sop.steps), *(outcome.when for outcome in sop.outcomes), *(rule.when for rule in sop.never)]
        guards += [text for step in sop.steps for text in step.attributes.values()]
        for rule in (*getattr(sop, "must_escalate", ()), *getattr(sop, "must_not_escalate", ()), *getattr(sop, "raised", ())):
            guards.append(rule.when)
        for text in guards:
            yield from NAME.findall(text or "")


def removal(source: Source, path: tuple[str, str]) -> Fix | None:
    """The edit that takes the lines of one entry of a block mapping out; None where it does not stand on lines of its own."""
    key, value, whole = source.span(path, key=True), source.span(path), source.span(path[:1])
    if source.before(key).strip() or source.span(path[:1], key=True).line == key.line:
        return None
    only = whole.line == key.line and whole.end_line == value.end_line
    first = source.span(path[:1], key=True).line if only else key.line
    return Fix(safe=True, edits=(Edit(first, 1, value.end_line + 1, 1, ""),))


RULES = (unused,)
