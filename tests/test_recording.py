from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from branchline.engine.state import digest
from branchline.errors import JournalUnavailable
from branchline.practice import Practice
from rooms import Room
from tiny import BAD, FAIR, GOOD, authored, choice, node

if TYPE_CHECKING:
    from pathlib import Path

APART = timedelta(milliseconds=10)


def long_talk() -> dict[str, object]:
    again = [choice("good", GOOD, go="a", sticky=True), choice("fair", FAIR, go="a", sticky=True), choice("stop", BAD)]
    return authored({"a": node(*again)})


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, long_talk())


def begin(room: Room) -> Practice:
    studio = room.studio()
    return Practice.begin(studio, studio.workspace.load("tiny"), mode="practice", seed=1)


def moments(practice: Practice) -> list[datetime]:
    return [datetime.fromisoformat(entry.at) for entry in practice.entries]


def test_events_statements_and_row_arrive_together(room: Room) -> None:
    practice = begin(room)
    practice.choose("good")
    practice.choose("stop")
    with room.studio().journal as journal:
        assert [type(entry.event).__name__ for entry in journal.entries(practice.session_id)] == [
            "SessionStarted",
            "ChoiceMade",
            "ChoiceMade",
            "EndingReached",
        ]
        assert journal.entries(practice.session_id) == practice.entries
        assert journal.session(practice.session_id) == practice.row
        assert practice.row.status == "completed"
        assert json.loads(practice.row.scores)["empathy"] == practice.score().empathy
        assert {statement.seq for statement in journal.statements(practice.session_id)} == {1, 2, 3, 4}
        assert practice.statements_written == len(journal.statements(practice.session_id))


def test_a_write_that_fails_leaves_everything_where_it_was(room: Room) -> None:
    practice = begin(room)
    practice.choose("good")
    before = (practice.row, list(practice.entries), practice.state, practice.transcript(), practice.offered())
    (disk,) = room.disks
    disk.full = True
    with pytest.raises(JournalUnavailable):
        practice.choose("fair")
    with pytest.raises(JournalUnavailable):
        practice.choose("stop")
    assert (practice.row, list(practice.entries), practice.state, practice.transcript(), practice.offered()) == before
    with room.studio().journal as journal:
        assert journal.entries(practice.session_id) == before[1]
        assert journal.session(practice.session_id) == before[0]
    disk.full = False
    practice.choose("stop")
    assert [entry.seq for entry in practice.entries] == [1, 2, 3, 4]
    assert practice.row.status == "completed"


def test_a_session_whose_start_cannot_be_written_does_not_exist(room: Room) -> None:
    studio = room.studio()
    room.disks[0].full = True
    with pytest.raises(JournalUnavailable):
        Practice.begin(studio, studio.workspace.load("tiny"), mode="practice", seed=1)
    assert studio.journal.sessions() == []


def test_times_increase_although_the_wall_clock_is_set_back_an_hour(room: Room) -> None:
    practice = begin(room)
    room.clock.move(5)
    practice.choose("good")
    room.clock.wall -= timedelta(hours=1)
    room.clock.seconds += 3
    practice.choose("good")
    practice.choose("stop")
    found = moments(practice)
    assert all(later - earlier >= APART for earlier, later in pairwise(found))
    assert all(entry.at.endswith("Z") for entry in practice.entries)
    assert [entry.elapsed for entry in practice.entries] == [0, 5, 8, 8, 8]


def test_statements_of_a_session_are_timed_in_their_order(room: Room) -> None:
    practice = begin(room)
    practice.choose("good")
    practice.choose("stop")
    with room.studio().journal as journal:
        times = [json.loads(statement.json)["timestamp"] for statement in journal.statements(practice.session_id)]
    parsed = [datetime.fromisoformat(time) for time in times]
    assert parsed == sorted(set(parsed))


def test_elapsed_leaves_pauses_out(room: Room) -> None:
    practice = begin(room)
    room.clock.move(10)
    practice.suspend()
    room.clock.move(3600)
    again = Practice.resume(room.studio(), practice.session_id)
    room.clock.move(5)
    again.choose("good")
    assert [entry.elapsed for entry in again.entries] == [0, 10, 10, 15]
    assert moments(again)[-1] - moments(again)[0] == timedelta(seconds=3615)


def test_elapsed_never_goes_back(room: Room) -> None:
    practice = begin(room)
    room.clock.move(10)
    practice.choose("good")
    room.clock.seconds -= 8
    practice.choose("good")
    assert [entry.elapsed for entry in practice.entries] == [0, 10, 10]


def test_ids_of_statements_follow_from_session_seq_and_role(room: Room) -> None:
    practice = begin(room)
    practice.choose("stop")
    with room.studio().journal as journal:
        statements = journal.statements(practice.session_id)
    namespace = uuid.UUID(practice.session_id)
    assert [statement.id for statement in statements] == [
        str(uuid.uuid5(namespace, f"{statement.seq}/{statement.role}")) for statement in statements
    ]
    assert len({statement.id for statement in statements}) == len(statements)


def test_each_entry_carries_the_digest_of_its_state(room: Room) -> None:
    practice = begin(room)
    practice.choose("good")
    assert practice.entries[-1].digest == digest(practice.state)
    assert practice.entries[0].digest != practice.entries[1].digest


def test_the_row_follows_the_session(room: Room) -> None:
    practice = begin(room)
    assert (practice.row.status, practice.row.ended, practice.row.scores, practice.row.passed) == ("active", "", "", None)
    practice.suspend()
    assert practice.row.status == "suspended"
    again = Practice.resume(room.studio(), practice.session_id)
    assert again.row.status == "active"
    again.give_up()
    assert (again.row.status, again.row.ended, again.row.passed) == ("abandoned", again.entries[-1].at, False)
