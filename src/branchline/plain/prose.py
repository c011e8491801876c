"""How the parts of a play-through read as prose. All of it is clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.compiled import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.compiled import Customer
    from branchline.engine.play import Content
    from branchline.journal.transcript import Transcript, TranscriptLine
    from branchline.practice import Feedback, Offered
    from branchline.scoring.model import Deduction, Score

LEVELS = ("missed", "partly", "well done")
"""The words for the levels 0, 1 and 2 of a dimension."""
SMALLEST_LOSS = 0.05
"""Losses below this round to nothing and are not told."""


def spoken(line: TranscriptLine, content: Content) -> str:
    """One transcript line with the name of who speaks."""
    names = {"customer": customer_name(content), "learner": "You", "desk": "Desk", "note": "Note"}
    name = names.get(line.speaker, "")
    return f"{name}: {line.text}" if name else line.text


def customer_name(content: Content) -> str:
    """Whom the learner talks to; a drill's requester is in its records."""
    if isinstance(content, Scenario):
        return content.customer.name or "Customer"
    return str(dict(zip(content.fields, content.values, strict=True)).get("customer.name", "Customer"))


def reply(offered: Offered) -> str:
    """A reply with its number, or with the reason why it cannot be given."""
    return f"{offered.number}. {offered.say}" if offered.open else f"-. (not now: {offered.why}) {offered.say}"


def card(customer: Customer) -> str:
    """The customer card: who is on the other side, and what happened before."""
    rows = [("Customer", customer.name), ("Account", customer.account), ("Plan", customer.plan)]
    rows.append(("With us", "" if customer.tenure_months is None else f"{customer.tenure_months} months"))
    rows.append(("Needs", ", ".join(customer.needs)))
    rows += [("Earlier", f"{when}, {channel}: {text}") for when, channel, text in customer.history]
    return "\n".join(f"{name}: {value}" for name, value in rows if value)


def feedback(earned: Feedback, trust: int, heat: int) -> str:
    """What a reply earned, dimension by dimension, and where trust and heat stand now."""
    lines = [f"That reply was {earned.word}." if earned.word != "unrated" else "That reply is not rated."]
    if earned.critical:
        lines.append(f"Critical error ({earned.critical}).")
    lines += [f"  {name}: {LEVELS[level]}" + _best(level, best) for name, level, best in earned.dimensions]
    if earned.flags:
        lines.append(f"  Noticed: {', '.join(flag.replace('_', ' ') for flag in earned.flags)}")
    if earned.because:
        lines.append(f"Why: {earned.because}")
    if earned.steps:
        lines.append(f"Carried out: {', '.join(earned.steps)}")
    if earned.best_say:
        lines.append(f'The best reply here: "{earned.best_say}" {earned.best_because}'.rstrip())
    lines.append(f"Trust {trust} ({earned.trust:+d}), heat {heat} ({earned.heat:+d}), out of 100.")
    return "\n".join(lines)


def _best(level: int, best: int) -> str:
    return f" ({LEVELS[best]} was possible)" if best > level else ""


def debrief(content: Content, score: Score, transcript: Transcript, ending: str) -> str:
    """The result: how it ended, each part of the score, and every deduction with the line it was lost on."""
    lines = [f"The conversation ended: {ending}" if ending else "The conversation was given up."]
    verdict = "passed" if score.passed else "not passed"
    lines.append(f"Result: {_number(score.composite)} of 100, {verdict} (pass mark {content.pass_mark}).")
    parts = {"Empathy": score.empathy, "SOP": score.sop, "Outcome": score.outcome}
    lines.append(", ".join(f"{name} {_number(value)}" for name, value in parts.items()) + ".")
    lines += _profile(score.profile)
    lines += [f"Critical error ({each.kind}): {each.reason}" for each in score.critical]
    lost = [each for each in score.deductions if each.lost >= SMALLEST_LOSS]
    lines.append("What was lost, and where:" if lost else "Nothing was lost.")
    lines += [_deduction(each, transcript) for each in lost]
    return "\n".join(lines)


def _profile(profile: Mapping[str, float | None]) -> list[str]:
    known = [f"{name} {value:.0f}" for name, value in profile.items() if value is not None]
    return [f"Empathy by dimension: {', '.join(known)}."] if known else []


def _deduction(each: Deduction, transcript: Transcript) -> str:
    number = transcript.line_of(each.seq)
    where = f' (line {number}: "{_short(transcript.lines[number - 1].text)}")' if number else ""
    return f"  -{each.lost:.1f} {each.part}: {each.reason}{where}"


def _short(text: str, length: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def _number(value: float | None) -> str:
    return "not rated" if value is None else f"{value:.0f}"
