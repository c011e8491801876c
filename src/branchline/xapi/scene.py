"""The activities around the statements of one content, made once: a session says the same ones with every event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.xapi import activities
from branchline.xapi.vocabulary import Iris

if TYPE_CHECKING:
    from branchline.engine.play import Content

MOST = 16
"""Scenes that are kept; each holds on to its content."""


class Scene:
    """Activities of one content under one base, for reading only."""

    __slots__ = ("_around", "_nodes", "_sops", "content", "iris", "kind", "play")

    def __init__(self, kind: str, content: Content, base: str, course: str) -> None:
        self.kind = kind
        self.content = content
        self.iris = Iris(base)
        self.play = activities.play(kind, content, self.iris)
        self._nodes: dict[str, dict[str, Any]] = {}
        self._sops = {found.id: activities.sop(found, content.language, self.iris) for found in content.sops.values()}
        self._around = (self._contexts([self.play], course), self._contexts(self._course(course), course))

    def node(self, node_id: str) -> dict[str, Any]:
        """The activity of a node or of an act of a drill."""
        if node_id not in self._nodes:
            self._nodes[node_id] = activities.node(self.kind, self.content, node_id, self.iris)
        return self._nodes[node_id]

    def sop(self, sop_id: str) -> dict[str, Any]:
        """The activity of an SOP of the content; KeyError where it has none of that id."""
        return self._sops[self.content.sops[sop_id].id]

    def around(self, target: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """The context activities of a statement about `target`."""
        return self._around[target["id"] == self.play["id"]]

    def _course(self, course: str) -> list[dict[str, Any]]:
        return [activities.course(course, self.iris)] if course else []

    def _contexts(self, parent: list[dict[str, Any]], course: str) -> dict[str, list[dict[str, Any]]]:
        around = {
            "parent": parent,
            "grouping": self._course(course),
            "category": [activities.profile(self.iris)],
            "other": [self._sops[sop.id] for _, sop in sorted(self.content.sops.items())],
        }
        return {name: found for name, found in around.items() if found}


_SCENES: dict[tuple[int, str, str, str], Scene] = {}


def scene(kind: str, content: Content, base: str, course: str) -> Scene:
    """The Scene of `content`, the same one as long as it is kept."""
    key = (id(content), kind, base, course)
    found = _SCENES.get(key)
    if found is None:
        if len(_SCENES) >= MOST:
            _SCENES.clear()
        # A Scene keeps its content alive, so no other can get the same identity meanwhile.
        found = _SCENES[key] = Scene(kind, content, base, course)
    return found
