"""`doctor`: one line for each thing, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _levels(outcome: Any) -> dict[str, str]:
    return {each["name"]: each["level"] for each in outcome.document["findings"]}


def test_a_healthy_machine_has_no_failure(branchline: Callable[..., Any]) -> None:
    outcome = branchline("doctor", "--json")
    assert outcome.code == 0
    levels = _levels(outcome)
    assert {"Python", "terminal", "size", "colour", "characters", "data folder", "journal", "settings", "workspace", "LRS"} <= set(levels)
    assert "fail" not in levels.values()


def test_a_database_that_is_none_is_a_failure_with_advice(branchline: Callable[..., Any], home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "branchline.db").write_bytes(b"this is no database " * 500)
    outcome = branchline("doctor", "--json")
    assert outcome.code == 1
    assert _levels(outcome)["journal"] == "fail"


def test_a_home_that_is_no_folder_is_a_failure(branchline: Callable[..., Any], home: Path) -> None:
    home.write_text("", encoding="utf-8")
    outcome = branchline("doctor", "--json")
    assert outcome.code == 1
    assert _levels(outcome)["data folder"] == "fail"


def test_bad_settings_are_named_and_the_rest_is_still_told(branchline: Callable[..., Any], home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('mode = "easy"', encoding="utf-8")
    outcome = branchline("doctor")
    assert outcome.code == 1
    assert "`mode` cannot be `easy`" in outcome.out
    assert "Python" in outcome.out


def test_an_lrs_is_asked_online_only(branchline: Callable[..., Any]) -> None:
    branchline("lrs", "set", "http://127.0.0.1:9/xapi", "-q")
    assert branchline("doctor", "--json").code == 0
    outcome = branchline("doctor", "--json", "--online")
    assert outcome.code == 1
    assert _levels(outcome)["LRS"] == "fail"


def test_broken_scenarios_are_counted(branchline: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "content" / "scenarios" / "conversations"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("nodes: 3", encoding="utf-8")
    outcome = branchline("doctor", "--json", "--workspace", str(tmp_path / "content"))
    assert _levels(outcome)["workspace"] == "warn"


def test_a_password_that_others_can_read_is_a_warning(branchline: Callable[..., Any], home: Path) -> None:
    home.mkdir()
    (home / "secrets.toml").write_text("", encoding="utf-8")
    (home / "secrets.toml").chmod(0o644)
    assert _levels(branchline("doctor", "--json"))["password"] == "warn"
