"""Every IRI that Branchline emits: registered ones unchanged, its own under a base that the organisation controls."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORM = "Branchline"
VERSION = "1.0.3"
"""Of xAPI."""
PROFILE_VERSION = "1.1.0"
"""Of our own profile: it changes when what is emitted does."""

ADL_VERBS = "http://adlnet.gov/expapi/verbs/"
ADL_ACTIVITIES = "http://adlnet.gov/expapi/activities/"

VERBS: Mapping[str, tuple[str, str]] = {
    "initialized": (f"{ADL_VERBS}initialized", "initialized"),
    "answered": (f"{ADL_VERBS}answered", "chose"),
    "interacted": (f"{ADL_VERBS}interacted", "interacted"),
    "suspended": (f"{ADL_VERBS}suspended", "suspended"),
    "resumed": (f"{ADL_VERBS}resumed", "resumed"),
    "submit": ("http://activitystrea.ms/submit", "submitted"),
    "completed": (f"{ADL_VERBS}completed", "completed"),
    "passed": (f"{ADL_VERBS}passed", "passed"),
    "failed": (f"{ADL_VERBS}failed", "failed"),
    "terminated": (f"{ADL_VERBS}terminated", "terminated"),
    "exited": (f"{ADL_VERBS}exited", "exited"),
    "voided": (f"{ADL_VERBS}voided", "voided"),
    "commented": (f"{ADL_VERBS}commented", "commented on"),
    "responded": (f"{ADL_VERBS}responded", "responded to"),
    "reviewed": ("http://id.tincanapi.com/verb/reviewed", "reviewed"),
    "rated": ("http://id.tincanapi.com/verb/rated", "rated"),
    "asked": (f"{ADL_VERBS}asked", "asked"),
    "assigned": ("http://activitystrea.ms/assign", "assigned"),
    "attempted": (f"{ADL_VERBS}attempted", "retried"),
    "coached": ("https://w3id.org/xapi/adb/verbs/coached", "coached"),
}
"""IRI and English display of each verb."""

ACTIVITY_TYPES: Mapping[str, str] = {
    "scenario": "http://id.tincanapi.com/activitytype/scenario",
    "drill": f"{ADL_ACTIVITIES}simulation",
    "decision": f"{ADL_ACTIVITIES}cmi.interaction",
    "step": "http://id.tincanapi.com/activitytype/step",
    "sop": "http://id.tincanapi.com/activitytype/resource",
    "course": f"{ADL_ACTIVITIES}course",
    "profile": f"{ADL_ACTIVITIES}profile",
}
"""IRI of the type of each thing that statements are about; `step` is a node where nothing is chosen."""

EXTENSIONS = ("event", "start", "coaching", "reply", "act", "score")
"""Names of our extensions: `event`, `start` and `coaching` stand in contexts, `reply`, `act` and `score` in results."""


@dataclass(frozen=True, slots=True)
class Iris:
    """Our own IRIs under `base`, an absolute IRI with or without a final slash."""

    base: str

    def extension(self, name: str) -> str:
        """The IRI of one of EXTENSIONS; ValueError where it is none."""
        if name not in EXTENSIONS:
            msg = f"No extension is called {name}."
            raise ValueError(msg)
        return self._join("extensions", name)

    @property
    def profile(self) -> str:
        """The IRI of the version of our profile that the statements follow."""
        return self._join("profiles", "branchline", f"v{PROFILE_VERSION}")

    def play(self, kind: str, content: str, version: int, content_hash: str) -> str:
        """The activity id of a scenario or drill: another one for every version and every change of its content."""
        return self._join(f"{kind}s", content, f"v{version}-{content_hash[:8]}")

    def node(self, play: str, node: str) -> str:
        """The activity id of a node within the scenario whose activity id is `play`."""
        return f"{play}/nodes/{_segment(node)}"

    def sop(self, sop: str, version: object, definition: Mapping[str, Any]) -> str:
        """The activity id of an SOP: another one for every version and every change of its definition."""
        text = json.dumps(definition, sort_keys=True, separators=(",", ":"))
        return self._join("sops", sop, f"v{version}-{hashlib.sha256(text.encode()).hexdigest()[:8]}")

    def course(self, course: str) -> str:
        """The activity id of a course: an IRI as it is, any other id under our base."""
        return course if "://" in course else self._join("courses", course)

    def _join(self, *segments: str) -> str:
        return "/".join((self.base.rstrip("/"), *map(_segment, segments)))


def _segment(text: str) -> str:
    return quote(text, safe="-._~")
