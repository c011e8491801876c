"""The score of a drill: how the SOPs were followed, what the ticket's record says, the SLA clocks, and the end that was expected.

sop = 100 × (0.70 procedure + 0.20 record + 0.10 timing), re-weighted over the parts that apply. Cost and `W` of the procedure are summed
over the cited SOPs. Record is the share of expected ticket fields, note fields and logged exceptions that hold; timing the clocks met of
those that are decided when the ticket is submitted. Outcome is the share of the expected end (records, ticket, told, untouched) that holds.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.told import says, words_of
from branchline.engine.actions import Act as Doing
from branchline.engine.actions import Submit
from branchline.engine.desk import decide_desk, evolve_desk, opening_desk, start_desk
from branchline.engine.desk_state import GRANTED
from branchline.engine.desk_ticket import note_fields
from branchline.engine.desk_verbs import FREE, filled
from branchline.engine.desk_work import Work
from branchline.engine.events import DeskActed, TicketSubmitted
from branchline.engine.sla import BREACHED, MET, sla
from branchline.engine.standing import standing, started
from branchline.errors import ActionRefused
from branchline.scoring.conformance import Act, Case, Conformance, conform
from branchline.scoring.model import OUTCOME, SOP, Critical, Deduction, Score
from branchline.scoring.sop import CAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.desk_types import Drill, Value
    from branchline.engine.desk_state import DeskState
    from branchline.engine.events import Event
    from branchline.engine.standing import Numbered

SHARES = {"procedure": 0.70, "record": 0.20, "timing": 0.10}
"""Of the parts of the SOP score, where all of them apply."""
_CENT = 0.005


class Position(NamedTuple):
    """A position and the seq of the act that led to it; None at the beginning."""

    seq: int | None
    event: DeskActed | None
    state: DeskState


class Part(NamedTuple):
    """One part of the SOP score, 0..1, None where it does not apply; its losses are shares of the part."""

    score: float | None
    losses: tuple[Deduction, ...]


class Item(NamedTuple):
    """One thing that was expected."""

    holds: bool
    reason: str
    seq: int | None = None


def score_drill(content: Drill, events: Sequence[Event]) -> Score:
    """The score of the drill that `events` tell, seq counted from 1; before the ticket is submitted nothing of it is known.

    What SessionStarted froze (tier, facts, weights, pass mark) decides. Raises ActionRefused, code `cannot-replay`, where the events cannot
    have happened in this content.
    """
    stands = standing(events)
    walk = walked(content, events, stands)
    if not any(isinstance(event, TicketSubmitted) for _, event in stands):
        return _score((None, None, None), None, (), (), walk, passed=False, ended=False, skipped=False)
    judged = {name: conform(sop, acts_of(content, walk), _case(walk), tellable=_tellable(content)) for name, sop in content.sops.items()}
    critical = _critical(content, judged, walk)
    parts = {"procedure": _procedure(judged), "record": _record(content, walk), "timing": _timing(content, walk)}
    sop, lost = _accuracy(parts, critical)
    items = _end(content, walk)
    outcome = 100 * sum(item.holds for item in items) / len(items) if items else None
    missed = tuple(Deduction(OUTCOME, 100 / len(items), item.reason, item.seq) for item in items if not item.holds)
    begun = started(events)
    weights, mark = (begun.weights, begun.pass_mark) if begun is not None else (content.weights, content.pass_mark)
    composite = _composite(weights[1:], (sop, outcome), capped=bool(critical))
    passed = composite is not None and composite >= mark and not critical
    skipped = any(deviation.kind == "skip" for found in judged.values() for deviation in found.deviations)
    found = _score((None, sop, outcome), composite, critical, (*lost, *missed), walk, passed=passed, ended=True, skipped=skipped)
    escalated = any(deviation.kind == "escalation" for conformance in judged.values() for deviation in conformance.deviations)
    procedure, record, timing = (None if part.score is None else 100 * part.score for part in parts.values())
    return replace(found, procedure=procedure, record=record, timing=timing, escalation_proxy=escalated)


def walked(content: Drill, events: Sequence[Event], stands: Sequence[Numbered]) -> list[Position]:
    """Every position that stands, the opening first; ActionRefused, code `cannot-replay`, where an act no longer ends as it did."""
    begun = started(events)
    state = opening_desk(content, begun) if begun is not None else start_desk(content, 0)
    walk = [Position(None, None, state)]
    for seq, event in stands:
        if isinstance(event, DeskActed):
            again = decide_desk(content, state, Doing(event.verb, event.arguments, event.text, event.minutes))
            first = again[0]
            if not isinstance(first, DeskActed) or first.ok is not event.ok:
                raise ActionRefused("The act no longer ends as it did.", where=event.verb, code="cannot-replay")
        elif isinstance(event, TicketSubmitted):
            again = decide_desk(content, state, Submit())
        else:
            continue
        for new in again:
            state = evolve_desk(content, state, new)
        walk.append(Position(seq, event if isinstance(event, DeskActed) else None, state))
    return walk


def acts_of(content: Drill, walk: Sequence[Position]) -> list[Act]:
    """What was done at the desk as SOPs see it; a macro that was sent as it is carries out its own acts too."""
    found = []
    begin = min((message.at for message in content.conversation), default=content.starts)
    for before, (seq, event, state) in pairwise(walk):
        if event is None or seq is None:
            continue
        fields: dict[str, Value] = dict(event.arguments)
        if event.verb in FREE:
            fields = note_fields(fields, event.text)
            if event.text:
                fields.setdefault("reason" if event.verb != "internal_note" else "text", event.text)
        if event.verb == "request_approval" and event.ok:
            fields["granted"] = walk[-1].state.core.approvals[len(state.core.approvals) - 1].answer == GRANTED
        minutes = (state.core.clock - begin) / 60
        found.append(Act(seq, event.verb, fields, event.ok, told=frozenset(event.tells), time=minutes))
        found += [Act(seq, act, time=minutes) for act in _macro_acts(content, event, before.state)]
    return found


def _macro_acts(content: Drill, event: DeskActed, before: DeskState) -> tuple[str, ...]:
    macro = content.catalogue.macros.get(str(dict(event.arguments).get("macro", "")))
    if macro is None or event.verb != "public_reply" or not event.ok:
        return ()
    return macro.acts if says(event.text, [words_of(filled(Work(before.frame, before.core), macro.reply))]) else ()


def _tellable(content: Drill) -> frozenset[str]:
    return frozenset({*content.forms, *(fact for macro in content.catalogue.macros.values() for fact in macro.tells)})


def _case(walk: Sequence[Position]) -> Case:
    frame = walk[0].state.frame
    return Case(dict(frame.facts), frame.tier)


def _critical(content: Drill, judged: dict[str, Conformance], walk: Sequence[Position]) -> tuple[Critical, ...]:
    """One for each act that breaks a critical rule, or writes where a drill asks to leave everything as it is."""
    last = walk[-1].seq or 1
    found: dict[int, Critical] = {}
    for conformance in judged.values():
        for deviation in conformance.deviations:
            if deviation.critical:
                seq = deviation.seq or last
                found.setdefault(seq, Critical(deviation.critical, deviation.reason, seq))
    if content.do_nothing:
        for name in content.expect.untouched:
            changed = _first_change(walk, name)
            if changed is not None:
                found.setdefault(changed, Critical("business", f"{_words(name)} had to stay as it was.", changed))
    return tuple(found[seq] for seq in sorted(found))


def _procedure(judged: dict[str, Conformance]) -> Part:
    """Cost and `W` summed over the SOPs; costs are cut in the order of their acts where nothing is left to lose."""
    if not judged:
        return Part(None, ())
    costs = [(name, deviation) for name, found in judged.items() for deviation in found.deviations if deviation.cost > 0]
    costs.sort(key=lambda known: (known[1].seq is None, known[1].seq or 0))
    whole = sum(found.whole for found in judged.values())
    left, losses = 1.0, []
    for name, deviation in costs:
        lost = min(left, deviation.cost / whole) if whole > 0 else left
        left -= lost
        if lost > 0:
            losses.append(Deduction(SOP, lost, deviation.reason, deviation.seq, sop=name, step=deviation.step or None, kind=deviation.kind))
    return Part(left, tuple(losses))


def _record(content: Drill, walk: Sequence[Position]) -> Part:
    core, expect = walk[-1].state.core, content.expect
    notes = {field for act in core.acts if act.verb == "internal_note" for field in act.fields}
    logged = {code for code, _ in core.exceptions}
    items = _ticket_items(content, walk)
    items += [Item(name in notes, f"Internal note: {name.replace('_', ' ')} is not written down.") for name in expect.note]
    items += [Item(code in logged, f"Exception: {code.replace('_', ' ')} is not logged.") for code in expect.exceptions]
    return _share(items, "record")


def _timing(content: Drill, walk: Sequence[Position]) -> Part:
    """Of the clocks that are decided; one that still runs says nothing yet."""
    clocks = [clock for clock in sla(content, walk[-1].state) if clock.state in {MET, BREACHED}]
    items = [
        Item(
            clock.state == MET,
            f"SLA: {clock.name.replace('_', ' ')} took {clock.spent:.0f} minutes, {clock.target:.0f} were promised.",
            _late(walk, clock.breached_at),
        )
        for clock in clocks
    ]
    return _share(items, "timing")


def _late(walk: Sequence[Position], at: float | None) -> int | None:
    """The seq of the act during which the clock ran out; None where it had before the learner came."""
    if at is None or walk[0].state.minutes >= at:
        return None
    return next((seq for seq, _, state in walk[1:] if state.minutes >= at), None)


def _share(items: Sequence[Item], kind: str) -> Part:
    if not items:
        return Part(None, ())
    losses = tuple(Deduction(SOP, 1 / len(items), item.reason, item.seq, kind=kind) for item in items if not item.holds)
    return Part(1 - len(losses) / len(items), losses)


def _accuracy(parts: dict[str, Part], critical: Sequence[Critical]) -> tuple[float | None, tuple[Deduction, ...]]:
    """The SOP score with its deductions in points of 100, capped after a critical error."""
    shares = {name: SHARES[name] for name, part in parts.items() if part.score is not None}
    whole = sum(shares.values())
    if not whole:
        return None, ()
    lost = [replace(loss, lost=100 * loss.lost * shares[name] / whole) for name in shares for loss in parts[name].losses]
    found = max(0.0, 100 - sum(loss.lost for loss in lost))
    if critical and found > CAP:
        first = critical[0]
        lost.append(
            Deduction(SOP, found - CAP, f"A critical error caps the SOP score at {CAP:.0f}: {first.reason}", first.seq, kind="never")
        )
        found = CAP
    return found, tuple(sorted(lost, key=lambda loss: (loss.seq is None, loss.seq or 0)))


def _end(content: Drill, walk: Sequence[Position]) -> list[Item]:
    """Everything that is expected of the end."""
    records, core = walk[-1].state.records, walk[-1].state.core
    items = [
        Item(same(records[name], value), f"{_words(name)} is {_said(records[name])}, expected {_said(value)}.", _last_change(walk, name))
        for name, value in content.expect.records.items()
    ]
    items += _ticket_items(content, walk)
    items += [Item(fact in core.told, f"The customer was not told: {fact.replace('_', ' ')}.") for fact in content.expect.told]
    for name in content.expect.untouched:
        changed = _first_change(walk, name)
        items.append(Item(changed is None, f"{_words(name)} had to stay as it was.", changed))
    return items


def _ticket_items(content: Drill, walk: Sequence[Position]) -> list[Item]:
    ticket = walk[-1].state.ticket
    return [
        Item(
            any(same(ticket[name], value) for value in values),
            f"Ticket: {name} is {_said(ticket[name])}, expected {' or '.join(_said(value) for value in values)}.",
            _last_change(walk, f"ticket.{name}"),
        )
        for name, values in content.expect.ticket.items()
    ]


def same(found: Value, due: Value) -> bool:
    """Whether two values are equal; amounts to the cent, and true is never 1."""
    if isinstance(found, bool) or isinstance(due, bool) or isinstance(found, str) or isinstance(due, str):
        return type(found) is type(due) and found == due
    return abs(found - due) < _CENT


def _held(state: DeskState, name: str) -> Value:
    record, _, field = name.partition(".")
    return state.ticket[field] if record == "ticket" else state.records[name]


def _first_change(walk: Sequence[Position], name: str) -> int | None:
    """The seq of the first act that gave a field another value, also where it was changed back."""
    return next((seq for before, (seq, _, state) in pairwise(walk) if _held(before.state, name) != _held(state, name)), None)


def _last_change(walk: Sequence[Position], name: str) -> int | None:
    changes = [seq for before, (seq, _, state) in pairwise(walk) if _held(before.state, name) != _held(state, name)]
    return changes[-1] if changes else None


def _composite(weights: Sequence[int], parts: Sequence[float | None], *, capped: bool) -> float | None:
    counting = [(weight, part) for weight, part in zip(weights, parts, strict=True) if part is not None and weight]
    if not counting:
        return None
    whole = sum(weight * part for weight, part in counting) / sum(weight for weight, _ in counting)
    return min(whole, CAP) if capped else whole


def _score(
    parts: tuple[float | None, float | None, float | None],
    composite: float | None,
    critical: tuple[Critical, ...],
    deductions: tuple[Deduction, ...],
    walk: Sequence[Position],
    *,
    passed: bool,
    ended: bool,
    skipped: bool,
) -> Score:
    ticket = walk[-1].state.ticket
    return Score(
        *parts,
        composite=composite,
        passed=passed,
        profile={},
        critical=critical,
        deductions=deductions,
        flags=(),
        trust=0,
        heat=0,
        effort=int(ticket["reassignments"]) + int(ticket["reopens"]),
        ended=ended,
        csat_proxy=None,
        fcr_proxy=ticket["status"] == "solved" and not skipped if ended else None,
        escalation_proxy=None,
    )


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value) or "empty"


def _words(name: str) -> str:
    return name.replace(".", ": ", 1).replace("_", " ").capitalize()
