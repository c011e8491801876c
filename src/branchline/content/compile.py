"""Authored models → what the engine runs, with content and logic hashes; and the same again from what the journal kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.content.arrange import FIRST_FREE, arrange, in_cycles, start_value
from branchline.content.build import Builder, deed, layout_of
from branchline.content.compiled import HEAT, TRUST, Core, Customer, Ending, Node, Scenario
from branchline.content.expand import Group, domain_of, expand
from branchline.content.expressions import Expressions
from branchline.content.facts import TIER, kind_of
from branchline.content.findings import Findings, Nowhere, Places
from branchline.content.language import Domain, FactType
from branchline.content.references import References
from branchline.content.scenario import AuthoredPart, AuthoredScenario, AuthoredTranslation
from branchline.content.sop import Sop, read_sop
from branchline.content.translate import translated
from branchline.errors import DamagedData
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from branchline.content.arrange import Arrangement
    from branchline.content.expand import FlatNode

WEIGHTS = (40, 40, 20)
"""Empathy, SOP, outcome, where the course says nothing else (scoring page, "Outcome, composite, pass")."""

@dataclass(frozen=True)
class Loaded:
    """One scenario and everything it draws on, read and of the right shape."""

    data: Mapping[str, Any]
    """The scenario file as plain data."""
    authored: AuthoredScenario
    places: Places
    parts: Mapping[str, tuple[Places, AuthoredPart, Mapping[str, Any]]]
    sops: Mapping[str, Sop]
    translation: Mapping[str, Any] | None = None


def compile_scenario(loaded: Loaded, findings: Findings) -> Scenario | None:
    """The playable Scenario, or None where the findings hold an error."""
    authored = loaded.authored
    if loaded.translation is not None:
        authored = translated(authored, AuthoredTranslation.model_validate(loaded.translation), loaded.places, findings)
    _check_sops(authored, loaded, findings)
    nodes = expand(authored.nodes, loaded.places, {name: (places, part) for name, (places, part, _) in loaded.parts.items()}, findings)
    references = References(authored, nodes, loaded.sops, findings)
    leads = references.check()
    variables = _variables(authored, loaded.places, findings)
    facts = _facts(authored)
    root = nodes[0].group if nodes else Group(loaded.places)
    if authored.start not in authored.nodes:
        hint = did_you_mean(authored.start, authored.nodes)
        findings.error("R001", loaded.places.span(("start",)), f"There is no node `{authored.start}` to start at.", hint)
    kinds = {name: kind_of(value) for name, value in facts.items()}
    known_steps = frozenset(f"{sop.id}/{step.id}" for sop in loaded.sops.values() for step in sop.steps if step.id)
    expressions = Expressions(variables, kinds, known_steps, findings)
    _read_all(nodes, expressions)
    guards = _read_guards(loaded.sops, root, expressions)
    if findings.failed:
        return None
    steps = sorted({done.name for flat in nodes for choice in flat.authored.choices for entry in choice.does if (done := deed(entry)).step})
    at = arrange(nodes, expressions.reads(), variables, kinds, steps, in_cycles(leads))
    expressions.place = lambda ref: at.places[ref]
    names = sorted([*(flat.id for flat in nodes), *authored.endings])
    places = {name: index for index, name in enumerate(names)}
    builder = Builder(at, expressions, places, _values(authored, facts), authored.customer.volatility, findings)
    built = {flat.id: builder.node(flat) for flat in nodes}
    endings = {name: Ending(name, places[name], ending.title, ending.outcome, ending.value) for name, ending in authored.endings.items()}
    if findings.failed:
        return None
    spots: list[Node | Ending] = [built[name] if name in built else endings[name] for name in names]
    layout = layout_of(at, spots, _blank(authored, at), places[authored.start])
    return Scenario(
        id=authored.id,
        version=authored.version,
        title=authored.title,
        summary=authored.summary,
        channel=authored.channel,
        language=authored.language if loaded.translation is None else str(loaded.translation["language"]),
        level=authored.level,
        minutes=authored.minutes,
        skills=tuple(authored.skills),
        customer=_customer(authored),
        facts=facts,
        sops=loaded.sops,
        guards={key: expressions.guard(text, root) for key, text in guards.items()},
        nodes=built,
        endings=endings,
        layout=layout,
        weights=WEIGHTS,
        pass_mark=authored.pass_mark,
        review_status=authored.review.status,
        renamed=_renamed(nodes),
        bundle=_bundle(loaded),
    )


def scenario_from_bundle(bundle: Mapping[str, Any]) -> Scenario:
    """The Scenario that the journal kept, compiled again; DamagedData where it no longer compiles."""
    findings = Findings()
    try:
        parts = {name: (Nowhere(), AuthoredPart.model_validate(data), data) for name, data in bundle["parts"].items()}
        sops = {name: sop for name, text in bundle["sops"].items() if (sop := read_sop(text, name)[0]) is not None}
        authored = AuthoredScenario.model_validate(bundle["scenario"])
        scenario = compile_scenario(Loaded(bundle["scenario"], authored, Nowhere(), parts, sops, bundle["translation"]), findings)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise DamagedData("The kept content of a session cannot be read.", hint="Export the session and report it.") from error
    if scenario is None:
        raise DamagedData(f"The kept content of a session no longer compiles: {findings.diagnostics[0].message}")
    return scenario


def _bundle(loaded: Loaded) -> Mapping[str, Any]:
    return {
        "format": 1,
        "scenario": loaded.data,
        "parts": {name: data for name, (_, _, data) in sorted(loaded.parts.items())},
        "sops": {name: sop.text for name, sop in sorted(loaded.sops.items())},
        "translation": loaded.translation,
    }


def _check_sops(authored: AuthoredScenario, loaded: Loaded, findings: Findings) -> None:
    """P001: a required step that no reply can carry out would be lost points that nobody could earn."""
    done = {deed(entry).name for node in _all_nodes(authored, loaded) for choice in node.choices for entry in choice.does}
    for number, sop_id in enumerate(authored.sops):
        sop = loaded.sops.get(sop_id)
        if sop is None:
            continue
        needed = {step.id for step in sop.required} if not sop.outcomes else {step for outcome in sop.outcomes for step in outcome.requires}
        if missing := sorted(step for step in needed if sop.step(step) is not None and f"{sop_id}/{step}" not in done):
            span = loaded.places.span(("sops", number))
            findings.warning("P001", span, f"No reply carries out {', '.join(missing)} of {sop_id}.", "Add the step to a reply's `does`; it is not counted.")


def _all_nodes(authored: AuthoredScenario, loaded: Loaded) -> list[Any]:
    return [*authored.nodes.values(), *(node for _, part, _ in loaded.parts.values() for node in part.nodes.values())]


def _variables(authored: AuthoredScenario, places: Places, findings: Findings) -> dict[str, Domain]:
    variables: dict[str, Domain] = {}
    for name, declared in authored.variables.items():
        try:
            domain = domain_of(declared)
            start_value(domain, getattr(declared, "start", None))
        except ValueError as error:
            findings.error("V001", places.span(("variables", name)), f"`{name}` cannot be: {error}.", "Write a range from low to high with its start inside.")
            continue
        variables[name] = domain
    return variables


def _facts(authored: AuthoredScenario) -> dict[str, int | float | bool | str]:
    """What guards and SOPs may read beside variables: the case, the customer card, the learner's tier."""
    card = authored.customer
    facts: dict[str, int | float | bool | str] = {f"case.{name}": value for name, value in authored.case.items()}
    facts |= {"customer.plan": card.plan, "customer.tenure_months": card.tenure_months or 0, TIER: 1}
    return facts


def _values(authored: AuthoredScenario, facts: Mapping[str, int | float | bool | str]) -> dict[str, object]:
    return {**facts, "customer.name": authored.customer.name, "customer.account": authored.customer.account}


def _customer(authored: AuthoredScenario) -> Customer:
    card = authored.customer
    history = tuple((contact.when, contact.channel, contact.text) for contact in card.history)
    return Customer(card.name, card.account, card.plan, card.tenure_months, card.trust, card.heat, card.volatility, tuple(card.needs), history)


def _read_all(nodes: list[FlatNode], expressions: Expressions) -> None:
    for flat in nodes:
        node, group, path = flat.authored, flat.group, flat.path
        expressions.read_effects(node.on_enter, group, (*path, "on_enter"))
        for number, line in enumerate(node.lines):
            expressions.read_condition(line.when, group, (*path, "lines", number, "when"))
        if node.timeout is not None:
            _read_targets(node.timeout.go, flat, (*path, "timeout", "go"), expressions)
        _read_targets(node.go, flat, (*path, "go"), expressions)
        for number, choice in enumerate(node.choices):
            here = (*path, "choices", number)
            expressions.read_condition(choice.when, group, (*here, "when"))
            if choice.locked_when is not None:
                expressions.read_condition(choice.locked_when.when, group, (*here, "locked_when", "when"))
            expressions.read_effects(choice.effects, group, (*here, "effects"))
            _read_targets(choice.go, flat, (*here, "go"), expressions)


def _read_targets(go: Any, flat: FlatNode, path: tuple[str | int, ...], expressions: Expressions) -> None:
    if go is not None and not isinstance(go, str):
        for number, target in enumerate(go):
            expressions.read_condition(target.when, flat.group, (*path, number, "when"))


def _read_guards(sops: Mapping[str, Sop], root: Group, expressions: Expressions) -> dict[tuple[str, str], str]:
    """The guards in cited SOPs that this scenario can decide; one that reads an unknown fact is left undecided."""
    found = {(sop.id, outcome.id): outcome.when for sop in sops.values() for outcome in sop.outcomes}
    found |= {(sop.id, f"#{step.id}"): step.when for sop in sops.values() for step in sop.steps if step.id}
    found |= {(sop.id, f"!{number}"): rule.when for sop in sops.values() for number, rule in enumerate(sop.never)}
    return {key: text for key, text in found.items() if text and expressions.readable(text, root)}


def _blank(authored: AuthoredScenario, at: Arrangement) -> Core:
    core = [0] * max(at.size, FIRST_FREE)
    core[TRUST], core[HEAT] = authored.customer.trust, authored.customer.heat
    for name, declared in authored.variables.items():
        index, domain = at.variables[name]
        core[index] = start_value(domain, getattr(declared, "start", None))
    return tuple(core)


def _renamed(nodes: list[FlatNode]) -> dict[str, str]:
    """Present id by former id; a choice's former name stands under its node's present and former ids."""
    found: dict[str, str] = {}
    for flat in nodes:
        former = flat.authored.renamed_from
        if former:
            found[flat.group.full(former)] = flat.id
        for choice in flat.authored.choices:
            if choice.renamed_from:
                for node_id in (flat.id, *([flat.group.full(former)] if former else [])):
                    found[f"{node_id}.{choice.renamed_from}"] = choice.id
    return found
