"""Small scenarios written in a test, and sessions of them as lists of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.content.compile import scenario_from_bundle
from branchline.engine.actions import Choose, Draw, TimeOut, Undo
from branchline.engine.conversation import decide, evolve
from branchline.engine.events import SessionStarted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.content.compiled import Scenario
    from branchline.engine.actions import Action
    from branchline.engine.events import Event
    from branchline.scoring import Deduction, Score

GOOD = {"acknowledge": 2, "understand": 2, "ownership": 2, "explore": 2, "clarity": 2, "tone": 2}
FAIR = dict.fromkeys(GOOD, 1)
BAD = dict.fromkeys(GOOD, 0)


def choice(name: str, levels: Mapping[str, Any] | None = None, *, go: object = "end", **more: object) -> dict[str, Any]:
    """An authored choice."""
    rated = {} if levels is None else {"empathy": dict(levels)}
    return {"id": name, "say": f"I say {name}.", "because": f"Because of {name}.", "go": go, **rated, **more}


def node(*choices: Mapping[str, Any], line: str = "Well?", **more: object) -> dict[str, Any]:
    """An authored node."""
    return {"lines": [{"customer": line}], "choices": [dict(each) for each in choices], **more}


def authored(nodes: Mapping[str, object], **more: object) -> dict[str, Any]:
    """An authored scenario that starts at its first node; without `endings` it has one, `end`, of value 100."""
    return {
        "format": 1,
        "id": "tiny",
        "title": "Tiny",
        "channel": "chat",
        "customer": {"name": "Ada", "trust": 50, "heat": 30},
        "start": next(iter(nodes)),
        "endings": {"end": {"title": "The end", "outcome": "resolved", "value": 100}},
        **more,
        "nodes": dict(nodes),
    }


def compiled(nodes: Mapping[str, object], sops: Mapping[str, str] | None = None, **more: object) -> Scenario:
    """The playable scenario; `sops` are whole SOP files by id."""
    known = dict(sops or {})
    data = authored(nodes, **({"sops": list(known)} if known else {}), **more)
    return scenario_from_bundle({"format": 1, "scenario": data, "parts": {}, "sops": known, "translation": None})


def sop(steps: Sequence[str], *, name: str = "SOP-T", front: str = "") -> str:
    """An SOP file; each step is its brace block, such as `#a do=act_a weight=2`."""
    numbered = "\n".join(f"{number}. Step {number}. {{{step}}}" for number, step in enumerate(steps, 1))
    return f"---\nformat: 1\nid: {name}\ntitle: A test\n{front}---\n{numbered}\n"


def started(scenario: Scenario, **more: Any) -> SessionStarted:
    """How a session begins in practice mode with seed 1."""
    whole: dict[str, Any] = {
        "kind": "scenario",
        "id": scenario.id,
        "version": scenario.version,
        "content_hash": scenario.content_hash,
        "logic_hash": scenario.logic_hash,
        "mode": "practice",
        "seed": 1,
        "language": "en",
        "tier": "1",
        "facts": tuple(sorted(scenario.facts.items())),
        "weights": scenario.weights,
        "pass_mark": scenario.pass_mark,
    }
    return SessionStarted(**{**whole, **more})


def played(scenario: Scenario, words: Iterable[str], **frozen: Any) -> list[Event]:
    """The events of a session: a word is a choice, `!` a silence, `<` an undo."""
    events: list[Event] = [started(scenario, **frozen)]
    state = evolve(scenario, None, events[0])
    actions: list[Action] = [Undo() if word == "<" else TimeOut() if word == "!" else Choose(word) for word in words]
    place = scenario.nodes.get(state.node)
    for action in [*([Draw()] if place is not None and place.draws else []), *actions]:
        for event in decide(scenario, state, action):
            state = evolve(scenario, state, event)
            events.append(event)
    return events


def losses(found: Score, part: str) -> list[Deduction]:
    """The deductions of one part."""
    return [lost for lost in found.deductions if lost.part == part]


def adds_up(found: Score) -> bool:
    """Whether in each part that says something 100 − Σ deductions is the score."""
    parts = {"empathy": found.empathy, "sop": found.sop, "outcome": found.outcome}
    return all(value is None or abs(100 - sum(lost.lost for lost in losses(found, part)) - value) <= 1e-9 for part, value in parts.items())
