"""Whatever happens to the program, its clock and its disk: afterwards the LRS holds what was journalled, each statement once."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import JournalUnavailable
from branchline.journal.schema import MIGRATIONS, migrate
from branchline.journal.store import Journal
from branchline.practice import Practice
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import deliver, due
from branchline.xapi.readback import session_from
from lrs_servers import Reply, scripted_lrs
from practice_talk import CARD, talk
from rooms import Room
from xapi_lrs import KeepingLrs
from xapi_outbox import Clock, fill, ids, put, statement, stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lrs_servers import Request

TESTS = Path(__file__).parents[1]
CHANCE = random.Random()  # noqa: S311 -- the moment of a kill is no secret

DELIVERER = """
import sys, time
from pathlib import Path
from branchline.journal.store import Journal
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import deliver

ahead = float(sys.argv[3])
with Journal.open(Path(sys.argv[1])) as journal:
    print("ready", flush=True)
    while journal.counts()["waiting"]:
        deliver(journal, Lrs(sys.argv[2], "jo", "x"), batch=3, now=lambda: time.time() + ahead)
"""

PLAYER = """
import sys, threading, time
from branchline.content.workspace import open_workspace
from branchline.engine.conversation import open_choices
from branchline.practice import Practice, Studio
from branchline.journal.store import Journal
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import Drainer

home, endpoint, ahead = sys.argv[1], sys.argv[2], float(sys.argv[3])
studio = Studio.open(environ={"BRANCHLINE_HOME": home, "BRANCHLINE_LEARNER": "l-1"})
scenario = open_workspace().load("charged-twice")
opened = lambda: Journal.open(studio.paths.database)
drainer = Drainer(opened, lambda: Lrs(endpoint, "jo", "x"), lambda done: None, gather=0, now=lambda: time.time() + ahead)
print("ready", flush=True)
drainer.start()
while True:
    practice = Practice.begin(studio, scenario)
    while not practice.finished:
        practice.choose(open_choices(practice.scenario, practice.state)[0].id)
        drainer.wake()
"""


@contextmanager
def program(source: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A program of ours that has opened its journal, killed at the end."""
    with subprocess.Popen([sys.executable, "-c", source, *arguments], stdout=subprocess.PIPE, text=True, cwd=TESTS) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def spin(seconds: float) -> None:
    """Let a moment pass."""
    late = time.perf_counter() + seconds
    while time.perf_counter() < late:
        pass


def arrived_whole(journal: Journal, lrs: KeepingLrs, wanted: list[str]) -> None:
    """The LRS has every journalled statement once, in the order of its session, as it was journalled."""
    assert journal.counts() == {"waiting": 0, "delivered": len(wanted), "dead": 0}
    assert len(lrs.ids()) == len(wanted)
    assert set(lrs.ids()) == set(wanted)
    texts = {each.id: each.json for row in journal.sessions() for each in journal.statements(row.id)}
    assert all(json.loads(texts[each["id"]])["context"] == each["context"] for each in lrs.kept)
    for row in journal.sessions():
        own = [each.id for each in journal.statements(row.id)]
        assert [each for each in lrs.ids() if each in set(own)] == own


def finish(journal: Journal, endpoint: str, ahead: float) -> None:
    """Deliver the rest, `ahead` seconds later."""
    with closing(Lrs(endpoint, "jo", "x")) as lrs:
        assert deliver(journal, lrs, now=lambda: time.time() + ahead).waiting == 0


def test_killed_at_any_moment_of_delivery_it_goes_on_where_it_was(tmp_path: Path) -> None:
    keeping = KeepingLrs()
    path = tmp_path / "journal.db"
    with scripted_lrs(keeping) as server, Journal.open(path) as journal:
        wanted = fill(journal, 400)
        for kill in range(4):
            before = len(keeping.kept)
            aim = before + CHANCE.randint(1, 50)
            with program(DELIVERER, str(path), server.endpoint, str(kill * 100)):
                keeping.await_count(aim)
                spin(CHANCE.uniform(0, 0.01))
        finish(journal, server.endpoint, 1000)
        arrived_whole(journal, keeping, wanted)
        assert keeping.ids() == wanted


def test_killed_at_any_moment_of_play_what_is_journalled_arrives(tmp_path: Path) -> None:
    keeping = KeepingLrs()
    with scripted_lrs(keeping) as server:
        for kill in range(3):
            before = len(keeping.kept)
            with program(PLAYER, str(tmp_path), server.endpoint, str(kill * 100)):
                keeping.await_count(before + CHANCE.randint(1, 60))
                spin(CHANCE.uniform(0, 0.02))
        with Journal.open(tmp_path / "data" / "branchline.db") as journal:
            finish(journal, server.endpoint, 1000)
            wanted = [each.id for row in journal.sessions() for each in journal.statements(row.id)]
            assert len(wanted) > 20
            arrived_whole(journal, keeping, wanted)


def test_two_programs_that_deliver_at_once_send_nothing_twice(tmp_path: Path) -> None:
    keeping, both = KeepingLrs(), threading.Event()
    path = tmp_path / "journal.db"

    def answer(request: Request) -> Reply:
        """The first of them is in the middle of its first request while the second one tries."""
        both.wait(60)
        return keeping(request)

    with scripted_lrs(answer) as server, Journal.open(path) as journal:
        wanted = fill(journal, 90)
        with program(DELIVERER, str(path), server.endpoint, "0") as one, program(DELIVERER, str(path), server.endpoint, "0") as two:
            spin(0.5)
            both.set()
            assert one.wait(60) == two.wait(60) == 0
        arrived_whole(journal, keeping, wanted)
        sent = [each for request in server.posts for each in request.ids]
        assert sorted(sent) == sorted(wanted)


def test_a_clock_set_back_by_an_hour_between_two_deliveries_does_not_matter(tmp_path: Path) -> None:
    keeping = KeepingLrs()
    path = tmp_path / "journal.db"
    with scripted_lrs(keeping) as server, Journal.open(path) as journal:
        wanted = fill(journal, 60)
        with program(DELIVERER, str(path), server.endpoint, "3600"):
            keeping.await_count(1)
        finish(journal, server.endpoint, -120)
        arrived_whole(journal, keeping, wanted)


class Failing(sqlite3.Connection):
    """A connection on which every nth change of a statement fails, as on a full disk."""

    every = 0
    changes = 0

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        if sql.startswith("UPDATE statement"):
            self.changes += 1
            if self.every and self.changes % self.every == 0:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
        return super().executemany(sql, parameters)


def failing(path: Path, timeout: float) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False, factory=Failing)


@pytest.mark.parametrize("every", [1, 2, 3])
def test_a_full_disk_loses_nothing_and_sends_nothing_twice(tmp_path: Path, every: int) -> None:
    keeping = KeepingLrs()
    path = tmp_path / "journal.db"
    with scripted_lrs(keeping) as server, Journal.open(path, connect=failing) as journal:
        wanted = fill(journal, 30)
        Failing.every = every
        try:
            with closing(Lrs(server.endpoint, "jo", "x")) as lrs, pytest.raises(JournalUnavailable, match="no space"):
                deliver(journal, lrs, batch=4)
        finally:
            Failing.every = 0
        assert journal.counts()["waiting"] == 30 - 4 * (every - 1)
        finish(journal, server.endpoint, 0)
        arrived_whole(journal, keeping, wanted)


@pytest.mark.parametrize("trouble", ["BEGIN IMMEDIATE", "PRAGMA query_only = ON"])
def test_a_locked_or_read_only_journal_is_told_and_delivered_from_later(tmp_path: Path, trouble: str) -> None:
    keeping = KeepingLrs()
    path = tmp_path / "journal.db"
    connections: list[sqlite3.Connection] = []

    def connect(path: Path, timeout: float) -> sqlite3.Connection:
        connections.append(sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False))
        return connections[-1]

    with scripted_lrs(keeping) as server, Journal.open(path, timeout=0.05, connect=connect) as journal:
        wanted = fill(journal, 9)
        other = connections[0] if "PRAGMA" in trouble else sqlite3.connect(path, isolation_level=None)
        other.execute(trouble)
        with closing(Lrs(server.endpoint, "jo", "x")) as lrs, pytest.raises(JournalUnavailable):
            deliver(journal, lrs)
        assert keeping.kept == []
        other.execute("PRAGMA query_only = OFF" if "PRAGMA" in trouble else "ROLLBACK")
        finish(journal, server.endpoint, 0)
        arrived_whole(journal, keeping, wanted)
        if other is not connections[0]:
            other.close()


def test_a_journal_that_is_locked_while_the_lrs_answers_sends_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    keeping = KeepingLrs()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:

        def locking(request: Any) -> Any:
            if request.method == "POST" and not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")
            return keeping(request)

        with Journal.open(path, timeout=0.05) as journal:
            wanted = fill(journal, 9)
            with scripted_lrs(locking) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs, pytest.raises(JournalUnavailable):
                deliver(journal, lrs)
            other.execute("ROLLBACK")
            assert keeping.ids() == wanted
            assert journal.counts()["waiting"] == 9
            with scripted_lrs(keeping) as server:
                finish(journal, server.endpoint, 100)
            arrived_whole(journal, keeping, wanted)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_what_waits_in_a_journal_of_an_older_version_is_delivered(tmp_path: Path, version: int) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, MIGRATIONS[:version])
        data = statement(1)
        old.execute(
            "INSERT INTO session (id, kind, content, title, version, content_hash, logic_hash, learner, mode, seed, language, status,"
            " started, ended, scores) VALUES (?, 'scenario', 's', 'S', 1, 'c', 'l', 'l-4711', 'exam', '1', 'en', 'active', '2026', '', '')",
            (data["context"]["registration"],),
        )
        old.execute(
            "INSERT INTO statement (id, session, seq, role, json, state, attempts, status, error)"
            " VALUES (?, ?, 1, 'x', ?, 'waiting', 0, 0, '')",
            (data["id"], data["context"]["registration"], json.dumps(data)),
        )
    keeping = KeepingLrs()
    with scripted_lrs(keeping) as server, Journal.open(path) as journal:
        put(journal, [stored(2)])
        finish(journal, server.endpoint, 0)
        arrived_whole(journal, keeping, ids(1, 2))


@pytest.mark.parametrize("awake", [1, 2])
def test_a_laptop_that_sleeps_for_hours_while_the_lrs_answers_goes_on_and_sends_nothing_twice(tmp_path: Path, awake: int) -> None:
    """The wall clock is eight hours ahead in the middle of a request; with two programs the other one wakes first, and takes over."""
    keeping, clock, path = KeepingLrs(), Clock(), tmp_path / "journal.db"
    slept: list[float] = []

    def answer(request: Request) -> Reply:
        if request.method == "POST" and len(keeping.kept) == 6 and not slept:
            slept.append(8 * 3600)
            clock.at += 8 * 3600
            if awake == 2:
                with Journal.open(path) as other, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
                    assert deliver(other, lrs, now=clock, batch=3, limit=6).delivered == 6
        return keeping(request)

    with scripted_lrs(answer) as server, Journal.open(path) as journal:
        wanted = fill(journal, 21)
        with closing(Lrs(server.endpoint, "jo", "x")) as lrs:
            assert deliver(journal, lrs, now=clock, batch=3).waiting == 0
        assert slept
        arrived_whole(journal, keeping, wanted)


def test_a_laptop_that_slept_through_a_wait_tries_at_once(tmp_path: Path) -> None:
    keeping, clock = KeepingLrs(script=[Reply(503, headers={"Retry-After": "3000"})]), Clock()
    with scripted_lrs(keeping) as server, Journal.open(tmp_path / "journal.db") as journal:
        wanted = fill(journal, 3)
        with closing(Lrs(server.endpoint, "jo", "x")) as lrs:
            assert deliver(journal, lrs, now=clock).waiting == 3
            assert not due(journal, clock.at + 2000)
            clock.at += 8 * 3600
            assert due(journal, clock.at)
            assert deliver(journal, lrs, now=clock).waiting == 0
        arrived_whole(journal, keeping, wanted)


@pytest.mark.parametrize("hours", [8, -1])
def test_a_laptop_that_sleeps_or_sets_its_clock_back_in_the_middle_of_play_tells_the_lrs_the_time_that_was_played(
    tmp_path: Path, hours: int
) -> None:
    keeping, room = KeepingLrs(), Room(tmp_path, talk(), {"SOP-T": CARD})
    studio = room.studio()
    practice = Practice.begin(studio, studio.workspace.load(room.name), mode="practice", seed=7)
    room.clock.move(5)
    practice.choose("kind")
    room.clock.wall += timedelta(hours=hours)
    room.clock.move(3)
    practice.choose("explain")
    assert practice.finished
    assert [entry.elapsed for entry in practice.entries][1:3] == [5, 8]
    with scripted_lrs(keeping) as server:
        finish(studio.journal, server.endpoint, 0)
        arrived_whole(studio.journal, keeping, [each.id for each in studio.journal.statements(practice.session_id)])
    times = [datetime.fromisoformat(each["timestamp"]) for each in keeping.kept]
    assert times == sorted(set(times))
    durations = [each["result"]["duration"] for each in keeping.kept if each["verb"]["id"].endswith("/answered")]
    assert durations == ["PT05S", "PT03S"]
    assert session_from(keeping.kept)[1] == practice.entries
    studio.close()
