"""Whether everything that a scenario names exists, and every node leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.expand import ID_RULE, RETURN, FlatNode, Group, legal_id
from branchline.content.language.domains import GAUGES
from branchline.content.language.tokens import KEYWORDS, NUMBER_FUNCTIONS, REFERENCE_FUNCTIONS
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchline.content.findings import Findings, Path, Places
    from branchline.content.scenario import AuthoredChoice, AuthoredScenario, AuthoredTarget
    from branchline.content.sop import Sop

_TIMED = frozenset({"phone", "chat"})
_WORDS = frozenset({*GAUGES, *KEYWORDS, *NUMBER_FUNCTIONS, *REFERENCE_FUNCTIONS, "set", "clear", "is"})
"""What a condition or effect would understand as something else than a variable."""


class References:
    """Checks one scenario's flat nodes; everything wrong goes to the findings."""

    def __init__(
        self, authored: AuthoredScenario, places: Places, nodes: Sequence[FlatNode], sops: Mapping[str, Sop], findings: Findings
    ) -> None:
        """`places` are the scenario file's; `sops` are the cited SOPs that could be loaded."""
        self._authored = authored
        self._root = Group(places)
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
            found = list(self._node(flat))
            leads[flat.id] = [flat.leads_to] if flat.leads_to else found
        self._circles()
        return leads

    def _names(self) -> None:
        start, known = self._authored.start, self._authored.nodes
        if start not in known:
            self._error("R001", self._root, ("start",), f"There is no node `{start}` to start at.", did_you_mean(start, known))
        for ending in self._authored.endings:
            path: Path = ("endings", ending)
            if not legal_id(ending) or ending == RETURN:
                self._error("R006", self._root, path, f"`{clean_line(ending)}` cannot be an ending's id.", ID_RULE, key=True)
            if ending in self._ids:
                self._error("V002", self._root, path, f"`{ending}` is a node and an ending.", "Give one of them another id.", key=True)
        for name in self._authored.variables:
            if not legal_id(name):
                self._error(
                    "R006", self._root, ("variables", name), f"`{clean_line(name)}` cannot be a variable's name.", ID_RULE, key=True
                )
            elif name in _WORDS:
                hint = "The language of conditions has that word already; choose another."
                self._error("V002", self._root, ("variables", name), f"`{name}` cannot be a variable.", hint, key=True)

    def _node(self, flat: FlatNode) -> Iterator[str]:
        authored, group, path = flat.authored, flat.group, flat.path
        self._ways(flat)
        if authored.timeout is not None:
            if self._authored.channel not in _TIMED:
                message = f"A conversation by {self._authored.channel} has no time limit."
                self._error("F004", group, (*path, "timeout"), message, "Take `timeout` out.", key=True)
            yield from self._targets(authored.timeout.go, group, (*path, "timeout", "go"))
        for number, line in enumerate(authored.lines):
            if sum(text is not None for text in (line.customer, line.desk, line.narrator)) != 1:
                hint = "Write `customer:`, `desk:` or `narrator:`."
                self._error("R011", group, (*path, "lines", number), "A line has exactly one speaker.", hint)
        yield from self._choices(flat)
        if authored.go is not None:
            yield from self._targets(authored.go, group, (*path, "go"))
        for number, branch in enumerate(authored.chance):
            yield from self._target(branch.go, group, (*path, "chance", number, "go"))

    def _ways(self, flat: FlatNode) -> None:
        """F001: a node is a decision (choices, a time limit or both), or it leads on, or chance decides, or it calls a part."""
        authored = flat.authored
        decision = [name for name, there in (("choices", authored.choices), ("timeout", authored.timeout)) if there]
        ways = [name for name, there in (("go", authored.go is not None), ("chance", authored.chance)) if there]
        if flat.leads_to:
            ways = ["call", *(way for way in ways if way != "go")]
        if len(ways) + bool(decision) == 1:
            return
        name = flat.id.removesuffix(f"/{RETURN}")
        if ways or decision:
            hint = f"Keep one of {' and '.join(f'`{way}`' for way in (*decision, *ways))}."
        elif name != flat.id:
            hint = "Say with `go` where it leads when the part is done."
        else:
            hint = "Give it `choices`, or `go`, or `chance`, or `call`."
        message = f"`{name}` has {'several ways on' if ways or decision else 'no way on'}."
        self._error("F001", flat.group, flat.path, message, hint, key=True)

    def _choices(self, flat: FlatNode) -> Iterator[str]:
        seen: dict[str, int] = {}
        for number, choice in enumerate(flat.authored.choices):
            path = (*flat.path, "choices", number)
            if choice.id in seen:
                self._twice(flat, choice.id, seen[choice.id], number)
            if not legal_id(choice.id):
                self._error("R006", flat.group, (*path, "id"), f"`{clean_line(choice.id)}` cannot be a choice id.", ID_RULE)
            seen.setdefault(choice.id, number)
            self._does(choice, flat.group, (*path, "does"))
            yield from self._targets(choice.go, flat.group, (*path, "go"))

    def _twice(self, flat: FlatNode, choice_id: str, first: int, second: int) -> None:
        path, places = (*flat.path, "choices"), flat.group.places
        span = places.span((*path, second, "id"))
        if not self._findings.seen("R005", span):
            related = ((places.span((*path, first, "id")), "the first one"),)
            self._findings.error("R005", span, f"`{flat.id}` has two choices `{choice_id}`.", "Rename one of them.", related=related)

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
                hint = "Write `SOP/step`, `{step: SOP/step}` or `{do: act}`."
                self._error("R012", group, (*path, number), "A `does` entry says either `step` or `do`.", hint)

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
        """F003: nodes that go on by themselves, or by chance, must not lead to each other in a circle."""
        onward = {flat.id: found for flat in self._nodes if (found := _onward(flat))}
        written = {flat.id: flat for flat in self._nodes}
        state: dict[str, int] = {}
        for name in onward:
            if not state.get(name) and (back := _circle(name, onward, state)):
                where = written[back]
                message = f"`{back}` leads back to itself without a decision."
                self._error("F003", where.group, where.path, message, "Give a node on the way choices.", key=True)

    def _error(self, code: str, group: Group, path: Path, message: str, hint: str = "", *, key: bool = False) -> None:
        span = group.places.span(path, key=key)
        if not self._findings.seen(code, span):
            self._findings.error(code, span, message, hint)


def _onward(flat: FlatNode) -> list[str]:
    """Where a node leads without a decision of the learner; empty for a decision."""
    node = flat.authored
    if flat.leads_to:
        return [flat.leads_to]
    names = [branch.go for branch in node.chance]
    if node.go is not None and not node.choices:
        names += [node.go] if isinstance(node.go, str) else [target.go for target in node.go]
    return [flat.group.full(name) for name in names]


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
