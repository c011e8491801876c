"""`config` and `where`: every setting with its source, every path."""

from __future__ import annotations

import click

from branchline.cli.lazy import Command, LazyGroup


@click.group(cls=LazyGroup)
def config() -> None:
    """Show and change settings."""


@config.command("show", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(*, as_json: bool) -> None:
    """Show each setting with its value and where it came from. Passwords are never shown."""
    from branchline import settings
    from branchline.cli.output import emit, say, table
    from branchline.paths import Paths

    paths = Paths.of()
    loaded = settings.load(paths)
    secret = settings.lrs_password(paths, loaded)
    rows = [(key.name, getattr(loaded, key.field), loaded.sources[key.field]) for key in settings.KEYS]
    if as_json:
        shown = [{"name": name, "value": value, "source": source} for name, value, source in rows]
        password = {"set": bool(secret.value), "source": secret.source or "default"}
        emit("config", {"settings": shown, "lrs_password": password})
        return
    say(table([(name, _shown(value), f"({source})") for name, value, source in rows]))
    say(table([("lrs password", "set, not shown" if secret.value else "not set", f"({secret.source or 'default'})")]))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ", ".join(f"{action} = {key}" for action, key in value.items()) or "–"
    return str(value) or "–"


@config.command("set", cls=Command)
@click.argument("name")
@click.argument("value")
def set_command(name: str, value: str) -> None:
    """Write setting NAME to the config file; an empty VALUE takes it out."""
    import os

    from branchline import settings
    from branchline.cli.output import narrate
    from branchline.paths import Paths

    paths = Paths.of()
    if name in {"lrs.endpoint", "lrs_endpoint"} and value:
        from branchline.cli.lrs import agree_on_waiting

        address = settings.checked_value("lrs.endpoint", value, name)
        agree_on_waiting(settings.load(paths).lrs_endpoint, address, agreed=False)
    key = settings.set_value(paths, name, value)
    narrate(f"Wrote `{key.name}` to {paths.config_file}.")
    if os.environ.get(key.variable):
        narrate(f"{key.variable} is set and beats the file.")


@config.command("path", cls=Command)
def path() -> None:
    """Print the path of the config file."""
    from branchline.cli.output import say
    from branchline.paths import Paths

    say(str(Paths.of().config_file))


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def where(*, as_json: bool) -> None:
    """Print every path the program uses, and whether it is there yet."""
    from dataclasses import asdict

    from branchline.cli.output import emit, say, table
    from branchline.paths import Paths

    found = asdict(Paths.of())
    if as_json:
        emit("where", {"paths": {name: str(place) for name, place in found.items()}})
        return
    say(table([(name.replace("_", " "), str(place), "" if place.exists() else "(not yet)") for name, place in found.items()]))
