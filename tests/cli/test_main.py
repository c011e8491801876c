"""The door: help, flags, suggestions, and what becomes of errors."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from branchline import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROGRAM = [sys.executable, "-m", "branchline"]


def test_version_and_help_answer(branchline: Callable[..., Any]) -> None:
    assert branchline("--version").out == f"branchline {__version__}\n"
    assert "sessions" in branchline("--help").out


def test_an_unknown_command_suggests_the_nearest(branchline: Callable[..., Any]) -> None:
    outcome = branchline("sesions")
    assert (outcome.code, outcome.out) == (2, "")
    assert "Did you mean `sessions`?" in outcome.err


def test_an_unknown_command_of_a_group_suggests_too(branchline: Callable[..., Any]) -> None:
    assert "Did you mean `status`?" in branchline("lrs", "statsu").err


@pytest.mark.parametrize("arguments", [["list", "--levl", "2"], ["list", "--level", "two"], ["show"], ["lrs", "set"]])
def test_a_wrong_option_is_a_usage_error(branchline: Callable[..., Any], arguments: list[str]) -> None:
    outcome = branchline(*arguments)
    assert outcome.code == 2
    assert "--help`" in outcome.err
    assert "Traceback" not in outcome.err


def test_with_json_an_error_is_one_document_on_stderr(branchline: Callable[..., Any]) -> None:
    outcome = branchline("show", "no-such-thing", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.error["format"] == "branchline.error/1"
    assert outcome.error["code"] == "unknown-id"
    assert {"message", "where", "hint"} <= set(outcome.error)


def test_a_usage_error_is_json_too(branchline: Callable[..., Any]) -> None:
    assert branchline("list", "--nonsense", "--json").error["code"] == "usage"


@pytest.mark.parametrize("arguments", [["--quiet", "config", "set", "mode", "exam"], ["config", "set", "mode", "exam", "-q"]])
def test_quiet_stands_before_or_after_the_command(branchline: Callable[..., Any], arguments: list[str]) -> None:
    assert branchline(*arguments).err == ""
    assert "Wrote" in branchline("config", "set", "mode", "exam").err


@pytest.mark.parametrize("arguments", [["show", "nothing", "--debug"], ["--debug", "show", "nothing"]])
def test_a_traceback_is_shown_with_debug_alone(branchline: Callable[..., Any], arguments: list[str]) -> None:
    assert "Traceback" in branchline(*arguments).err
    assert "Traceback" not in branchline("show", "nothing").err


def test_an_escape_sequence_in_an_id_does_not_reach_the_terminal(branchline: Callable[..., Any]) -> None:
    outcome = branchline("show", "\x1b[2J\u202eboom")
    assert outcome.code == 2
    assert "\x1b" not in outcome.err
    assert "\u202e" not in outcome.err


def test_the_app_says_what_it_needs_where_there_is_no_terminal(branchline: Callable[..., Any]) -> None:
    outcome = branchline()
    assert outcome.code == 2
    assert "needs a terminal" in outcome.err


def _start(arguments: list[str], home: Path, **options: Any) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "BRANCHLINE_HOME": str(home), **options.pop("env", {})}
    return subprocess.Popen([*PROGRAM, *arguments], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def test_a_reader_that_goes_away_is_no_error_to_talk_about(tmp_path: Path) -> None:
    process = _start(["list", "--json"], tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate()
    assert err == b""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_error(tmp_path: Path, closed: str) -> None:
    environ = {**os.environ, "BRANCHLINE_HOME": str(tmp_path)}
    for arguments, code in (("play charged-twice --plain", 1), ("list", 0)):
        command = f'"$@" {arguments} {closed}'
        given = subprocess.DEVNULL
        done = subprocess.run(["sh", "-c", command, "sh", *PROGRAM], stdin=given, capture_output=True, env=environ, check=False)
        assert (done.returncode, done.stderr) == (code, b"")


def test_a_terminal_without_unicode_gets_replacements(tmp_path: Path) -> None:
    process = _start(["config", "show"], tmp_path, env={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    out, err = process.communicate()
    assert err == b""
    assert re.search(rb"keys +\? ", out)


def test_an_unexpected_error_is_one_sentence_and_70(tmp_path: Path) -> None:
    code = (
        "import json\nfrom branchline.cli import main\n"
        "@main.main.command('explode', help='Fail.')\ndef explode():\n    raise RuntimeError('bo\\x1bom')\n"
        "main.run(['explode'])"
    )
    environ = {**os.environ, "BRANCHLINE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 70
    assert "RuntimeError: bo�om" in done.stderr
    assert "--debug" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_module_is_the_same_program(tmp_path: Path) -> None:
    out, _ = _start(["where", "--json"], tmp_path).communicate()
    assert json.loads(out)["paths"]["database"].startswith(str(tmp_path))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")  # noqa: PTH110  # as short as it gets
@pytest.mark.parametrize("arguments", ["list", "list --json", "config show", "--help", "lrs profile"])
def test_an_output_that_cannot_be_written_is_told_in_words(tmp_path: Path, arguments: str) -> None:
    environ = {**os.environ, "BRANCHLINE_HOME": str(tmp_path)}
    command = f'"$@" {arguments} >/dev/full'
    done = subprocess.run(["sh", "-c", command, "sh", *PROGRAM], capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 3
    assert "output-unwritten" in done.stderr
    assert "The output cannot be written: No space left" in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")  # noqa: PTH110  # as above
@pytest.mark.parametrize(("arguments", "code"), [("config set mode exam", 0), ("show nothing", 2)])
def test_a_narration_that_cannot_be_written_keeps_nobody_from_anything(tmp_path: Path, arguments: str, code: int) -> None:
    environ = {**os.environ, "BRANCHLINE_HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-c", f'"$@" {arguments} 2>/dev/full', "sh", *PROGRAM], capture_output=True, env=environ, check=False)
    assert done.returncode == code
