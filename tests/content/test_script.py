"""Scripts: words taken apart, and what is no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.content.script import Word, read_script, word
from branchline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("own-it", Word("", "own-it")),
        ("opening.own-it", Word("opening", "own-it")),
        ("history/ask.when", Word("history/ask", "when")),
        ("weather~1", Word("weather", branch=1)),
        ("history/dice~0", Word("history/dice", branch=0)),
        ("opening!timeout", Word("opening", "!timeout")),
        ("!timeout", Word("", "!timeout")),
        ("weather~x", Word("", "weather~x")),
        ("", Word("", "")),
    ],
)
def test_a_word_names_a_choice_a_draw_or_silence(text: str, known: Word) -> None:
    assert word(text) == known
    assert word(text).is_draw is (known.branch is not None)


def test_a_script_is_read_from_yaml_and_from_json(tmp_path: Path) -> None:
    yaml = "scenario: s\nseed: 7\nmode: exam\nchoices: [a, n.b, dice~1]\nexpect: {ending: done}\n"
    json = '{"scenario": "s", "seed": 7, "mode": "exam",\n "choices": ["a", "n.b", "dice~1"], "expect": {"ending": "done"}}'
    path = tmp_path / "play.json"
    path.write_text(json, encoding="utf-8")
    script = read_script(None, yaml)
    assert script == read_script(path) == read_script(None, json.encode())
    assert (script.scenario, script.seed, script.mode, script.choices) == ("s", 7, "exam", ["a", "n.b", "dice~1"])
    assert script.untimed is False


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("", "holds nothing", "script:1:1"),
        ("choices: [1]", "", "script:1:11"),
        ("scenario: s\nchoises: []\n", "choises", "script:2:1"),
        ("mode: easy", "easy", "script:1:7"),
        ("choices: [", "", "script:1:10"),
        ("- a", "", "script:1:1"),
    ],
)
def test_what_is_no_script_is_told_with_its_place(text: str, words: str, place: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_script(None, text)
    assert refused.value.where == place
    assert refused.value.what.startswith("The script cannot be read: ")
    assert words in refused.value.what
    assert refused.value.code == "bad-script"


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_script(tmp_path / "missing.yaml")
