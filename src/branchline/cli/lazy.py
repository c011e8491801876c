"""Commands that are imported only when they run, and the flags that stand anywhere on the line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class Command(click.Command):
    """A click command that also knows the global flags."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(global_flags())


class LazyGroup(click.Group):
    """A group whose commands are named by a table: name → (`module:attribute`, short help, hidden)."""

    command_class = Command

    def __init__(
        self, *args: Any, table: Mapping[str, tuple[str, str]] | None = None, hidden: frozenset[str] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table = dict(table or {})
        self.hidden_names = hidden
        self.params.extend(global_flags())

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names that help shows, in the order of the table."""
        return [name for name in self.table if name not in self.hidden_names] or super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with that name, imported now; None where there is none."""
        if cmd_name not in self.table:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.table[cmd_name][0].partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The short help of each command, without importing any."""
        if not self.table:
            super().format_commands(ctx, formatter)
            return
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.table[name][1]) for name in self.list_commands(ctx)])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest name suggested for one that is unknown."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from branchline.errors import UsageError
            from branchline.text import clean_line, did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise UsageError(f"`{ctx.command_path}` has no command `{clean_line(args[0])}`.", hint=hint, code="unknown-command")
        return super().resolve_command(ctx, args)


class Flags(dict[str, Any]):
    """The global flags as given anywhere on the line: quiet, debug, color."""


def flags(ctx: click.Context) -> Flags:
    """The flags of this run; the same object in every command of it."""
    found: Flags = ctx.find_root().ensure_object(Flags)
    return found


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value not in {None, False}:
        flags(ctx)[str(param.name)] = value


def global_flags() -> list[click.Parameter]:
    """`--quiet`, `--debug` and `--color`, for every command."""
    return [
        click.Option(["--quiet", "-q"], is_flag=True, expose_value=False, callback=_keep, help="No narration on stderr."),
        click.Option(["--debug"], is_flag=True, expose_value=False, callback=_keep, help="Show tracebacks and details."),
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_keep,
            help="Colour in the output (default: auto; NO_COLOR is honoured).",
        ),
    ]
