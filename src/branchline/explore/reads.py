"""What moves read of a position and change in it, as bits of a packed one: positions that agree in them are changed alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DONE, HEAT, MADE, SEEN, TRUST, TURNS, Ending
from branchline.content.language import Effect, Operation, RefKind, Slot, refs
from branchline.content.language.fold import fold
from branchline.content.language.tree import Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from branchline.content.compiled import Choice, Core, Guard, Node, Scenario, Target, Tree
    from branchline.content.language import Expr, Ref
    from branchline.explore.packing import Packing

LASTING = frozenset({RefKind.VISITED, RefKind.CHOSE, RefKind.DONE})
"""What nothing takes back."""


class Asked(NamedTuple):
    """What the worth of a choice depends on, beside what is open."""

    done: int = 0
    """Bits of DONE."""
    paid: int = 0
    """Its own bit among the paid ones, 0 where it can earn or lose but once anyway."""


class Change(NamedTuple):
    """One effect: the bits of its target, those that its value reads, and whether the target is overwritten."""

    target: int
    reads: int
    overwrites: bool


class Reads:
    """The reads of one scenario's moves."""

    def __init__(self, scenario: Scenario, packing: Packing, start: Core) -> None:
        """`start` holds the facts."""
        self._places = scenario.layout.places
        self._trees = scenario.trees()
        self._packing = packing
        self._start = start
        self.gauges = packing.whole(TRUST) | packing.whole(HEAT)
        """Trust and heat: nearly every reply moves them, and few conditions ask about them."""
        self._turns = packing.whole(TURNS) if scenario.layout.turns_limit else 0
        self._conditions: dict[Guard, int] = {}
        self._folded: dict[tuple[Guard, int], tuple[int, bool | None]] = {}
        self._changes: dict[Callable[..., object] | None, tuple[Change, ...]] = {None: ()}

    def condition(self, guard: Guard | None) -> int:
        """A condition."""
        if guard is None:
            return 0
        found = self._conditions.get(guard)
        if found is None:
            tree = self._trees[guard]
            found = self._conditions[guard] = self._named(refs(tree.parts[0]), tree)
        return found

    def folded(self, guard: Guard, happened: int) -> tuple[int, bool | None]:
        """What a condition still reads where these lasting things have happened, and what it must be, None where that depends."""
        happened &= self.condition(guard)
        found = self._folded.get((guard, happened))
        if found is None:
            tree = self._trees[guard]
            whole: Expr = tree.parts[0]  # type: ignore[assignment]  # a guard's tree is a condition
            rest = fold(whole, lambda ref: self._known(ref, tree, happened))
            reads = self._named(refs(rest), tree) | happened
            found = self._folded[guard, happened] = reads, bool(rest.value) if isinstance(rest, Literal) else None
        return found

    def changes(self, move: Callable[..., object] | None) -> tuple[Change, ...]:
        """Effects, the last one first."""
        found = self._changes.get(move)
        if found is None:
            tree = self._trees[move]  # type: ignore[index]  # None is known
            effects = [part for part in reversed(tree.parts) if isinstance(part, Effect)]
            found = self._changes[move] = tuple(
                Change(
                    self._packing.of(tree.place(effect.target)),
                    self._named(refs(effect.value), tree),
                    effect.operation is Operation.ASSIGN,
                )
                for effect in effects
            )
        return found

    def reply(self, choice: Choice) -> tuple[int, int]:
        """Saying it: what decides trust and heat alone, and what decides the rest; 0 and everything where they hang together."""
        packing, gauges = self._packing, self.gauges
        rest = self._turns | packing.bits(MADE, choice.bit) | packing.bits(DONE, choice.steps) | self._targets(choice.targets)
        moved = packing.whole(TRUST) if choice.trust or choice.trust_hot else 0
        if choice.heat or choice.trust != choice.trust_hot:
            moved |= packing.whole(HEAT)
        for change in self.changes(choice.effects):
            touched = change.target | change.reads
            if touched & gauges:
                moved |= touched
            else:
                rest |= touched
        return (0, moved | rest) if rest & gauges or moved & ~gauges else (moved, rest)

    def silence(self, targets: Sequence[Target], heat: int) -> int:
        """Saying nothing, where that changes heat by so much and leads there."""
        return self._turns | (self._packing.whole(HEAT) if heat else 0) | self._targets(targets)

    def entering(self, *indices: int) -> int:
        """Entering these places, and those they lead on to by themselves."""
        found, waiting, met = 0, list(indices), set[int]()
        while waiting:
            index = waiting.pop()
            place = self._places[index]
            if index in met or isinstance(place, Ending):
                continue
            met.add(index)
            found |= self._packing.bits(SEEN, place.seen) | (self._packing.whole(place.times) if place.times else 0)
            found |= self._effects(place.on_enter) | self._of(target.when for target in place.targets)
            waiting += [target.place for target in place.targets]
        return found

    def open(self, node: Node, asked: Mapping[str, Asked]) -> int:
        """What is open at the node, and for how many points."""
        found = self._packing.bits(MADE, node.once) | self._of(node.gates)
        for choice in node.choices:
            if choice.name in asked:
                done, paid = asked[choice.name]
                found |= self._packing.bits(DONE, done) | self._packing.paid_bits(paid)
        return found

    def _targets(self, targets: Sequence[Target]) -> int:
        return self._of(target.when for target in targets) | self.entering(*(target.place for target in targets))

    def _of(self, guards: Iterable[Guard | None]) -> int:
        found = 0
        for guard in guards:
            found |= self.condition(guard)
        return found

    def _effects(self, move: Callable[..., object] | None) -> int:
        """What the effects read or change."""
        found = 0
        for change in self.changes(move):
            found |= change.target | change.reads
        return found

    def _named(self, names: Iterable[Ref], tree: Tree) -> int:
        found = 0
        for ref in names:
            found |= self._packing.of(tree.place(ref))
        return found

    def _known(self, ref: Ref, tree: Tree, happened: int) -> int | None:
        """The value of a fact, and of what has happened."""
        where = tree.place(ref)
        if ref.kind is RefKind.FACT and isinstance(where, Slot):
            return self._start[where.index]
        return 1 if ref.kind in LASTING and self._packing.of(where) & happened else None
