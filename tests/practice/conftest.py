"""The talk of `practice_talk` in a room of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchline.practice import Practice
from practice_talk import CARD, talk
from rooms import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from branchline.practice import Studio


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, talk(), {"SOP-T": CARD})


@pytest.fixture
def studio(room: Room) -> Iterator[Studio]:
    opened = room.studio()
    yield opened
    opened.close()


@pytest.fixture
def begin(room: Room, studio: Studio) -> Callable[..., Practice]:
    """Begin the talk, in practice mode with seed 7 unless said otherwise."""

    def start(**more: Any) -> Practice:
        return Practice.begin(studio, studio.workspace.load(room.name), **{"mode": "practice", "seed": 7, **more})

    return start
