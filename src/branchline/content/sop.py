"""SOP: a standard operating procedure, written in Markdown that people read as a card and the program reads as a model.

A numbered line with a brace block is a Step; one without is advice: shown, never scored. The same model is read from pure YAML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from branchline.content.diagnostic import Diagnostic, Severity, Span
from branchline.content.markdown import RawStep, numbered_steps, quotes, split_front_matter
from branchline.content.shape import shape_diagnostics
from branchline.content.sop_checks import Checked, check
from branchline.content.sop_model import Allowance, Escalation, Fact, Group, Never, Raised, Sop, SopOutcome, Step
from branchline.content.sop_shape import AuthoredEscalation, AuthoredGroup, AuthoredSop, minutes_of
from branchline.content.sop_steps import read_steps
from branchline.content.sop_yaml import looks_like_yaml, yaml_steps
from branchline.content.source import Source, decode, read_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

__all__ = ["CODES", "Group", "Never", "Sop", "SopOutcome", "Step", "read_sop"]

CODES = {
    "P101": "an SOP without front matter",
    "P102": "two steps with the same id",
    "P103": "no such step",
    "P104": "steps that wait for each other",
    "P105": "an attribute of a step that is not one",
    "P106": "a value that does not fit its attribute",
    "P107": "a group that cannot be",
    "P108": "an act that nobody knows",
    "P109": "an outcome that is never reached",
    "P110": "a condition that is never true",
    "P111": "an expected value that cannot be read",
    "P112": "a length of time that cannot be read",
    "P113": "steps given in two places",
}
"""What can be wrong with an SOP's meaning; its shape has S, its braces P2xx, its conditions C0xx."""


_MOST_CHARACTERS = 100_000
"""More than anybody reads while a customer waits."""


@dataclass(slots=True)
class _Read:
    """One file as far as it has been read."""

    authored: AuthoredSop
    source: Source
    intro: str
    raw: list[RawStep]
    rest: str
    allows: list[Allowance]
    findings: list[Diagnostic]
    groups: list[tuple[AuthoredGroup, Span]] = field(default_factory=list)


def read_sop(text: str | bytes, file: str, verbs: Collection[str] | None = None) -> tuple[Sop | None, list[Diagnostic]]:
    """The SOP in one file, Markdown or pure YAML, or None, and what is wrong with it.

    `verbs` are the acts that the desk knows; None leaves the acts of steps unchecked unless the SOP names its own.
    """
    whole = decode(text, file)
    if not whole.diagnostics and len(whole.text) > _MOST_CHARACTERS:
        whole.add("S004", whole.stretch(0, 1), f"The SOP has more than {_MOST_CHARACTERS:,} characters.", "Split it into several SOPs.")
    if whole.diagnostics:
        return None, whole.diagnostics
    front, front_line, body, body_line = split_front_matter(whole.text)
    pure = not front.strip()
    if pure and not looks_like_yaml(whole.text, file):
        hint = "Begin the file with `---`, the keys, and `---` again."
        return None, [Diagnostic("P101", Severity.ERROR, whole.stretch(0, 0), "The SOP has no front matter.", hint)]
    source = read_text(whole.text, file) if pure else read_text(front, file, first_line=front_line)
    if source.data is None or source.diagnostics:
        return None, source.diagnostics
    try:
        authored = AuthoredSop.model_validate(source.data)
    except ValidationError as error:
        return None, shape_diagnostics(error, source, AuthoredSop)
    read = _from_yaml(authored, source) if pure else _from_markdown(authored, source, body, body_line)
    return _meant(read, whole.text, verbs)


def _from_markdown(authored: AuthoredSop, source: Source, body: str, line: int) -> _Read:
    intro, raw, rest, found = numbered_steps(body, line, source.file)
    findings = list(found)
    for key in ("steps", "intro", "rest"):
        if key in source.data:
            message = f"`{key}` stands in pure YAML only; here it is the text below."
            findings.append(Diagnostic("P113", Severity.ERROR, source.span((key,), key=True), message, "Move it below the second `---`."))
    groups = [(group, source.span(("groups", at))) for at, group in enumerate(authored.groups)]
    return _Read(authored, source, intro, raw, rest, _allowed(authored, body, line, source.file), findings, groups)


def _from_yaml(authored: AuthoredSop, source: Source) -> _Read:
    findings: list[Diagnostic] = []
    raw, among = yaml_steps(source, findings)
    places = [source.span(("steps", at)) for at, entry in enumerate(authored.steps or ()) if "any_of" in entry or "all_of" in entry]
    groups = [(group, source.span(("groups", at))) for at, group in enumerate(authored.groups)]
    groups += zip(among, places, strict=False)
    line = source.span(("rest",)).line
    before, numbered, after, found = numbered_steps(authored.rest, line, source.file)
    if numbered:
        hint = "Write it as an entry of `steps` that has only a `text`."
        findings.append(Diagnostic("P113", Severity.ERROR, numbered[0].block, "A numbered line stands outside `steps`.", hint))
    rest = "\n".join(part for part in (before, after) if part)
    allows = _allowed(authored, authored.rest, line, source.file)
    return _Read(authored, source, authored.intro.strip("\n"), raw, rest, allows, [*findings, *found], groups)


def _allowed(authored: AuthoredSop, body: str, line: int, file: str) -> list[Allowance]:
    """The exceptions of the front matter and of the quotes that end in `{allow=code}`."""
    found = [Allowance(known.allow, known.text, tuple(known.for_), tuple(known.kinds)) for known in authored.exceptions]
    allowing = ((quote, quote.attributes.get("allow", "")) for quote in quotes(body, line, file))
    found += [
        Allowance(code, quote.text, _listed(quote.attributes, "for"), _listed(quote.attributes, "kinds"))
        for quote, code in allowing
        if code
    ]
    return found


def _listed(attributes: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in attributes.get(key, "").split(",") if part.strip())


def _meant(read: _Read, text: str, verbs: Collection[str] | None) -> tuple[Sop | None, list[Diagnostic]]:
    """The SOP with all that its meaning gets wrong; None where some of that is an error."""
    findings = read.findings
    steps = read_steps(read.raw, findings)
    places: dict[str, Span] = {}
    groups = tuple(group for authored, span in read.groups for group in _grouped(authored, span, "", places, findings))
    sop = _sop(read, steps, groups, text)
    check(Checked(sop, read.raw, read.source, findings, places), verbs)
    return (None if any(finding.severity is Severity.ERROR for finding in findings) else sop), findings


def _grouped(authored: AuthoredGroup, span: Span, name: str, places: dict[str, Span], findings: list[Diagnostic]) -> Iterator[Group]:
    """The group and those written out inside it, which are called by its id and their number; P107 where it cannot be."""
    group_id = authored.id or name
    written = authored.all_of if authored.all_of is not None else authored.any_of
    problem = _impossible(authored, group_id, written)
    if problem:
        findings.append(Diagnostic("P107", Severity.ERROR, span, *problem))
        return
    places.setdefault(group_id, span)
    members: list[str] = []
    inner: list[AuthoredGroup] = []
    for number, member in enumerate(written or (), 1):
        if isinstance(member, str):
            members.append(member)
            continue
        try:
            nested = AuthoredGroup.model_validate(member)
        except ValidationError:
            hint = "A member is the id of a step or group, or a group with `any_of` or `all_of`."
            findings.append(Diagnostic("P107", Severity.ERROR, span, f"Member {number} of `{group_id}` is none.", hint))
            return
        nested = nested.model_copy(update={"id": nested.id or f"{group_id}.{number}"})
        members.append(str(nested.id))
        inner.append(nested)
    need = len(members) if authored.all_of is not None else authored.need or 1
    yield Group(
        group_id, tuple(members), need, float(authored.weight), tuple(authored.after), ordered=authored.ordered, optional=authored.optional
    )
    for nested in inner:
        yield from _grouped(nested, span, "", places, findings)


def _impossible(authored: AuthoredGroup, group_id: str, written: Sequence[object] | None) -> tuple[str, str] | None:
    """Why a group cannot be, and a hint."""
    if not group_id:
        return "A group needs an id.", "Add `id:` with a short name."
    if (authored.any_of is None) == (authored.all_of is None):
        return f"`{group_id}` has either `any_of` or `all_of`.", "Keep one of them."
    if not written:
        return f"`{group_id}` has no members.", "List ids of steps or groups."
    if authored.all_of is not None and authored.need is not None:
        return f"`{group_id}` needs all of its members.", "Take `need` away, or write `any_of`."
    return None


def _clocks(read: _Read) -> tuple[dict[str, float], tuple[str, ...]]:
    """The minutes of each clock, and where they stand still; P112 where a time cannot be read."""
    clocks: dict[str, float] = {}
    for name, value in read.authored.sla.items():
        if name == "pause":
            continue
        minutes = minutes_of(value)
        if minutes is None or minutes <= 0:
            span = read.source.span(("sla", name))
            read.findings.append(Diagnostic("P112", Severity.ERROR, span, "This is no length of time.", "Write `15m`, `4h` or `2d`."))
        else:
            clocks[name] = minutes
    pause = read.authored.sla.get("pause", [])
    return clocks, tuple(pause) if isinstance(pause, list) else (str(pause),)


def _sop(read: _Read, steps: tuple[Step, ...], groups: tuple[Group, ...], text: str) -> Sop:
    authored = read.authored
    numbered = "\n".join(f"{step.number}. {step.text}" for step in steps)
    clocks, pauses = _clocks(read)
    over = authored.limits.get("over", "")
    return Sop(
        id=authored.id,
        title=authored.title,
        version=authored.version,
        effective=authored.effective,
        expires=authored.expires or "",
        owner=authored.owner,
        category=authored.applies_to.category,
        channels=tuple(authored.applies_to.channels),
        intro=read.intro,
        steps=steps,
        rest=read.rest,
        outcomes=tuple(SopOutcome(name, known.when or "", tuple(known.requires), known.title) for name, known in authored.outcomes.items()),
        never=(*(Never(act.do, act.before or "", act.severity, act.when or "", act.because) for act in authored.never), *_forbidden(steps)),
        limits={
            act: tuple((limit.tier, float(limit.max)) for limit in limits if limit.when is None)
            for act, limits in authored.limits.items()
            if not isinstance(limits, str)
        },
        body="\n\n".join(part for part in (read.intro, numbered, read.rest) if part),
        text=text,
        file=read.source.file,
        groups=groups,
        over=over if isinstance(over, str) else "",
        raised=_raised(authored),
        must_escalate=_escalations(authored.must_escalate),
        must_not_escalate=_escalations(authored.must_not_escalate),
        sla=clocks,
        pauses=pauses,
        facts={name: Fact(fact.value, tuple(fact.say)) for name, fact in authored.facts.items()},
        allows=(*read.allows, *(Allowance(step.attributes["allow"], "", (step.id,)) for step in steps if step.attributes.get("allow"))),
        verbs=dict(authored.verbs) if isinstance(authored.verbs, dict) else {name: name for name in authored.verbs},
    )


def _forbidden(steps: Sequence[Step]) -> Iterator[Never]:
    """The rules of forbidden steps."""
    for step in steps:
        if step.forbidden:
            yield Never(step.do, "", step.attributes.get("severity", "major"), step.when)


def _raised(authored: AuthoredSop) -> tuple[Raised, ...]:
    return tuple(
        Raised(act, limit.tier, float(limit.max), limit.when)
        for act, limits in authored.limits.items()
        if not isinstance(limits, str)
        for limit in limits
        if limit.when is not None
    )


def _escalations(written: Sequence[AuthoredEscalation]) -> tuple[Escalation, ...]:
    return tuple(Escalation(rule.when or "", rule.to, rule.severity, rule.because) for rule in written)
