"""Whole sessions as data: each file beside this one is played as it says, and must end, score and read as it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from branchline.content.script import word
from branchline.journal.verify import verify_session
from branchline.practice import Practice, Studio
from rooms import Hands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STORIES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = Studio.open(environ={"BRANCHLINE_HOME": str(tmp_path), "BRANCHLINE_LEARNER": "l-1"}, clock=Hands())
    yield opened
    opened.close()


def turns(words: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each decision with the draws named after it; empty for those before the first; `<` takes the last decision back."""
    held, draws = "", list[int]()
    for text in words:
        branch = None if text == "<" else word(text).branch
        if branch is None:
            yield held, tuple(draws)
            held, draws = text, []
        else:
            draws.append(branch)
    yield held, tuple(draws)


def play(studio: Studio, story: dict[str, Any]) -> Practice:
    """The session that the story tells."""
    (_, early), *rest = turns(story["words"])
    scenario = studio.workspace.load(story["scenario"])
    practice = Practice.begin(studio, scenario, mode=story["mode"], seed=story["seed"], draws=early)
    for text, draws in rest:
        if text == "<":
            practice.undo()
            continue
        said = word(text)
        assert said.node == practice.state.node
        if said.choice == "!timeout":
            practice.time_out(draws)
        else:
            practice.choose(said.choice, draws)
    return practice


def told(practice: Practice) -> dict[str, Any]:
    """What a story expects of a session."""
    found, lines = practice.result(), practice.transcript().lines
    return {
        "ending": found["ending"],
        "status": found["status"],
        "path": found["path"],
        "undone": found["undone"],
        "scores": {part: None if value is None else round(value, 1) for part, value in found["scores"].items()},
        "passed": found["passed"],
        "critical": [error["kind"] for error in found["critical"]],
        "deductions": {part: sum(lost["part"] == part for lost in found["deductions"]) for part in ("empathy", "sop", "outcome")},
        "lines": len(lines),
        "first": f"{lines[0].speaker}: {lines[0].text}",
        "last": f"{lines[-1].speaker}: {lines[-1].text}",
    }


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_goes_as_it_is_told(studio: Studio, path: Path) -> None:
    story = yaml.safe_load(path.read_text(encoding="utf-8"))
    practice = play(studio, story)
    assert told(practice) == story["expect"]
    assert verify_session(studio.journal, practice.session_id).ok


def test_there_are_stories_of_every_bundled_scenario(studio: Studio) -> None:
    played = {yaml.safe_load(path.read_text(encoding="utf-8"))["scenario"] for path in STORIES}
    assert played == {listing.id for listing in studio.workspace.listings() if listing.kind == "scenario"}
