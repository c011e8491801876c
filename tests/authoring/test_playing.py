"""A script played without a journal is the session that a person would have had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from authored_talk import play as by_hand
from authored_talk import room_of
from branchline.authoring.playing import play
from branchline.content.script import AuthoredScript
from branchline.scoring import score

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.authoring.playing import Played
    from branchline.content.workspace import Workspace
    from branchline.practice import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = room_of(tmp_path).studio()
    yield opened
    opened.close()


def played(studio: Studio, *words: str, **more: Any) -> Played:
    script = AuthoredScript.model_validate({"scenario": "talk", "seed": 1, "choices": list(words), **more})
    return play(studio.workspace.load("talk"), script)


def test_it_has_the_events_the_transcript_and_the_score_of_a_session(studio: Studio) -> None:
    session = by_hand(studio, ["cold", "sorry", "kind", "bye"])
    found = played(studio, "cold", "sorry", "kind", "luck~0", "bye")
    assert found.refusals == []
    assert found.events == [entry.event for entry in session.entries]
    assert found.transcript == session.transcript()
    assert score(found.content, found.events) == session.score()


def test_what_is_not_possible_is_told_with_its_place_and_the_rest_is_tried(studio: Studio) -> None:
    found = played(studio, "kind", "luck~0", "close.kind", "ask.kind", "bye", "bye")
    assert [(each.index, each.code) for each in found.refusals] == [(2, "unknown-choice"), (3, "wrong-place"), (5, "ended")]
    assert found.state.ended


def test_a_draw_that_never_waited_is_told(studio: Studio) -> None:
    assert [each.code for each in played(studio, "cold", "luck~0").refusals] == ["no-draw"]
    assert [each.code for each in played(studio, "luck~0", "cold").refusals] == ["no-draw"]


def test_an_exam_names_no_draw(studio: Studio) -> None:
    assert [each.code for each in played(studio, "kind", "luck~0", mode="exam").refusals] == ["draw-in-exam"]


def test_a_drill_outside_practice_neither_checks_nor_takes_back(shelf: Workspace) -> None:
    actions = [{"do": "assign", "to": "me"}, {"do": "check"}, {"do": "undo"}, {"do": "nothing"}]
    for mode, codes in (("practice", ["unknown-verb"]), ("expert", ["no-check", "no-undo", "unknown-verb"])):
        script = AuthoredScript.model_validate({"drill": "first-ticket", "mode": mode, "actions": actions})
        assert [each.code for each in play(shelf.load_drill("first-ticket"), script).refusals] == codes
