from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

import strategies
from branchline.engine.events import ChoiceMade, SessionResumed, SopOpened
from branchline.errors import DamagedData
from branchline.journal.fold import IMPOSSIBLE, fold
from branchline.journal.model import Entry
from tiny import BAD, GOOD, choice, compiled, node, played

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event

TALK = compiled({"a": node(choice("x", GOOD, go="b"), choice("y", BAD, go="b")), "b": node(choice("z"))})


def entries_of(events: Sequence[Event]) -> list[Entry]:
    return [Entry(seq, "", 0.0, event, "") for seq, event in enumerate(events, 1)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(strategies.played())
def test_folding_gives_the_states_of_the_play(play: strategies.Play) -> None:
    steps = list(fold(entries_of(play.events), lambda _: play.scenario))
    assert [step.after for step in steps] == list(play.states)
    assert [step.before for step in steps] == [None, *play.states[:-1]]


def test_a_session_that_does_not_begin_with_its_start_is_damaged() -> None:
    with pytest.raises(DamagedData):
        list(fold(entries_of([SopOpened("s", "a")]), lambda _: TALK))


def test_a_choice_that_was_not_open_is_damage_where_it_stands() -> None:
    events = [*played(TALK, ["x"]), ChoiceMade("a", "y", ("x", "y"))]
    steps = fold(entries_of(events), lambda _: TALK)
    assert [next(steps).entry.seq, next(steps).entry.seq] == [1, 2]
    with pytest.raises(DamagedData) as found:
        next(steps)
    assert (found.value.code, found.value.seq) == (IMPOSSIBLE, 3)


def test_content_that_is_missing_is_damage_at_the_entry_that_needs_it() -> None:
    def content_of(content_hash: str) -> Scenario:
        if content_hash != TALK.content_hash:
            raise DamagedData(content_hash)
        return TALK

    with pytest.raises(DamagedData) as found:
        list(fold(entries_of([*played(TALK, ["x"]), SessionResumed("0ther")]), content_of))
    assert found.value.seq == 3


def test_each_event_is_read_with_the_content_of_its_time() -> None:
    other = compiled({"a": node(choice("x", GOOD, go="b"), choice("w", BAD, go="b")), "b": node(choice("z"))})
    contents = {TALK.content_hash: TALK, other.content_hash: other}
    asked: list[str] = []

    def content_of(content_hash: str) -> Scenario:
        asked.append(content_hash)
        return contents[content_hash]

    events = [*played(TALK, ["x"]), SessionResumed(TALK.content_hash), SessionResumed(other.content_hash), ChoiceMade("b", "z", ("z",))]
    steps = list(fold(entries_of(events), content_of))
    assert [step.content for step in steps] == [TALK, TALK, TALK, other, other]
    assert asked == [TALK.content_hash, other.content_hash]
