"""`schema`: the JSON Schema of a kind of file."""

from __future__ import annotations

import click

from branchline.cli.lazy import Command


@click.command(cls=Command)
@click.argument("kind", metavar="[KIND]", required=False)
@click.option("--write", metavar="FOLDER", help="Write the schemas of all kinds into this folder, as KIND.json.")
def schema(kind: str | None, write: str | None) -> None:
    """Print the JSON Schema of a kind of file.

    Without KIND, the kinds there are.
    """
    from pathlib import Path

    from branchline.authoring.schema import KINDS, schema_text, write_schemas
    from branchline.cli.output import say
    from branchline.errors import ConfigurationError
    from branchline.text import clean_line

    if write is not None:
        try:
            say("\n".join(str(path) for path in write_schemas(Path(write))))
        except OSError as error:
            reason = clean_line(error.strerror or str(error))
            raise ConfigurationError(f"The schemas cannot be written: {reason}.", where=clean_line(write), code="not-writable") from error
    elif kind is None:
        say("\n".join(KINDS))
    else:
        say(schema_text(kind).rstrip("\n"))
