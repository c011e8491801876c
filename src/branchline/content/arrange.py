"""The layout of a scenario's states: which integer stands for what, and no integer for what nobody can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.compiled import DONE, HEAT, MADE, SEEN, TRUST, TURNS
from branchline.content.language import Bit, Constant, FactType, Ref, RefKind, Slot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.expand import FlatNode
    from branchline.content.language import Domain, Place

FIRST_FREE = TURNS + 1


@dataclass(frozen=True)
class Arrangement:
    """Where everything that conditions read stands in a Core."""

    places: Mapping[Ref, Place]
    variables: Mapping[str, tuple[int, Domain]]
    facts: Mapping[str, tuple[int, FactType]]
    times: Mapping[str, tuple[int, int]]
    """Place and limit of each counted node."""
    seen: Mapping[str, int]
    """Bit mask of each node that a condition asks about."""
    made: Mapping[str, int]
    """Bit mask of each choice that must be remembered."""
    drawn: Mapping[str, int]
    """Place of each chance node's counter."""
    steps: tuple[str, ...]
    size: int
    turns_limit: int


def arrange(
    nodes: Sequence[FlatNode],
    reads: Mapping[Ref, int],
    variables: Mapping[str, Domain],
    facts: Mapping[str, FactType],
    steps: Sequence[str],
    repeated: frozenset[str],
) -> Arrangement:
    """Give everything its place; `reads` says what conditions ask, `repeated` which nodes can be met twice, `steps` what replies do."""
    asked = {kind: sorted(ref.name for ref in reads if ref.kind is kind) for kind in RefKind}
    size = FIRST_FREE
    times: dict[str, tuple[int, int]] = {}
    for name in asked[RefKind.TIMES]:
        times[name] = (size, reads[Ref(RefKind.TIMES, name)] + 1)
        size += 1
    slots = {name: (size + offset, domain) for offset, (name, domain) in enumerate(sorted(variables.items()))}
    size += len(slots)
    drawn = {node.id: size + offset for offset, node in enumerate(sorted((n for n in nodes if n.authored.chance), key=lambda n: n.id))}
    size += len(drawn)
    fact_slots = {name: (size + offset, facts[name]) for offset, name in enumerate(asked[RefKind.FACT])}
    size += len(fact_slots)
    seen = {name: 1 << bit for bit, name in enumerate(asked[RefKind.VISITED])}
    made = _remembered(nodes, set(asked[RefKind.CHOSE]), repeated)
    done = {name: bit for bit, name in enumerate(steps)}
    turns = Ref(RefKind.TURNS)
    placed: dict[Ref, Place] = {Ref(RefKind.TRUST): Slot(TRUST), Ref(RefKind.HEAT): Slot(HEAT), turns: Slot(TURNS)}
    placed |= {Ref(RefKind.TIMES, name): Slot(index) for name, (index, _) in times.items()}
    placed |= {Ref(RefKind.VARIABLE, name): Slot(index) for name, (index, _) in slots.items()}
    placed |= {Ref(RefKind.FACT, name): Slot(index) for name, (index, _) in fact_slots.items()}
    placed |= {Ref(RefKind.VISITED, name): Bit(SEEN, mask.bit_length() - 1) for name, mask in seen.items()}
    placed |= {Ref(RefKind.CHOSE, name): Bit(MADE, mask.bit_length() - 1) for name, mask in made.items()}
    placed |= {Ref(RefKind.DONE, name): Bit(DONE, done[name]) if name in done else Constant(0) for name in asked[RefKind.DONE]}
    limit = reads[turns] + 1 if turns in reads else 0
    return Arrangement(placed, slots, fact_slots, times, seen, made, drawn, tuple(steps), size, limit)


def _remembered(nodes: Sequence[FlatNode], asked: set[str], repeated: frozenset[str]) -> dict[str, int]:
    """A bit for each choice that a condition asks about, and for each once-only one that could be met again."""
    names = sorted(
        name
        for node in nodes
        for choice in node.authored.choices
        if (name := f"{node.id}.{choice.id}") in asked or (not choice.sticky and node.id in repeated)
    )
    return {name: 1 << bit for bit, name in enumerate(names)}


def in_cycles(leads: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The nodes that can be met again: those in a strongly connected set of more than one node, or leading to themselves (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: set[str] = set()
    for root in leads:
        if root in index:
            continue
        work = [(root, iter(leads[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            for target in following:
                if target not in leads:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(leads[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found |= _component(node, stack, on_stack, leads)
    return frozenset(found)


def _component(root: str, stack: list[str], on_stack: set[str], leads: Mapping[str, Sequence[str]]) -> set[str]:
    members: set[str] = set()
    while True:
        node = stack.pop()
        on_stack.discard(node)
        members.add(node)
        if node == root:
            return members if len(members) > 1 or root in leads[root] else set()
