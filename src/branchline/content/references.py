"""Whether everything that a scenario names exists, and every node leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.expand import RETURN, FlatNode, Group, legal_id
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchline.content.findings import Findings, Path
    from branchline.content.scenario import AuthoredChoice, AuthoredScenario, AuthoredTarget
    from branchline.content.sop import Sop

_TIMED = frozenset({"phone", "chat"})


class References:
    """Checks one scenario's flat nodes; everything wrong goes to the findings."""

    def __init__(self, authored: AuthoredScenario, nodes: Sequence[FlatNode], sops: Mapping[str, Sop], findings: Findings) -> None:
        """`sops` are the cited SOPs that could be loaded."""
        self._authored = authored
        self._nodes = nodes
        self._ids = {flat.id for flat in nodes}
        self._endings = set(authored.endings)
        self._sops = sops
        self._findings = findings

    def check(self) -> dict[str, list[str]]:
        """Check all of it; where each node leads, by full id."""
        self._names()
        leads: dict[str, list[str]] = {}
        for flat in self._nodes:
            leads[flat.id] = [flat.leads_to] if flat.leads_to else list(self._node(flat))
        self._circles()
        return leads

    def _names(self) -> None:
        root = self._nodes[0].group if self._nodes else None
        for ending in self._authored.endings:
            path: Path = ("endings", ending)
            if root is None:
                return
            if not legal_id(ending) or ending == RETURN:
                self._error("R006", root, path, f"`{ending}` cannot be an ending's id.", "Ids hold letters, digits, `-` and `_`.", key=True)
            if ending in self._ids:
                self._error("V002", root, path, f"`{ending}` is a node and an ending.", "Give one of them another id.", key=True)
        for name in self._authored.variables:
            if root is not None and (not legal_id(name) or name in {"trust", "heat", "turns", "true", "false", "and", "or", "not", "in"}):
                self._error("V002", root, ("variables", name), f"`{name}` cannot be a variable.", "The language has that word already.", key=True)

    def _node(self, flat: FlatNode) -> Iterator[str]:
        authored, group, path = flat.authored, flat.group, flat.path
        ways = [name for name, there in (("choices", authored.choices), ("go", authored.go), ("chance", authored.chance)) if there]
        if authored.call is None and (len(ways) > 1 or (not ways and authored.timeout is None)):
            hint = "Give it choices, or `go`, or `chance`, or `call`." if not ways else f"Keep one of {' and '.join(f'`{way}`' for way in ways)}."
            self._error("F001", group, path, f"`{flat.id}` has {'no way on' if not ways else 'several ways on'}.", hint, key=True)
        if authored.timeout is not None:
            if self._authored.channel not in _TIMED:
                self._error("F004", group, (*path, "timeout"), f"A {self._authored.channel} has no time limit.", "Take `timeout` out.", key=True)
            yield from self._targets(authored.timeout.go, group, (*path, "timeout", "go"))
        for number, line in enumerate(authored.lines):
            if sum(text is not None for text in (line.customer, line.desk, line.narrator)) != 1:
                self._error("R011", group, (*path, "lines", number), "A line has exactly one speaker.", "Write `customer:`, `desk:` or `narrator:`.")
        yield from self._choices(flat)
        if authored.go is not None:
            yield from self._targets(authored.go, group, (*path, "go"))
        for number, branch in enumerate(authored.chance):
            yield from self._target(branch.go, group, (*path, "chance", number, "go"))

    def _choices(self, flat: FlatNode) -> Iterator[str]:
        seen: dict[str, int] = {}
        for number, choice in enumerate(flat.authored.choices):
            path = (*flat.path, "choices", number)
            if choice.id in seen:
                first = flat.group.places.span((*flat.path, "choices", seen[choice.id], "id"))
                span = flat.group.places.span((*path, "id"))
                self._findings.error("R005", span, f"`{flat.id}` has two choices `{choice.id}`.", "Rename one.", related=((first, "the first one"),))
            if not legal_id(choice.id):
                self._error("R006", flat.group, (*path, "id"), f"`{choice.id}` cannot be a choice id.", "Ids hold letters, digits, `-` and `_`.")
            seen.setdefault(choice.id, number)
            self._does(choice, flat.group, (*path, "does"))
            yield from self._targets(choice.go, flat.group, (*path, "go"))

    def _targets(self, go: str | Sequence[AuthoredTarget], group: Group, path: Path) -> Iterator[str]:
        if isinstance(go, str):
            yield from self._target(go, group, path)
            return
        for number, target in enumerate(go):
            yield from self._target(target.go, group, (*path, number, "go"))
        if not go or go[-1].when is not None:
            hint = "Add a last target without `when`, for when no guard holds."
            self._error("F002", group, path if not go else (*path, len(go) - 1), "The last target must have no guard.", hint)

    def _target(self, name: str, group: Group, path: Path) -> Iterator[str]:
        full = group.full(name)
        if name == RETURN and not group.prefix:
            self._error("F005", group, path, "`return` leads out of a part, and this is none.", "Name a node or an ending.")
        elif full in self._ids or (full in self._endings and not group.prefix):
            yield full
        else:
            known = {*group.nodes, RETURN} if group.prefix else self._ids | self._endings
            self._error("R001", group, path, f"There is no node or ending `{name}`.", did_you_mean(name, known))

    def _does(self, choice: AuthoredChoice, group: Group, path: Path) -> None:
        for number, entry in enumerate(choice.does):
            if isinstance(entry, str):
                self._step(entry, group, (*path, number))
            elif "step" in entry and "do" not in entry:
                self._step(str(entry["step"]), group, (*path, number, "step"))
            elif "do" not in entry or "step" in entry:
                self._error("R012", group, (*path, number), "A `does` entry says `step` or `do`.", "Write `SOP/step`, `{step: SOP/step}` or `{do: act}`.")

    def _step(self, name: str, group: Group, path: Path) -> None:
        sop_id, _, step_id = name.partition("/")
        cited = self._authored.sops
        if sop_id not in cited:
            hint = did_you_mean(sop_id, cited) or f"Add `{sop_id}` to `sops`."
            self._error("R008", group, path, f"The scenario does not cite the SOP `{sop_id}`.", hint)
        elif sop_id in self._sops and self._sops[sop_id].step(step_id) is None:
            known = [step.id for step in self._sops[sop_id].steps if step.id]
            self._error("R003", group, path, f"`{sop_id}` has no step `{step_id}`.", did_you_mean(step_id, known))

    def _circles(self) -> None:
        """Nodes that go on by themselves must not lead to each other in a circle."""
        onward = {
            flat.id: [flat.leads_to] if flat.leads_to else _onward(flat)
            for flat in self._nodes
            if flat.leads_to or (flat.authored.go is not None and not flat.authored.choices)
        }
        state: dict[str, int] = {}
        for flat in self._nodes:
            if flat.id in onward and not state.get(flat.id) and (found := _circle(flat.id, onward, state)):
                where = next(node for node in self._nodes if node.id == found)
                self._error("F003", where.group, where.path, f"`{found}` leads back to itself without a decision.", "Give a node on the way choices.", key=True)

    def _error(self, code: str, group: Group, path: Path, message: str, hint: str = "", *, key: bool = False) -> None:
        span = group.places.span(path, key=key)
        if not self._findings.seen(code, span):
            self._findings.error(code, span, message, hint)


def _onward(flat: FlatNode) -> list[str]:
    go = flat.authored.go
    if go is None:
        return []
    return [flat.group.full(go)] if isinstance(go, str) else [flat.group.full(target.go) for target in go]


def _circle(first: str, onward: Mapping[str, list[str]], state: dict[str, int]) -> str:
    """A node on a circle reachable from `first`, or empty; `state` is 1 for nodes on the way, 2 for nodes that are done."""
    stack = [(first, iter(onward[first]))]
    state[first] = 1
    while stack:
        node, following = stack[-1]
        for target in following:
            if state.get(target) == 1:
                return target
            if target in onward and not state.get(target):
                state[target] = 1
                stack.append((target, iter(onward[target])))
                break
        else:
            state[node] = 2
            stack.pop()
    return ""
