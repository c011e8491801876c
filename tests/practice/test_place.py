"""Places in a session as people call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.coaching.place import entry_at
from branchline.errors import UnknownId

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.coaching.review import Review
    from branchline.practice import Practice


@pytest.fixture
def review(begin: Callable[..., Practice]) -> Review:
    """A reply that was taken back, the same one once more, and then silence."""
    practice = begin()
    practice.choose("rude")
    practice.undo()
    practice.choose("rude")
    practice.time_out()
    return practice.review()


@pytest.mark.parametrize(
    ("where", "seq"),
    [("2", 2), ("#2", 2), (" 99 ", 99), ("L2", 2), ("line 2", 2), ("l1", 1), ("hello.rude", 4), ("rude", 4), ("middle!timeout", 5)],
)
def test_a_place_has_several_names(review: Review, where: str, seq: int) -> None:
    assert entry_at(review, where) == seq


@pytest.mark.parametrize("where", ["", "L99", "L0", "hello.kind", "hello", "-1", "1.5", "９"])
def test_what_is_nowhere_is_said(review: Review, where: str) -> None:
    with pytest.raises(UnknownId) as caught:
        entry_at(review, where)
    assert caught.value.code == "unknown-moment"
