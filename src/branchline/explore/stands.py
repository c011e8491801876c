"""What can happen at each place, worked out by the engine once for each case that can be told apart, and looked up from then on.

A Stand is a case: what is open, and for how many points. An Outcome is what one move makes of a position; by what it reads, the engine's
answer is kept as what is added to the packed position, and the mask of where it leads. Where nothing but trust and heat decides what
becomes of trust and heat, and they decide nothing else, Swings are kept for them apart: else each of their many values would be a case.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, HEAT, NODE, SEEN, TRUST, Ending
from branchline.engine.transition import after_draw, after_reply, after_silence, opening_of
from branchline.explore.reads import Reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from branchline.content.compiled import Choice, Core, Node, Opening, Scenario
    from branchline.explore.liveness import Masks
    from branchline.explore.packing import Packing
    from branchline.explore.reads import Asked
    from branchline.explore.worth import Row

    After = Callable[[Core], Core]

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


class Move(NamedTuple):
    """One thing that can happen."""

    reads: int
    outcome: Outcome
    swings: tuple[tuple[int, Swing], ...] = ()
    """What each reads, and what it makes of that."""


class Stand(NamedTuple):
    """One case at a place: what can happen, in authored order and silence last, for how many points, and as scripts name it."""

    moves: tuple[Move, ...]
    points: tuple[float, ...]
    words: tuple[str, ...]


class Outcome(dict[int, tuple[int, int]]):
    """What one move adds to a position, and the mask of where it leads, by the bits of the position that it reads."""

    __slots__ = ("_after", "_but", "_paid", "_ways")

    def __init__(self, ways: Ways, after: After, paid: int = 0, but: int = 0) -> None:
        """`after` is the engine's answer; `paid` the bit that is paid from then on, shifted; `but` what swings apart."""
        super().__init__()
        self._ways, self._after, self._paid, self._but = ways, after, paid, but

    def __missing__(self, part: int) -> tuple[int, int]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        place, key = self._ways.taken(part, self._after, self._paid)
        found = self[part] = (key & ~self._but) - part, self._ways.mask(key, place)
        return found


class Swing(dict[int, int]):
    """What a reply adds to trust, to heat or to both, by the bits of them that decide it."""

    __slots__ = ("_after", "_moved", "_packing")

    def __init__(self, packing: Packing, after: After, moved: int) -> None:
        """`moved` are the bits of what it adds to."""
        super().__init__()
        self._packing, self._after, self._moved = packing, after, moved

    def __missing__(self, part: int) -> int:
        after = self._packing.pack(self._after(self._packing.unpack(part)))
        found = self[part] = (after & self._moved) - (part & self._moved)
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
        self._swings: dict[int | tuple[int, int], Swing] = {}

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

    def taken(self, part: int, after: After, paid: int) -> tuple[int, int]:
        """The place that a move leads to from a position of which it reads `part`, and what it makes of that."""
        packing = self.plan.packing
        core = after(packing.unpack(part))
        self.note(core[SEEN], len(self._moves))
        self.leads.setdefault(part & packing.place, set()).add(core[NODE])
        return core[NODE], packing.pack(core) | part & packing.every_paid | paid

    def mask(self, key: int, place: int) -> int:
        """The mask of a position there, of which the lasting bits are known."""
        return self.plan.masks[key & self._lasting][place]

    def note(self, seen: int, move: int) -> None:
        """A move, −1 for the beginning, went through those nodes."""
        new = seen & self._passing
        self._passing &= ~new
        for bit, name in self.plan.passing.items() if new else ():
            if new & bit:
                self.passed[name] = move

    def reply(self, choice: Choice, paid: int) -> Move:
        """Saying that choice."""
        bit = self.plan.packing.paid_bits(paid)
        gauges, rest = self._reads.reply(choice)
        after = partial(after_reply, self.plan.scenario, choice=choice)
        if not gauges:
            return Move(rest | bit | self._always, Outcome(self, after, bit))
        swings = tuple(self._swing(choice, after, gauges))
        return Move(rest | bit | self._always, Outcome(self, after, bit, self._reads.gauges), swings)

    def _swing(self, choice: Choice, after: After, reads: int) -> Iterator[tuple[int, Swing]]:
        """Both together where effects have a say; else trust and heat apart, one for all replies that move it by as much."""
        packing, known = self.plan.packing, self._swings
        trust, heat = packing.whole(TRUST), packing.whole(HEAT)
        if any(change.target & (trust | heat) for change in self._reads.changes(choice.effects)):
            yield reads, Swing(packing, after, trust | heat)
            return
        if choice.trust or choice.trust_hot:
            bits = trust | (heat if choice.trust != choice.trust_hot else 0)
            yield bits, known.setdefault((choice.trust, choice.trust_hot), Swing(packing, after, trust))
        if choice.heat:
            yield heat, known.setdefault(choice.heat, Swing(packing, after, heat))

    def silence(self, node: Node) -> tuple[Move, ...]:
        """Saying nothing, where there is a time limit."""
        if node.timeout is None:
            return ()
        reads = self._reads.silence(node.timeout.targets, node.timeout.heat)
        return (Move(reads | self._always, Outcome(self, partial(after_silence, self.plan.scenario, node=node))),)

    def _chance(self, node: Node) -> Stand:
        after = partial(partial, after_draw, self.plan.scenario, node=node)
        moves = tuple(
            Move(self._reads.entering(place) | self._always, Outcome(self, after(branch=branch))) for branch, place in enumerate(node.draws)
        )
        return Stand(moves, (0.0,) * len(moves), tuple(f"{node.id}~{branch}" for branch in range(len(moves))))

    @property
    def _always(self) -> int:
        """What every move reads: where it begins, and what masks go by."""
        return self.plan.packing.place | self._lasting


class _Stands(dict[int, Stand]):
    """The cases at a node where somebody decides."""

    __slots__ = ("_gains", "_node", "_replies", "_silence", "_ways")

    def __init__(self, ways: Ways, node: Node) -> None:
        super().__init__()
        self._ways, self._node = ways, node
        self._silence = ways.silence(node)
        self._replies: dict[str, Move] = {}
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

    def _reply(self, row: Row) -> Move:
        found = self._replies.get(row.choice.id)
        if found is None:
            found = self._replies[row.choice.id] = self._ways.reply(row.choice, row.paid)
        return found

    def _gain(self, row: Row, done: int) -> float:
        """Points of the choice's steps and rules where those steps are done."""
        key = row.choice.id, done & row.asked
        found = self._gains.get(key)
        if found is None:
            found = self._gains[key] = self._ways.plan.gain(row.choice, key[1])
        return found
