"""What people call a remark: its id, or the beginning of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from branchline.errors import UnknownId
from branchline.journal.store import SHORTEST_PREFIX
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable


class Named(Protocol):
    """What has the id of a remark."""

    @property
    def id(self) -> str:
        """`STREAM:SEQ`."""


Kind = TypeVar("Kind", bound=Named)


def named(known: Iterable[Kind], name: str, what: str, hint: str) -> Kind:
    """The one with that id, or whose id begins so and, where a number is given, ends so; UnknownId where none or several do."""
    found = [each for each in known if _is(each.id, name)]
    if len(found) > 1:
        exact = [each for each in found if each.id == name]
        if len(exact) == 1:
            return exact[0]
        raise UnknownId(f"More than one {what} is called `{clean_line(name)}`.", hint="Give more of the id.", code="ambiguous-id")
    if not found:
        raise UnknownId(f"There is no {what} `{clean_line(name)}`.", hint=hint)
    return found[0]


def short(remark: str) -> str:
    """The id as people read it, and as `named` takes it."""
    stream, _, seq = remark.rpartition(":")
    return f"{stream[:8]}:{seq}"


def _is(own: str, name: str) -> bool:
    stream, _, seq = own.rpartition(":")
    begins, colon, number = name.strip().lower().rpartition(":")
    begins, number = (begins, number) if colon else (number, "")
    return len(begins) >= SHORTEST_PREFIX and stream.startswith(begins) and number in {"", seq}
