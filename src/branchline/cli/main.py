"""The `branchline` command and what becomes of every error on the way out."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from branchline import __version__
from branchline.cli.lazy import LazyGroup, flags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.errors import BranchlineError

INTERNAL_ERROR = 70
"""Exit code of an error in the program itself."""
INTERRUPTED = 130
"""Exit code after ctrl+c."""
_OUTPUT = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What writing to stdout fails with where its reader has gone, or its disk is full."""

COMMANDS = {
    "play": ("branchline.cli.play:play", "Play a scenario, a drill or a script."),
    "resume": ("branchline.cli.play:resume", "Go on with a session of yours that was stopped."),
    "retry": ("branchline.cli.retry:retry", "Learn from your mistakes: meet your own wrong moments again."),
    "list": ("branchline.cli.browse:list_command", "List what can be played."),
    "show": ("branchline.cli.browse:show", "Show what a scenario or drill is about, without spoilers."),
    "prove": ("branchline.cli.prove:prove", "Explore scenarios exactly: what can be reached, how, and for how many points."),
    "test": ("branchline.cli.test:test_command", "Play the play tests of a workspace, or write some."),
    "graph": ("branchline.cli.graph:graph", "Draw how a scenario branches."),
    "stats": ("branchline.cli.stats:stats", "Count words, reading time and what sessions chose."),
    "diff": ("branchline.cli.diff:diff", "Tell what changed by meaning between two versions."),
    "new": ("branchline.cli.new:new", "Write a new scenario, drill, SOP, lesson or rubric to begin with."),
    "init": ("branchline.cli.new:init", "Make a workspace that loads and passes its own test."),
    "schema": ("branchline.cli.schema:schema", "Print the JSON Schema of a kind of file."),
    "preview": ("branchline.cli.preview:preview", "Play a scenario file with live reload."),
    "check": ("branchline.cli.check:check", "Find what is wrong in scenarios, drills and SOPs."),
    "sop": ("branchline.cli.sop:sop", "Read and search the SOPs."),
    "review": ("branchline.cli.review:review", "Judge a session moment by moment, and show where it could have gone better."),
    "comment": ("branchline.cli.comment:comment", "Comment on moments of sessions, and answer comments."),
    "rubric": ("branchline.cli.rubric:rubric", "Score sessions with rubrics."),
    "calibrate": ("branchline.cli.calibrate:calibrate", "See how far raters agree who score blind to each other."),
    "plan": ("branchline.cli.plan:plan", "Hold coaching sessions, and agree on what comes next."),
    "sessions": ("branchline.cli.sessions:sessions", "List, read, move and verify sessions."),
    "report": ("branchline.cli.report:report", "Show tables over many sessions."),
    "lrs": ("branchline.cli.lrs:lrs", "Set, check and feed the Learning Record Store (LRS)."),
    "config": ("branchline.cli.config:config", "Show and change settings."),
    "where": ("branchline.cli.config:where", "Print every path the program uses, and whether it is there yet."),
    "doctor": ("branchline.cli.doctor:doctor", "Tell what works here and what does not."),
    "completions": ("branchline.cli.completions:completions", "Print the completion script for a shell."),
    "completion": ("branchline.cli.completions:completions", "Print the completion script for a shell."),
}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    hidden=frozenset({"completion"}),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="branchline", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Rehearse hard customer conversations, and see what each reply earned.

    Without a command, the app starts.
    """
    if ctx.invoked_subcommand is None:
        from branchline.cli.start import start_app

        start_app()


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """The console script: runs the command and exits with its code; no error leaves as a traceback unless `--debug` asks for it."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no such character shows a replacement; that is no reason to fail.
            stream.reconfigure(errors="replace")
    sys.exit(_code(given))


def _open_closed_streams() -> None:
    """What was started with stdin, stdout or stderr closed reads nothing and writes to nobody."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123  # open as long as the program runs
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # as above
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # as above


def _code(given: list[str]) -> int:
    from branchline.errors import BranchlineError

    debug = "--debug" in given
    try:
        answer = main.main(args=given, prog_name="branchline", standalone_mode=False)
        sys.stdout.flush()
    except BranchlineError as error:
        return _told(error, given, debug=debug)
    except click.Abort:
        click.echo("Interrupted; what was played is kept.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        return _told(_usage(error), given, debug=debug)
    except Exception as error:  # noqa: BLE001 - the last door: whatever it is, a person gets one sentence
        return _unexpected(error, given, debug=debug)
    return answer if isinstance(answer, int) else 0


def _is_output(error: OSError) -> bool:
    """Whether it is the reader, disk or device behind stdout that failed: errors of files that we open ourselves name the file."""
    return error.filename is None and error.errno in _OUTPUT


def _unwritten(error: OSError, given: list[str], *, debug: bool) -> int:
    from branchline.errors import ConfigurationError

    # What cannot be written any more is let go; else the interpreter would complain once more when it flushes at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 1
    what = f"The output cannot be written: {error.strerror}."
    hint = "What was done is done and kept; free some space, or write elsewhere."
    return _told(ConfigurationError(what, where="stdout", hint=hint, code="output-unwritten"), given, debug=debug)


def _usage(error: click.ClickException) -> BranchlineError:
    from branchline.errors import UsageError

    context = getattr(error, "ctx", None)
    hint = f"Try `{context.command_path} --help`." if context else "Try `branchline --help`."
    return UsageError(error.format_message(), hint=hint)


def _told(error: BranchlineError, given: list[str], *, debug: bool) -> int:
    from branchline.cli.output import tell_error

    # Where stderr fails too, the exit code still tells.
    with contextlib.suppress(OSError):
        tell_error(error, as_json="--json" in given)
        if debug:
            _traceback()
    return error.exit_code


def _unexpected(error: Exception, given: list[str], *, debug: bool) -> int:
    from branchline.errors import BranchlineError
    from branchline.text import clean_line

    if isinstance(error, OSError) and _is_output(error):
        return _unwritten(error, given, debug=debug)
    what = f"Something went wrong inside Branchline: {type(error).__name__}: {clean_line(str(error))[:200]}"
    hint = "What was played is kept. Run the same command with --debug for the details."
    _told(BranchlineError(what, hint="" if debug else hint, code="internal"), given, debug=debug)
    return INTERNAL_ERROR


def _traceback() -> None:
    import traceback

    from branchline.text import clean

    click.echo(clean(traceback.format_exc()), err=True)


__all__ = ["COMMANDS", "flags", "main", "run"]
