"""`lrs`: which Learning Record Store statements go to, and how they get there."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import has_journal, json_option, open_journal, open_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.errors import BranchlineError
    from branchline.xapi.answer import Check
    from branchline.xapi.lrs import Lrs
    from branchline.xapi.outbox import Delivery

UNREACHABLE = frozenset({"dns", "refused", "tls", "timeout", "reset", "protocol", "server"})
"""Codes of a Check that a person cannot mend in the settings."""
BAR = 30
"""Columns of the progress bar."""


COMMANDS = {
    "set": ("branchline.cli.lrs:set_command", "Send statements to an LRS."),
    "check": ("branchline.cli.lrs:check", "Try address and credentials."),
    "status": ("branchline.cli.lrs:status", "Show how many statements wait, and why."),
    "send": ("branchline.cli.lrs:send", "Deliver everything that waits, now."),
    "pull": ("branchline.cli.lrs_reading:pull_command", "Read statements back, and make sessions of them."),
    "dead-letters": ("branchline.cli.lrs_letters:letters", "What the LRS refused for good."),
    "profile": ("branchline.cli.lrs_reading:profile_command", "Print the xAPI profile that statements follow."),
    "forget": ("branchline.cli.lrs_reading:forget_command", "Void and delete everything of one learner."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def lrs() -> None:
    """Set, check and feed the Learning Record Store (LRS)."""


@click.command("set", cls=Command)
@click.argument("endpoint")
@click.option("--username", default="", help="The account, or the key of key and secret.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
@click.option("--keep-waiting", "--yes", "agreed", is_flag=True, help="Statements that wait go to the new LRS; do not ask.")
def set_command(endpoint: str, username: str, *, password_stdin: bool, agreed: bool) -> None:
    """Send statements to the LRS at ENDPOINT. The password is kept in the keyring, or in a file that only you can read."""
    from branchline import settings
    from branchline.cli.output import narrate
    from branchline.paths import Paths

    paths = Paths.of()
    before = settings.load(paths)
    address = _address(endpoint)
    check_username(username)
    agree_on_waiting(before.lrs_endpoint, address, agreed=agreed)
    password = _password(username, from_stdin=password_stdin)
    if password:
        kept = settings.keep_lrs_password(paths, address, username, password)
        narrate("The password is in the keyring." if kept == "keyring" else f"The password is in {paths.secrets_file}, for you alone.")
    settings.set_value(paths, "lrs.endpoint", address)
    settings.set_value(paths, "lrs.username", username)
    _lift()
    narrate(f"Statements go to {address}. `branchline lrs check` tries it.")
    if settings.load(paths).sources["lrs_endpoint"] == settings.ENVIRONMENT:
        narrate("BRANCHLINE_LRS_ENDPOINT is set and beats the file.")


def _address(endpoint: str) -> str:
    """The endpoint in ENDPOINT, which some give with the resource below it."""
    from branchline import settings
    from branchline.cli.output import narrate
    from branchline.errors import UsageError

    address = str(settings.checked_value("lrs.endpoint", endpoint, "the argument ENDPOINT"))
    if not address:
        hint = 'It looks like https://lrs.example.org/xapi/. `branchline config set lrs.endpoint ""` takes the LRS away.'
        raise UsageError("ENDPOINT is empty.", hint=hint)
    short = address.rstrip("/").removesuffix("/statements")
    if short == address.rstrip("/"):
        return address
    narrate("Left out `/statements`: the endpoint is what stands before it.")
    return f"{short}/"


def check_username(username: str) -> None:
    """ConfigurationError where no LRS could be asked under that name."""
    from branchline.xapi.transport import Credentials

    Credentials(username, "")


def agree_on_waiting(before: str, after: str, *, agreed: bool) -> None:
    """Statements made for one LRS reach another only when somebody has said so; UsageError where nobody does."""
    import sys

    from branchline.errors import UsageError
    from branchline.xapi.transport import Endpoint

    if agreed or not before or not after or not has_journal() or Endpoint(before).shown == Endpoint(after).shown:
        return
    with open_journal() as journal:
        waiting = journal.counts()["waiting"]
    if not waiting:
        return
    told = f"{waiting} statements wait for {before}."
    if not sys.stdin.isatty():
        hint = "Deliver them first with `branchline lrs send`, or let them go to the new one: `branchline lrs set ENDPOINT --keep-waiting`."
        raise UsageError(told, hint=hint, code="statements-wait")
    if not click.confirm(f"{told} Send them to the new LRS?", err=True):
        raise UsageError("Nothing was changed.", hint="`branchline lrs send` delivers them to the present LRS.", code="statements-wait")


def _password(username: str, *, from_stdin: bool) -> str:
    import os
    import sys

    from branchline.errors import UsageError
    from branchline.settings import PASSWORD_VARIABLE

    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not username or os.environ.get(PASSWORD_VARIABLE):
        return ""
    if not sys.stdin.isatty():
        hint = f"Give it with --password-stdin, or set {PASSWORD_VARIABLE}."
        raise UsageError("The password is missing, and nobody can type it here.", hint=hint, code="no-password")
    return str(click.prompt("Password", hide_input=True, err=True, default="", show_default=False))


def _lift() -> None:
    from branchline.xapi.outbox import lift

    if has_journal():
        with open_journal() as journal:
            lift(journal)


@click.command("check", cls=Command)
@json_option
def check(*, as_json: bool) -> None:
    """Ask the LRS for one statement, to see whether address and credentials are right."""
    from branchline.cli.output import emit, finish, say

    found = check_now()
    if as_json:
        emit("lrs-check", {"ok": found.ok, "code": found.code, "message": found.words})
        finish(0 if found.ok else _error(found).exit_code)
    elif found.ok:
        say(found.words)
    else:
        raise _error(found)


def check_now() -> Check:
    """Whether the LRS of the settings can be used; ConfigurationError where none is set."""
    from branchline.cli.output import narrate_live

    with closing(open_lrs()) as remote:
        narrate_live(f"Asking {remote.endpoint} …")
        return remote.check()


def _error(found: Check) -> BranchlineError:
    from branchline.errors import LrsPaused, LrsUnreachable

    hint = "Statements are kept meanwhile."
    if found.code in UNREACHABLE:
        return LrsUnreachable(found.words, hint=hint, code=f"lrs-{found.code}")
    return LrsPaused(found.words, hint=f"{hint} `branchline lrs set` changes address and credentials.", code=f"lrs-{found.code}")


def open_lrs() -> Lrs:
    """The LRS of the settings; ConfigurationError where none is set."""
    from branchline.practice import Studio

    return Studio.open().lrs()


@click.command("status", cls=Command)
@json_option
def status(*, as_json: bool) -> None:
    """Show how many statements wait, and why."""
    from branchline.cli.output import emit, say, table

    document: dict[str, Any] = {"endpoint": open_settings().lrs_endpoint or None, **_standing()}
    if as_json:
        emit("lrs-status", document)
        return
    say(table([(name.replace("_", " "), "–" if value is None else str(value)) for name, value in document.items()]))


def _standing() -> dict[str, Any]:
    from branchline.xapi.outbox import Standing, standing

    found = Standing(0, 0, 0, "", "", "", "")
    if has_journal():
        with open_journal() as journal:
            found = standing(journal)
    counts = {"waiting": found.waiting, "delivered": found.delivered, "dead": found.dead}
    words = {"paused": found.paused, "last_error": found.last_error, "last_delivery": found.last_delivery, "retry_at": found.retry_at}
    return {**counts, **{name: value or None for name, value in words.items()}}


@click.command("send", cls=Command)
@json_option
def send(*, as_json: bool) -> None:
    """Deliver everything that waits, now.

    Exits with 0 where nothing waits any more, 3 where a person has to change something, 4 where something still waits.
    """
    import time

    from branchline.cli.output import emit, finish, narrate, narrate_live
    from branchline.xapi.outbox import deliver

    with closing(open_lrs()) as remote, open_journal() as journal:
        waiting = journal.counts()["waiting"]

        def wait(seconds: float) -> None:
            narrate_live(f"{journal.note('last_error')} Trying again in {seconds:.0f} s …")
            time.sleep(seconds)

        if waiting:
            narrate_live(f"Sending {waiting} statements to {remote.endpoint} … (ctrl+c stops; nothing is lost)")
        done = deliver(journal, remote, sleep=wait, progress=_bar(waiting))
    if as_json:
        emit(
            "lrs-send",
            {
                "delivered": done.delivered,
                "dead": done.dead,
                "waiting": done.waiting,
                "paused": done.paused or None,
                "error": done.error or None,
            },
        )
    else:
        narrate(f"Delivered {done.delivered}, refused for good {done.dead}, still waiting {done.waiting}.")
        for words in filter(None, (done.paused, done.error)):
            narrate(words)
    finish(_send_code(done))


def _send_code(done: Delivery) -> int:
    if done.paused:
        return 3
    return 4 if done.waiting else 0


def _bar(total: int) -> Callable[[Delivery], None] | None:
    """Draws how much is done on stderr; None where that is no terminal or silence was asked for."""
    import sys

    from branchline.cli.lazy import flags

    if not sys.stderr.isatty() or not total or flags(click.get_current_context()).get("quiet"):
        return None

    def draw(done: Delivery) -> None:
        through = min(done.delivered + done.dead, total)
        filled = BAR * through // total
        end = "\n" if not done.waiting else ""
        click.echo(f"\r[{'#' * filled}{' ' * (BAR - filled)}] {through} of {total}{end}", err=True, nl=False)

    return draw
