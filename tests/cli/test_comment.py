"""`comment`: added, listed, answered and decided from a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Any]

FIELDS = {
    "id", "seq", "line", "quote", "author", "role", "at", "text", "shared", "resolved", "answers", "state", "reason", "decision",
}  # fmt: skip


class Desk:
    """One machine that a learner and a coach share, with a session on it."""

    def __init__(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        self._run = run
        self._environ = monkeypatch
        script = json.dumps({"scenario": "charged-twice", "seed": 7, "learner": "ada", "choices": ["own-it", "pin"]})
        self.session = str(run("play", "--script", "-", "--json", stdin=script).document["session"])

    def coach(self, *arguments: str) -> Any:
        """A command of the coach."""
        return self._as("c-1", "coach", arguments)

    def learner(self, *arguments: str) -> Any:
        """A command of the learner."""
        return self._as("ada", "learner", arguments)

    def _as(self, name: str, role: str, arguments: tuple[str, ...]) -> Any:
        self._environ.setenv("BRANCHLINE_LEARNER", name)
        self._environ.setenv("BRANCHLINE_ROLE", role)
        return self._run("comment", *arguments)

    def comments(self, who: Any = None, *more: str) -> list[dict[str, Any]]:
        """The comments of `comment list --json`."""
        document = (who or self.coach)("list", self.session, "--json", *more).document
        assert document["format"] == "branchline.comments/1"
        assert document["session"] == self.session
        found: list[dict[str, Any]] = document["comments"]
        return found


@pytest.fixture
def desk(branchline: Run, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(branchline, monkeypatch)


def test_a_comment_goes_from_coach_to_learner_and_back(desk: Desk) -> None:
    added = desk.coach("add", desk.session[:8], "--at", "opening.own-it", "Good: you owned it.")
    assert (added.code, added.out.strip()) == (0, desk.comments()[0]["id"])
    assert "Two payments" in added.err
    assert desk.coach("add", desk.session, "--at", "L4", "Look again in June.", "--private").code == 0
    (seen,) = desk.comments(desk.learner)
    assert set(seen) >= FIELDS
    assert (seen["seq"], seen["line"], seen["author"], seen["role"]) == (2, 3, "c-1", "coach")
    assert (seen["shared"], seen["resolved"], seen["answers"], seen["state"], seen["reason"], seen["decision"]) == (
        True, False, None, "open", None, None,
    )  # fmt: skip
    call = f"{desk.session[:8]}/1"
    assert desk.learner("answer", call, "Thank you.").code == 0
    assert desk.learner("dispute", call, "Not in line 5.", "--json").document["comments"][0]["state"] == "disputed"
    assert desk.coach("decide", call, "Line 5 is fine.").code == 2
    assert desk.coach("decide", call, "--upheld", "Line 5 is fine.").code == 0
    (root, answer) = desk.comments(desk.learner)
    assert (root["state"], root["reason"], root["decision"], root["decided_by"]) == ("upheld", "Not in line 5.", "Line 5 is fine.", "c-1")
    assert answer["answers"] == root["id"]
    assert desk.learner("acknowledge", call).code == 0


def test_private_comments_are_shared_resolved_and_opened_again(desk: Desk) -> None:
    own = desk.coach("add", desk.session, "--at", "2", "Name the loss.", "--private").out.strip()
    assert desk.comments(desk.learner) == []
    assert desk.coach("resolve", own).code == 0
    assert desk.coach("share", own[:12]).code == 0
    assert [each["resolved"] for each in desk.comments(desk.learner)] == [True]
    assert desk.coach("reopen", "1", "--session", desk.session).code == 0
    assert [each["resolved"] for each in desk.comments(desk.learner)] == [False]
    assert desk.coach("share", own).code == 2


def test_open_ones_are_those_that_wait_for_the_reader(desk: Desk) -> None:
    for text in ("One.", "Two."):
        desk.coach("add", desk.session, "--at", "2", text)
    assert len(desk.comments(desk.learner, "--open")) == 2
    desk.learner("acknowledge", f"{desk.session}/1")
    assert [each["number"] for each in desk.comments(desk.learner, "--open")] == [2]
    assert desk.comments(desk.coach, "--open") == []
    assert "Nothing waits" in desk.coach("list", desk.session, "--open").err


def test_the_list_and_the_audit_trail_are_for_reading_too(desk: Desk) -> None:
    assert desk.coach("list", desk.session).out == ""
    assert desk.coach("audit", desk.session).out == ""
    desk.coach("add", desk.session, "--at", "2", "Name the loss.\x1b[31m")
    desk.learner("dispute", f"{desk.session}/1", "I did.")
    listed = desk.coach("list", desk.session).out
    assert f"{desk.session[:8]}/1  c-1," in listed
    assert "disputed by ada" in listed
    assert "\x1b" not in listed
    rows = [line.split("  ") for line in desk.coach("audit", desk.session).out.splitlines()]
    assert [[cell.strip() for cell in row if cell.strip()][1:3] for row in rows] == [
        ["c-1 (coach)", "commented on entry 2"],
        ["ada (learner)", "disputed"],
    ]
    document = desk.coach("audit", desk.session, "--json").document
    assert document["format"] == "branchline.comment-audit/1"
    assert [(each["author"], each["what"], each["text"]) for each in document["remarks"]][1] == ("ada", "disputed", "I did.")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "SESSION", "--at", "99", "x"), "unknown-moment"),
        (("add", "SESSION", "--at", "opening.ownit", "x"), "unknown-moment"),
        (("add", "SESSION", "--at", "2", " "), "empty-text"),
        (("answer", "SESSION/7", "x"), "unknown-comment"),
        (("answer", "SESSION/1", "x" * 8001), "too-long"),
        (("dispute", "SESSION/1", "No."), "not-the-learner"),
        (("decide", "SESSION/1", "--rejected", "No."), "not-disputed"),
        (("list", "ffffffff"), "unknown-id"),
        (("resolve", "ffffffff:1"), "unknown-comment"),
    ],
)
def test_what_cannot_be_is_said_with_its_code(desk: Desk, arguments: tuple[str, ...], code: str) -> None:
    desk.coach("add", desk.session, "--at", "2", "Name the loss.")
    outcome = desk.coach(*(each.replace("SESSION", desk.session) for each in arguments), "--json")
    assert (outcome.code, outcome.error["code"], outcome.out) == (2, code, "")
    assert len(desk.comments()) == 1


def test_comments_go_with_their_session_and_not_without_it(desk: Desk, branchline: Run) -> None:
    own = desk.coach("add", desk.session, "--at", "2", "Name the loss.").out.strip()
    refused = branchline("sessions", "delete", own.partition(":")[0], "--yes")
    assert refused.code == 2
    assert len(desk.comments()) == 1
    assert branchline("sessions", "delete", desk.session, "--yes").code == 0
    assert desk.coach("list", desk.session).code == 2
    assert desk.coach("resolve", own).code == 2
    assert branchline("lrs", "status", "--json").document["waiting"] == 0
