"""Pieces of a scenario that rules ask about: ways, conditions and texts with their places, and what a reply is worth."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.compiled import DIMENSIONS
from branchline.content.levels import MOST, capped
from branchline.content.scenario import DIMENSION_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.content.diagnostic import Span
    from branchline.content.expand import FlatNode
    from branchline.content.findings import Path
    from branchline.content.scenario import AuthoredChoice, AuthoredTarget

FAKE = "fake_empathy"
SPEAKERS = ("customer", "desk", "narrator")


class Way(NamedTuple):
    """One way out of a node."""

    to: str
    """Full id of a node or ending."""
    choice: str = ""
    """The id of the choice that takes it, or empty."""


class Site(NamedTuple):
    """One condition where it stands."""

    text: str
    flat: FlatNode
    path: Path
    role: str
    """`choice`, `lock`, `line` or `target`."""
    choice: str = ""
    """The id of the choice that it belongs to, or empty."""

    @property
    def span(self) -> Span:
        """The whole of its text."""
        return self.flat.group.places.at(self.path, 0, len(self.text))


class Said(NamedTuple):
    """One text that is said or shown in a node."""

    text: str
    flat: FlatNode
    inside: Path
    """Where it stands in its node: `lines`, a number and the speaker, or `choices`, a number and `say`."""

    @property
    def reply(self) -> bool:
        """Whether the learner may say it."""
        return self.inside[-1] == "say"

    def span(self) -> Span:
        """The whole of it."""
        return self.flat.group.places.span((*self.flat.path, *self.inside))

    def at(self, start: int, end: int) -> Span:
        """Some of its characters."""
        return self.flat.group.places.at((*self.flat.path, *self.inside), start, end)


def sites_of(flat: FlatNode, found: list[Site]) -> None:
    """Add the conditions of one node to `found`."""
    node, path = flat.authored, flat.path
    for number, line in enumerate(node.lines):
        if line.when is not None:
            found.append(Site(line.when, flat, (*path, "lines", number, "when"), "line"))
    if isinstance(node.go, list):
        found += _guarded(node.go, flat, (*path, "go"), "")
    if node.timeout is not None and isinstance(node.timeout.go, list):
        found += _guarded(node.timeout.go, flat, (*path, "timeout", "go"), "")
    for number, choice in enumerate(node.choices):
        if choice.when is not None:
            found.append(Site(choice.when, flat, (*path, "choices", number, "when"), "choice", choice.id))
        if choice.locked_when is not None:
            found.append(Site(choice.locked_when.when, flat, (*path, "choices", number, "locked_when", "when"), "lock", choice.id))
        if isinstance(choice.go, list):
            found += _guarded(choice.go, flat, (*path, "choices", number, "go"), choice.id)


def _guarded(go: Sequence[AuthoredTarget], flat: FlatNode, path: Path, choice: str) -> Iterator[Site]:
    for number, target in enumerate(go):
        if target.when is not None:
            yield Site(target.when, flat, (*path, number, "when"), "target", choice)


def empathy_of(choice: AuthoredChoice) -> float | None:
    """The e of a reply as authored; None where it is unrated."""
    if choice.empathy is None:
        return None
    return _worth(tuple(vars(choice.empathy).values()), FAKE if FAKE in choice.flags else "")


# Replies by the thousand share a few dozen ratings.
@cache
def _worth(rated: tuple[int | str, ...], flag: str) -> float | None:
    levels = capped(dict(zip(DIMENSION_NAMES, rated, strict=True)), (flag,))
    whole = sum(DIMENSIONS[name] for name in levels) * MOST
    return sum(DIMENSIONS[name] * level for name, level in levels.items()) / whole if whole else None


def choices_of(flat: FlatNode) -> Iterator[tuple[AuthoredChoice, Path]]:
    """The choices of a node with their places."""
    for number, choice in enumerate(flat.authored.choices):
        yield choice, (*flat.path, "choices", number)
