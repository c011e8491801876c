"""Steps from their lines: what each attribute of a brace block means, and P105, P106 and P111 where it means nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.content.diagnostic import Diagnostic, Severity
from branchline.content.sop_checks import at_of
from branchline.content.sop_expect import HINT, read_expected
from branchline.content.sop_model import Expected, Step
from branchline.text import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.markdown import RawStep

ATTRIBUTES = frozenset(
    {
        "id",
        "do",
        "weight",
        "after",
        "when",
        "optional",
        "repeat",
        "max",
        "expect",
        "tell",
        "fields",
        "level",
        "severity",
        "ordered",
        "wasteful",
        "forbidden",
        "allow",
    }
)
"""What an attribute of a step may be called; any other name is an argument of its act."""
_SEVERITIES = ("critical", "major", "minor")


def read_steps(raw: Sequence[RawStep], findings: list[Diagnostic]) -> tuple[Step, ...]:
    """The steps of the lines, in order."""
    steps: list[Step] = []
    last = ""
    for line in raw:
        steps.append(_step(line, last, findings))
        last = line.id or last
    return tuple(steps)


def _step(raw: RawStep, last: str, findings: list[Diagnostic]) -> Step:
    """One line; `last` is the step before it, which comes first where the line is `ordered`."""
    given = raw.attributes
    for name, value in given.items():
        near = nearest(name, ATTRIBUTES) if name not in ATTRIBUTES else None
        if near or (name not in ATTRIBUTES and not value):
            hint = did_you_mean(name, ATTRIBUTES)
            findings.append(Diagnostic("P105", Severity.ERROR, raw.places.get(name, raw.block), f"A step has no attribute `{name}`.", hint))
    after = _listed(given.get("after", ""))
    most = _number(raw, "max", r"[1-9]\d{0,8}", "Write a whole number above 0.", findings)
    severity = given.get("severity", "major")
    if severity not in _SEVERITIES:
        _wrong(raw, "severity", f"It is one of: {', '.join(_SEVERITIES)}.", findings)
    if "forbidden" in given and not given.get("do"):
        _wrong(raw, "forbidden", "Say with `do` which act it forbids.", findings)
    return Step(
        number=raw.number,
        text=raw.text,
        id=raw.id,
        do=given.get("do", ""),
        weight=_number(raw, "weight", r"\d{1,9}(\.\d{1,9})?", "Write a number above 0.", findings) or 1.0,
        after=(*after, last) if "ordered" in given and last and last not in after else after,
        when=given.get("when", ""),
        optional="optional" in given,
        attributes=dict(given),
        line=raw.line,
        repeat="repeat" in given,
        most=None if most is None else int(most),
        wasteful="wasteful" in given,
        forbidden="forbidden" in given,
        expect=_expected(raw, findings),
        tells=_listed(given.get("tell", "")),
        fields=_listed(given.get("fields", "")),
        arguments={name: value for name, value in given.items() if name == "level" or (name not in ATTRIBUTES and value)},
    )


def _listed(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())


def _number(raw: RawStep, name: str, form: str, hint: str, findings: list[Diagnostic]) -> float | None:
    """The number above 0 that an attribute holds; None where it is not there, or none (P106)."""
    written = raw.attributes.get(name)
    if written is None:
        return None
    if not re.fullmatch(form, written) or float(written) <= 0:
        _wrong(raw, name, hint, findings)
        return None
    return float(written)


def _wrong(raw: RawStep, name: str, hint: str, findings: list[Diagnostic]) -> None:
    place = raw.places.get(name, raw.block)
    findings.append(Diagnostic("P106", Severity.ERROR, place, f"`{name}={raw.attributes.get(name, '')}` is no {name}.", hint))


def _expected(raw: RawStep, findings: list[Diagnostic]) -> tuple[Expected, ...]:
    """What the act's arguments should be; P111 where a part of it cannot be read."""
    written = raw.attributes.get("expect", "")
    if not written:
        return ()
    expected, wrong = read_expected(written)
    at = at_of(raw.places.get("expect", raw.block), written)
    findings += [Diagnostic("P111", Severity.ERROR, at(part.start, part.end), part.message, HINT) for part in wrong]
    return expected
