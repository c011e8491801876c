from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from branchline.journal.store import Journal
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import Delivery, deliver, due, lift, standing
from lrs_servers import Reply, said, scripted_lrs
from xapi_outbox import NOON, Clock, RuledLrs, fill, ids, put, statement, stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lrs_servers import Request, ScriptedLrs

HTML = Reply(200, b"<html>Welcome to the hotel</html>", {"Content-Type": "text/html"})


class Bench:
    """A journal, a scripted LRS and a clock."""

    def __init__(self, journal: Journal, stack: ExitStack) -> None:
        self.journal = journal
        self.clock = Clock()
        self._stack = stack
        self.server: ScriptedLrs

    def send(self, answer: Callable[[Request], Reply], **more: Any) -> Delivery:
        self.server = self._stack.enter_context(scripted_lrs(answer))
        lrs = Lrs(self.server.endpoint, "practice", "secret-pass", read_timeout=5)
        try:
            return deliver(self.journal, lrs, now=self.clock, jitter=lambda: 0.0, **more)
        finally:
            lrs.close()

    @property
    def sizes(self) -> list[int]:
        return [len(request.ids) for request in self.server.posts]

    def dead(self) -> dict[str, str]:
        return {each.id: each.error for each in self.journal.dead_letters()}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Journal.open(tmp_path / "journal.db") as journal, ExitStack() as stack:
        yield Bench(journal, stack)


def test_everything_that_waits_arrives_in_order_in_batches(bench: Bench) -> None:
    wanted = fill(bench.journal, 120)
    lrs = RuledLrs()
    seen: list[Delivery] = []
    assert bench.send(lrs, progress=seen.append) == Delivery(delivered=120)
    assert lrs.order == wanted
    assert bench.sizes == [50, 50, 20]
    assert [each.delivered for each in seen] == [50, 100, 120]
    assert bench.journal.counts() == {"waiting": 0, "delivered": 120, "dead": 0}
    assert standing(bench.journal).last_delivery == "2026-03-01T12:00:00.000Z"


def test_at_most_the_limit_is_sent(bench: Bench) -> None:
    fill(bench.journal, 10)
    assert bench.send(RuledLrs(), limit=7) == Delivery(delivered=7, waiting=3)


def test_with_nothing_waiting_nothing_is_asked(bench: Bench) -> None:
    assert bench.send(RuledLrs()) == Delivery()
    assert bench.server.requests == []


@pytest.mark.parametrize("strict", [True, False])
def test_what_the_lrs_has_already_counts_as_delivered_and_what_is_new_arrives(bench: Bench, *, strict: bool) -> None:
    wanted = fill(bench.journal, 30)
    lrs = RuledLrs(strict=strict, kept={statement(number)["id"]: statement(number) for number in range(1, 21)})
    assert bench.send(lrs) == Delivery(delivered=30)
    assert lrs.order == wanted[20:]


def test_another_statement_under_our_id_is_a_conflict_and_the_rest_arrives(bench: Bench) -> None:
    fill(bench.journal, 6)
    other = statement(3, result={"score": {"scaled": 0.1}})
    lrs = RuledLrs(kept={other["id"]: other})
    assert bench.send(lrs) == Delivery(delivered=5, dead=1)
    assert list(bench.dead()) == ids(3)
    assert "Conflict" in bench.dead()[other["id"]]


def test_a_statement_that_the_lrs_has_but_never_shows_waits_and_is_a_conflict_in_the_end(bench: Bench) -> None:
    fill(bench.journal, 1)

    def hiding(request: Request) -> Reply:
        return said(404, {}) if request.method == "GET" else said(409, {})

    for _ in range(4):
        done = bench.send(hiding)
        assert (done.dead, done.waiting) == (0, 1)
    assert bench.send(hiding) == Delivery(dead=1)


@pytest.mark.parametrize("status", [400, 422])
def test_one_refused_statement_is_found_by_halves_and_the_rest_arrives_in_order(bench: Bench, status: int) -> None:
    wanted = fill(bench.journal, 50)
    lrs = RuledLrs(bad={ids(18)[0]: said(status, {"error": "score.scaled is too high"})})
    assert bench.send(lrs) == Delivery(delivered=49, dead=1)
    assert lrs.order == [each for each in wanted if each != ids(18)[0]]
    assert bench.dead() == {ids(18)[0]: f'Status {status}: {{"error": "score.scaled is too high"}}'}


def test_a_500_waits_the_first_time_and_is_hunted_down_when_it_repeats(bench: Bench) -> None:
    fill(bench.journal, 20)
    lrs = RuledLrs(bad={ids(7)[0]: Reply(500, b"boom")})
    first = bench.send(lrs)
    assert (first.delivered, first.dead, first.waiting) == (0, 0, 20)
    assert first.retry_at == NOON + 1
    bench.clock.at += 2
    assert bench.send(lrs) == Delivery(delivered=19, dead=1)
    assert bench.dead() == {ids(7)[0]: "Status 500: boom"}


def test_an_lrs_that_answers_500_to_everything_loses_nothing_and_is_not_hammered(bench: Bench) -> None:
    fill(bench.journal, 50)
    for _ in range(3):
        done = bench.send(lambda _: Reply(500, b"down"))
        assert (done.delivered, done.dead, done.waiting) == (0, 0, 50)
        assert done.error == "Status 500: down"
        assert len(bench.server.requests) <= 12


def test_an_lrs_that_stumbles_and_recovers_buries_nothing(bench: Bench) -> None:
    fill(bench.journal, 2)
    lrs = RuledLrs(script=[Reply(500), Reply(500), Reply(500)])
    assert bench.send(lrs).waiting == 2
    assert bench.send(lrs) == Delivery(delivered=2)


def test_a_command_looks_into_a_500_once_and_then_only_knocks(bench: Bench) -> None:
    fill(bench.journal, 50)
    done = bench.send(lambda _: Reply(500), sleep=bench.clock.sleep)
    assert (done.dead, done.waiting) == (0, 50)
    assert len(bench.server.requests) <= 16


def test_a_pause_is_forgotten_where_nothing_waits_any_more(bench: Bench) -> None:
    (only,) = fill(bench.journal, 1)
    bench.send(lambda _: Reply(401))
    assert standing(bench.journal).paused
    bench.journal.settle([only], "dead")
    assert bench.send(RuledLrs()) == Delivery()
    assert standing(bench.journal).paused == ""


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (Reply(401), "user name or password"),
        (Reply(403), "does not let"),
        (Reply(404), "no LRS"),
        (Reply(405), "does not take"),
        (Reply(302, headers={"Location": "https://login.example.test/"}), "redirects"),
        (HTML, "web page"),
        (Reply(200), "names no statement"),
        (said(200, []), "names no statement"),
        (said(200, ["0b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22"]), "never sent"),
    ],
)
def test_a_pause_keeps_everything_and_says_why(bench: Bench, reply: Reply, word: str) -> None:
    fill(bench.journal, 3)
    done = bench.send(lambda _: reply, sleep=bench.clock.sleep)
    assert word in done.paused
    assert (done.delivered, done.dead, done.waiting) == (0, 0, 3)
    assert len(bench.server.requests) == 1
    assert standing(bench.journal).paused == done.paused


@pytest.mark.parametrize(
    ("reply", "again"),
    [(HTML, True), (said(200, []), True), (Reply(302), True), (Reply(200), False), (Reply(401), False), (Reply(404), False)],
)
def test_a_login_page_is_tried_again_by_itself_and_a_wrong_password_is_not(bench: Bench, reply: Reply, *, again: bool) -> None:
    fill(bench.journal, 1)
    bench.send(lambda _: reply)
    assert not due(bench.journal, NOON + 1)
    assert due(bench.journal, NOON + 1, at_start=True) is again
    assert due(bench.journal, NOON + 901) is again
    lift(bench.journal)
    assert due(bench.journal, NOON + 1)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(408),
        Reply(429),
        Reply(502, b"<html>bad gateway</html>"),
        Reply(503),
        Reply(504),
        Reply(418),
        Reply(200, b'["half an ans'),
        Reply(0, drop=True),
        Reply(200, b'["0b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22"]', cut=9),
    ],
)
def test_what_passes_keeps_everything_backs_off_and_arrives_later(bench: Bench, reply: Reply) -> None:
    fill(bench.journal, 3)
    lrs = RuledLrs(script=[reply])
    done = bench.send(lrs)
    assert (done.delivered, done.dead, done.waiting, done.paused) == (0, 0, 3, "")
    assert done.error
    assert done.retry_at == NOON + 1
    assert not due(bench.journal, NOON + 0.5)
    assert due(bench.journal, NOON + 1.5)
    assert bench.send(lrs) == Delivery(delivered=3)
    assert standing(bench.journal).last_error == ""


def test_the_wait_doubles_with_every_failure_and_starts_anew_after_a_success(bench: Bench) -> None:
    fill(bench.journal, 3)
    waits = [(bench.send(lambda _: Reply(503)).retry_at or 0) - NOON for _ in range(10)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert bench.send(RuledLrs(), limit=1).delivered == 1
    assert bench.send(lambda _: Reply(503)).retry_at == NOON + 1


@pytest.mark.parametrize(("value", "wait"), [("7", 7), ("Sun, 01 Mar 2026 12:00:30 GMT", 30), ("soon", 1), ("9" * 400, 86_400), ("-5", 1)])
def test_a_retry_after_is_honoured_as_seconds_and_as_a_date(bench: Bench, value: str, wait: float) -> None:
    fill(bench.journal, 1)
    assert bench.send(lambda _: Reply(429, headers={"Retry-After": value})).retry_at == NOON + wait


def test_a_command_waits_failures_out_but_not_for_long(bench: Bench) -> None:
    fill(bench.journal, 2)
    assert bench.send(RuledLrs(script=[Reply(503), Reply(503)]), sleep=bench.clock.sleep) == Delivery(delivered=2)
    assert bench.clock.slept == [1, 2]
    put(bench.journal, [stored(9)])
    bench.clock.slept.clear()
    done = bench.send(lambda _: Reply(429, headers={"Retry-After": "61"}), sleep=bench.clock.sleep)
    assert (done.waiting, bench.clock.slept) == (1, [])


def test_a_command_gives_up_after_some_failures_in_a_row(bench: Bench) -> None:
    fill(bench.journal, 2)
    done = bench.send(lambda _: Reply(503), sleep=bench.clock.sleep)
    assert (done.waiting, len(bench.server.requests), len(bench.clock.slept)) == (2, 5, 4)


def test_a_batch_that_is_too_large_is_halved_and_stays_small(bench: Bench) -> None:
    wanted = fill(bench.journal, 60)
    lrs = RuledLrs(largest=13)
    assert bench.send(lrs) == Delivery(delivered=60)
    assert lrs.order == wanted
    assert bench.sizes[:3] == [50, 25, 12]
    assert max(bench.sizes[3:]) <= 25


def test_a_single_statement_that_is_too_large_is_a_dead_letter(bench: Bench) -> None:
    fill(bench.journal, 3)
    assert bench.send(RuledLrs(bad={ids(2)[0]: Reply(413)})) == Delivery(delivered=2, dead=1)
    assert bench.dead() == {ids(2)[0]: "Status 413"}


def test_a_gateway_that_refuses_everything_with_a_page_buries_nothing(bench: Bench) -> None:
    fill(bench.journal, 8)
    done = bench.send(lambda _: Reply(400, b"<html>blocked</html>", {"Content-Type": "text/html"}))
    assert (done.dead, done.waiting) == (0, 8)
    assert "web page" in done.paused


def test_a_page_for_one_statement_alone_buries_that_one(bench: Bench) -> None:
    fill(bench.journal, 8)
    lrs = RuledLrs(bad={ids(1)[0]: Reply(400, b"<html>bad request</html>", {"Content-Type": "text/html"})})
    assert bench.send(lrs) == Delivery(delivered=7, dead=1)


def test_damaged_text_becomes_a_dead_letter_and_the_rest_arrives(bench: Bench) -> None:
    put(bench.journal, [stored(1, '{"id": "'), stored(2), stored(3, "[]")])
    assert bench.send(RuledLrs()) == Delivery(delivered=1, dead=2)


def test_only_one_drainer_works_at_a_time(bench: Bench) -> None:
    fill(bench.journal, 1)
    assert bench.journal.lease("somebody", NOON, 60)
    done = bench.send(RuledLrs())
    assert (done.busy, done.waiting, bench.server.requests) == (True, 1, [])
    bench.clock.at += 61
    assert bench.send(RuledLrs()).delivered == 1
    assert bench.journal.lease("another", bench.clock.at, 60)


def test_a_drainer_that_lost_its_lease_sends_no_more(bench: Bench) -> None:
    fill(bench.journal, 60)

    def steal(_: Delivery) -> None:
        bench.clock.at += 100
        assert bench.journal.lease("another", bench.clock.at, 60)

    done = bench.send(RuledLrs(), progress=steal)
    assert (done.delivered, done.waiting, done.busy) == (50, 10, True)


def test_asked_to_stop_it_ends_before_the_next_request(bench: Bench) -> None:
    fill(bench.journal, 60)
    lrs = RuledLrs()
    assert bench.send(lrs, stop=lambda: bool(lrs.order)) == Delivery(delivered=50, waiting=10)


def test_credentials_that_the_lrs_echoes_are_in_no_error(bench: Bench) -> None:
    fill(bench.journal, 2)

    def echo(request: Request) -> Reply:
        return Reply(400, json.dumps({"you": "practice", "sent": request.headers["authorization"], "password": "secret-pass"}).encode())

    assert bench.send(echo).dead == 2
    kept = "".join(each.error for each in bench.journal.dead_letters())
    assert "Status 400" in kept
    assert "secret-pass" not in kept
    assert "cHJhY3RpY2U6c2VjcmV0LXBhc3M" not in kept
    assert "practice" not in kept


def test_a_clock_set_back_by_days_does_not_hold_delivery_up(bench: Bench) -> None:
    fill(bench.journal, 1)
    bench.send(lambda _: Reply(503))
    assert due(bench.journal, NOON - 10 * 86_400)


def test_a_clock_set_back_by_an_hour_does_not_hold_delivery_up(bench: Bench) -> None:
    fill(bench.journal, 1)
    bench.send(lambda _: Reply(503))
    assert not due(bench.journal, NOON + 0.5)
    assert due(bench.journal, NOON - 3600)
    bench.send(lambda _: Reply(302))
    assert not due(bench.journal, NOON + 1)
    assert due(bench.journal, NOON - 3600)
