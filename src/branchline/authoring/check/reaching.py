"""Graphs as rules walk them: what can be reached, and which nodes lead round."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def reach(first: Sequence[str], onward: Mapping[str, Sequence[str]]) -> set[str]:
    """Everything that can be reached from `first`, those among them."""
    found = set(first)
    waiting = list(first)
    while waiting:
        for target in onward.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def circles(onward: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """The strongly connected components of a graph (Tarjan's algorithm, without recursion), each behind those that it leads to."""
    found: list[set[str]] = []
    low: dict[str, int] = {}
    done: set[str] = set()
    stack: list[str] = []
    for root in onward:
        if root in low:
            continue
        low[root], order = len(low), {root: len(low)}
        stack.append(root)
        path = [(root, iter(onward[root]))]
        while path:
            node, following = path[-1]
            for target in following:
                if target not in onward or target in done:
                    continue
                if target not in low:
                    low[target] = order[target] = len(low)
                    stack.append(target)
                    path.append((target, iter(onward[target])))
                    break
                low[node] = min(low[node], low[target])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == order[node]:
                    component = {node}
                    while (last := stack.pop()) != node:
                        component.add(last)
                    done |= component
                    found.append(component)
    return found
