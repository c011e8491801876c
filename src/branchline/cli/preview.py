"""`preview`: the app on a scenario file that is being written; with `--once` the same without a screen, for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command
from branchline.cli.opening import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.authoring.preview import Preview
    from branchline.errors import BranchlineError


@click.command(cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--path", "words", metavar="WORDS", default="", help="Moves to begin with: a,b,c as scripts write them.")
@click.option("--set", "values", metavar="NAME=VALUE", multiple=True, help="Then set trust, heat or a variable by hand.")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Decides chance (default: 0).")
@click.option("--once", is_flag=True, help="Print Diagnostics and how things stand, without the app.")
@json_option
def preview(*, file: str, words: str, values: tuple[str, ...], seed: int, once: bool, as_json: bool) -> None:
    """Play a scenario file with live reload.

    Nothing is recorded. With --once it exits with 1 where the file cannot be played or a move cannot be made.
    """
    from branchline.authoring.preview import Preview
    from branchline.cli.output import finish
    from branchline.cli.start import has_screen
    from branchline.errors import UsageError

    settings = [_named(value) for value in values]
    if not (once or as_json or has_screen()):
        hint = "`branchline preview FILE --once` prints how things stand after `--path`."
        raise UsageError("The app needs a terminal.", hint=hint, code="no-terminal")
    found = Preview(Path(file), _today(), seed=seed)
    moves = [word.strip() for word in words.split(",") if word.strip()]
    if once or as_json:
        finish(_once(found, moves, settings, as_json=as_json))
        return
    from branchline.practice import Studio
    from branchline.tui.preview import run

    if found.walk is not None:
        _move(found, moves, settings)
    run(Studio.open(), found)


def _today() -> str:
    from datetime import datetime

    return datetime.now().astimezone().date().isoformat()


def _named(text: str) -> tuple[str, str]:
    """`NAME=VALUE` taken apart."""
    from branchline.errors import UsageError

    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise UsageError("A value is set as NAME=VALUE.", hint="Such as `--set verified=yes`.", code="no-value")
    return name.strip(), value.strip()


def _move(found: Preview, moves: Sequence[str], settings: Sequence[tuple[str, str]]) -> None:
    found.follow(moves)
    for name, value in settings:
        found.set_variable(name, value)


def _once(found: Preview, moves: Sequence[str], settings: Sequence[tuple[str, str]], *, as_json: bool) -> int:
    """Print everything; the exit code."""
    from branchline.cli.output import emit, say
    from branchline.errors import UsageError

    refused: UsageError | None = None
    if found.walk is not None:
        try:
            _move(found, moves, settings)
        except UsageError as error:
            refused = error
    if as_json:
        emit("preview", _document(found, refused))
    else:
        say("\n".join(_report(found, refused)))
    return int(found.walk is None or refused is not None)


def _report(found: Preview, refused: BranchlineError | None) -> Iterator[str]:
    from branchline.cli.output import table
    from branchline.text import clean_line

    yield from (clean_line(str(each)) for each in found.diagnostics)
    if found.walk is None:
        yield f"{found.name} cannot be played."
        return
    walk = found.walk
    yield from (f"{line.speaker}: {clean_line(line.text)}" for line in walk.lines())
    if refused is not None:
        yield f"Refused [{refused.code}]: {clean_line(str(refused))}"
    kind = "ending" if walk.state.ended else "node"
    yield f"Stands at {kind} {walk.state.node}, visit {walk.visits}{', with values set by hand' if walk.by_hand else ''}."
    yield table([(each.name, each.said, f"({each.may}){' by hand' if each.by_hand else ''}") for each in found.variables()])
    for each in found.conditions():
        reads = ", ".join(f"{name} {value}" for name, value in each.reads)
        yield clean_line(f"{'✓' if each.holds else '✗'} {each.of} {each.part}: {each.text}{f' ({reads})' if reads else ''}")
    for choice, is_open in found.choices():
        yield clean_line(f"{'›' if is_open else '⊘'} {choice.id}: {choice.say.show(walk.state.core) if is_open else choice.why_locked}")


def _document(found: Preview, refused: BranchlineError | None) -> dict[str, Any]:
    from branchline.cli.output import diagnostic_json

    document: dict[str, Any] = {
        "file": found.name,
        "playable": not found.broken,
        "diagnostics": [diagnostic_json(each) for each in found.diagnostics],
        "errors": [] if refused is None else [{"code": refused.code, "message": str(refused)}],
    }
    return document | (_played(found) if found.walk is not None else {"node": None})


def _played(found: Preview) -> dict[str, Any]:
    from branchline.authoring.walk import Toggle, word_of
    from branchline.text import clean

    walk = found.playing
    core = walk.state.core
    return {
        "node": walk.state.node,
        "ended": walk.state.ended,
        "visits": walk.visits,
        "seed": found.seed,
        "path": [word_of(move) for move in walk.moves if not isinstance(move, Toggle)],
        "by_hand": list(walk.by_hand),
        "variables": {each.name: each.value for each in found.variables()},
        "conditions": [
            {"of": each.of, "part": each.part, "text": each.text, "holds": each.holds, "reads": dict(each.reads), "says": each.says}
            for each in found.conditions()
        ],
        "choices": [
            {"id": choice.id, "say": clean(choice.say.show(core)), "open": is_open, "why": "" if is_open else clean(choice.why_locked)}
            for choice, is_open in found.choices()
        ],
        "lines": [{"speaker": line.speaker, "text": line.text} for line in walk.lines()],
    }
