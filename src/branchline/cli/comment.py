"""`comment`: what the review screen does with comments, for scripts and for whoever has no such screen."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click

from branchline.cli.lazy import Command, LazyGroup
from branchline.cli.opening import json_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchline.coaching.thread import Item
    from branchline.practice.coaching import Coaching

AT_HELP = "The moment: 12 is entry 12, L12 line 12 of the transcript, opening.policy a decision."
SHORT = 8
"""Characters of a session's id in a list."""


@click.group(cls=LazyGroup)
def comment() -> None:
    """Comment on moments of sessions, and answer comments.

    ID is SESSION/NUMBER as `comment list` shows it, a comment's own id, or the beginning of that; with --session the NUMBER alone.
    The settings `learner` and `role` say who speaks. What is private stays on this machine and among coaches.
    """


def _of_one(function: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments of a command about one comment or review."""
    function = json_option(function)
    function = click.option("--session", "-s", metavar="SESSION", default="", help="The session that a NUMBER belongs to.")(function)
    return click.argument("target", metavar="ID")(function)


@comment.command("add", cls=Command)
@click.argument("session", metavar="SESSION")
@click.option("--at", "where", required=True, metavar="SEQ|LINE|NODE.CHOICE", help=AT_HELP)
@click.argument("text")
@click.option("--private", is_flag=True, help="For coaches alone; it is told to no LRS.")
@json_option
def add(session: str, where: str, text: str, *, private: bool, as_json: bool) -> None:
    """Pin a comment to a moment of SESSION, for its learner to see."""
    from branchline.coaching.place import entry_at

    with _opened(session) as coaching:
        item = coaching.comment(entry_at(coaching.review, where), text, shared=not private)
        _tell(coaching, item, "Commented" if item.shared else "Commented in private", as_json=as_json)


@comment.command("answer", cls=Command)
@_of_one
@click.argument("text")
@click.option("--private", is_flag=True, help="For coaches alone; it is told to no LRS.")
def answer(target: str, session: str, text: str, *, private: bool, as_json: bool) -> None:
    """Answer a comment; what answers a private one is private."""
    _do(target, session, lambda coaching, item: coaching.answer(item.id, text, shared=not private), "Answered", as_json=as_json)


@comment.command("share", cls=Command)
@_of_one
def share(target: str, session: str, *, as_json: bool) -> None:
    """Show a private comment of yours to the learner."""
    _do(target, session, lambda coaching, item: coaching.share(item.id), "Shared", as_json=as_json)


@comment.command("resolve", cls=Command)
@_of_one
def resolve(target: str, session: str, *, as_json: bool) -> None:
    """Settle a comment with its answers."""
    _do(target, session, lambda coaching, item: coaching.resolve(item.id), "Resolved", as_json=as_json)


@comment.command("reopen", cls=Command)
@_of_one
def reopen(target: str, session: str, *, as_json: bool) -> None:
    """Take up a settled comment again."""
    _do(target, session, lambda coaching, item: coaching.reopen(item.id), "Opened again", as_json=as_json)


@comment.command("acknowledge", cls=Command)
@_of_one
@click.argument("text", default="")
def acknowledge(target: str, session: str, text: str, *, as_json: bool) -> None:
    """Say that you have read a comment or review of your session, or what was decided on your dispute.

    As long as nobody has decided, this withdraws the dispute.
    """
    _do(target, session, lambda coaching, item: coaching.acknowledge(item.id, text), "Acknowledged", as_json=as_json)


@comment.command("dispute", cls=Command)
@_of_one
@click.argument("reason")
def dispute(target: str, session: str, reason: str, *, as_json: bool) -> None:
    """Say that you do not agree with a comment or review of your session, and why.

    Possible for as many days as the setting `coaching.dispute_days` says. To give another reason, acknowledge it first.
    """
    _do(target, session, lambda coaching, item: coaching.dispute(item.id, reason), "Disputed", as_json=as_json)


@comment.command("decide", cls=Command)
@_of_one
@click.option("--upheld/--rejected", "upheld", default=None, help="Whether the learner is right.")
@click.argument("text")
def decide(target: str, session: str, text: str, *, upheld: bool | None, as_json: bool) -> None:
    """Decide on a dispute as a coach, and say why."""
    from branchline.errors import UsageError

    if upheld is None:
        raise UsageError("The decision is missing.", hint="Say --upheld or --rejected.", code="no-decision")
    chosen = upheld
    _do(target, session, lambda coaching, item: coaching.decide(item.id, upheld=chosen, text=text), "Decided", as_json=as_json)


@comment.command("list", cls=Command)
@click.argument("session", metavar="SESSION")
@click.option("--all/--open", "everything", default=True, help="All comments (default), or those that wait for you.")
@json_option
def list_command(session: str, *, everything: bool, as_json: bool) -> None:
    """List the comments on SESSION with their answers, and its reviews, as far as you may see them."""
    from branchline.cli.output import emit, narrate, say
    from branchline.coaching.thread_document import comments_json

    with _opened(session) as coaching:
        found = coaching.thread
        wanted = found.items() if everything else coaching.awaiting(found)
        line_of = coaching.review.transcript.line_of
        if as_json:
            emit("comments", comments_json(coaching.row.id, found, line_of, wanted))
        elif wanted:
            numbers = {item.id: number for number, item in enumerate(found.items(), 1)}
            say("\n\n".join(_told(coaching, item, numbers) for item in wanted))
        else:
            narrate("There is no comment." if everything else "Nothing waits for you.")


@comment.command("audit", cls=Command)
@click.argument("session", metavar="SESSION")
@json_option
def audit(session: str, *, as_json: bool) -> None:
    """Show everything that was said of SESSION and done with it: when, who, what; a row for each."""
    from branchline.cli.output import emit, narrate, say, table
    from branchline.coaching.thread_document import audit_json, audit_rows

    with _opened(session) as coaching:
        found = coaching.thread
        if as_json:
            emit("comment-audit", audit_json(coaching.row.id, found))
        elif found.audit:
            say(table(audit_rows(found)))
        else:
            narrate("Nobody has said anything.")


@contextmanager
def _opened(session: str) -> Iterator[Coaching]:
    """What is said of a session."""
    from branchline.practice import Studio
    from branchline.practice.coaching import Coaching

    with closing(Studio.open()) as studio:
        yield Coaching.of(studio, session)


def _do(target: str, session: str, act: Callable[[Coaching, Item], Item], done: str, *, as_json: bool) -> None:
    from branchline.practice import Studio
    from branchline.practice.coaching_search import coaching_at

    with closing(Studio.open()) as studio:
        coaching, item = coaching_at(studio, target, session)
        _tell(coaching, act(coaching, item), done, as_json=as_json)


def _tell(coaching: Coaching, item: Item, done: str, *, as_json: bool) -> None:
    """The comment or review as it stands now: its document, or its id on stdout."""
    from branchline.cli.output import emit, narrate, say
    from branchline.coaching.thread import Comment
    from branchline.coaching.thread_document import comments_json

    if as_json:
        emit("comments", comments_json(coaching.row.id, coaching.thread, coaching.review.transcript.line_of, [item]))
        return
    say(item.id)
    narrate(f"{done}: entry {item.seq}, “{item.quote}”" if isinstance(item, Comment) and item.quote else f"{done}.")


def _told(coaching: Coaching, item: Item, numbers: dict[str, int]) -> str:
    """A comment or review in plain text."""
    from branchline.coaching.thread import Comment
    from branchline.coaching.thread_document import overruled, standing
    from branchline.text import clean, clean_line, minute

    call = f"{coaching.row.id[:SHORT]}/{numbers[item.id]}"
    head = f"{call}  {clean_line(item.author)}, {minute(item.at)}"
    if isinstance(item, Comment):
        line = coaching.review.transcript.line_of(item.seq)
        answers = f", answers {numbers[item.answers]}" if item.answers in numbers else ""
        about = [f"{head}, entry {item.seq}{f', line {line}' if line else ''}{answers}"]
        about += [f"    > {clean_line(item.quote)}"] if item.quote and not answers else []
        text = item.text
    else:
        about = [f"{head}, review with {clean_line(item.event.rubric)} version {item.event.rubric_version}: {item.total}"]
        text = item.event.text
    said = [f"    {line}" for line in clean(text).splitlines()]
    stands = [f"    – {clean_line(standing(item))}"] if standing(item) else []
    answered = item.answered
    spoken = ((answered.by, answered.text), (answered.decided_by, answered.decision), *overruled(item))
    words = [f"    – {clean_line(who)}: {clean_line(what)}" for who, what in spoken if what]
    return "\n".join([*about, *said, *stands, *words])
