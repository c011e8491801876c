from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rooms import Room


@pytest.mark.parametrize(
    ("shared", "learner", "name"), [("true", "", "Ada"), ("true", "l-1", "Ada"), ("true", "l-2", ""), ("false", "", "")]
)
def test_a_display_name_is_told_only_of_the_learner_and_only_where_that_is_wanted(room: Room, shared: str, learner: str, name: str) -> None:
    studio = room.studio(BRANCHLINE_DISPLAY_NAME="Ada", BRANCHLINE_SHARE_NAMES=shared)
    identity = studio.identity(learner)
    assert (identity.name, identity.display_name) == (learner or "l-1", name)
    studio.close()


def test_where_a_name_is_given_and_nothing_said_it_stays_here(room: Room) -> None:
    studio = room.studio(BRANCHLINE_DISPLAY_NAME="Ada")
    assert studio.identity().display_name == ""
    studio.close()
