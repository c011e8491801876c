"""Light commands import little: what a fresh interpreter has loaded when they are done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROBE = """
import json, sys
from branchline.cli.main import run
try:
    run(json.loads(sys.argv[1]))
except SystemExit as end:
    json.dump({"code": end.code, "modules": sorted(name for name in sys.modules if "." not in name)}, sys.stderr)
"""
HEAVY = {"textual", "rich", "tincan", "pydantic", "yaml", "requests", "platformdirs", "sqlite3"}


def _loaded(arguments: list[str], home: Path) -> tuple[int, set[str]]:
    environ = {**os.environ, "BRANCHLINE_HOME": str(home)}
    command = [sys.executable, "-c", PROBE, json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=True)
    seen = json.loads(done.stderr.splitlines()[-1])
    return seen["code"], set(seen["modules"])


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["-h"]])
def test_help_and_version_load_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code, modules = _loaded(arguments, tmp_path)
    assert code == 0
    assert not modules & HEAVY


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["sop", "list"], ["show", "charged-twice"]])
def test_reading_content_loads_neither_the_app_nor_the_lrs(arguments: list[str], tmp_path: Path) -> None:
    code, modules = _loaded(arguments, tmp_path)
    assert code == 0
    assert not modules & {"textual", "rich", "tincan", "requests"}


@pytest.mark.parametrize("arguments", [["where"], ["config", "show"], ["config", "path"], ["completions", "bash"], ["play", "--help"]])
def test_small_commands_load_no_content_machinery(arguments: list[str], tmp_path: Path) -> None:
    code, modules = _loaded(arguments, tmp_path)
    assert code == 0
    assert not modules & {"textual", "rich", "tincan", "pydantic", "yaml"}


def test_sessions_and_statements_are_listed_without_the_app(tmp_path: Path) -> None:
    for arguments in (["sessions", "list"], ["lrs", "status"]):
        code, modules = _loaded(arguments, tmp_path)
        assert code == 0
        assert not modules & {"textual", "rich", "tincan"}
