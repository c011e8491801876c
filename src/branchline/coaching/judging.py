"""The one judgement of a session: curve, timeline, counts and retry queue all read it (scoring page, "Value of a position, …").

A conversation is judged in the content that it ended with, as it is scored; its standing decisions are made again there by id. A drill is
judged by what its deductions took from the composite.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from branchline.coaching.played import Played, played
from branchline.content.compiled import Scenario
from branchline.content.desk_types import Drill
from branchline.engine.events import TIMEOUT, ChoiceMade, DeskActed, DrawMade, TicketSubmitted, TimedOut
from branchline.engine.standing import standing, started
from branchline.engine.state import State
from branchline.errors import ActionRefused, UnknownId
from branchline.explore import explore, judge, loss_of, walk
from branchline.scoring import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.engine.events import SessionStarted
    from branchline.explore import Exploration, Walk
    from branchline.journal.fold import Step
    from branchline.journal.model import Entry
    from branchline.scoring import Score

BUDGET = 1_000_000
"""Moves that are explored for a judgement; beyond them values are sampled."""
FLAGGED = 0.1
"""Loss from which a moment is a mistake worth retrying; below it any reply is accepted."""
WORDS = ("best", "good", "inaccuracy", "mistake", "blunder")
"""Every judgement, the best first."""
SUBMIT = "submit"
"""Stands where a verb would, for what belongs to the submission of a ticket."""
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """One decision of a session and what it gave away."""

    seq: int
    node: str
    """The node, or `desk`."""
    choice: str
    """The choice's id, `!timeout`, or the verb of an act at the desk."""
    word: str
    """`best`, `good`, `inaccuracy`, `mistake` or `blunder`; empty where it cannot be judged."""
    loss: float | None
    """0..1."""
    regret: float | None
    """Points of the composite's scale."""
    best: tuple[str, ...]
    """Ids of the choices that are best there, best first; empty at the desk."""
    value: float | None
    """The curve after it: what can still be reached in all; of a moment that was taken back, the value before it less its regret."""
    stands: bool = True
    """False for what was taken back later: it is shown, and never counted, flagged or retried."""
    critical: bool = False
    """Whether it was an error that no number makes good; such an act at the desk is a blunder with a loss of 1, whatever it cost."""

    @property
    def flagged(self) -> bool:
        """Whether it is worth retrying: it stands, and its loss is 0.1 or more."""
        return self.stands and self.loss is not None and self.loss >= FLAGGED


@dataclass(frozen=True, slots=True)
class Chance:
    """One random draw: what chance took away, or gave where that is below 0."""

    seq: int
    node: str
    branch: int
    luck: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """A session judged: V(start) − achieved = Σ regret of the moments that stand + luck."""

    moments: tuple[Moment, ...]
    """Every decision in the order of the session, also those taken back."""
    chances: tuple[Chance, ...] = ()
    value_start: float | None = None
    """The best total that could be reached, on the composite's scale."""
    value_worst: float | None = None
    """The lowest total that can be reached; None where it is not known."""
    achieved: float | None = None
    """What was reached; of an unfinished session, what can still be."""
    luck: float = 0.0
    """What chance took away in all."""
    error: float = 0.0
    """How far sampled values may be off, in points; 0 where values are exact."""
    sampled: bool = False
    reason: str = ""
    """Why nothing is judged; empty where something is."""

    @property
    def flagged(self) -> tuple[Moment, ...]:
        """The moments worth retrying, in order."""
        return tuple(moment for moment in self.moments if moment.flagged)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many moments that stand are best, good, …; every word is there."""
        found = Counter(moment.word for moment in self.moments if moment.stands)
        return {word: found[word] for word in WORDS}

    def of_100(self, value: float | None) -> float | None:
        """A value as people read it: 100 is the best that could be reached, and every point given away is one less; it may fall below 0."""
        return None if value is None or self.value_start is None else 100.0 - (self.value_start - value)

    def curve(self) -> tuple[tuple[int, float], ...]:
        """Seq and value after each moment that stands; the value before the first is `value_start`."""
        return tuple((moment.seq, moment.value) for moment in self.moments if moment.stands and moment.value is not None)


class Explorations:
    """Explorations of what sessions were played with, made once for the same content, facts and weights, whichever thread asks."""

    def __init__(self, budget: int = BUDGET) -> None:
        """`budget` is how many moves each may follow."""
        self._budget = budget
        self._known: dict[tuple[object, ...], Exploration] = {}
        self._lock = Lock()

    def of(self, scenario: Scenario, begun: SessionStarted) -> Exploration:
        """The exploration with what that session froze."""
        key = (scenario.content_hash, begun.facts, begun.weights)
        with self._lock:
            if key not in self._known:
                if len(self._known) >= _KEPT:
                    self._known.pop(next(iter(self._known)))
                self._known[key] = explore(scenario, budget=self._budget, facts=dict(begun.facts), weights=begun.weights)
            return self._known[key]


def judgement(steps: Sequence[Step], explorations: Explorations) -> Judgement:
    """What each decision of a session was worth; `steps` are its entries folded."""
    content = steps[-1].content if steps else None
    if isinstance(content, Drill):
        return _drill(content, steps)
    if not isinstance(content, Scenario):
        return Judgement((), reason="The session has no content.")
    try:
        return _conversation(content, steps, explorations)
    except (UnknownId, ActionRefused) as error:
        return Judgement(unjudged([step.entry for step in steps]), reason=f"The session cannot be judged in its content: {error.what}")


def unjudged(entries: Sequence[Entry]) -> tuple[Moment, ...]:
    """The decisions of a session that nobody can judge."""
    stand = {seq for seq, _ in standing([entry.event for entry in entries])}
    return tuple(_bare(entry, entry.seq in stand) for entry in entries if isinstance(entry.event, ChoiceMade | TimedOut | DeskActed))


def _bare(entry: Entry, stands: bool) -> Moment:  # noqa: FBT001 - a field of what is made
    event = entry.event
    if isinstance(event, DeskActed):
        return Moment(entry.seq, "desk", event.verb, "", None, None, (), None, stands)
    choice = event.choice if isinstance(event, ChoiceMade) else TIMEOUT
    node = event.node if isinstance(event, ChoiceMade | TimedOut) else ""
    return Moment(entry.seq, node, choice, "", None, None, (), None, stands)


# ------------------------------------------------------------------------------------------------ conversations


def _conversation(content: Scenario, steps: Sequence[Step], explorations: Explorations) -> Judgement:
    events = [step.entry.event for step in steps]
    begun = started(events)
    if begun is None:
        return Judgement(unjudged([step.entry for step in steps]), reason="The session does not begin with its start.")
    found = played(content, steps, begun)
    exploration = explorations.of(content, begun)
    following = walk(exploration, found[0].before if found else _start(steps[0]), len(found))
    value_start = following.value
    moments, chances, luck = _followed(content, following, found, value_start)
    earned = value_start - luck - sum(moment.regret or 0.0 for moment in moments)
    return Judgement(
        tuple(sorted((*moments, *_taken_back(steps, explorations, begun)), key=lambda moment: moment.seq)),
        tuple(chances),
        value_start,
        exploration.worst if exploration.valued else None,
        earned,
        luck,
        following.error,
        sampled=not exploration.valued,
    )


def _start(first: Step) -> State:
    if not isinstance(first.after, State):
        raise UnknownId("A conversation has no start.")
    return first.after


def _followed(content: Scenario, following: Walk, found: Sequence[Played], value: float) -> tuple[list[Moment], list[Chance], float]:
    """The moments and draws of a play, and the luck in all; `value` is V at its start."""
    moments: list[Moment] = []
    chances: list[Chance] = []
    luck = 0.0
    for seq, event, before, after in found:
        if isinstance(event, DrawMade):
            taken = following.draw(f"{event.node}~{event.branch}", before, after)
            chances.append(Chance(seq, event.node, event.branch, taken))
            luck += taken
            value -= taken
            continue
        choice = event.choice if isinstance(event, ChoiceMade) else TIMEOUT
        word = f"{event.node}.{choice}" if isinstance(event, ChoiceMade) else f"{event.node}{TIMEOUT}"
        weighed = following.decide(word, before, after)
        luck += weighed.drift
        value -= weighed.regret + weighed.drift
        loss = loss_of(weighed.regret)
        best = tuple(name.rpartition(".")[2] for name in weighed.best)
        said = content.choice(event.node, choice) if isinstance(event, ChoiceMade) else None
        critical = said is not None and bool(said.critical)
        moments.append(Moment(seq, event.node, choice, judge(loss), loss, weighed.regret, best, value, critical=critical))
    return moments, chances, luck


def _taken_back(steps: Sequence[Step], explorations: Explorations, begun: SessionStarted) -> list[Moment]:
    """The decisions that stand no more, each judged in the content it was made in; unjudged where that is not known exactly."""
    stand = {seq for seq, _ in standing([step.entry.event for step in steps])}
    found = []
    for step in steps:
        event, seq = step.entry.event, step.entry.seq
        if seq in stand or not isinstance(event, ChoiceMade | TimedOut):
            continue
        bare = _bare(step.entry, stands=False)
        exploration = explorations.of(step.content, begun) if isinstance(step.content, Scenario) else None
        if exploration is None or not exploration.valued or not isinstance(step.before, State):
            found.append(bare)
            continue
        regret = exploration.regret(step.before, bare.choice)
        loss = loss_of(regret)
        best = exploration.best_choices(step.before)
        found.append(Moment(seq, event.node, bare.choice, judge(loss), loss, regret, best, None, stands=False))
    return found


# ------------------------------------------------------------------------------------------------ drills


def _drill(content: Drill, steps: Sequence[Step]) -> Judgement:
    return drill_judgement(content, steps, score(content, [step.entry.event for step in steps]))


def drill_judgement(content: Drill, steps: Sequence[Step], found: Score) -> Judgement:
    """A drill by the deductions of its score: what each act took from the composite; what never happened belongs to the submission."""
    if not found.ended or found.composite is None:
        return Judgement(unjudged([step.entry for step in steps]), reason="The ticket has not been submitted; a drill is judged then.")
    events = [step.entry.event for step in steps]
    begun = started(events)
    lost = taken_from_composite(found, begun.weights if begun is not None else content.weights)
    stand = {seq for seq, _ in standing(events)}
    critical = {error.seq for error in found.critical}
    value = 100.0
    moments = []
    for step in steps:
        event, seq = step.entry.event, step.entry.seq
        if not isinstance(event, DeskActed | TicketSubmitted):
            continue
        if seq not in stand:
            moments.append(_bare(step.entry, stands=False))
            continue
        own = lost.get(seq, 0.0) + (lost.get(None, 0.0) if isinstance(event, TicketSubmitted) else 0.0)
        value -= own
        choice = event.verb if isinstance(event, DeskActed) else SUBMIT
        loss = 1.0 if seq in critical else loss_of(own)
        moments.append(Moment(seq, "desk", choice, judge(loss), loss, own, (), value, critical=seq in critical))
    return Judgement(tuple(moments), value_start=100.0, value_worst=0.0, achieved=value)


def taken_from_composite(found: Score, weights: tuple[int, int, int]) -> dict[int | None, float]:
    """Points of the composite that each event lost, by seq; None holds what never happened. Their sum is 100 − composite.

    A part's deduction counts by the part's weight among those that say something; what a critical error caps the composite by belongs to
    the first critical event.
    """
    parts = {"empathy": found.empathy, "sop": found.sop, "outcome": found.outcome}
    counting = {name: weight for (name, part), weight in zip(parts.items(), weights, strict=True) if part is not None and weight}
    whole = sum(counting.values())
    lost: dict[int | None, float] = {}
    for deduction in found.deductions:
        share = counting.get(deduction.part, 0) / whole * deduction.lost if whole else 0.0
        lost[deduction.seq] = lost.get(deduction.seq, 0.0) + share
    capped = 100.0 - sum(lost.values()) - (found.composite or 0.0)
    if found.critical and capped > 0:
        first = min(error.seq for error in found.critical)
        lost[first] = lost.get(first, 0.0) + capped
    return lost
