"""`test`, `graph`, `stats`, `diff`, `new`, `init` and `schema`, as commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., Any]


@pytest.fixture
def place(branchline: Command, tmp_path: Path) -> Path:
    """A workspace made by `init`."""
    folder = tmp_path / "content"
    made = branchline("init", str(folder), "--json").document
    assert made["format"] == "branchline.new/1"
    assert "scenarios/conversations/first-contact.yaml" in made["made"]
    return folder


@pytest.fixture
def failing(place: Path) -> Path:
    """A play test whose ending is another one."""
    path = place / "scenarios" / "tests" / "first-contact.test.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("ending: back", "ending: gone"), encoding="utf-8")
    return path


def test_play_tests_pass_and_are_listed(branchline: Command, place: Path) -> None:
    outcome = branchline("test", "--workspace", str(place), "--json")
    assert (outcome.code, outcome.document["format"], outcome.document["passed"]) == (0, "branchline.test/1", 2)
    shown = branchline("test", "--workspace", str(place))
    assert shown.out.count("ok ") == 2
    assert "2 passed, 0 failed." in shown.err


def test_a_failure_shows_its_line_and_ends_with_1(branchline: Command, place: Path, failing: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    outcome = branchline("test", "--workspace", str(place), "--junit", str(report))
    assert outcome.code == 1
    assert "first-contact.test.yaml:7:11: `ending` should be `gone` and is `back`." in outcome.out
    assert "      ending: gone\n              ^^^^" in outcome.out
    suite = ET.parse(report).getroot()  # noqa: S314  # our own output
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (failed,) = [test for test in branchline("test", str(failing), "--json").document["tests"] if not test["passed"]]
    (failure,) = failed["failures"]
    assert (failure["what"], failure["expected"], failure["found"], failure["line"]) == ("ending", "`gone`", "`back`", 7)


def test_paths_may_be_files_folders_and_ids(branchline: Command, place: Path) -> None:
    folder = str(place)
    for name, count in (
        (str(place / "scenarios"), 2),
        ("first-ticket", 1),
        (str(place / "scenarios" / "tests" / "first-ticket.test.yaml"), 1),
    ):
        assert branchline("test", name, "--workspace", folder, "--json").document["passed"] == count
    outcome = branchline("test", "first-tickit", "--workspace", folder)
    assert outcome.code == 2
    assert "Did you mean `first-ticket`?" in outcome.err


def test_a_session_becomes_a_play_test(branchline: Command, place: Path, tmp_path: Path) -> None:
    folder = str(place)
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"scenario": "first-contact", "seed": 2, "choices": ["ask", "wait"]}))
    session = branchline("play", "--script", str(script), "--workspace", folder, "--json").document["session"]
    written = branchline("test", "--record", session[:8], "--workspace", folder)
    assert written.out.strip().endswith(f"tests/first-contact-{session[:8]}.test.yaml")
    assert branchline("test", "--workspace", folder, "--json").document["passed"] == 3
    assert branchline("test", "--record", session, "--workspace", folder).code == 2
    assert "ending: waiting" in branchline("test", "--record", session, "--workspace", folder, "--output", "-").out


def test_play_tests_are_generated_for_every_ending_and_never_twice(branchline: Command, place: Path) -> None:
    folder, file = str(place), place / "scenarios" / "conversations" / "first-contact.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("heat > 60", "heat > 90"), encoding="utf-8")
    first = branchline("test", "--generate", "first-contact", "--workspace", folder)
    assert len(first.out.splitlines()) == 2
    assert "No way to `gone` was found." in first.err
    assert branchline("test", "--generate", "first-contact", "--workspace", folder).out == ""
    assert branchline("test", "--workspace", folder, "--json").document["passed"] == 4
    assert branchline("test", "--generate", "first-ticket", "--workspace", folder).code == 2


def test_the_graph_is_drawn_in_every_form(branchline: Command, place: Path) -> None:
    folder = str(place)
    assert "wait ■ gone [heat > 60]" in branchline("graph", "first-contact", "--workspace", folder).out
    assert branchline("graph", "first-contact", "--workspace", folder, "--format", "mermaid").out.startswith("flowchart TD\n")
    assert branchline("graph", "first-contact", "--workspace", folder, "--format", "dot").out.startswith('digraph "first-contact" {')
    document = branchline("graph", "first-contact", "--workspace", folder, "--json").document
    assert (document["format"], document["start"], len(document["nodes"]), len(document["endings"])) == (
        "branchline.graph/1",
        "opening",
        2,
        3,
    )
    assert {edge["label"] for edge in document["edges"]} == {"own-it", "ask", "policy", "clear", "wait"}


def test_the_graph_of_a_drill_and_an_unknown_id_are_refused_with_a_hint(branchline: Command) -> None:
    assert "`refund-duplicate` is a drill." in branchline("graph", "refund-duplicate").err
    for command in ("graph", "stats"):
        assert "Did you mean `charged-twice`?" in branchline(command, "charged-twise").err


def test_a_drill_has_numbers_too(branchline: Command, place: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(
        json.dumps({"drill": "first-ticket", "actions": [{"do": "assign", "to": "me"}, {"do": "set_status", "status": "solved"}]})
    )
    branchline("play", "--script", str(script), "--workspace", str(place))
    document = branchline("stats", "first-ticket", "--workspace", str(place), "--json").document
    assert (document["kind"], document["sessions"], document["early_quits"]) == ("drill", 1, 1)
    assert document["words"] == 14 + 3 + 11
    assert [(each["verb"], each["share"], each["refused"]) for each in document["by_verb"]] == [("assign", 1.0, 0), ("set_status", 0.0, 1)]
    assert "assign" in branchline("stats", "first-ticket", "--workspace", str(place)).out


def test_stats_are_told_and_counted(branchline: Command, place: Path, tmp_path: Path) -> None:
    folder = str(place)
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"scenario": "first-contact", "seed": 2, "choices": ["own-it"]}))
    branchline("play", "--script", str(script), "--workspace", folder)
    document = branchline("stats", "first-contact", "--workspace", folder, "--json").document
    assert (document["format"], document["sessions"], document["early_quits"]) == ("branchline.stats/1", 1, 1)
    assert document["words_read"]["least"] <= document["words_read"]["median"] <= document["words_read"]["most"]
    assert "opening.own-it" in branchline("stats", "first-contact", "--workspace", folder).out


def test_an_edit_is_told_by_meaning_and_lost_sessions_end_with_1(branchline: Command, place: Path, tmp_path: Path) -> None:
    folder = str(place)
    file = place / "scenarios" / "conversations" / "first-contact.yaml"
    assert "Nothing changed." in branchline("diff", "first-contact", str(file), "--workspace", folder).out
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"scenario": "first-contact", "seed": 2, "choices": ["own-it", "wait"]}))
    session = branchline("play", "--script", str(script), "--workspace", folder, "--json").document["session"]
    file.write_text(file.read_text(encoding="utf-8").replace("id: wait", "id: later"), encoding="utf-8")
    outcome = branchline("diff", session, "first-contact", "--workspace", folder)
    assert outcome.code == 1
    assert "+ choice found.later" in outcome.out
    assert "- choice found.wait" in outcome.out
    assert f"{session[:8]} (completed): 1 of 2 stand; found.wait" in outcome.out
    document = branchline("diff", session, "first-contact", "--workspace", folder, "--json").document
    assert (document["format"], document["sessions_lost"][0]["session"], document["endings_lost"]) == ("branchline.diff/1", session, [])
    assert branchline("diff", document["old"]["hash"][:10], "first-contact", "--workspace", folder).out == outcome.out


def test_an_ending_that_no_play_reaches_any_more_is_lost(branchline: Command, place: Path) -> None:
    file = place / "scenarios" / "conversations" / "first-contact.yaml"
    old = place / "old.yaml"
    old.write_bytes(file.read_bytes())
    file.write_text(file.read_text(encoding="utf-8").replace("heat > 60", "heat > 90"), encoding="utf-8")
    found = ("diff", str(old), "first-contact", "--workspace", str(place))
    assert "! ending gone: no play reaches it any more" in branchline(*found).out
    assert branchline(*found, "--json").document["endings_lost"] == ["gone"]


def test_a_file_outside_any_workspace_takes_what_it_cites_from_the_opened_one(branchline: Command, place: Path, tmp_path: Path) -> None:
    for folder, name in (("conversations", "first-contact"), ("drills", "first-ticket")):
        old = tmp_path / "old.yaml"
        old.write_text((place / "scenarios" / folder / f"{name}.yaml").read_text(encoding="utf-8").replace("version: 1", "version: 7"))
        assert f"{name}: version 7 → 1" in branchline("diff", str(old), name, "--workspace", str(place)).out


def test_a_diff_of_unlike_or_unknown_things_is_refused(branchline: Command) -> None:
    assert branchline("diff", "charged-twice", "refund-duplicate").code == 2
    outcome = branchline("diff", "charged-twice", "charged-twise")
    assert outcome.code == 2
    assert "Did you mean `charged-twice`?" in outcome.err


@pytest.mark.parametrize("kind", ["scenario", "drill", "sop", "lesson", "rubric"])
def test_new_files_are_named_and_never_overwritten(branchline: Command, place: Path, kind: str) -> None:
    assert "own-thing" in branchline("new", kind, "own-thing", "--workspace", str(place)).out
    again = branchline("new", kind, "own-thing", "--workspace", str(place))
    assert (again.code, again.out) == (2, "")
    assert branchline("test", "--workspace", str(place)).code == 0


def test_commands_work_on_the_workspace_that_one_is_in_and_new_files_go_nowhere_else(
    branchline: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = branchline("new", "scenario", "mine", "--json")
    assert (refused.code, refused.error["code"]) == (2, "no-workspace-here")
    assert branchline("init", "shelf").code == 0
    monkeypatch.chdir(tmp_path / "shelf" / "scenarios")
    made = branchline("new", "scenario", "mine")
    assert made.code == 0
    assert str(tmp_path / "shelf" / "scenarios" / "conversations" / "mine.yaml") in made.out
    assert {item["id"] for item in branchline("list", "--json").document["items"]} == {"first-contact", "first-ticket", "mine"}
    assert branchline("prove", "mine").code == 0


def test_schemas_are_printed_written_and_listed(branchline: Command, tmp_path: Path) -> None:
    assert branchline("schema", "drill").document["title"] == "Branchline drill"
    assert branchline("schema").out.split() == [
        path.rpartition("/")[2].removesuffix(".json") for path in branchline("schema", "--write", str(tmp_path)).out.split()
    ]
    assert "Did you mean `scenario`?" in branchline("schema", "scenarios").err
    assert branchline("schema", "--write", str(tmp_path / "drill.json")).code == 3


def test_what_authors_write_cannot_reach_the_terminal(branchline: Command, place: Path) -> None:
    path = place / "scenarios" / "tests" / "bad.test.yaml"
    path.write_text('format: 1\nscenario: "first\\e[31m"\n', encoding="utf-8")
    outcome = branchline("test", str(path), "--workspace", str(place))
    assert outcome.code == 1
    assert "\x1b" not in outcome.out + outcome.err
