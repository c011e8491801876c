"""Comments and reviews that somebody changed behind the program's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from branchline.coaching.rubric import Marked
from branchline.coaching.verifying import verify_remarks
from branchline.journal.exchange import export_session, import_session
from branchline.journal.store import Journal
from branchline.journal.streams import COACHING
from branchline.practice import scoring_desk
from branchline.practice.coaching import Coaching
from scored_room import ScoredRoom, review

if TYPE_CHECKING:
    from pathlib import Path

MARKS = [Marked("loss", "1", "Only the second time."), Marked("next-step", "yes"), Marked("verified", "kept")]


STREAMS = {
    "ONE": "session IN (SELECT id FROM session WHERE kind = 'coaching' ORDER BY place LIMIT 1)",
    "OTHER": "session IN (SELECT id FROM session WHERE kind = 'coaching' ORDER BY place DESC LIMIT 1)",
}
"""Conditions by what the tests write for them: the stream of comments, and that of the review."""


def changed(path: Path, statement: str, *values: object) -> None:
    """Do that to a database."""
    for name, condition in STREAMS.items():
        statement = statement.replace(name, condition)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


class Said:
    """A stream of three remarks, the last of them a review with a total of 75, and its database."""

    def __init__(self, room: ScoredRoom) -> None:
        self.path = room.database
        self.session = room.play()
        studio = room.person("coach-1")
        coaching = Coaching.of(studio, self.session)
        coaching.comment(2, "Name the loss first.")
        coaching.comment(3, "Well ended.")
        coaching.comment(3, "For coaches.", shared=False)
        rubric = studio.workspace.rubric("card")
        scoring_desk.review_with(studio, review(studio, self.session), rubric, MARKS, text="Good end.", shared=True)
        studio.close()

    def differing(self) -> list[int]:
        """Where the streams differ from what was written, the stream of comments first."""
        with Journal.open(self.path) as journal:
            found = [verify_remarks(journal, row) for row in journal.streams.rows(COACHING, self.session)]
        assert {each.kind for each in found} <= {"coaching"}
        return [each.first_difference.seq for each in found if each.first_difference]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    found = Said(ScoredRoom(tmp_path))
    assert found.differing() == []
    return found


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ("UPDATE event SET data = replace(data, 'Name the loss', 'Skip the loss') WHERE ONE", 1),
        ("UPDATE event SET at = '2026-03-09T09:00:00.000Z' WHERE ONE AND seq = 2", 2),
        ("UPDATE event SET digest = 'shared' WHERE ONE AND seq = 3", 3),
        ("UPDATE event SET sum = '' WHERE ONE AND seq = 2", 2),
        ("DELETE FROM event WHERE ONE AND seq = 1", 1),
        ("DELETE FROM event WHERE ONE AND seq = 2", 2),
        ("DELETE FROM event WHERE ONE", 1),
        ("UPDATE session SET learner = 'coach-2' WHERE kind = 'coaching'", 1),
        ("UPDATE session SET mode = 'learner' WHERE kind = 'coaching'", 1),
        ("UPDATE event SET data = replace(data, '75.0', '95.0') WHERE OTHER", 1),
        ("UPDATE event SET data = replace(data, 'Good end', 'Bad end') WHERE OTHER", 1),
        ("DELETE FROM event WHERE OTHER", 1),
    ],
)
def test_what_was_changed_or_taken_out_is_found(said: Said, change: str, seq: int) -> None:
    changed(said.path, change)
    assert seq in said.differing()


@pytest.mark.parametrize(("old", "new"), [("75.0", "95.0"), ('"yes"', '"no"'), ('"kept"', '"nonsense"')])
def test_a_total_is_worked_out_again_from_marks_and_rubric_where_no_sum_speaks(said: Said, old: str, new: str) -> None:
    changed(said.path, "UPDATE event SET sum = ''")
    assert said.differing() == []
    changed(said.path, "UPDATE event SET data = replace(data, ?, ?) WHERE OTHER", old, new)
    assert said.differing() == [1]


def test_remarks_from_elsewhere_have_gaps_and_sums_of_their_own(said: Said, tmp_path: Path) -> None:
    with Journal.open(said.path) as here, Journal.open(tmp_path / "there.db") as there:
        first = here.streams.rows(COACHING, said.session)[0]
        import_session(there, export_session(here, said.session))
        assert len(there.streams.entries(first.id)) == 2
        for entry in reversed(here.streams.entries(first.id)):
            there.streams.adopt(first, [entry])
        assert [verify_remarks(there, row).ok for row in there.streams.rows(COACHING)] == [True, True]
    changed(tmp_path / "there.db", "UPDATE event SET data = replace(data, 'Well', 'Badly') WHERE ONE")
    with Journal.open(tmp_path / "there.db") as there:
        assert verify_remarks(there, there.streams.rows(COACHING)[0]).first_difference is not None
