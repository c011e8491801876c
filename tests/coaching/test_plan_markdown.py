"""A plan as Markdown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from branchline.coaching.plan import DONE, GIVEN_UP, Action, Plan
from branchline.coaching.plan_markdown import plan_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = "2026-03-02T09:00:00.000Z"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An hour before UTC's midnight it is the next day here."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system has one time zone for all programs")
    monkeypatch.setenv("TZ", "CET-1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_everything_stands_in_it_and_nothing_becomes_markup() -> None:
    actions = (
        Action("st:2", "Play *it* again", "2026-03-31", ("charged-twice",), "coach", AT),
        Action("st:3", "# Read <b>", "", (), "coach", AT, DONE, "Well [so](x)", "robin", AT),
        Action("st:4", "1. Listen", "", (), "coach", AT, GIVEN_UP, "", "robin", AT),
    )
    plan = Plan("st:1", "coach_1", "robin", AT, ("- Acknowledge", "Slow down"), (("s`1", 4),), "Two\nlines", actions, (("robin", AT),))
    assert (
        plan_markdown(plan)
        == """\
# Coaching of robin

Held by coach\\_1 on 2026-03-02. State: unsigned.

Two
lines

## Goals

1. \\- Acknowledge
2. Slow down

## Moments

- Session `s1`, entry 4

## Actions

- [ ] Play \\*it\\* again (due 2026-03-31; practise `charged-twice`)
- [x] \\# Read \\<b\\> (done 2026-03-02; Well \\[so\\]\\(x\\))
- [x] ~~1\\. Listen~~ (given up 2026-03-02)

## Signatures

- robin, 2026-03-02
- coach\\_1: not signed yet
"""
    )


def test_a_bare_plan_says_what_is_missing() -> None:
    found = plan_markdown(Plan("st:1", "coach", "robin", AT, ("Go",), (), ""))
    assert "None agreed yet." in found
    assert "## Moments" not in found


def test_what_is_to_be_practised_cannot_end_its_own_code() -> None:
    action = Action("st:2", "Play", "", ("talk` <b>",), "coach", AT)
    assert "practise `talk <b>`" in plan_markdown(Plan("st:1", "coach", "robin", AT, ("Go",), (), "", (action,)))


@pytest.mark.usefixtures("here")
def test_days_are_those_of_the_people_here() -> None:
    late = "2026-03-02T23:30:00.000Z"
    action = Action("st:2", "Play", "2026-03-03", (), "coach", late, DONE, "", "robin", late)
    found = plan_markdown(Plan("st:1", "coach", "robin", late, ("Go",), (), "", (action,), (("robin", late),)))
    assert "Held by coach on 2026-03-03." in found
    assert "due 2026-03-03; done 2026-03-03" in found
    assert "- robin, 2026-03-03" in found
