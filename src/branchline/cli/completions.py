"""`completions`: the script that makes a shell complete our commands."""

from __future__ import annotations

import click

from branchline.cli.lazy import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completions(shell: str) -> None:
    """Print the completion script for a shell.

    Source it in your shell's start-up file.
    """
    from click.shell_completion import get_completion_class

    from branchline.cli.main import main

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(main, {}, "branchline", "_BRANCHLINE_COMPLETE").source())
