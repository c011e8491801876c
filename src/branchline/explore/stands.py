"""What can happen at each place, worked out by the engine once for each case that can be told apart, and looked up from then on.

A Stand is a case: what is open, and for how many points. An Outcome is what one move makes of a position; by what it reads, the engine's
answer is kept as what is added to the packed position, and the mask of where it leads.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, NODE, SEEN, Ending
from branchline.engine.transition import after_draw, after_reply, after_silence, opening_of
from branchline.explore.reads import Reads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.content.compiled import Choice, Core, Node, Opening, Scenario
    from branchline.explore.liveness import Masks
    from branchline.explore.reads import Asked
    from branchline.explore.packing import Packing
    from branchline.explore.worth import Row

TIMEOUT = "!timeout"
_MOST_KEPT = 1 << 15
"""Of one Outcome; where more cases can be told apart, looking up gains little and the room is worth more."""


class Plan(NamedTuple):
    """What growing a graph needs to know of a scenario."""

    scenario: Scenario
    """With a SEEN bit for each node that is only passed through."""
    packing: Packing
    masks: Masks
    passing: Mapping[int, str]
    """The ids of those nodes by their bits."""
    asked: Mapping[str, Asked]
    rows: Callable[[Opening], Sequence[Row]]
    gain: Callable[[Choice, int], float]
    start: Core


class Stand(NamedTuple):
    """One case at a place: what can happen, in authored order and silence last, for how many points, and as scripts name it."""

    moves: tuple[tuple[int, Outcome], ...]
    """What the move reads, and what it makes of that."""
    points: tuple[float, ...]
    words: tuple[str, ...]


class Outcome(dict[int, tuple[int, int]]):
    """What one move adds to a position, and the mask of where it leads, by the bits of the position that it reads."""

    __slots__ = ("_after", "_paid", "_ways")

    def __init__(self, ways: Ways, after: Callable[[Core], Core], paid: int = 0) -> None:
        """`after` is the engine's answer; `paid` the bit that is paid from then on, shifted."""
        super().__init__()
        self._ways, self._after, self._paid = ways, after, paid

    def __missing__(self, part: int) -> tuple[int, int]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[part] = self._ways.taken(part, self._after, self._paid)
        return found


class Ways(dict[int, tuple[int, dict[int, Stand]]]):
    """By place: the bits that tell its Stands apart, and the Stands by those bits of a position.

    `passed` notes the first move that went through each node that nobody stops at, `leads` which places lead to which.
    """

    def __init__(self, plan: Plan, moves: Sequence[int]) -> None:
        """`moves` are those that were made so far, so that the next one's number is known."""
        super().__init__()
        self.plan = plan
        self.passed: dict[str, int] = {}
        self.leads: dict[int, set[int]] = {}
        self._moves = moves
        self._passing = sum(plan.passing)
        self._reads = Reads(plan.scenario, plan.packing, plan.start)
        self._lasting = plan.masks.lasting

    def __missing__(self, index: int) -> tuple[int, dict[int, Stand]]:
        place = self.plan.scenario.layout.places[index]
        if isinstance(place, Ending):
            found: tuple[int, dict[int, Stand]] = 0, {0: Stand((), (), ())}
        elif place.draws:
            found = 0, {0: self._chance(place)}
        else:
            found = self._reads.open(place, self.plan.asked), _Stands(self, place)
        self[index] = found
        return found

    def taken(self, part: int, after: Callable[[Core], Core], paid: int) -> tuple[int, int]:
        """What a move adds to a position of which it reads `part`, and the mask of where it leads."""
        packing = self.plan.packing
        core = after(packing.unpack(part))
        if core[SEEN] & self._passing:
            self.note(core[SEEN], len(self._moves))
        key = packing.pack(core) | part & packing.every_paid | paid
        self.leads.setdefault(part & packing.place, set()).add(core[NODE])
        return key - part, self.plan.masks[key & self._lasting][core[NODE]]

    def note(self, seen: int, move: int) -> None:
        """A move, −1 for the beginning, went through those nodes."""
        for bit, name in self.plan.passing.items():
            if seen & bit:
                self.passed.setdefault(name, move)

    def reply(self, choice: Choice, paid: int) -> tuple[int, Outcome]:
        """Saying that choice."""
        bit = self.plan.packing.paid_bits(paid)
        return self._reading(self._reads.reply(choice) | bit, Outcome(self, partial(after_reply, self.plan.scenario, choice=choice), bit))

    def silence(self, node: Node) -> tuple[tuple[int, Outcome], ...]:
        """Saying nothing, where there is a time limit."""
        if node.timeout is None:
            return ()
        reads = self._reads.silence(node.timeout.targets, node.timeout.heat)
        return (self._reading(reads, Outcome(self, partial(after_silence, self.plan.scenario, node=node))),)

    def _chance(self, node: Node) -> Stand:
        moves = tuple(
            self._reading(self._reads.entering(place), Outcome(self, partial(after_draw, self.plan.scenario, node=node, branch=branch)))
            for branch, place in enumerate(node.draws)
        )
        return Stand(moves, (0.0,) * len(moves), tuple(f"{node.id}~{branch}" for branch in range(len(moves))))

    def _reading(self, reads: int, outcome: Outcome) -> tuple[int, Outcome]:
        """The outcome with all that it reads: where it stands and what masks go by as well."""
        return reads | self._lasting | self.plan.packing.place, outcome


class _Stands(dict[int, Stand]):
    """The cases at a node where somebody decides."""

    __slots__ = ("_gains", "_node", "_replies", "_silence", "_ways")

    def __init__(self, ways: Ways, node: Node) -> None:
        super().__init__()
        self._ways, self._node = ways, node
        self._silence = ways.silence(node)
        self._replies: dict[str, tuple[int, Outcome]] = {}
        self._gains: dict[tuple[str, int], float] = {}

    def __missing__(self, part: int) -> Stand:
        plan = self._ways.plan
        core, paid = plan.packing.unpack(part), plan.packing.paid(part)
        rows = plan.rows(opening_of(self._node, core))
        silent = (f"{self._node.id}{TIMEOUT}",) if self._silence else ()
        found = self[part] = Stand(
            (*(self._reply(row) for row in rows), *self._silence),
            (*(0.0 if row.paid & paid else row.base + self._gain(row, core[DONE]) for row in rows), *(0.0 for _ in silent)),
            (*(row.choice.name for row in rows), *silent),
        )
        return found

    def _reply(self, row: Row) -> tuple[int, Outcome]:
        found = self._replies.get(row.choice.id)
        if found is None:
            found = self._replies[row.choice.id] = self._ways.reply(row.choice, row.paid)
        return found

    def _gain(self, row: Row, done: int) -> float:
        """Points of the choice's steps where those are done."""
        if not row.asked:
            return 0.0
        key = row.choice.id, done & row.asked
        found = self._gains.get(key)
        if found is None:
            found = self._gains[key] = self._ways.plan.gain(row.choice, key[1])
        return found
