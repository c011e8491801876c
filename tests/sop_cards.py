"""SOPs built by hand for tests of conformance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.content.sop_model import Sop, Step
from branchline.scoring.conformance import Act, Case, Conformance, Deviation, conform

if TYPE_CHECKING:
    from collections.abc import Iterable


def step(name: str, *after: str, **more: Any) -> Step:
    """A step whose act is called `do_` and its id."""
    return Step(0, f"Do {name}.", name, **{"do": f"do_{name}", "after": after, **more})


def card(*steps: Step, **more: Any) -> Sop:
    """An SOP of those steps, numbered from 1."""
    numbered = tuple(
        Step(**{**{key: getattr(each, key) for key in each.__slots__}, "number": place}) for place, each in enumerate(steps, 1)
    )
    plain: dict[str, Any] = {
        "id": "SOP-T", "title": "A test", "version": 1, "effective": "1970-01-01", "expires": "", "owner": "", "category": "",
        "channels": (), "intro": "", "steps": numbered, "rest": "", "outcomes": (), "never": (), "limits": {}, "body": "", "text": "",
    }  # fmt: skip
    return Sop(**{**plain, **more})


def did(names: Iterable[str]) -> list[Act]:
    """Acts by the ids of their steps; a name with a `!` before it was refused."""
    return [Act(seq, f"do_{name.lstrip('!')}", ok=not name.startswith("!")) for seq, name in enumerate(names, 1)]


def judged(sop: Sop, acts: Iterable[str | Act], *, tier: str = "1", **facts: Any) -> Conformance:
    """The verdict on acts, by step ids or whole, in a case with those facts."""
    given = list(acts)
    whole = [each if isinstance(each, Act) else did([each])[0]._replace(seq=seq) for seq, each in enumerate(given, 1)]
    return conform(sop, whole, Case(facts, tier))


def only(verdict: Conformance) -> Deviation:
    """The one deviation of a verdict."""
    (found,) = verdict.deviations
    return found
