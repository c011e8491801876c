"""`sop list`, `show`, `search`, `note` and `notes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchline.text import width

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., Any]

FRONT = "---\nformat: 1\nid: {id}\ntitle: {title}\nversion: {version}\neffective: {effective}\n{more}---\n"
BODY = "Use it for **tests** of `pages`.\n\n1. Do the first thing and {words}. {{#first do=look_up}}\n2. Only advice.\n"


def sop(folder: Path, name: str, title: str, *, version: int = 1, effective: str = "2020-01-01", more: str = "", words: str = "") -> None:
    (folder / "sop_library").mkdir(parents=True, exist_ok=True)
    (folder / "scenarios").mkdir(exist_ok=True)
    text = FRONT.format(id=name, title=title, version=version, effective=effective, more=more) + BODY.format(words=words or "then stop")
    (folder / "sop_library" / f"{name}.md").write_text(text, encoding="utf-8")


@pytest.fixture
def library(tmp_path: Path) -> str:
    folder = tmp_path / "content"
    sop(folder, "SOP-OLD", "Old ways", version=4, more="expires: 2021-12-31\napplies_to: {category: billing/refund, channels: [phone]}\n")
    sop(folder, "SOP-NEW", "New ways", effective="2999-01-01", more="applies_to: {category: billing, channels: [chat]}\n")
    sop(folder, "SOP-NOW", "These ways", more="owner: Ada\n", words="word " * 60)
    return str(folder)


def listed(outcome: Any) -> list[str]:
    return [each["id"] for each in outcome.document["sops"]]


def test_lists_say_version_dates_and_what_has_expired(branchline: Command, library: str) -> None:
    outcome = branchline("sop", "list", "--json", "--workspace", library)
    assert outcome.document["format"] == "branchline.sops/1"
    found = {each["id"]: each for each in outcome.document["sops"]}
    assert [(found[name]["expired"], found[name]["in_force"]) for name in ("SOP-OLD", "SOP-NEW", "SOP-NOW")] == [
        (True, False), (False, False), (False, True),
    ]  # fmt: skip
    assert (found["SOP-OLD"]["version"], found["SOP-OLD"]["expires"]) == (4, "2021-12-31")
    text = branchline("sop", "list", "--workspace", library).out
    assert "EXPIRED 2021-12-31" in text
    assert "from 2999-01-01" in text


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--category", "billing"], ["SOP-NEW", "SOP-OLD"]),
        (["--category", "Billing/Refund"], ["SOP-OLD"]),
        (["--category", "bill"], []),
        (["--channel", "phone"], ["SOP-NOW", "SOP-OLD"]),
        (["--expired"], ["SOP-OLD"]),
        (["--expired", "--channel", "chat"], []),
    ],
)
def test_filters_leave_what_fits(branchline: Command, library: str, options: list[str], names: list[str]) -> None:
    assert listed(branchline("sop", "list", "--json", "--workspace", library, *options)) == names
    assert listed(branchline("sop", "search", "first", "THING", "--json", "--workspace", library, *options)) == names


def test_a_search_finds_where_all_words_stand(branchline: Command, library: str) -> None:
    assert listed(branchline("sop", "search", "old", "ways", "--json", "--workspace", library)) == ["SOP-OLD"]
    nothing = branchline("sop", "search", "zebra", "--workspace", library)
    assert (nothing.code, nothing.out) == (0, "")
    assert "No SOP fits" in nothing.err


def test_a_page_is_wrapped_and_says_what_is_scored_and_what_has_expired(
    branchline: Command, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = branchline("sop", "show", "SOP-NOW", "--workspace", library).out
    assert all(width(line) <= 60 for line in text.splitlines())
    assert "Use it for tests of pages." in text
    assert "2. Only advice. (advice)" in text
    assert "EXPIRED on 2021-12-31" in branchline("sop", "show", "sop-old", "--workspace", library).out
    assert "not in force before 2999-01-01" in branchline("sop", "show", "SOP-NEW", "--workspace", library).out


def test_a_page_says_what_cites_the_sop(branchline: Command) -> None:
    document = branchline("sop", "show", "SOP-BIL-02", "--json").document
    cited = {each["id"]: each for each in document["cited_by"]}
    assert cited["charged-twice"]["kind"] == "scenario"
    assert cited["charged-twice"]["sop_version"] == document["version"]
    assert {step["id"] for step in document["steps"]} >= {"verify", "refund"}
    text = branchline("sop", "show", "SOP-BIL-02").out
    assert "scenario charged-twice" in text
    assert "\x1b" not in text


def test_a_note_reaches_the_owner_s_list_and_its_answer_the_learner(branchline: Command, library: str) -> None:
    outcome = branchline("sop", "note", "sop-now", "Step one is wrong.", "--step", "first", "--json", "--workspace", library)
    (kept,) = outcome.document["notes"]
    assert (kept["sop"], kept["step"], kept["version"], kept["answer"]) == ("SOP-NOW", "first", 1, None)
    assert "1 note that something is wrong" in branchline("sop", "show", "SOP-NOW", "--workspace", library).out
    assert branchline("sop", "notes", "SOP-NOW", "--json").document["notes"] == [kept]
    assert "not answered yet" in branchline("sop", "notes").out
    assert branchline("sop", "notes", "--resolve", "1", "Mended.").code == 0
    (mine,) = branchline("sop", "notes", "--mine", "--json").document["notes"]
    assert mine["answer"] == "Mended."
    assert "Mended." in branchline("sop", "notes", "--mine").out
    assert branchline("sop", "notes", "--open", "--json").document["notes"] == []


def test_a_note_may_name_its_session(branchline: Command, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('{"scenario": "charged-twice", "seed": 7, "choices": ["own-it"]}', encoding="utf-8")
    session = branchline("play", "--script", str(script), "--json").document["session"]
    (kept,) = branchline("sop", "note", "SOP-BIL-02", "Wrong.", "--session", session[:8], "--json").document["notes"]
    assert (kept["session"], kept["seq"] > 0, bool(kept["node"])) == (session, True, True)
    assert session[:8] in branchline("sop", "notes").out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["sop", "note", "SOP-OLE", "Wrong."], "SOP-OLD"),
        (["sop", "note", "SOP-NOW", " "], "says nothing"),
        (["sop", "note", "SOP-NOW", "Wrong.", "--step", "frst"], "`first`"),
    ],
)
def test_a_note_about_nothing_is_refused(branchline: Command, library: str, arguments: list[str], word: str) -> None:
    outcome = branchline(*arguments, "--workspace", library)
    assert outcome.code == 2
    assert word in outcome.err
    assert branchline("sop", "notes", "--json").document["notes"] == []


def test_an_answer_to_no_note_is_refused_and_an_empty_list_makes_no_journal(branchline: Command, home: Path) -> None:
    assert branchline("sop", "notes", "--json").document["notes"] == []
    assert not (home / "data").exists()
    assert branchline("sop", "notes", "--resolve", "9", "What?").code == 2
