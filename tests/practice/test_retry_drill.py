"""Drills met again: as a whole, by working them once more."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from branchline.coaching.judging import SUBMIT
from branchline.errors import ActionRefused
from branchline.journal.coaching_events import RetryMade
from branchline.journal.streams import RETRY
from branchline.practice import Retries, Studio
from branchline.practice.retry import DrillAgain
from branchline.xapi.checks import validate
from branchline.xapi.profile import profile
from branchline.xapi.vocabulary import Iris
from desk_again import STORY, worked
from json_paths import broken, fits
from rooms import Hands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.practice import DeskPractice

DAY = 24 * 3600


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    environ = {"BRANCHLINE_HOME": str(tmp_path / "home"), "BRANCHLINE_LEARNER": "l-1"}
    with closing(Studio.open(environ=environ, clock=Hands())) as opened:
        yield opened


def unverified(studio: Studio) -> DeskPractice:
    """A session in which the customer was never verified."""
    practice = worked(studio, "verify_identity")
    studio.clock.move(60)  # type: ignore[attr-defined]
    return practice


def test_the_queue_is_what_the_review_flags(studio: Studio) -> None:
    practice = unverified(studio)
    flagged = [(moment.seq, moment.choice) for moment in practice.review().judgement.flagged]
    assert (practice.entries[-1].seq, SUBMIT) in flagged
    queue = Retries(studio).queue()
    assert [(each.wrong.seq, each.wrong.choice) for each in queue] == flagged


def test_what_was_done_is_shown_and_what_was_lost_only_on_demand(studio: Studio) -> None:
    practice = unverified(studio)
    retries = Retries(studio)
    met = next(each for each in map(retries.open, retries.queue()) if each.item.wrong.choice == SUBMIT)
    assert isinstance(met, DrillAgain)
    assert met.drill == STORY["drill"]
    assert met.done == ""
    assert met.lines
    assert all(line.seq < practice.entries[-1].seq for line in met.lines)
    lost = met.show()
    assert any("verify" in (each.step or "") for each in lost)
    with pytest.raises(ActionRefused):
        met.skip()
    (remark,) = studio.journal.streams.remarks(RETRY)
    assert isinstance(remark.event, RetryMade)
    assert (remark.event.outcome, remark.event.tried) == ("shown", ())


def test_working_it_again_without_the_mistake_solves_it(studio: Studio) -> None:
    unverified(studio)
    worked(studio)
    retries = Retries(studio)
    assert retries.queue() == []
    (item, *_) = retries.queue(ahead=True)
    assert (item.spacing.stage, item.spacing.times) == (1, 1)
    studio.clock.move(DAY + 60)  # type: ignore[attr-defined]
    assert item.wrong.place in [each.wrong.place for each in retries.queue()]
    assert studio.journal.streams.rows(RETRY) == []


def test_working_it_again_with_the_same_mistake_does_not(studio: Studio) -> None:
    first, second = unverified(studio), unverified(studio)
    retries = Retries(studio)
    old, new = sorted(retries.queue(), key=lambda each: each.wrong.since)
    assert (old.wrong.row.id, old.made_again) == (first.session_id, new.wrong.place)
    assert [each.wrong.row.id for each in retries.to_meet()] == [second.session_id]
    worked(studio)
    assert retries.queue() == []


def test_leaving_writes_nothing_and_skipping_keeps_the_profile(studio: Studio) -> None:
    unverified(studio)
    retries = Retries(studio)
    met = retries.open(retries.queue()[0])
    met.leave()
    assert studio.journal.streams.rows(RETRY) == []
    met.skip()
    (row,) = studio.journal.streams.rows(RETRY)
    (statement,) = [json.loads(each.json) for each in studio.journal.statements(row.id)]
    (template,) = [each for each in profile(Iris(studio.settings.iri_base))["templates"] if fits(statement, each)]
    assert [rule for rule in template["rules"] if broken(statement, rule)] == []
    assert validate(statement) == []
    assert statement["result"] == {"completion": False}


def test_it_is_played_on_from_before_the_mistake_and_judged_by_the_one_judgement(studio: Studio) -> None:
    practice = unverified(studio)
    retries = Retries(studio)
    met = retries.open(retries.queue()[0])
    assert isinstance(met, DrillAgain)
    desk = met.from_here()
    with pytest.raises(ActionRefused):
        met.judge(desk)
    desk.submit()
    assert met.judge(desk) == met.item.wrong.loss
    assert met.outcome == ""
    desk = met.from_here()
    desk.act("verify_identity", {"level": 2, "method": "code"})
    desk.submit()
    assert met.judge(desk) < 0.1
    assert met.outcome == "solved"
    (remark,) = studio.journal.streams.remarks(RETRY)
    assert isinstance(remark.event, RetryMade)
    assert (remark.event.session, remark.event.tried) == (practice.session_id, ("", "verify_identity"))
    assert retries.queue() == []
    assert len(studio.journal.sessions()) == 1
