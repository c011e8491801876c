"""The README's two commands are what CI runs and what the package declares; every command it names exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from branchline.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"

pytestmark = pytest.mark.skipif(not README.is_file(), reason="the README stands in the repository, not in an installed package")


def _section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def _blocks(text: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_there_are_exactly_two_commands_and_each_makes_its_environment() -> None:
    start, test = _blocks(_section("Two commands"))
    for block in (start, test):
        assert "python3 -m venv .venv" in block
        assert "pip install" in block
    assert start.strip().endswith(".venv/bin/branchline")
    assert "pytest" in test


def test_ci_runs_the_second_command_s_tests() -> None:
    _, test = _blocks(_section("Two commands"))
    ran = test.strip().rpartition("&& .venv/bin/")[2]
    assert ran in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"branchline ([a-z]+)", README.read_text(encoding="utf-8"))) - {"is"}
    assert named <= {*COMMANDS, "app"}


def test_what_runs_needs_no_more_than_what_the_project_fixed() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=!~\[ ]", each)[0].lower() for each in declared}
    assert names == {"textual", "pydantic", "pyyaml", "tincan", "click", "platformdirs"}
