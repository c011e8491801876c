from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import ConfigurationError
from branchline.journal.store import Journal
from branchline.xapi.answer import Answer
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import HELD, Delivery, Drainer
from lrs_servers import Reply, Request, scripted_lrs
from xapi_outbox import RuledLrs, fill, put, stored

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def drainer(path: Path, endpoint: str, told: queue.Queue[Delivery]) -> Drainer:
    return Drainer(lambda: Journal.open(path), lambda: Lrs(endpoint, "jo", "x", read_timeout=30), told.put, gather=0)


def test_what_waits_at_the_start_and_at_every_wake_is_delivered(path: Path) -> None:
    told: queue.Queue[Delivery] = queue.Queue()
    with scripted_lrs(RuledLrs()) as server, Journal.open(path) as journal:
        fill(journal, 3)
        worker = drainer(path, server.endpoint, told)
        worker.start()
        assert told.get(timeout=20) == Delivery(delivered=3)
        put(journal, [stored(10)])
        worker.wake()
        assert told.get(timeout=20) == Delivery(delivered=1)
        assert worker.stop(timeout=20)
        assert journal.counts() == {"waiting": 0, "delivered": 4, "dead": 0}


def test_a_failure_is_tried_again_without_being_asked(path: Path) -> None:
    told: queue.Queue[Delivery] = queue.Queue()
    with scripted_lrs(RuledLrs(script=[Reply(503)])) as server, Journal.open(path) as journal:
        fill(journal, 2)
        worker = drainer(path, server.endpoint, told)
        worker.start()
        assert told.get(timeout=20).error == "Status 503"
        assert told.get(timeout=20) == Delivery(delivered=2)
        worker.stop(timeout=20)


def test_stopping_does_not_wait_for_an_lrs_that_keeps_silent_and_loses_nothing(path: Path) -> None:
    told: queue.Queue[Delivery] = queue.Queue()
    asked = threading.Event()

    def silent(_: Request) -> Reply:
        asked.set()
        return Reply(0, hang=True)

    with scripted_lrs(silent) as server, Journal.open(path) as journal:
        fill(journal, 2)
        worker = drainer(path, server.endpoint, told)
        worker.start()
        assert asked.wait(20)
        begun = time.monotonic()
        assert worker.stop(timeout=10)
        assert time.monotonic() - begun < 5
        assert journal.counts()["waiting"] == 2
        assert journal.lease("the next one", time.time(), 1)
    assert told.empty()


def test_a_drainer_that_hangs_leaves_delivery_to_the_next_one(path: Path) -> None:
    told: queue.Queue[Delivery] = queue.Queue()
    asked, answered = threading.Event(), threading.Event()

    class Stubborn(Lrs):
        """Notices no abort, as while it connects."""

        def post(self, statements: object) -> Any:
            asked.set()
            answered.wait(20)
            return Answer(0, error="reset", words=f"{statements!r:.0}The connection broke off.")

    with Journal.open(path) as journal:
        fill(journal, 2)
        worker = Drainer(lambda: Journal.open(path), lambda: Stubborn("http://127.0.0.1:1/", "jo", "x"), told.put, gather=0)
        worker.start()
        assert asked.wait(20)
        assert not worker.stop(timeout=0.01)
        assert journal.lease("the next one", time.time(), 1)
        answered.set()
        assert worker.stop(timeout=20)
        assert journal.counts()["waiting"] == 2


def test_with_nothing_waiting_no_lrs_is_opened(path: Path) -> None:
    opened = threading.Event()
    told: queue.Queue[Delivery] = queue.Queue()

    def never() -> Lrs:
        opened.set()
        raise ConfigurationError("not reached")

    worker = Drainer(lambda: Journal.open(path), never, told.put, gather=0)
    worker.start()
    worker.wake()
    assert worker.stop(timeout=20)
    assert not opened.is_set()
    assert told.empty()


def test_what_cannot_be_opened_is_reported(path: Path) -> None:
    told: queue.Queue[Delivery] = queue.Queue()
    with Journal.open(path) as journal:
        fill(journal, 1)
        worker = drainer(path, "nowhere", told)
        worker.start()
        assert "web address" in told.get(timeout=20).error
        assert worker.stop(timeout=20)


def test_stopping_what_never_began_is_fine(path: Path) -> None:
    assert drainer(path, "http://127.0.0.1:1/", queue.Queue()).stop()


def test_between_statements_it_makes_room_for_who_presses_keys_and_arrives_all_the_same(path: Path) -> None:
    told: queue.Queue[Delivery] = queue.Queue()
    with scripted_lrs(RuledLrs()) as server, Journal.open(path) as journal:
        fill(journal, 4)
        worker = drainer(path, server.endpoint, told)
        worker.hold()
        begun = time.monotonic()
        worker.start()
        assert told.get(timeout=20) == Delivery(delivered=4)
        assert time.monotonic() - begun >= HELD
        worker.hold()
        assert worker.stop(timeout=20)


def test_an_endless_typist_slows_delivery_down_but_does_not_stop_it(path: Path) -> None:
    told: queue.Queue[Delivery] = queue.Queue()
    with scripted_lrs(RuledLrs()) as server, Journal.open(path) as journal:
        fill(journal, 3)
        worker = drainer(path, server.endpoint, told)
        worker.start()
        while told.empty():
            worker.hold()
        assert told.get() == Delivery(delivered=3)
        assert worker.stop(timeout=20)
