"""The order in which a graph's positions can be judged: from the ends backwards, positions that lead to each other together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchline.explore.graph import Graph


def components(graph: Graph) -> list[list[int]]:
    """The strongly connected sets of positions, each after everything that it leads to (Tarjan, without recursion)."""
    first, last, target = graph.first, graph.last, graph.target
    size = len(graph.cores)
    found: list[list[int]] = []
    index = [0] * size
    low = [0] * size
    following = list(first)
    stack: list[int] = []
    on_stack = bytearray(size)
    count = 0
    for root in range(size):
        if index[root]:
            continue
        count += 1
        index[root] = low[root] = count
        stack.append(root)
        on_stack[root] = 1
        work = [root]
        while work:
            here = work[-1]
            move = following[here]
            if move < last[here]:
                following[here] = move + 1
                there = target[move]
                if not index[there]:
                    count += 1
                    index[there] = low[there] = count
                    stack.append(there)
                    on_stack[there] = 1
                    work.append(there)
                elif on_stack[there] and index[there] < low[here]:
                    low[here] = index[there]
                continue
            work.pop()
            if work and low[here] < low[work[-1]]:
                low[work[-1]] = low[here]
            if low[here] == index[here]:
                found.append(_taken(stack, on_stack, here))
    return found


def _taken(stack: list[int], on_stack: bytearray, root: int) -> list[int]:
    """The top of the stack down to `root`."""
    members = []
    while True:
        one = stack.pop()
        on_stack[one] = 0
        members.append(one)
        if one == root:
            return members


def is_cycle(graph: Graph, members: list[int]) -> bool:
    """Whether a set of `components` leads back into itself."""
    return len(members) > 1 or members[0] in graph.loops
