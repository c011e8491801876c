"""Play tests that the program writes: from sessions, and from the shortest way to each ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.authoring.playtest import run_test
from branchline.authoring.record import generated, put, recorded
from branchline.content.workspace import Workspace
from branchline.errors import ActionRefused, ConfigurationError, UsageError
from branchline.practice import DeskPractice, Practice, Studio
from rooms import Hands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.practice.sitting import Sitting


@pytest.fixture
def studio(root: Path, tmp_path: Path) -> Iterator[Studio]:
    environ = {"BRANCHLINE_HOME": str(tmp_path / "home"), "BRANCHLINE_WORKSPACE": str(root)}
    opened = Studio.open(environ=environ, clock=Hands())
    yield opened
    opened.close()


def written(root: Path, text: str) -> Path:
    path = root / "scenarios" / "tests" / "written.test.yaml"
    put(path, text)
    return path


def test_a_recorded_session_passes_and_holds_what_stands(root: Path, studio: Studio) -> None:
    practice = Practice.begin(studio, studio.workspace.load("first-contact"), mode="practice", seed=3)
    practice.choose("policy")
    practice.undo()
    practice.choose("own-it")
    practice.suspend()
    text = recorded(practice.scenario, practice.entries, "Recorded.")
    assert text.startswith(
        "# Recorded.\nformat: 1\nscenario: first-contact\nseed: 3\nchoices:\n  - opening.own-it\nexpect:\n  node: found\n"
    )
    assert run_test(Workspace(root), written(root, text)).failures == ()


def worked(studio: Studio) -> Sitting[object, object]:
    practice = DeskPractice.begin(studio, studio.workspace.load_drill("first-ticket"), seed=1)
    practice.act("set_status", {"status": "solved"})
    practice.act("public_reply", {}, 'It said: "no". I look at it now.\nYours')
    return practice  # type: ignore[return-value]


def test_a_recorded_drill_holds_its_acts_and_what_was_refused(root: Path, studio: Studio) -> None:
    practice = worked(studio)
    text = recorded(studio.workspace.load_drill("first-ticket"), practice.entries)
    assert "errors: [RecordInvalid]" in text
    assert run_test(Workspace(root), written(root, text)).failures == ()


def test_what_the_present_version_does_not_allow_is_not_recorded(root: Path, studio: Studio) -> None:
    practice = Practice.begin(studio, studio.workspace.load("first-contact"), seed=3)
    practice.choose("own-it")
    file = root / "scenarios" / "conversations" / "first-contact.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("id: own-it", "id: own"), encoding="utf-8")
    with pytest.raises(ActionRefused) as refused:
        recorded(Workspace(root).load("first-contact"), practice.entries)
    assert refused.value.code == "cannot-replay"


def test_each_ending_gets_a_play_test_that_passes(root: Path, shelf: Workspace) -> None:
    scenario = shelf.load("first-contact")
    tests = generated(scenario)
    assert set(tests) == {"back", "waiting", "gone"}
    for ending, text in tests.items():
        path = root / "scenarios" / f"{ending}.test.yaml"
        put(path, text)
        assert run_test(shelf, path).failures == ()


def test_an_ending_out_of_reach_gets_none(root: Path) -> None:
    file = root / "scenarios" / "conversations" / "first-contact.yaml"
    text = file.read_text(encoding="utf-8")
    assert "when: heat > 60" in text
    file.write_text(text.replace("heat > 60", "heat > 90"), encoding="utf-8")
    assert set(generated(Workspace(root).load("first-contact"))) == {"back", "waiting"}


def test_nothing_is_overwritten_and_names_are_play_tests(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.test.yaml"
    put(path, "one\n")
    with pytest.raises(UsageError) as again:
        put(path, "two\n")
    assert (again.value.code, path.read_text(encoding="utf-8")) == ("exists", "one\n")
    with pytest.raises(UsageError) as wrong:
        put(tmp_path / "a.yaml", "")
    assert "a.test.yaml" in wrong.value.hint
    with pytest.raises(ConfigurationError):
        put(path / "b.test.yaml", "")
