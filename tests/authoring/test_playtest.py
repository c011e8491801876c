"""Play tests: what is kept passes, what is not names its line and the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.authoring.playtest import find_tests, run_test
from branchline.content.workspace import Workspace, bundled_root

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.authoring.playtest import Failure

BUNDLED = find_tests(bundled_root() / "scenarios")


@pytest.fixture(scope="module")
def bundled() -> Workspace:
    return Workspace(bundled_root())


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_a_bundled_play_test_passes(bundled: Workspace, path: Path) -> None:
    assert run_test(bundled, path).failures == ()


def test_everything_that_is_bundled_has_a_play_test(bundled: Workspace) -> None:
    assert {run_test(bundled, path).content for path in BUNDLED} == {listing.id for listing in bundled.listings()}


def failures(root: Path, text: str) -> tuple[Failure, ...]:
    """What fails of a play test of `first-contact` that says this after its choices."""
    path = root / "scenarios" / "tests" / "own.test.yaml"
    path.write_text(f"format: 1\nscenario: first-contact\nseed: 1\n{text}", encoding="utf-8")
    return run_test(Workspace(root), path).failures


WHOLE = """\
choices: [opening.own-it, found.clear]
expect:
  ending: back
  node: back
  passed: true
  variables: {looked: true}
  scores: {empathy: ">= 90", sop: 100, outcome: 100.0}
  text: ["Site: disk  full since 08:58.", "at ten past you hear from me"]
"""


def test_what_is_as_expected_passes(root: Path) -> None:
    assert failures(root, WHOLE) == ()


@pytest.mark.parametrize(
    ("old", "new", "what", "line", "told"),
    [
        ("ending: back", "ending: waiting", "ending", 6, "`ending` should be `waiting` and is `back`."),
        ("ending: back", "ending: bakc", "ending", 6, "Did you mean `back`?"),
        ("node: back", "node: opening", "node", 7, "should be `opening` and is `back`"),
        ("passed: true", "passed: false", "passed", 8, "should be false and is true"),
        ("looked: true", "looked: false", "variables.looked", 9, "should be false and is true"),
        ("looked: true", "loked: true", "variables.loked", 9, "Did you mean `looked`?"),
        ("sop: 100", "sop: 99.8", "scores.sop", 10, "should be `99.8` and is `100"),
        ('">= 90"', '"< 90"', "scores.empathy", 10, "should be `< 90`"),
        ("outcome: 100.0", "outcome: null", "scores.outcome", 10, "should be nothing and is `100.0`"),
        ("full since 08:58", "full since 09:58", "text.0", 11, "the nearest line is `Site: disk full since 08:58.`"),
    ],
)
def test_what_differs_names_its_line_and_the_difference(root: Path, old: str, new: str, what: str, line: int, told: str) -> None:
    (failure,) = failures(root, WHOLE.replace(old, new))
    assert (failure.what, failure.span.line) == (what, line)
    assert told in failure.message
    assert failure.snippet.splitlines()[1].strip("^ ") == ""


def test_a_score_is_compared_to_one_decimal(root: Path) -> None:
    assert failures(root, WHOLE.replace("sop: 100", "sop: 99.96")) == ()
    assert len(failures(root, WHOLE.replace("sop: 100", "sop: 99.9"))) == 1


def test_the_first_refused_word_is_the_one_failure(root: Path) -> None:
    (failure,) = failures(root, WHOLE.replace("found.clear", "found.claer, found.wait"))
    assert (failure.what, failure.span.line, failure.found) == ("choices.1", 4, "unknown-choice")
    assert "Did you mean `clear`?" in failure.message
    assert failure.snippet.splitlines()[0][failure.span.column - 1 :].startswith("found.claer")


def test_refusals_that_are_expected_are_no_failure(root: Path) -> None:
    text = "choices: [own-it, clear, wait]\nexpect: {errors: [ended], ending: back}\n"
    assert failures(root, text) == ()
    (failure,) = failures(root, text.replace("[ended]", "[]"))
    assert (failure.what, failure.expected, failure.found) == ("errors", "none", "`ended`")


def test_a_misspelt_key_is_a_failure_with_its_place(root: Path) -> None:
    (failure,) = failures(root, "choices: []\nexpect: {endin: back}\n")
    assert failure.span.line == 5
    assert "endin" in failure.message


def test_an_unknown_scenario_suggests_the_nearest(root: Path) -> None:
    path = root / "scenarios" / "lost.test.yaml"
    path.write_text("format: 1\nscenario: first-contac\n", encoding="utf-8")
    (failure,) = run_test(Workspace(root), path).failures
    assert "Did you mean `first-contact`?" in failure.message
    assert failure.span.line == 2


def test_a_file_that_names_nothing_or_cannot_be_read_fails(root: Path) -> None:
    path = root / "scenarios" / "empty.test.yaml"
    for text in ("format: 1\n", "", "a: [", "\x00"):
        path.write_text(text, encoding="utf-8")
        assert not run_test(Workspace(root), path).passed


def test_draws_can_be_named_before_the_first_decision(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "luck.yaml").write_text(
        "format: 1\nid: luck\ntitle: Luck\nchannel: chat\ncustomer: {name: Ada}\nstart: toss\nnodes:\n"
        "  toss: {chance: [{weight: 1, go: left}, {weight: 1, go: right}]}\n"
        "  left: {choices: [{id: go, say: Left., go: end}]}\n"
        "  right: {timeout: {after: 5s, go: end}, choices: [{id: go, say: Right., go: end}]}\n"
        "endings: {end: {title: End, outcome: resolved}}\n",
        encoding="utf-8",
    )
    path = tmp_path / "scenarios" / "luck.test.yaml"
    for words, passed in (("toss~1, right!timeout", True), ("toss~0, left.go", True), ("toss~1, left.go", False), ("go, left~0", False)):
        path.write_text(f"format: 1\nscenario: luck\nchoices: [{words}]\nexpect: {{ending: end}}\n", encoding="utf-8")
        assert run_test(Workspace(tmp_path), path).passed is passed, words


def test_play_tests_are_found_below_a_folder_and_links_are_not_followed(root: Path) -> None:
    (root / "scenarios" / "round").symlink_to(root / "scenarios", target_is_directory=True)
    assert [path.name for path in find_tests(root)] == ["first-contact.test.yaml", "first-ticket.test.yaml"]
