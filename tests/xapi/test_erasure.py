from __future__ import annotations

import json
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from ralph.models.xapi.base.statements import BaseXapiStatement  # type: ignore[import-untyped]  # Ralph ships no types

from branchline.errors import LrsPaused, LrsUnreachable
from branchline.journal.model import SopNote
from branchline.journal.received import Received, tombstone_key
from branchline.journal.store import Journal
from branchline.xapi.erasure import Forgotten, forget, sent_by, void
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import deliver
from branchline.xapi.pull import pull
from lrs_servers import Reply, said, scripted_lrs
from other_tools import a_course
from xapi_lrs import VOIDED, KeepingLrs
from xapi_outbox import SESSION, fill, ids, statement, stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = "https://learn.example.org"
LEARNER = "l-4711"


@dataclass
class Place:
    """A journal with delivered and waiting statements of a learner, and the LRS that has the delivered ones."""

    journal: Journal
    received: Received
    lrs: Lrs
    server: KeepingLrs

    def forget(self, lrs: Lrs | None) -> Forgotten:
        return forget(self.journal, self.received, lrs, LEARNER, HOME, sleep=lambda _: None)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    keeping = KeepingLrs()
    with ExitStack() as stack:
        server = stack.enter_context(scripted_lrs(keeping))
        lrs = stack.enter_context(closing(Lrs(server.endpoint, "jo", "x", read_timeout=5)))
        journal = stack.enter_context(Journal.open(tmp_path / "journal.db"))
        received = stack.enter_context(Received.open(tmp_path / "journal.db"))
        fill(journal, 60)
        deliver(journal, lrs, limit=55, batch=55)
        yield Place(journal, received, lrs, keeping)


def voids(server: KeepingLrs) -> list[str]:
    return [each["object"]["id"] for each in server.kept if each["verb"]["id"] == VOIDED]


def test_what_was_sent_is_voided_what_is_here_deleted_and_nobody_is_named(place: Place) -> None:
    place.journal.add_sop_note(SopNote("SOP-1", 1, "Wrong.", LEARNER, "2026-03-01T09:00:00Z"))
    sent = set(place.server.ids())
    assert place.forget(place.lrs) == Forgotten(sessions=1, voided=55, refused=0)
    assert set(voids(place.server)) == sent
    assert len(voids(place.server)) == 55
    assert place.journal.sessions() == []
    assert place.journal.counts()["waiting"] == 0
    assert [note.learner for note in place.journal.sop_notes()] == [""]
    assert LEARNER not in json.dumps([each for each in place.server.kept if each["verb"]["id"] == VOIDED])
    (tombstone,) = place.received.tombstones().values()
    assert (tombstone.sessions, tombstone.statements) == (1, 55)
    place.server.store(statement(70))
    assert pull(place.lrs, place.received).read > 0
    assert place.received.of_learner(LEARNER) == []


def test_what_others_said_of_it_goes_too_and_what_they_said_of_others_stays(place: Place) -> None:
    def stream(number: int, kind: str, content: str, learner: str = "coach") -> str:
        row = replace(place.journal.session(SESSION), id=f"stream-{number}", kind=kind, content=content, learner=learner)
        statements = [replace(stored(200 + number), session=row.id, state="delivered")]
        place.journal.write(row.id, row=row, statements=statements)
        return row.id

    gone = [stream(1, "coaching", SESSION), stream(2, "plan", LEARNER), stream(3, "retry", "", LEARNER)]
    left = [stream(4, "coaching", "other-session"), stream(5, "plan", "l-2"), stream(6, "scenario", LEARNER, "l-2")]
    assert place.forget(place.lrs).sessions == len([SESSION, *gone])
    assert [name for (name,) in place.journal._database.rows("SELECT id FROM session ORDER BY id")] == left
    assert {*ids(201, 202, 203)} < set(voids(place.server))
    assert {*ids(204, 205, 206)}.isdisjoint(voids(place.server))


def test_what_other_tools_say_is_not_read_back_whatever_their_home_page(place: Place) -> None:
    place.forget(place.lrs)
    place.server.store(*a_course(LEARNER), *a_course("somebody else"))
    pull(place.lrs, place.received)
    assert place.received.learners() == ["somebody else"]


def test_forgetting_again_voids_nothing_twice(place: Place) -> None:
    place.forget(place.lrs)
    assert place.forget(place.lrs) == Forgotten(0, 0, 0)
    assert len(voids(place.server)) == 55


def test_an_lrs_that_does_not_hide_what_is_voided_has_it_voided_once(place: Place) -> None:
    place.server.hides = False
    place.forget(place.lrs)
    assert place.forget(place.lrs) == Forgotten(0, 0, 0)
    place.server.store(statement(80, context={"platform": "Branchline"}))
    assert place.forget(place.lrs) == Forgotten(0, 1, 0)
    other = {**void(ids(81)[0], HOME, "2026-03-01T12:00:00.000Z"), "object": {"objectType": "Activity", "id": "x:1"}}
    place.server.store(statement(81, context={"platform": "Branchline"}), other)
    assert place.forget(place.lrs) == Forgotten(0, 0, 1)


def test_what_another_machine_sent_is_voided_too_and_other_learners_are_left_alone(place: Place) -> None:
    context = {"platform": "Branchline"}
    other = {"objectType": "Agent", "account": {"homePage": HOME, "name": "l-2"}}
    place.server.store(statement(101, context=context), statement(102, context=context, actor=other), statement(103, context={}))
    assert sent_by(place.lrs, HOME, LEARNER) == set(ids(101))
    assert place.forget(place.lrs).voided == 56
    assert set(ids(102, 103)).isdisjoint(voids(place.server))


def test_while_not_everything_can_be_voided_nothing_is_deleted_and_the_next_try_goes_on(place: Place) -> None:
    place.server.page = 1000
    nothing = said(200, {"statements": []})
    place.server.script = [nothing, nothing, Reply(0, drop=True), Reply(0, drop=True), *[Reply(503)] * 20]
    with pytest.raises(LrsUnreachable, match="503"):
        place.forget(place.lrs)
    assert len(place.journal.sessions()) == 1
    place.server.script = [nothing, nothing, Reply(401)]
    with pytest.raises(LrsPaused):
        place.forget(place.lrs)
    assert place.received.tombstones() == {}
    place.server.script = []
    # The LRS has taken some already, without our hearing of it.
    at = place.journal.note(f"forgetting {tombstone_key(LEARNER)}")
    place.server.store(void(ids(3)[0], HOME, at))
    assert place.forget(place.lrs) == Forgotten(1, 55, 0)
    assert len(voids(place.server)) == 55


def test_another_program_that_delivers_is_not_disturbed(place: Place) -> None:
    import time  # noqa: PLC0415 -- the lease counts by the machine's clock

    assert place.journal.lease("somebody", time.time(), 60)
    with pytest.raises(LrsUnreachable, match="delivering"):
        place.forget(place.lrs)
    assert len(place.journal.sessions()) == 1


def test_without_an_lrs_only_what_is_here_goes(place: Place) -> None:
    assert place.forget(None) == Forgotten(1, 0, 0)
    assert voids(place.server) == []


def test_a_statement_that_the_lrs_will_not_void_is_counted_and_the_rest_goes(place: Place) -> None:
    bad = void(ids(7)[0], HOME, "")["id"]

    def picky(request: object) -> Reply:
        asked = getattr(request, "method", "") == "POST" and bad in getattr(request, "ids", [])
        return said(400, {"error": "no"}) if asked else place.server(request)  # type: ignore[arg-type]

    with scripted_lrs(picky) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        assert place.forget(lrs) == Forgotten(1, 54, 1)


def test_the_statement_that_voids_is_valid_by_an_outside_validator() -> None:
    BaseXapiStatement(**void(ids(1)[0], HOME, "2026-03-01T12:00:00.000Z"))
