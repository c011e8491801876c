"""The chain of a session's entries: each one's sum is made of the sum before it and of everything that is kept of the entry.

A state's digest cannot tell two events with equal consequences apart; the sum can. Where an entry was changed, moved, added or taken out,
the sums no longer fit from there on. A stream's sums begin with who says it about what; remarks that were written on another machine come
with gaps, and each has a sum of its own that follows from that beginning alone. Entries written before there were sums have none; they can
only stand before those that have one.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZE = 8
"""Bytes of a sum: it finds accidents and edits, and is no signature, for whoever can write the file can also write sums."""


class Link(NamedTuple):
    """An entry as the database keeps it."""

    seq: int
    at: str
    elapsed: float
    codec: int
    data: str
    digest: str
    sum: str


def linked(before: str, seq: int, at: str, elapsed: float, codec: int, data: str, digest: str) -> str:
    """The sum of an entry after one whose sum is `before`; hex."""
    text = "\n".join((before, str(seq), at, repr(float(elapsed)), str(codec), digest, data))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()


def stray_at(links: Iterable[Link], root: str) -> Link | None:
    """The first remark of a stream whose sum follows neither from the remark before it nor, as one from elsewhere, from `root` alone."""
    before, begun = root, False
    for link in links:
        begun = begun or bool(link.sum)
        if begun and link.sum not in {linked(before, *link[:-1]), linked(root, *link[:-1])}:
            return link
        before = link.sum or root
    return None


def broken_at(links: Iterable[Link]) -> Link | None:
    """The first entry whose sum is not the one that its predecessor and its own contents make; None where all fit."""
    before, begun = "", False
    for link in links:
        begun = begun or bool(link.sum)
        if begun and link.sum != linked(before, *link[:-1]):
            return link
        before = link.sum
    return None
