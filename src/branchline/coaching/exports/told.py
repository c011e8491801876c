"""What an export tells: the texts, moments, comments and scores of a session, safe to show and redacted; made by `projection` alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from branchline.engine.events import TIMEOUT
from branchline.journal.model import FINISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NEVER = "never happened"
"""Stands where a line would, for what is missing."""
SMALLEST = 0.05
"""Losses below this round to nothing and are not told."""
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript."""

    number: int
    seq: int
    elapsed: float
    """Seconds of play since the session began."""
    idle: float
    """Seconds since the event before; 0 on the further lines of one event."""
    speaker: str
    """`customer`, `desk`, `narrator`, `learner` or `note`."""
    who: str
    """The speaker's name; empty for the narrator."""
    text: str
    standing: bool


@dataclass(frozen=True, slots=True)
class Better:
    """A reply that would have been best."""

    choice: str
    said: str
    because: str


@dataclass(frozen=True, slots=True)
class Lost:
    """One deduction."""

    part: str
    lost: float
    reason: str
    seq: int | None
    line: int | None
    """The transcript's line it was lost on; None for what never happened."""
    quote: str
    """The beginning of that line."""
    step: str
    """`SOP/step`, or the SOP or the dimension alone; empty where it is about none."""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on an entry of the session, or an answer to one."""

    seq: int
    line: int | None
    who: str
    at: str
    text: str
    quote: str
    shared: bool
    resolved: bool
    answer: bool
    """Whether it answers the comment before it."""
    answered: str
    """How the learner stands to it, in words; empty while nothing was said."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a coach scored the session with a rubric."""

    who: str
    at: str
    rubric: str
    version: int
    total: float | None
    """0..100; None where no item applies."""
    text: str
    marks: tuple[tuple[str, str, str], ...]
    """Item, level and reason, in the rubric's order."""
    shared: bool
    answered: str
    """How the learner stands to it, in words; empty while nothing was said."""
    machine: tuple[str, ...] = ()
    """Beside each mark the machine's figure with the level that it suggests; empty where the rubric is not known or nobody may see it."""
    capped: tuple[str, ...] = ()
    """What a critical item took, with its reason."""


@dataclass(frozen=True, slots=True)
class Told:
    """One moment: what was decided, what it gave away, what would have been best."""

    number: int
    """From 1, through the session."""
    seq: int
    line: int | None
    at: str
    elapsed: float
    node: str
    choice: str
    said: str
    word: str
    loss: float | None
    regret: float | None
    value: float | None
    stands: bool
    flagged: bool
    best: tuple[Better, ...]
    because: str
    """Why the choice was written as it is."""
    dimensions: tuple[tuple[str, int, int], ...]
    """Name, level and the best reply's level."""
    flags: tuple[str, ...]
    critical: str
    steps: tuple[str, ...]
    changes: tuple[str, ...]
    """What differed afterwards, each in words."""
    lost: tuple[Lost, ...]

    @property
    def name(self) -> str:
        """`node.choice`; at the desk the verb."""
        return self.choice if self.node == "desk" else f"{self.node}{'' if self.choice == TIMEOUT else '.'}{self.choice}"


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended, and what it scored."""

    ending: str
    """Its title; empty where none was reached."""
    passed: bool
    pass_mark: int
    composite: float | None
    parts: Mapping[str, float | None]
    profile: Mapping[str, float]
    critical: tuple[str, ...]
    lost: tuple[Lost, ...]
    """Every deduction that is worth telling, in the order of the score."""


@dataclass(frozen=True)
class Projection:
    """A session as every export tells it."""

    session: str
    kind: str
    content: str
    title: str
    version: int
    hash: str
    learner: str
    mode: str
    status: str
    language: str
    """A language tag; `und` where the session has none."""
    started: str
    elapsed: float
    redacted: bool
    lines: tuple[Line, ...]
    moments: tuple[Told, ...]
    result: Result
    start: float | None
    """The best that could be reached, which is 100 as people read it; the curve begins there, and its values may fall below 0."""
    worst: float | None
    achieved: float | None
    luck: float
    error: float
    """How far sampled values may be off; 0 where they are exact."""
    sampled: bool
    reason: str
    """Why nothing is judged; empty where something is."""
    counts: Mapping[str, int]
    comments: tuple[Said, ...]
    """In the order of the session, each followed by its answers."""
    scored: tuple[Scored, ...]
    """The coaches' scores, each coach's last one with a rubric."""

    @property
    def finished(self) -> bool:
        """Whether nobody goes on with it: it was completed or given up."""
        return self.status in FINISHED

    @property
    def curve(self) -> tuple[Told, ...]:
        """The moments that are points of the curve, in order."""
        return tuple(moment for moment in self.moments if moment.stands and moment.value is not None)

    @property
    def flagged(self) -> tuple[Told, ...]:
        """The moments worth another try."""
        return tuple(moment for moment in self.moments if moment.flagged)

    def comments_at(self, seq: int) -> Sequence[Said]:
        """The comments on that entry."""
        return self._comments.get(seq, ())

    def moment_of(self, seq: int) -> Told | None:
        """The moment of that event."""
        return self._moments.get(seq)

    @cached_property
    def _moments(self) -> Mapping[int, Told]:
        return {moment.seq: moment for moment in self.moments}

    @cached_property
    def _comments(self) -> Mapping[int, Sequence[Said]]:
        return grouped((comment.seq, comment) for comment in self.comments)


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Every value under its key, in order."""
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
