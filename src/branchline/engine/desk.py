"""The desk: `decide_desk` turns an action into events, `evolve_desk` an event into the next state. Both are pure.

The clock is simulated: an act takes effect when it is done, after its minutes; what comes in meanwhile is seen then. Waiting ends early
when something happens. A refused act takes its time and leaves a line in the audit trail, and changes nothing else.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from branchline.content.facts import LEAD, TIER, kind_of, tier_number
from branchline.engine.actions import Act, Action, Check, GiveUp, OpenSop, Resume, Submit, Suspend, Undo
from branchline.engine.desk_guide import unfinished
from branchline.engine.desk_state import DESK, Audit, Comment, Desk, DeskFrame, DeskState, Done
from branchline.engine.desk_ticket import field_errors, note_fields, rank
from branchline.engine.desk_tools import use
from branchline.engine.desk_verbs import ARGUMENTS, ASKING, FREE, RULES, Call, prepared
from branchline.engine.desk_work import CLOSED, Refusal, Work, invalid
from branchline.engine.events import (
    DeskActed,
    Event,
    SessionGivenUp,
    SessionResumed,
    SessionStarted,
    SessionSuspended,
    SopOpened,
    TicketChanged,
    TicketChecked,
    TicketSubmitted,
    Undone,
    Value,
)
from branchline.errors import ActionRefused
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchline.content.desk_types import Drill, DrillEvent

_MOST_MINUTES = 100_000.0
_LONGEST = 10_000
_IDLE = 5.0
"""Minutes of waiting when nothing is due and nobody says how long."""


def start_desk(drill: Drill, seed: int, facts: Mapping[str, Value] | None = None) -> DeskState:
    """The first position: `facts` override those the drill gives, `tier` among them; ActionRefused for one that it does not have."""
    given = {**drill.facts, **(facts or {})}
    if unknown := [name for name in given if name not in drill.facts]:
        hint = did_you_mean(unknown[0], drill.facts)
        raise ActionRefused(f"The drill has no fact `{unknown[0]}`.", hint=hint, code="unknown-fact")
    tier = str(given[TIER]) if TIER in (facts or {}) else drill.tier
    return _opening(drill, seed, "lead" if tier == str(LEAD) else tier, given)


def opening_desk(drill: Drill, started: SessionStarted) -> DeskState:
    """The first position of a session, with what its start has frozen."""
    known = {name: value for name, value in started.facts if name in drill.facts and kind_of(value) is drill.kinds[name]}
    return _opening(drill, started.seed, started.tier, {**drill.facts, **known})


def decide_desk(drill: Drill, state: DeskState, action: Action) -> tuple[Event, ...]:
    """The events that `action` brings about at `state`: the act or its refusal, and what happens by then.

    Raises ActionRefused (codes `unknown-action`, `session-over`, `unknown-verb`, `bad-minutes`, `nothing-to-undo`, `unknown-sop`,
    `ticket-invalid`); then nothing has happened.
    """
    decider = _DECIDERS.get(action.__class__)
    if decider is None:
        raise ActionRefused(f"A drill has no {type(action).__name__}.", code="unknown-action")
    if state.ended and not isinstance(action, Suspend | Resume):
        raise ActionRefused("The ticket has been submitted.", where=DESK, code="session-over")
    return decider(drill, state, action)


def evolve_desk(drill: Drill, state: DeskState | None, event: Event) -> DeskState:
    """The state after `event`; a session is the fold of this over its events, from None.

    Raises ActionRefused where the event cannot have happened here.
    """
    if isinstance(event, SessionStarted):
        return opening_desk(drill, event)
    if state is None:
        raise ActionRefused("The session has not started.", code="not-started")
    follower = _FOLLOWERS.get(event.__class__)
    return state if follower is None else follower(drill, state, event)


def available(drill: Drill, state: DeskState) -> tuple[str, ...]:
    """The verbs that may be tried now: those of the ticket, then the company's; whether one succeeds is another matter."""
    if state.ended:
        return ()
    if state.ticket["status"] == "closed":
        return tuple(name for name in ("wait", "submit") if name in drill.ticket_minutes)
    return (*drill.ticket_minutes, *drill.verbs)


def errors(state: DeskState) -> tuple[str, ...]:
    """What keeps the ticket from being submitted now, field first."""
    return field_errors(Work(state.frame, state.core))


def replay_desk(drill: Drill, state: DeskState, kept: int = -1) -> DeskState:
    """The first `kept` acts of `state` (-1: all) done again, by name, in another version of its drill.

    An act that once succeeded must succeed again: else ActionRefused, code `cannot-replay`, with the act as its place.
    """
    facts = {name: value for name, value in state.frame.facts if name in drill.facts and kind_of(value) is drill.kinds[name]}
    again = _opening(drill, state.frame.seed, state.frame.tier, {**drill.facts, **facts})
    acts = state.decisions
    for done in acts if kept < 0 else acts[:kept]:
        try:
            events = decide_desk(drill, again, Act(done.verb, done.arguments, done.text, done.minutes))
        except ActionRefused as refused:
            raise ActionRefused(refused.what, where=done.verb, code="cannot-replay") from refused
        if done.ok and isinstance(events[0], DeskActed) and not events[0].ok:
            raise ActionRefused(events[0].message, where=done.verb, code="cannot-replay")
        for event in events:
            again = evolve_desk(drill, again, event)
    return again


def _opening(drill: Drill, seed: int, tier: str, given: Mapping[str, Value]) -> DeskState:
    facts = {**given, TIER: tier_number(tier) if rank(tier) is not None else 0}
    for name, value in facts.items():
        if kind_of(value) is not drill.kinds[name]:
            raise ActionRefused(f"The fact `{name}` is {drill.kinds[name]}.", where=name, code="unknown-fact")
    frame = DeskFrame(drill, seed, tier, tuple(sorted(facts.items())))
    first = min([drill.starts, *(message.at for message in drill.conversation)])
    comments = tuple(
        Comment(message.at, message.author, message.public, message.text, any(mark in message.text for mark in ASKING))
        for message in drill.conversation
    )
    written = (Audit(known.at, "Comment", "public" if known.public else "internal", "", known.author) for known in comments)
    ticket = tuple(facts[f"ticket.{name}"] for name in drill.ticket_names)
    due = tuple(sorted((event.at, number) for number, event in enumerate(drill.events) if event.at is not None))
    desk = Desk(
        clock=drill.starts,
        ticket=ticket,
        tags=drill.tags,
        records=tuple(facts[name] for name in drill.fields),
        comments=comments,
        audits=(Audit(first, "Create", "ticket", "", facts["ticket.id"]), *written),
        due=due,
        seen=tuple(number for _, number in due),
    )
    return DeskState(frame, desk)


class _Outcome(NamedTuple):
    """What came of trying an act."""

    desk: Desk
    event: DeskActed


def _decide_act(drill: Drill, state: DeskState, action: Act) -> tuple[Event, ...]:
    if action.verb == "submit":
        return _decide_submit(drill, state, Submit())
    if action.verb not in drill.verbs and action.verb not in drill.ticket_minutes:
        known = [*drill.ticket_minutes, *drill.verbs]
        hint = did_you_mean(action.verb, known)
        raise ActionRefused(f"This desk has no verb `{action.verb}`.", where=action.verb, hint=hint, code="unknown-verb")
    if action.minutes is not None and not 0 <= action.minutes <= _MOST_MINUTES:
        raise ActionRefused(f"An act takes 0 to {_MOST_MINUTES:.0f} minutes.", where=action.verb, code="bad-minutes")
    event = _tried(drill, state, action).event
    found: list[Event] = [event]
    after = evolve_desk(drill, state, event)
    while (coming := _next(after)) is not None:
        found.append(TicketChanged(coming))
        after = evolve_desk(drill, after, found[-1])
    return tuple(found)


def _tried(drill: Drill, state: DeskState, action: Act) -> _Outcome:
    """The desk after an act, and the event that tells of it; refused ones too."""
    arguments = {name: _plain(value) for name, value in action.arguments}
    text = action.text.strip()
    minutes = _minutes(drill, state, action, arguments)
    work = Work(state.frame, state.core)
    call = prepared(work, action.verb, Call(arguments, text))
    try:
        work.pass_time(round(minutes * 60))
        arguments = _carried_out(work, action.verb, call)
    except Refusal as refusal:
        given = tuple(call.arguments.items())
        event = DeskActed(action.verb, given, call.text, (), (), ok=False, code=refusal.code, message=refusal.message, minutes=minutes)
        return _Outcome(_refused(state, event), event)
    fields = tuple(sorted(note_fields(arguments, call.text))) if action.verb in FREE else ()
    event = DeskActed(
        action.verb, tuple(arguments.items()), call.text, work.tells, fields, ok=True, code="", message=work.shown, minutes=minutes
    )
    work.acts.append(Done(event.verb, event.arguments, event.tells, event.fields, work.clock))
    _schedule(work, event.verb)
    return _Outcome(work.done(), event)


def _carried_out(work: Work, verb: str, call: Call) -> dict[str, Value]:
    """Do it, or raise Refusal; the arguments as they were understood."""
    if work.status == "closed" and verb != "wait":
        raise Refusal(CLOSED, "Ticket is closed and cannot be updated; create a follow-up")
    if len(call.text) > _LONGEST:
        raise invalid(f"Text: is too long (at most {_LONGEST} characters)")
    if verb in work.drill.verbs:
        return use(work, work.drill.verbs[verb], call.arguments, call.text)
    legal = ARGUMENTS[verb]
    if legal is not None and (extra := [name for name in call.arguments if name not in legal]):
        raise invalid(f"{extra[0].replace('_', ' ').capitalize()}: is no field of this form")
    RULES[verb](work, call)
    return dict(call.arguments)


def _refused(state: DeskState, event: DeskActed) -> Desk:
    """Only time has passed: answers may have come, and the trail has one line more."""
    work = Work(state.frame, state.core)
    work.pass_time(round(event.minutes * 60))
    work.audits.append(Audit(work.clock, "Refused", event.verb, "", event.code))
    return work.done()


def _after_act(drill: Drill, state: DeskState, event: DeskActed) -> Desk:
    """The desk after an act that has been told; ActionRefused where it cannot have ended so."""
    if state.ended:
        raise ActionRefused("The ticket has been submitted.", where=DESK, code="session-over")
    if event.verb not in drill.verbs and event.verb not in drill.ticket_minutes:
        raise ActionRefused(f"This desk has no verb `{event.verb}`.", where=event.verb, code="unknown-verb")
    if not 0 <= event.minutes <= _MOST_MINUTES:
        raise ActionRefused("The act took no time that can be.", where=event.verb, code="bad-minutes")
    desk, again = _tried(drill, state, Act(event.verb, event.arguments, event.text, event.minutes))
    if again != event:
        raise ActionRefused("The desk would have answered otherwise.", where=event.verb, code="cannot-happen")
    return desk


def _minutes(drill: Drill, state: DeskState, action: Act, arguments: Mapping[str, Value]) -> float:
    """How long the act takes; waiting lasts until something happens, at most as long as was said."""
    if action.minutes is not None:
        return float(action.minutes)
    if action.verb != "wait":
        return float(drill.verbs[action.verb].minutes if action.verb in drill.verbs else drill.ticket_minutes[action.verb])
    coming = [at for at, _ in state.core.due] + [asked.ready for asked in state.core.approvals if asked.answer == 0]
    ahead = [(at - state.core.clock) / 60 for at in coming if at > state.core.clock]
    said = _spoken(arguments.get("minutes"))
    return min([*ahead, *([said] if said is not None else [] if ahead else [_IDLE])])


def _spoken(value: Value | None) -> float | None:
    """Minutes as a number or as `10m`, `2h`; None where nothing sensible was said."""
    written = str(value if value is not None else "").strip()
    unit = 60.0 if written.endswith("h") else 1.0
    try:
        found = float(written.rstrip("mh")) * unit
    except ValueError:
        return None
    return found if 0 <= found <= _MOST_MINUTES else None


def _schedule(work: Work, verb: str) -> None:
    """Put the drill's events that follow this act on their way: of each author the first that has not come yet."""
    authors: set[str] = set()
    for number, event in enumerate(work.drill.events):
        if number in work.seen or event.author in authors or not _follows(work, event, verb) or not work.holds(event.when):
            continue
        authors.add(event.author)
        work.seen.append(number)
        work.due.append((work.clock + event.delay, number))


def _follows(work: Work, event: DrillEvent, verb: str) -> bool:
    if not event.then:
        return event.after == verb
    return event.then == verb and any(done.verb == event.after for done in work.acts[:-1])


def _next(state: DeskState) -> int | None:
    """The event of the drill that happens next, where one is due by now."""
    work = Work(state.frame, state.core)
    events = state.frame.drill.events
    ready = (number for at, number in state.core.due if at <= state.core.clock)
    return next((number for number in ready if events[number].at is None or work.holds(events[number].when)), None)


def _after_change(state: DeskState, number: int) -> Desk:
    """The desk after an event of the drill; a closed ticket takes nothing in."""
    if number != _next(state):
        raise ActionRefused("Nothing like that happens now.", where=f"events {number}", code="cannot-happen")
    work = Work(state.frame, state.core)
    event = work.drill.events[number]
    work.due = [known for known in work.due if known[1] != number]
    if work.status == "closed":
        return work.done()
    if event.text:
        asks = any(mark in event.text for mark in ASKING)
        work.write(event.author, event.text, public=event.public, asks=asks)
    if event.approve is not None:
        for place, asked in enumerate(work.approvals):
            if asked.answer == 0:
                work.answer(place, grant=event.approve, text="", by=event.author)
    work.apply(event.effects, {})
    if event.status and event.status != work.status and not (event.status == "open" and work.status == "new"):
        work.move(event.status)
    elif event.author == "customer" and event.text and work.status in {"pending", "solved"}:
        work.move("open")
    return work.done()


def _decide_check(_drill: Drill, state: DeskState, _action: Check) -> tuple[Event, ...]:
    return (TicketChecked((*errors(state), *unfinished(state))),)


def _decide_submit(_drill: Drill, state: DeskState, _action: Submit) -> tuple[Event, ...]:
    if found := errors(state):
        raise ActionRefused(f"The ticket cannot be submitted. {'; '.join(found)}.", where=DESK, code="ticket-invalid")
    return (TicketSubmitted(),)


def _decide_undo(_drill: Drill, state: DeskState, _action: Undo) -> tuple[Event, ...]:
    if state.previous is None or state.decision is None:
        raise ActionRefused("There is nothing to take back.", where=DESK, code="nothing-to-undo")
    return (Undone(DESK, state.decision.verb),)


def _decide_sop(drill: Drill, _state: DeskState, action: OpenSop) -> tuple[Event, ...]:
    if action.sop not in drill.sops:
        raise ActionRefused(f"This drill cites no SOP `{action.sop}`.", hint=did_you_mean(action.sop, drill.sops), code="unknown-sop")
    return (SopOpened(action.sop, DESK),)


_DECIDERS: Mapping[type[Action], Callable[[Drill, DeskState, Any], tuple[Event, ...]]] = {
    Act: _decide_act,
    Check: _decide_check,
    Submit: _decide_submit,
    Undo: _decide_undo,
    OpenSop: _decide_sop,
    Suspend: lambda _drill, _state, _action: (SessionSuspended(),),
    Resume: lambda drill, _state, action: (SessionResumed(drill.content_hash, action.notices, action.kept),),
    GiveUp: lambda _drill, _state, _action: (SessionGivenUp(),),
}


def _undone(_drill: Drill, state: DeskState, _event: Undone) -> DeskState:
    if state.previous is None:
        raise ActionRefused("There is nothing to take back.", where=DESK, code="nothing-to-undo")
    return state.previous


def _resumed(drill: Drill, state: DeskState, event: SessionResumed) -> DeskState:
    same = state.frame.drill is drill or state.frame.drill.content_hash == drill.content_hash
    return state if same and event.kept < 0 else replay_desk(drill, state, event.kept)


_FOLLOWERS: Mapping[type[Event], Callable[[Drill, DeskState, Any], DeskState]] = {
    DeskActed: lambda drill, state, event: DeskState(state.frame, _after_act(drill, state, event), state, event),
    TicketChanged: lambda _drill, state, event: state._replace(core=_after_change(state, event.number)),
    TicketSubmitted: lambda _drill, state, _event: state._replace(core=state.core._replace(submitted=True)),
    Undone: _undone,
    SessionResumed: _resumed,
}
"""What each kind of event does to a state; every other kind changes nothing."""


def _plain(value: Value) -> Value:
    """A value that can be written down: numbers that are none become words."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
