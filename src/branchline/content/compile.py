"""Authored models → what the engine runs, with content and logic hashes; and the same again from what the journal kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from branchline.content.arrange import FIRST_FREE, arrange, in_cycles
from branchline.content.build import Builder, deed, layout_of
from branchline.content.compiled import DIMENSIONS, HEAT, NA_LEVEL, TRUST, Core, Customer, Ending, Layout, Node, Ratings, Scenario
from branchline.content.diagnostic import Severity
from branchline.content.expand import DOMAIN_RULE, Group, domain_of, expand, start_value
from branchline.content.expressions import Expressions
from branchline.content.facts import TIER, Value, kind_of
from branchline.content.findings import MOST_ERRORS, Enough, Findings, Nowhere, Places
from branchline.content.levels import MOST
from branchline.content.references import References
from branchline.content.scenario import AuthoredPart, AuthoredScenario, AuthoredTranslation
from branchline.content.sop import Sop, read_sop
from branchline.content.translate import translated
from branchline.errors import DamagedData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.arrange import Arrangement
    from branchline.content.expand import FlatNode
    from branchline.content.language import Domain, FactType

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
    translation_places: Places = field(default_factory=Nowhere)
    broken: frozenset[str] = frozenset()
    """Parts whose file is there and cannot be read; their own Diagnostics say why."""

    @cached_property
    def expansion(self) -> tuple[list[FlatNode], Findings]:
        """The nodes as authored with parts in the place of their calls, and what is wrong with ids and calls."""
        return self.expanded(self.authored)

    def expanded(self, authored: AuthoredScenario) -> tuple[list[FlatNode], Findings]:
        """The same of `authored`, which may be translated."""
        findings = Findings()
        parts = {name: (places, part) for name, (places, part, _) in self.parts.items()}
        return expand(authored.nodes, self.places, parts, findings, self.broken), findings


@dataclass(frozen=True)
class _Checked:
    """One scenario whose names and expressions have been checked."""

    authored: AuthoredScenario
    nodes: list[FlatNode]
    leads: dict[str, list[str]]
    """Where each node leads, by full id."""
    variables: dict[str, Domain]
    facts: dict[str, Value]
    expressions: Expressions
    guards: dict[tuple[str, str], str]
    root: Group

    @property
    def kinds(self) -> dict[str, FactType]:
        """The type of each fact."""
        return {name: kind_of(value) for name, value in self.facts.items()}


def compile_scenario(loaded: Loaded, findings: Findings) -> Scenario | None:
    """The playable Scenario, or None where the findings hold an error; of very many only the first are told."""
    findings.most = len(findings.diagnostics) + MOST_ERRORS
    try:
        return _compiled(loaded, findings)
    except Enough:
        findings.most = None
        message = f"There are more errors than these {MOST_ERRORS}; the others are not told."
        findings.error("R016", loaded.places.span(("id",)), message, "Mend these first: many of the others may have the same cause.")
        return None
    finally:
        findings.most = None


def _compiled(loaded: Loaded, findings: Findings) -> Scenario | None:
    authored = loaded.authored
    if loaded.translation is not None:
        translation = AuthoredTranslation.model_validate(loaded.translation)
        authored = translated(authored, translation, loaded.translation_places, findings)
    checked = _check(authored, loaded, findings)
    if findings.failed:
        return None
    layout, nodes, endings = _build(checked, findings)
    return None if findings.failed else _scenario(checked, loaded, layout, nodes, endings)


def _check(authored: AuthoredScenario, loaded: Loaded, findings: Findings) -> _Checked:
    """Every name resolved and every expression parsed; what is wrong goes to `findings`."""
    _check_sops(authored, loaded, findings)
    nodes, found = loaded.expansion if authored is loaded.authored else loaded.expanded(authored)
    findings.diagnostics += found.diagnostics
    leads = References(authored, loaded.places, nodes, loaded.sops, findings).check()
    variables = _variables(authored, loaded.places, findings)
    facts = _facts(authored)
    root = nodes[0].group if nodes else Group(loaded.places)
    known_steps = frozenset(f"{sop.id}/{step.id}" for sop in loaded.sops.values() for step in sop.steps if step.id)
    expressions = Expressions(variables, {name: kind_of(value) for name, value in facts.items()}, known_steps, findings)
    _read_all(nodes, expressions)
    guards = _read_guards(authored, loaded, root, expressions, findings)
    return _Checked(authored, nodes, leads, variables, facts, expressions, guards, root)


def _build(checked: _Checked, findings: Findings) -> tuple[Layout, dict[str, Node], dict[str, Ending]]:
    """The layout with its places, and the nodes and endings by id."""
    authored, expressions = checked.authored, checked.expressions
    at = arrange(checked.nodes, expressions.reads(), checked.variables, checked.kinds, _steps(checked.nodes), in_cycles(checked.leads))
    expressions.place = lambda ref: at.places[ref]
    names = sorted([*(flat.id for flat in checked.nodes), *authored.endings])
    places = {name: index for index, name in enumerate(names)}
    builder = Builder(at, expressions, places, _values(authored, checked.facts), authored.customer.volatility, findings)
    nodes = {flat.id: builder.node(flat) for flat in checked.nodes}
    endings = {name: builder.ending(name, ending, checked.root) for name, ending in authored.endings.items()}
    spots: list[Node | Ending] = [nodes[name] if name in nodes else endings[name] for name in names]
    return layout_of(at, spots, _blank(authored, at), places[authored.start]), nodes, endings


def _steps(nodes: list[FlatNode]) -> list[str]:
    """`SOP/step` of every step that some reply carries out, sorted."""
    deeds = (deed(entry) for flat in nodes for choice in flat.authored.choices for entry in choice.does)
    return sorted({done.name for done in deeds if done.step})


def _scenario(checked: _Checked, loaded: Loaded, layout: Layout, nodes: dict[str, Node], endings: dict[str, Ending]) -> Scenario:
    authored = checked.authored
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
        facts=checked.facts,
        sops=loaded.sops,
        guards={key: checked.expressions.guard(text, checked.root) for key, text in checked.guards.items()},
        nodes=nodes,
        endings=endings,
        layout=layout,
        weights=WEIGHTS,
        pass_mark=authored.pass_mark,
        review_status=authored.review.status,
        raters=_raters(authored, nodes),
        renamed=_renamed(checked.nodes),
        bundle=_bundle(loaded),
        trees=checked.expressions.trees,
        parsed=checked.expressions.parsed,
    )


def _raters(authored: AuthoredScenario, nodes: Mapping[str, Node]) -> Ratings:
    """The experts' ratings of replies and dimensions that there are; E011 tells of the others."""
    given = authored.review.raters
    known = {choice.name for node in nodes.values() for choice in node.choices} if given else set()
    return {
        name: {
            dimension: tuple(level if isinstance(level, int) else NA_LEVEL if level == "na" else None for level in levels)
            for dimension, levels in rated.items()
            if dimension in DIMENSIONS and all(not isinstance(level, int) or 0 <= level <= MOST for level in levels)
        }
        for name, rated in given.items()
        if name in known
    }


def scenario_from_bundle(bundle: Mapping[str, Any]) -> Scenario:
    """The Scenario that the journal kept, compiled again; DamagedData where it no longer compiles."""
    findings = Findings()
    try:
        parts = {name: (Nowhere(), AuthoredPart.model_validate(data), data) for name, data in bundle["parts"].items()}
        sops = {name: _kept_sop(name, text) for name, text in bundle["sops"].items()}
        translation = bundle["translation"]
        if translation is not None:
            AuthoredTranslation.model_validate(translation)
        authored = AuthoredScenario.model_validate(bundle["scenario"])
        loaded = Loaded(bundle["scenario"], authored, Nowhere(), parts, sops, translation)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise DamagedData("The kept content of a session cannot be read.", hint="Export the session and report it.") from error
    scenario = compile_scenario(loaded, findings)
    if scenario is None:
        first = next(found for found in findings.diagnostics if found.severity is Severity.ERROR)
        raise DamagedData(f"The kept content of a session no longer compiles: {first.message}")
    return scenario


def _kept_sop(name: str, text: str) -> Sop:
    sop, found = read_sop(text, name)
    if sop is None:
        raise DamagedData(f"A kept SOP, {name}, can no longer be read: {found[0].message}")
    return sop


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
        can = {step.id for step in sop.steps if f"{sop_id}/{step.id}" in done}
        if missing := sorted(name for name in needed if not sop.complete(name, can)):
            span = loaded.places.span(("sops", number))
            findings.warning(
                "P001",
                span,
                f"No reply carries out {', '.join(missing)} of {sop_id}.",
                "Add the step to a reply's `does`; it is not counted.",
            )


def _all_nodes(authored: AuthoredScenario, loaded: Loaded) -> list[Any]:
    return [*authored.nodes.values(), *(node for _, part, _ in loaded.parts.values() for node in part.nodes.values())]


def _variables(authored: AuthoredScenario, places: Places, findings: Findings) -> dict[str, Domain]:
    variables: dict[str, Domain] = {}
    for name, declared in authored.variables.items():
        try:
            domain = domain_of(declared)
            start_value(domain, getattr(declared, "start", None))
        except ValueError as error:
            findings.error("V001", places.span(("variables", name)), f"`{name}` cannot be: {error}.", DOMAIN_RULE)
            continue
        variables[name] = domain
    return variables


def _facts(authored: AuthoredScenario) -> dict[str, Value]:
    """What guards and SOPs may read beside variables: the case, the customer card, the learner's tier."""
    card = authored.customer
    facts: dict[str, Value] = {f"case.{name}": value for name, value in authored.case.items()}
    facts |= {"customer.plan": card.plan, "customer.tenure_months": card.tenure_months or 0, TIER: 1}
    return facts


def _values(authored: AuthoredScenario, facts: Mapping[str, Value]) -> dict[str, Value]:
    """What texts may name beside variables; the tier is the learner's, and so unknown before play."""
    known = {name: value for name, value in facts.items() if name != TIER}
    return {**known, "customer.name": authored.customer.name, "customer.account": authored.customer.account}


def _customer(authored: AuthoredScenario) -> Customer:
    card = authored.customer
    history = tuple((contact.when, contact.channel, contact.text) for contact in card.history)
    return Customer(
        card.name, card.account, card.plan, card.tenure_months, card.trust, card.heat, card.volatility, tuple(card.needs), history
    )


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


def _read_guards(
    authored: AuthoredScenario, loaded: Loaded, root: Group, expressions: Expressions, findings: Findings
) -> dict[tuple[str, str], str]:
    """The guards in cited SOPs that this scenario can decide; one that reads what nobody gives is left undecided, with a P002."""
    decided: dict[tuple[str, str], str] = {}
    for number, sop_id in enumerate(authored.sops):
        for part, text in loaded.sops[sop_id].conditions if sop_id in loaded.sops else ():
            problem = expressions.unreadable(text, root)
            if problem is None:
                decided[sop_id, part] = text
                continue
            span = loaded.places.span(("sops", number))
            message = f"A condition in {sop_id}, `{text}`, cannot be decided here: {problem.message}"
            if all(known.message != message for known in findings.diagnostics):
                findings.warning("P002", span, message, "Give the fact under `case`, or declare a variable of that name.")
    return decided


def _blank(authored: AuthoredScenario, at: Arrangement) -> Core:
    core = [0] * max(at.size, FIRST_FREE)
    core[TRUST], core[HEAT] = authored.customer.trust, authored.customer.heat
    for name, declared in authored.variables.items():
        index, domain = at.variables[name]
        core[index] = start_value(domain, getattr(declared, "start", None))
    return tuple(core)


def _renamed(nodes: list[FlatNode]) -> dict[str, str]:
    """Present id by former id: of nodes, also inside parts whose call was renamed, and of choices under every id of their node."""
    former = {flat.id: flat.group.full(flat.authored.renamed_from) for flat in nodes if flat.authored.renamed_from}
    found: dict[str, str] = {}
    for flat in nodes:
        names = _aliases(flat.id, former)
        found |= {name: flat.id for name in names if name != flat.id}
        for choice in flat.authored.choices:
            if choice.renamed_from:
                found |= {f"{name}.{choice.renamed_from}": choice.id for name in names}
    return found


def _aliases(full: str, former: Mapping[str, str]) -> list[str]:
    """Every id that a node has had: each part of its path by its present and its former name."""
    parts = full.split("/")
    ways: list[tuple[str, ...]] = []
    for depth, part in enumerate(parts, 1):
        old = former.get("/".join(parts[:depth]))
        ways.append((part,) if old is None else (part, old.rpartition("/")[2]))
    return ["/".join(way) for way in product(*ways)]
