"""What changed by meaning between two versions: by id, never by line; and which kept sessions the new one can no longer replay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.authoring.flat import flat_nodes, ways, ways_by_itself, written_scenario
from branchline.authoring.writing import flow
from branchline.content.desk_types import Drill
from branchline.explore import explore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchline.content.compiled import Scenario
    from branchline.content.expand import FlatNode
    from branchline.content.scenario import AuthoredChoice
    from branchline.engine.play import Content


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    what: str
    """`added`, `removed`, `renamed`, `changed`, or `unreachable` where some play reached it and none does any more."""
    kind: str
    """`node`, `choice`, `ending`, `variable`, `scenario`; of a drill `drill` or `desk`."""
    place: str
    """The present id; of what was removed the former one; of a drill the keys that lead there."""
    field: str = ""
    """Of what changed: `guard`, `targets`, `effects`, `steps`, `empathy`, `chance`, …; empty elsewhere."""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions compared."""

    changes: tuple[Change, ...]
    texts: tuple[str, ...]
    """Where a text is not as it was, by place and field."""
    same_logic: bool
    """Whether every reply leads where it led."""


Facts = dict[str, str]
"""By field, what it says, as one line."""
Things = dict[str, tuple[Facts, Facts, str]]
"""By id: what decides, what is read, and the former id or nothing."""

_SCORES = ("empathy", "flags", "critical", "solves", "repeats", "transfers")


def difference(old: Content, new: Content) -> Difference:
    """What changed from `old` to `new`, which are of one kind."""
    same = old.logic_hash == new.logic_hash
    if isinstance(old, Drill) or isinstance(new, Drill):
        return Difference(tuple(_data_changes(old.bundle, new.bundle)), (), same)
    changes: list[Change] = []
    texts: list[str] = []
    before, after = dict(_kinds(old)), dict(_kinds(new))
    moved = {former: name for name, (_, _, former) in after["node"].items() if name not in before["node"] and former in before["node"]}
    for kind, things in after.items():
        _compare(kind, before[kind], things, changes, texts, moved)
    if not same:
        changes += _out_of_reach(old, new, moved)
    return Difference(tuple(changes), tuple(texts), same)


def _out_of_reach(old: Scenario, new: Scenario, moved: Mapping[str, str]) -> Iterator[Change]:
    """The nodes and endings that some play of the old version reaches and no play of the new one; none where that is not known."""
    after = explore(new)
    if not after.complete:
        return
    before = explore(old)
    reached = {moved.get(name, name) for name in (*old.nodes, *old.endings) if before.witness(name) is not None}
    for kind, names in (("node", new.nodes), ("ending", new.endings)):
        yield from (Change("unreachable", kind, name) for name in names if name in reached and after.witness(name) is None)


def _kinds(scenario: Scenario) -> Iterator[tuple[str, Things]]:
    """Everything of a scenario that has an id, by kind; nodes stand before choices."""
    authored = written_scenario(scenario)
    whole: Facts = {
        "start": authored.start,
        "SOPs": flow(authored.sops),
        "case": flow(authored.case),
        "channel": authored.channel,
        "pass mark": str(authored.pass_mark),
        "trust and heat": f"{authored.customer.trust}, {authored.customer.heat}, {authored.customer.volatility}",
    }
    yield "scenario", {scenario.id: (whole, {"title": authored.title, "summary": authored.summary}, "")}
    variables = {name: flow(data) for name, data in scenario.bundle["scenario"].get("variables", {}).items()}
    yield "variable", {name: ({"domain": told}, {}, "") for name, told in variables.items()}
    flat = flat_nodes(scenario)
    yield "node", {node.id: (_node(node), _node_texts(node), _former(node)) for node in flat}
    yield "choice", {f"{node.id}.{choice.id}": _choice(node, choice) for node in flat for choice in node.authored.choices}
    endings = authored.endings.items()
    yield (
        "ending",
        {name: ({"outcome": each.outcome, "value": flow(each.value)}, {"title": each.title}, "") for name, each in endings},
    )


def _former(flat: FlatNode) -> str:
    return flat.group.full(flat.authored.renamed_from) if flat.authored.renamed_from else ""


def _node(flat: FlatNode) -> Facts:
    node = flat.authored
    silence = "" if node.timeout is None else f"{node.timeout.after:g} s: {_ways(flat, node.timeout.go)}"
    lines = [{"speaker": _speaker(line.customer, line.desk), "when": line.when} for line in node.lines if line.when]
    return {
        "effects": flow(node.on_enter),
        "targets": "" if node.choices else ", ".join(_way(*way) for way in ways_by_itself(flat)),
        "chance": ", ".join(f"{branch.weight}: {flat.group.full(branch.go)}" for branch in node.chance),
        "time limit": silence,
        "call": f"{node.call} {flow(node.with_)}" if node.call else "",
        "guards of lines": flow(lines) if lines else "",
    }


def _speaker(customer: str | None, desk: str | None) -> str:
    return "customer" if customer is not None else "desk" if desk is not None else "narrator"


def _node_texts(flat: FlatNode) -> Facts:
    node = flat.authored
    lines = {f"line {number}": line.customer or line.desk or line.narrator or "" for number, line in enumerate(node.lines, 1)}
    return {"claim": node.claim, **lines}


def _choice(flat: FlatNode, choice: AuthoredChoice) -> tuple[Facts, Facts, str]:
    lock = choice.locked_when
    rated = "" if choice.empathy is None else flow(choice.empathy.model_dump())
    decides: Facts = {
        "guard": choice.when or "",
        "lock": "" if lock is None else lock.when,
        "targets": _ways(flat, choice.go),
        "effects": flow(choice.effects),
        "steps": flow(choice.does),
        "sticky": flow(choice.sticky),
        **{name: rated if name == "empathy" else flow(getattr(choice, name)) for name in _SCORES},
    }
    texts = {"say": choice.say, "because": choice.because, "why": "" if lock is None else lock.why}
    return decides, texts, f"{flat.id}.{choice.renamed_from}" if choice.renamed_from else ""


def _ways(flat: FlatNode, go: Any) -> str:
    return ", ".join(_way(*way) for way in ways(flat, go))


def _way(target: str, when: str) -> str:
    return f"{target} [{when}]" if when else target


def _compare(kind: str, old: Things, new: Things, changes: list[Change], texts: list[str], moved: Mapping[str, str]) -> None:
    """What became of each thing of one kind; `moved` holds the present id of renamed nodes by their former one."""
    former = {name: _former_id(kind, name, thing[2], old, moved) for name, thing in new.items()}
    gone = [name for name in old if name not in former.values()]
    changes += [Change("removed", kind, name) for name in gone if not (kind == "choice" and _node_gone(name, new, moved))]
    for name, (decides, said, _) in new.items():
        source = former[name]
        if source is None:
            changes.append(Change("added", kind, name))
            continue
        if source != name and not (kind == "choice" and source.rpartition(".")[2] == name.rpartition(".")[2]):
            changes.append(Change("renamed", kind, name, "", source, name))
        was = old[source]
        changes += [
            Change("changed", kind, name, field, _present(was[0].get(field, ""), moved), told)
            for field, told in decides.items()
            if _present(was[0].get(field, ""), moved) != told
        ]
        fields = [*dict.fromkeys([*was[1], *said])]
        texts += [f"{name} {field}" for field in fields if was[1].get(field, "") != said.get(field, "")]


def _former_id(kind: str, name: str, renamed_from: str, old: Things, moved: Mapping[str, str]) -> str | None:
    """The id that a present thing had, None where there was none."""
    candidates = [name, renamed_from]
    if kind == "choice":
        back = {present: past for past, present in moved.items()}
        candidates += [f"{back[node]}.{choice}" for node, _, choice in (each.rpartition(".") for each in candidates) if node in back]
    return next((each for each in candidates if each in old), None)


def _node_gone(choice: str, new: Things, moved: Mapping[str, str]) -> bool:
    """Whether a removed choice went with its whole node, which is told once."""
    node = choice.rpartition(".")[0]
    return not any(name.rpartition(".")[0] in {node, moved.get(node)} for name in new)


def _present(told: str, moved: Mapping[str, str]) -> str:
    """What the old version says, renamed nodes by their present id."""
    for past, present in moved.items():
        told = re.sub(rf"(?<![\w/.-]){re.escape(past)}(?![\w-])", present, told)
    return told


def _data_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Of a drill: every value that is not as it was, by the keys that lead to it; lists are one value."""
    for kind in ("drill", "desk"):
        before, after = dict(_leaves(old.get(kind, {}))), dict(_leaves(new.get(kind, {})))
        for place in dict.fromkeys([*before, *after]):
            if place not in after:
                yield Change("removed", kind, place, old=before[place])
            elif place not in before:
                yield Change("added", kind, place, new=after[place])
            elif before[place] != after[place]:
                yield Change("changed", kind, place, "value", before[place], after[place])


def _leaves(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, flow(data)
