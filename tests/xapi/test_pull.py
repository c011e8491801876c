from __future__ import annotations

import json
import random
import tracemalloc
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import BranchlineError, LrsPaused, LrsUnreachable
from branchline.journal.received import Received, Tombstone, tombstone_key
from branchline.journal.store import Journal
from branchline.xapi.answer import Answer
from branchline.xapi.lrs import Lrs
from branchline.xapi.pull import Pulled, pull, sessions
from branchline.xapi.readback import Rebuilt
from lrs_servers import Reply, said, scripted_lrs
from xapi_lrs import VOIDED, KeepingLrs
from xapi_moments import IDENTITY, Player
from xapi_outbox import fill, ids, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from branchline.content.compiled import Scenario
    from lrs_servers import Ralph, Request

RISE = {"actor": {"account": {"homePage": "https://lms.example", "name": "l-4711"}}, "timestamp": "2026-02-01T08:00:00+01:00"}


def rise(number: int, verb: str = "experienced", **more: Any) -> dict[str, Any]:
    """What another tool says, with an id of version 7."""
    own = f"0190163e-7a55-7b7e-9d0a-{number:012x}"
    said_of = {"id": f"https://rise.example/{number}"}
    return {"id": own, **RISE, "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"}, "object": said_of, **more}


@pytest.fixture
def received(tmp_path: Path) -> Iterator[Received]:
    with Received.open(tmp_path / "journal.db") as opened:
        yield opened


@contextmanager
def reading(lrs: Callable[[Request], Reply]) -> Iterator[Lrs]:
    with scripted_lrs(lrs) as server, closing(Lrs(server.endpoint, "jo", "x", read_timeout=5)) as source:
        yield source


@pytest.mark.parametrize("page", [1, 7, 50, 1000])
@pytest.mark.parametrize("form", [{}, {"newest_first": True}, {"absolute": True}, {"empty_end": True}])
def test_every_page_size_and_order_gives_everything_once(received: Received, page: int, form: dict[str, Any]) -> None:
    lrs = KeepingLrs(page=page, **form)
    lrs.store(*(rise(number) for number in range(30)))
    with reading(lrs) as source:
        done = pull(source, received, page=40)
        assert (done.read, done.new) == (30, 30)
        assert [each.id for each in received.of_learner("l-4711")] == sorted(lrs.ids())
        lrs.store(rise(30), rise(31))
        assert pull(source, received, page=40).new == 2
        assert pull(source, received, page=40).new == 0


def test_only_what_was_stored_since_is_read_again_however_old_its_timestamp(received: Received) -> None:
    lrs = KeepingLrs()
    lrs.store(*(rise(number) for number in range(100)))
    with reading(lrs) as source:
        pull(source, received)
        lrs.store(rise(100, timestamp="2019-01-01T00:00:00Z"))
        done = pull(source, received)
        assert done.new == 1
        assert done.read < 20
        assert pull(source, received, whole=True).read == 101


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("broken", [1, 2, 4])
def test_a_reading_that_breaks_off_goes_on_where_it_was(received: Received, broken: int, *, newest_first: bool) -> None:
    lrs = KeepingLrs(page=10, newest_first=newest_first, most=broken)
    lrs.store(*(rise(number) for number in range(50)))
    with reading(lrs) as source:
        with pytest.raises(LrsUnreachable):
            pull(source, received)
        assert len(received.of_learner("l-4711")) == 10 * broken
        done = pull(source, received)
        assert (done.read, done.new) == (50 - 10 * broken, 50 - 10 * broken)
        lrs.store(rise(50))
        assert pull(source, received).new == 1


def test_a_link_that_has_lapsed_begins_again(received: Received) -> None:
    lrs = KeepingLrs(page=10, most=2)
    lrs.store(*(rise(number) for number in range(30)))
    with reading(lrs) as source:
        with pytest.raises(LrsUnreachable):
            pull(source, received)
        lrs.script.append(said(400, {"error": "unknown more"}))
        assert pull(source, received).read == 30
    assert len(received.of_learner("l-4711")) == 30


def test_odd_and_foreign_statements_are_kept_and_never_fatal(received: Received) -> None:
    odd: list[Any] = [
        rise(1, timestamp="2016-12-31T23:59:60Z"),
        rise(2, actor={"objectType": "Group", "member": [{"mbox": "mailto:a@x.example"}]}),
        rise(3, object={"objectType": "SubStatement", "verb": {"id": "x:y"}}),
        rise(4, context={"contextAgents": [], "registration": None}, version="2.0.0"),
        rise(5, verb="passed", result={"score": {"scaled": 0.5}}),
        rise(6, actor={"mbox": "mailto:jo@x.example"}, id="NO-UUID-AT-ALL"),
        {**rise(7), "verb": None, "object": None, "context": "none"},
    ]
    with reading(lambda _: said(200, {"statements": [*odd, {"no": "id"}, "text", None], "more": None})) as source:
        done = pull(source, received)
    assert done == Pulled(read=10, new=7, odd=3, pages=1, share=1.0)
    assert [each.id for each in received.of_learner("mailto:jo@x.example")] == ["no-uuid-at-all"]
    assert {each.verb.rpartition("/")[2] for each in received.of_learner("l-4711")} >= {"experienced", "passed"}


def test_what_is_voided_before_or_after_it_was_read_is_not_shown(received: Received) -> None:
    first, second = rise(1), rise(2)
    voids = [{**rise(10 + number), "verb": {"id": VOIDED}} for number in (1, 2)]
    for void, target in zip(voids, (first, second), strict=True):
        void["object"] = {"objectType": "StatementRef", "id": target["id"].upper()}
    pages = [[first, voids[1]], [second, voids[0]]]
    with reading(lambda _: said(200, {"statements": pages.pop(0), "more": "/xapi/more" if pages else ""})) as source:
        pull(source, received)
    assert received.of_learner("l-4711") == []


def test_our_own_outbox_is_not_kept_twice(received: Received, tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        fill(journal, 3)
    lrs = KeepingLrs()
    lrs.store(*(statement(number) for number in range(1, 6)))
    with reading(lrs) as source:
        assert pull(source, received).new == 2
    assert {each.id for each in received.of_learner("l-4711")} == set(ids(4, 5))


def test_a_forgotten_learner_stays_forgotten(received: Received) -> None:
    received.forget(tombstone_key("l-4711"), "l-4711", Tombstone("2026-03-01T12:00:00Z", 1, 9))
    other = {"account": {"homePage": "https://lms.example", "name": "other"}}
    lrs = KeepingLrs()
    lrs.store(rise(1), rise(2, actor=other), rise(3, actor=other, object={"objectType": "Agent", **RISE["actor"]}))
    with reading(lrs) as source:
        assert pull(source, received).new == 1
    assert received.of_learner("l-4711") == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(401), LrsPaused),
        (Reply(404), LrsPaused),
        (Reply(302), LrsPaused),
        (Reply(200, b"<html>hotel</html>"), LrsPaused),
        (Reply(200), LrsPaused),
        (said(200, []), LrsPaused),
        (Reply(503), LrsUnreachable),
        (Reply(429), LrsUnreachable),
        (Reply(0, drop=True), LrsUnreachable),
        (Reply(200, b'{"statements": [', cut=4), LrsUnreachable),
    ],
)
def test_an_answer_that_is_no_page_is_told_and_changes_nothing(received: Received, reply: Reply, error: type[BranchlineError]) -> None:
    with reading(lambda _: reply) as source, pytest.raises(error):
        pull(source, received)
    assert received.of_learner("l-4711") == []


@pytest.mark.parametrize("page", [3, 100])
def test_a_session_is_rebuilt_from_an_lrs_that_knows_much_else(received: Received, charged_twice: Scenario, page: int) -> None:
    player, other = Player(charged_twice).play(), Player(charged_twice).play(worst=True)
    mixed = [json.loads(each.json) for each in (*player.statements, *other.statements)] + [rise(number) for number in range(20)]
    random.Random(3).shuffle(mixed)  # noqa: S311 -- no secret
    lrs = KeepingLrs(page=page)
    lrs.store(*mixed[:40])
    with reading(lrs) as source:
        pull(source, received)
        assert all(not isinstance(found, Rebuilt) for _, found in sessions(received, received.unseen()))
        lrs.store(*mixed[40:])
        pull(source, received)
        found = dict(sessions(received, received.unseen()))
    for each in (player, other):
        rebuilt = found[each.row.id]
        assert isinstance(rebuilt, Rebuilt)
        assert list(rebuilt.entries) == [moment.entry for moment in each.moments]
        assert rebuilt.row.learner == IDENTITY.name
    received.seen(player.row.id)
    assert received.unseen() == [other.row.id]


def test_one_registration_alone_is_read_without_moving_the_cursor(received: Received, charged_twice: Scenario) -> None:
    player = Player(charged_twice).play()
    lrs = KeepingLrs(page=5)
    lrs.store(*(rise(number) for number in range(10)), *(json.loads(each.json) for each in player.statements))
    with reading(lrs) as source:
        assert pull(source, received, registration=player.row.id.upper()).new == len(player.statements)
        assert received.unseen() == [player.row.id]
        assert pull(source, received).new == 10


def test_ralph_gives_a_session_back(received: Received, ralph: Ralph, charged_twice: Scenario) -> None:
    player = Player(charged_twice).play()
    with closing(Lrs(ralph.endpoint, ralph.username, ralph.password)) as source:
        assert source.post([json.loads(each.json) for each in player.statements]).status == 200
        pull(source, received, registration=player.row.id, page=7)
    ((_, found),) = sessions(received, [player.row.id])
    assert isinstance(found, Rebuilt)
    assert list(found.entries) == [moment.entry for moment in player.moments]


@dataclass
class Endless:
    """An LRS of so many pages, each made when it is asked for."""

    pages: int
    endpoint: str = "https://lrs.example.test/"
    given: int = 0

    def get(self, resource: str, params: Mapping[str, str] | None = None) -> Answer:
        """The next page."""
        del resource, params
        self.given += 1
        statements = [rise(self.given * 1000 + number, result={"response": "x" * 1000}) for number in range(100)]
        more = f"/more/{self.given}" if self.given < self.pages else ""
        return Answer(200, {"content-type": "application/json"}, json.dumps({"statements": statements, "more": more}))


def test_reading_needs_no_more_memory_however_much_there_is(tmp_path: Path) -> None:
    def peak(pages: int) -> int:
        with Received.open(tmp_path / f"{pages}.db") as received:
            tracemalloc.start()
            try:
                assert pull(Endless(pages), received).new == pages * 100
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    few = peak(3)
    assert peak(30) < 1.2 * few
