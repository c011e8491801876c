from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from branchline.journal.model import SessionRow
from branchline.journal.received import Activity
from branchline.journal.store import Journal
from branchline.reports.progress import played, progress, rules_of
from other_tools import a_course

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = SessionRow(
    "0", "scenario", "late", "Late parcel", 3, "c1", "rules-1", "jo", "practice", 1, "en", "completed", "2026-03-01T09:00:00Z"
)


def session(number: int, composite: float | None, **more: Any) -> SessionRow:
    """A completed session of that composite, begun in that hour."""
    at = f"2026-03-01T{number:02}:00:00Z"
    scores = json.dumps({"composite": composite})
    return replace(FIRST, id=str(number), started=at, ended=at, scores=scores, passed=(composite or 0) >= 70, **more)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.db") as opened:
        yield opened


def put(journal: Journal, *rows: SessionRow) -> None:
    for row in rows:
        journal.write(row.id, row=row)


def test_attempts_by_the_same_rules_are_summed_up(journal: Journal) -> None:
    unfinished = replace(FIRST, id="9", started="2026-03-01T12:00:00Z", status="suspended", mode="exam")
    put(journal, session(1, 60.0), session(2, 84.5, version=4), session(3, 71.0, mode="exam"), session(4, None), unfinished)
    ((jo),) = progress(journal)
    (late,) = jo.played
    assert (late.attempts, late.completed, late.best, late.last) == (5, 4, 84.5, None)
    assert (late.versions, late.passed_in, late.modes) == ((3, 4), ("exam", "practice"), {"exam": 2, "practice": 3})
    assert (late.last_started, jo.elsewhere) == ("2026-03-01T12:00:00Z", ())


def test_scores_by_different_rules_are_never_put_together(journal: Journal) -> None:
    put(journal, session(1, 90.0), session(2, 40.0, logic_hash="rules-2", version=4), session(3, 50.0, logic_hash="rules-2", version=4))
    (jo,) = progress(journal)
    assert [(each.logic_hash, each.best, each.last, each.passed) for each in jo.played] == [
        ("rules-2", 50.0, 50.0, False),
        ("rules-1", 90.0, 90.0, True),
    ]
    assert [rules_of(each, jo.played) for each in jo.played] == ["version 4", "version 3"]


def test_rules_that_share_a_version_are_told_apart() -> None:
    found = played([session(2, 1.0, logic_hash="0123456789"), session(1, 2.0)])
    assert [rules_of(each, found) for each in found] == ["version 3 (01234567)", "version 3 (rules-1)"]


def test_each_learner_stands_alone_with_what_other_tools_recorded(journal: Journal) -> None:
    put(journal, session(1, 90.0), session(2, 80.0, learner="kim"))
    activities = [Activity(each["id"], "", "", json.dumps(each), learner) for learner in ("kim", "lee") for each in a_course(learner)]
    received = journal.received()
    assert received.keep([each._replace(id=f"{each.learner}-{each.id}") for each in activities], {}) == 10
    assert [(each.learner, len(each.played), len(each.elsewhere)) for each in progress(journal)] == [
        ("jo", 1, 0),
        ("kim", 1, 5),
        ("lee", 0, 5),
    ]
    assert [each.learner for each in progress(journal, "lee")] == ["lee"]
    assert progress(journal, "nobody") == []
    assert received.count_of_learner("lee") == 5


def test_scores_that_cannot_be_read_count_as_none(journal: Journal) -> None:
    put(
        journal,
        replace(session(1, 1.0), scores="junk"),
        replace(session(2, 1.0), scores="[]"),
        replace(session(3, 1.0), scores='{"composite": "a"}'),
    )
    (jo,) = progress(journal)
    assert (jo.played[0].attempts, jo.played[0].best, jo.played[0].last) == (3, None, None)


def test_several_names_of_one_learner_are_one(journal: Journal) -> None:
    put(journal, session(1, 90.0))
    activities = [
        Activity(f"{name}-{each['id']}", "", "", json.dumps(each), name)
        for name in ("jo", "mailto:jo@x.example", "lee")
        for each in a_course()
    ]
    journal.received().keep(activities, {})
    same = ("jo", "mailto:jo@x.example")
    assert [(each.learner, len(each.elsewhere)) for each in progress(journal, same=same)] == [("jo", 10), ("lee", 5)]
    assert [(each.learner, len(each.elsewhere)) for each in progress(journal, "jo", same=same)] == [("jo", 10)]
    assert [(each.learner, len(each.elsewhere)) for each in progress(journal, "mailto:jo@x.example", same=same)] == [
        ("mailto:jo@x.example", 5)
    ]
    assert [(each.learner, len(each.elsewhere)) for each in progress(journal, same=("kim", "lee"))][1] == ("kim", 5)
    assert len(progress(journal)) == 3
