"""Each row of the outcome table over HTTP: the LRS answers so to a batch, and once it is itself again everything is there once."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import closing
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from branchline.journal.store import Journal
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import deliver, standing
from lrs_servers import Reply, ScriptedLrs, _handler, said, scripted_lrs
from xapi_lrs import KeepingLrs
from xapi_outbox import NOON, Clock, fill, ids, statement

if TYPE_CHECKING:
    from pathlib import Path

    from lrs_servers import Request

HTML = {"Content-Type": "text/html; charset=utf-8"}
LOGIN = b"<!DOCTYPE html><html><title>Welcome, please log in</title></html>"

PAUSES = [
    pytest.param(Reply(200, LOGIN, HTML), "web page", id="login page as html"),
    pytest.param(Reply(200, LOGIN, {"Content-Type": "application/json"}), "web page", id="login page as json"),
    pytest.param(Reply(302, LOGIN, {"Location": "https://login.example.test/"}), "redirects", id="302"),
    pytest.param(Reply(307, headers={"Location": "/elsewhere/"}), "redirects", id="307"),
    pytest.param(said(200, []), "names no statement", id="no ids"),
    pytest.param(Reply(200), "names no statement", id="empty 200"),
    pytest.param(Reply(201, b" \n"), "names no statement", id="blank 201"),
    pytest.param(said(200, ["0b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22"]), "never sent", id="foreign ids"),
    pytest.param(said(200, [*ids(1, 2), "0b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22"]), "never sent", id="ours and foreign ids"),
    pytest.param(Reply(401, "ungültig".encode("latin-1")), "password", id="401 in latin-1"),
    pytest.param(Reply(403), "does not let", id="403"),
    pytest.param(Reply(404, LOGIN, HTML), "no LRS", id="404"),
    pytest.param(Reply(405), "does not take", id="405"),
]
DELAYS = [
    pytest.param(Reply(408), 1, id="408"),
    pytest.param(Reply(429), 1, id="429"),
    pytest.param(Reply(429, headers={"Retry-After": "17"}), 17, id="429 with seconds"),
    pytest.param(Reply(503, headers={"Retry-After": "Sun, 01 Mar 2026 12:00:40 GMT"}), 40, id="503 with a date"),
    pytest.param(Reply(503, headers={"Retry-After": "Sun, 01 Mar 2026 11:00:00 GMT"}), 1, id="503 with a date gone by"),
    pytest.param(Reply(503, LOGIN, HTML), 1, id="503 as a page"),
    pytest.param(Reply(500, "für nichts".encode("latin-1")), 1, id="500 in latin-1"),
    pytest.param(Reply(502), 1, id="502"),
    pytest.param(Reply(504), 1, id="504"),
    pytest.param(Reply(0, drop=True), 1, id="reset"),
    pytest.param(Reply(0, hang=True), 1, id="silence"),
    pytest.param(Reply(200, json.dumps(ids(1, 2, 3)).encode(), cut=20), 1, id="cut body"),
    pytest.param(Reply(200, b'["one half', {"Content-Type": "application/json"}), 1, id="half a document"),
    pytest.param(said(200, {"result": "ok"}), 1, id="an object"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(("reply", "word"), PAUSES)
def test_a_pause_at_the_first_batch_or_in_the_middle_keeps_the_rest(path: Path, reply: Reply, word: str, first: int) -> None:
    keeping = KeepingLrs()

    def answer(request: Request) -> Reply:
        return reply if len(keeping.kept) == 3 * first else keeping(request)

    with Journal.open(path) as journal:
        wanted = fill(journal, 9)
        with scripted_lrs(answer) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
            done = deliver(journal, lrs, batch=3)
            assert (done.delivered, done.waiting, done.dead) == (3 * first, 9 - 3 * first, 0)
            assert word in done.paused == standing(journal).paused
        with scripted_lrs(keeping) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
            assert deliver(journal, lrs).waiting == 0
        assert keeping.ids() == wanted
        assert standing(journal).paused == ""


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize(("reply", "wait"), DELAYS)
def test_what_passes_is_waited_for_whether_the_lrs_took_the_batch_or_not(path: Path, reply: Reply, wait: float, *, taken: bool) -> None:
    keeping = KeepingLrs()
    clock = Clock()
    said_once: list[Reply] = []

    def answer(request: Request) -> Reply:
        if request.method == "POST" and not said_once:
            said_once.append(reply)
            if taken:
                keeping(request)
            return reply
        return keeping(request)

    with Journal.open(path) as journal, scripted_lrs(answer) as server:
        wanted = fill(journal, 7)
        with closing(Lrs(server.endpoint, "jo", "x", read_timeout=0.3)) as lrs:
            done = deliver(journal, lrs, now=clock, jitter=lambda: 0.0, batch=3)
            assert (done.delivered, done.dead, done.waiting, done.paused) == (0, 0, 7, "")
            assert done.retry_at == NOON + wait
            lrs.close()
        with closing(Lrs(server.endpoint, "jo", "x", read_timeout=5)) as lrs:
            assert deliver(journal, lrs, now=clock, batch=3).waiting == 0
        assert keeping.ids() == wanted
        assert journal.counts() == {"waiting": 0, "delivered": 7, "dead": 0}


def test_a_204_and_fewer_ids_are_believed_because_they_name_nothing_else(path: Path) -> None:
    with Journal.open(path) as journal:
        fill(journal, 6)
        replies = [Reply(204), said(200, ids(6))]
        with scripted_lrs(lambda _: replies.pop(0)) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
            assert deliver(journal, lrs, batch=3).delivered == 6


def test_a_batch_of_old_new_and_contradicting_ones_is_told_apart(path: Path) -> None:
    keeping = KeepingLrs()
    keeping.store(statement(1), statement(3, result={"score": {"scaled": 0.1}}), statement(4))
    with Journal.open(path) as journal, scripted_lrs(keeping) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        fill(journal, 6)
        done = deliver(journal, lrs)
        assert (done.delivered, done.dead, done.waiting) == (5, 1, 0)
        assert [each.id for each in journal.dead_letters()] == ids(3)
    assert sorted(keeping.ids()) == sorted(ids(1, 2, 3, 4, 5, 6))


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_one_poisoned_statement_in_two_hundred_is_found_and_the_rest_arrives_in_order(path: Path, status: int) -> None:
    keeping = KeepingLrs()
    poison = ids(137)[0]

    def answer(request: Request) -> Reply:
        spoilt = request.method == "POST" and poison in request.ids
        return Reply(status, "Größe ist schlecht".encode("latin-1")) if spoilt else keeping(request)

    with Journal.open(path) as journal, scripted_lrs(answer) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        wanted = fill(journal, 200)
        clock = Clock()
        deliver(journal, lrs, now=clock, sleep=clock.sleep)
        assert journal.counts() == {"waiting": 0, "delivered": 199, "dead": 1}
        (letter,) = journal.dead_letters()
    assert (letter.id, letter.status) == (poison, status)
    assert keeping.ids() == [each for each in wanted if each != poison]


@pytest.mark.parametrize("path_of", ["", "/", "/deep/er/xapi", "/deep/er/xapi/", "/sp%20ace/"])
def test_path_prefixes_and_trailing_slashes_lead_to_the_same_place(path_of: str) -> None:
    with scripted_lrs(KeepingLrs()) as server, closing(Lrs(f"http://127.0.0.1:{server.port}{path_of}", "jo", "x")) as lrs:
        assert lrs.check().ok
        assert lrs.put(statement(1)).status == 204
    assert {request.target.partition("?")[0] for request in server.requests} == {f"{path_of.rstrip('/')}/statements"}


class _Sixth(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_ipv6_is_an_lrs_like_any_other() -> None:
    lrs = ScriptedLrs(KeepingLrs())
    with _Sixth(("::1", 0), _handler(lrs)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with closing(Lrs(f"http://[::1]:{server.server_address[1]}/xapi", "jo", "x")) as remote:
            assert remote.endpoint == f"http://[::1]:{server.server_address[1]}/xapi/"
            assert remote.check().ok
        server.shutdown()
        thread.join()
    assert lrs.requests[0].headers["host"].startswith("[::1]:")
