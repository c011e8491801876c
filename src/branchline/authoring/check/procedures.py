"""P: what replies carry out, beside what the cited SOPs say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.authoring.check.reaching import reach
from branchline.content.build import deed
from branchline.content.desk_types import TICKET_VERBS
from branchline.content.diagnostic import Span
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from branchline.authoring.check.report import Report
    from branchline.authoring.check.subject import Subject
    from branchline.content.compiled import Deed
    from branchline.content.findings import Places
    from branchline.content.sop import Sop

_APPROVALS = frozenset({"request_approval"})
_FIRST_TIER = "1"


def in_force(sops: Mapping[str, Sop], cited: Sequence[str], places: Places, today: str, report: Report) -> None:
    """P302 and P303: SOPs that no longer hold on the ISO date `today`, or not yet."""
    for number, sop_id in enumerate(cited):
        sop = sops.get(sop_id)
        if sop is None:
            continue
        span = places.span(("sops", number))
        if sop.expired(today):
            report.add(
                "P302", span, f"Version {sop.version} of {sop_id} holds only until {sop.expires}.", "Cite what replaced it, or renew it."
            )
        elif sop.effective > today:
            report.add(
                "P303",
                span,
                f"Version {sop.version} of {sop_id} holds only from {sop.effective}.",
                "Until then people follow another version.",
            )


def authority(subject: Subject, report: Report) -> None:
    """P304: amounts that nobody may decide, or not without an approval that the scenario never asks for."""
    every = subject.deeds
    asked = any(_act(done, subject) in _APPROVALS for done, *_ in every)
    for done, choice, flat, path in every:
        amount = dict(done.arguments).get("amount")
        if choice.critical or not isinstance(amount, int | float) or isinstance(amount, bool):
            continue
        for limit in _limits(done, subject):
            most, first = max(limit.values()), limit.get(_FIRST_TIER)
            span = flat.group.places.span(path)
            if amount > most:
                message = f"{amount:g} is more than anybody may decide; the highest limit is {most:g}."
                report.add("P304", span, message, "Mark the reply `critical`, or lower the amount.")
            elif first is not None and amount > first and not (asked or choice.when or choice.locked_when or flat.group.prefix):
                message = f"{amount:g} is above the limit of tier {_FIRST_TIER}, {first:g}, and no reply asks for approval."
                report.add("P304", span, message, "Give the reply a guard, or let another one request approval.")


def _act(done: Deed, subject: Subject) -> str:
    """The verb that carries it out."""
    if done.do:
        return done.do
    sop = subject.loaded.sops.get(done.sop)
    step = None if sop is None else sop.step(done.step)
    return "" if step is None else step.do


def _limits(done: Deed, subject: Subject) -> Iterator[dict[str, float]]:
    """The limits by tier that bear upon an act: those of its name, such as `refund` for `issue_refund`."""
    words = set(_act(done, subject).split("_")) | {_act(done, subject), done.step}
    sops = [subject.loaded.sops[done.sop]] if done.sop in subject.loaded.sops else list(subject.loaded.sops.values())
    yield from (dict(tiers) for sop in sops for name, tiers in sop.limits.items() if name in words and tiers)


def unknown_acts(subject: Subject, verbs: Iterable[str], report: Report) -> None:
    """P305: acts that neither the desk nor a cited SOP knows."""
    known = {*TICKET_VERBS, *verbs}
    for sop in subject.loaded.sops.values():
        known |= {step.do for step in sop.steps if step.do} | {rule.do for rule in sop.never}
    for done, _, flat, path in subject.deeds:
        if done.do and done.do not in known:
            guess = report.guess(done.do, known)
            hint = guess if guess.startswith("Did") else "Declare it in `scenarios/desk.yaml`."
            report.add("P305", flat.group.places.span((*path, "do")), f"Nobody knows the act `{clean_line(done.do)}`.", hint)


def avoidable(subject: Subject, report: Report) -> None:
    """P301: required steps that can be left out on a way to the ending of highest value; ways are taken as drawn."""
    endings = subject.authored.endings
    best = max((ending.value for ending in endings.values() if ending.value is not None), default=None)
    if not best or not subject.start:
        return
    goals = {name for name, ending in endings.items() if ending.value == best}
    for number, sop_id in enumerate(subject.authored.sops):
        sop = subject.loaded.sops.get(sop_id)
        found = {name: goal for name in (() if sop is None else _always_due(sop)) if (goal := _without(f"{sop_id}/{name}", goals, subject))}
        if found:
            goal = next(iter(found.values()))
            message = f"The ending `{goal}`, of the highest value, can be reached without {', '.join(found)} of {sop_id}."
            report.add("P301", subject.places.span(("sops", number)), message, "`branchline prove` tells whether such a way passes.")


def _always_due(sop: Sop) -> list[str]:
    """The steps that every outcome requires."""
    due = [step.id for step in sop.required]
    return [name for name in due if all(name in outcome.requires for outcome in sop.outcomes)]


def _without(step: str, goals: set[str], subject: Subject) -> str:
    """An ending among `goals` that some way reaches without `step`, or empty; also where no reply carries the step out at all."""
    doing = {
        (flat.id, choice.id)
        for flat in subject.nodes
        for choice in flat.authored.choices
        if any(deed(entry).name == step for entry in choice.does)
    }
    if not doing:
        return ""
    onward = {name: [way.to for way in ways if (name, way.choice) not in doing] for name, ways in subject.ways.items()}
    return min(goals & reach([subject.start], onward), default="")


def advice(sop: Sop, report: Report) -> None:
    """P306: how much of an SOP is advice that nothing checks."""
    plain = [step for step in sop.steps if not step.id]
    if plain:
        first = plain[0]
        span = Span(sop.file, first.line, 1, first.line, 1 + len(str(first.number))) if first.line else Span(sop.file, 1, 1, 1, 1)
        several = "lines are" if len(plain) > 1 else "line is"
        message = f"{len(plain)} of {len(sop.steps)} numbered {several} advice: shown, never scored."
        report.add("P306", span, message, "A line is scored when a brace block with an id and an act ends it.")


def rules(subject: Subject, verbs: Iterable[str], today: str, report: Report) -> None:
    """Every rule about the SOPs of a scenario."""
    in_force(subject.loaded.sops, subject.authored.sops, subject.places, today, report)
    authority(subject, report)
    unknown_acts(subject, verbs, report)
    avoidable(subject, report)


def verbs_of(data: Any) -> frozenset[str]:
    """The verbs that a desk file declares; none where it is of another shape."""
    verbs = data.get("verbs") if isinstance(data, dict) else None
    return frozenset(str(name) for name in verbs) if isinstance(verbs, dict) else frozenset()
