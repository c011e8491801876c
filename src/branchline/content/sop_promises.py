"""What a cited SOP promises the customer of a drill: targets of its SLA in minutes, and the facts that must be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.desk_types import Value
    from branchline.content.sop_model import Sop


class Promises(NamedTuple):
    """SLA targets by metric, and value and forms of each fact."""

    sla: Mapping[str, float]
    facts: Mapping[str, tuple[Value, tuple[str, ...]]]


def promises(sop: Sop) -> Promises:
    """What the SOP says of clocks and facts."""
    return Promises(sop.sla, {name: (fact.value, fact.say) for name, fact in sop.facts.items()})
