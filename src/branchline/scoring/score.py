"""The whole score of a session: three parts, their composite, what was critical, and the simulated proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.desk_types import Drill
from branchline.engine.conversation import first_draws, replayed
from branchline.engine.events import EndingReached, Event, TimedOut
from branchline.engine.standing import Numbered, decisions, finish, standing, started
from branchline.engine.state import Decision, Frame, State
from branchline.errors import ActionRefused
from branchline.scoring.empathy import Met, empathy, met, profile
from branchline.scoring.model import OUTCOME, Critical, Deduction, Score
from branchline.scoring.sop import CAP, accuracy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Ending, Scenario

_DEFAULT_MARK = 80


def score(content: Scenario | Drill, events: Sequence[Event]) -> Score:
    """The score of the session that `events` tell, seq counted from 1; raises ActionRefused where they cannot have happened."""
    if isinstance(content, Drill):
        from branchline.scoring.drill import score_drill  # noqa: PLC0415  # a conversation needs no desk

        return score_drill(content, events)
    return score_conversation(content, events)


def score_conversation(content: Scenario, events: Sequence[Event]) -> Score:
    """The score of a conversation; before an ending only empathy is known.

    What SessionStarted froze (weights, pass mark, facts) decides; bare decisions are scored with the scenario's own. Raises ActionRefused,
    code `cannot-replay`, where the events cannot have happened in this content.
    """
    stands = standing(events)
    state = _position(content, events, stands)
    said = met(content, stands)
    empathic, lost = empathy(said)
    finished = finish([event for _, event in stands])
    ending = content.endings.get(finished.ending) if isinstance(finished, EndingReached) else None
    authored = tuple(Critical(d.chosen.critical, d.chosen.because or "A critical error.", d.seq) for d in said if d.chosen.critical)
    sop = accuracy(content, stands, state, authored)
    reached, missed = _outcome(content, ending, stands)
    parts = (empathic, sop.score if ending else None, reached)
    composite = _composite(content, events, parts, capped=bool(sop.critical)) if ending else None
    effort = _effort(stands, said)
    flags = tuple((flag, decision.seq) for decision in said for flag in decision.chosen.flags)
    return Score(
        *parts,
        composite=composite,
        passed=composite is not None and composite >= _mark(content, events) and not sop.critical,
        profile=profile(said),
        critical=sop.critical,
        deductions=(*lost, *(sop.deductions if ending else ()), *missed),
        flags=flags,
        trust=state.trust,
        heat=state.heat,
        effort=effort,
        ended=ending is not None,
        csat_proxy=None if ending is None else _csat(state.trust, effort, resolved=ending.outcome == "resolved"),
        fcr_proxy=None
        if ending is None
        else ending.outcome == "resolved" and not sop.skipped and all(flag != "false_promise" for flag, _ in flags),
        escalation_proxy=None if ending is None else _avoidably_escalated(content, ending),
    )


def _position(content: Scenario, events: Sequence[Event], stands: Sequence[Numbered]) -> State:
    begun = started(events)
    made = decisions(stands)
    if begun is not None:
        return replayed(content, Frame(content.layout, begun.seed, begun.facts), made)
    frame = Frame(content.layout, 0, tuple(sorted(content.facts.items())))
    refusal: ActionRefused | None = None
    for draws in first_draws(content, frame):
        try:
            return replayed(content, frame, (Decision("", "", draws), *made))
        except ActionRefused as refused:
            refusal = refusal or refused
    raise refusal or ActionRefused("The events cannot have happened in this content.", code="cannot-replay")


def _outcome(content: Scenario, ending: Ending | None, stands: Sequence[Numbered]) -> tuple[float | None, list[Deduction]]:
    best = max((known for known in content.endings.values() if known.value), key=lambda known: known.value or 0, default=None)
    if ending is None or best is None:
        return None, []
    reached = 100 * (ending.value or 0) / (best.value or 1)
    if reached >= 100:  # noqa: PLR2004  # the whole of a part
        return 100.0, []
    seq = next(seq for seq, event in reversed(stands) if isinstance(event, EndingReached))
    return reached, [Deduction(OUTCOME, 100 - reached, f"It ended with “{ending.title}”; “{best.title}” was possible.", seq)]


def _composite(content: Scenario, events: Sequence[Event], parts: Sequence[float | None], *, capped: bool) -> float | None:
    begun = started(events)
    weights = begun.weights if begun is not None else content.weights
    counting = [(weight, part) for weight, part in zip(weights, parts, strict=True) if part is not None and weight]
    if not counting:
        return None
    whole = sum(weight * part for weight, part in counting) / sum(weight for weight, _ in counting)
    return min(whole, CAP) if capped else whole


def _mark(content: Scenario, events: Sequence[Event]) -> int:
    begun = started(events)
    return begun.pass_mark if begun is not None else content.pass_mark or _DEFAULT_MARK


def _effort(stands: Sequence[Numbered], said: Sequence[Met]) -> int:
    silences = sum(isinstance(event, TimedOut) for _, event in stands)
    return silences + sum(decision.chosen.repeats + decision.chosen.transfers for decision in said)


def _csat(trust: int, effort: int, *, resolved: bool) -> float:
    return 1 + 4 * (0.6 * trust / 100 + 0.3 * resolved + 0.1 * max(0.0, 1 - effort / 5))


def _avoidably_escalated(content: Scenario, ending: Ending) -> bool:
    better = (known for known in content.endings.values() if known.outcome == "resolved" and (known.value or 0) > (ending.value or 0))
    return ending.outcome == "escalated" and any(True for _ in better)
