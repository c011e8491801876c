"""A scenario as it was written, parts in the place of their calls: what a picture, a count or a comparison reads, guards as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.content.expand import FlatNode, expand
from branchline.content.findings import Findings, Nowhere
from branchline.content.scenario import AuthoredPart, AuthoredScenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario
    from branchline.content.scenario import AuthoredTarget


class Way(NamedTuple):
    """One way on."""

    target: str
    """Full id of the node or ending."""
    when: str
    """The guard as written, empty where it always holds."""


def written_scenario(scenario: Scenario) -> AuthoredScenario:
    """The file as it was written, translations aside."""
    return AuthoredScenario.model_validate(scenario.bundle["scenario"])


def flat_nodes(scenario: Scenario) -> list[FlatNode]:
    """Every node with its full id, in authored order, those of a part behind their call."""
    parts = {name: (Nowhere(), AuthoredPart.model_validate(data)) for name, data in scenario.bundle["parts"].items()}
    return expand(written_scenario(scenario).nodes, Nowhere(), parts, Findings())


def ways(flat: FlatNode, go: str | Sequence[AuthoredTarget] | None) -> list[Way]:
    """The ways on that a `go` of this node names; a call leads into its part."""
    if go is None:
        return []
    if isinstance(go, str):
        return [Way(flat.group.full(go), "")]
    return [Way(flat.group.full(target.go), target.when or "") for target in go]


def ways_by_itself(flat: FlatNode) -> list[Way]:
    """Where a node without a decision of its own leads: into the part it calls, or by its `go`."""
    return [Way(flat.leads_to, "")] if flat.leads_to else ways(flat, flat.authored.go)
