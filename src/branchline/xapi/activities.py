"""The things that statements are about, as xAPI activities. A definition never changes under one id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.content.compiled import Scenario
from branchline.xapi.vocabulary import ACTIVITY_TYPES

if TYPE_CHECKING:
    from branchline.content.compiled import Node, Text
    from branchline.content.sop import Sop
    from branchline.engine.play import Content
    from branchline.xapi.vocabulary import Iris


def play(kind: str, content: Content, iris: Iris) -> dict[str, Any]:
    """The scenario (or drill, by `kind`) itself."""
    own = iris.play(kind, content.id, content.version, content.content_hash)
    return _activity(own, {"type": ACTIVITY_TYPES[kind], "name": {content.language: content.title}, **_described(content)})


def node(kind: str, content: Content, node_id: str, iris: Iris) -> dict[str, Any]:
    """One node: a `choice` interaction with all its choices, or a step where it has none: an act of a drill, too."""
    found = content.node(node_id) if isinstance(content, Scenario) else None
    present = found.id if found else node_id
    own = iris.node(iris.play(kind, content.id, content.version, content.content_hash), present)
    name = {content.language: f"{content.title}: {present}"}
    if found is None or not found.choices:
        return _activity(own, {"type": ACTIVITY_TYPES["step"], "name": name})
    best = best_choices(found)
    interaction = {
        "interactionType": "choice",
        **({"correctResponsesPattern": list(best)} if best else {}),
        "choices": [{"id": choice.id, "description": {content.language: _fixed(choice.say)}} for choice in found.choices],
    }
    return _activity(own, {"type": ACTIVITY_TYPES["decision"], "name": name, **interaction})


def sop(found: Sop, language: str, iris: Iris) -> dict[str, Any]:
    """An SOP."""
    definition = {"type": ACTIVITY_TYPES["sop"], "name": {language: found.title}}
    return _activity(iris.sop(found.id, found.version, definition), definition)


def course(name: str, iris: Iris) -> dict[str, Any]:
    """The course that is being taken."""
    return _activity(iris.course(name), {"type": ACTIVITY_TYPES["course"]})


def profile(iris: Iris) -> dict[str, Any]:
    """The profile that the statements follow."""
    return _activity(iris.profile, {"type": ACTIVITY_TYPES["profile"]})


def best_choices(found: Node) -> tuple[str, ...]:
    """Ids of the node's non-critical choices of highest e, in authored order; empty where no such choice is rated."""
    rated = [(choice.e, choice.id) for choice in found.choices if choice.e is not None and not choice.critical]
    best = max((e for e, _ in rated), default=None)
    return tuple(name for e, name in rated if e == best)


def _fixed(text: Text) -> str:
    """The text with `…` for each value that play decides, so that it is the same in every session."""
    return "".join(piece if isinstance(piece, str) else "…" for piece in text.pieces)


def _described(content: Content) -> dict[str, Any]:
    return {"description": {content.language: content.summary}} if content.summary else {}


def _activity(own: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {"objectType": "Activity", "id": own, "definition": definition}
