"""Every command says what it does, and the table that stands in for it agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from branchline.cli.main import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Iterator


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{path} {name}"
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")


def test_every_command_and_every_option_has_help() -> None:
    for path, command in _commands(main, "branchline"):
        assert (command.help or "").strip(), path
        assert all(option.help for option in command.params if isinstance(option, click.Option)), path


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_s_own_help_says_first(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert (command.help or "").partition("\n")[0] == COMMANDS[name][1]


def test_the_global_flags_stand_on_every_command() -> None:
    for path, command in _commands(main, "branchline"):
        names = {name for parameter in command.params for name in parameter.opts}
        assert {"--quiet", "--debug", "--color"} <= names, path
