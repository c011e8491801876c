"""`config` and `where`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def test_each_setting_is_shown_with_its_source(branchline: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHLINE_THEME", "light")
    branchline("config", "set", "lrs.timeout", "12")
    shown = {each["name"]: each for each in branchline("config", "show", "--json").document["settings"]}
    assert shown["theme"] == {"name": "theme", "value": "light", "source": "environment"}
    assert shown["lrs.timeout"] == {"name": "lrs.timeout", "value": 12.0, "source": "file"}
    assert shown["mode"]["source"] == "default"
    assert shown["learner"]["source"] == "generated"


def test_a_password_is_never_shown(branchline: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHLINE_LRS_PASSWORD", "hush-hush")
    for arguments in (["config", "show"], ["config", "show", "--json"], ["lrs", "status"], ["doctor"], ["where"]):
        outcome = branchline(*arguments)
        assert "hush-hush" not in outcome.out + outcome.err


def test_a_setting_from_the_environment_is_shown_harmless(branchline: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHLINE_LEARNER", "ada\x1b]0;owned\x07\u202e")
    outcome = branchline("config", "show")
    assert "ada" in outcome.out
    assert not {"\x1b", "\x07", "\u202e"} & set(outcome.out)


def test_an_illegal_value_ends_with_3_and_says_what_is_legal(branchline: Callable[..., Any]) -> None:
    outcome = branchline("config", "set", "mode", "easy")
    assert outcome.code == 3
    assert "practice, expert, exam" in outcome.err


def test_an_unknown_setting_ends_with_2(branchline: Callable[..., Any]) -> None:
    outcome = branchline("config", "set", "them", "dark")
    assert outcome.code == 2
    assert "`theme`" in outcome.err


def test_a_broken_file_can_be_found_and_is_named(branchline: Callable[..., Any], home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("mode =", encoding="utf-8")
    outcome = branchline("config", "show")
    assert outcome.code == 3
    assert "config.toml" in outcome.err
    assert branchline("config", "path").out.strip() == str(home / "config.toml")
    assert branchline("where").code == 0


def test_where_prints_every_path(branchline: Callable[..., Any], home: Path) -> None:
    paths = branchline("where", "--json").document["paths"]
    assert set(paths) == {"config_file", "secrets_file", "data_folder", "database", "state_folder", "log_file"}
    assert all(path.startswith(str(home)) for path in paths.values())
    assert "(not yet)" in branchline("where").out


def test_the_completion_script_names_the_program(branchline: Callable[..., Any]) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_BRANCHLINE_COMPLETE" in branchline("completions", shell).out
    assert branchline("completion", "bash").out == branchline("completions", "bash").out
