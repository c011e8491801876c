"""Answering mistakes from a file: what cannot be answered becomes an error in the result, and the next one is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.coaching.met_again import Gone
from branchline.errors import UsageError
from branchline.practice.retry import DrillAgain, Retry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.coaching.met_again import Answer
    from branchline.coaching.mistakes import Waiting
    from branchline.content.answers import AuthoredAnswer
    from branchline.practice import Retries
    from branchline.practice.retry import Tried


def follow(retries: Retries, answers: Sequence[AuthoredAnswer]) -> dict[str, Any]:
    """Meet each moment that is answered: `results`, what was `retired`, `errors`, and how many `statements` were written."""
    results: list[dict[str, Any]] = []
    retired: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for answer in answers:
        place = {"session": answer.session, "seq": answer.seq}
        try:
            item = retries.waiting(retries.studio.journal.session(answer.session).id, answer.seq)
            place["session"] = item.wrong.row.id
            results.append(_met(retries, item, answer, errors))
        except Gone as gone:
            retired.append({**place, "reason": str(gone)})
        except UsageError as error:
            errors.append({**place, "code": error.code, "message": str(error)})
    statements = sum(each["outcome"] is not None for each in results)
    return {"results": results, "retired": retired, "errors": errors, "statements": statements}


def _met(retries: Retries, item: Waiting, answer: AuthoredAnswer, errors: list[dict[str, Any]]) -> dict[str, Any]:
    """One moment met; what is not possible there is an error, and the next thing is tried."""
    met = retries.open(item)
    place = {"session": item.wrong.row.id, "seq": item.wrong.seq}
    if isinstance(met, Retry):
        _choose(met, answer, place, errors)
    else:
        _act(met, answer, place, errors)
    if not met.outcome:
        {"show": met.show, "skip": met.skip, None: met.leave}[answer.do]()
    result = {**place, "node": item.wrong.node, "choice": item.wrong.choice, "outcome": met.outcome or None}
    if isinstance(met, Retry):
        over = met.outcome in {"solved", "shown"}
        result |= {"edited": met.edited, "tried": [_tried(each) for each in met.tried]}
        result["solution"] = [_weighed(each) for each in met.solution()] if over else None
    else:
        result["tried"] = [{"actions": each.split()} for each in met.tried]
    return {**result, "due": _due(retries, item)}


def _choose(met: Retry, answer: AuthoredAnswer, place: dict[str, Any], errors: list[dict[str, Any]]) -> None:
    if answer.actions:
        raise UsageError("A conversation is answered by a choice.", code="other-kind")
    for choice in answer.choices:
        if met.outcome:
            break
        try:
            met.try_(choice)
        except UsageError as error:
            errors.append({**place, "code": error.code, "message": str(error)})


def _act(met: DrillAgain, answer: AuthoredAnswer, place: dict[str, Any], errors: list[dict[str, Any]]) -> None:
    from branchline.cli.scripted import follow_acts

    if answer.choice:
        raise UsageError("A drill is answered by actions.", hint=f"`branchline play {met.drill}` works it as a whole.", code="other-kind")
    if answer.actions:
        desk = met.from_here()
        errors += [{**each, **place} for each in follow_acts(desk, answer.actions)]
        met.judge(desk)


def _due(retries: Retries, item: Waiting) -> str | None:
    """From when it is due next; None where it has left the queue."""
    try:
        due = retries.waiting(*item.wrong.place).due
    except UsageError:
        return None
    return due.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tried(tried: Tried) -> dict[str, Any]:
    found = tried.feedback
    own = {"accepted": tried.accepted, "because": found.because, "flags": list(found.flags), "critical": found.critical or None}
    return {**_weighed(tried.answer), **own, "dimensions": {name: level for name, level, _ in found.dimensions}}


def _weighed(answer: Answer) -> dict[str, Any]:
    return {"choice": answer.id, "word": answer.word, "loss": answer.loss, "regret": answer.regret, "accepted": answer.accepted}
