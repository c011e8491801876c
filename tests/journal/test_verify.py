from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import DamagedData
from branchline.journal import codec
from branchline.journal.store import Journal
from branchline.journal.verified import Verification
from branchline.journal.verify import verify_session
from branchline.journal.verify_stream import verify_lost
from branchline.practice import Practice
from practice_talk import CARD, talk
from rooms import Room

if TYPE_CHECKING:
    from pathlib import Path


SEED = 6
"""With this seed chance would take branch 1, so that branch 0 is known to be named."""


class Kept:
    """A finished session and its database."""

    def __init__(self, room: Room, session: str) -> None:
        self.path = room.database
        self.session = session

    def sql(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(statement, values)

    def event(self, seq: int) -> dict[str, Any]:
        with closing(sqlite3.connect(self.path)) as connection:
            found = connection.execute("SELECT data FROM event WHERE session = ? AND seq = ?", (self.session, seq)).fetchone()[0]
        return dict(json.loads(found))

    def rewrite(self, seq: int, **changed: object) -> None:
        self.sql(
            "UPDATE event SET data = ? WHERE session = ? AND seq = ?",
            json.dumps({**self.event(seq), **changed}),
            self.session,
            seq,
        )

    def verified(self) -> Verification:
        with Journal.open(self.path) as journal:
            return verify_session(journal, self.session)

    def differs_at(self) -> int | None:
        found = self.verified()
        assert not found.ok
        assert found.first_difference is not None
        assert found.first_difference.expected != found.first_difference.found
        return found.first_difference.seq


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Start, SOP opened, kind, undone, fair, silence, a named draw after the second silence, an ending: seqs 1 to 9."""
    room = Room(tmp_path, talk(), {"SOP-T": CARD})
    studio = room.studio()
    practice = Practice.begin(studio, studio.workspace.load(room.name), mode="practice", seed=SEED)
    practice.open_sop("SOP-T")
    practice.choose("kind")
    practice.undo()
    practice.choose("fair")
    practice.time_out()
    practice.time_out((0,))
    studio.close()
    return Kept(room, practice.session_id)


def test_a_session_as_it_was_played_is_whole(kept: Kept) -> None:
    assert kept.verified() == Verification(kept.session, ok=True, events=9, first_difference=None)


def test_the_events_are_those_that_the_tests_below_change(kept: Kept) -> None:
    with Journal.open(kept.path) as journal:
        names = [type(entry.event).__name__ for entry in journal.entries(kept.session)]
    assert names == [
        "SessionStarted",
        "SopOpened",
        "ChoiceMade",
        "Undone",
        "ChoiceMade",
        "TimedOut",
        "TimedOut",
        "DrawMade",
        "EndingReached",
    ]


@pytest.mark.parametrize("choice", ["kind", "rude", "nothing"])
def test_a_changed_choice_is_found(kept: Kept, choice: str) -> None:
    kept.rewrite(5, choice=choice)
    assert kept.differs_at() == 5


def test_a_changed_list_of_open_choices_is_found(kept: Kept) -> None:
    kept.rewrite(5, open=["fair", "rude"])
    assert kept.differs_at() == 5


@pytest.mark.parametrize(
    ("seq", "changed"),
    [
        (1, {"seed": 11}),
        (1, {"mode": "exam"}),
        (2, {"node": "middle"}),
        (2, {"sop": "SOP-X"}),
        (4, {"choice": "rude"}),
        (6, {"open": []}),
        (8, {"branch": 1}),
        (8, {"node": "hello"}),
        (8, {"named": False}),
        (9, {"ending": "rainy"}),
    ],
)
def test_a_changed_event_is_found(kept: Kept, seq: int, changed: dict[str, object]) -> None:
    kept.rewrite(seq, **changed)
    assert kept.differs_at() == seq


def test_changed_content_is_found_at_the_start(kept: Kept) -> None:
    with Journal.open(kept.path) as journal:
        started = journal.entries(kept.session)[0].event
        bundle = json.loads(json.dumps(journal.content(getattr(started, "content_hash", ""))))
    bundle["scenario"]["title"] = "Another title"
    kept.sql("UPDATE content SET bundle = ?", codec.pack(bundle))
    assert kept.differs_at() == 1


@pytest.mark.parametrize("seq", range(1, 10))
def test_a_changed_digest_is_found(kept: Kept, seq: int) -> None:
    kept.sql("UPDATE event SET digest = 'ffffffff' WHERE session = ? AND seq = ?", kept.session, seq)
    assert kept.differs_at() == seq


def test_two_events_in_another_order_are_found(kept: Kept) -> None:
    for old, new in ((2, -3), (3, 2), (-3, 3)):
        kept.sql("UPDATE event SET seq = ? WHERE session = ? AND seq = ?", new, kept.session, old)
    assert kept.differs_at() == 2


def test_a_time_that_runs_backwards_is_found(kept: Kept) -> None:
    kept.sql("UPDATE event SET at = '2020-01-01T00:00:00.000Z' WHERE session = ? AND seq = 4", kept.session)
    assert kept.differs_at() == 4


@pytest.mark.parametrize(
    "scores",
    [
        {"composite": 99.0},
        {"empathy": None},
        {"sop": 12.5},
        {"outcome": "100"},
        {},
        [],
    ],
)
def test_a_changed_score_is_found_at_the_last_event(kept: Kept, scores: object) -> None:
    with Journal.open(kept.path) as journal:
        recorded = json.loads(journal.session(kept.session).scores)
    changed = {**recorded, **scores} if isinstance(scores, dict) and scores else scores
    kept.sql("UPDATE session SET scores = ? WHERE id = ?", json.dumps(changed), kept.session)
    assert kept.differs_at() == 9


@pytest.mark.parametrize("text", ["", "no json"])
def test_scores_that_are_gone_or_unreadable_are_found(kept: Kept, text: str) -> None:
    kept.sql("UPDATE session SET scores = ? WHERE id = ?", text, kept.session)
    assert kept.differs_at() == 9


def test_a_verdict_that_was_turned_is_found(kept: Kept) -> None:
    kept.sql("UPDATE session SET passed = 1 - passed WHERE id = ?", kept.session)
    assert kept.differs_at() == 9


def test_a_missing_event_is_damage(kept: Kept) -> None:
    kept.sql("DELETE FROM event WHERE session = ? AND seq = 5", kept.session)
    with pytest.raises(DamagedData):
        kept.verified()


def test_a_session_without_its_content_says_so(kept: Kept) -> None:
    kept.sql("DELETE FROM content")
    with pytest.raises(DamagedData) as found:
        kept.verified()
    assert found.value.seq == 1


def test_a_session_that_has_not_ended_is_verified_so_far(tmp_path: Path) -> None:
    room = Room(tmp_path, talk(), {"SOP-T": CARD})
    studio = room.studio()
    practice = Practice.begin(studio, studio.workspace.load(room.name), mode="practice", seed=7)
    practice.choose("rude")
    assert verify_session(studio.journal, practice.session_id) == Verification(
        practice.session_id, ok=True, events=2, first_difference=None
    )


def test_an_event_with_equal_consequences_in_another_s_place_is_found(kept: Kept) -> None:
    look = next(seq for seq in range(1, 20) if kept.event(seq)["type"] == "choice-made")
    others = [name for name in kept.event(look)["open"] if name != kept.event(look)["choice"]]
    kept.rewrite(look, open=[*others, kept.event(look)["choice"]])
    assert kept.differs_at() == look


def test_a_changed_time_is_found(kept: Kept) -> None:
    kept.sql("UPDATE event SET elapsed = elapsed + 0.001 WHERE session = ? AND seq = 2", kept.session)
    assert kept.differs_at() == 2


def test_a_last_entry_that_is_gone_is_found(kept: Kept) -> None:
    with Journal.open(kept.path) as journal:
        last = journal.entries(kept.session)[-1].seq
    kept.sql("DELETE FROM event WHERE session = ? AND seq = ?", kept.session, last)
    assert kept.differs_at() == last


def test_entries_of_before_there_were_sums_are_verified_by_their_states(kept: Kept) -> None:
    kept.sql("UPDATE event SET sum = '' WHERE session = ?", kept.session)
    assert kept.verified().ok


def test_a_sum_that_was_taken_away_in_the_middle_is_found(kept: Kept) -> None:
    kept.sql("UPDATE event SET sum = '' WHERE session = ? AND seq = 3", kept.session)
    assert kept.differs_at() == 3


@pytest.mark.parametrize(
    ("column", "value", "seq"),
    [
        ("learner", "somebody-else", 1),
        ("title", "Another title", 1),
        ("started", "2026-03-02T09:00:00.000Z", 1),
        ("started", "soon", 1),
        ("version", 9, 9),
        ("logic_hash", "0" * 64, 9),
        ("content_hash", "0" * 64, 9),
        ("status", "abandoned", 9),
        ("status", "suspended", 9),
        ("ended", "2026-03-02T09:00:00.000Z", 9),
        ("ended", "", 9),
    ],
)
def test_an_edited_row_is_found(kept: Kept, column: str, value: object, seq: int) -> None:
    kept.sql(f"UPDATE session SET {column} = ? WHERE id = ?", value, kept.session)  # noqa: S608  # names of columns
    assert kept.differs_at() == seq


def test_whom_statements_tell_of_is_compared_for_every_one(kept: Kept) -> None:
    kept.sql("UPDATE statement SET json = replace(json, 'l-1', 'l-2') WHERE session = ? AND seq = 3", kept.session)
    assert kept.differs_at() == 3


@pytest.mark.parametrize(
    ("changed", "sound"),
    [("status = 'active'", False), ("status = 'completed'", False), ("passed = 1", False), ("scores = '{}'", False), ("ended = ''", True)],
)
def test_a_session_that_was_stopped_is_listed_so(tmp_path: Path, changed: str, sound: bool) -> None:  # noqa: FBT001
    room = Room(tmp_path, talk(), {"SOP-T": CARD})
    studio = room.studio()
    practice = Practice.begin(studio, studio.workspace.load(room.name), mode="practice", seed=7)
    practice.suspend()
    studio.close()
    kept = Kept(room, practice.session_id)
    kept.sql(f"UPDATE session SET {changed} WHERE id = ?", kept.session)  # noqa: S608  # as above
    assert kept.verified().ok is sound


def test_a_session_that_was_given_up_has_no_score(tmp_path: Path) -> None:
    room = Room(tmp_path, talk(), {"SOP-T": CARD})
    studio = room.studio()
    practice = Practice.begin(studio, studio.workspace.load(room.name), mode="practice", seed=7)
    practice.give_up()
    studio.close()
    kept = Kept(room, practice.session_id)
    assert kept.verified().ok
    kept.sql("UPDATE session SET status = 'completed' WHERE id = ?", kept.session)
    assert kept.differs_at() == 2


def test_events_of_a_session_that_is_listed_no_more_are_found(kept: Kept) -> None:
    kept.sql("DELETE FROM session WHERE id = ?", kept.session)
    with Journal.open(kept.path) as journal:
        (lost,) = verify_lost(journal)
    assert (lost.session, lost.kind, lost.ok, lost.events) == (kept.session, "lost", False, 9)
